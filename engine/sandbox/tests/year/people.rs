//! What people and the account do in the year, whatever muster does: a script that follows from a seed alone.

use jiff::{SignedDuration, Timestamp};
use muster_sandbox::Fault;

use super::random::Random;
use super::town::{BEGIN, END, Resource, Sort, instant};

/// Something that happens.
#[derive(Debug, Clone)]
pub enum Deed {
    /// Somebody starts what is stopped, or stops what runs.
    Flip(usize),
    /// Somebody gives a group or service other numbers.
    Scale(usize, (u32, u32, u32)),
    /// `muster start` or `stop` with `--for`, as its tag: on or off for so many minutes.
    Override(usize, bool, i64),
    /// A tag asks for so many more minutes.
    Snooze(usize, i64),
    /// There is no machine of a type to give, or there is again.
    Capacity(&'static str, bool),
    /// The next start of an instance falls back to stopped.
    FallBack(usize),
    /// Changes of the next pass that fail, by their number.
    Trouble(Vec<(u64, Fault)>),
    /// The next calls are throttled.
    Throttle(u64),
    /// An action is refused from now on.
    Deny(&'static str),
    /// It is allowed again.
    Allow(&'static str),
}

/// How often each happens in a year.
const FLIPS: u64 = 800;
const SCALINGS: u64 = 160;
const TAGS: u64 = 140;
const SNOOZES: u64 = 90;
const SHORTAGES: u64 = 60;
const FALLS: u64 = 40;
const TROUBLES: u64 = 260;
const THROTTLES: u64 = 60;
const DENIALS: u64 = 40;
/// People come on the third day, when every schedule has had its say once.
const QUIET: i64 = 3 * 24 * 3600;

const DENIED: [&str; 13] = [
    "ec2:StartInstances",
    "ec2:StopInstances",
    "rds:StartDBInstance",
    "rds:StopDBInstance",
    "rds:StopDBCluster",
    "rds:CreateDBSnapshot",
    "autoscaling:UpdateAutoScalingGroup",
    "ecs:UpdateService",
    "ec2:DescribeInstances",
    "rds:DescribeDBInstances",
    "rds:DescribeEvents",
    "rds:DescribeDBSnapshots",
    "autoscaling:DescribeAutoScalingGroups",
];
const TYPES: [&str; 3] = ["c7i.4xlarge", "c7a.4xlarge", "c7i.large"];
const NUMBERS: [(u32, u32, u32); 4] = [(0, 0, 0), (1, 1, 1), (5, 5, 5), (2, 6, 8)];

struct Script<'a> {
    random: Random,
    all: &'a [Resource],
    deeds: Vec<(Timestamp, Deed)>,
}

/// Everything that happens in the year, in order.
pub fn script(all: &[Resource], seed: u64) -> Vec<(Timestamp, Deed)> {
    let mut script = Script { random: Random::new(seed), all, deeds: Vec::new() };
    let machine = |one: &Resource| !matches!(one.sort, Sort::Group | Sort::Service);
    let instance = |one: &Resource| matches!(one.sort, Sort::User | Sort::Instance);
    script.of_each(FLIPS, machine, |_, who| Deed::Flip(who));
    script.of_each(SCALINGS, |one| !machine(one), |random, who| Deed::Scale(who, NUMBERS[index(random.below(4))]));
    script.of_each(TAGS, machine, |random, who| Deed::Override(who, random.chance(60), minutes(random, 30, 48 * 60)));
    script.of_each(SNOOZES, |one| one.crew == "class", |random, who| Deed::Snooze(who, minutes(random, 30, 24 * 60)));
    script.of_each(FALLS, instance, |_, who| Deed::FallBack(who));
    script.shortages();
    script.troubles();
    script.deeds.sort_by_key(|(at, _)| *at);
    script.deeds
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("small")
}

fn minutes(random: &mut Random, least: u64, most: u64) -> i64 {
    i64::try_from(least + random.below(most - least)).expect("small")
}

impl Script<'_> {
    fn instant(&mut self) -> Timestamp {
        let (begin, end) = (instant(BEGIN).as_second() + QUIET, instant(END).as_second() - 24 * 3600);
        let span = u64::try_from(end - begin).expect("forwards");
        Timestamp::from_second(begin + i64::try_from(self.random.below(span)).expect("small")).expect("within the year")
    }

    fn of_each(&mut self, count: u64, whom: impl Fn(&Resource) -> bool, deed: impl Fn(&mut Random, usize) -> Deed) {
        let candidates: Vec<usize> = (0..self.all.len()).filter(|who| whom(&self.all[*who])).collect();
        for _ in 0..count {
            let at = self.instant();
            let who = candidates[index(self.random.below(candidates.len() as u64))];
            let deed = deed(&mut self.random, who);
            self.deeds.push((at, deed));
        }
    }

    /// What begins and ends.
    fn spell(&mut self, most: u64, begin: Deed, end: Deed) {
        let at = self.instant();
        let lasts = SignedDuration::from_mins(minutes(&mut self.random, 5, most));
        self.deeds.extend([(at, begin), (at + lasts, end)]);
    }

    fn shortages(&mut self) {
        for _ in 0..SHORTAGES {
            let name = TYPES[index(self.random.below(3))];
            self.spell(5 * 60, Deed::Capacity(name, false), Deed::Capacity(name, true));
        }
        for _ in 0..DENIALS {
            let action = DENIED[index(self.random.below(DENIED.len() as u64))];
            self.spell(75, Deed::Deny(action), Deed::Allow(action));
        }
    }

    /// What fails falls on the minutes in which there is something to do: on the hour, the quarters, and the halves.
    fn troubles(&mut self) {
        const FAULTS: [Fault; 4] = [Fault::Throttled, Fault::Before, Fault::After, Fault::LostAnswer];
        for n in 0..TROUBLES + THROTTLES {
            let at = self.instant().as_second();
            let at = Timestamp::from_second(at - at.rem_euclid(15 * 60) - 20).expect("within the year");
            let count = 1 + self.random.below(4);
            let fault = |random: &mut Random| (random.below(10), FAULTS[index(random.below(4))]);
            let deed =
                if n < TROUBLES { Deed::Trouble((0..count).map(|_| fault(&mut self.random)).collect()) } else { Deed::Throttle(count * 3) };
            self.deeds.push((at, deed));
        }
    }
}
