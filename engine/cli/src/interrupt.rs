//! Ctrl-C: the first asks the run to end after the calls in flight, the second abandons them.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::stream::{Stream, StreamExt as _};

/// The run was abandoned.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Abandoned;

/// Whether somebody asked the run to end, and whether it can end in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupt {
    stop: Arc<AtomicBool>,
    orderly: Arc<AtomicBool>,
}

impl Interrupt {
    /// The flag that the executor looks at before each step.
    pub(crate) fn stop_flag(&self) -> Arc<AtomicBool> {
        self.stop.clone()
    }

    /// From now on changes may be under way: the first signal no longer ends the run at once.
    pub(crate) fn begin_changes(&self) {
        self.orderly.store(true, Ordering::Relaxed);
    }

    /// True once changes may have been made.
    pub(crate) fn changes_begun(&self) -> bool {
        self.orderly.load(Ordering::Relaxed)
    }

    /// Runs `work` until it ends or the signals say that it is to be abandoned.
    pub(crate) async fn guard<T>(
        &self,
        work: impl Future<Output = T>,
        signals: impl Stream<Item = ()>,
        said: impl Fn(&str),
    ) -> Result<T, Abandoned> {
        let (mut work, mut signals) = (std::pin::pin!(work), std::pin::pin!(signals));
        let mut open = true;
        loop {
            tokio::select! {
                biased;
                signal = signals.next(), if open => match signal {
                    Some(()) if !self.first(&said) => return Err(Abandoned),
                    Some(()) => {}
                    None => open = false,
                },
                done = &mut work => return Ok(done),
            }
        }
    }

    /// True when the signal was the first of an orderly end.
    fn first(&self, said: &impl Fn(&str)) -> bool {
        let again = self.stop.swap(true, Ordering::Relaxed);
        if again || !self.changes_begun() {
            return false;
        }
        said("stopping after the calls in flight; once more abandons them");
        true
    }
}

/// Ctrl-C and, on Unix, the signal by which a supervisor ends a process.
pub(crate) fn signals() -> impl Stream<Item = ()> {
    futures::stream::unfold((), |()| async {
        wait().await;
        Some(((), ()))
    })
}

#[cfg(unix)]
async fn wait() {
    let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    let Ok(mut terminate) = terminate else {
        let _signal = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _signal = tokio::signal::ctrl_c() => {}
        _signal = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn wait() {
    let _signal = tokio::signal::ctrl_c().await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::channel::mpsc;
    use futures::executor::block_on;
    use std::cell::RefCell;

    #[test]
    fn before_changes_the_first_signal_ends_the_run() {
        let interrupt = Interrupt::default();
        let ended = block_on(interrupt.guard(futures::future::pending::<()>(), futures::stream::iter([()]), |_| {}));
        assert_eq!(ended, Err(Abandoned));
    }

    #[test]
    fn during_changes_the_first_signal_lets_the_call_in_flight_end() {
        let interrupt = Interrupt::default();
        interrupt.begin_changes();
        let stop = interrupt.stop_flag();
        let (sender, receiver) = mpsc::unbounded();
        let said = RefCell::new(Vec::new());
        let work = async {
            sender.unbounded_send(()).expect("open");
            while !stop.load(Ordering::Relaxed) {
                pending_once().await;
            }
            "outcome"
        };
        let ended = block_on(interrupt.guard(work, receiver, |text| said.borrow_mut().push(text.to_owned())));
        assert_eq!(ended, Ok("outcome"));
        assert_eq!(said.borrow().len(), 1);
    }

    #[test]
    fn the_second_signal_abandons() {
        let interrupt = Interrupt::default();
        interrupt.begin_changes();
        let ended = block_on(interrupt.guard(futures::future::pending::<()>(), futures::stream::iter([(), ()]), |_| {}));
        assert_eq!(ended, Err(Abandoned));
        assert!(interrupt.stop_flag().load(Ordering::Relaxed));
    }

    #[test]
    fn work_that_ends_is_not_disturbed() {
        let interrupt = Interrupt::default();
        assert_eq!(block_on(interrupt.guard(async { 7 }, futures::stream::pending(), |_| {})), Ok(7));
    }

    /// Yields once and asks to be polled again.
    async fn pending_once() {
        let mut yielded = false;
        futures::future::poll_fn(|context| {
            if yielded {
                return std::task::Poll::Ready(());
            }
            yielded = true;
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .await;
    }
}
