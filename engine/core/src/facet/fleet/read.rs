//! fleet.yaml as facts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::super::fact::Fact;
use super::super::table::KindSpec;
use super::{DATABASE, Database, FLEET, FleetFile, Match, OVERRIDE, Override, Place, SCHEDULE, Schedule, Selection, USER, User};
use crate::fleet::{Access, Create, DeliveryBy, Fleet, Provider, Subject};
use crate::name::Name;
use crate::schedule::{Context, Hours, Select, Selectors};
use crate::span::{At, Span};
use crate::{cloud, fleet, schedule};

/// What the file is called that has no `fleet`.
const NAMELESS: &str = "fleet.yaml";

/// Every fact of a fleet file, by kind and name, each with the place where it stands. `now` says which week a schedule's hours are of.
#[must_use]
pub fn facts(fleet: &Fleet, now: Timestamp) -> Vec<Fact> {
    let reading = Reading { fleet, selectors: Selectors::new(fleet.schedules.values()), now };
    let whole = fact(&FLEET, &reading.whole(), fleet.sections.get("fleet").or_else(|| fleet.sections.values().min()));
    let users = fleet.users.values().map(|user| fact(&USER, &reading.user(user), Some(&user.span)));
    let databases = fleet.databases.values().map(|database| fact(&DATABASE, &reading.database(database), Some(&database.span)));
    let schedules = fleet.schedules.values().map(|schedule| fact(&SCHEDULE, &reading.schedule(schedule), Some(&schedule.span)));
    let mut all: Vec<Fact> = std::iter::once(whole).chain(users).chain(databases).chain(schedules).collect();
    let mut known = BTreeMap::new();
    for written in &fleet.overrides {
        let mut body = overridden(written);
        // Two of the same thing and end differ in their state or reason only: told apart by number.
        let seen: &mut u32 = known.entry(body.name.clone()).or_default();
        *seen += 1;
        if *seen > 1 {
            body.name = format!("{} ({seen})", body.name);
        }
        all.push(fact(&OVERRIDE, &body, Some(&written.span)));
    }
    all.sort_by(|a, b| (a.kind, &a.key).cmp(&(b.kind, &b.key)));
    all
}

fn fact(kind: &'static KindSpec, body: &impl serde::Serialize, span: Option<&Span>) -> Fact {
    Fact { span: span.cloned(), ..Fact::of(kind, ("", ""), body) }
}

struct Reading<'f> {
    fleet: &'f Fleet,
    selectors: Selectors<'f>,
    now: Timestamp,
}

impl Reading<'_> {
    fn whole(&self) -> FleetFile {
        let Self { fleet, .. } = self;
        let history = fleet.other.get("history");
        FleetFile {
            name: fleet.name.as_ref().map_or(NAMELESS, |name| name.as_str()).to_owned(),
            timezone: fleet.timezone.clone(),
            provider: fleet.cloud.provider.map(|provider| if provider == Provider::Aws { "aws" } else { "sandbox" }.to_owned()),
            accounts: fleet.cloud.accounts.keys().cloned().collect(),
            regions: fleet.cloud.regions.clone(),
            users: count(fleet.users.len()),
            databases: count(fleet.databases.len()),
            schedules: count(fleet.schedules.len()),
            receivers: count(fleet.notify.as_ref().map_or(0, |notify| notify.to.len())),
            tells_failures: fleet.notify.as_ref().is_some_and(|notify| notify.failure && !notify.to.is_empty()),
            retire_after_hours: fleet.retire.after.as_hours(),
            retire_snapshot: fleet.retire.snapshot,
            history: history.is_some(),
            history_copied: history.and_then(|history| history.get("s3")).is_some_and(|s3| !s3.is_null()),
            lease: fleet.other.contains_key("lease"),
        }
    }

    fn user(&self, user: &fleet::User) -> User {
        User {
            name: user.name.as_str().to_owned(),
            account: user.place.account.clone(),
            region: user.place.region.clone(),
            email: user.email.clone(),
            instance_type: user.instance_type.value.clone(),
            until: user.until.as_ref().map(|until| until.value.to_string()),
            ends_at: user.until_instant.map(|instant| instant.to_string()),
            schedule: named(user.schedule.as_ref()),
            selected_by: self.selected_by("ec2", &user.tags, &user.place),
            ssh_from: user.ssh_from.value.iter().cloned().collect(),
            idle_stop: user.idle_stop.is_some(),
            public_ip: user.public_ip,
            imds_required: user.imds_required.value,
            disk_encrypted: user.disk.encrypted,
            disk_size: i64::from(user.disk.size_gib),
            protect: user.protect,
            on_request: user.create == Create::OnRequest,
            tags: Some(user.tags.clone()),
        }
    }

    fn database(&self, database: &fleet::Database) -> Database {
        let cidrs: BTreeSet<&String> = database.allow.iter().filter_map(|allowed| cidr(&allowed.value)).collect();
        Database {
            name: database.name.as_str().to_owned(),
            account: database.place.account.clone(),
            region: database.place.region.clone(),
            engine: database.engine.value.clone(),
            engine_version: database.version.value.clone(),
            class: database.class.value.clone(),
            backup_retention_period: i64::from(database.backup_retention_days.value),
            storage_encrypted: database.storage.encrypted,
            deletion_protection: database.deletion_protection,
            multi_az: database.multi_az.value,
            publicly_accessible: database.public.value,
            allowed_cidrs: cidrs.into_iter().cloned().collect(),
            final_snapshot: database.final_snapshot,
            protect: database.protect,
            schedule: named(database.schedule.as_ref()),
            selected_by: self.selected_by("rds", &database.tags, &database.place),
            tags: Some(database.tags.clone()),
        }
    }

    fn schedule(&self, schedule: &schedule::Schedule) -> Schedule {
        let windows = |all: &[At<schedule::Window>]| all.iter().map(|window| window.value.to_string()).collect();
        let hours = self.hours(schedule);
        let notify = schedule.notify.as_ref().or(self.fleet.notify.as_ref());
        Schedule {
            name: schedule.name.as_str().to_owned(),
            timezone: schedule.timezone.clone(),
            run: windows(&schedule.run),
            stop: windows(&schedule.stop),
            leave: windows(&schedule.leave),
            otherwise: schedule.otherwise.as_str().to_owned(),
            hours_on: in_hours(hours.running),
            hours_off: in_hours(hours.stopped),
            select: schedule.select.as_ref().map(|select| self.selection(select)),
            members: count(self.members(schedule)),
            delivery: delivery(schedule.delivery.by).to_owned(),
            tells_before_stop: notify.is_some_and(|notify| notify.before_stop.is_some() && !notify.to.is_empty()),
        }
    }

    /// How long each state holds in the week of `now`.
    fn hours(&self, schedule: &schedule::Schedule) -> Hours {
        let context = Context { calendars: &self.fleet.calendars, overrides: &[] };
        let mut hours = Hours::default();
        let Ok(zone) = schedule::Zone::find(&schedule.timezone) else { return hours };
        let week = schedule.week(zone.tz().to_datetime(self.now).date(), &context);
        for bar in week.iter().flat_map(|week| &week.days).flat_map(|day| &day.bars) {
            hours.add(bar.state, bar.stretch.length());
        }
        hours
    }

    fn selection(&self, select: &Select) -> Selection {
        let matches = |wanted: &BTreeMap<String, BTreeSet<String>>| {
            wanted.iter().map(|(key, values)| Match { key: key.clone(), values: values.iter().cloned().collect() }).collect()
        };
        let account_id = |place: &cloud::Place| self.fleet.cloud.accounts.get(&place.account).and_then(|account| account.id.clone());
        Selection {
            services: select.services.iter().cloned().collect(),
            tags: matches(&select.tags),
            except_tags: matches(&select.except_tags),
            places: select.places.iter().map(|place| Place { account_id: account_id(place), region: place.region.clone() }).collect(),
        }
    }

    fn members(&self, schedule: &schedule::Schedule) -> usize {
        let is_for = |named: Option<&At<Name>>, service: &str, tags, place| {
            named.is_some_and(|named| named.value == schedule.name)
                || schedule.select.as_ref().is_some_and(|select| select.matches(service, tags, place))
        };
        let users = self.fleet.users.values().filter(|user| is_for(user.schedule.as_ref(), "ec2", &user.tags, &user.place));
        let databases = self.fleet.databases.values().filter(|one| is_for(one.schedule.as_ref(), "rds", &one.tags, &one.place));
        users.count() + databases.count()
    }

    fn selected_by(&self, service: &str, tags: &crate::tags::Tags, place: &cloud::Place) -> Vec<String> {
        self.selectors.matching(service, tags, place).into_iter().map(|schedule| schedule.name.as_str().to_owned()).collect()
    }
}

fn overridden(written: &fleet::Override) -> Override {
    Override {
        name: format!("{} until {}", subject(&written.subject), written.until),
        state: written.state.as_str().to_owned(),
        from: written.from.map(|from| from.to_string()),
        until: written.until.to_string(),
        reason: written.reason.clone(),
    }
}

fn subject(subject: &Subject) -> String {
    match subject {
        Subject::Only(addresses) => addresses.join(", "),
        Subject::Select(select) => {
            let values = |values: &BTreeSet<String>| values.iter().map(String::as_str).collect::<Vec<_>>().join("|");
            select.tags.iter().map(|(key, wanted)| format!("{key}={}", values(wanted))).collect::<Vec<_>>().join(", ")
        }
    }
}

const fn cidr(access: &Access) -> Option<&String> {
    match access {
        Access::Cidr(cidr) => Some(cidr),
        Access::User(_) | Access::SecurityGroup(_) => None,
    }
}

const fn delivery(by: DeliveryBy) -> &'static str {
    match by {
        DeliveryBy::Loop => "loop",
        DeliveryBy::Eventbridge => "eventbridge",
        DeliveryBy::Both => "both",
    }
}

fn named(schedule: Option<&At<Name>>) -> Option<String> {
    schedule.map(|schedule| schedule.value.as_str().to_owned())
}

fn in_hours(duration: SignedDuration) -> f64 {
    duration.as_secs_f64() / 3600.0
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::fleet::{FileSource, LoadOptions, load};

    struct NoFiles;

    impl FileSource for NoFiles {
        fn read(&self, _relative: &str) -> Result<Vec<u8>, String> {
            Err("there are none".to_owned())
        }
    }

    const TEXT: &str = "\
fleet: lms
timezone: UTC
cloud: {provider: aws, accounts: {main: {id: '123456789012'}}, regions: [us-east-1]}
schedules:
  office: {run: ['mon-fri 09:00-19:00']}
  lab: {select: {services: [ec2], tags: {env: [dev, qa]}, in: [main/us-east-1]}, run: ['daily 00:00-24:00']}
users:
  defaults: {type: t3.small, ssh-from: [203.0.113.0/24], key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPHPGwXk06vpFVkE+ZGV6JPKVKnauJbLjeuobyAHG/P9'}
  alice: {schedule: office, until: 2026-12-20, protect: true}
  bob: {tags: {env: dev}}
databases:
  app: {engine: mysql, version: '8.0', class: db.t4g.micro, storage: {size: 20GiB}, master-user: admin, allow: [{user: alice}, {cidr: 10.0.0.0/16}]}
overrides:
  - {only: [user/alice], state: running, until: '2026-11-25T20:00Z', reason: test}
  - {only: [user/alice], state: running, until: '2026-11-25T20:00Z'}
notify: {when: [failure], to: [{exec: [page]}]}
";

    fn read() -> Vec<Fact> {
        let loaded = load("fleet.yaml", TEXT.as_bytes(), &NoFiles, &LoadOptions::default());
        let fleet = loaded.fleet.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
        facts(&fleet, "2026-11-21T09:00:00Z".parse().expect("an instant"))
    }

    fn body(facts: &[Fact], key: &str) -> Value {
        let found = facts.iter().find(|fact| fact.key == key);
        Value::from(found.unwrap_or_else(|| panic!("no {key}: {:?}", facts.iter().map(|fact| &fact.key).collect::<Vec<_>>())).body.clone())
    }

    #[test]
    fn every_entry_is_a_fact_at_its_line() {
        let facts = read();
        let lines: Vec<_> = facts.iter().map(|fact| (fact.key.as_str(), fact.span.as_ref().map(|span| span.line))).collect();
        let expected = [
            ("//fleet.database/app", Some(12)),
            ("//fleet.fleet/lms", Some(1)),
            ("//fleet.override/user/alice until 2026-11-25T20:00:00Z", Some(14)),
            ("//fleet.override/user/alice until 2026-11-25T20:00:00Z (2)", Some(15)),
            ("//fleet.schedule/lab", Some(6)),
            ("//fleet.schedule/office", Some(5)),
            ("//fleet.user/alice", Some(9)),
            ("//fleet.user/bob", Some(10)),
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_schedule_tells_its_week_and_whom_it_is_for() {
        let facts = read();
        let office = body(&facts, "//fleet.schedule/office");
        assert_eq!((&office["HoursOn"], &office["HoursOff"], &office["Members"]), (&json!(50.0), &json!(118.0), &json!(1)));
        assert_eq!((&office["Run"], &office["TellsBeforeStop"]), (&json!(["mon-fri 09:00-19:00"]), &json!(false)));
        let lab = body(&facts, "//fleet.schedule/lab");
        assert_eq!((&lab["HoursOn"], &lab["HoursOff"], &lab["Members"]), (&json!(168.0), &json!(0.0), &json!(1)));
        let places = json!([{"AccountId": "123456789012", "Region": "us-east-1"}]);
        assert_eq!((&lab["Select"]["Tags"], &lab["Select"]["Places"]), (&json!([{"Key": "env", "Values": ["dev", "qa"]}]), &places));
    }

    #[test]
    fn users_and_databases_tell_what_rules_ask() {
        let facts = read();
        let alice = body(&facts, "//fleet.user/alice");
        let ends = (&alice["Until"], &alice["EndsAt"], &alice["Schedule"], &alice["SelectedBy"]);
        assert_eq!(ends, (&json!("2026-12-20"), &json!("2026-12-21T00:00:00Z"), &json!("office"), &json!([])));
        let bob = body(&facts, "//fleet.user/bob");
        assert_eq!((bob.get("Schedule"), &bob["SelectedBy"], &bob["Tags"]["env"]), (None, &json!(["lab"]), &json!("dev")));
        let app = body(&facts, "//fleet.database/app");
        assert_eq!((&app["AllowedCidrs"], &app["FinalSnapshot"]), (&json!(["10.0.0.0/16"]), &json!(true)));
        let whole = body(&facts, "//fleet.fleet/lms");
        assert_eq!((&whole["TellsFailures"], &whole["Users"], &whole["History"]), (&json!(true), &json!(2), &json!(false)));
    }
}
