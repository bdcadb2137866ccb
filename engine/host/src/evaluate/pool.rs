//! Threads with a stack that is ours to size, and results in the order of what was asked.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::error::HostError;
use crate::limits::WORKER_STACK_BYTES;

fn builder() -> thread::Builder {
    thread::Builder::new().name("rules".into()).stack_size(WORKER_STACK_BYTES)
}

/// Runs `work` on a thread that has the stack a guest needs, whatever the caller's own is.
pub(crate) fn on_a_thread<R: Send>(work: impl FnOnce() -> R + Send) -> Result<R, HostError> {
    thread::scope(|scope| {
        let thread = builder().spawn_scoped(scope, work).map_err(HostError::Thread)?;
        thread.join().or_else(|panic| resume_unwind(panic))
    })
}

/// `work` over all `items` by up to `threads` threads; results in the order of the items.
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, threads: NonZeroUsize, work: impl Fn(T) -> R + Sync) -> Result<Vec<R>, HostError> {
    let wanted = threads.get().min(items.len());
    let queue = Mutex::new(items.into_iter().enumerate());
    // The lock is given back before the work begins.
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let one = || std::iter::from_fn(next).map(|(at, item)| (at, work(item))).collect::<Vec<_>>();
    let mut all = thread::scope(|scope| {
        let mut running = Vec::with_capacity(wanted);
        for _ in 0..wanted {
            match builder().spawn_scoped(scope, one) {
                Ok(thread) => running.push(thread),
                // One thread does it all, only later.
                Err(_) if !running.is_empty() => break,
                Err(error) => return Err(HostError::Thread(error)),
            }
        }
        Ok(running.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect::<Vec<_>>())
    })?;
    all.sort_by_key(|(at, _)| *at);
    Ok(all.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_what_was_asked() {
        let items: Vec<usize> = (0..1_000).collect();
        for threads in [1, 2, 7] {
            let threads = NonZeroUsize::new(threads).expect("more than none");
            let squares = map(items.clone(), threads, |item| item * item).expect("threads");
            assert_eq!(squares, items.iter().map(|item| item * item).collect::<Vec<_>>());
        }
        assert_eq!(map(Vec::<usize>::new(), NonZeroUsize::MIN, |item| item).expect("no thread needed"), Vec::<usize>::new());
    }
}
