"""What the end-to-end scripts share: an account, a working copy of the class, muster in a clean environment."""

import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "moto"))

from serving import REGION, Server  # noqa: E402, F401

APPLY_SECONDS = 900
QUIET_MINUTES = 20
SHIFT_MINUTES = 25
WINDOW_TIME = re.compile(r"\b(\d\d):(\d\d)-(\d\d):(\d\d)\b")
ZONE = ZoneInfo("Asia/Seoul")


class Failed(AssertionError):
    """Something that must hold does not."""


def require(condition, what):
    """Fails loudly: `what` says what was expected and what came."""
    if not condition:
        raise Failed(what)


def say(text):
    """One line of progress."""
    print(f"  {text}", flush=True)


# --- the class


def _maker():
    spec = importlib.util.spec_from_file_location("make", ROOT / "examples" / "class-50" / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def class_fleet(count):
    """fleet.yaml of a class; the one of 50 is the file of the repository, which the generator must agree with."""
    text = _maker().render(count)
    if count == 50:
        committed = (ROOT / "examples" / "class-50" / "fleet.yaml").read_text()
        require(committed == text, "examples/class-50/fleet.yaml is not what `make.py 50` writes")
    return text


def _edges(text):
    """Minutes of the day at which some window begins or ends, whatever the weekday."""
    schedules = text[text.index("schedules:") : text.index("parameter-groups:")]
    found = set()
    for h1, m1, h2, m2 in WINDOW_TIME.findall(schedules):
        begin, end = int(h1) * 60 + int(m1), int(h2) * 60 + int(m2)
        if (begin, end) != (0, 24 * 60):
            found |= {begin, end}
    return found


def _near(edges, now):
    minute = now.hour * 60 + now.minute
    # One minute back as well: the clock moves while the first plan is made.
    return any((edge - minute + 1) % (24 * 60) <= QUIET_MINUTES + 1 for edge in edges)


def quiet(text, now=None):
    """The fleet with its windows moved so far that no edge lies in the next 20 minutes."""
    now = now or datetime.now(ZONE)
    for _ in range(24):
        if not _near(_edges(text), now):
            return text
        text = _moved(text)
    raise Failed("no way was found to move the windows away from now")


def _moved(text):
    start, end = text.index("schedules:"), text.index("parameter-groups:")
    return text[:start] + WINDOW_TIME.sub(_move, text[start:end]) + text[end:]


def _move(match):
    if match[0] == "00:00-24:00":
        return match[0]

    def later(hour, minute):
        moved = datetime(2026, 1, 1, int(hour), int(minute)) + timedelta(minutes=SHIFT_MINUTES)
        return f"{moved:%H:%M}"

    return f"{later(match[1], match[2])}-{later(match[3], match[4])}"


# --- muster


@dataclass
class Run:
    """How one run of muster ended."""

    args: tuple
    code: int
    stdout: str
    stderr: str
    seconds: float
    cpu_seconds: float
    peak_mib: float

    def json(self):
        try:
            return json.loads(self.stdout)
        except ValueError:
            raise Failed(f"muster {' '.join(self.args)}: stdout is not JSON\n{self.shown()}") from None

    def shown(self):
        return f"exit {self.code}\n--- stdout\n{self.stdout[-4000:]}\n--- stderr\n{self.stderr[-4000:]}"


def binary():
    """The muster that is tested: MUSTER_BIN, else what cargo built last."""
    target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    found = Path(os.environ.get("MUSTER_BIN") or target / "debug" / "muster")
    require(found.is_file(), f"no muster at {found}; set MUSTER_BIN or run `cargo build`")
    return found


class Muster:
    """muster in a folder of its own, with nothing of the caller's environment."""

    def __init__(self, server, text, key="muster"):
        self.folder = Path(tempfile.mkdtemp(prefix="muster-e2e-"))
        (self.folder / "fleet.yaml").write_text(text)
        self.server, self.key, self._binary, self._runs = server, key, binary(), 0
        self.fleet = re.search(r"^fleet: (\S+)", text, re.MULTILINE)[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self, key=None):
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "AWS_ENDPOINT_URL": self.server.url,
            "AWS_ACCESS_KEY_ID": key or self.key,
            "AWS_SECRET_ACCESS_KEY": "dummy",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def start(self, *args, key=None):
        """Starts muster and does not wait; its output goes to files, so that no pipe ever blocks it."""
        self._runs += 1
        streams = [self.folder / f"run-{self._runs}.{name}" for name in ("out", "err")]
        process = subprocess.Popen(
            [str(self._binary), *args],
            cwd=self.folder,
            env=self.environment(key),
            stdin=subprocess.DEVNULL,
            stdout=streams[0].open("wb"),
            stderr=streams[1].open("wb"),
        )
        return process, streams, args, time.monotonic()

    @staticmethod
    def kill(started):
        """kill -9. Popen's own kill would first reap a run that has just ended, and with it what it used."""
        os.kill(started[0].pid, signal.SIGKILL)

    def finish(self, started, seconds=APPLY_SECONDS):
        """Waits for a started run and measures it."""
        process, streams, args, began = started
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - began > seconds:
                self.kill(started)
                os.wait4(process.pid, 0)
                raise Failed(f"muster {' '.join(args)} did not end within {seconds} s\n{streams[1].read_text()[-4000:]}")
            time.sleep(0.005)
        process.returncode = os.waitstatus_to_exitcode(status)
        out, err = (stream.read_text(errors="replace") for stream in streams)
        cpu = usage.ru_utime + usage.ru_stime
        return Run(args, process.returncode, out, err, time.monotonic() - began, cpu, usage.ru_maxrss / 1024)

    def run(self, *args, ok=(0,), key=None):
        """Runs muster to its end; any exit code but those in `ok` fails."""
        done = self.finish(self.start(*args, key=key))
        require(ok is None or done.code in ok, f"muster {' '.join(args)}: exit {ok} expected, {done.shown()}")
        return done

    def plan(self, *args, ok=(0,), key=None):
        """The plan as JSON."""
        return self.run("plan", "--format", "json", *args, ok=ok, key=key).json()

    def apply(self, *args, ok=(0,), key=None):
        return self.run("apply", "--yes", *args, ok=ok, key=key)

    def destroy(self, *args, ok=(0,), key=None):
        return self.run("destroy", "--confirm", self.fleet, *args, ok=ok, key=key)

    def require_empty(self, when):
        """A plan with no step, nothing held and no gap."""
        plan = self.plan("--detailed-exitcode")
        left = {"steps": [brief(step) for step in plan["steps"]], "held": plan["held"], "gaps": plan["gaps"]}
        require(not any(left.values()), f"{when}: the plan must be empty, it has\n{json.dumps(left, indent=1)}")
        return plan


def brief(step):
    """A step in one line."""
    return f"{step['action']} {step['address']} ({step['cause']}: {step['reason']})"


# --- the account, seen by boto3 only


def tags_of(listed):
    return {tag["Key"]: tag["Value"] for tag in listed or []}


class Account:
    """What is in the account."""

    def __init__(self, server):
        names = {"ec2": "ec2", "rds": "rds", "alarms": "cloudwatch", "ssm": "ssm", "scheduler": "scheduler", "iam": "iam", "sqs": "sqs"}
        for attribute, service in names.items():
            setattr(self, attribute, server.client(service))

    def _every(self, client, operation, field, **arguments):
        pages = client.get_paginator(operation).paginate(**arguments)
        return [item for page in pages for item in page[field]]

    def instances(self, dead=False):
        """Instances; terminated ones only when asked for."""
        every = [one for reservation in self._every(self.ec2, "describe_instances", "Reservations") for one in reservation["Instances"]]
        return [one for one in every if dead or one["State"]["Name"] not in ("terminated", "shutting-down")]

    def groups(self):
        return [one for one in self._every(self.ec2, "describe_security_groups", "SecurityGroups") if one["GroupName"] != "default"]

    def volumes(self):
        return self._every(self.ec2, "describe_volumes", "Volumes")

    def keys(self):
        return self.ec2.describe_key_pairs(IncludePublicKey=True)["KeyPairs"]

    def alarm_list(self):
        return self._every(self.alarms, "describe_alarms", "MetricAlarms")

    def databases(self):
        return self._every(self.rds, "describe_db_instances", "DBInstances")

    def parameter_groups(self):
        every = self._every(self.rds, "describe_db_parameter_groups", "DBParameterGroups")
        return [one for one in every if not one["DBParameterGroupName"].startswith("default.")]

    def stored_keys(self):
        ask = [{"Key": "Name", "Option": "BeginsWith", "Values": ["/muster/"]}]
        return self._every(self.ssm, "describe_parameters", "Parameters", ParameterFilters=ask)

    def by_address(self, address):
        """The one living instance or group at an address."""
        found = [one for one in self.instances() + self.groups() if tags_of(one.get("Tags")).get("muster:address") == address]
        require(len(found) == 1, f"{address}: one expected, {len(found)} found")
        return found[0]

    def alarm_of(self, instance_id):
        dimension = {"Name": "InstanceId", "Value": instance_id}
        found = [alarm for alarm in self.alarm_list() if dimension in alarm["Dimensions"]]
        require(len(found) == 1, f"alarms on {instance_id}: one expected, {len(found)} found")
        return found[0]

    def leftovers(self):
        """Everything of any fleet that is still there, in words; terminated instances do not count."""
        found = [f"instance {one['InstanceId']}" for one in self.instances() if "muster:fleet" in tags_of(one.get("Tags"))]
        found += [f"group {one['GroupName']}" for one in self.groups()]
        found += [f"volume {one['VolumeId']}" for one in self.volumes()]
        found += [f"key {one['KeyName']}" for one in self.keys()]
        found += [f"alarm {one['AlarmName']}" for one in self.alarm_list()]
        found += [f"database {one['DBInstanceIdentifier']}" for one in self.databases()]
        found += [f"parameter group {one['DBParameterGroupName']}" for one in self.parameter_groups()]
        found += [f"stored key {one['Name']}" for one in self.stored_keys()]
        found += self.delivery()
        dead = {one["InstanceId"] for one in self.instances(dead=True)}
        tagged = self._every(self.ec2, "describe_tags", "Tags", Filters=[{"Name": "key", "Values": ["muster:fleet"]}])
        return found + [f"tag on {one['ResourceId']}" for one in tagged if one["ResourceId"] not in dead]

    def delivery(self):
        """What delivery by EventBridge stands on, in words."""
        groups = self._every(self.scheduler, "list_schedule_groups", "ScheduleGroups", NamePrefix="muster-")
        found = [f"schedule group {one['Name']}" for one in groups]
        found += [f"role {one['RoleName']}" for one in self._every(self.iam, "list_roles", "Roles", PathPrefix="/muster/")]
        return found + [f"queue {url.split('/')[-1]}" for url in self.sqs.list_queues(QueueNamePrefix="muster-").get("QueueUrls", [])]

    def snapshots(self):
        """Kept snapshots of volumes and databases, by the address they were made from."""
        found = {}
        for one in self._every(self.ec2, "describe_snapshots", "Snapshots"):
            self._count(found, tags_of(one.get("Tags")))
        for one in self._every(self.rds, "describe_db_snapshots", "DBSnapshots", SnapshotType="manual"):
            self._count(found, tags_of(self.rds.list_tags_for_resource(ResourceName=one["DBSnapshotArn"])["TagList"]))
        return found

    @staticmethod
    def _count(found, tags):
        if address := tags.get("muster:snapshot-of"):
            require("muster:fleet" not in tags, f"the snapshot of {address} still claims a fleet")
            found[address] = found.get(address, 0) + 1

    def canonical(self):
        """The account without ids and times: two accounts with the same fleet are equal."""
        groups = {one["GroupId"]: one["GroupName"] for one in self.groups()}
        volumes = {one["VolumeId"]: one for one in self.volumes()}
        instances = {one["InstanceId"]: one for one in self.instances()}
        owners = {key: tags_of(one.get("Tags")).get("muster:address") for key, one in instances.items()}
        return {
            "instances": sorted((_instance(one, groups, volumes) for one in instances.values()), key=str),
            "groups": sorted((_group(one, groups) for one in self.groups()), key=str),
            "keys": sorted((one["KeyName"], _settled(one.get("Tags"))) for one in self.keys()),
            "stored keys": sorted(one["Name"] for one in self.stored_keys()),
            "alarms": sorted((_alarm(one, owners) for one in self.alarm_list()), key=str),
            "databases": sorted((_database(one, groups) for one in self.databases()), key=str),
            "parameter groups": sorted((self._parameters(one) for one in self.parameter_groups()), key=str),
        }

    def _parameters(self, group):
        name = group["DBParameterGroupName"]
        found = self._every(self.rds, "describe_db_parameters", "Parameters", DBParameterGroupName=name, Source="user")
        return name, group["DBParameterGroupFamily"], sorted((one["ParameterName"], one["ParameterValue"]) for one in found)


def _settled(listed):
    """Tags without the digest, which may depend on a generated key."""
    return sorted((key, value) for key, value in tags_of(listed).items() if key != "muster:digest")


def _instance(one, groups, volumes):
    disks = [volumes[mapping["Ebs"]["VolumeId"]] for mapping in one["BlockDeviceMappings"]]
    return {
        "tags": _settled(one.get("Tags")),
        "is": [one["InstanceType"], one["State"]["Name"], one["ImageId"], one.get("KeyName"), one["MetadataOptions"]["HttpTokens"]],
        "groups": sorted(groups.get(group["GroupId"], group["GroupId"]) for group in one["SecurityGroups"]),
        "disks": [(disk["Size"], disk["VolumeType"], disk["Encrypted"], _settled(disk.get("Tags"))) for disk in disks],
    }


def _group(one, groups):
    rules = []
    for rule in one["IpPermissions"]:
        sources = [entry["CidrIp"] for entry in rule["IpRanges"]] + [groups.get(pair["GroupId"]) for pair in rule["UserIdGroupPairs"]]
        rules.append((rule["IpProtocol"], rule.get("FromPort"), rule.get("ToPort"), sorted(sources)))
    return {"name": one["GroupName"], "rules": sorted(rules), "tags": _settled(one.get("Tags"))}


def _alarm(one, owners):
    watched = [owners.get(dimension["Value"]) for dimension in one["Dimensions"]]
    fields = ("AlarmName", "Threshold", "Period", "EvaluationPeriods", "ComparisonOperator", "TreatMissingData", "ActionsEnabled", "AlarmActions")
    return watched, [one.get(field) for field in fields]


def _database(one, groups):
    fields = ("DBInstanceIdentifier", "DBInstanceClass", "DBInstanceStatus", "Engine", "EngineVersion", "AllocatedStorage", "StorageType")
    more = ("StorageEncrypted", "MultiAZ", "PubliclyAccessible", "BackupRetentionPeriod")
    return {
        "is": [one.get(field) for field in fields + more],
        "groups": sorted(groups.get(group["VpcSecurityGroupId"]) or "?" for group in one["VpcSecurityGroups"]),
        "parameters": [group["DBParameterGroupName"] for group in one["DBParameterGroups"]],
        "tags": _settled(one.get("TagList")),
    }


def require_one_each(account, count, when):
    """One instance, group, key and alarm a user, and nothing that nobody owns."""
    for kind, found in {"instances": account.instances(), "keys": account.keys(), "alarms": account.alarm_list()}.items():
        require(len(found) == count, f"{when}: {count} {kind} expected, {len(found)} found")
    addresses = [tags_of(one.get("Tags")).get("muster:address") for one in account.instances() + account.groups()]
    require(len(addresses) == len(set(addresses)) and None not in addresses, f"{when}: an address stands twice, or a thing has none: {addresses}")
    instances = {one["InstanceId"] for one in account.instances()}
    for volume in account.volumes():
        attached = {attachment["InstanceId"] for attachment in volume["Attachments"]}
        require(attached and attached <= instances, f"{when}: volume {volume['VolumeId']} belongs to no instance")
    for alarm in account.alarm_list():
        watched = {dimension["Value"] for dimension in alarm["Dimensions"]}
        require(watched <= instances, f"{when}: alarm {alarm['AlarmName']} watches what is not there")


def main(script, name):
    """Runs a script alone, or as part of run.py: prints what was shown, exits 1 when something does not hold."""
    began = time.monotonic()
    print(f"{name}", flush=True)
    try:
        script()
    except Failed as failure:
        print(f"FAILED {name}: {failure}", file=sys.stderr, flush=True)
        sys.exit(1)
    print(f"passed {name} in {time.monotonic() - began:.0f} s", flush=True)
