"""A fleet that EventBridge delivers in three ways, and what stands in EventBridge, IAM and SQS, seen by boto3 only."""

import json
from datetime import datetime, timedelta

from lib import REGION, ZONE, require

ACCOUNT_ID = "123456789012"
FLEET = "edges-e2e"
GROUP = f"muster-{FLEET}"
RUNBOOKS = {"start": "AWS-StartEC2Instance", "stop": "AWS-StopEC2Instance"}
FAR_MINUTES = 45


def times(now=None):
    """Begin and end of the windows, an hour of work away from now: no edge fires while a script runs."""
    now = now or datetime.now(ZONE)
    for begin, end in (("09:00", "19:00"), ("10:30", "20:30"), ("07:30", "17:30")):
        edges = [now.replace(hour=int(at[:2]), minute=int(at[3:]), second=0, microsecond=0) for at in (begin, end)]
        days = [edge + timedelta(days=day) for edge in edges for day in (-1, 0, 1)]
        if all(abs(edge - now) > timedelta(minutes=FAR_MINUTES) for edge in days):
            return begin, end
    raise AssertionError("two of three pairs of times lie within minutes of each other")


def fleet_text(begin, end, delivered=True, boundary=None):
    """fleet.yaml: users that name a schedule, machines and a database that carry a tag by id, machines found by tag when it fires."""

    def delivery(**more):
        options = {"by": "both", **more, **({"boundary": boundary} if boundary else {})}
        written = ", ".join(f"{key}: {value}" for key, value in options.items())
        return f"delivery: {{{written}}}" if delivered else "delivery: loop"

    return f"""fleet: {FLEET}
timezone: Asia/Seoul
cloud: {{provider: aws, regions: [{REGION}]}}
schedules:
  office:
    run: ['mon-fri {begin}-{end}']
    {delivery()}
  lab:
    select: {{services: [ec2, rds], tags: {{env: dev}}}}
    run: ['mon-sat {begin}-{end}']
    {delivery(resolve="ids")}
  found:
    select: {{services: [ec2], tags: {{team: [qa, ops]}}}}
    run: ['daily {begin}-{end}']
    {delivery(resolve="tags", **{"dead-letter": "false"})}
users:
  defaults: {{ssh-from: [203.0.113.0/24], schedule: office, type: t3.small}}
  alice: {{key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPHPGwXk06vpFVkE+ZGV6JPKVKnauJbLjeuobyAHG/P9'}}
  bob: {{key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC/LADW/8QVReBV9auxgpeOHATRsdNfdDTEMN/P4stWk'}}
"""


def cron(at, days):
    """The expression of an edge."""
    return f"cron({int(at[3:])} {int(at[:2])} ? * {days} *)"


def strangers(server):
    """A machine and a database that muster has not made and the schedule `lab` selects: their ids."""
    ec2, rds = server.client("ec2"), server.client("rds")
    image = server.client("ssm").get_parameter(Name="/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id")
    tag = [{"Key": "env", "Value": "dev"}]
    key = ec2.create_key_pair(KeyName="stranger", KeyType="ed25519")["KeyName"]
    made = ec2.run_instances(
        ImageId=image["Parameter"]["Value"], InstanceType="t3.small", KeyName=key, MinCount=1, MaxCount=1,
        TagSpecifications=[{"ResourceType": "instance", "Tags": tag}],
    )  # fmt: skip
    rds.create_db_instance(
        DBInstanceIdentifier="stranger", Engine="mysql", DBInstanceClass="db.t4g.micro", AllocatedStorage=20, MasterUsername="a",
        MasterUserPassword="b" * 12, Tags=tag,
    )  # fmt: skip
    return made["Instances"][0]["InstanceId"], "stranger"


class Delivery:
    """What stands in EventBridge, IAM and SQS."""

    def __init__(self, server):
        self.scheduler, self.iam, self.sqs = (server.client(name) for name in ("scheduler", "iam", "sqs"))

    def groups(self):
        found = self.scheduler.get_paginator("list_schedule_groups").paginate()
        return [one["Name"] for page in found for one in page["ScheduleGroups"] if one["Name"] != "default"]

    def names(self):
        if GROUP not in self.groups():
            return set()
        found = self.scheduler.get_paginator("list_schedules").paginate(GroupName=GROUP)
        return {one["Name"] for page in found for one in page["Schedules"]}

    def edges(self):
        """Every schedule of the group in full, by name."""
        return {name: self.scheduler.get_schedule(GroupName=GROUP, Name=name) for name in self.names()}

    def roles(self):
        found = self.iam.get_paginator("list_roles").paginate(PathPrefix="/muster/")
        return {one["RoleName"]: one for page in found for one in page["Roles"]}

    def policy(self, role):
        return self.iam.get_role_policy(RoleName=role, PolicyName="muster")["PolicyDocument"]

    def queues(self):
        """Attributes by name."""
        urls = self.sqs.list_queues(QueueNamePrefix="muster-").get("QueueUrls", [])
        return {url.split("/")[-1]: self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"] for url in urls}


def told(edge):
    """What an edge was asked for, without names: expression, target, input as a value."""
    target = edge["Target"]
    return edge["ScheduleExpression"], target["Arn"].split("aws-sdk:")[-1], json.dumps(json.loads(target["Input"]), sort_keys=True)


def expected(begin, end, owned, stranger, database, roles):
    """What `told` says of every edge that must stand, sorted."""
    want = []
    for instance in owned:
        want += _pair(begin, end, "MON-FRI", "ec2:startInstances", "ec2:stopInstances", {"InstanceIds": [instance]})
    want += _pair(begin, end, "MON-SAT", "ec2:startInstances", "ec2:stopInstances", {"InstanceIds": [stranger]})
    want += _pair(begin, end, "MON-SAT", "rds:startDBInstance", "rds:stopDBInstance", {"DbInstanceIdentifier": database})
    found = next((role["Arn"] for name, role in roles.items() if "found" in name), None)
    require(found, f"no role of the schedule `found`: {sorted(roles)}")
    for at, action in ((begin, "start"), (end, "stop")):
        automation = {
            "DocumentName": RUNBOOKS[action], "Parameters": {"AutomationAssumeRole": [found]}, "TargetParameterName": "InstanceId",
            "Targets": [{"Key": "tag:team", "Values": ["ops", "qa"]}], "MaxConcurrency": "50", "MaxErrors": "100%",
        }  # fmt: skip
        want.append((_daily(at), "ssm:startAutomationExecution", json.dumps(automation, sort_keys=True)))
    return sorted(want)


def _daily(at):
    return f"cron({int(at[3:])} {int(at[:2])} * * ? *)"


def _pair(begin, end, days, start, stop, given):
    text = json.dumps(given, sort_keys=True)
    return [(cron(begin, days), start, text), (cron(end, days), stop, text)]


def require_whole(edge, roles, queues, account_id=ACCOUNT_ID):
    """What every edge has in common: exact, in its zone, tried for ten minutes, with a role and a queue that are there."""
    name, target = edge["Name"], edge["Target"]
    settings = [edge["FlexibleTimeWindow"], edge["ScheduleExpressionTimezone"], edge["State"], target["RetryPolicy"]]
    exact = [{"Mode": "OFF"}, "Asia/Seoul", "ENABLED", {"MaximumEventAgeInSeconds": 600, "MaximumRetryAttempts": 185}]
    require(settings == exact, f"{name}: {settings}")
    require(target["RoleArn"] in {role["Arn"] for role in roles.values()}, f"{name} works with a role that is not there: {target['RoleArn']}")
    queue = target.get("DeadLetterConfig", {}).get("Arn")
    if name.startswith("found-"):
        require(queue is None, f"{name}: `dead-letter: false`, and {queue}")
    else:
        require(queue in {one["QueueArn"] for one in queues.values()}, f"{name} writes to a queue that is not there: {queue}")
        require(f":{account_id}:" in queue, f"{name}: {queue}")
