"""The table behind `iam_enforce`: operation → checks."""

import iam_advice
import iam_delivery
from iam_eval import Check

EC2_TYPES = {
    "i": "instance", "vol": "volume", "sg": "security-group", "sgr": "security-group-rule", "key": "key-pair",
    "snap": "snapshot", "vpc": "vpc", "subnet": "subnet", "ami": "image", "eni": "network-interface",
}  # fmt: skip
# Kinds whose ARNs carry no account.
SHARED = {"image", "snapshot"}


def checks_of(request):
    """The checks of a request; none when the operation is not in the table."""
    services = {
        "ec2": _ec2, "rds": _rds, "cloudwatch": _cloudwatch, "ssm": _ssm, "autoscaling": _autoscaling, "ecs": _ecs,
        **iam_delivery.SERVICES, **iam_advice.SERVICES,
    }  # fmt: skip
    make = services.get(request.service)
    return make(request) if make else []


# --- EC2


def _ec2(request):
    build = EC2.get(request.operation)
    return build(request) if build else []


def _arn(request, kind, name):
    account = "" if kind in SHARED else request.account
    return f"arn:aws:ec2:{request.region}:{account}:{kind}/{name}"


def _backend(request):
    from moto.ec2.models import ec2_backends

    return ec2_backends[request.account][request.region]


def _existing(request, action, resource_id, request_tags=None, **keys):
    """A check on a thing that is there, with the tags it really has."""
    kind = EC2_TYPES.get(resource_id.split("-")[0], "instance")
    tags = _backend(request).tags.get(resource_id, {})
    return Check(f"ec2:{action}", _arn(request, kind, resource_id), dict(tags), request_tags or {}, keys)


def _by_ids(parameter, action=None):
    def build(request):
        ids = request.listed(parameter) or [request.params.get(parameter, "")]
        return [_existing(request, action or request.operation, one) for one in ids]

    return build


def _key_pair(request, action, tags=None):
    name = request.params.get("KeyName", "")
    pair = _backend(request).key_pairs.get(name)
    existing = dict(_backend(request).tags.get(pair.id, {})) if pair else {}
    return Check(f"ec2:{action}", _arn(request, "key-pair", name), existing, tags or {})


def _specified(request):
    """Tags of TagSpecification by resource type."""
    found = {}
    for spec in request.records("TagSpecification"):
        tags = {}
        for key, value in spec.items():
            if key.startswith("Tag.") and key.endswith(".Key"):
                tags[value] = spec.get(key[:-3] + "Value", "")
        found[spec["ResourceType"]] = tags
    return found


def _tagged_at_creation(request, kind, tags, name="*"):
    """Tagging at creation needs CreateTags too, which a policy may allow for this one call only."""
    if not tags:
        return []
    return [Check("ec2:CreateTags", _arn(request, kind, name), {}, tags, {"ec2:CreateAction": request.operation})]


def _create_group(request):
    tags = _specified(request).get("security-group", {})
    vpc = request.params.get("VpcId")
    made = [Check("ec2:CreateSecurityGroup", _arn(request, "security-group", "*"), {}, tags)]
    return made + ([_existing(request, "CreateSecurityGroup", vpc)] if vpc else []) + _tagged_at_creation(request, "security-group", tags)


def _import_key(request):
    tags = _specified(request).get("key-pair", {})
    # A key pair is known by its name before it exists.
    name = request.params.get("KeyName", "")
    return [Check("ec2:ImportKeyPair", _arn(request, "key-pair", name), {}, tags)] + _tagged_at_creation(request, "key-pair", tags, name)


def _snapshot(request):
    tags = _specified(request).get("snapshot", {})
    volume = _existing(request, "CreateSnapshot", request.params.get("VolumeId", ""))
    made = Check("ec2:CreateSnapshot", _arn(request, "snapshot", "*"), {}, tags)
    return [volume, made] + _tagged_at_creation(request, "snapshot", tags)


def _run(request):
    tags = _specified(request)
    params = request.params
    made = [Check("ec2:RunInstances", _arn(request, kind, "*"), {}, tags.get(kind, {})) for kind in ("instance", "volume", "network-interface")]
    groups = [value for key, value in params.items() if "SecurityGroup" in key and value.startswith("sg-")]
    subnets = [value for key, value in params.items() if key.endswith("SubnetId")] or _default_subnets(request)
    used = [_existing(request, "RunInstances", one) for one in [params.get("ImageId", ""), *groups, *subnets[:1]]]
    key = [_key_pair(request, "RunInstances")] if "KeyName" in params else []
    tagging = [check for kind, given in tags.items() for check in _tagged_at_creation(request, kind, given)]
    return made + used + key + tagging


def _default_subnets(request):
    return [subnet.id for subnet in _backend(request).get_default_subnets().values()]


def _modify_attribute(request):
    groups = request.listed("GroupId")
    instance = _existing(request, "ModifyInstanceAttribute", request.params.get("InstanceId", ""))
    return [instance] + [_existing(request, "ModifyInstanceAttribute", group) for group in groups]


def _tag(request):
    tags = {tag.get("Key", ""): tag.get("Value", "") for tag in request.records("Tag")}
    return [_existing(request, request.operation, one, tags) for one in request.listed("ResourceId")]


EC2 = {
    "CreateSecurityGroup": _create_group,
    "AuthorizeSecurityGroupIngress": _by_ids("GroupId"),
    "RevokeSecurityGroupIngress": _by_ids("GroupId"),
    "DeleteSecurityGroup": _by_ids("GroupId"),
    "ImportKeyPair": _import_key,
    "DeleteKeyPair": lambda request: [_key_pair(request, "DeleteKeyPair")],
    "RunInstances": _run,
    "StartInstances": _by_ids("InstanceId"),
    "StopInstances": _by_ids("InstanceId"),
    "TerminateInstances": _by_ids("InstanceId"),
    "RebootInstances": _by_ids("InstanceId"),
    "ModifyInstanceAttribute": _modify_attribute,
    "ModifyInstanceMetadataOptions": _by_ids("InstanceId"),
    "ModifyVolume": _by_ids("VolumeId"),
    "CreateSnapshot": _snapshot,
    "DeleteSnapshot": _by_ids("SnapshotId"),
    "CreateTags": _tag,
    "DeleteTags": _tag,
}


# --- RDS


def _rds_arn(request, kind, name):
    return f"arn:aws:rds:{request.region}:{request.account}:{kind}:{name}"


def _rds_tags(request, arn):
    from moto.rds.models import rds_backends

    backend = rds_backends[request.account][request.region]
    kind, name = arn.split(":")[5:7]
    kinds = {
        "db": backend.databases, "pg": backend.db_parameter_groups, "snapshot": backend.database_snapshots,
        "cluster": backend.clusters, "cluster-snapshot": backend.cluster_snapshots,
    }  # fmt: skip
    found = kinds.get(kind, {}).get(name)
    return {tag["Key"]: tag["Value"] for tag in found.tags} if found else {}


def _rds_tags_given(request):
    return {tag.get("Key", ""): tag.get("Value", "") for tag in request.records("Tags.Tag") or request.records("Tags.member")}


def _rds_check(request, arn, tags=None, action=None):
    return Check(f"rds:{action or request.operation}", arn, _rds_tags(request, arn), tags or {})


def _rds(request):
    params, operation = request.params, request.operation
    database = _rds_arn(request, "db", params.get("DBInstanceIdentifier", "*"))
    group = _rds_arn(request, "pg", params.get("DBParameterGroupName", "*"))
    if operation in ("AddTagsToResource", "RemoveTagsFromResource", "ListTagsForResource"):
        keys = {key: "" for key in request.listed("TagKeys.member")}
        return [_rds_check(request, params.get("ResourceName", "*"), _rds_tags_given(request) or keys)]
    if operation == "CreateDBInstance":
        return _create_database(request, database, group)
    if operation == "ModifyDBInstance":
        return [_rds_check(request, database)] + ([_rds_check(request, group)] if "DBParameterGroupName" in params else [])
    if operation == "CreateDBParameterGroup":
        tags = _rds_tags_given(request)
        tagging = [Check("rds:AddTagsToResource", group, {}, tags)] if tags else []
        return [Check("rds:CreateDBParameterGroup", group, {}, tags)] + tagging
    if "Cluster" in operation:
        return _clusters(request)
    if "Snapshot" in operation:
        return _snapshots(request, database, _rds_arn(request, "snapshot", params.get("DBSnapshotIdentifier", "*")))
    if "ParameterGroup" in operation or operation == "DescribeDBParameters":
        return [_rds_check(request, group)]
    return [_rds_check(request, database)] if "DBInstance" in operation else []


def _clusters(request):
    params = request.params
    cluster = _rds_arn(request, "cluster", params.get("DBClusterIdentifier", "*"))
    if "Snapshot" in request.operation:
        return _snapshots(request, cluster, _rds_arn(request, "cluster-snapshot", params.get("DBClusterSnapshotIdentifier", "*")))
    return [_rds_check(request, cluster)]


def _snapshots(request, source, snapshot):
    """A snapshot is taken of one thing and made as another; its tags ask for AddTagsToResource."""
    if not request.operation.startswith("Create"):
        return [_rds_check(request, snapshot)]
    tags = _rds_tags_given(request)
    tagging = [Check("rds:AddTagsToResource", snapshot, {}, tags)] if tags else []
    return [_rds_check(request, source, tags), Check(f"rds:{request.operation}", snapshot, {}, tags)] + tagging


def _create_database(request, database, group):
    params, tags = request.params, _rds_tags_given(request)
    made = [Check("rds:CreateDBInstance", database, {}, tags)]
    if tags:
        made.append(Check("rds:AddTagsToResource", database, {}, tags))
    if "DBParameterGroupName" in params:
        made.append(_rds_check(request, group))
    if "DBSubnetGroupName" in params:
        made.append(_rds_check(request, _rds_arn(request, "subgrp", params["DBSubnetGroupName"])))
    if params.get("ManageMasterUserPassword", "").lower() == "true":
        # RDS makes its secret with the caller's permissions.
        secret = f"arn:aws:secretsmanager:{request.region}:{request.account}:secret:rds!db-00000000-0000-4000-8000-000000000000"
        key = f"arn:aws:kms:{request.region}:{request.account}:key/{params.get('MasterUserSecretKmsKeyId', 'aws-secretsmanager')}"
        made += [Check("secretsmanager:CreateSecret", secret), Check("secretsmanager:TagResource", secret), Check("kms:DescribeKey", key)]
    return made


# --- CloudWatch and SSM


def _cloudwatch(request):
    from moto.cloudwatch.models import cloudwatch_backends

    backend = cloudwatch_backends[request.account][request.region]

    def check(action, arn, tags=None, **keys):
        return Check(f"cloudwatch:{action}", arn, dict(backend.list_tags_for_resource(arn)), tags or {}, keys)

    def arn(name):
        return f"arn:aws:cloudwatch:{request.region}:{request.account}:alarm:{name}"

    params, operation = request.params, request.operation
    tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags", [])}
    if operation == "PutMetricAlarm":
        one = arn(params.get("AlarmName", ""))
        # The tags of an update are ignored by AWS, and so is the permission to write them.
        tagging = [check("TagResource", one, tags)] if tags and params.get("AlarmName") not in backend.alarms else []
        return [check(operation, one, tags)] + tagging
    if operation in ("TagResource", "UntagResource", "ListTagsForResource"):
        # An untag names keys and gives no values, so nothing of it is a request tag.
        removed = {"aws:TagKeys": list(params["TagKeys"])} if params.get("TagKeys") else {}
        return [check(operation, params.get("ResourceARN", ""), tags, **removed)]
    names = params.get("AlarmNames") or ([params["AlarmName"]] if "AlarmName" in params else ["*"])
    return [check(operation, arn(name)) for name in names]


def _ssm(request):
    from moto.ssm.models import ssm_backends

    backend = ssm_backends[request.account][request.region]
    params, operation = request.params, request.operation
    tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags", [])}

    def check(action, name, request_tags=None):
        account = "" if name.startswith("/aws/") else request.account
        arn = f"arn:aws:ssm:{request.region}:{account}:parameter/{name.lstrip('/')}"
        existing = backend._resource_tags.get("Parameter", {}).get(name, {})
        return Check(f"ssm:{action}", arn, dict(existing), request_tags or {})

    if operation == "DescribeParameters":
        return [Check("ssm:DescribeParameters", f"arn:aws:ssm:{request.region}:{request.account}:*")]
    if operation in ("AddTagsToResource", "RemoveTagsFromResource", "ListTagsForResource"):
        return [check(operation, params.get("ResourceId", ""), tags or {key: "" for key in params.get("TagKeys", [])})]
    names = params.get("Names") or [params.get("Name", "*")]
    tagging = [check("AddTagsToResource", names[0], tags)] if operation == "PutParameter" and tags else []
    return [check(operation, name, tags) for name in names] + tagging


# --- Auto Scaling and ECS


def _autoscaling(request):
    from moto.autoscaling.models import autoscaling_backends

    groups = autoscaling_backends[request.account][request.region].autoscaling_groups

    def check(name, tags=None):
        arn = f"arn:aws:autoscaling:{request.region}:{request.account}:autoScalingGroup:*:autoScalingGroupName/{name}"
        existing = {tag["Key"]: tag["Value"] for tag in groups[name].tags} if name in groups else {}
        return Check(f"autoscaling:{request.operation}", arn, existing, tags or {})

    if request.operation in ("CreateOrUpdateTags", "DeleteTags"):
        given = {}
        for tag in request.records("Tags.member"):
            given.setdefault(tag.get("ResourceId", "*"), {})[tag.get("Key", "")] = tag.get("Value", "")
        return [check(name, tags) for name, tags in given.items()]
    return [check(request.params.get("AutoScalingGroupName", "*"))]


def _ecs(request):
    from moto.ecs.models import ecs_backends

    params, operation = request.params, request.operation
    start = f"arn:aws:ecs:{request.region}:{request.account}:service/"
    named = params.get("service", "*").split("/")[-1]
    arn = params.get("resourceArn") or f"{start}{params.get('cluster', 'default').split('/')[-1]}/{named}"
    services = ecs_backends[request.account][request.region].services.values()
    existing = next((service.tags or [] for service in services if service.arn == arn), [])
    tags = {tag["key"]: tag.get("value", "") for tag in params.get("tags", [])} or {key: "" for key in params.get("tagKeys", [])}
    return [Check(f"ecs:{operation}", arn, {tag["key"]: tag.get("value", "") for tag in existing}, tags)]
