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


def _document(statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _arn(policy):
    return f"arn:aws:iam::{ACCOUNT}:policy/{policy}"


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


def _trust(principal, condition=None, action="sts:AssumeRole"):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, **({"Condition": condition} if condition else {})}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _web(issuer, **claims):
    """Trust in an issuer; a claim with a star is asked for by StringLike."""
    tests = {}
    for claim, value in claims.items():
        tests.setdefault("StringLike" if "*" in value else "StringEquals", {})[f"{issuer}:{claim}"] = value
    return _trust({"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}"}, tests, "sts:AssumeRoleWithWebIdentity")


def _saml(condition=None):
    return _trust({"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/office"}, condition, "sts:AssumeRoleWithSAML")


# AWS's own policies are not there; the sandbox has them.
ADMIN = [_arn("everything")]
GITHUB, GITLAB, EKS = "token.actions.githubusercontent.com", "gitlab.com", "oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
TOPIC, PEOPLE = {"Service": "sns.amazonaws.com"}, _trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
STS = {"aud": "sts.amazonaws.com"}
# Trust, and what is said of it: `deputy` for services, `public`, `federated`, `admin`; absent for what a rule says nothing of.
ROLES = {
    "loose": {"trust": _trust(TOPIC), "deputy": True}, "pinned": {"trust": _trust(TOPIC, {"StringEquals": {"aws:SourceAccount": ACCOUNT}}), "deputy": False},
    "machine": {"trust": _trust({"Service": "ec2.amazonaws.com"})}, "people": {"trust": PEOPLE},
    "public": {"trust": _trust({"AWS": "*"}), "public": True}, "public-star": {"trust": _trust("*"), "public": True},
    "public-tls": {"trust": _trust("*", {"Bool": {"aws:SecureTransport": "true"}}), "public": True},
    "public-any-id": {"trust": _trust("*", {"StringLike": {"sts:ExternalId": "*"}}), "public": True},
    "organization": {"trust": _trust("*", {"StringEquals": {"aws:PrincipalOrgID": "o-example123"}})},
    "external-id": {"trust": _trust({"AWS": "*"}, {"StringEquals": {"sts:ExternalId": "0a1b2c3d"}})},
    "github": {"trust": _web(GITHUB, sub="repo:acme/web:ref:refs/heads/main", **STS), "federated": False},
    "github-branches": {"trust": _web(GITHUB, sub="repo:acme/web:*", **STS), "federated": False},
    "github-owner": {"trust": _web(GITHUB, sub="repo:acme/*", **STS), "federated": False},
    "github-any": {"trust": _web(GITHUB, sub="repo:*", **STS), "federated": True},
    "github-any-owner": {"trust": _web(GITHUB, sub="repo:*/web:ref:refs/heads/main", **STS), "federated": True},
    "github-like-owner": {"trust": _web(GITHUB, sub="repo:acme*", **STS), "federated": True},
    "github-no-sub": {"trust": _web(GITHUB, **STS), "federated": True},
    "github-no-aud": {"trust": _web(GITHUB, sub="repo:acme/web:*"), "federated": True},
    "gitlab": {"trust": _web(GITLAB, sub="project_path:acme/web:ref_type:branch:ref:*", aud="https://gitlab.com"), "federated": False},
    "gitlab-any": {"trust": _web(GITLAB, sub="project_path:*:ref:main", aud="https://gitlab.com"), "federated": True},
    "terraform": {"trust": _web("app.terraform.io", sub="organization:acme:project:*", aud="aws.workload.identity"), "federated": False},
    "terraform-any": {"trust": _web("app.terraform.io", sub="organization:*:workspace:web", aud="aws.workload.identity"), "federated": True},
    "pod": {"trust": _web(EKS, sub="system:serviceaccount:shop:*", **STS), "federated": False},
    "pod-any": {"trust": _web(EKS, sub="system:serviceaccount:*:cart", **STS), "federated": True},
    "office": {"trust": _saml({"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}), "federated": False},
    "office-any": {"trust": _saml(), "federated": True},
    "admin": {"trust": PEOPLE, "attached": ADMIN, "admin": True}, "admin-inline": {"trust": PEOPLE, "inline": ALL, "admin": True},
    "admin-bounded": {"trust": PEOPLE, "attached": ADMIN, "boundary": _arn("reading"), "admin": False},
    "admin-unbounded": {"trust": PEOPLE, "attached": ADMIN, "boundary": _arn("everything"), "admin": True},
    "reader": {"trust": PEOPLE, "inline": READS, "attached": [_arn("reading")], "admin": False},
    "OrganizationAccountAccessRole": {"trust": PEOPLE, "attached": ADMIN, "admin": None},
}  # fmt: skip


def _roles(estate, iam):
    for name, spec in ROLES.items():
        limit = {"PermissionsBoundary": spec["boundary"]} if "boundary" in spec else {}
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(spec["trust"]), **limit)
        for policy in spec.get("attached", []):
            iam.attach_role_policy(RoleName=name, PolicyArn=policy)
        if "inline" in spec:
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=_document(spec["inline"]))
        estate.add("iam.role", name, **spec)


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


def _said(word):
    """What the table above says of a role; nothing where it is silent."""
    return lambda one, _: when(one[word]) if one[word] is not None else None


def _administrator_role(one, _):
    # Roles that the table says nothing of have no rights; one is meant to have them all.
    return when(one["admin"]) if "admin" not in one.spec or one["admin"] is not None else None


USER, POLICY, ROLE, ROOT = "iam.user", "iam.policy", "iam.role", "iam.root"
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
    "iam/confused-deputy": (ROLE, _said("deputy")),
    "iam/public-role": (ROLE, lambda one, _: when(one["public"])),
    "iam/federated-role": (ROLE, _said("federated")),
    "iam/administrator-role": (ROLE, _administrator_role),
}
