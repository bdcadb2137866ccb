//! Schedules that could be: one for each tag that tells machines into groups, and what other tools do already.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::effect::Effect;
use super::machine::Seen;
use super::tagged::{Purpose, TagUse};
use super::{Input, measured};
use crate::import::{self, Imported, Source};
use crate::schedule::{Schedule, Zone};

/// Most values of a key that a schedule is proposed for.
const VALUES: usize = 8;
/// What stands for any value in a `select`.
const ANY: &str = "*";
/// Words by which people mark what is not to be stopped.
const PRODUCTION: [&str; 5] = ["prod", "production", "prd", "live", "critical"];
/// Words that turn the one behind them into its opposite: `non-prod`.
const NOT: [&str; 2] = ["non", "not"];

/// A schedule that could be.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What it would be called.
    pub name: String,
    /// Why it is there.
    pub origin: Origin,
    /// What stands under its name; nothing where none is proposed.
    pub schedule: Map<String, Value>,
    /// What does not carry over from another tool.
    pub notes: Vec<String>,
    /// What it would do; nothing when it selects nothing by itself.
    pub effect: Option<Effect>,
}

/// Why a schedule is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A tag that groups machines.
    Tag {
        /// Its key.
        key: String,
        /// Its value.
        value: String,
        /// It looks like production, so that nothing is proposed.
        production: bool,
    },
    /// A tag of Cloud Custodian's.
    Custodian {
        /// Its key.
        key: String,
        /// Its value.
        value: String,
    },
    /// A tag of Instance Scheduler's, whose schedule stands in a table of its own.
    InstanceScheduler {
        /// Its value: the name of the schedule.
        value: String,
    },
    /// Schedules of EventBridge that stand in the account.
    EventBridge,
}

/// What proposals are made from.
struct Scene<'a> {
    input: &'a Input<'a>,
    office: &'a Schedule,
    machines: &'a [Seen],
    names: Vec<String>,
}

type OtherEdges = (Vec<(String, String)>, usize);

/// All of them: what other tools do, then tags by what they would save; and the EventBridge schedules that are none.
pub(super) fn all(input: &Input<'_>, office: &Schedule, machines: &[Seen], tags: &[TagUse]) -> (Vec<Proposal>, OtherEdges) {
    let mut scene = Scene { input, office, machines, names: Vec::new() };
    let (mut all, other) = scene.edges();
    let mut tagged: Vec<Proposal> = Vec::new();
    for tag in tags {
        match tag.purpose() {
            Purpose::Names => {}
            Purpose::Groups => tagged.extend(tag.values.iter().take(VALUES).map(|(value, at)| scene.by_tag(&tag.key, value, at))),
            Purpose::Custodian => all.extend(tag.values.iter().map(|(value, at)| scene.custodian(&tag.key, value, at))),
            Purpose::InstanceScheduler => all.extend(tag.values.iter().map(|(value, at)| scene.instance_scheduler(value, at))),
        }
    }
    let saved = |proposal: &Proposal| proposal.effect.as_ref().map_or(0.0, |effect| effect.hours.outside);
    tagged.sort_by(|a, b| saved(b).total_cmp(&saved(a)));
    all.extend(tagged);
    (all, other)
}

impl Scene<'_> {
    fn edges(&mut self) -> (Vec<Proposal>, OtherEdges) {
        let mut all = Vec::new();
        let mut other: OtherEdges = (Vec::new(), 0);
        for view in self.input.snapshot.places.values() {
            let live = import::live(view.eventbridge.seen());
            all.extend(live.imported.into_iter().map(|imported| self.imported(imported)));
            other.0.extend(live.refused);
            other.1 += live.ours;
        }
        (all, other)
    }

    fn imported(&mut self, imported: Imported) -> Proposal {
        let Imported { name, schedule, notes } = imported;
        let effect = import::read(&schedule).ok().and_then(|schedule| {
            let select = schedule.select.as_ref()?;
            let fits = |at: &usize| select.matches(self.machines[*at].service, &self.machines[*at].tags, &self.machines[*at].place);
            let selected: Vec<usize> = (0..self.machines.len()).filter(fits).collect();
            Some(self.effect(&schedule, &selected))
        });
        let name = self.name(name.as_deref().unwrap_or("imported"));
        Proposal { name, origin: Origin::EventBridge, schedule, notes, effect }
    }

    fn by_tag(&mut self, key: &str, value: &str, at: &[usize]) -> Proposal {
        let name = self.name(&format!("{key}-{value}"));
        let (except, chosen) = self.without_production(at);
        let origin = Origin::Tag { key: key.to_owned(), value: value.to_owned(), production: chosen.is_empty() };
        let effect = self.effect(self.office, if chosen.is_empty() { at } else { &chosen });
        // A `*` in a `select` is any value, and what cannot be stopped needs no schedule.
        if chosen.is_empty() || effect.stoppable() == 0 || value == ANY {
            return Proposal { name, origin, schedule: Map::new(), notes: Vec::new(), effect: Some(effect) };
        }
        let mut select = select(key, value, chosen.iter().map(|at| self.machines[*at].service));
        if !except.is_empty() {
            select["except"] = json!({"tags": except});
        }
        let schedule = keys(&self.input.options.zone, Some(select), &self.input.options.run);
        Proposal { name, origin, schedule, notes: Vec::new(), effect: Some(effect) }
    }

    /// Machines without those that another tag marks as production, their Name too, and the tags that do.
    fn without_production(&self, at: &[usize]) -> (BTreeMap<&str, BTreeSet<&str>>, Vec<usize>) {
        let mut except: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut chosen = Vec::new();
        for at in at {
            let mut marks = self.machines[*at].tags.iter().filter(|(_, value)| is_production(value)).peekable();
            chosen.extend(marks.peek().is_none().then_some(*at));
            marks.for_each(|(key, value)| _ = except.entry(key).or_default().insert(value));
        }
        (except, chosen)
    }

    fn custodian(&mut self, key: &str, value: &str, at: &[usize]) -> Proposal {
        let origin = Origin::Custodian { key: key.to_owned(), value: value.to_owned() };
        let name = self.name(&format!("custodian-{}", value.split(['=', '(', '[', ';']).next().unwrap_or(value)));
        let read = import::import(Source::Custodian, &json!({"tag": value}).to_string());
        let read = read.and_then(|imported| import::read(&imported.schedule).map(|schedule| (imported, schedule)));
        match read {
            Ok((imported, schedule)) => {
                let effect = Some(self.effect(&schedule, at));
                let select = select(key, value, at.iter().map(|at| self.machines[*at].service));
                Proposal { name, origin, schedule: with_select(imported.schedule, select), notes: imported.notes, effect }
            }
            Err(why) => Proposal { name, origin, schedule: Map::new(), notes: vec![why], effect: None },
        }
    }

    fn instance_scheduler(&mut self, value: &str, at: &[usize]) -> Proposal {
        let origin = Origin::InstanceScheduler { value: value.to_owned() };
        let effect = Effect { machines: at.to_vec(), ..Effect::default() };
        Proposal { name: value.to_owned(), origin, schedule: Map::new(), notes: Vec::new(), effect: Some(effect) }
    }

    fn effect(&self, schedule: &Schedule, at: &[usize]) -> Effect {
        Effect::of(schedule, self.machines, at, measured(self.input.now), self.input.now)
    }

    /// A name that fleet.yaml takes, given once.
    fn name(&mut self, wanted: &str) -> String {
        let name = import::name(wanted, &self.names);
        self.names.push(name.clone());
        name
    }
}

/// True when any word of a value, without a number at its end, is one of production: `PROD-kr`, `production/db`, `prod2`.
fn is_production(value: &str) -> bool {
    let value = value.to_lowercase();
    let words: Vec<&str> = value.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let negated = |at: usize| at > 0 && NOT.contains(&words[at - 1]);
    let says = |word: &str| PRODUCTION.contains(&word.trim_end_matches(|letter: char| letter.is_ascii_digit()));
    words.iter().enumerate().any(|(at, word)| says(word) && !negated(at))
}

/// A schedule of one window.
pub(super) fn keys(zone: &Zone, select: Option<Value>, run: &str) -> Map<String, Value> {
    let mut keys = Map::new();
    keys.insert("timezone".to_owned(), zone.name().into());
    keys.extend(select.map(|select| ("select".to_owned(), select)));
    keys.insert("run".to_owned(), json!([run]));
    keys
}

/// Groups and services are named, since a `select` without services is about machines and databases.
fn select<'a>(key: &str, value: &str, services: impl Iterator<Item = &'a str>) -> Value {
    let mut of: Vec<&str> = services.collect();
    of.sort_unstable();
    of.dedup();
    let scales = of.iter().any(|service| ["asg", "ecs"].contains(service));
    let mut select = Map::new();
    if scales {
        select.insert("services".to_owned(), json!(of));
    }
    select.insert("tags".to_owned(), json!({key: [value]}));
    Value::Object(select)
}

/// The schedule with its `select` where people write it: in front of the windows.
fn with_select(schedule: Map<String, Value>, select: Value) -> Map<String, Value> {
    let mut out = Map::new();
    out.extend(schedule.get("timezone").map(|zone| ("timezone".to_owned(), zone.clone())));
    out.insert("select".to_owned(), select);
    out.extend(schedule.into_iter().filter(|(key, _)| key != "timezone"));
    out
}

#[cfg(test)]
mod tests {
    use super::is_production;

    #[test]
    fn any_word_of_a_value_may_say_production() {
        for value in
            ["prod", "PROD-kr", "production-db", "Live", "kr_prd_2", "tier1/critical", "web.prod", "prod2", "nonprod, prod", "운영 prod"]
        {
            assert!(is_production(value), "{value}");
        }
        for value in ["", "dev", "product", "reproduction", "delivery", "alive", "2", "non-prod", "Non_Production", "not live", "-"] {
            assert!(!is_production(value), "{value}");
        }
    }
}
