//! rds: instances.

use std::collections::BTreeMap;

use muster_core::cloud::{CloudError, Database, DbPatch, DbSpec, DbState, ErrorKind, IdRef, QuotaKind, Receipt};

use super::{Call, engines, made};
use crate::world::{Server, pending_values};

/// Least storage of a database in GiB.
const STORAGE_MIN: u32 = 20;
/// Most days backups are kept.
const RETENTION_MAX: u32 = 35;
/// Longest identifier of an instance.
const NAME_MAX: usize = 63;

impl Call<'_> {
    pub(super) fn create_database(self, spec: &DbSpec) -> Result<Receipt, CloudError> {
        if self.region.servers.get(&spec.name).is_some() {
            return Err(self.refuse(ErrorKind::AlreadyExists, "DBInstanceAlreadyExists", "DB instance already exists"));
        }
        self.check_tags(&spec.tags)?;
        self.check_identifier(&spec.name, NAME_MAX)?;
        let version = self.check_engine(spec)?;
        let groups = self.database_groups(&spec.groups)?;
        let family = engines::family(&spec.engine, &version);
        let parameter_group = match &spec.parameter_group {
            Some(name) => self.check_family(name, &family)?,
            None => format!("default.{family}"),
        };
        self.check_quota(QuotaKind::DbInstances, self.region.servers.len(), 1, "InstanceQuotaExceeded", "DB instances")?;
        let server = self.new_server(spec, version, groups, parameter_group);
        self.region.servers.insert(&spec.name, server, self.lag);
        Ok(made(&spec.name))
    }

    fn check_engine(&self, spec: &DbSpec) -> Result<String, CloudError> {
        if !engines::is_known(&spec.engine) {
            return Err(self.invalid(format!("Invalid DB engine: {}", spec.engine)));
        }
        if !spec.class.starts_with("db.") || spec.class.splitn(3, '.').count() != 3 {
            return Err(self.invalid(format!("Invalid DB Instance class: {}", spec.class)));
        }
        if spec.storage_gib < STORAGE_MIN {
            return Err(self.invalid(format!("Invalid storage size for engine name {}: {} GiB", spec.engine, spec.storage_gib)));
        }
        self.check_retention(spec.backup_retention_days)?;
        if let Some(name) = spec.subnet_group.as_ref().filter(|name| *name != "default") {
            return Err(self.refuse(
                ErrorKind::NotFound,
                "DBSubnetGroupNotFoundFault",
                format!("DB subnet group '{name}' does not exist."),
            ));
        }
        self.check_version(&spec.engine, &spec.version)
    }

    fn check_version(&self, engine: &str, version: &str) -> Result<String, CloudError> {
        engines::resolve(engine, version).ok_or_else(|| {
            self.refuse(ErrorKind::Invalid, "InvalidParameterCombination", format!("Cannot find version {version} for {engine}"))
        })
    }

    fn check_retention(&self, days: u32) -> Result<(), CloudError> {
        if days <= RETENTION_MAX {
            return Ok(());
        }
        Err(self.invalid(format!("Invalid backup retention period: {days}. Must be between 0 and {RETENTION_MAX}")))
    }

    /// A parameter group must be there and belong to the engine and version.
    fn check_family(&self, name: &str, family: &str) -> Result<String, CloudError> {
        if name == format!("default.{family}") {
            return Ok(name.to_owned());
        }
        let group = self.known_parameter_group(name)?;
        if group.view.family == family {
            return Ok(name.to_owned());
        }
        let message = format!(
            "The parameter group {name} with DBParameterGroupFamily {} can't be used for this instance, which needs {family}",
            group.view.family
        );
        Err(self.refuse(ErrorKind::Invalid, "InvalidParameterCombination", message))
    }

    /// Security groups of a database; the default VPC's own when none is named.
    fn database_groups(&self, groups: &[IdRef]) -> Result<Vec<String>, CloudError> {
        let mut groups = self.id_list(groups)?;
        let vpc = self.region.default_vpc().unwrap_or_default().to_owned();
        if groups.is_empty() {
            let default = self.region.groups.values().find(|group| group.name == "default" && group.vpc.as_deref() == Some(vpc.as_str()));
            groups.extend(default.map(|group| group.id.clone()));
        }
        self.check_groups(&groups, &vpc)?;
        groups.sort();
        groups.dedup();
        Ok(groups)
    }

    fn new_server(&self, spec: &DbSpec, version: String, groups: Vec<String>, parameter_group: String) -> Server {
        let view = Database {
            name: spec.name.clone(),
            arn: format!("arn:aws:rds:{}:{}:db:{}", self.region_name, self.account_id, spec.name),
            state: DbState("creating".to_owned()),
            engine: spec.engine.clone(),
            engine_version: version,
            class: spec.class.clone(),
            storage_gib: spec.storage_gib,
            storage_type: spec.storage_type.clone(),
            encrypted: spec.encrypted,
            master_user: spec.master_user.clone(),
            managed_password: true,
            backup_retention_days: spec.backup_retention_days,
            backup_window: spec.backup_window.clone().unwrap_or_else(|| "17:00-17:30".to_owned()),
            maintenance_window: spec.maintenance_window.clone().unwrap_or_else(|| "sun:18:00-sun:18:30".to_owned()),
            multi_az: spec.multi_az,
            public: spec.public,
            groups,
            parameter_group: Some((parameter_group, "in-sync".to_owned())),
            subnet_group: Some(spec.subnet_group.clone().unwrap_or_else(|| "default".to_owned())),
            vpc: self.region.default_vpc().map(str::to_owned),
            iam_authentication: spec.iam_authentication,
            performance_insights: spec.performance_insights,
            deletion_protection: spec.deletion_protection,
            pending: BTreeMap::new(),
            endpoint: None,
            created: Some(self.now),
            automatic_restart: None,
            replicas: Vec::new(),
            cluster: None,
            tags: spec.tags.clone(),
        };
        let port = spec.port.or_else(|| engines::port(&spec.engine)).unwrap_or_default();
        let mut server = Server { view, due: None, applying: None, deferred: None, port, gone: false };
        server.enter("creating", self.now);
        server
    }

    pub(super) fn modify_database(self, name: &str, patch: &DbPatch) -> Result<Receipt, CloudError> {
        let server = self.available(name, "modified")?;
        let patch = self.check_patch(server, patch)?;
        let groups = patch.groups.as_deref().map(|groups| self.database_groups(groups)).transpose()?;
        let (now, lag) = (self.now, self.lag);
        let Some(server) = self.region.servers.edit(name, lag) else { return Ok(made(name)) };
        let (at_once, waits) = split(&patch, server);
        server.apply(&at_once);
        if let Some(groups) = groups {
            server.view.groups = groups;
        }
        if let Some(group) =
            patch.parameter_group.filter(|group| server.view.parameter_group.as_ref().is_none_or(|(have, _)| have != group))
        {
            server.view.parameter_group = Some((group, "pending-reboot".to_owned()));
        }
        let pending = pending_values(&waits);
        if patch.immediately && !pending.is_empty() {
            server.deferred = None;
            server.begin(waits, now);
        } else if !pending.is_empty() {
            server.view.pending.extend(pending.into_iter().map(|(field, value)| (field.to_owned(), value)));
            server.deferred = Some(merge(server.deferred.take().unwrap_or_default(), waits));
            server.enter("available", now);
        }
        Ok(made(name))
    }

    /// Checks a patch and completes its version.
    fn check_patch(&self, server: &Server, patch: &DbPatch) -> Result<DbPatch, CloudError> {
        let view = &server.view;
        let mut patch = patch.clone();
        if let Some(gib) = patch.storage_gib.filter(|gib| *gib < view.storage_gib) {
            let message = format!("Requested storage size ({gib}) cannot be less than the current storage size ({})", view.storage_gib);
            return Err(self.refuse(ErrorKind::Invalid, "InvalidParameterCombination", message));
        }
        if let Some(class) = patch.class.as_ref().filter(|class| !class.starts_with("db.")) {
            return Err(self.invalid(format!("Invalid DB Instance class: {class}")));
        }
        self.check_retention(patch.backup_retention_days.unwrap_or_default())?;
        if let Some(version) = &patch.version {
            patch.version = Some(self.check_version(&view.engine, version)?);
        }
        if let Some(group) = &patch.parameter_group {
            let version = patch.version.as_ref().unwrap_or(&view.engine_version);
            self.check_family(group, &engines::family(&view.engine, version))?;
        }
        Ok(patch)
    }

    pub(super) fn start_database(self, name: &str) -> Result<Receipt, CloudError> {
        let server = self.known_server(name)?;
        match server.view.state.0.as_str() {
            "stopped" if server.view.cluster.is_some() => Err(self.member_of_a_cluster(server)),
            "stopped" => self.enter(name, "starting"),
            "available" | "starting" => Ok(made(name)),
            _ => Err(self.wrong_db_state(server, "started; it must be stopped")),
        }
    }

    pub(super) fn stop_database(self, name: &str) -> Result<Receipt, CloudError> {
        if matches!(self.known_server(name)?.view.state.0.as_str(), "stopped" | "stopping") {
            return Ok(made(name));
        }
        let server = self.available(name, "stopped")?;
        if server.view.cluster.is_some() {
            return Err(self.member_of_a_cluster(server));
        }
        if !server.view.replicas.is_empty() {
            return Err(self.wrong_db_state(server, "stopped: it replicates"));
        }
        if server.view.multi_az && server.view.engine.starts_with("sqlserver") {
            return Err(self.wrong_db_state(server, "stopped: SQL Server with a standby does not stop"));
        }
        self.enter(name, "stopping")
    }

    pub(super) fn reboot_database(self, name: &str) -> Result<Receipt, CloudError> {
        self.available(name, "rebooted")?;
        self.enter(name, "rebooting")
    }

    pub(super) fn enter(self, name: &str, state: &str) -> Result<Receipt, CloudError> {
        if let Some(server) = self.region.servers.edit(name, self.lag) {
            server.enter(state, self.now);
        }
        Ok(made(name))
    }

    pub(super) fn delete_database(mut self, name: &str, final_snapshot: Option<&str>) -> Result<Receipt, CloudError> {
        let Some(server) = self.region.servers.get(name).filter(|server| server.view.state.0 != "deleting") else { return Ok(made(name)) };
        if server.view.deletion_protection {
            let message = "Cannot delete protected DB Instance, please disable deletion protection and try again.";
            return Err(self.refuse(ErrorKind::Invalid, "InvalidParameterCombination", message));
        }
        if server.view.state.0 == "creating" {
            return Err(self.wrong_db_state(server, "deleted while it is being created"));
        }
        if let Some(snapshot) = final_snapshot {
            self.check_snapshot_name(snapshot)?;
            // RDS copies the instance's tags only when it was told to; muster never does.
            self.take_snapshot(name, snapshot, BTreeMap::new());
        }
        self.enter(name, "deleting")
    }

    /// A database that a call may name.
    fn known_server(&self, name: &str) -> Result<&Server, CloudError> {
        let known = self.region.servers.get(name).filter(|_| self.region.servers.is_known(name, self.now));
        known.ok_or_else(|| self.refuse(ErrorKind::NotFound, "DBInstanceNotFound", format!("DBInstance {name} not found.")))
    }

    pub(super) fn available(&self, name: &str, participle: &str) -> Result<&Server, CloudError> {
        let server = self.known_server(name)?;
        if server.view.state.is_available() { Ok(server) } else { Err(self.wrong_db_state(server, participle)) }
    }

    fn member_of_a_cluster(&self, server: &Server) -> CloudError {
        let message = format!("{} DB instances are not eligible for stopping and starting.", server.view.engine);
        self.refuse(ErrorKind::Invalid, "InvalidParameterCombination", message)
    }

    fn wrong_db_state(&self, server: &Server, participle: &str) -> CloudError {
        let message = format!("Instance {} is {}; it cannot be {participle}", server.view.name, server.view.state.0);
        self.refuse(ErrorKind::WrongState, "InvalidDBInstanceState", message)
    }
}

/// What of a patch takes effect at once, and what needs a modification (at once or in the window). Values that
/// are in force already are in neither.
fn split(patch: &DbPatch, server: &Server) -> (DbPatch, DbPatch) {
    let view = &server.view;
    // Backups that go on or off restart the instance; another number of days does not.
    let backups = |days: &u32| (*days == 0) != (view.backup_retention_days == 0);
    let waits = DbPatch {
        class: patch.class.clone().filter(|class| *class != view.class),
        storage_gib: patch.storage_gib.filter(|gib| *gib != view.storage_gib),
        storage_type: patch.storage_type.clone().filter(|kind| *kind != view.storage_type),
        version: patch.version.clone().filter(|version| *version != view.engine_version),
        backup_retention_days: patch.backup_retention_days.filter(backups),
        multi_az: patch.multi_az.filter(|on| *on != view.multi_az),
        iam_authentication: patch.iam_authentication.filter(|on| *on != view.iam_authentication),
        ..DbPatch::default()
    };
    let at_once = DbPatch {
        backup_retention_days: patch.backup_retention_days.filter(|days| !backups(days)),
        backup_window: patch.backup_window.clone(),
        maintenance_window: patch.maintenance_window.clone(),
        public: patch.public,
        performance_insights: patch.performance_insights,
        deletion_protection: patch.deletion_protection,
        ..DbPatch::default()
    };
    (at_once, waits)
}

/// What waits, with what was asked for later on top.
fn merge(earlier: DbPatch, later: DbPatch) -> DbPatch {
    DbPatch {
        class: later.class.or(earlier.class),
        storage_gib: later.storage_gib.or(earlier.storage_gib),
        storage_type: later.storage_type.or(earlier.storage_type),
        version: later.version.or(earlier.version),
        backup_retention_days: later.backup_retention_days.or(earlier.backup_retention_days),
        multi_az: later.multi_az.or(earlier.multi_az),
        iam_authentication: later.iam_authentication.or(earlier.iam_authentication),
        ..DbPatch::default()
    }
}
