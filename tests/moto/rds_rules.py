"""What RDS refuses or fills in beside moto: full engine versions, waiting changes, groups in use, Source=user, members that
move with their cluster."""

import moto.rds.models as rds
import moto.rds.responses as answers
from moto.rds.exceptions import InvalidParameterCombination, RDSClientError

# The version RDS makes of a prefix (AWS picks its default minor version).
DEFAULT_VERSIONS = {
    ("mysql", "8.0"): "8.0.43",
    ("mysql", "8.4"): "8.4.6",
    ("mariadb", "10.11"): "10.11.14",
    ("mariadb", "11.4"): "11.4.8",
    ("postgres", "15"): "15.14",
    ("postgres", "16"): "16.10",
    ("postgres", "17"): "17.6",
}
# States of a cluster that its members share.
SHARED = ("starting", "stopping", "stopped")
# Changes that wait for the maintenance window unless ApplyImmediately is set.
WAITING = ("db_instance_class", "allocated_storage", "multi_az", "engine_version", "storage_type", "iops", "port")


def install():
    """Puts the rules in front of moto's own methods."""
    _creates()
    _modifies()
    _deletes()
    _parameters()
    _members()
    _snapshots()


def _creates():
    plain = rds.RDSBackend.create_db_instance

    def create_db_instance(self, db_kwargs):
        kw = db_kwargs
        version = (kw.get("engine"), kw.get("engine_version"))
        kw["engine_version"] = DEFAULT_VERSIONS.get(version, kw.get("engine_version"))
        kw["publicly_accessible"] = bool(kw.get("publicly_accessible"))
        group = self.db_parameter_groups.get(kw.get("db_parameter_group_name") or "")
        if group is not None and not _fits(group.family, *version):
            message = f"The parameter group {group.name} with DBParameterGroupFamily {group.family} can't be used for this instance."
            raise InvalidParameterCombination(message)
        database = plain(self, kw)
        database.performance_insights_enabled = bool(kw.get("enable_performance_insights"))
        return database

    rds.RDSBackend.create_db_instance = create_db_instance


def _fits(family, engine, version):
    """`mysql8.0` fits mysql 8.0.x, `postgres16` fits postgres 16.x."""
    return not version or f"{engine}{version}.".startswith(f"{family}.")


def _modifies():
    plain = rds.RDSBackend.modify_db_instance

    def modify_db_instance(self, db_instance_identifier, db_kwargs):
        database = self.describe_db_instances(db_instance_identifier)[0]
        if database.status != "available" and database.status != "stopped":
            raise RDSClientError("InvalidDBInstanceState", f"Database instance is not in available state: {database.status}")
        now, waiting = _split(database, db_kwargs)
        if "enable_performance_insights" in now:
            now["performance_insights_enabled"] = now.pop("enable_performance_insights")
        database = plain(self, db_instance_identifier, now)
        pending = getattr(database, "pending_modified_values", None) or {}
        database.pending_modified_values = {**pending, **waiting}
        return database

    rds.RDSBackend.modify_db_instance = modify_db_instance


def _split(database, kw):
    if kw.pop("apply_immediately", False):
        database.pending_modified_values = {}
        return kw, {}
    names = {"db_instance_class": "DBInstanceClass", "multi_az": "MultiAZ"}
    waiting = {}
    for key in WAITING:
        if kw.get(key) is not None and getattr(database, key) != kw[key]:
            waiting[names.get(key) or "".join(part.title() for part in key.split("_"))] = kw[key]
        kw.pop(key, None)
    return kw, waiting


def _deletes():
    plain, plain_group = rds.RDSBackend.delete_db_instance, rds.RDSBackend.delete_db_parameter_group

    def delete_db_instance(self, db_instance_identifier, **kw):
        if not kw.get("skip_final_snapshot") and not kw.get("final_db_snapshot_identifier"):
            raise InvalidParameterCombination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
        return plain(self, db_instance_identifier, **kw)

    def delete_db_parameter_group(self, db_parameter_group_name):
        if any(database.db_parameter_group_name == db_parameter_group_name for database in self.databases.values()):
            message = "One or more database instances are still members of this parameter group"
            raise RDSClientError("InvalidDBParameterGroupState", message)
        return plain_group(self, db_parameter_group_name)

    rds.RDSBackend.delete_db_instance = delete_db_instance
    rds.RDSBackend.delete_db_parameter_group = delete_db_parameter_group


def _snapshots():
    plain = answers.RDSResponse.create_db_snapshot

    def create_db_snapshot(self):
        database = self.backend.describe_db_instances(self.params["DBInstanceIdentifier"])[0]
        if database.status not in ("available", "storage-optimization"):
            message = "Cannot create a snapshot because the database instance is not currently in the available state."
            raise RDSClientError("InvalidDBInstanceState", message)
        return plain(self)

    answers.RDSResponse.create_db_snapshot = create_db_snapshot


def _parameters():
    plain = answers.RDSResponse.describe_db_parameters

    def describe_db_parameters(self):
        answer = plain(self)
        source = self.params.get("Source")
        # moto keeps only what a person set, which is what AWS calls `user`.
        found = [{**parameter, "Source": "user"} for parameter in answer.result["Parameters"]]
        answer.result["Parameters"] = found if source in (None, "user") else []
        return answer

    answers.RDSResponse.describe_db_parameters = describe_db_parameters


def _members():
    own, backend = rds.DBInstance.status, rds.RDSBackend

    def cluster_of(instance):
        return instance.backend.clusters.get(getattr(instance, "db_cluster_identifier", None) or "")

    def status(self):
        cluster = cluster_of(self)
        shared = cluster.status if cluster is not None else None
        return shared if shared in SHARED else own.fget(self)

    rds.DBInstance.status = property(status, own.fset)
    for name in ("stop_db_instance", "start_db_instance"):

        def alone(self, db_instance_identifier, *args, plain=getattr(backend, name), **kw):
            instance = self.databases.get(db_instance_identifier)
            if instance is not None and cluster_of(instance) is not None:
                raise InvalidParameterCombination(f"{instance.engine} DB instances are not eligible for stopping and starting.")
            return plain(self, db_instance_identifier, *args, **kw)

        setattr(backend, name, alone)
