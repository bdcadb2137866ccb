//! Finds the few bytes that matter in JSON text, many bytes at a time.

/// Position of the first `"` or `\` from `at` on; the end of the text when there is none.
#[inline(always)]
pub(crate) fn quote(text: &[u8], at: usize) -> usize {
    wide::find(text, at, wide::quotes, |byte| matches!(byte, b'"' | b'\\'))
}

/// Position of the first `"`, brace or bracket from `at` on; the end of the text when there is none.
#[inline(always)]
pub(crate) fn structure(text: &[u8], at: usize) -> usize {
    wide::find(text, at, wide::structures, |byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']'))
}

/// Sixteen bytes at a time, as every wasmtime can since 2021.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wide {
    use core::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_splat, v128, v128_or};

    #[inline(always)]
    pub(super) fn quotes(bytes: v128) -> v128 {
        v128_or(u8x16_eq(bytes, u8x16_splat(b'"')), u8x16_eq(bytes, u8x16_splat(b'\\')))
    }

    /// Braces and brackets differ in one bit.
    #[inline(always)]
    pub(super) fn structures(bytes: v128) -> v128 {
        let upper = v128_or(bytes, u8x16_splat(0x20));
        let nested = v128_or(u8x16_eq(upper, u8x16_splat(b'{')), u8x16_eq(upper, u8x16_splat(b'}')));
        v128_or(u8x16_eq(bytes, u8x16_splat(b'"')), nested)
    }

    #[inline(always)]
    pub(super) fn find(text: &[u8], mut at: usize, test: impl Fn(v128) -> v128, one: impl Fn(u8) -> bool) -> usize {
        while let Some(chunk) = text.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
            let bits = u8x16_bitmask(test(crate::abi::load(chunk)));
            if bits != 0 {
                return at + bits.trailing_zeros() as usize;
            }
            at += 16;
        }
        super::tail(text, at, one)
    }
}

/// Eight bytes at a time in a plain register.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod wide {
    const ONES: u64 = u64::MAX / 255;

    /// The high bit of every byte of `bytes` that is `wanted`; bytes above a true one may be wrong, the lowest is right.
    #[inline(always)]
    fn equal(bytes: u64, wanted: u8) -> u64 {
        let zero = bytes ^ (ONES * u64::from(wanted));
        zero.wrapping_sub(ONES) & !zero & (ONES << 7)
    }

    #[inline(always)]
    pub(super) fn quotes(bytes: u64) -> u64 {
        equal(bytes, b'"') | equal(bytes, b'\\')
    }

    /// Braces and brackets differ in one bit.
    #[inline(always)]
    pub(super) fn structures(bytes: u64) -> u64 {
        let upper = bytes | (ONES << 5);
        equal(bytes, b'"') | equal(upper, b'{') | equal(upper, b'}')
    }

    #[inline(always)]
    pub(super) fn find(text: &[u8], mut at: usize, test: impl Fn(u64) -> u64, one: impl Fn(u8) -> bool) -> usize {
        while let Some(chunk) = text.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            let bits = test(u64::from_le_bytes(*chunk));
            if bits != 0 {
                return at + (bits.trailing_zeros() / 8) as usize;
            }
            at += 8;
        }
        super::tail(text, at, one)
    }
}

fn tail(text: &[u8], at: usize, one: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter().position(|byte| one(*byte)).map_or(text.len(), |found| at + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte at every place of texts around the width of a step.
    #[test]
    fn wide_steps_find_what_single_steps_find() {
        for length in 0..40_usize {
            for place in 0..length {
                for byte in 0..=255_u8 {
                    let mut text = vec![b'a'; length];
                    text[place] = byte;
                    let first = |wanted: &[u8]| text.iter().position(|byte| wanted.contains(byte)).unwrap_or(length);
                    assert_eq!(quote(&text, 0), first(b"\"\\"), "{byte:#x} at {place} of {length}");
                    assert_eq!(structure(&text, 0), first(b"\"{}[]"), "{byte:#x} at {place} of {length}");
                }
            }
        }
        assert_eq!((quote(b"ab", 7), structure(b"", 0)), (2, 0));
    }
}
