//! What only shows when the sections lie side by side: accepted, and most likely not meant.

use std::collections::BTreeMap;

use super::Resolver;
use crate::cloud::Place;
use crate::diag::Diagnostic;
use crate::fleet::{Access, Database, Fleet};
use crate::name::Name;
use crate::schedule::{Schedule, tied};
use crate::span::{At, Span};
use crate::tags::Tags;

/// An entry that a schedule can be for.
struct Entry<'f> {
    address: String,
    span: &'f Span,
    service: &'static str,
    tags: &'f Tags,
    place: &'f Place,
    schedule: Option<&'f At<Name>>,
}

impl Resolver<'_> {
    /// Warns about what the sections make of each other. A file with errors is not looked at: half of it stands
    /// for something else.
    pub(super) fn across(&mut self, fleet: &Fleet) {
        if !self.cx.is_clean() {
            return;
        }
        self.contested(fleet);
        for database in fleet.databases.values() {
            self.reached_from_elsewhere(fleet, database);
        }
        self.unnamed_groups(fleet);
    }

    /// A parameter group is made where a database names it, so one that none names is made nowhere.
    fn unnamed_groups(&mut self, fleet: &Fleet) {
        for group in fleet.parameter_groups.values().filter(|group| group.places.is_empty()) {
            let problem = Diagnostic::warning(format!("no database names the parameter group `{}`", group.name), group.span.clone());
            let help = format!("it is made where a database names it: write `parameter-group: {}` in a database, or remove it", group.name);
            self.cx.push(problem.label("never made").help(help));
        }
    }

    /// Two schedules of equal priority hold what they are both for, so nothing of it is ever started or stopped.
    /// Said once for each two: they may meet on every entry.
    fn contested(&mut self, fleet: &Fleet) {
        let mut pairs: BTreeMap<(&Name, &Name), (Entry<'_>, usize)> = BTreeMap::new();
        for entry in entries(fleet) {
            let named = entry.schedule.map(|name| &name.value);
            if let Some((one, two)) = tied(fleet.schedules.values(), named, entry.service, entry.tags, entry.place) {
                pairs.entry((&one.name, &two.name)).or_insert((entry, 0)).1 += 1;
            }
        }
        for ((one, two), (entry, count)) in pairs {
            let others = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
            let message = format!("two schedules of equal priority are for {}{others}", entry.address);
            let span = entry.schedule.map_or(entry.span, |name| &name.span).clone();
            let mut problem = Diagnostic::warning(message, span).label(format!("both `{one}` and `{two}`"));
            for schedule in [one, two].into_iter().filter_map(|name| fleet.schedules.get(name)) {
                problem = problem.also(schedule.span.clone(), words(schedule));
            }
            self.cx.push(
                problem.help("it is held back until one has a higher `priority`, or its `select` leaves it out (`except: {tags: …}`)"),
            );
        }
    }

    /// A rule names a group of its own account and region.
    fn reached_from_elsewhere(&mut self, fleet: &Fleet, database: &Database) {
        for access in &database.allow {
            let Access::User(name) = &access.value else { continue };
            let Some(user) = fleet.users.get(name).filter(|user| user.place != database.place) else { continue };
            let message = format!("`{name}` lives in {}, and `{}` in {}", user.place, database.name, database.place);
            let problem =
                Diagnostic::warning(message, access.span.clone()).label("this rule is held back").also(user.span.clone(), "lives here");
            self.cx.push(problem.help(
                "a rule refers to a security group of its own account and region only: allow a `cidr` instead, or move one of them with `in`",
            ));
        }
    }
}

fn entries(fleet: &Fleet) -> impl Iterator<Item = Entry<'_>> {
    let users = fleet.users.values().map(|user| Entry {
        address: format!("user/{}", user.name),
        span: &user.span,
        service: "ec2",
        tags: &user.tags,
        place: &user.place,
        schedule: user.schedule.as_ref(),
    });
    let databases = fleet.databases.values().map(|database| Entry {
        address: format!("database/{}", database.name),
        span: &database.span,
        service: "rds",
        tags: &database.tags,
        place: &database.place,
        schedule: database.schedule.as_ref(),
    });
    users.chain(databases)
}

fn words(schedule: &Schedule) -> String {
    format!("`{}`, priority {}", schedule.name, schedule.priority)
}
