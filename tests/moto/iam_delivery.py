"""The part of the table that delivery by EventBridge needs: Scheduler, IAM's roles and SQS."""

from iam_eval import Check


def _scheduler(request):
    params, operation = request.params, request.operation
    start = f"arn:aws:scheduler:{request.region}:{request.account}:"
    if operation in ("ListSchedules", "ListScheduleGroups"):
        return []
    if operation.endswith("Schedule"):
        group = params.get("GroupName") or params.get("groupName") or "default"
        schedule = Check(f"scheduler:{operation}", f"{start}schedule/{group}/{params.get('Name', '*')}")
        return [schedule, *_handed_over(params.get("Target", {}).get("RoleArn"))]
    arn = params.get("ResourceArn") or f"{start}schedule-group/{params.get('Name', '*')}"
    tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags") or []}
    keys = {"aws:TagKeys": params["TagKeys"]} if params.get("TagKeys") else {}
    group = Check(f"scheduler:{operation}", arn, _group_tags(request, arn), tags, keys)
    if operation == "CreateScheduleGroup" and tags:
        return [group, Check("scheduler:TagResource", arn, {}, tags)]
    if operation == "DeleteScheduleGroup":
        return [group, Check("scheduler:DeleteSchedule", f"{start}schedule/{params.get('Name')}/*")]
    return [group]


def _handed_over(role):
    """Whoever makes a schedule hands its role to the service."""
    return [Check("iam:PassRole", role, keys={"iam:PassedToService": "scheduler.amazonaws.com"})] if role else []


def _group_tags(request, arn):
    from moto.scheduler.models import scheduler_backends

    listed = scheduler_backends[request.account][request.region].tagger.list_tags_for_resource(arn)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in listed}


def _iam(request):
    params, operation = request.params, request.operation
    if "RoleName" not in params:
        return []
    tags = {tag.get("Key", ""): tag.get("Value", "") for tag in request.records("Tags.member")}
    if operation == "CreateRole":
        arn = f"arn:aws:iam::{request.account}:role{params.get('Path', '/')}{params['RoleName']}"
        made = Check("iam:CreateRole", arn, {}, tags, _boundary(params.get("PermissionsBoundary")))
        return [made] + ([Check("iam:TagRole", arn, {}, tags)] if tags else [])
    role = _role(request, params["RoleName"])
    arn = role.arn if role else f"arn:aws:iam::{request.account}:role/{params['RoleName']}"
    existing = {tag["Key"]: tag["Value"] for tag in role.tags} if role else {}
    keys = _boundary(role and role.permissions_boundary_arn) if operation in ("PutRolePolicy", "DeleteRolePolicy") else {}
    if removed := request.listed("TagKeys.member"):
        keys["aws:TagKeys"] = removed
    return [Check(f"iam:{operation}", arn, existing, tags, keys)]


def _boundary(arn):
    return {"iam:PermissionsBoundary": arn} if arn else {}


def _role(request, name):
    from moto.iam.models import iam_backends

    roles = iam_backends[request.account]["aws"].roles.values()
    return next((role for role in roles if role.name == name), None)


def _sqs(request):
    from moto.sqs.models import sqs_backends

    params, operation = request.params, request.operation
    if operation == "ListQueues":
        return []
    name = params.get("QueueName") or params.get("QueueUrl", "*").split("/")[-1]
    arn = f"arn:aws:sqs:{request.region}:{request.account}:{name}"
    queue = sqs_backends[request.account][request.region].queues.get(name)
    tags = params.get("tags") or params.get("Tags") or {}
    keys = {"aws:TagKeys": params["TagKeys"]} if params.get("TagKeys") else {}
    check = Check(f"sqs:{operation}", arn, dict(queue.tags or {}) if queue else {}, tags, keys)
    return [check] + ([Check("sqs:TagQueue", arn, {}, tags)] if operation == "CreateQueue" and tags else [])


SERVICES = {"scheduler": _scheduler, "iam": _iam, "sqs": _sqs}
