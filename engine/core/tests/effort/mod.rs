//! The time that this thread's own work took: other processes on a busy machine do not count.

use std::time::{Duration, Instant};

/// Work under way.
pub struct Effort {
    wall: Instant,
    busy: Option<Duration>,
}

impl Effort {
    /// Begins to count.
    pub fn begin() -> Self {
        Self { wall: Instant::now(), busy: busy() }
    }

    /// What this thread worked since; by the clock on the wall where the system does not say.
    pub fn taken(&self) -> Duration {
        self.busy.zip(busy()).map_or_else(|| self.wall.elapsed(), |(from, to)| to.saturating_sub(from))
    }
}

/// Time on a processor so far: the first number of Linux's schedstat, in nanoseconds.
fn busy() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

#[test]
fn work_is_counted() {
    let effort = Effort::begin();
    let wall = Instant::now();
    while wall.elapsed() < Duration::from_millis(50) {}
    assert!(effort.taken() > Duration::ZERO);
}
