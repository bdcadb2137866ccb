"""Judges a request against IAM policies: the part of IAM's language that identity policies use.

Nothing is assumed about a request but what stands in it: a condition on a key that the request lacks is not
met, as on AWS. An operator or element this module does not know is an error, never a silent pass.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

SIZE_LIMIT = 6144
VERSION = "2012-10-17"
STATEMENT_KEYS = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}


class PolicyError(ValueError):
    """A policy AWS would refuse, or one that uses what this module does not know."""


@dataclass
class Check:
    """One action on one resource, as AWS authorises it; a request may need several."""

    action: str
    resource: str
    resource_tags: dict = field(default_factory=dict)
    request_tags: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)

    def context(self):
        """Condition keys, lower case, with their values."""
        service = self.action.split(":")[0]
        found = {}
        for key, value in self.resource_tags.items():
            for prefix in ("aws", service):
                found[f"{prefix}:resourcetag/{key}".lower()] = [value]
        for key, value in self.request_tags.items():
            found[f"aws:requesttag/{key}".lower()] = [value]
        if self.request_tags:
            found["aws:tagkeys"] = list(self.request_tags)
        for key, value in self.keys.items():
            found[key.lower()] = value if isinstance(value, list) else [value]
        return found


@dataclass
class Verdict:
    """Whether a check passes, and why."""

    allowed: bool
    why: str


def judge(policies, check):
    """Explicit deny over allow over nothing."""
    allowed = None
    for policy in policies:
        for statement in _list(policy["Statement"]):
            if not applies(statement, check):
                continue
            if statement["Effect"] == "Deny":
                return Verdict(False, f"explicit deny in {statement.get('Sid', 'a statement')}")
            allowed = allowed or Verdict(True, statement.get("Sid", "a statement"))
    return allowed or Verdict(False, f"no identity-based policy allows the {check.action} action")


def applies(statement, check):
    """True when action, resource and every condition of a statement match."""
    return (
        _matches_any(statement, "Action", check.action.lower(), fold=True)
        and _matches_any(statement, "Resource", check.resource)
        and conditions_hold(statement.get("Condition", {}), check.context())
    )


def _matches_any(statement, key, value, fold=False):
    negated = f"Not{key}"
    patterns = _list(statement.get(key, statement.get(negated, [])))
    hit = any(like(pattern.lower() if fold else pattern, value) for pattern in patterns)
    return not hit if negated in statement else hit


def like(pattern, value):
    """`*` is any text, `?` one character."""
    return _compiled(pattern).fullmatch(value) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern):
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(c) or re.escape(c) for c in pattern), re.DOTALL)


def conditions_hold(conditions, context):
    """Every operator and every key of a Condition block."""
    return all(
        _holds(operator, key, _texts(wanted), context) for operator, keys in conditions.items() for key, wanted in keys.items()
    )


POSITIVE = {
    "StringEquals": lambda wanted, got: wanted == got,
    "StringEqualsIgnoreCase": lambda wanted, got: wanted.lower() == got.lower(),
    "StringLike": like,
    "ArnLike": like,
    "ArnEquals": like,
    "Bool": lambda wanted, got: wanted.lower() == got.lower(),
}
NEGATIVE = {
    "StringNotEquals": POSITIVE["StringEquals"],
    "StringNotEqualsIgnoreCase": POSITIVE["StringEqualsIgnoreCase"],
    "StringNotLike": like,
    "ArnNotLike": like,
    "ArnNotEquals": like,
}
OPERATOR = re.compile(r"^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$")


def _holds(operator, key, wanted, context):
    quantifier, name, if_exists = _split(operator)
    values = context.get(key.lower())
    if name == "Null":
        return (values is None) == (wanted == ["true"])
    if values is None:
        return bool(if_exists) or quantifier == "ForAllValues" or name in NEGATIVE
    test = _test(name, wanted)
    if quantifier == "ForAllValues":
        return all(map(test, values))
    return any(map(test, values))


def _test(name, wanted):
    if name in NEGATIVE:
        return lambda got: not any(NEGATIVE[name](want, got) for want in wanted)
    return lambda got: any(POSITIVE[name](want, got) for want in wanted)


def _split(operator):
    match = OPERATOR.match(operator)
    if not match or match[2] not in {"Null", *POSITIVE, *NEGATIVE}:
        raise PolicyError(f"condition operator {operator} is not known here")
    return match.groups()


def check_policy(policy):
    """Refuses a policy that AWS would refuse.

    Raises PolicyError with the reason.
    """
    import json

    size = len(re.sub(r"\s", "", json.dumps(policy)))
    if size > SIZE_LIMIT:
        raise PolicyError(f"{size} characters, a managed policy has at most {SIZE_LIMIT}")
    if policy.get("Version") != VERSION:
        raise PolicyError(f"Version must be {VERSION}")
    statements = _list(policy.get("Statement", []))
    if not statements:
        raise PolicyError("no Statement")
    sids = [statement["Sid"] for statement in statements if "Sid" in statement]
    if len(sids) != len(set(sids)):
        raise PolicyError("a Sid stands twice")
    for statement in statements:
        _check_statement(statement)


def _check_statement(statement):
    if unknown := set(statement) - STATEMENT_KEYS:
        raise PolicyError(f"unknown elements {sorted(unknown)}")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise PolicyError("Effect must be Allow or Deny")
    if not re.fullmatch(r"[A-Za-z0-9]*", statement.get("Sid", "")):
        raise PolicyError(f"Sid {statement['Sid']} has characters other than letters and digits")
    for key in ("Action", "Resource"):
        if (key in statement) == (f"Not{key}" in statement):
            raise PolicyError(f"needs either {key} or Not{key}")
    for action in _list(statement.get("Action", statement.get("NotAction"))):
        if action != "*" and not re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9*?]+", action):
            raise PolicyError(f"action {action} is not SERVICE:ACTION")
    for resource in _list(statement.get("Resource", statement.get("NotResource"))):
        if resource != "*" and not re.fullmatch(r"arn:[^:]*:[^:]*:[^:]*:[^:]*:.+", resource):
            raise PolicyError(f"resource {resource} is neither * nor an ARN")
    for operator in statement.get("Condition", {}):
        _split(operator)


def _list(value):
    return value if isinstance(value, list) else [value]


def _texts(value):
    return ["true" if v is True else "false" if v is False else str(v) for v in _list(value)]
