//! Time as it comes in from outside: in ticks.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use wasmtime::Engine;

use crate::error::HostError;
use crate::limits::TICK;

/// The ticks of a host. Guests meet them as epochs, waiting compilations as a counter.
#[derive(Clone)]
pub(crate) struct Pulse(Arc<Inner>);

struct Inner {
    engine: Engine,
    ticks: Mutex<u64>,
    moved: Condvar,
}

impl Pulse {
    pub(crate) fn new(engine: Engine) -> Self {
        Self(Arc::new(Inner { engine, ticks: Mutex::new(0), moved: Condvar::new() }))
    }

    pub(crate) fn tick(&self) {
        self.0.engine.increment_epoch();
        *self.0.ticks.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.moved.notify_all();
    }

    /// Tells those who wait to look again.
    pub(crate) fn wake(&self) {
        // With the lock held, so that nobody is between looking and falling asleep.
        let _held = self.0.ticks.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.moved.notify_all();
    }

    /// Waits until `look` sees something, or `limit` ticks went by.
    pub(crate) fn wait<T>(&self, limit: u64, mut look: impl FnMut() -> Option<T>) -> Option<T> {
        let mut ticks = self.0.ticks.lock().unwrap_or_else(PoisonError::into_inner);
        let end = ticks.saturating_add(limit);
        loop {
            if let Some(seen) = look() {
                return Some(seen);
            }
            if *ticks >= end {
                return None;
            }
            ticks = self.0.moved.wait(ticks).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A thread that gives a host its ticks for as long as this lives.
pub struct Ticker {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    pub(crate) fn start(pulse: Pulse) -> Result<Self, HostError> {
        let stop = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&stop);
        let beat = move || {
            while !seen.load(Ordering::Relaxed) {
                thread::park_timeout(TICK);
                pulse.tick();
            }
        };
        let thread = thread::Builder::new().name("rules: ticks".into()).spawn(beat).map_err(HostError::Thread)?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // It holds nothing that a panic could have left half done.
            let _ = thread.join();
        }
    }
}

/// Stops an evaluation from another thread: running guests end at their next tick, no further call begins.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks for the end.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked for.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn waiting_ends_at_the_tick_of_the_limit_and_not_before() {
        let pulse = Pulse::new(crate::compile::engine().expect("an engine"));
        pulse.tick();
        let (looked, looks) = mpsc::channel();
        thread::scope(|scope| {
            let waiter = scope.spawn(|| pulse.wait(3, || looked.send(()).err()));
            for _ in 0..3 {
                // It has looked, and found the limit not reached.
                looks.recv().expect("a look");
                assert!(!waiter.is_finished());
                pulse.tick();
            }
            assert!(waiter.join().expect("no panic").is_none());
        });
    }

    #[test]
    fn what_is_there_is_seen_without_a_tick() {
        let pulse = Pulse::new(crate::compile::engine().expect("an engine"));
        assert_eq!(pulse.wait(0, || Some(7)), Some(7), "found before the limit is looked at");
        let slot = Mutex::new(None);
        thread::scope(|scope| {
            let waiter = scope.spawn(|| pulse.wait(1, || *slot.lock().expect("a lock")));
            *slot.lock().expect("a lock") = Some(8);
            pulse.wake();
            assert_eq!(waiter.join().expect("no panic"), Some(8));
        });
    }

    #[test]
    fn a_ticker_ticks_until_it_is_dropped() {
        let pulse = Pulse::new(crate::compile::engine().expect("an engine"));
        let ticker = Ticker::start(pulse.clone()).expect("a thread");
        assert_eq!(pulse.wait(2, || None::<()>), None, "two ticks came");
        drop(ticker);
        let now = *pulse.0.ticks.lock().expect("a lock");
        thread::sleep(TICK * 3);
        assert_eq!(*pulse.0.ticks.lock().expect("a lock"), now);
    }
}
