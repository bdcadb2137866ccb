"""The life of what EventBridge delivers with: made, planned empty, edited, mended after hands, pruned to the last thing."""

import json

from edges import FLEET, GROUP, Delivery, cron, expected, fleet_text, require_whole, strangers, times, told
from lib import Account, Muster, Server, brief, main, require, say, tags_of


def script():
    begin, end = times()
    with Server() as server, Muster(server, fleet_text(begin, end)) as muster:
        stranger, database = strangers(server)
        account, delivery = Account(server), Delivery(server)
        _make(muster, account, delivery, begin, end, stranger, database)
        _edit(muster, delivery, begin, end)
        _mend(muster, delivery)
        _new_machine(muster, account, delivery, begin, end)
        _undelivered(muster, delivery, begin, end)
        _prune(muster, account, begin, end)
        _destroy(muster, account, delivery, begin, end)


def _edges_of(plan, action):
    return [step for step in plan["steps"] if step["kind"] == "scheduler.schedule" and step["action"] == action]


def _make(muster, account, delivery, begin, end, stranger, database):
    plan = muster.plan("--detailed-exitcode", ok=(2,))
    require(len(_edges_of(plan, "create")) == 10, f"ten edges expected: {[brief(step) for step in plan['steps']]}")
    require(not plan["held"] and not plan["gaps"], f"held {plan['held']}, gaps {plan['gaps']}")
    require(not account.delivery(), "the plan changed the account")
    muster.apply("--expect", plan["digest"])
    edges, roles, queues = delivery.edges(), delivery.roles(), delivery.queues()
    owned = sorted(one["InstanceId"] for one in account.instances() if tags_of(one.get("Tags")).get("muster:fleet") == FLEET)
    require(len(owned) == 2, f"two instances expected, {owned}")
    wanted = expected(begin, end, owned, stranger, database, roles)
    stands = sorted(told(edge) for edge in edges.values())
    require(stands == wanted, f"EventBridge was told\n{json.dumps(stands, indent=1)}\ninstead of\n{json.dumps(wanted, indent=1)}")
    for edge in edges.values():
        require_whole(edge, roles, queues)
    _around(delivery, roles, queues)
    muster.require_empty("after the first apply")
    say(f"{len(edges)} schedules, {len(roles)} roles and {len(queues)} queues stand as declared; planned again: 0 changes")


def _around(delivery, roles, queues):
    """Group, roles and queues: whose they are, who may use them."""
    group = delivery.scheduler.get_schedule_group(Name=GROUP)["Arn"]
    tags = tags_of(delivery.scheduler.list_tags_for_resource(ResourceArn=group)["Tags"])
    require(tags.get("muster:fleet") == FLEET, f"the group is nobody's: {tags}")
    require((len(roles), len(queues)) == (3, 2), f"three roles and two queues expected: {sorted(roles)}, {sorted(queues)}")
    for name, role in roles.items():
        trust = role["AssumeRolePolicyDocument"]["Statement"]
        services = {service for statement in trust for service in _listed(statement["Principal"]["Service"])}
        require(services == ({"scheduler.amazonaws.com", "ssm.amazonaws.com"} if "found" in name else {"scheduler.amazonaws.com"}), f"{name} trusts {services}")
        require(group in json.dumps(trust), f"{name} may be used for any schedule group: {trust}")
        actions = {action for statement in delivery.policy(name)["Statement"] for action in _listed(statement["Action"])}
        require(not any("*" in action or action.startswith("iam:Put") for action in actions), f"{name} may do {sorted(actions)}")
        require(all("TerminateInstances" not in action for action in actions), f"{name} may end machines")
    for name, queue in queues.items():
        kept = (queue["MessageRetentionPeriod"], queue.get("SqsManagedSseEnabled"))
        require(kept == ("1209600", "true"), f"{name} is {kept}")


def _listed(value):
    return value if isinstance(value, list) else [value]


def _rewrite(muster, text):
    (muster.folder / "fleet.yaml").write_text(text)


def _edit(muster, delivery, begin, end):
    """The office ends a quarter of an hour later: its two stops are others, and nothing else is."""
    before, later = delivery.names(), f"{end[:3]}{int(end[3:]) + 15:02}"
    text = fleet_text(begin, end).replace(f"mon-fri {begin}-{end}", f"mon-fri {begin}-{later}")
    _rewrite(muster, text)
    plan = muster.plan("--detailed-exitcode", ok=(2,))
    moved = [step for step in plan["steps"] if step["kind"] == "scheduler.schedule"]
    require({step["cause"] for step in moved} <= {"file", "removed"} and moved, f"{[brief(step) for step in plan['steps']]}")
    muster.apply("--expect", plan["digest"])
    after = delivery.names()
    gone, made = before - after, after - before
    require((len(gone), len(made)) == (2, 2), f"two stops move: gone {sorted(gone)}, made {sorted(made)}")
    edges = delivery.edges()
    require({edges[name]["ScheduleExpression"] for name in made} == {cron(later, "MON-FRI")}, f"{sorted(made)}")
    muster.require_empty("after the schedule was edited")
    _rewrite(muster, fleet_text(begin, end))
    muster.apply()
    require(delivery.names() == before, "the same file gives the same names")
    muster.require_empty("after the edit was taken back")
    say("edited: two stops replaced under other names, the rest untouched; planned again: 0 changes")


def _mend(muster, delivery):
    """One disabled, one deleted, a policy and a queue changed by hand."""
    before = delivery.names()
    off, lost = sorted(before)[:2]
    seen = delivery.scheduler.get_schedule(GroupName=GROUP, Name=off)
    asked = {key: seen[key] for key in ("Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "Target")}
    delivery.scheduler.update_schedule(**asked, State="DISABLED")
    delivery.scheduler.delete_schedule(GroupName=GROUP, Name=lost)
    role, queue = sorted(delivery.roles())[0], sorted(delivery.queues())[0]
    anything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    delivery.iam.put_role_policy(RoleName=role, PolicyName="muster", PolicyDocument=json.dumps(anything))
    url = delivery.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    delivery.sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})
    plan = muster.plan("--detailed-exitcode", ok=(2,))
    causes = {step["cause"] for step in plan["steps"]}
    require(causes == {"drift"} and len(plan["steps"]) == 4, f"four steps of drift expected: {[brief(step) for step in plan['steps']]}")
    muster.apply("--expect", plan["digest"])
    edges = delivery.edges()
    require(set(edges) == before and edges[off]["State"] == "ENABLED", f"{off} is {edges.get(off, {}).get('State')}")
    require(delivery.policy(role) != anything, f"{role} may still do anything")
    require(delivery.queues()[queue]["MessageRetentionPeriod"] == "1209600", f"{queue} still forgets after a minute")
    muster.require_empty("after hands were mended")
    say("mended: one disabled, one deleted, a policy and a queue changed by hand")


def _new_machine(muster, account, delivery, begin, end):
    """A user comes and goes: her edges with her, by the apply that makes and the apply that ends."""
    before = delivery.names()
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJrMcAupfddDBoiBVgz+dEnaYKJ2BQG9n67rQv7rOXiC"
    _rewrite(muster, fleet_text(begin, end) + f"  carol: {{key: '{key}'}}\n")
    muster.apply()
    made = delivery.names() - before
    carol = account.by_address("user/carol/instance")["InstanceId"]
    inputs = {json.loads(edge["Target"]["Input"])["InstanceIds"][0] for name, edge in delivery.edges().items() if name in made}
    require(len(made) == 2 and inputs == {carol}, f"two edges for {carol}: {sorted(made)} act on {inputs}")
    muster.require_empty("after a user was added")
    muster.run("destroy", "--only", "user/carol", "--no-snapshot", "--confirm", FLEET)
    _rewrite(muster, fleet_text(begin, end))
    muster.apply()
    require(delivery.names() == before, f"left of carol: {sorted(delivery.names() - before)}")
    muster.require_empty("after she has gone")
    say("a new user has her two edges in the apply that makes her instance; they go when she goes")


def _undelivered(muster, delivery, begin, end):
    """A queue with messages in it is not thrown away unasked."""
    queue = sorted(delivery.queues())[0]
    url = delivery.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    delivery.sqs.send_message(QueueUrl=url, MessageBody="an edge that could not be delivered")
    _rewrite(muster, fleet_text(begin, end, delivered=False))
    plan = muster.plan("--detailed-exitcode", ok=(2,))
    held = [one for one in plan["held"] if queue in json.dumps(one)]
    require(held, f"the queue {queue} holds a message and is not held: {plan['held']}")
    muster.apply(ok=(0, 1, 2, 4, 6))
    require(queue in delivery.queues() and GROUP in delivery.groups(), "what holds messages, and the group by which it is found, stay")
    require(not delivery.names(), f"edges are left: {sorted(delivery.names())}")
    delivery.sqs.purge_queue(QueueUrl=url)
    say("a queue with an undelivered edge in it is held back, and the group with it")


def _prune(muster, account, begin, end):
    """Without `delivery` everything goes."""
    _rewrite(muster, fleet_text(begin, end, delivered=False))
    plan = muster.plan("--detailed-exitcode", ok=(2,))
    muster.apply("--expect", plan["digest"])
    require(not account.delivery(), f"left behind: {account.delivery()}")
    muster.require_empty("after delivery was taken out of the file")
    say("taken out of the file: schedules, roles, queues and the group are gone; planned again: 0 changes")


def _destroy(muster, account, delivery, begin, end):
    """Put back and destroyed."""
    _rewrite(muster, fleet_text(begin, end))
    muster.apply()
    require(len(delivery.names()) == 10, f"ten edges again: {sorted(delivery.names())}")
    muster.destroy("--no-snapshot")
    require(not account.delivery(), f"destroy leaves {account.delivery()}")
    say("destroyed: nothing of delivery is left")


if __name__ == "__main__":
    main(script, "delivery")
