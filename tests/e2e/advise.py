"""Every built-in rule gives pass and fail where it must: over a test account filled by a script that knows what is good and bad, and in
the sandbox, which holds what that account cannot.

What is expected is worked out by the estate's own oracles (tests/e2e/estate) and written down for the sandbox (tests/e2e/audit), never
read from muster.
"""

from collections import Counter, defaultdict

import advise_sandbox
from advise_estate import ORACLES, SINGLE, fill, turn
from estate import FAIL, PASS, expected
from lib import Failed, Muster, Server, main, require, say

# Sides that the test account cannot hold, and why. The sandbox's estate shows them.
ELSEWHERE = {
    ("s3/mfa-delete", PASS): "MFA delete is turned on by root with a code of its device, which moto does not look at",
    ("iam/root-hardware-mfa", FAIL): "no API call gives root a virtual device",
}
SHOWN = 12
# Needed by buckets of every region, and by the account itself.
ONCE = "s3:GetAccountPublicAccessBlock"


def script():
    seen, wrong = defaultdict(lambda: defaultdict(Counter)), []
    with Server() as server:
        estate, text = fill(server)
        say(f"{len(estate.things)} things: {', '.join(f'{count} {kind}' for kind, count in estate.counts().items())}")
        _tried(wrong, _look, server, estate, text, seen)
        _tried(wrong, _look, server, estate, turn(estate), seen, only=SINGLE)
    in_sandbox = {}
    _tried(wrong, advise_sandbox.look, in_sandbox)
    for rule, counts in in_sandbox.items():
        seen[rule]["sandbox"] = counts
    _tried(wrong, _table, seen)
    require(not wrong, "\n\n".join(wrong))


def _tried(wrong, look, *args, **more):
    """Each look is taken whatever the one before found: one run tells all there is to mend."""
    try:
        look(*args, **more)
    except Failed as failure:
        wrong.append(str(failure))


# --- the test account


def _look(server, estate, text, seen, only=()):
    """Advice over the account is exactly what the oracles say."""
    chosen = [word for rule in only for word in ("--rule", rule)]
    server.lab("requests?clear")
    with Muster(server, text) as muster:
        done = muster.run("advise", "--policy", "strict", "--format", "json", *chosen, ok=None)
    advice, wrong = done.json(), []
    _tried(wrong, _asked_once, server)
    rules = {row["rule"] for row in advice["rules"]}
    for check in (_no_errors, _no_gaps, lambda advice: _known(rules, only), lambda advice: _compare(estate, rules, advice)):
        _tried(wrong, check, advice)
    for one in advice["findings"]:
        seen[one["rule"]]["account"][one["verdict"]] += 1
    require(not wrong, "\n".join(wrong))
    require(done.code == 0, f"advice over the test account: {done.shown()}")
    cost = f"{done.seconds:.1f} s, {done.cpu_seconds:.1f} CPU-s, {done.peak_mib:.0f} MiB"
    say(f"{len(advice['findings'])} verdicts of {len(rules)} rules are as the oracles say, in {cost}")


def _known(rules, only):
    unknown = sorted(rules - set(ORACLES))
    require(not unknown, f"rules that the estate says nothing of: {unknown}; write an oracle in tests/e2e/estate")
    gone = sorted(set(only or ORACLES) - rules)
    require(not gone, f"oracles of rules that are not there: {gone}")


def _compare(estate, rules, advice):
    whole = {(one["rule"], one["region"], one["resource"]): one for one in advice["findings"]}
    require(len(whole) == len(advice["findings"]), "two findings are of one rule and thing")
    found = {key: one["verdict"] for key, one in whole.items()}
    wanted = {key: verdict for key, verdict in expected(estate, ORACLES).items() if key[0] in rules}
    wrong = []
    for key in sorted(set(wanted) | set(found)):
        want, got = wanted.get(key), found.get(key)
        if want != got:
            rule, region, resource = key
            message = f": {whole[key]['message']} {whole[key]['evidence']}" if key in whole else ""
            wrong.append(f"{rule} of {resource} in {region or 'the account'}: {want or 'not applicable'} expected, {got or 'nothing'} found{message}")
    by_rule = Counter(line.split(" ")[0] for line in wrong)
    counted = ", ".join(f"{rule} {count}" for rule, count in by_rule.items())
    shown, told = [], Counter()
    for line in wrong:
        told[line.split(" ")[0]] += 1
        if told[line.split(" ")[0]] <= SHOWN:
            shown.append(line)
    require(not wrong, f"{len(wrong)} verdicts differ ({counted}):\n" + "\n".join(shown))


def _asked_once(server):
    """What an account has one answer to is asked once, whatever the regions and the rules that need it."""
    asked = [request["region"] for request in server.lab("requests") for check in request["checks"] if check["action"] == ONCE]
    require(len(asked) == 1, f"{ONCE} was asked {len(asked)} times, in {asked}; one answer holds for the account")


def _no_gaps(advice):
    gaps = [f"{gap['action']} for {gap['facet'] or 'the list'} of {gap['kind']} in {gap['region']}: {gap['error']}" for gap in advice["gaps"]]
    require(not gaps, "everything may be read, and there are gaps:\n" + "\n".join(gaps))


def _no_errors(advice):
    errors = [f"{one['rule']} of {one['resource']}: {one['message']} {one.get('fault', '')}" for one in advice["findings"] if one["verdict"] == "errored"]
    require(not errors, "rules ended in errors:\n" + "\n".join(errors[:SHOWN]))


# --- the table


def _table(seen):
    say(f"{'rule':<38} {'account':>15} {'sandbox':>15}   (pass/fail)")
    lacking = []
    for rule in sorted(ORACLES):
        here, there = seen[rule]["account"], seen[rule]["sandbox"]
        say(f"{rule:<38} {_sides(here):>15} {_sides(there):>15}")
        for side in (PASS, FAIL):
            if (rule, side) in ELSEWHERE:
                require(not here[side], f"{rule}: {side} was seen on the test account, and advise.py says it cannot be: {ELSEWHERE[rule, side]}")
            elif not here[side]:
                lacking.append(f"{rule}: no {side} on the test account, and no reason why")
            if not here[side] and not there[side]:
                lacking.append(f"{rule}: no {side} anywhere")
    for (rule, side), why in ELSEWHERE.items():
        say(f"{rule}, {side}: in the sandbox only, since {why}")
    require(not lacking, "\n".join(lacking))
    say(f"each of {len(ORACLES)} rules gave pass and fail")


def _sides(counts):
    return f"{counts[PASS]}/{counts[FAIL]}"


if __name__ == "__main__":
    main(script, "advise")
