//! One pass over the members of a JSON object. Values that nobody asks for are skipped, 16 bytes at a time.

use core::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_splat, v128, v128_load, v128_or};

/// Bits of the bytes from `at` on for which `test` holds. `at + 16` must lie within `text`.
#[inline(always)]
fn mask(text: &[u8], at: usize, test: impl Fn(v128) -> v128) -> u32 {
    // SAFETY: callers check that 16 bytes are left; wasm loads need no alignment.
    u32::from(u8x16_bitmask(test(unsafe { v128_load(text.as_ptr().add(at).cast()) })))
}

/// From behind an opening quote to the closing one.
#[inline(always)]
fn string_end(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        if at + 16 <= text.len() {
            let bits = mask(text, at, |v| v128_or(u8x16_eq(v, u8x16_splat(b'"')), u8x16_eq(v, u8x16_splat(b'\\'))));
            if bits == 0 {
                at += 16;
                continue;
            }
            at += bits.trailing_zeros() as usize;
        }
        match *text.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn value_end(text: &[u8], mut at: usize) -> Option<usize> {
    match *text.get(at)? {
        b'"' => return Some(string_end(text, at + 1)? + 1),
        b'{' | b'[' => {}
        _ => {
            while !matches!(*text.get(at)?, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t') {
                at += 1;
            }
            return Some(at);
        }
    }
    let mut depth = 0u32;
    loop {
        if at + 16 <= text.len() {
            // Brackets and braces differ in one bit.
            let bits = mask(text, at, |v| {
                let upper = v128_or(v, u8x16_splat(0x20));
                v128_or(u8x16_eq(v, u8x16_splat(b'"')), v128_or(u8x16_eq(upper, u8x16_splat(b'{')), u8x16_eq(upper, u8x16_splat(b'}'))))
            });
            if bits == 0 {
                at += 16;
                continue;
            }
            at += bits.trailing_zeros() as usize;
        }
        match *text.get(at)? {
            b'"' => at = string_end(text, at + 1)?,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

#[inline(always)]
fn blank(text: &[u8], mut at: usize) -> usize {
    while at < text.len() && text[at] <= b' ' {
        at += 1;
    }
    at
}

/// Keys and values of an object, as they are written.
pub struct Members<'a> {
    text: &'a [u8],
    at: usize,
}

pub fn members(text: &[u8]) -> Option<Members<'_>> {
    let at = blank(text, 0);
    (text.get(at) == Some(&b'{')).then(|| Members { text, at: at + 1 })
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a [u8], &'a [u8]);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let text = self.text;
        let mut at = blank(text, self.at);
        if *text.get(at)? == b',' {
            at = blank(text, at + 1);
        }
        if *text.get(at)? != b'"' {
            return None;
        }
        let end = string_end(text, at + 1)?;
        let key = &text[at + 1..end];
        at = blank(text, end + 1);
        if *text.get(at)? != b':' {
            return None;
        }
        at = blank(text, at + 1);
        self.at = value_end(text, at)?;
        Some((key, &text[at..self.at]))
    }
}

pub fn int(text: &[u8]) -> Option<i64> {
    core::str::from_utf8(text).ok()?.parse().ok()
}
