//! What went wrong while a rule was reading, kept until the document is done. A reader that meets the wrong type answers
//! `None`, which a rule may well take for *not set*; with the note the host learns that its verdict does not count.

use std::cell::RefCell;

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Slip {
    /// A document is not what its schema says.
    Input(String),
    /// The rule asks for what it did not declare.
    Rule(String),
}

thread_local! {
    static FIRST: RefCell<Option<Slip>> = const { RefCell::new(None) };
}

/// Keeps the first.
#[cold]
pub(crate) fn note(slip: impl FnOnce() -> Slip) {
    FIRST.with_borrow_mut(|first| {
        first.get_or_insert_with(slip);
    });
}

/// The first since the last time.
pub(crate) fn take() -> Option<Slip> {
    FIRST.with_borrow_mut(Option::take)
}
