"""The life of class-50: applied, drifted by hand in five ways, mended, destroyed without snapshots and with."""

import json

from lib import Account, Failed, Muster, Server, brief, class_fleet, main, quiet, require, require_one_each, say, tags_of

STUDENTS, DATABASES = 50, 3
# Students on the schedule that is always on, so that what is done by hand does not depend on the hour.
STOPPED, RETYPED, RETAGGED = "student-009", "student-010", "student-019"
WITHOUT_ALARM, OPENED = "student-001", "student-002"


def script():
    text = quiet(class_fleet(STUDENTS))
    with Server() as server, Muster(server, text) as muster:
        account = Account(server)
        _apply(muster, account)
        _drift(server, account)
        _mend(muster, account)
        _destroy(muster, account)
    with Server() as server, Muster(server, text) as muster:
        _end_with_snapshots(muster, Account(server))


def _apply(muster, account):
    plan = muster.plan("--detailed-exitcode", ok=(2,))
    creates = {step["address"] for step in plan["steps"] if step["action"] == "create"}
    wanted = {f"user/student-{n:03}/{part}" for n in range(1, STUDENTS + 1) for part in ("security-group", "key", "instance", "alarm")}
    require(wanted <= creates, f"not planned: {sorted(wanted - creates)}")
    require(not plan["held"] and not plan["gaps"], f"held {plan['held']}, gaps {plan['gaps']}")
    require(not account.leftovers(), "the plan changed the account")
    done = muster.apply("--expect", plan["digest"])
    say(f"applied {len(plan['steps'])} steps in {done.seconds:.0f} s")
    require_one_each(account, STUDENTS, "after the first apply")
    require(len(account.databases()) == DATABASES, "three databases expected")
    for database in account.databases():
        require(database["StorageEncrypted"] and database["MasterUserSecret"], f"{database['DBInstanceIdentifier']} is not as declared")
    muster.require_empty("after the first apply")
    say("planned again: 0 changes")


def _drift(server, account):
    ec2 = server.client("ec2")
    instances = {name: account.by_address(f"user/{name}/instance")["InstanceId"] for name in (STOPPED, RETYPED, RETAGGED, WITHOUT_ALARM)}
    require(account.by_address(f"user/{STOPPED}/instance")["State"]["Name"] == "running", f"{STOPPED} is always on and must run")
    ec2.stop_instances(InstanceIds=[instances[STOPPED]])
    ec2.stop_instances(InstanceIds=[instances[RETYPED]])
    ec2.modify_instance_attribute(InstanceId=instances[RETYPED], InstanceType={"Value": "t3.medium"})
    ec2.start_instances(InstanceIds=[instances[RETYPED]])
    ec2.create_tags(Resources=[instances[RETAGGED]], Tags=[{"Key": "Project", "Value": "mine"}])
    server.client("cloudwatch").delete_alarms(AlarmNames=[account.alarm_of(instances[WITHOUT_ALARM])["AlarmName"]])
    opened = account.by_address(f"user/{OPENED}/security-group")["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=opened, IpPermissions=[rule])
    say("drifted by hand in five ways")


def _mend(muster, account):
    expected = {
        f"user/{STOPPED}/instance": ("start", {"schedule", "manual"}, ""),
        f"user/{RETYPED}/instance": ("update", {"drift"}, "t3"),
        f"user/{RETAGGED}/instance": ("update", {"drift"}, "project"),
        f"user/{WITHOUT_ALARM}/alarm": ("create", {"drift"}, "delete"),
        f"user/{OPENED}/security-group": ("update", {"drift"}, "8080"),
    }
    plan = muster.plan("--detailed-exitcode", ok=(2,))
    steps = {step["address"]: step for step in plan["steps"]}
    shown = "\n".join(brief(step) for step in plan["steps"])
    require(len(plan["steps"]) == 5 and set(steps) == set(expected), f"exactly five steps expected:\n{shown}")
    for address, (action, causes, word) in expected.items():
        step = steps[address]
        told = json.dumps(step).lower()
        require(step["action"] == action and step["cause"] in causes, f"{address}: {action} because of {causes} expected: {brief(step)}")
        require(word in told and step["reason"] and step["where"], f"{address}: not explained: {step}")
        say(brief(step))
    muster.apply()
    muster.require_empty("after the drift was mended")
    require(account.by_address(f"user/{RETYPED}/instance")["InstanceType"] == "t3.small", f"{RETYPED} kept its type")
    require(tags_of(account.by_address(f"user/{RETAGGED}/instance")["Tags"])["Project"] == "LMS", f"{RETAGGED} kept its tag")
    require(account.by_address(f"user/{STOPPED}/instance")["State"]["Name"] == "running", f"{STOPPED} was not started")
    require(len(account.by_address(f"user/{OPENED}/security-group")["IpPermissions"]) == 1, f"{OPENED} kept the rule")
    say("mended, planned again: 0 changes")


def _destroy(muster, account):
    muster.run("destroy", "--no-snapshot", "--yes", ok=(1, 64))
    require(len(account.instances()) == STUDENTS, "`--yes` must not replace the fleet's name")
    muster.destroy("--no-snapshot")
    left = account.leftovers()
    require(not left, f"left after destroy: {left}")
    require(not account.snapshots(), "destroy --no-snapshot kept snapshots")
    say("destroyed without snapshots: nothing tagged is left but terminated instances")


def _end_with_snapshots(muster, account):
    muster.apply()
    muster.destroy()
    left = [one for one in account.leftovers() if not one.startswith("tag on snap-")]
    require(not left, f"left after destroy: {left}")
    kept = account.snapshots()
    require(sum(kept.values()) == STUDENTS + DATABASES, f"exactly 53 snapshots expected, {sum(kept.values())} kept")
    if twice := [address for address, count in kept.items() if count != 1]:
        raise Failed(f"more than one snapshot of {twice}")
    say("destroyed with snapshots: exactly 53 kept")


if __name__ == "__main__":
    main(script, "lifecycle")
