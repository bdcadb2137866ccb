"""Databases: instances, clusters, their snapshots, and alarms on them."""

import datetime

from estate import UNKNOWN, tags, when

MANY = 105
TOPIC = "arn:aws:sns:us-east-1:123456789012:ops"
# Versions and the last days of their standard support, by AWS's calendar.
ENDED, EXTENDED, SUPPORTED, AURORA = ("mariadb", "10.5.23"), ("mysql", "5.7.44"), ("postgres", "17.6"), ("aurora-mysql", "8.0")
ENDS = {ENDED: "2026-02-28", EXTENDED: "2024-02-29", SUPPORTED: "2030-02-28", AURORA: "2028-04-30"}
FAMILIES = {"postgres": "postgres17", "mysql": "mysql5.7", "mariadb": "mariadb10.5"}
SECURE = {"postgres": "rds.force_ssl", "mysql": "require_secure_transport", "mariadb": "require_secure_transport"}
BUSY, QUIET, EMPTY = [(40.0, 60.0)] * 14, [(2.0, 10.0)] * 14, [(0.0, 0.0)] * 14
USED = [(1.0, 3.0)] * 14


class Maker:
    """Makes databases in one region and writes them down."""

    def __init__(self, estate, region):
        self.estate, self.region = estate, region
        self.rds = estate.server.client("rds", region=region)
        self.alarms = estate.server.client("cloudwatch", region=region)
        for engine, family in FAMILIES.items():
            for on in ("1", "0"):
                self._group(engine, family, on)

    def _group(self, engine, family, on):
        name = f"{engine}-{on}"
        self.rds.create_db_parameter_group(DBParameterGroupName=name, DBParameterGroupFamily=family, Description="x")
        value = {"ParameterName": SECURE[engine], "ParameterValue": on, "ApplyMethod": "immediate"}
        self.rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=[value])

    def add(self, kind, name, **spec):
        return self.estate.add(kind, name, self.region, **spec)

    def instance(self, name, **spec):
        """A database; what is not said is as it should be."""
        spec = {
            "engine": SUPPORTED, "class": "db.t4g.micro", "encrypted": True, "retention": 7, "multi_az": False, "public": False,
            "protected": True, "minor": True, "secure": "1", "authority": "rds-ca-rsa2048-g1", "tags": {}, **spec,
        }  # fmt: skip
        engine, version = spec["engine"]
        more = {"DBSubnetGroupName": spec["subnets"]} if "subnets" in spec else {}
        more |= {"VpcSecurityGroupIds": spec["groups"]} if "groups" in spec else {}
        self.rds.create_db_instance(
            DBInstanceIdentifier=name, Engine=engine, EngineVersion=version, DBInstanceClass=spec["class"], AllocatedStorage=20,
            MasterUsername="root", MasterUserPassword="b" * 12, StorageEncrypted=spec["encrypted"], BackupRetentionPeriod=spec["retention"],
            MultiAZ=spec["multi_az"], PubliclyAccessible=spec["public"], DeletionProtection=spec["protected"],
            AutoMinorVersionUpgrade=spec["minor"], DBParameterGroupName=f"{engine}-{spec['secure']}", CACertificateIdentifier=spec["authority"],
            Tags=tags(**spec["tags"]), **more,
        )  # fmt: skip
        self._measured(name, spec)
        if spec.get("stopped"):
            self.rds.stop_db_instance(DBInstanceIdentifier=name)
        self.add("rds.instance", name, **spec)

    def _measured(self, name, spec):
        dimensions = [{"Name": "DBInstanceIdentifier", "Value": name}]
        for key, metric in (("cpu", "CPUUtilization"), ("connections", "DatabaseConnections")):
            if key in spec:
                self.estate.measure(self.region, "AWS/RDS", metric, dimensions, spec[key])

    def replica(self, name, source):
        self.rds.create_db_instance_read_replica(DBInstanceIdentifier=name, SourceDBInstanceIdentifier=source)
        (origin,) = [one for one in self.estate.of("rds.instance", self.region) if one.id == source]
        self.add("rds.instance", name, **{**origin.spec, "replica": True, "cpu": [], "connections": []})

    def cluster(self, name, members=1, **spec):
        """An Aurora cluster and its members."""
        spec = {"encrypted": True, "retention": 7, "protected": True, "secure": "1", "tags": {}, **spec}
        group = f"aurora-{spec['secure']}-{name}"
        self.rds.create_db_cluster_parameter_group(DBClusterParameterGroupName=group, DBParameterGroupFamily="aurora-mysql8.0", Description="x")
        value = {"ParameterName": "require_secure_transport", "ParameterValue": spec["secure"], "ApplyMethod": "immediate"}
        self.rds.modify_db_cluster_parameter_group(DBClusterParameterGroupName=group, Parameters=[value])
        self.rds.create_db_cluster(
            DBClusterIdentifier=name, Engine="aurora-mysql", EngineVersion="8.0.mysql_aurora.3.08.0", MasterUsername="root",
            MasterUserPassword="b" * 12, StorageEncrypted=spec["encrypted"], BackupRetentionPeriod=spec["retention"],
            DeletionProtection=spec["protected"], DBClusterParameterGroupName=group, Tags=tags(**spec["tags"]),
        )  # fmt: skip
        self.add("rds.cluster", name, **spec, members=members)
        for number in range(members):
            self._member(f"{name}-{number}", name, f"{self.region}{'abc'[number]}", spec)

    def _member(self, name, cluster, zone, spec):
        self.rds.create_db_instance(
            DBInstanceIdentifier=name, Engine="aurora-mysql", DBInstanceClass="db.r6g.large", DBClusterIdentifier=cluster,
            CACertificateIdentifier="rds-ca-rsa2048-g1", AutoMinorVersionUpgrade=True, PubliclyAccessible=False,
            AvailabilityZone=zone,
        )  # fmt: skip
        kept = {"engine": AURORA, "class": "db.r6g.large", "minor": True, "public": False, "authority": "rds-ca-rsa2048-g1"}
        self.add("rds.instance", name, **kept, cluster=cluster, tags={}, production=spec["tags"])

    def snapshot(self, name, source, made=0.0, public=False, kept=False):
        marks = tags(keep="yes") if kept else []
        self.rds.create_db_snapshot(DBSnapshotIdentifier=name, DBInstanceIdentifier=source, Tags=marks)
        if public:
            self.rds.modify_db_snapshot_attribute(DBSnapshotIdentifier=name, AttributeName="restore", ValuesToAdd=["all"])
        self.estate.age(f"rds:snapshot/{name}", self.region, made=made)
        (origin,) = [one for one in self.estate.of("rds.instance", self.region) if one.id == source]
        self.add("rds.snapshot", name, made=made, public=public, kept=kept, encrypted=origin["encrypted"])

    def cluster_snapshot(self, name, source, made=0.0, public=False, kept=False):
        marks = tags(keep="yes") if kept else []
        self.rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier=name, DBClusterIdentifier=source, Tags=marks)
        if public:
            self.rds.modify_db_cluster_snapshot_attribute(DBClusterSnapshotIdentifier=name, AttributeName="restore", ValuesToAdd=["all"])
        self.estate.age(f"rds:cluster-snapshot/{name}", self.region, made=made)
        (origin,) = [one for one in self.estate.of("rds.cluster", self.region) if one.id == source]
        self.add("rds.cluster-snapshot", name, made=made, public=public, kept=kept, encrypted=origin["encrypted"])

    def alarm(self, name, namespace="AWS/RDS", actions=(TOPIC,), enabled=True):
        self.alarms.put_metric_alarm(
            AlarmName=name, Namespace=namespace, MetricName="CPUUtilization", Statistic="Average", Period=300, EvaluationPeriods=1, Threshold=90.0,
            ComparisonOperator="GreaterThanThreshold", AlarmActions=list(actions), ActionsEnabled=enabled,
            Dimensions=[{"Name": "DBInstanceIdentifier", "Value": "plain"}],
        )  # fmt: skip
        self.add("cloudwatch.alarm", name, acts=bool(actions) and enabled)


def make(estate, region, network):
    """Everything about databases. `network` has a public subnet, and groups that open 5432 to the world and to the office."""
    maker = Maker(estate, region)
    maker.rds.create_db_subnet_group(DBSubnetGroupName="facing", DBSubnetGroupDescription="x", SubnetIds=network["subnets"])
    load = {"cpu": BUSY, "connections": USED}
    maker.instance("plain", **load)
    for name, more in _VARIANTS.items():
        maker.instance(name, **{**load, **more})
    for name, more in (("facing-open", {"groups": [network["open"]]}), ("facing-closed", {"groups": [network["closed"]]})):
        maker.instance(name, **load, public=True, subnets="facing", **more)
    maker.instance("private-open", **load, subnets="facing", groups=[network["open"]])
    for number in range(MANY):
        maker.instance(f"many-{number:03}", encrypted=False, retention=1)
    maker.replica("replica", "plain")
    maker.cluster("aurora", members=2, tags={"env": "prod"})
    maker.cluster("aurora-single", tags={"env": "prod"})
    maker.cluster("aurora-bad", encrypted=False, retention=1, protected=False, secure="0")
    for snapshot, source, bad in ((maker.snapshot, "plain", "bad-storage"), (maker.cluster_snapshot, "aurora", "aurora-bad")):
        snapshot(f"{source}-young", source, made=29.5)
        snapshot(f"{source}-old", source, made=31.5)
        snapshot(f"{source}-kept", source, made=300.0, kept=True)
        snapshot(f"{source}-public", source, public=True)
        snapshot(f"{source}-plain", bad)
    _alarms(maker)


_VARIANTS = {
    "bad-storage": {"encrypted": False}, "backup-none": {"retention": 0}, "backup-short": {"retention": 6}, "backup-month": {"retention": 30},
    "prod-single": {"tags": {"env": "prod"}}, "prod-double": {"tags": {"env": "Prod"}, "multi_az": True}, "dev-single": {"tags": {"env": "dev"}},
    "public": {"public": True}, "unprotected": {"protected": False}, "no-upgrades": {"minor": False},
    "idle": {"connections": EMPTY}, "big": {"class": "db.m6g.xlarge", "cpu": QUIET}, "big-busy": {"class": "db.m6g.xlarge"}, "big-least": {"class": "db.m6g.large", "cpu": QUIET},
    "quiet": {"class": "db.t4g.small", "cpu": QUIET}, "few-days": {"class": "db.t4g.small", "cpu": BUSY[:6], "connections": USED[:6]},
    "stopped": {"stopped": True, "connections": EMPTY}, "old-class": {"class": "db.m4.large"}, "t2-class": {"class": "db.t2.micro"},
    "ended": {"engine": ENDED}, "extended": {"engine": EXTENDED}, "old-authority": {"authority": "rds-ca-2019"}, "insecure": {"secure": "0"},
    "insecure-mysql": {"engine": EXTENDED, "secure": "0"},
}  # fmt: skip


def _alarms(maker):
    maker.alarm("database-good")
    maker.alarm("database-silent", actions=())
    maker.alarm("database-off", enabled=False)
    maker.alarm("machine-good", namespace="AWS/EC2")
    maker.alarm("machine-silent", namespace="AWS/EC2", actions=())
    for number in range(MANY):
        maker.alarm(f"machine-{number:03}", namespace="AWS/EC2", enabled=False)


# --- what each rule must say


def _alone(judge):
    """A rule about what a cluster decides for its members."""
    return lambda one, estate: None if one["cluster"] else judge(one)


def _own(judge):
    return _alone(lambda one: None if one["replica"] else judge(one))


def _multi_az(one, estate):
    if one["cluster"]:
        (cluster,) = [other for other in estate.of("rds.cluster", one.region) if other.id == one["cluster"]]
        return when(cluster["members"] < 2) if _production(cluster) else None
    return when(not one["multi_az"]) if _production(one) and not one["replica"] else None


def _production(one):
    return (one["tags"] or {}).get("env", "").lower() in ("prod", "production")


def _reachable(one, _):
    return when(one["public"] and one["subnets"] == "facing" and one.id == "facing-open")


def _idle(one):
    if one["stopped"]:
        return None
    return UNKNOWN if len(one["connections"] or []) < 7 else when(max(most for _, most in one["connections"]) == 0.0)


def _oversized(one, _):
    kind, size = one["class"].split(".")[1:]
    # Burstable classes begin with micro, others with large.
    least = "micro" if kind.startswith("t") else "large"
    if one["stopped"] or size == least:
        return None
    if len(one["cpu"] or []) < 7:
        return UNKNOWN
    if not one["connections"]:
        return UNKNOWN
    if one["connections"] == EMPTY:
        return None
    return when(sum(most for _, most in one["cpu"]) / len(one["cpu"]) < 25.0)


def _unused(one, _):
    return None if one["kept"] else when(int(one["made"]) > 30)


def _extended(one, estate):
    # MariaDB has no extended support.
    return None if one["engine"][0] == "mariadb" else when(_over(one, estate) >= 1)


def _over(one, estate):
    """Days since the last day of standard support; negative before."""
    return (estate.now.date() - datetime.date.fromisoformat(ENDS[one["engine"]])).days


INSTANCE, CLUSTER, SNAPSHOT, CLUSTER_SNAPSHOT = "rds.instance", "rds.cluster", "rds.snapshot", "rds.cluster-snapshot"
ORACLES = {
    "fleet/alarm-without-action": ("cloudwatch.alarm", lambda one, _: when(not one["acts"])),
    "rds/backup-retention": (INSTANCE, _own(lambda one: when(one["retention"] < 7))),
    "rds/cluster-backup-retention": (CLUSTER, lambda one, _: when(one["retention"] < 7)),
    "rds/storage-encryption": (INSTANCE, _alone(lambda one: when(not one["encrypted"]))),
    "rds/cluster-storage-encryption": (CLUSTER, lambda one, _: when(not one["encrypted"])),
    "rds/multi-az": (INSTANCE, _multi_az),
    "rds/public-access": (INSTANCE, lambda one, _: when(one["public"])),
    "rds/reachable": (INSTANCE, _reachable),
    "rds/deletion-protection": (INSTANCE, _alone(lambda one: when(not one["protected"]))),
    "rds/cluster-deletion-protection": (CLUSTER, lambda one, _: when(not one["protected"])),
    "rds/minor-upgrades": (INSTANCE, lambda one, _: when(not one["minor"])),
    "rds/idle": (INSTANCE, _alone(_idle)),
    "rds/oversized": (INSTANCE, _oversized),
    "rds/previous-generation": (INSTANCE, lambda one, _: when(one["class"].split(".")[1] in ("m4", "t2"))),
    "rds/public-snapshot": (SNAPSHOT, lambda one, _: when(one["public"])),
    "rds/public-cluster-snapshot": (CLUSTER_SNAPSHOT, lambda one, _: when(one["public"])),
    "rds/snapshot-encryption": (SNAPSHOT, lambda one, _: when(not one["encrypted"])),
    "rds/cluster-snapshot-encryption": (CLUSTER_SNAPSHOT, lambda one, _: when(not one["encrypted"])),
    "rds/unused-snapshot": (SNAPSHOT, _unused),
    "rds/unused-cluster-snapshot": (CLUSTER_SNAPSHOT, _unused),
    "rds/extended-support": (INSTANCE, _extended),
    "rds/engine-version": (INSTANCE, lambda one, estate: when(_over(one, estate) > -90)),
    "rds/certificate-expiration": (INSTANCE, lambda one, _: when(one["authority"] == "rds-ca-2019")),
    "rds/transport-encryption": (INSTANCE, _alone(lambda one: when(one["secure"] != "1"))),
    "rds/cluster-transport-encryption": (CLUSTER, lambda one, _: when(one["secure"] != "1")),
}
