//! What a schedule would do to machines, held against the weeks that were measured.

use indexmap::IndexMap;
use jiff::Timestamp;

use super::cpu::a_week;
use super::machine::Seen;
use super::{HOURS, WEEKS};
use crate::schedule::{Amount, Context, Schedule, Stretch, WantedState};

/// Hours of a machine in a week.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WeekHours {
    /// In which it runs.
    pub running: f64,
    /// Of those, in which the schedule wants it stopped.
    pub outside: f64,
    /// Of those, in which it is over the limit of its CPU.
    pub busy: f64,
}

/// What a schedule would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effect {
    /// Which machines it selects, by their place in [`super::Survey::machines`].
    pub machines: Vec<usize>,
    /// Their hours, of those that can be stopped.
    pub hours: WeekHours,
    /// How many of those that can be stopped were measured; what runs now of the rest is taken to run always.
    pub measured: usize,
    /// What those outside cost in a week, of the machines with a price.
    pub amount: Option<Amount>,
    /// Which run now and would be stopped now.
    pub stops: Vec<usize>,
    /// Which are stopped now and would be started in its windows.
    pub starts: Vec<usize>,
    /// Which cannot be stopped.
    pub refused: Vec<usize>,
    /// Which are busy while they would be stopped.
    pub busy: Vec<usize>,
}

impl Effect {
    /// How many of its machines can be stopped.
    #[must_use]
    pub const fn stoppable(&self) -> usize {
        self.machines.len() - self.refused.len()
    }

    /// The effect of a schedule on machines; none of them is asked whether it is selected.
    pub(super) fn of(schedule: &Schedule, machines: &[Seen], selected: &[usize], measured: Stretch, now: Timestamp) -> Self {
        let calendars = IndexMap::new();
        let ctx = Context { calendars: &calendars, overrides: &[] };
        let states = schedule.states(measured.from, measured.to, &ctx).into_iter();
        let off: Vec<Stretch> = states.filter(|(_, state)| *state == WantedState::Stopped).map(|(stretch, _)| stretch).collect();
        let stops_now = schedule.decide(now, &ctx).state == WantedState::Stopped;
        let mut effect = Self { machines: selected.to_vec(), ..Self::default() };
        for &at in selected {
            let machine = &machines[at];
            if machine.refusal.is_some() {
                effect.refused.push(at);
                continue;
            }
            effect.add(at, machine, &off);
            effect.stops.extend((machine.running && stops_now).then_some(at));
            effect.starts.extend((!machine.running && !schedule.run.is_empty()).then_some(at));
        }
        effect
    }

    fn add(&mut self, at: usize, machine: &Seen, off: &[Stretch]) {
        let hours = hours(machine, off);
        self.measured += usize::from(machine.cpu.is_some());
        self.hours.running += hours.running;
        self.hours.outside += hours.outside;
        self.hours.busy += hours.busy;
        self.busy.extend((hours.busy > 0.0).then_some(at));
        let Ok(rate) = &machine.rate else { return };
        let amount = self.amount.get_or_insert_with(|| Amount { value: 0.0, currency: rate.currency.clone(), machines: 0 });
        if amount.currency == rate.currency {
            amount.value += rate.hour * hours.outside;
            amount.machines += 1;
        }
    }
}

fn hours(machine: &Seen, off: &[Stretch]) -> WeekHours {
    match &machine.cpu {
        Some(cpu) => WeekHours {
            running: cpu.running(),
            outside: overlap(&cpu.hours, off) / f64::from(WEEKS),
            busy: overlap(&cpu.busy, off) / f64::from(WEEKS),
        },
        None if machine.running => {
            let units = f64::from(machine.units);
            let off: f64 = off.iter().map(|stretch| stretch.length().as_secs_f64() / 3600.0).sum();
            WeekHours { running: a_week(usize::from(HOURS)) * units, outside: off / f64::from(WEEKS) * units, busy: 0.0 }
        }
        None => WeekHours::default(),
    }
}

/// How many hours two ordered lists of stretches share.
fn overlap(hours: &[Stretch], off: &[Stretch]) -> f64 {
    let mut off = off.iter().peekable();
    let mut shared = 0.0;
    for hour in hours {
        while off.next_if(|stretch| stretch.to <= hour.from).is_some() {}
        // A stretch may end within an hour and the next begin there.
        for stretch in off.clone().take_while(|stretch| stretch.from < hour.to) {
            shared += stretch.to.min(hour.to).duration_since(stretch.from.max(hour.from)).as_secs_f64() / 3600.0;
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(from: &str, to: &str) -> Stretch {
        let at = |time: &str| format!("2026-11-02T{time}:00Z").parse().expect("instant");
        Stretch { from: at(from), to: at(to) }
    }

    #[test]
    fn hours_are_shared_to_the_minute() {
        let hours = [stretch("08:00", "09:00"), stretch("09:00", "10:00"), stretch("12:00", "13:00"), stretch("20:00", "21:00")];
        let off = [stretch("00:00", "08:30"), stretch("09:15", "09:30"), stretch("09:45", "12:10"), stretch("12:50", "13:30")];
        let expected = 0.5 + 0.25 + 0.25 + 10.0 / 60.0 + 10.0 / 60.0;
        assert!((overlap(&hours, &off) - expected).abs() < 1e-9);
        assert!(overlap(&hours, &[]).abs() < 1e-9 && overlap(&[], &off).abs() < 1e-9);
    }
}
