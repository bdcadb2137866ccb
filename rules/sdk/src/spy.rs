//! Under test: which members of which objects were asked for. A name that is misspelt reads as absent and would never be
//! noticed otherwise.

use std::cell::RefCell;
use std::collections::BTreeSet;

/// Where an object's text lies, and the name.
pub(crate) type Reads = BTreeSet<(usize, String)>;

thread_local! {
    static READS: RefCell<Option<Reads>> = const { RefCell::new(None) };
}

/// Remembers a question while somebody listens.
pub(crate) fn note(object: &str, name: &str) {
    READS.with_borrow_mut(|reads| {
        if let Some(reads) = reads {
            reads.insert((object.as_ptr() as usize, name.to_owned()));
        }
    });
}

/// What `work` asks for.
pub(crate) fn watched<T>(work: impl FnOnce() -> T) -> (T, Reads) {
    READS.set(Some(Reads::new()));
    let done = work();
    (done, READS.take().unwrap_or_default())
}
