//! Lines for whoever writes or watches a rule. The host shows them with `--log` and in faults; a call that floods it ends
//! badly, so that only the first lines of a call are sent.

use std::cell::Cell;

/// Lines of a call that are sent; the host ends a call at 1,000.
const MAX_LINES: usize = 100;
/// Bytes of a line that are sent; the host ends a call at 64 KiB of lines.
const MAX_BYTES: usize = 500;

thread_local! {
    static SENT: Cell<usize> = const { Cell::new(0) };
}

/// What somebody should mend: old data, an input that makes no sense.
pub fn warn(message: &str) {
    send("warn", message);
}

/// What is good to know.
pub fn info(message: &str) {
    send("info", message);
}

/// What helps to understand the rule.
pub fn debug(message: &str) {
    send("debug", message);
}

fn send(level: &'static str, message: &str) {
    let sent = SENT.replace(SENT.get() + 1);
    if sent < MAX_LINES {
        emit(level, &message[..message.floor_char_boundary(MAX_BYTES)]);
    }
}

#[cfg(target_arch = "wasm32")]
use crate::abi::emit;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::{emit, take};

/// Where there is no host, lines are kept for the test.
#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::cell::RefCell;

    thread_local! {
        static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }

    pub(crate) fn emit(level: &str, message: &str) {
        LINES.with_borrow_mut(|lines| lines.push(format!("{level}: {message}")));
    }

    /// What was logged since the last time, and the count anew.
    pub(crate) fn take() -> Vec<String> {
        super::SENT.set(0);
        LINES.take()
    }
}
