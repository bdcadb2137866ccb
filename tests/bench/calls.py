"""What muster asks of AWS: the calls of a no-op plan, counted at the server, beside the list of semantics 10.

For 10, 50 and 500 students; beside them the mutating calls of the first apply, and the CPU seconds and the peak
memory of the plan. `python tests/bench/calls.py [N…]` runs other sizes.
"""

import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from lib import Muster, Server, class_fleet, main, quiet, require, say  # noqa: E402

SIZES = (10, 50, 500)
MOST_MUTATING_PER_STUDENT = 6
READS = ("Describe", "Get", "List")
# Calls on behalf of a student; the databases and their groups are made once, whatever the class's size.
OF_A_STUDENT = {
    "ec2:CreateSecurityGroup", "ec2:AuthorizeSecurityGroupIngress", "ec2:ImportKeyPair", "ec2:RunInstances", "ec2:CreateTags",
    "ec2:StopInstances", "ec2:StartInstances", "cloudwatch:PutMetricAlarm", "cloudwatch:SetAlarmState", "ssm:PutParameter",
    "ssm:AddTagsToResource",
}  # fmt: skip


def semantics_10(students, databases=3, parameter_groups=1):
    """The list: calls per account and region when nothing is to be done."""
    groups = students + databases + 1
    return {
        "sts:GetCallerIdentity": 1,
        "ec2:DescribeInstances": math.ceil(students / 1000),
        "ec2:DescribeVolumes": math.ceil(students / 500),
        "ec2:DescribeSecurityGroups": math.ceil(groups / 1000),
        "ec2:DescribeKeyPairs": 1,
        "ec2:DescribeVpcs": 1,
        "cloudwatch:DescribeAlarms": math.ceil(students / 100),
        "rds:DescribeDBInstances": math.ceil(databases / 100),
        "rds:DescribeDBParameterGroups": 1,
        "rds:DescribeDBParameters": parameter_groups,
        # Edges that an earlier file left behind would go on stopping machines (decision 0022).
        "scheduler:ListSchedules": 1,
    }


def script():
    wrong = []
    for students in [int(size) for size in sys.argv[1:]] or SIZES:
        wrong += _measure(students)
    require(not wrong, "; ".join(wrong))


DATABASES = 3


def _measure(students):
    with Server() as server, Muster(server, quiet(class_fleet(students))) as muster:
        server.lab("log")
        applied = muster.apply()
        first = server.lab("log")
        server.lab("repeats")
        plan = muster.run("plan", "--format", "json", "--detailed-exitcode")
        seen, repeats = server.lab("log"), server.lab("repeats")
    return _compare(students, seen) + _mutating(students, applied, first) + _cost(plan, repeats)


def _compare(students, seen):
    listed = semantics_10(students)
    say(f"{students} students: calls of a no-op plan      listed  counted")
    for call in sorted({*listed, *seen}):
        note = "" if listed.get(call, 0) == seen.get(call, 0) else "  differs"
        say(f"  {call:<40} {listed.get(call, 0):>6} {seen.get(call, 0):>8}{note}")
    say(f"  {'all':<40} {sum(listed.values()):>6} {sum(seen.values()):>8}")
    return [] if seen == listed else [f"{students} students: the calls of a no-op plan are not those listed"]


def _mutating(students, applied, counts):
    mutating = {call: n for call, n in counts.items() if not call.split(":")[1].startswith(READS)}
    # The group of each database is made and opened by the same two calls; they are no student's.
    theirs = sum(n for call, n in mutating.items() if call in OF_A_STUDENT) - 2 * DATABASES
    say(f"  first apply: {sum(counts.values())} calls, {sum(mutating.values())} mutating, in {applied.seconds:.1f} s")
    for call, n in sorted(mutating.items()):
        say(f"    {call:<38} {n:>6}")
    say(f"  {theirs / students:.2f} mutating calls a student (at most {MOST_MUTATING_PER_STUDENT}), those for databases' groups left out")
    if theirs <= MOST_MUTATING_PER_STUDENT * students:
        return []
    return [f"{students} students: {theirs / students:.2f} mutating calls a student, at most {MOST_MUTATING_PER_STUDENT} allowed"]


def _cost(plan, repeats):
    say(f"  plan: {plan.cpu_seconds:.2f} CPU s, {plan.peak_mib:.0f} MiB at most, {plan.seconds:.1f} s on the clock (mostly the server's)")
    if repeats:
        # A slow server makes the SDK ask again; that is no call muster wanted, so it is said and not judged.
        say(f"  tried again because this server did not answer in time: {', '.join(f'{call} {n}' for call, n in sorted(repeats.items()))}")
    return []


if __name__ == "__main__":
    main(script, "calls")
