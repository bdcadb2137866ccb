//! The frame `muster:rule@1.0.0` by the canonical ABI, written by hand: what wit-bindgen would make, without its 30 crates
//! and without a copy of each string. All `unsafe` of the packs stands here, and every block says why it holds.
//!
//! Strings and lists cross as address and length in the linear memory. What the host gives lies in memory that it asked
//! `allocate` for; what we give back is never freed, since the host drops the instance after the call.
#![allow(unsafe_code)]

/// Exports the rules of a pack: `pack![ENCRYPTED, BACKUPS];`. Makes `RULES`, which tests and `describe` read.
#[macro_export]
macro_rules! pack {
    ($($rule:expr),* $(,)?) => {
        /// All rules of this pack.
        pub const RULES: &[&$crate::Rule] = &[$(&$rule),*];

        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code)]
        const _: () = {
            #[unsafe(export_name = "muster:rule/check@1.0.0#describe")]
            extern "C" fn describe() -> *const u32 {
                $crate::abi::describe(RULES)
            }

            #[unsafe(export_name = "muster:rule/check@1.0.0#evaluate")]
            #[expect(clippy::too_many_arguments, reason = "the canonical ABI flattens four arguments to these")]
            unsafe extern "C" fn evaluate(
                rule: *const u8, rule_len: usize, params: *const u8, params_len: usize, now: u64,
                text: *const u8, text_len: usize, ends: *const u32, ends_len: usize,
            ) -> *const u32 {
                // SAFETY: the host calls this by the canonical ABI, which is what `evaluate` asks for.
                unsafe { $crate::abi::evaluate(RULES, (rule, rule_len), (params, params_len), now, (text, text_len), (ends, ends_len)) }
            }

            #[unsafe(export_name = "cabi_realloc")]
            unsafe extern "C" fn allocate(old: *mut u8, old_len: usize, align: usize, len: usize) -> *mut u8 {
                // SAFETY: likewise.
                unsafe { $crate::abi::allocate(old, old_len, align, len) }
            }
        };
    };
}

#[cfg(target_arch = "wasm32")]
pub use guest::{allocate, describe, evaluate};

#[cfg(target_arch = "wasm32")]
pub(crate) use guest::emit;

/// Sixteen bytes as a vector.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline]
pub(crate) fn load(chunk: &[u8; 16]) -> core::arch::wasm32::v128 {
    // SAFETY: the reference says that 16 bytes can be read, and loads of wasm need no alignment.
    unsafe { core::arch::wasm32::v128_load(chunk.as_ptr().cast()) }
}

#[cfg(target_arch = "wasm32")]
mod guest {
    use std::alloc::{Layout, alloc, realloc};
    use std::panic::{self, PanicHookInfo};
    use std::slice;

    use crate::ask::{Batch, Failure, Finding};
    use crate::rule::Rule;

    #[link(wasm_import_module = "muster:rule/log@1.0.0")]
    unsafe extern "C" {
        #[link_name = "emit"]
        fn host_emit(level: *const u8, level_len: usize, message: *const u8, message_len: usize);
    }

    /// A line for the log.
    pub(crate) fn emit(level: &str, message: &str) {
        // SAFETY: both are addresses and lengths of text that lives until the call is over; the host only reads.
        unsafe { host_emit(level.as_ptr(), level.len(), message.as_ptr(), message.len()) }
    }

    /// `cabi_realloc`: memory for what the host gives.
    ///
    /// # Safety
    /// As the canonical ABI says: `align` is a power of two, and `old` came from here with `old_len` and `align` unless
    /// `old_len` is 0.
    pub unsafe fn allocate(old: *mut u8, old_len: usize, align: usize, len: usize) -> *mut u8 {
        if len == 0 {
            return align as *mut u8;
        }
        let Ok(layout) = Layout::from_size_align(len, align) else { core::arch::wasm32::unreachable() };
        // SAFETY: `len` is not 0; the caller promises that `old` was made here with this alignment.
        let new =
            unsafe { if old_len == 0 { alloc(layout) } else { realloc(old, Layout::from_size_align_unchecked(old_len, align), len) } };
        if new.is_null() { core::arch::wasm32::unreachable() } else { new }
    }

    /// `describe`: the address of a list of rules.
    pub fn describe(rules: &[&Rule]) -> *const u32 {
        let rows: Vec<[u32; 4]> = rules.iter().map(|rule| join(text(rule.id), text(crate::describe(rule).leak()))).collect();
        kept(list(rows))
    }

    /// `evaluate`: the address of a result, a tag and then either a list of findings or a failure.
    ///
    /// # Safety
    /// Each pair must be address and length of what the host has put into memory from [`allocate`].
    pub unsafe fn evaluate(
        rules: &[&Rule],
        rule: (*const u8, usize),
        params: (*const u8, usize),
        now: u64,
        documents: (*const u8, usize),
        ends: (*const u32, usize),
    ) -> *const u32 {
        panic::set_hook(Box::new(say));
        // SAFETY: the caller's promise; nothing frees or writes this memory before the instance is dropped. The host has
        // checked that texts are UTF-8.
        let (rule, params, documents, ends) =
            unsafe { (given(rule), given(params), given(documents), slice::from_raw_parts(ends.0, ends.1)) };
        let batch = Batch::cut(documents, ends).ok_or_else(|| Failure::input("the ends of the batch do not fit its text"));
        match batch.and_then(|batch| crate::run::evaluate(rules, rule, params, now, &batch)) {
            Ok(found) => {
                let [at, len] = list(found.found.into_iter().map(row).collect());
                kept([0, at, len, 0, 0])
            }
            Err(Failure { code, message }) => {
                let [a, b, c, d] = join(text(code), text(message.leak()));
                kept([1, a, b, c, d])
            }
        }
    }

    /// What a panic says goes to the log, where a fault shows it: the trap itself has no words.
    fn say(info: &PanicHookInfo<'_>) {
        emit("warn", &info.to_string());
    }

    fn row(finding: Finding<'static>) -> [u32; 8] {
        let message = match finding.message {
            std::borrow::Cow::Borrowed(message) => message,
            std::borrow::Cow::Owned(message) => message.leak(),
        };
        let [a, b, c, d] = join(text(finding.subject), text(finding.verdict));
        let [e, f, g, h] = join(text(message), text(finding.body.leak()));
        [a, b, c, d, e, f, g, h]
    }

    /// # Safety
    /// `at` and `len` must be of UTF-8 text that is never freed or written.
    unsafe fn given((at, len): (*const u8, usize)) -> &'static str {
        // SAFETY: the caller's promise. An empty text has an address that is aligned and not null.
        unsafe { str::from_utf8_unchecked(slice::from_raw_parts(at, len)) }
    }

    /// Addresses of wasm32 are 32 bits wide.
    fn text(text: &'static str) -> [u32; 2] {
        [text.as_ptr() as u32, text.len() as u32]
    }

    const fn join([a, b]: [u32; 2], [c, d]: [u32; 2]) -> [u32; 4] {
        [a, b, c, d]
    }

    /// Rows of words lie in memory as the records of the canonical ABI do: all their fields are addresses and lengths.
    fn list<const N: usize>(rows: Vec<[u32; N]>) -> [u32; 2] {
        let rows = rows.leak();
        [rows.as_ptr() as u32, rows.len() as u32]
    }

    fn kept<const N: usize>(words: [u32; N]) -> *const u32 {
        Box::leak(Box::new(words)).as_ptr()
    }
}
