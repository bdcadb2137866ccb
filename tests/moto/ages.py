"""Nothing of AWS: makes things older than they are, and says what no API call can make so.

`import ages; ages.set(ACCOUNT, REGION, {ID: {…}, …})` through /lab/py. What can be said of what:

| id | keys |
|---|---|
| `i-…` | `launched`, and `stopped` for the instant in its reason |
| `vol-…`, `snap-…`, `ami-…` | `made` |
| `iam:user/NAME` | `made`, `password_used`, `password_set`, `keys: [{made, used}]` |
| `iam:role/NAME` | `made`, `used` |
| `rds:db/ID`, `rds:snapshot/ID`, `rds:cluster-snapshot/ID` | `made` |
| `s3:BUCKET` | `made` |
| `lambda:NAME` | `changed` |

Instants are RFC 3339; null takes one away.
"""

import datetime

from moto.backends import get_backend


def set(account, region, said):  # noqa: A001 (reads as what it does: ages.set)
    """Sets what `said` says; an id that is not there is an error."""
    for thing, facts in said.items():
        instants = {key: _instants(value) for key, value in facts.items()}
        start = thing.split("-")[0] if thing.split("-")[0] in EC2 else thing.split("/")[0] if "/" in thing else thing.split(":")[0]
        SETTERS[start](account, region, thing.split("/")[-1] if "/" in thing else thing.split(":")[-1], **instants)


def _instants(value):
    if isinstance(value, list):
        return [{key: _instants(inner) for key, inner in one.items()} for one in value]
    return None if value is None else datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))


def _ec2(account, region):
    return get_backend("ec2")[account][region]


def _instance(account, region, name, launched=None, stopped=None):
    one = _ec2(account, region).get_instance(name)
    one.launch_time = launched or one.launch_time
    for mapping in one.block_device_mapping.values():
        # An instance is as old as its root volume's attachment; its launch is that of the last start.
        mapping.attach_time = launched or mapping.attach_time
        attachment = _ec2(account, region).volumes[mapping.volume_id].attachment
        attachment.attach_time = launched or attachment.attach_time
    if stopped:
        one._reason = f"User initiated ({stopped:%Y-%m-%d %H:%M:%S} GMT)"


def _volume(account, region, name, made):
    _ec2(account, region).volumes[name].create_time = made


def _snapshot(account, region, name, made):
    _ec2(account, region).snapshots[name].start_time = made


def _image(account, region, name, made):
    _ec2(account, region).amis[name].creation_date = made


def _iam(account):
    return get_backend("iam")[account]["aws"]


def _user(account, _, name, made=None, password_used=None, password_set=None, keys=()):
    user = _iam(account).users[name]
    user.create_date = made or user.create_date
    user.password_last_used, user.password_set = password_used, password_set
    for key, said in zip(user.access_keys, keys, strict=False):
        key.create_date, key.last_used = said.get("made") or key.create_date, said.get("used")


def _role(account, _, name, made=None, used=None):
    role = next(one for one in _iam(account).roles.values() if one.name == name)
    role.create_date, role.last_used = made or role.create_date, used


def _database(account, region, name, made):
    get_backend("rds")[account][region].databases[name].instance_create_time = made


def _rds_snapshot(account, region, name, made):
    get_backend("rds")[account][region].database_snapshots[name].created = made


def _cluster_snapshot(account, region, name, made):
    get_backend("rds")[account][region].cluster_snapshots[name].created = made


def _bucket(account, _, name, made):
    get_backend("s3")[account]["aws"].buckets[name].creation_date = made


def _function(account, region, name, changed):
    backend = get_backend("lambda")[account][region]
    backend.get_function(name).last_modified = f"{changed:%Y-%m-%dT%H:%M:%S.000+0000}"


EC2 = ("i", "vol", "snap", "ami")
SETTERS = {
    "i": _instance, "vol": _volume, "snap": _snapshot, "ami": _image, "iam:user": _user, "iam:role": _role, "rds:db": _database,
    "rds:snapshot": _rds_snapshot, "rds:cluster-snapshot": _cluster_snapshot, "s3": _bucket, "lambda": _function,
}  # fmt: skip
