"""Users, groups, roles, policies, and the account's own settings."""

import json

from estate import ACCOUNT, when

MANY = 105
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
READS = {"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"}
RAISES = {"Effect": "Allow", "Action": ["iam:PassRole", "ec2:RunInstances"], "Resource": "*"}
OWN_KEYS = {"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": f"arn:aws:iam::{ACCOUNT}:user/" + "${aws:username}"}
STRICT = {
    "MinimumPasswordLength": 14, "RequireSymbols": True, "RequireNumbers": True, "RequireUppercaseCharacters": True, "RequireLowercaseCharacters": True,
    "AllowUsersToChangePassword": True, "MaxPasswordAge": 90, "PasswordReusePrevention": 24,
}  # fmt: skip
# Days: since a password was used or set, since keys were made and used; nothing for never.
_VARIANTS = {
    "plain": {}, "console": {"password": (1.0, 400.0), "mfa": True}, "console-bare": {"password": (1.0, 400.0)},
    "virtual": {"password": (1.0, 10.0), "mfa": "virtual"}, "key-young": {"keys": [(89.5, 1.0)]}, "key-old": {"keys": [(91.5, 1.0)]},
    "key-idle": {"keys": [(80.0, 46.5)]}, "key-edge": {"keys": [(80.0, 44.5)]}, "key-unused": {"keys": [(60.0, None)]}, "key-new": {"keys": [(10.0, None)]},
    "key-off": {"keys": [(400.0, 400.0)], "off": True}, "two-keys": {"keys": [(10.0, 1.0), (20.0, 1.0)]},
    "console-idle": {"password": (46.5, 400.0), "mfa": True}, "console-unused": {"password": (None, 60.0), "mfa": True},
    "console-new": {"password": (None, 3.0), "mfa": True},
    "admin": {"inline": ALL}, "reader": {"inline": READS}, "raiser": {"inline": RAISES}, "own-keys": {"inline": OWN_KEYS},
    "in-admins": {"group": "admins"}, "in-readers": {"group": "readers"}, "in-raisers": {"group": "raisers"},
    "attached-admin": {"policy": "everything"}, "attached-reader": {"policy": "reading"},
}  # fmt: skip
GROUPS = {"admins": ALL, "readers": READS, "raisers": RAISES}
POLICIES = {"everything": ALL, "reading": READS, "raising": RAISES, "loose": ALL}


def make(estate):
    """Everything about IAM; root as it should not be."""
    iam = estate.server.client("iam")
    for name, statement in POLICIES.items():
        iam.create_policy(PolicyName=name, PolicyDocument=_document(statement))
        estate.add("iam.policy", name, statement=statement, attached=name != "loose")
    for name, statement in GROUPS.items():
        iam.create_group(GroupName=name)
        iam.put_group_policy(GroupName=name, PolicyName="own", PolicyDocument=_document(statement))
        estate.add("iam.group", name, statement=statement)
    iam.attach_group_policy(GroupName="raisers", PolicyArn=_arn("raising"))
    for name, spec in _VARIANTS.items():
        _user(estate, iam, name, spec)
    for number in range(MANY):
        _user(estate, iam, f"many-{number:03}", {})
    _roles(estate, iam)
    estate.add("iam.account", ACCOUNT, policy=None)
    _root(estate, used=89.5, mfa=False, keys=[(400.0, 200.0)])


def _document(statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _arn(policy):
    return f"arn:aws:iam::{ACCOUNT}:policy/{policy}"


def _user(estate, iam, name, spec):
    iam.create_user(UserName=name)
    if "password" in spec:
        iam.create_login_profile(UserName=name, Password="Correct-horse-1")
    if spec.get("mfa"):
        _mfa(iam, name, spec["mfa"])
    for _ in spec.get("keys", []):
        key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
        if spec.get("off"):
            iam.update_access_key(UserName=name, AccessKeyId=key, Status="Inactive")
    if "inline" in spec:
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=_document(spec["inline"]))
    if "policy" in spec:
        iam.attach_user_policy(UserName=name, PolicyArn=_arn(spec["policy"]))
    if "group" in spec:
        iam.add_user_to_group(GroupName=spec["group"], UserName=name)
    used, changed = spec.get("password", (None, None))
    keys = [{"made": made, "used": last} for made, last in spec.get("keys", [])]
    estate.age(f"iam:user/{name}", made=500.0, password_used=used, password_set=changed, keys=keys)
    estate.add("iam.user", name, **spec)


def _mfa(iam, name, sort):
    serial = f"arn:aws:iam::{ACCOUNT}:u2f/user/{name}/key-1"
    if sort == "virtual":
        serial = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(UserName=name, SerialNumber=serial, AuthenticationCode1="123456", AuthenticationCode2="654321")


def _roles(estate, iam):
    pinned = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    for name, service, condition in (("loose", "sns.amazonaws.com", None), ("pinned", "sns.amazonaws.com", pinned), ("machine", "ec2.amazonaws.com", None)):
        statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole", **({"Condition": condition} if condition else {})}
        trust = {"Version": "2012-10-17", "Statement": [statement]}
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        estate.add("iam.role", name, trust=trust)
    iam.create_role(RoleName="people", AssumeRolePolicyDocument=json.dumps(PEOPLE))
    estate.add("iam.role", "people", trust=PEOPLE)


PEOPLE = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}],
}


def _root(estate, used, mfa, keys):
    """Nothing about root can be made by an API call."""
    said = [{"active": True, "rotated": estate.ago(made).isoformat(), "used": estate.ago(last).isoformat()} for made, last in keys]
    estate.server.python(
        "import credential_report, json\n"
        "at = datetime.datetime.fromisoformat\n"
        f"keys = [{{**key, 'rotated': at(key['rotated']), 'used': at(key['used'])}} for key in json.loads({json.dumps(json.dumps(said))})]\n"
        f"credential_report.root({ACCOUNT!r}, password_used=at({estate.ago(used).isoformat()!r}), mfa={mfa!r}, keys=keys)"
    )
    estate.things = [thing for thing in estate.things if thing.kind != "iam.root"]
    estate.add("iam.root", ACCOUNT, used=used, mfa=mfa, keys=keys)


def close(estate):
    """The account as it should be: the other side of rules of which there is one in an account."""
    estate.server.client("iam").update_account_password_policy(**STRICT)
    (account,) = estate.of("iam.account")
    account.spec["policy"] = STRICT
    _root(estate, used=91.5, mfa=True, keys=[])


# --- what each rule must say


def _statements(one, estate):
    """Every statement that holds for a user."""
    groups = {thing.id: thing["statement"] for thing in estate.of("iam.group")}
    policies = {thing.id: thing["statement"] for thing in estate.of("iam.policy")}
    return [found for found in (one["inline"], groups.get(one["group"]), policies.get(one["policy"])) if found]


def _escalates(statements):
    return None if ALL in statements else when(RAISES in statements)


def _rotation(one, _):
    return when(max(int(made) for made, _ in one["keys"]) > 90) if one["keys"] and not one["off"] else None


def _inactive(one, _):
    ages = [used if used is not None else made for made, used in one["keys"] or [] if not one["off"]]
    if one["password"]:
        used, changed = one["password"]
        ages.append(used if used is not None else changed)
    return when(any(int(age) > 45 for age in ages)) if ages else None


def _deputy(one, _):
    (statement,) = one["trust"]["Statement"]
    if statement["Principal"].get("Service") != "sns.amazonaws.com":
        return None
    return when("Condition" not in statement)


USER, POLICY, ROOT = "iam.user", "iam.policy", "iam.root"
ORACLES = {
    "iam/administrator": (USER, lambda one, estate: when(ALL in _statements(one, estate))),
    "iam/administrator-policy": (POLICY, lambda one, _: when(one["statement"] == ALL) if one["attached"] else None),
    "iam/privilege-escalation": (USER, lambda one, estate: _escalates(_statements(one, estate))),
    "iam/policy-privilege-escalation": (POLICY, lambda one, _: _escalates([one["statement"]]) if one["attached"] else None),
    "iam/policies-on-users": (USER, lambda one, _: when(one["inline"] or one["policy"])),
    "iam/key-rotation": (USER, _rotation),
    "iam/inactive-user": (USER, _inactive),
    "iam/two-active-keys": (USER, lambda one, _: when(len(one["keys"]) > 1) if one["keys"] and not one["off"] else None),
    "iam/mfa": (USER, lambda one, _: when(not one["mfa"]) if one["password"] else None),
    "iam/hardware-mfa": (USER, lambda one, _: when(one["mfa"] == "virtual") if one["password"] and one["mfa"] else None),
    "iam/password-policy": ("iam.account", lambda one, _: when(one["policy"] != STRICT)),
    "iam/root-access-keys": (ROOT, lambda one, _: when(bool(one["keys"]))),
    "iam/root-mfa": (ROOT, lambda one, _: when(not one["mfa"])),
    "iam/root-hardware-mfa": (ROOT, lambda one, _: when(False) if one["mfa"] else None),
    "iam/root-use": (ROOT, lambda one, _: when(min([one["used"], *(last for _, last in one["keys"])]) < 90.0)),
    "iam/confused-deputy": ("iam.role", _deputy),
}
