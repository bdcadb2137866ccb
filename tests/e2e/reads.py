"""Which IAM actions a policy's rules need, by what is published: the policy, the manifests of the packs and docs/reference/kinds.md; and
whether AWS has such an action. What muster prints and does is held against it.
"""

import json
import re
from functools import cache

import botocore.session
import yaml
from lib import ROOT

KINDS = ROOT / "docs" / "reference" / "kinds.md"
BUILT = ROOT / "rules" / "packs" / "built"
ACTION = re.compile(r"`([a-z0-9-]+:[A-Z]\w+)`")
# Actions that are not called as the operation that needs them; Service Authorization Reference.
OPERATIONS = {
    "s3:GetAccountPublicAccessBlock": ("s3control", "GetPublicAccessBlock"),
    "s3:GetBucketObjectLockConfiguration": ("s3", "GetObjectLockConfiguration"),
    "s3:GetBucketPublicAccessBlock": ("s3", "GetPublicAccessBlock"),
    "s3:GetEncryptionConfiguration": ("s3", "GetBucketEncryption"),
    "s3:GetIntelligentTieringConfiguration": ("s3", "ListBucketIntelligentTieringConfigurations"),
    "s3:GetLifecycleConfiguration": ("s3", "GetBucketLifecycleConfiguration"),
    "s3:ListAllMyBuckets": ("s3", "ListBuckets"),
}


def unknown(actions):
    """Those that no operation of a service needs."""
    return sorted(action for action in actions if not _is_known(action))


def _is_known(action):
    service, _, operation = action.partition(":")
    service, operation = OPERATIONS.get(action, (service, operation))
    # An exception for what needs none would hide that the action is misspelt.
    return operation in _operations(service)


@cache
def _operations(service):
    session = botocore.session.get_session()
    return frozenset(session.get_service_model(service).operation_names) if service in session.get_available_services() else frozenset()


@cache
def kinds():
    """By kind and facet, the actions that read it; facet `None` is the kind itself."""
    found, kind, calls = {}, None, []
    for line in KINDS.read_text().splitlines():
        if line.startswith("## `"):
            kind, calls = line.strip("# `"), []
        elif kind and line.startswith("Read by"):
            found[kind, None] = calls = ACTION.findall(line)
        elif kind and (row := re.fullmatch(r"\| `([\w-]+)` \| .* \| (.*) \|", line)) and (ACTION.search(row[2]) or row[2] == "the same call"):
            found[kind, row[1]] = ACTION.findall(row[2]) or calls
    return found


def needed(policy):
    """Kinds and facets that the rules of a policy read, each with the actions that need be allowed for it."""
    chosen = yaml.safe_load((ROOT / "policies" / f"{policy}.yaml").read_text())["rules"]
    found = {}
    for pack in (json.loads(path.read_text()) for path in sorted(BUILT.glob("*.json"))):
        for rule in pack["rules"]:
            # YAML 1.1 reads `off` as false.
            if chosen.get(f"{pack['name']}/{rule['id']}", chosen.get("*/*", False)) is not False:
                found |= {part: kinds()[part] for need in rule["needs"] for part in _parts(need) if part in kinds()}
    return found


def _parts(need):
    return [(need["kind"], None), *((need["kind"], facet) for facet in need["facets"])]


def gaps(policy, action):
    """What cannot be read without an action: a kind, or facets of kinds that can be listed."""
    whole = {kind for (kind, facet), actions in needed(policy).items() if facet is None and action in actions}
    facets = {(kind, facet) for (kind, facet), actions in needed(policy).items() if action in actions and kind not in whole}
    return facets | {(kind, None) for kind in whole}
