//! The database itself.

use std::collections::BTreeSet;

use super::super::awake;
use super::super::draft::{Draft, marked, tags_field};
use super::super::fields::{Fields, Mend};
use super::super::ingress::retag;
use super::super::model::{Action, Await, Op, Risk, Step, StepNeed};
use super::super::site::{Found, Site};
use super::super::standing::{Standing, Wanted, standing};
use super::super::words;
use crate::address::{Address, Part};
use crate::aws_name::aws_name;
use crate::cloud::{Change, Database as Live, DbPatch, DbSpec, IdRef, Kind};
use crate::fleet::{Database, VpcChoice};

/// Fields whose change interrupts connections for a while.
const INTERRUPTING: [&str; 3] = ["class", "version", "multi-az"];

pub(super) fn plan(draft: &mut Draft<'_>, database: &Database) {
    let address = Address::database(&database.name, Part::Instance);
    let wanted =
        Wanted { address: &address, place: &database.place, kind: Kind::Database, protect: Some(database.protect), span: &database.span };
    match standing(draft, &wanted, Site::database) {
        Standing::Absent => create(draft, database, &address),
        Standing::Ours(owned) => update(draft, database, &address, owned.item, owned.mark.digest.as_deref()),
        Standing::Untouchable => {}
    }
}

/// The parameter group it shall have; nothing for the family's default.
fn parameter_group(draft: &Draft<'_>, database: &Database) -> Option<(Address, String)> {
    let fleet = draft.input.fleet.name.as_ref()?;
    let address = match (&database.parameter_group, &database.parameters) {
        (Some(shared), _) => Address::parameter_group(&shared.value),
        (None, Some(_)) => Address::database_parameter_group(&database.name),
        (None, None) => return None,
    };
    let site = draft.sites.get(&database.place)?;
    let name = match site.parameter_group(&address) {
        Found::One(owned) => owned.item.name.clone(),
        Found::Absent | Found::Hold(_) => aws_name(fleet, &address),
    };
    Some((address, name))
}

fn security_group(site: &Site<'_>, database: &Database) -> IdRef {
    let address = Address::database(&database.name, Part::SecurityGroup);
    match site.group(&address) {
        Found::One(owned) => IdRef::Id(owned.item.id.clone()),
        Found::Absent | Found::Hold(_) => IdRef::Of(address),
    }
}

/// A live value, or the one that waits to become it: that counts as reached (semantics 7).
fn reached(live: &Live, field: &str, value: String) -> String {
    live.pending.get(field).cloned().unwrap_or(value)
}

fn compare(draft: &Draft<'_>, database: &Database, live: Option<&Live>) -> Fields {
    let own_group = draft.sites.get(&database.place).map(|site| security_group(site, database));
    let group = parameter_group(draft, database).map(|(_, name)| name);
    let (wanted_tags, live_tags) = tags_field(&database.tags, live.map_or(&database.tags, |live| &live.tags));
    let mut fields = Fields::default();
    fields
        .exact("class", database.class.value.clone(), live.map(|live| reached(live, "class", live.class.clone())))
        .add(
            "storage",
            gib(database.storage.value.size_gib),
            live.map(|live| reached(live, "storage", gib(live.storage_gib))),
            Mend::InPlace,
            |wanted, live| number(live) >= number(wanted),
        )
        .exact(
            "storage.type",
            database.storage.value.volume_type.clone(),
            live.map(|live| reached(live, "storage.type", live.storage_type.clone())),
        )
        .add(
            "version",
            database.version.value.clone(),
            live.map(|live| reached(live, "version", live.engine_version.clone())),
            Mend::InPlace,
            is_prefix,
        )
        .exact(
            "backup.retention",
            days(database.backup_retention_days.value),
            live.map(|live| reached(live, "backup.retention", days(live.backup_retention_days))),
        )
        .exact("multi-az", database.multi_az.value.to_string(), live.map(|live| reached(live, "multi-az", live.multi_az.to_string())))
        .exact("public", database.public.value.to_string(), live.map(|live| live.public.to_string()))
        .exact("security-group", "its own", live.map(|live| own_groups(own_group.as_ref(), live)))
        .exact(
            "iam-authentication",
            database.iam_authentication.to_string(),
            live.map(|live| reached(live, "iam-authentication", live.iam_authentication.to_string())),
        )
        .exact("performance-insights", database.performance_insights.to_string(), live.map(|live| live.performance_insights.to_string()))
        .exact("deletion-protection", database.deletion_protection.to_string(), live.map(|live| live.deletion_protection.to_string()))
        .exact("tags", wanted_tags, Some(live_tags))
        .exact(
            "backup.window",
            optional(database.backup_window.as_deref()),
            live.map(|live| windowed(database.backup_window.is_some(), &live.backup_window)),
        )
        .exact(
            "maintenance-window",
            optional(database.maintenance_window.as_deref()),
            live.map(|live| windowed(database.maintenance_window.is_some(), &live.maintenance_window)),
        )
        .exact(
            "parameter-group",
            optional(group.as_ref()),
            live.map(|live| windowed(group.is_some(), live.parameter_group.as_ref().map_or("", |(name, _)| name))),
        )
        .fixed("engine", database.engine.value.clone(), live.map(|live| live.engine.clone()))
        .add(
            "storage.encrypted",
            database.storage.value.encrypted.to_string(),
            live.map(|live| live.encrypted.to_string()),
            Mend::Replace,
            |wanted, live| wanted == live || live == "true",
        )
        .fixed("master-user", database.master_user.value.clone(), live.map(|live| live.master_user.clone()));
    fields
}

fn gib(size: u32) -> String {
    format!("{size} GiB")
}

fn days(days: u32) -> String {
    format!("{days} d")
}

fn number(text: &str) -> u64 {
    text.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// `8.0` accepts `8.0` and `8.0.39`, not `8.01`.
fn is_prefix(wanted: &str, live: &str) -> bool {
    live == wanted || live.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
}

/// What the file does not say is RDS's choice.
fn optional(text: Option<&String>) -> String {
    text.cloned().unwrap_or_else(|| "any".to_owned())
}

fn windowed(wanted: bool, live: &str) -> String {
    if wanted { live.to_owned() } else { "any".to_owned() }
}

fn own_groups(own: Option<&IdRef>, live: &Live) -> String {
    let there: BTreeSet<&str> = live.groups.iter().map(String::as_str).collect();
    match own.and_then(IdRef::known) {
        Some(own) if there == BTreeSet::from([own]) => "its own".to_owned(),
        _ => there.into_iter().collect::<Vec<_>>().join(", "),
    }
}

fn create(draft: &mut Draft<'_>, database: &Database, address: &Address) {
    let Some(fleet) = draft.input.fleet.name.clone() else { return };
    let group_address = Address::database(&database.name, Part::SecurityGroup);
    let Some(site) = draft.sites.get(&database.place) else { return };
    if !site.groups.ours.contains_key(&group_address) && !draft.creates(&database.place, &group_address) {
        return draft.hold(&database.place, address, format!("it waits for {group_address}, which is held back"), Some(&database.span));
    }
    let fields = compare(draft, database, None);
    let (cause, reason) = super::missing(draft, database);
    let name = aws_name(&fleet, address);
    let mut mark = super::mark(draft, address, fields.digest());
    mark.protect = database.protect;
    let parameters = parameter_group(draft, database);
    let spec = spec(
        database,
        name.clone(),
        security_group(site, database),
        parameters.as_ref().map(|(_, name)| name.clone()),
        marked(&database.tags, &mark),
    );
    let mut step = Step::new(address.clone(), database.place.clone(), Kind::Database, Action::Create, cause);
    step.reason = reason;
    step.fields = fields.wanted();
    step.risk = if database.public.value { Risk::Exposure } else { Risk::None };
    step.origin = Some(database.span.file_line());
    step.after = [Some(group_address), parameters.map(|(address, _)| address)].into_iter().flatten().collect();
    step.ops = vec![Op::Do(Change::CreateDatabase { spec: Box::new(spec) }), Op::Await(Await::DbAvailable(name))];
    draft.push(step);
}

fn spec(database: &Database, name: String, group: IdRef, parameter_group: Option<String>, tags: crate::tags::Tags) -> DbSpec {
    DbSpec {
        name,
        engine: database.engine.value.clone(),
        version: database.version.value.clone(),
        class: database.class.value.clone(),
        storage_gib: database.storage.value.size_gib,
        storage_type: database.storage.value.volume_type.clone(),
        encrypted: database.storage.value.encrypted,
        kms_key: database.storage.value.kms_key.clone(),
        master_user: database.master_user.value.clone(),
        database_name: database.database_name.clone(),
        port: Some(database.port),
        parameter_group,
        groups: vec![group],
        subnet_group: match &database.network.subnet.value {
            VpcChoice::Id(name) => Some(name.clone()),
            VpcChoice::Default | VpcChoice::Tags(_) => None,
        },
        backup_retention_days: database.backup_retention_days.value,
        backup_window: database.backup_window.as_deref().cloned(),
        maintenance_window: database.maintenance_window.as_deref().cloned(),
        multi_az: database.multi_az.value,
        public: database.public.value,
        iam_authentication: database.iam_authentication,
        performance_insights: database.performance_insights,
        deletion_protection: database.deletion_protection,
        tags,
    }
}

fn update(draft: &mut Draft<'_>, database: &Database, address: &Address, live: &Live, digest: Option<&str>) {
    tell_pending(draft, database, address, live);
    let fields = compare(draft, database, Some(live));
    if fields.needing_replacement().next().is_some() {
        let names = fields.replacements().iter().map(|change| change.field.clone()).collect::<Vec<_>>().join(", ");
        let why = format!(
            "needs replacement: {names} cannot change in place; a database is never replaced by muster: make a new entry, move the data, remove this one"
        );
        draft.hold(&database.place, address, why, Some(&database.span));
    }
    if fields.differing().next().is_none() {
        return;
    }
    if !awake::is_changeable(live) {
        let names = fields.changes().iter().map(|change| change.field.clone()).collect::<Vec<_>>().join(", ");
        let why = format!("{names} would change, but it is {}; the change is planned when it is available again", live.state.0);
        return draft.hold(&database.place, address, why, Some(&database.span));
    }
    let (cause, mut reason) = fields.cause(digest);
    if !database.apply_now && only_in_window(&fields) {
        let when = database.maintenance_window.as_ref().map_or(live.maintenance_window.as_str(), |window| &window.value);
        let window = format!("takes force in its maintenance window, {when} UTC; `apply: now` in its entry does not wait");
        reason = words::joined(&reason, &window);
    }
    let mut step = Step::new(address.clone(), database.place.clone(), Kind::Database, Action::Update, cause);
    step.id = Some(live.name.clone());
    step.reason = reason;
    step.fields = fields.changes();
    step.precondition = fields.precondition();
    step.origin = Some(database.span.file_line());
    step.risk = if fields.differing().any(|field| INTERRUPTING.contains(&field.name)) { Risk::Interrupts } else { Risk::None };
    step.after = after(draft, database);
    step.ops = mend(draft, database, live, &fields);
    // Tags alone are changed on a stopped one too.
    if !step.ops.is_empty() {
        step.needs.push(StepNeed::Start);
    }
    step.ops.extend(retag(&fields, digest, Kind::Database, &live.arn, &database.tags));
    draft.push(step);
}

/// True when something among the differences would wait for the window.
fn only_in_window(fields: &Fields) -> bool {
    fields.differing().any(|field| ["class", "storage", "storage.type", "version", "multi-az"].contains(&field.name))
}

fn after(draft: &Draft<'_>, database: &Database) -> Vec<Address> {
    let group = Address::database(&database.name, Part::SecurityGroup);
    [Some(group), parameter_group(draft, database).map(|(address, _)| address)].into_iter().flatten().collect()
}

/// Values and parameters that wait for a reboot or for the window.
fn tell_pending(draft: &mut Draft<'_>, database: &Database, address: &Address, live: &Live) {
    let waits_for_reboot = live.parameter_group.as_ref().is_some_and(|(_, status)| status == "pending-reboot");
    if waits_for_reboot && draft.input.options.allow_reboot && awake::is_changeable(live) {
        let mut step = Step::new(address.clone(), database.place.clone(), Kind::Database, Action::Update, super::super::model::Cause::File);
        step.id = Some(live.name.clone());
        step.reason = "parameters wait for a reboot".to_owned();
        step.needs = vec![StepNeed::Reboot, StepNeed::Start];
        step.risk = Risk::Interrupts;
        step.origin = Some(database.span.file_line());
        step.precondition.insert("parameters".to_owned(), "pending-reboot".to_owned());
        step.ops = vec![Op::Do(Change::RebootDatabase { name: live.name.clone() }), Op::Await(Await::DbAvailable(live.name.clone()))];
        draft.push(step);
    } else if waits_for_reboot {
        draft.hold(&database.place, address, "parameters in force after a reboot; `--allow-reboot` does it now", Some(&database.span));
    }
    if !live.pending.is_empty() {
        let names = live.pending.iter().map(|(field, value)| format!("{field} {value}")).collect::<Vec<_>>().join(", ");
        let when = &live.maintenance_window;
        draft.hold(&database.place, address, format!("{names} waits for its maintenance window, {when} UTC"), Some(&database.span));
    }
}

fn mend(draft: &Draft<'_>, database: &Database, live: &Live, fields: &Fields) -> Vec<Op> {
    let differs = |name: &str| fields.differs(name);
    let own = draft.sites.get(&database.place).map(|site| security_group(site, database));
    let patch = DbPatch {
        class: differs("class").then(|| database.class.value.clone()),
        storage_gib: differs("storage").then_some(database.storage.value.size_gib),
        storage_type: differs("storage.type").then(|| database.storage.value.volume_type.clone()),
        version: differs("version").then(|| database.version.value.clone()),
        backup_retention_days: differs("backup.retention").then_some(database.backup_retention_days.value),
        backup_window: database.backup_window.as_deref().cloned().filter(|_| differs("backup.window")),
        maintenance_window: database.maintenance_window.as_deref().cloned().filter(|_| differs("maintenance-window")),
        multi_az: differs("multi-az").then_some(database.multi_az.value),
        public: differs("public").then_some(database.public.value),
        groups: own.filter(|_| differs("security-group")).map(|own| vec![own]),
        parameter_group: parameter_group(draft, database).map(|(_, name)| name).filter(|_| differs("parameter-group")),
        iam_authentication: differs("iam-authentication").then_some(database.iam_authentication),
        performance_insights: differs("performance-insights").then_some(database.performance_insights),
        deletion_protection: differs("deletion-protection").then_some(database.deletion_protection),
        immediately: database.apply_now,
    };
    let untouched = DbPatch { immediately: patch.immediately, ..DbPatch::default() };
    if patch == untouched { Vec::new() } else { vec![Op::Do(Change::ModifyDatabase { name: live.name.clone(), patch: Box::new(patch) })] }
}
