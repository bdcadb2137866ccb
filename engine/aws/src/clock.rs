//! The wall clock.

use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::Clock;

/// The machine's own clock, and sleeps that take as long as they say.
#[derive(Debug, Clone, Copy, Default)]
pub struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep(&self, duration: SignedDuration) {
        // A negative duration is an instant that has passed: nothing to wait for.
        tokio::time::sleep(duration.try_into().unwrap_or_default()).await;
    }
}
