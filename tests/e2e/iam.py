"""The printed policies are enough and no more: plan, apply and destroy under exactly them, forged requests refused,
and each action taken away once.

The test server judges every request by the policies and by the tags that resources really carry.
"""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError
from edges import FLEET, GROUP, Delivery, fleet_text, strangers, times
from lib import Account, Failed, Muster, Server, brief, class_fleet, main, quiet, require, say

STUDENTS, SMALL = 50, 10
PLAN, APPLY = "planner", "applier"


BOUNDARY = "arn:aws:iam::123456789012:policy/edges"


def script():
    _whole_class()
    _delivered()
    _bounded()
    life = _class_life()
    policies = _printed(life.text)
    _forged(life.text, policies)
    _each_missing(life, policies)
    life = _edges_life()
    _each_missing(life, _printed(life.text))


# --- the whole class under the printed policies


def _printed(text):
    """The two policies of a fleet, as `muster iam` prints them, each a list of documents."""
    with Server() as server, Muster(server, text) as muster:
        plan, apply = (muster.run("iam", flag).json() for flag in ("--plan", "--apply"))
        return {PLAN: _documents(plan), APPLY: _documents(apply)}


def _documents(printed):
    return printed if isinstance(printed, list) else [printed]


def _whole_class():
    text = quiet(class_fleet(STUDENTS))
    policies = _printed(text)
    with Server() as server, Muster(server, text, key=APPLY) as muster:
        server.lab("policies", policies)
        muster.plan("--detailed-exitcode", ok=(2,), key=PLAN)
        muster.apply()
        plan = muster.plan("--detailed-exitcode", key=PLAN)
        require(not plan["steps"] and not plan["gaps"], f"under the plan policy: {plan['summary']}")
        _drift(server, Account(server))
        muster.apply()
        muster.destroy()
        _none_denied(server, STUDENTS)
    say("plan, apply and destroy under exactly the printed policies: no denial")


def _none_denied(server, students):
    requests = server.lab("requests")
    denied = [request["checks"] for request in requests if request["denied"]]
    require(not denied, f"denied: {denied[:3]}")
    runs = sum(request["operation"] == "RunInstances" for request in requests)
    require(runs >= students, f"only {runs} RunInstances were judged")


def _drift(server, account):
    """Drift that makes apply use the actions a first apply has no need of."""
    ec2 = server.client("ec2")
    one, two, three = (account.by_address(f"user/student-{n:03}/instance") for n in (9, 10, 1))
    ec2.stop_instances(InstanceIds=[one["InstanceId"], two["InstanceId"]])
    ec2.modify_instance_attribute(InstanceId=two["InstanceId"], InstanceType={"Value": "t3.medium"})
    ec2.create_tags(Resources=[three["InstanceId"]], Tags=[{"Key": "Project", "Value": "mine"}])
    ec2.modify_instance_metadata_options(InstanceId=three["InstanceId"], HttpTokens="optional")
    server.client("cloudwatch").delete_alarms(AlarmNames=[account.alarm_of(three["InstanceId"])["AlarmName"]])
    group = account.by_address("user/student-002/security-group")["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])


# --- delivery by EventBridge under the printed policies


def _delivered():
    """Made, mended, pruned and destroyed under exactly the policies of the file that delivers."""
    begin, end = times()
    text = fleet_text(begin, end)
    policies = _printed(text)
    with Server() as server, Muster(server, text, key=APPLY) as muster:
        strangers(server)
        server.lab("policies", policies)
        muster.plan("--detailed-exitcode", ok=(2,), key=PLAN)
        muster.apply()
        plan = muster.plan("--detailed-exitcode", key=PLAN)
        require(not plan["steps"] and not plan["gaps"], f"under the plan policy: {plan['summary']}")
        _hands(server, Delivery(server))
        muster.apply()
        muster.require_empty("mended under the printed policies")
        (muster.folder / "fleet.yaml").write_text(fleet_text(begin, end, delivered=False))
        muster.apply()
        left = Account(server).delivery()
        require(not left, f"pruned under the printed policies, and left: {left}")
        (muster.folder / "fleet.yaml").write_text(text)
        muster.apply()
        muster.destroy("--no-snapshot")
        denied = [request["checks"] for request in server.lab("requests") if request["denied"]]
        require(not denied, f"denied: {denied[:3]}")
    say("delivery made, mended, pruned and destroyed under exactly the printed policies: no denial")


def _hands(server, delivery):
    """Drift of every sort, so that apply uses what a first apply has no need of."""
    names = sorted(delivery.names())
    delivery.scheduler.delete_schedule(GroupName=GROUP, Name=names[0])
    seen = delivery.scheduler.get_schedule(GroupName=GROUP, Name=names[1])
    asked = {key: seen[key] for key in ("Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "Target")}
    delivery.scheduler.update_schedule(**asked, State="DISABLED")
    role, queue = sorted(delivery.roles())[0], sorted(delivery.queues())[0]
    nothing = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    delivery.iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(nothing))
    delivery.iam.delete_role_policy(RoleName=role, PolicyName="muster")
    url = delivery.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    delivery.sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})


def _bounded():
    """A boundary in the file: roles are made under it, and the apply policy reaches no role without it."""
    begin, end = times()
    text = fleet_text(begin, end, boundary=BOUNDARY)
    policies = _printed(text)
    with Server() as server, Muster(server, text, key=APPLY) as muster:
        said = muster.run("iam", "--apply").stderr
        require("boundary" not in said, f"every schedule names a boundary, and yet: {said}")
        server.lab("policies", policies)
        muster.apply()
        delivery, iam = Delivery(server), server.client("iam", key=APPLY)
        for name in delivery.roles():
            boundary = delivery.iam.get_role(RoleName=name)["Role"].get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
            require(boundary == BOUNDARY, f"{name} is bounded by {boundary}")
        _forged_roles(server, delivery, iam)
        (muster.folder / "fleet.yaml").write_text(fleet_text(begin, end))
        said = muster.run("iam", "--apply").stderr
        require("`office`" in said and "boundary: arn:aws:iam::" in said, f"no word of what the apply policy opens: {said}")
    say("a boundary in the file: roles stand under it, and nothing without it can be made or written")


def _forged_roles(server, delivery, iam):
    tags = [{"Key": "muster:fleet", "Value": FLEET}]
    path, trust = f"/muster/{FLEET}/ap-northeast-2/", json.dumps(delivery.roles()[sorted(delivery.roles())[0]]["AssumeRolePolicyDocument"])
    loose = delivery.iam.create_role(RoleName="loose", Path=path, AssumeRolePolicyDocument=trust, Tags=tags)["Role"]["RoleName"]
    admin = delivery.iam.create_role(RoleName="admin", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    anything = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    scheduler = server.client("scheduler", key=APPLY)
    edge = {"Name": "forged", "GroupName": GROUP, "ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"}}
    target = {"Arn": "arn:aws:scheduler:::aws-sdk:ec2:terminateInstances", "RoleArn": admin, "Input": "{}"}
    made = {"AssumeRolePolicyDocument": trust, "Tags": tags}
    for what, call, arguments in [
        ("a role without the boundary", iam.create_role, {"RoleName": "free", "Path": path, **made}),
        ("a role of another path", iam.create_role, {"RoleName": "free", "Path": "/", "PermissionsBoundary": BOUNDARY, **made}),
        ("a policy for a role without the boundary", iam.put_role_policy, {"RoleName": loose, "PolicyName": "muster", "PolicyDocument": anything}),
        ("a policy for a foreign role", iam.put_role_policy, {"RoleName": "admin", "PolicyName": "muster", "PolicyDocument": anything}),
        ("the end of a boundary", iam.delete_role_permissions_boundary, {"RoleName": sorted(delivery.roles())[0]}),
        ("a schedule with a foreign role", scheduler.create_schedule, {**edge, "Target": target}),
        ("a schedule in a foreign group", scheduler.create_schedule, {**edge, "GroupName": "default", "Target": {**target, "RoleArn": delivery.roles()[loose]["Arn"]}}),
    ]:
        _refused(what, call, arguments)


# --- forged requests


def _forged(text, policies):
    with Server() as server, Muster(server, text, key=APPLY) as muster:
        muster.apply()
        account, root = Account(server), server.client("ec2")
        ours = account.by_address("user/student-001/instance")["InstanceId"]
        foreign = _foreign(server, root)
        server.lab("policies", policies)
        ec2, planner = server.client("ec2", key=APPLY), server.client("ec2", key=PLAN)
        fleet = [{"Key": "muster:fleet", "Value": muster.fleet}]
        for what, call, arguments in [
            ("stop of a foreign instance", ec2.stop_instances, {"InstanceIds": [foreign]}),
            ("end of a foreign instance", ec2.terminate_instances, {"InstanceIds": [foreign]}),
            ("our tag on a foreign instance", ec2.create_tags, {"Resources": [foreign], "Tags": fleet}),
            ("another fleet's tag on our instance", ec2.create_tags, {"Resources": [ours], "Tags": [{**fleet[0], "Value": "other"}]}),
            ("a group without our tag", ec2.create_security_group, {"GroupName": "forged", "Description": "forged"}),
            ("stop by the planner", planner.stop_instances, {"InstanceIds": [ours]}),
        ]:
            _refused(what, call, arguments)
        database = server.client("rds", key=APPLY)
        _refused("end of a foreign database", database.delete_db_instance, {"DBInstanceIdentifier": "foreign", "SkipFinalSnapshot": True})
    say("forged requests: foreign instance, foreign database, foreign tags and a planner that acts are refused")


def _foreign(server, ec2):
    """An instance and a database that no fleet owns, in the same account."""
    image = server.client("ssm").get_parameter(Name="/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id")
    key = ec2.create_key_pair(KeyName="foreign", KeyType="ed25519")["KeyName"]
    made = ec2.run_instances(ImageId=image["Parameter"]["Value"], InstanceType="t3.small", KeyName=key, MinCount=1, MaxCount=1)
    server.client("rds").create_db_instance(
        DBInstanceIdentifier="foreign", Engine="mysql", DBInstanceClass="db.t4g.micro", AllocatedStorage=20, MasterUsername="a", MasterUserPassword="b" * 12
    )
    return made["Instances"][0]["InstanceId"]


def _refused(what, call, arguments):
    try:
        call(**arguments)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        require(code in ("UnauthorizedOperation", "AccessDenied", "AccessDeniedException"), f"{what}: refused for another reason, {code}")
        return
    raise Failed(f"{what} was allowed")


# --- each action taken away once


@dataclass(frozen=True)
class Life:
    """What a fleet goes through: phases that each end with a run of muster."""

    text: str
    phases: tuple
    prepare: Callable = lambda server: None
    # Which actions are taken away; the others are those of another life.
    of: tuple = ("",)


def _class_life():
    return Life(quiet(class_fleet(SMALL)), (("create", _create), ("mend", _mend), ("destroy", _destroy)))


def _edges_life():
    begin, end = times()
    phases = (("create", _create), ("mend", _mend_edges), ("prune", _prune_edges))
    return Life(fleet_text(begin, end), phases, strangers, ("scheduler:", "iam:", "sqs:"))


def _scenario(server, muster, life, policies, missing, phase=None):
    """The phases, one after the other; yields each run. The policies lack `missing` from `phase` on only in it."""
    for name, act in life.phases:
        short = policies if phase not in (None, name) else without(policies, missing)
        server.lab("policies", short)
        yield name, act(server, muster)
        server.lab("policies", policies)


def _create(server, muster):
    return muster.run("apply", "--yes", ok=None)


def _mend(server, muster):
    _drift(server, Account(server))
    return muster.run("apply", "--yes", ok=None)


def _mend_edges(server, muster):
    _hands(server, Delivery(server))
    return muster.run("apply", "--yes", ok=None)


def _prune_edges(server, muster):
    begin, end = times()
    (muster.folder / "fleet.yaml").write_text(fleet_text(begin, end, delivered=False))
    return muster.run("apply", "--yes", ok=None)


def _destroy(server, muster):
    return muster.run("destroy", "--confirm", muster.fleet, ok=None)


def _used(life, policies):
    """Which actions each phase needs, by the server's record; what a plan alone needs is of the phase `plan`."""
    used = {}
    with Server() as server, Muster(server, life.text, key=APPLY) as muster:
        life.prepare(server)
        server.lab("policies", policies)
        muster.plan()
        _note(server, used, "plan")
        for phase, done in _scenario(server, muster, life, policies, None):
            require(done.code == 0, f"{phase}: {done.shown()}")
            if phase == "create":
                _note(server, used, phase)
                muster.require_empty("with everything allowed")
            _note(server, used, phase if phase != "create" else "plan")
    used = {action: phase for action, phase in used.items() if action != "sts:GetCallerIdentity" and action.startswith(life.of)}
    say(f"{len(used)} actions are used by {', '.join(name for name, _ in life.phases)} of {muster.fleet}")
    return used


def _note(server, used, phase):
    for request in server.lab("requests?clear"):
        if request["access_key"] == APPLY:
            for check in request["checks"]:
                used.setdefault(check["action"], phase)


def _each_missing(life, policies):
    used = _used(life, policies)
    reads = sorted(action for action, phase in used.items() if phase == "plan")
    _reads_missing(life, policies, reads)
    for action in sorted(set(used) - set(reads)):
        say(f"without {action}: {_write_missing(life, policies, action, used[action])}")
    listed = {action for document in policies[APPLY] for action in actions_of(document) if action.startswith(life.of)}
    say(f"in the policy and not needed by this fleet: {', '.join(sorted(listed - set(used))) or 'nothing'}")


def _reads_missing(life, policies, reads):
    """A plan that may not read one thing names the gap and plans nothing of what it could not see."""
    with Server() as server, Muster(server, life.text, key=APPLY) as muster:
        life.prepare(server)
        fresh = {step["address"] for step in muster.plan(ok=(0,))["steps"]}
        for action in reads:
            server.lab("policies", without(policies, action))
            plan = muster.run("plan", "--format", "json", ok=None)
            _judge_gap(action, plan, fresh, "of a fresh account")
        server.lab("policies", policies)
        muster.apply()
        for action in reads:
            server.lab("policies", without(policies, action))
            plan = muster.run("plan", "--format", "json", ok=None)
            say(f"without {action}: {_judge_gap(action, plan, set(), 'of an applied fleet')}")


def _judge_gap(action, done, allowed, what):
    """One named gap, or a failure that names the action, or the very same plan; never a step that is wrong."""
    if done.code in (0, 77) and done.stdout.strip():
        plan = done.json()
        wrong = [brief(step) for step in plan["steps"] if step["address"] not in allowed]
        require(not wrong, f"without {action}, the plan {what} wants {wrong}")
        gaps = {gap["action"] for gap in plan["gaps"]}
        require(gaps <= {action}, f"without {action}, the plan {what} names {gaps}")
        if gaps:
            require(done.code == 77, f"without {action}: a gap, but {done.shown()}")
            return "one gap names it"
        same = {step["address"] for step in plan["steps"]} == allowed
        require(same and done.code == 0, f"without {action}, the plan {what} differs and names no gap: {done.shown()}")
        return "the same plan by another way"
    require(done.code in (1, 69, 77) and action in done.stdout + done.stderr, f"without {action}, plan {what}: {done.shown()}")
    return "a failure that names it"


def _write_missing(life, policies, action, phase):
    """The phase that needs it fails and names it; with the whole policy the next apply finishes the work."""
    with Server() as server, Muster(server, life.text, key=APPLY) as muster:
        life.prepare(server)
        for name, done in _scenario(server, muster, life, policies, action, phase):
            if name != phase:
                require(done.code == 0, f"{name}, with everything allowed: {done.shown()}")
                continue
            if done.code == 0 and action.split(":")[1].startswith(("Describe", "Get", "List")):
                # A read that only the plan of a fleet with machines makes: it is the plan that names it.
                return _judge_gap(action, muster.run("plan", "--format", "json", ok=None), set(), f"after {name}")
            require(done.code in (1, 5, 77), f"without {action}, {name}: a failure expected, {done.shown()}")
            require(action in done.stdout + done.stderr, f"without {action}, {name}: it is not named, {done.shown()}")
            server.lab("policies", policies)
            if name != "destroy":
                muster.apply()
                muster.require_empty(f"{action} given back")
                return f"{name} fails and names it; given back, the next apply completes it"
            muster.destroy()
            left = [one for one in Account(server).leftovers() if not one.startswith("tag on snap-")]
            require(not left, f"{action} given back, destroy leaves {left}")
            return "destroy fails and names it; given back, the next destroy completes it"
    raise Failed(f"{action}: no phase {phase}")


def without(policies, action):
    """The policies without one action; a wildcard that covers it is met by an explicit deny."""
    if action is None:
        return policies
    short = copy.deepcopy(policies)
    for documents in short.values():
        for document in documents:
            document["Statement"] = [kept for statement in document["Statement"] if (kept := _strip(statement, action))]
        documents[:] = [document for document in documents if document["Statement"]]
        if any("*" in pattern for document in documents for pattern in actions_of(document)):
            documents.append({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": action, "Resource": "*"}]})
    require(json.dumps(short) != json.dumps(policies), f"{action} is used, but stands in no policy")
    return short


def _strip(statement, action):
    kept = [one for one in _listed(statement["Action"]) if one != action]
    return {**statement, "Action": kept} if kept else None


def actions_of(document):
    """Every action that a policy document names."""
    return [action for statement in _listed(document["Statement"]) for action in _listed(statement["Action"])]


def _listed(value):
    return value if isinstance(value, list) else [value]


if __name__ == "__main__":
    main(script, "iam")
