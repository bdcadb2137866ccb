//! Schedules: zones, selections, references between them.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::Resolver;
use crate::diag::Diagnostic;
use crate::fleet::decode::{Either, Entries, Free, Kept, OneOrMany};
use crate::fleet::leaf::{AsWritten, Int};
use crate::fleet::raw_schedule::{
    AutoRestart, DeliveryWord, ExceptionState, Maintenance, ManualWord, Otherwise, RawAfter, RawCapacity, RawDelivery, RawException,
    RawNotify, RawNumbers, RawRds, RawRdsSnapshot, RawSchedule, RawSelect, RawSize, RawSnooze, RawTarget, RawWorkdays, Service,
};
use crate::fleet::{Calendar, Delivery, DeliveryBy};
use crate::name::Name;
use crate::schedule::{
    After, Exception, Limit, Manual, Numbers, RdsRules, RunState, Schedule, Select, Sizes, Sizing, Snooze, WantedState, Window, Workdays,
};
use crate::span::{At, Span};

/// Snapshots kept when `keep` is not written.
const SNAPSHOTS_KEPT: u32 = 3;

type Calendars = IndexMap<Name, Calendar>;
type TagSets = BTreeMap<String, BTreeSet<String>>;

impl Resolver<'_> {
    pub(super) fn schedules(&mut self, raw: Entries<RawSchedule>, calendars: &Calendars) -> IndexMap<Name, Schedule> {
        self.unique("schedule", raw.0.iter().map(|(name, _)| name));
        self.no_circles(&raw);
        let calendars: Vec<Name> = calendars.keys().cloned().collect();
        raw.0.into_iter().map(|(name, raw)| (name.value.clone(), self.schedule(name, raw, &calendars))).collect()
    }

    pub(super) fn schedule(&mut self, name: At<Name>, raw: RawSchedule, calendars: &[Name]) -> Schedule {
        let At { value: name, span } = name;
        if name.as_str() == "none" {
            self.error(Diagnostic::error("a schedule cannot be called `none`", span.clone()).help("`schedule: none` takes a default away"));
        }
        self.says_something(&raw, &name, &span);
        let sizing = Sizing { types: self.sizes(raw.sizes.as_ref()), numbers: self.capacity(raw.capacity.as_ref()) };
        let after = self.after(raw.after.as_ref(), &name);
        let snooze = raw.snooze.as_ref().and_then(|kept| snooze(&kept.value.value));
        if let Some(notify) = &raw.notify {
            self.notify(&notify.value.value);
        }
        let other = other(&raw);
        let rds = raw.rds.as_ref().map(|kept| rds(&kept.value.value)).unwrap_or_default();
        Schedule {
            rds,
            timezone: self.zone(&raw, &name, &span),
            select: raw.select.map(|select| self.select(select)),
            run: windows(raw.run),
            stop: windows(raw.stop),
            leave: windows(raw.leave),
            otherwise: match raw.otherwise.map(|word| word.value) {
                Some(Otherwise::Running) => WantedState::Running,
                Some(Otherwise::Leave) => WantedState::Leave,
                Some(Otherwise::Stopped) | None => WantedState::Stopped,
            },
            except: self.exceptions(raw.except, calendars),
            workdays: self.workdays(raw.workdays, calendars),
            manual: match raw.manual.map(|word| word.value) {
                Some(ManualWord::Hold) => Manual::Hold,
                Some(ManualWord::Enforce) => Manual::Enforce,
                Some(ManualWord::UntilNextEdge) | None => Manual::UntilNextEdge,
            },
            priority: raw.priority.map_or(0, |priority| priority.value.0),
            hibernate: raw.hibernate.is_some_and(|on| on.value),
            limit: raw.limit.and_then(|limit| limit.value.max_runtime).map(|longest| Limit { max_runtime: longest.value.0 }),
            delivery: self.delivery(raw.delivery, &span),
            other,
            sizing,
            after,
            snooze,
            name,
            span,
        }
    }

    fn says_something(&mut self, raw: &RawSchedule, name: &Name, span: &Span) {
        let none = |windows: &Option<At<OneOrMany<Window>>>| windows.as_ref().is_none_or(|list| list.value.0.is_empty());
        let refused = ["run", "stop", "leave", "otherwise"].iter().any(|key| raw.refused.contains(key));
        if none(&raw.run) && none(&raw.stop) && none(&raw.leave) && raw.otherwise.is_none() && !refused {
            let problem = Diagnostic::error(format!("`{name}` has no window"), span.clone());
            self.error(problem.help("write `run: ['mon-fri 09:00-19:00']`, or `otherwise: running` for what never stops"));
        }
    }

    fn zone(&mut self, raw: &RawSchedule, name: &Name, span: &Span) -> String {
        let zone = raw.timezone.as_ref().map(|zone| zone.value.0.clone()).or_else(|| self.timezone.clone());
        if zone.is_none() && !raw.refused.contains(&"timezone") && !self.timezone_refused {
            let problem = Diagnostic::error(format!("`{name}` has no time zone"), span.clone());
            self.error(problem.help("write `timezone: Asia/Seoul` (or yours) here or at the top of the file; there is no silent UTC"));
        }
        zone.unwrap_or_default()
    }

    pub(super) fn select(&mut self, raw: At<RawSelect>) -> Select {
        let At { value: raw, span } = raw;
        let services: BTreeSet<String> =
            raw.services.iter().flat_map(|list| &list.value.0).map(|word| word.value.as_str().to_owned()).collect();
        let tags = raw.tags.map(|tags| self.tag_sets(tags)).unwrap_or_default();
        if tags.is_empty() && raw.services.is_none() && raw.places.is_none() && raw.refused.is_empty() {
            self.error(
                Diagnostic::error("an empty `select` would be everything", span)
                    .help("write `select: {tags: {env: dev}}`; for what users and databases name, leave `select` out"),
            );
        }
        let places = raw.places.map(|list| list.value.0).unwrap_or_default();
        Select {
            services: if services.is_empty() { [Service::Ec2, Service::Rds].map(|word| word.as_str().to_owned()).into() } else { services },
            tags,
            except_tags: raw.except.and_then(|except| except.value.tags).map(|tags| self.tag_sets(tags)).unwrap_or_default(),
            places: places.iter().filter_map(|text| self.written_place(text)).collect(),
        }
    }

    fn tag_sets(&mut self, tags: At<Free<OneOrMany<AsWritten>>>) -> TagSets {
        for (key, values) in &tags.value.0 {
            if values.value.0.is_empty() {
                self.error(
                    Diagnostic::error(format!("no value for the tag `{}`", key.value), values.span.clone()).help("`'*'` matches any value"),
                );
            }
        }
        let set = |values: OneOrMany<AsWritten>| values.0.into_iter().map(|value| value.value.0).collect();
        tags.value.0.into_iter().map(|(key, values)| (key.value, set(values.value))).collect()
    }

    fn exceptions(&mut self, raw: Option<At<Vec<At<RawException>>>>, calendars: &[Name]) -> Vec<Exception> {
        let list = raw.map(|list| list.value).unwrap_or_default();
        list.into_iter().filter_map(|exception| self.exception(exception, calendars)).collect()
    }

    fn exception(&mut self, raw: At<RawException>, calendars: &[Name]) -> Option<Exception> {
        let calendar = raw.value.calendar?;
        self.known("calendar", &calendar, calendars);
        let state = match raw.value.state?.value {
            ExceptionState::Running => Some(RunState::Running),
            ExceptionState::Stopped => Some(RunState::Stopped),
            ExceptionState::Ignore => None,
        };
        Some(Exception { calendar: calendar.value, state, span: raw.span })
    }

    fn workdays(&mut self, raw: Option<At<RawWorkdays>>, calendars: &[Name]) -> Workdays {
        let raw = raw.map(|workdays| workdays.value).unwrap_or_default();
        if let Some(calendar) = &raw.except {
            self.known("calendar", calendar, calendars);
        }
        Workdays { days: raw.days.map_or_else(|| (1..=5).collect(), |days| days.value.0), except: raw.except.map(|name| name.value) }
    }

    fn delivery(&mut self, raw: Option<At<Kept<Either<DeliveryWord, RawDelivery>>>>, span: &Span) -> Delivery {
        let Some(At { value: kept, span: written }) = raw else { return Delivery { by: DeliveryBy::Loop, options: Json::Null } };
        let (word, mut options) = match kept.value {
            Either::Word(word) => (Some(word), Json::Null),
            Either::Section(section) => (section.by.map(|by| by.value), kept.json),
        };
        if let Json::Object(map) = &mut options {
            map.remove("by");
        }
        let by = match word {
            Some(DeliveryWord::Eventbridge) => DeliveryBy::Eventbridge,
            Some(DeliveryWord::Both) => DeliveryBy::Both,
            Some(DeliveryWord::Loop) | None => DeliveryBy::Loop,
        };
        if by != DeliveryBy::Loop && self.fleet.is_none() {
            let place = if written.end > written.start { written } else { span.clone() };
            self.error(
                Diagnostic::error("delivery by EventBridge needs `fleet`", place)
                    .help("what it makes in the account carries the fleet's name: write `fleet: NAME` at the top"),
            );
        }
        Delivery { by, options }
    }

    /// Each receiver is one thing.
    pub(super) fn notify(&mut self, notify: &RawNotify) {
        for target in notify.to.iter().flat_map(|list| &list.value) {
            let RawTarget { webhook, exec, sns, refused, .. } = &target.value;
            let ways = usize::from(webhook.is_some()) + usize::from(exec.is_some()) + usize::from(sns.is_some());
            if ways > 1 || (ways == 0 && refused.is_empty()) {
                self.error(Diagnostic::error("a receiver is one of `webhook`, `exec` and `sns`", target.span.clone()));
            }
            if let Some(command) = exec.as_ref().filter(|command| command.value.is_empty()) {
                self.error(Diagnostic::error("`exec` names no command", command.span.clone()));
            }
        }
    }

    fn sizes(&mut self, raw: Option<&At<Kept<Vec<At<RawSize>>>>>) -> Sizes<Vec<String>> {
        let mut sizes = Sizes::default();
        for size in raw.iter().flat_map(|kept| &kept.value.value) {
            let RawSize { window, types, otherwise, refused } = &size.value;
            match (window, types, otherwise) {
                (Some(window), Some(types), None) if !types.value.is_empty() => {
                    sizes.windows.push((window.clone(), types.value.iter().map(|one| one.value.0.clone()).collect()));
                }
                (None, None, Some(otherwise)) => self.only_else(&mut sizes, vec![otherwise.value.0.clone()], &size.span),
                _ if refused.is_empty() => {
                    self.error(Diagnostic::error("an entry of `sizes` has `in` and `types`, or `else` alone", size.span.clone()));
                }
                _ => {}
            }
        }
        sizes
    }

    fn capacity(&mut self, raw: Option<&At<Kept<Vec<At<RawCapacity>>>>>) -> Sizes<Numbers> {
        let mut sizes = Sizes::default();
        for entry in raw.iter().flat_map(|kept| &kept.value.value) {
            let RawCapacity { window, otherwise, numbers, refused } = &entry.value;
            let own = numbers.min.is_some() || numbers.desired.is_some() || numbers.max.is_some();
            match (window, otherwise) {
                (Some(window), None) if own => sizes.windows.push((window.clone(), self.ordered(numbers, &entry.span))),
                (None, Some(numbers)) if !own => {
                    let numbers = self.ordered(&numbers.value, &entry.span);
                    self.only_else(&mut sizes, numbers, &entry.span);
                }
                _ if refused.is_empty() && numbers.refused.is_empty() => {
                    self.error(Diagnostic::error("an entry of `capacity` has `in` and numbers, or `else` alone", entry.span.clone()));
                }
                _ => {}
            }
        }
        sizes
    }

    fn only_else<T>(&mut self, sizes: &mut Sizes<T>, size: T, span: &Span) {
        if sizes.otherwise.replace(size).is_some() {
            self.error(Diagnostic::error("a second `else`", span.clone()).help("what counts outside of all windows stands once"));
        }
    }

    fn ordered(&mut self, numbers: &RawNumbers, span: &Span) -> Numbers {
        let written: Vec<i64> = [&numbers.min, &numbers.desired, &numbers.max].into_iter().flatten().map(|number| number.value.0).collect();
        if !written.is_sorted() {
            self.error(Diagnostic::error("`min` ≤ `desired` ≤ `max` does not hold", span.clone()));
        }
        let number = |it: &Option<At<Int<0, 100_000>>>| it.as_ref().and_then(|it| u32::try_from(it.value.0).ok());
        Numbers { min: number(&numbers.min), desired: number(&numbers.desired), max: number(&numbers.max) }
    }

    fn after(&mut self, raw: Option<&At<Kept<Vec<At<RawAfter>>>>>, own: &Name) -> Vec<After> {
        let mut all = Vec::new();
        for raw in raw.iter().flat_map(|kept| &kept.value.value) {
            let Some(other) = &raw.value.schedule else { continue };
            if other.value == *own {
                self.error(Diagnostic::error(format!("`{own}` waits for itself"), other.span.clone()));
            } else {
                self.known("schedule", other, &self.schedule_names.clone());
            }
            let ready = raw.value.ready.as_ref().is_some_and(|ready| ready.value);
            all.push(After { schedule: other.value.clone(), ready, span: raw.span.clone() });
        }
        all
    }

    /// Schedules that wait for each other would never start.
    fn no_circles(&mut self, raw: &Entries<RawSchedule>) {
        let waits: Waits<'_> = raw.0.iter().map(|(name, raw)| (&name.value, waits_for(raw))).collect();
        let mut done = BTreeSet::new();
        for start in waits.keys() {
            if let Some((circle, closing)) = circle(&waits, start, &mut done) {
                let names = circle.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" → ");
                let problem =
                    Diagnostic::error(format!("schedules wait for each other: {names} → {}", closing.value), closing.span.clone());
                self.cx.push(problem.help("take one of these `after` out; what waits for itself never starts"));
            }
        }
    }
}

/// What each schedule waits for, where it is written.
type Waits<'r> = BTreeMap<&'r Name, Vec<&'r At<Name>>>;

/// The first circle found on from `start`, and the line that closes it. One that waits for itself is told elsewhere.
fn circle<'r>(waits: &Waits<'r>, start: &'r Name, done: &mut BTreeSet<&'r Name>) -> Option<(Vec<&'r Name>, &'r At<Name>)> {
    let mut path = vec![(start, 0)];
    let mut on_path = BTreeSet::from([start]);
    while let Some((at, tried)) = path.last_mut() {
        let at = *at;
        let Some(next) = waits.get(at).and_then(|all| all.get(*tried)).copied().filter(|_| !done.contains(at)) else {
            done.insert(at);
            path.pop();
            continue;
        };
        *tried += 1;
        if next.value != *at && !on_path.insert(&next.value) && !done.contains(&next.value) {
            let begin = path.iter().position(|(before, _)| **before == next.value).unwrap_or_default();
            done.extend(path.iter().map(|(name, _)| *name));
            return Some((path[begin..].iter().map(|(name, _)| *name).collect(), next));
        }
        if next.value != *at && !done.contains(&next.value) {
            path.push((&next.value, 0));
        }
    }
    None
}

fn snooze(raw: &RawSnooze) -> Option<Snooze> {
    let tag = raw.tag.as_ref()?.value.0.clone();
    Some(Snooze { tag, max: raw.max.as_ref().map(|max| max.value.0) })
}

fn waits_for(raw: &RawSchedule) -> Vec<&At<Name>> {
    raw.after.iter().flat_map(|kept| &kept.value.value).filter_map(|after| after.value.schedule.as_ref()).collect()
}

fn rds(raw: &RawRds) -> RdsRules {
    let word = |snapshot: &At<RawRdsSnapshot>| {
        let before_stop = snapshot.value.before_stop.as_ref().is_some_and(|on| on.value);
        let keep = snapshot.value.keep.as_ref().and_then(|keep| u32::try_from(keep.value.0).ok());
        before_stop.then_some(keep.unwrap_or(SNAPSHOTS_KEPT))
    };
    RdsRules {
        maintenance: matches!(raw.maintenance.as_ref().map(|word| &word.value), Some(Maintenance::Honour)),
        snapshot: raw.snapshot.as_ref().and_then(word),
        restop: !matches!(raw.auto_restart.as_ref().map(|word| &word.value), Some(AutoRestart::Leave)),
    }
}

fn windows(raw: Option<At<OneOrMany<Window>>>) -> Vec<At<Window>> {
    raw.map(|list| list.value.0).unwrap_or_default()
}

/// Keys of a schedule that other parts read.
fn other(raw: &RawSchedule) -> BTreeMap<String, Json> {
    let sections = [
        ("snooze", raw.snooze.as_ref().map(|kept| &kept.value.json)),
        ("notify", raw.notify.as_ref().map(|kept| &kept.value.json)),
        ("sizes", raw.sizes.as_ref().map(|kept| &kept.value.json)),
        ("capacity", raw.capacity.as_ref().map(|kept| &kept.value.json)),
        ("rds", raw.rds.as_ref().map(|kept| &kept.value.json)),
        ("after", raw.after.as_ref().map(|kept| &kept.value.json)),
    ];
    sections.into_iter().filter_map(|(key, json)| Some((key.to_owned(), json?.clone()))).collect()
}
