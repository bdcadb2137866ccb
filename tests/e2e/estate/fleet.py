"""fleet.yaml itself: entries known to be good and bad. Nothing of it is made in the account."""

import datetime

from estate import when

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPHPGwXk06vpFVkE+ZGV6JPKVKnauJbLjeuobyAHG/P9"
OFFICE = "203.0.113.0/24"
FAR = 400

_USERS = {
    "plain": {}, "unscheduled": {"schedule": None}, "by-tag": {"schedule": None, "env": "lab"}, "open": {"ssh": "0.0.0.0/0"}, "half-open": {"ssh": "128.0.0.0/1"},
    "wide": {"ssh": "8.0.0.0/8"}, "forever": {"until": None}, "far": {"until": FAR}, "ended": {"until": -10}, "idle": {"idle_stop": False},
    "imds": {"imds": "optional"}, "bare-disk": {"encrypted": False}, "prod": {"env": "prod"}, "prod-kept": {"env": "prod", "protect": True},
}  # fmt: skip
_DATABASES = {
    "app": {}, "short": {"retention": 6}, "bare": {"encrypted": False}, "loose": {"deletion": False}, "traceless": {"snapshot": False},
    "public": {"public": True}, "to-all": {"allow": "0.0.0.0/0"}, "production": {"env": "prod", "schedule": None}, "kept": {"env": "prod", "protect": True},
    "always": {"schedule": None, "env": "lab"}, "by-tag": {"schedule": None},
}  # fmt: skip
# Windows, what is selected by tag, and whether that is anything in the account.
_SCHEDULES = {
    "office": {"run": "mon-fri 09:00-19:00"}, "always-on": {"run": "daily 00:00-24:00", "select": ("ec2", "env", "lab"), "matched": True},
    "told": {"run": "mon-fri 09:00-19:00", "select": ("ec2", "env", "prod"), "matched": True, "told": True},
    "lost": {"run": "mon-fri 09:00-19:00", "select": ("ec2", "env", "nowhere")}, "unnamed": {"run": "mon-fri 09:00-19:00"},
    "groups": {"run": "mon-fri 09:00-19:00", "select": ("asg", "env", "nowhere")},
    "stored": {"run": "mon-fri 09:00-19:00", "select": ("rds", "env", "dev"), "matched": True},
}  # fmt: skip
# Days from now.
_OVERRIDES = {
    "plain": {"until": 5, "reason": "release test"}, "open": {"until": 32}, "wide": {"from": -30, "until": 2, "reason": "x"},
    "forever": {"from": 1, "until": 30, "reason": "x"}, "far": {"until": -9, "reason": "x"}, "idle": {"until": -6, "reason": "x"},
}  # fmt: skip
USER = {"schedule": "office", "ssh": OFFICE, "until": 30, "idle_stop": True, "imds": "required", "encrypted": True, "protect": False, "env": "dev"}
DATABASE = {
    "schedule": "office", "retention": 7, "encrypted": True, "deletion": True, "snapshot": True, "public": False, "allow": "10.0.0.0/16", "protect": False,
    "env": "dev",
}  # fmt: skip


def make(estate, regions, kept=False):
    """The text of the file; `kept` gives the whole of it the other side."""
    estate.things = [thing for thing in estate.things if not thing.kind.startswith("fleet.")]
    estate.add("fleet.fleet", "advised", kept=kept)
    parts = [
        "fleet: advised\ntimezone: UTC\n",
        f"cloud: {{provider: aws, regions: [{', '.join(regions)}]}}\n",
        f"retire: {{after: {'14d' if kept else '1d'}, snapshot: true}}\n",
        "schedules:\n" + "".join(_schedule(estate, name, spec) for name, spec in _SCHEDULES.items()),
        f"users:\n  defaults: {{type: t3.small, key: '{KEY}'}}\n",
        "".join(_user(estate, name, {**USER, **spec}) for name, spec in _USERS.items()),
        "databases:\n  defaults: {engine: mysql, version: '8.0', class: db.t4g.micro, master-user: root}\n",
        "".join(_database(estate, name, {**DATABASE, **spec}) for name, spec in _DATABASES.items()),
        "overrides:\n" + "".join(_override(estate, name, spec) for name, spec in _OVERRIDES.items()),
    ]
    if kept:
        parts.append("notify: {when: [failure], to: [{exec: [page]}]}\nhistory: {keep: 400d, s3: audit-bucket/advised}\n")
    return "".join(parts)


def _schedule(estate, name, spec):
    estate.add("fleet.schedule", name, **spec)
    keys = [f"run: ['{spec['run']}']"]
    if "select" in spec:
        service, key, value = spec["select"]
        keys.append(f"select: {{services: [{service}], tags: {{{key}: {value}}}}}")
    if spec.get("told"):
        keys.append("notify: {before-stop: 15m, to: [{exec: [page]}]}")
    return f"  {name}: {{{', '.join(keys)}}}\n"


def _user(estate, name, spec):
    estate.add("fleet.user", name, **spec)
    keys = [
        f"ssh-from: [{spec['ssh']}]", f"schedule: {spec['schedule'] or 'none'}", f"imds: {spec['imds']}", f"protect: {str(spec['protect']).lower()}",
        f"disk: {{size: 8GiB, type: gp3, encrypted: {str(spec['encrypted']).lower()}}}", f"tags: {{env: {spec['env']}}}",
        "idle-stop: " + ("{cpu-below: 5, periods: 6, period: 5m}" if spec["idle_stop"] else "none"),
    ]  # fmt: skip
    if spec["until"] is not None:
        keys.append(f"until: {_day(estate, spec['until'])}")
    return f"  {name}: {{{', '.join(keys)}}}\n"


def _day(estate, days):
    return (estate.now + datetime.timedelta(days=days)).date().isoformat()


def _database(estate, name, spec):
    estate.add("fleet.database", name, **spec)
    keys = [
        f"storage: {{size: 20GiB, type: gp3, encrypted: {str(spec['encrypted']).lower()}}}", f"backup: {{retention: {spec['retention']}d}}",
        f"deletion-protection: {str(spec['deletion']).lower()}", f"final-snapshot: {str(spec['snapshot']).lower()}",
        f"public: {str(spec['public']).lower()}", f"allow: [{{cidr: {spec['allow']}}}]", f"protect: {str(spec['protect']).lower()}",
        f"tags: {{env: {spec['env']}}}",
    ]  # fmt: skip
    if spec["schedule"]:
        keys.append(f"schedule: {spec['schedule']}")
    return f"  {name}: {{{', '.join(keys)}}}\n"


def _override(estate, user, spec):
    instants = {key: (estate.now + datetime.timedelta(days=spec[key])).strftime("%Y-%m-%dT%H:%M:%SZ") for key in ("from", "until") if key in spec}
    estate.add("fleet.override", f"user/{user} until {instants['until']}", **spec)
    keys = [f"only: [user/{user}]", "state: running"] + [f"{key}: '{instant}'" for key, instant in instants.items()]
    if "reason" in spec:
        keys.append(f"reason: {spec['reason']}")
    return f"  - {{{', '.join(keys)}}}\n"


# --- what each rule must say


def _scheduled(one, _):
    return when(not one["schedule"] and one["env"] != "lab" and one["env"] != "prod")


def _until(one, _):
    return when(one["until"] is None or one["until"] + 1 > 365)


def _ended(one, _):
    return when(one["until"] < 0) if one["until"] is not None else None


def _wide(range_):
    return int(range_.split("/")[1]) < 8


def _protect(one, _):
    return when(not one["protect"]) if one["env"] == "prod" else None


def _database_schedule(one, _):
    # `stored` selects databases of env=dev.
    return None if one["env"] == "prod" else when(not one["schedule"] and one["env"] != "dev")


def _unused(one, _):
    if one.id == "office" or one["matched"]:
        return when(False)
    return None if one["select"] and one["select"][0] == "asg" else when(True)


def _unannounced(one, _):
    return None if one.id == "always-on" else when(not one["told"])


def _long(one, _):
    return when(one["until"] - (one["from"] or 0) > 30)


USERS, DATABASES, SCHEDULES, OVERRIDES, FLEET = "fleet.user", "fleet.database", "fleet.schedule", "fleet.override", "fleet.fleet"
ORACLES = {
    "fleet/user-schedule": (USERS, _scheduled),
    "fleet/user-ssh-open": (USERS, lambda one, _: when(_wide(one["ssh"]))),
    "fleet/user-until": (USERS, _until),
    "fleet/user-ended": (USERS, _ended),
    "fleet/user-idle-stop": (USERS, lambda one, _: when(not one["idle_stop"])),
    "fleet/user-imds": (USERS, lambda one, _: when(one["imds"] != "required")),
    "fleet/user-disk-encryption": (USERS, lambda one, _: when(not one["encrypted"])),
    "fleet/user-protect": (USERS, _protect),
    "fleet/database-backup": (DATABASES, lambda one, _: when(one["retention"] < 7)),
    "fleet/database-encryption": (DATABASES, lambda one, _: when(not one["encrypted"])),
    "fleet/database-deletion-protection": (DATABASES, lambda one, _: when(not one["deletion"])),
    "fleet/database-final-snapshot": (DATABASES, lambda one, _: when(not one["snapshot"])),
    "fleet/database-open": (DATABASES, lambda one, _: when(one["public"] or _wide(one["allow"]))),
    "fleet/database-protect": (DATABASES, _protect),
    "fleet/database-schedule": (DATABASES, _database_schedule),
    "fleet/schedule-always-on": (SCHEDULES, lambda one, _: when(one.id == "always-on")),
    "fleet/schedule-unannounced": (SCHEDULES, _unannounced),
    "fleet/schedule-unused": (SCHEDULES, _unused),
    "fleet/override-long": (OVERRIDES, _long),
    "fleet/override-ended": (OVERRIDES, lambda one, _: when(one["until"] < -7)),
    "fleet/override-reason": (OVERRIDES, lambda one, _: when("reason" not in one.spec)),
    "fleet/notify": (FLEET, lambda one, _: when(not one["kept"])),
    "fleet/retire-grace": (FLEET, lambda one, _: when(not one["kept"])),
    "fleet/history-copy": (FLEET, lambda one, _: when(not one["kept"])),
}
