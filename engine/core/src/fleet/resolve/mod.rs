//! From what is written to a fleet: defaults merged, references checked, facts of AWS applied.

mod across;
mod advisor;
mod calendars;
mod cloud;
mod databases;
mod ics;
pub mod line;
mod notify;
mod overrides;
mod parameters;
mod roster;
mod schedules;
mod tags;
mod users;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use indexmap::IndexMap;

use super::decode::{Cx, Entries};
use super::leaf_aws::PlaceText;
use super::raw::RawFleet;
use super::{CloudDecl, FileSource, Fleet, LoadOptions};
use crate::cloud::Place;
use crate::diag::{Diagnostic, Sources};
use crate::name::{FleetName, Name};
use crate::span::{At, Span};

/// What resolving needs beside the section at hand.
pub(super) struct Resolver<'a> {
    pub(super) cx: Cx,
    pub(super) files: &'a dyn FileSource,
    pub(super) options: &'a LoadOptions,
    pub(super) sources: Sources,
    pub(super) file: Arc<str>,
    /// The fleet's name, once it is known.
    fleet: Option<FleetName>,
    /// The fleet's zone, once it is known.
    timezone: Option<String>,
    /// It was written and refused: its absence is no news.
    timezone_refused: bool,
    cloud: CloudDecl,
    /// Names of schedules, for references.
    schedule_names: Vec<Name>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(file: Arc<str>, files: &'a dyn FileSource, options: &'a LoadOptions) -> Self {
        let cloud = CloudDecl { provider: None, accounts: IndexMap::new(), regions: Vec::new(), endpoint: None, estate: None };
        let cx = Cx::new(&file);
        Self {
            cx,
            files,
            options,
            sources: Sources::default(),
            file,
            fleet: None,
            timezone: None,
            timezone_refused: false,
            cloud,
            schedule_names: Vec::new(),
        }
    }

    fn error(&mut self, problem: Diagnostic) {
        self.cx.push(problem);
    }

    /// Resolves the whole file. What is wrong is in the context; the fleet counts only when nothing is.
    pub(super) fn fleet(&mut self, mut raw: RawFleet) -> Fleet {
        self.fleet = raw.fleet.take().map(|name| name.value);
        self.timezone = raw.timezone.take().map(|zone| zone.value.0);
        self.timezone_refused = raw.refused.contains(&"timezone");
        self.cloud = self.cloud(raw.cloud.take());
        self.needs_name(&raw);
        let schedules = raw.schedules.take().map(|entries| entries.value).unwrap_or_default();
        self.schedule_names = schedules.0.iter().map(|(name, _)| name.value.clone()).collect();
        let calendars = self.calendars(raw.calendars.take().map(|entries| entries.value).unwrap_or_default());
        let schedules = self.schedules(schedules, &calendars);
        let groups = raw.parameter_groups.take().map(|entries| entries.value).unwrap_or_default();
        let mut parameter_groups = self.parameter_groups(groups);
        self.nobody(raw.users.as_ref());
        let users = self.users(raw.users.take().map(|users| users.value).unwrap_or_default());
        let databases = raw.databases.take().map(|databases| databases.value).unwrap_or_default();
        let databases = self.databases(databases, &users.names, &mut parameter_groups);
        let overrides = self.overrides(raw.overrides.take(), &users.names, &databases);
        let fleet = Fleet {
            name: self.fleet.clone(),
            was: self.fleet_was(raw.was.take()),
            timezone: self.timezone.clone(),
            cloud: self.cloud.clone(),
            retire: Self::retire(raw.retire.take()),
            users: users.users,
            parameter_groups,
            databases,
            calendars,
            schedules,
            overrides,
            prices: self.prices(raw.prices.take()),
            advisor: self.advisor(raw.advisor.as_ref()),
            other: other(&raw),
            sections: BTreeMap::new(),
            notify: raw.notify.as_ref().map(|notify| self.notify(&notify.value.value, &notify.span)),
        };
        self.across(&fleet);
        fleet
    }

    /// The fleet's name is required as soon as something would carry it.
    fn needs_name(&mut self, raw: &RawFleet) {
        let owner = [
            raw.users.as_ref().filter(|users| !users.entries.0.is_empty() || users.from.is_some()).map(|at| ("users", &at.span)),
            raw.databases.as_ref().filter(|databases| !databases.entries.0.is_empty()).map(|at| ("databases", &at.span)),
            raw.parameter_groups.as_ref().filter(|groups| !groups.0.is_empty()).map(|at| ("parameter groups", &at.span)),
            raw.was.as_ref().map(|at| ("`was`", &at.span)),
        ];
        let Some((what, _)) = owner.into_iter().flatten().next().filter(|_| self.fleet.is_none() && !raw.refused.contains(&"fleet")) else {
            return;
        };
        self.nameless(what);
    }

    fn nameless(&mut self, what: &str) {
        let problem = Diagnostic::error("`fleet` is missing", Span::start_of(&self.file));
        self.error(problem.help(format!(
            "the file has {what}, and whatever is owned carries the fleet's name in its tags: write `fleet: NAME` at the top"
        )));
    }

    fn fleet_was(&mut self, was: Option<At<super::decode::OneOrMany<FleetName>>>) -> Vec<FleetName> {
        let was = was.map(|was| was.value.0).unwrap_or_default();
        for old in &was {
            if Some(&old.value) == self.fleet.as_ref() {
                self.error(Diagnostic::error("`was` names the fleet itself", old.span.clone()).help("remove it"));
            }
        }
        was.into_iter().map(|old| old.value).collect()
    }

    /// Names that differ only in case would share AWS names that RDS folds.
    fn unique<'n>(&mut self, what: &str, names: impl Iterator<Item = &'n At<Name>>) {
        let mut seen: HashMap<String, At<Name>> = HashMap::new();
        for name in names {
            match seen.get(&name.value.folded()) {
                // The same key twice has been said already.
                Some(first)
                    if self.written(&first.span) == self.written(&name.span)
                        && first.span.file == name.span.file
                        && name.span.file == self.file => {}
                Some(first) => {
                    let again =
                        Diagnostic::error(format!("two {what}s are called `{}`", name.value), name.span.clone()).label("again here");
                    let again = again.also(first.span.clone(), "first here");
                    self.error(again.help("names differ without regard to case, and by their composed form"));
                }
                None => drop(seen.insert(name.value.folded(), name.clone())),
            }
        }
    }

    /// The text of a span, letter by letter.
    fn written(&self, span: &Span) -> Option<&str> {
        self.sources.0.get(&span.file)?.get(span.start..span.end)
    }

    /// An entry's old names may not be names of today.
    fn was(&mut self, was: Option<At<super::decode::OneOrMany<Name>>>, today: &[Name]) -> Vec<Name> {
        let was = was.map(|was| was.value.0).unwrap_or_default();
        for old in &was {
            if today.iter().any(|name| name.folded() == old.value.folded()) {
                let problem = Diagnostic::error(format!("`{}` is still an entry of its own", old.value), old.span.clone());
                self.error(problem.help("`was` names entries that are gone: remove the one or the other"));
            }
        }
        was.into_iter().map(|old| old.value).collect()
    }

    /// Where an entry lives: what it says, else the first account and region.
    fn place(&mut self, text: Option<&At<PlaceText>>) -> Place {
        let first = |keys: Option<&String>| keys.cloned().unwrap_or_default();
        let home = Place { account: first(self.cloud.accounts.keys().next()), region: first(self.cloud.regions.first()) };
        text.and_then(|text| self.written_place(text)).unwrap_or(home)
    }

    fn written_place(&mut self, text: &At<PlaceText>) -> Option<Place> {
        let written = text.value.0.as_str();
        let found = self.cloud.places().into_iter().find(|place| place.to_string() == written);
        if found.is_none() && !self.cloud.regions.is_empty() {
            let places: Vec<String> = self.cloud.places().iter().map(ToString::to_string).collect();
            let problem = super::decode::unknown("place", written, text.span.clone(), places.iter().map(String::as_str));
            self.error(problem.help("a place is ACCOUNT/REGION, both declared under `cloud`"));
        }
        found
    }

    /// A schedule named by an entry; `none` takes a default away.
    fn named_schedule(&mut self, name: Option<At<Name>>) -> Option<At<Name>> {
        let name = name.filter(|name| name.as_str() != "none")?;
        let names = std::mem::take(&mut self.schedule_names);
        self.known("schedule", &name, &names);
        self.schedule_names = names;
        Some(name)
    }

    /// Reports a reference to what is not there.
    fn known(&mut self, what: &str, name: &At<Name>, known: &[Name]) -> bool {
        let there = known.contains(&name.value);
        if !there && !self.cx.is_full() {
            self.error(super::decode::unknown(what, name.as_str(), name.span.clone(), known.iter().map(Name::as_str)));
        }
        there
    }

    /// Reads a file that fleet.yaml names and remembers its text for messages.
    fn text_file(&mut self, path: &At<super::leaf::RelPath>) -> Option<(Arc<str>, Arc<str>)> {
        let name: Arc<str> = path.value.0.as_str().into();
        let bytes = self.file_bytes(path)?;
        match crate::yaml::decode_utf8(&name, &bytes) {
            Ok(text) => {
                let text: Arc<str> = text.into();
                self.sources.0.insert(name.clone(), text.clone());
                Some((name, text))
            }
            Err(problem) => {
                self.error(*problem);
                None
            }
        }
    }

    fn file_bytes(&mut self, path: &At<super::leaf::RelPath>) -> Option<Vec<u8>> {
        let read = self.files.read(&path.value.0);
        let why = match read {
            Ok(bytes) if bytes.len() <= crate::yaml::MAX_BYTES => return Some(bytes),
            Ok(bytes) => format!("it has {} bytes, at most {} are read", bytes.len(), crate::yaml::MAX_BYTES),
            Err(why) => why,
        };
        self.error(Diagnostic::error(format!("cannot read `{}`: {why}", path.value.0), path.span.clone()));
        None
    }
}

/// Sections that other parts read.
fn other(raw: &RawFleet) -> BTreeMap<String, serde_json::Value> {
    let sections = [
        ("notify", raw.notify.as_ref().map(|kept| &kept.value.json)),
        ("advisor", raw.advisor.as_ref().map(|kept| &kept.value.json)),
        ("history", raw.history.as_ref().map(|kept| &kept.value.json)),
        ("lease", raw.lease.as_ref().map(|kept| &kept.value.json)),
    ];
    sections.into_iter().filter_map(|(key, json)| Some((key.to_owned(), json?.clone()))).collect()
}

/// The names of entries, in the order of the file.
fn names<T>(entries: &Entries<T>) -> Vec<Name> {
    entries.0.iter().map(|(name, _)| name.value.clone()).collect()
}
