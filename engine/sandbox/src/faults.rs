//! Faults a test orders, all of them reproducible from numbers.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::table::Lag;

/// What goes wrong with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Refused as one call too many; nothing happened.
    Throttled,
    /// The request never arrived; nothing happened.
    Before,
    /// AWS did it and answered 500.
    After,
    /// AWS did it and the answer was lost.
    LostAnswer,
}

/// Faults of a run. Calls are counted from 0: a change is one call, each need of a reading is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// Everything random follows from it.
    pub seed: u64,
    /// Readers see each write after a random time up to this.
    pub delayed_reads: Option<SignedDuration>,
    /// Each schedule of EventBridge fires a random time up to this after its instant; the service's own word is within 60 seconds.
    pub late_schedules: Option<SignedDuration>,
    /// Every n-th call is throttled.
    pub throttle_every: Option<u64>,
    /// What goes wrong with which call.
    pub fail_at: BTreeMap<u64, Fault>,
    /// The caller dies when this call has taken effect: neither it nor any later one is ever answered.
    pub kill_after: Option<u64>,
}

impl Faults {
    /// No faults; `seed` decides ids only.
    #[must_use]
    pub fn none(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Delayed reads and up to four faults within the first `calls` calls, all drawn from `seed`.
    #[must_use]
    pub fn seeded(seed: u64, calls: u64) -> Self {
        let mut random = Random::new(seed);
        let span = calls.max(1);
        let faults = random.below(5);
        let fail_at = (0..faults).map(|_| (random.below(span), random.fault())).collect();
        let throttle_every = (random.below(4) == 0).then(|| 5 + random.below(20));
        let delayed_reads = Some(SignedDuration::from_secs(20));
        Self { seed, delayed_reads, throttle_every, fail_at, ..Self::default() }
    }

    /// The same, and the caller dies after call `call`.
    #[must_use]
    pub fn killed_after(mut self, call: u64) -> Self {
        self.kill_after = Some(call);
        self
    }
}

/// SplitMix64: small, seeded, the same everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number under `bound`, which must not be 0.
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    const fn fault(&mut self) -> Fault {
        match self.below(4) {
            0 => Fault::Throttled,
            1 => Fault::Before,
            2 => Fault::After,
            _ => Fault::LostAnswer,
        }
    }
}

/// How long after its instant a schedule fires: the same time again for the same schedule and instant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lateness {
    seed: u64,
    longest: SignedDuration,
}

impl Lateness {
    /// When the schedule of a name fires that has to fire at `at`.
    pub(crate) fn of(self, name: &str, at: Timestamp) -> Timestamp {
        let Some(seconds) = u64::try_from(self.longest.as_secs()).ok().filter(|seconds| *seconds > 0) else { return at };
        let text = format!("{}/{name}/{at}", self.seed);
        let drawn = text.bytes().fold(self.seed, |seed, byte| Random::new(seed ^ u64::from(byte)).next());
        let late = i64::try_from(drawn % (seconds + 1)).unwrap_or_default();
        at.saturating_add(SignedDuration::from_secs(late)).unwrap_or(at)
    }
}

/// What is to become of one call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verdict {
    /// Its number.
    pub(crate) call: u64,
    /// What goes wrong with it.
    pub(crate) fault: Option<Fault>,
    /// The caller dies once it has taken effect.
    pub(crate) kill: bool,
}

/// Faults and how far the run has come.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    faults: Faults,
    random: Random,
    calls: u64,
    /// The caller is dead.
    pub(crate) killed: bool,
}

impl Gate {
    pub(crate) const fn new(faults: Faults) -> Self {
        let random = Random::new(faults.seed);
        Self { faults, random, calls: 0, killed: false }
    }

    pub(crate) const fn calls(&self) -> u64 {
        self.calls
    }

    /// Counts a call and says what becomes of it.
    pub(crate) fn admit(&mut self) -> Verdict {
        let call = self.calls;
        self.calls += 1;
        let ordered = self.faults.fail_at.get(&call).copied();
        let throttled = self.faults.throttle_every.is_some_and(|every| (call + 1).is_multiple_of(every.max(1)));
        let fault = ordered.or_else(|| throttled.then_some(Fault::Throttled));
        Verdict { call, fault, kill: self.faults.kill_after == Some(call) }
    }

    /// How late schedules fire.
    pub(crate) fn lateness(&self) -> Lateness {
        Lateness { seed: self.faults.seed, longest: self.faults.late_schedules.unwrap_or_default() }
    }

    /// When readers will see a write made at `now`.
    pub(crate) fn lag(&mut self, now: Timestamp) -> Lag {
        let longest = u64::try_from(self.faults.delayed_reads?.as_millis()).ok().filter(|millis| *millis > 0)?;
        let millis = i64::try_from(self.random.below(longest + 1)).unwrap_or_default();
        Some(now.saturating_add(SignedDuration::from_millis(millis)).unwrap_or(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_orders_the_same_faults() {
        assert_eq!(Faults::seeded(7, 100), Faults::seeded(7, 100));
        let all: std::collections::BTreeSet<String> = (0..50).map(|seed| format!("{:?}", Faults::seeded(seed, 100).fail_at)).collect();
        assert!(all.len() > 20, "seeds differ in what they order");
    }

    #[test]
    fn calls_are_counted_and_faults_fall_on_their_number() {
        let mut gate =
            Gate::new(Faults { fail_at: [(1, Fault::LostAnswer)].into(), throttle_every: Some(3), ..Faults::none(1) }.killed_after(3));
        let verdicts: Vec<_> = (0..4).map(|_| gate.admit()).collect();
        assert_eq!(verdicts.iter().map(|v| v.fault).collect::<Vec<_>>(), [None, Some(Fault::LostAnswer), Some(Fault::Throttled), None]);
        assert_eq!(verdicts.iter().map(|v| v.kill).collect::<Vec<_>>(), [false, false, false, true]);
        assert_eq!(gate.calls(), 4);
    }

    #[test]
    fn lag_stays_within_its_bound() {
        let now = Timestamp::UNIX_EPOCH;
        let mut gate = Gate::new(Faults { delayed_reads: Some(SignedDuration::from_secs(2)), ..Faults::none(3) });
        let lags: Vec<_> = (0..100).filter_map(|_| gate.lag(now)).collect();
        assert!(lags.iter().all(|lag| lag.duration_since(now) <= SignedDuration::from_secs(2)));
        assert!(lags.iter().any(|lag| lag.duration_since(now) > SignedDuration::from_secs(1)));
        assert_eq!(Gate::new(Faults::none(3)).lag(now), None);
    }
}
