"""The policy that `muster iam --advise` prints is enough and no more: the baseline's collection under exactly it, then with each action
taken away once: one gap names the action, and the rules that needed it answer unknown.

The test server judges every request. Each shortened policy has an access key of its own, so that all stand at once. What must be listed,
and what is missing without an action, follows from what is published: reads.py.
"""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

from estate import Estate, ec2, lambdas, rds, s3
from iam import actions_of, without
from lib import Failed, Muster, Server, main, require, say
from reads import gaps as gaps_without
from reads import needed, unknown

POLICY = "baseline"
HOME = "us-east-1"
ADVISOR = "advisor"
# A muster and the server it asks.
AT_ONCE = 2
# Needs no permission on AWS.
FREE = "sts:GetCallerIdentity"
# Actions that are printed though this account makes no use of them, and why it cannot. None.
UNUSED = {}
# One call that tells of several things: a gap for each, since other rules need it. Without any other action there is one gap.
SEVERAL = {
    "cloudwatch:GetMetricData": "metrics of instances and of databases",
    "iam:GenerateCredentialReport": "root and the users are in one report",
    "iam:GetAccountAuthorizationDetails": "users, groups, roles and policies are one list",
    "iam:GetCredentialReport": "root and the users are in one report",
    "s3:GetAccountPublicAccessBlock": "the account's block is its own, and each bucket's too",
}
TEXT = f"""fleet: watched
timezone: UTC
cloud: {{provider: aws, regions: [{HOME}]}}
schedules:
  office: {{run: ['mon-fri 09:00-19:00']}}
  lost: {{run: ['mon-fri 09:00-19:00'], select: {{services: [ec2, rds], tags: {{env: nowhere}}}}}}
"""


def script():
    with Server() as server, Muster(server, TEXT, key=ADVISOR) as muster:
        _fill(server)
        policies = _printed(muster)
        listed = {action for document in policies[ADVISOR] for action in actions_of(document)}
        _as_published(listed)
        server.lab("policies", policies)
        server.lab("requests?clear")
        done = muster.run("advise", "--format", "json", ok=None)
        whole = done.json()
        gaps = [f"{gap['action']} for {gap['facet'] or 'the list'} of {gap['kind']}: {gap['error']}" for gap in whole["gaps"]]
        require(not gaps, "under exactly the printed policy there are gaps:\n" + "\n".join(gaps))
        require(done.code == 0, f"under exactly the printed policy: {done.shown()}")
        requests = server.lab("requests")
        denied = [(request["operation"], request["checks"]) for request in requests if request["denied"]]
        require(not denied, f"denied: {denied[:3]}")
        used = sorted({check["action"] for request in requests if request["access_key"] == ADVISOR for check in request["checks"]} - {FREE})
        require(used, "nothing was asked of the account")
        unused = listed - set(used) - {FREE}
        require(not unused - UNUSED.keys(), f"printed, and nothing was asked by it: {sorted(unused - UNUSED.keys())}")
        require(not UNUSED.keys() - unused, f"said to be of no use to this account, and used or not printed: {sorted(UNUSED.keys() - unused)}")
        say(f"under exactly the printed policy: no denial, no gap, {len(used)} actions used, each that is printed")
        _each_missing(server, muster, policies, used, whole)


def _printed(muster):
    """The documents that are printed, before anything is enforced."""
    printed = muster.run("iam", "--advise").json()
    return {ADVISOR: printed if isinstance(printed, list) else [printed]}


def _as_published(listed):
    """The printed actions are those that the policy's rules need, by what is published of them, and AWS has each."""
    require(not unknown(listed), f"AWS has no such actions: {unknown(listed)}")
    wanted = {action for actions in needed(POLICY).values() for action in actions} | {FREE}
    require(not listed - wanted, f"printed, and needed by no rule of {POLICY}: {sorted(listed - wanted)}")
    require(not wanted - listed, f"needed by rules of {POLICY}, and not printed: {sorted(wanted - listed)}")
    strange = sorted(action for action in wanted | SEVERAL.keys() if (len(gaps_without(POLICY, action)) > 1) != (action in SEVERAL))
    require(not strange, f"one gap or several, and SEVERAL says otherwise: {strange}")


# --- an account in which every call of the baseline is made


def _fill(server):
    estate = Estate(server)
    _machines(ec2.Maker(estate, HOME))
    _databases(rds.Maker(estate, HOME))
    buckets = s3.Maker(estate, HOME)
    buckets.bucket("plain")
    buckets.bucket("listed", **s3.OPEN, ownership="ObjectWriter", acl="public-read", policy=[s3.READ], versioning="Enabled")
    _identities(server.client("iam"))
    functions = lambdas.Maker(estate, HOME)
    subnets = [one["SubnetId"] for one in server.client("ec2", region=HOME).describe_subnets()["Subnets"]]
    functions.function("one", subnets, lets=[lambdas.TOPIC], url="NONE", signing="Warn", zones=1, variables={"STAGE": "lab"})
    estate.settle()


def _machines(maker):
    vpc = maker.given()
    group = maker.group(vpc, ("tcp", 22, 22, ec2.WORLD))
    (machine,) = maker.instances(groups=[group], launched=40.0, cpu=ec2.BUSY, mib=900.0, managed=True, data=ec2.SECRET, tags={"env": "prod"})
    volume = maker.volume(encrypted=False)
    maker.snapshot(volume, made=100.0)
    maker.snapshot(volume, public=True)
    maker.image(machine)
    maker.template("one", MetadataOptions={"HttpTokens": "required"})
    maker.address(machine)


def _databases(maker):
    maker.instance("one", cpu=rds.BUSY, connections=rds.USED)
    maker.cluster("many")
    maker.snapshot("one-kept", "one")
    maker.cluster_snapshot("many-kept", "many")
    maker.alarm("one")


def _identities(iam):
    iam.create_role(RoleName="functions", AssumeRolePolicyDocument=json.dumps(lambdas.TRUST))
    iam.create_policy(PolicyName="reading", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [s3.READ | {"Resource": "*"}]}))
    iam.create_group(GroupName="readers")
    iam.create_user(UserName="one")
    iam.create_login_profile(UserName="one", Password="Correct-horse-1")
    iam.create_access_key(UserName="one")
    serial = iam.create_virtual_mfa_device(VirtualMFADeviceName="one")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(UserName="one", SerialNumber=serial, AuthenticationCode1="123456", AuthenticationCode2="654321")


# --- each action taken away


def _each_missing(server, muster, policies, used, whole):
    keys = {action: f"without-{number}" for number, action in enumerate(used)}
    shortened = {keys[action]: without(policies, action)[ADVISOR] for action in used}
    server.lab("policies", {**policies, **shortened})
    starting = threading.Lock()

    def one(action):
        # Only the start touches what runs share.
        with starting:
            started = muster.start("advise", "--format", "json", key=keys[action])
        return action, muster.finish(started)

    wrong = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for action, done in pool.map(one, used):
            try:
                say(f"without {action}: {_judge(action, done, whole)}")
            except Failed as failure:
                # The others are looked at all the same: one run tells all there is to mend.
                wrong.append(str(failure))
    require(not wrong, "\n".join(wrong))


def _judge(action, done, whole):
    """One gap for each kind and facet that the action reads, no other; what needed it is unknown, all else is as it was."""
    require(done.code == 77, f"without {action}: exit 77 expected, {done.shown()}")
    advice = done.json()
    gaps = advice["gaps"]
    places = [(gap["kind"], gap["facet"], gap["account"], gap["region"]) for gap in gaps]
    require(gaps, f"without {action}: no gap, though it was used")
    require({gap["action"] for gap in gaps} == {action}, f"without {action}: the gaps name {sorted({gap['action'] for gap in gaps})}")
    require(len(places) == len(set(places)), f"without {action}: a gap stands twice: {places}")
    missing, wanted = {(gap["kind"], gap["facet"]) for gap in gaps}, gaps_without(POLICY, action)
    require(missing == wanted, f"without {action}: gaps for {sorted(missing, key=str)}, {sorted(wanted, key=str)} expected")
    # There is one place, so that what is read once lacks once.
    require(len(gaps) == len(wanted), f"without {action}: {len(gaps)} gaps for {len(wanted)} readings: {places}")
    touched = {rule for gap in gaps for rule in gap["rules"]}
    require(touched, f"without {action}: its gaps name no rule")
    for gap in gaps:
        for rule in gap["rules"]:
            _unknown(action, gap, rule, advice["findings"])
    _same(action, touched, advice["findings"], whole["findings"])
    what = ", ".join(kind if facet is None else f"{facet} of {kind}" for kind, facet, *_ in places)
    return f"a gap for {what}; {len(touched)} {'rule answers' if len(touched) == 1 else 'rules answer'} unknown"


def _unknown(action, gap, rule, findings):
    """The rule says `unknown` of each thing the gap is about, and never pass or fail; of all it judges there, when it only reads those."""
    mine = [one for one in findings if one["rule"] == rule]
    judges = any(one["kind"] == gap["kind"] for one in mine)
    about = [one for one in mine if _is_of(gap, one)] if gap["resources"] and judges else mine
    require(about or not gap["resources"], f"without {action}: {rule} says nothing of {gap['resources']}")
    require(any(one["verdict"] == "unknown" for one in mine), f"without {action}: {rule} needed it and answers {_verdicts(mine)}")
    sure = [one for one in about if one["verdict"] in ("pass", "fail")]
    require(not sure, f"without {action}: {rule} is sure of {[(one['resource'], one['verdict'], one['message']) for one in sure[:5]]}")


def _is_of(gap, one):
    """What has no ARN is known by account, region, kind and id."""
    key = f"{one['account']}/{one['region']}/{gap['kind']}/{one['resource']}"
    return one["arn"] in gap["resources"] or key in gap["resources"]


def _same(action, touched, now, before):
    """Rules that did not need it say what they said."""

    def rest(findings):
        return {(one["rule"], one["region"], one["resource"]): one["verdict"] for one in findings if one["rule"] not in touched}

    differ = sorted(set(rest(now).items()) ^ set(rest(before).items()))
    require(not differ, f"without {action}: rules that did not need it answer differently: {differ[:5]}")


def _verdicts(findings):
    return sorted({one["verdict"] for one in findings}) or "nothing"


if __name__ == "__main__":
    main(script, "advise_iam")
