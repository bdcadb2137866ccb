//! Databases: engine and version against the group, windows against each other, who may reach them.

use indexmap::IndexMap;

use super::users::vpc;
use super::{Resolver, names};
use crate::diag::Diagnostic;
use crate::fleet::decode::{Free, Section as _};
use crate::fleet::facts;
use crate::fleet::leaf::{AsWritten, Duration};
use crate::fleet::leaf_aws::{ApplyWord, BackupWindow, DbClass, MaintenanceWindow, MasterUser};
use crate::fleet::raw::{RawAccess, RawBackup, RawDatabase, RawDatabaseCommon, RawDatabaseNetwork, RawDatabases};
use crate::fleet::{Access, Database, NetworkChoice, ParameterGroup, Parameters, VpcChoice};
use crate::name::Name;
use crate::span::{At, Span};

/// Class when nothing is written.
const CLASS: &str = "db.t4g.micro";
/// Storage when nothing is written, in GiB: the least that RDS makes with gp3.
const STORAGE_GIB: u32 = 20;
/// Days backups are kept when nothing is written.
const RETENTION_DAYS: u32 = 7;
/// Longest retention. Source: CreateDBInstance, `BackupRetentionPeriod`.
const RETENTION_MAX_DAYS: u32 = 35;

type Groups = IndexMap<Name, ParameterGroup>;

impl Resolver<'_> {
    pub(super) fn databases(&mut self, raw: RawDatabases, users: &[Name], groups: &mut Groups) -> IndexMap<Name, Database> {
        self.unique("database", raw.entries.0.iter().map(|(name, _)| name));
        let today = names(&raw.entries);
        let defaults = raw.defaults.map(|defaults| defaults.value).unwrap_or_default();
        let mut out = IndexMap::new();
        for (name, raw) in raw.entries.0 {
            let Some(database) = self.database(name, raw, &defaults, (&today, users, groups)) else { continue };
            if let Some(group) = database.parameter_group.as_ref().and_then(|group| groups.get_mut(&group.value)) {
                group.places.insert(database.place.clone());
            }
            out.insert(database.name.clone(), database);
        }
        out
    }

    fn database(
        &mut self,
        name: At<Name>,
        raw: RawDatabase,
        defaults: &RawDatabaseCommon,
        known: (&[Name], &[Name], &Groups),
    ) -> Option<Database> {
        let At { value: name, span } = name;
        let (today, users, groups) = known;
        let was = self.was(raw.was, today);
        self.one_source_of_parameters(&raw.common, defaults);
        let own_parameters = raw.common.parameters.is_some();
        let mut common = raw.common.laid_over(defaults.clone());
        if own_parameters {
            common.parameter_group = None;
        }
        self.needs_engine(&common, &name, &span);
        let place = self.place(common.place.as_ref());
        let storage = self.disk(common.storage, STORAGE_GIB, &span);
        let (retention, backup_window) = self.backup(common.backup, common.maintenance_window.as_ref(), &span);
        let allow = self.allow(common.allow, users);
        let schedule = self.named_schedule(common.schedule);
        let tags = self.tags(common.tags, "database", name.as_str());
        let engine = common.engine?.map(|engine| engine.0);
        let version = common.version?.map(|version| version.0);
        let family = self.family(&engine, &version);
        let parameter_group = common.parameter_group.filter(|group| self.group_fits(group, family.as_deref(), (&engine, &version), groups));
        Some(Database {
            parameters: self.parameters(common.parameters.filter(|_| parameter_group.is_none()), family, &version),
            master_user: self.master_user(common.master_user, &engine, &span),
            port: common.port.and_then(|port| u16::try_from(port.value.0).ok()).unwrap_or_else(|| facts::default_port(&engine)),
            class: common.class.unwrap_or_else(|| At::new(DbClass(CLASS.to_owned()), span.clone())).map(|class| class.0),
            backup_retention_days: retention,
            backup_window,
            maintenance_window: common.maintenance_window.map(|window| window.map(|window| window.text)),
            apply_now: common.apply.is_some_and(|word| word.value == ApplyWord::Now),
            multi_az: switch(common.multi_az, &span),
            public: switch(common.public, &span),
            network: network(common.network, &span),
            iam_authentication: common.iam_authentication.is_some_and(|on| on.value),
            performance_insights: common.performance_insights.is_some_and(|on| on.value),
            deletion_protection: common.deletion_protection.is_some_and(|on| on.value),
            final_snapshot: common.final_snapshot.is_none_or(|on| on.value),
            protect: common.protect.is_some_and(|on| on.value),
            database_name: common.database_name.map(|name| name.value.0),
            engine,
            version,
            parameter_group,
            place,
            was,
            storage,
            allow,
            schedule,
            tags,
            name,
            span,
        })
    }

    fn needs_engine(&mut self, common: &RawDatabaseCommon, name: &Name, span: &Span) {
        let missing = [(common.engine.is_none(), "engine", "engine: mysql"), (common.version.is_none(), "version", "version: '8.0'")];
        for (missing, key, example) in missing {
            if missing && !common.refused.contains(&key) {
                let problem = Diagnostic::error(format!("`{key}` is missing in `{name}`"), span.clone());
                self.error(problem.help(format!("write `{example}` here or under `databases.defaults`")));
            }
        }
    }

    /// A shared group or parameters of its own, never both in one place.
    fn one_source_of_parameters(&mut self, own: &RawDatabaseCommon, defaults: &RawDatabaseCommon) {
        for common in [own, defaults] {
            if let (Some(_), Some(parameters)) = (&common.parameter_group, &common.parameters) {
                let problem = Diagnostic::error("`parameters` beside `parameter-group`", parameters.span.clone());
                self.error(
                    problem
                        .help("put the parameters into the group, or remove `parameter-group` and this database gets a group of its own"),
                );
            }
        }
    }

    /// The parameter-group family of a version; a version the table does not know is an error.
    fn family(&mut self, engine: &At<String>, version: &At<String>) -> Option<String> {
        let family = facts::family_of(engine, version);
        if family.is_none() {
            let known = facts::FAMILIES.iter().find(|(name, _)| *name == engine.as_str()).map_or(&[][..], |(_, families)| families);
            let versions: Vec<&str> = known.iter().map(|family| family[engine.len()..].trim_start_matches('-')).collect();
            let problem = Diagnostic::error(format!("{} has no version `{}`", engine.value, version.value), version.span.clone());
            self.error(problem.help(format!("versions of {}: {}", engine.value, versions.join(", "))));
        }
        family
    }

    fn group_fits(&mut self, group: &At<Name>, family: Option<&str>, engine: (&str, &str), groups: &Groups) -> bool {
        let all: Vec<Name> = groups.keys().cloned().collect();
        if !self.known("parameter group", group, &all) {
            return false;
        }
        let (Some(declared), Some(family)) = (groups.get(&group.value), family) else { return false };
        let theirs = &declared.parameters.family;
        if theirs.value != family {
            let problem = Diagnostic::error(
                format!("`{}` is of the family {}, but {} {} needs {family}", group.value, theirs.value, engine.0, engine.1),
                group.span.clone(),
            );
            self.error(problem.also(theirs.span.clone(), "declared here").help("name a group of that family, or change the version"));
        }
        true
    }

    fn parameters(&mut self, raw: Option<At<Free<AsWritten>>>, family: Option<String>, version: &At<String>) -> Option<Parameters> {
        let raw = raw.filter(|raw| !raw.value.0.is_empty())?;
        Some(Parameters { family: At::new(family?, version.span.clone()), values: self.own_parameters(Some(raw)) })
    }

    fn master_user(&mut self, raw: Option<At<MasterUser>>, engine: &str, span: &Span) -> At<String> {
        let Some(user) = raw else { return At::new(facts::default_master_user(engine).to_owned(), span.clone()) };
        if facts::refused_master_user(engine, &user.value.0) {
            let problem = Diagnostic::error(format!("`{}` is a reserved word of {engine}", user.value.0), user.span.clone());
            self.error(
                problem
                    .help(format!("write another `master-user`, such as `{}`", if engine == "postgres" { "postgres" } else { "muster" })),
            );
        }
        user.map(|user| user.0)
    }

    fn backup(
        &mut self,
        raw: Option<At<RawBackup>>,
        maintenance: Option<&At<MaintenanceWindow>>,
        span: &Span,
    ) -> (At<u32>, Option<At<String>>) {
        let raw = raw.map(|backup| backup.value).unwrap_or_default();
        if let (Some(window), Some(maintenance)) = (&raw.window, maintenance)
            && maintenance.value.overlaps(&window.value)
        {
            let problem = Diagnostic::error("backup and maintenance window overlap, which RDS refuses", window.span.clone());
            self.error(problem.also(maintenance.span.clone(), "maintenance").help("both are UTC: move one of them"));
        }
        let retention = raw.retention.map_or_else(|| At::new(RETENTION_DAYS, span.clone()), |retention| self.retention(retention));
        (retention, raw.window.map(|window: At<BackupWindow>| window.map(|window| window.text)))
    }

    fn retention(&mut self, retention: At<Duration>) -> At<u32> {
        let days = retention.value.days().filter(|days| *days <= RETENTION_MAX_DAYS);
        if days.is_none() {
            let problem = Diagnostic::error("`retention` wants whole days, from `0d` to `35d`", retention.span.clone());
            self.error(problem.help("RDS keeps automatic backups for 35 days at most"));
        }
        retention.map(|_| days.unwrap_or(RETENTION_DAYS))
    }

    fn allow(&mut self, raw: Option<At<Vec<At<RawAccess>>>>, users: &[Name]) -> Vec<At<Access>> {
        raw.map(|list| list.value).unwrap_or_default().into_iter().filter_map(|access| self.access(access, users)).collect()
    }

    fn access(&mut self, raw: At<RawAccess>, users: &[Name]) -> Option<At<Access>> {
        let At { value: raw, span } = raw;
        let access = match (raw.user, raw.security_group, raw.cidr) {
            (Some(user), None, None) => {
                self.known("user", &user, users);
                Access::User(user.value)
            }
            (None, Some(group), None) => Access::SecurityGroup(group.value.0),
            (None, None, Some(cidr)) => Access::Cidr(cidr.value.0),
            (None, None, None) if !raw.refused.is_empty() => return None,
            _ => {
                self.error(Diagnostic::error("`allow` wants one of `user`, `security-group` and `cidr` an entry", span));
                return None;
            }
        };
        Some(At::new(access, span))
    }
}

fn switch(raw: Option<At<bool>>, span: &Span) -> At<bool> {
    raw.unwrap_or_else(|| At::new(false, span.clone()))
}

fn network(raw: Option<At<RawDatabaseNetwork>>, span: &Span) -> NetworkChoice {
    let span = raw.as_ref().map_or_else(|| span.clone(), |network| network.span.clone());
    let raw = raw.map(|network| network.value).unwrap_or_default();
    let group = |name: String| if name == "default" { VpcChoice::Default } else { VpcChoice::Id(name) };
    let subnet = raw.subnet_group.map_or_else(|| At::new(VpcChoice::Default, span.clone()), |name| name.map(|name| group(name.0)));
    NetworkChoice { vpc: vpc(raw.vpc, &span), subnet }
}
