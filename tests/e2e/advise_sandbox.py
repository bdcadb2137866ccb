"""What every rule says of the sandbox's estate is what people judged of it, in audit/verdicts.yaml: each thing, each side, nothing more.

Rules about fleet.yaml are judged by their oracles, over the same file as on the test account. Alone: `python tests/e2e/advise_sandbox.py`.
"""

import datetime
from collections import Counter

import yaml
from advise_estate import ORACLES, SINGLE
from estate import FAIL, PASS, UNKNOWN, Estate, expected, fleet
from lib import ROOT, Muster, main, require, say

AUDIT = ROOT / "examples" / "estates" / "audit.yaml"
TABLE = ROOT / "tests" / "e2e" / "audit" / "verdicts.yaml"
HOME_ACCOUNT, HOME = "main", "us-east-1"
ACCOUNTS = {HOME_ACCOUNT: "123456789012"}
# Things of no region, and of no account: fleet.yaml is one of neither.
NOWHERE = ""
SHOWN = 40


def script():
    seen = {}
    look(seen)
    say(f"each of {len(seen)} rules gave pass and fail in the sandbox")


def look(seen):
    """Compares everything, and counts verdicts by rule into `seen`."""
    table, estate = yaml.safe_load(TABLE.read_text()), yaml.safe_load(AUDIT.read_text())
    file = Estate(server=None)
    file.now = datetime.datetime.combine(estate["now"].date(), estate["now"].time(), datetime.timezone.utc)
    wrong = []
    for kept in (False, True):
        only = [rule for rule in SINGLE if rule in fleet.ORACLES] if kept else []
        advice = _advice(_fleet(estate, fleet.make(file, [HOME], kept=kept)), only)
        wanted = {**({} if kept else _judged(table, estate)), **_of_file(file, only)}
        wrong += _compare(wanted, advice, _names(table))
        for one in advice["findings"]:
            seen.setdefault(one["rule"], Counter())[one["verdict"]] += 1
    # A rule with the wrong side everywhere must not hide behind the other estate.
    wrong += [f"{rule}: no {side} in the sandbox" for rule in sorted(ORACLES) for side in (PASS, FAIL) if not seen.get(rule, {}).get(side)]
    require(not wrong, f"{len(wrong)} lines about the sandbox:\n" + "\n".join(wrong[:SHOWN]))


def _advice(text, only):
    with Muster(_Nowhere(), text) as muster:
        (muster.folder / "audit.yaml").write_text(AUDIT.read_text())
        chosen = [word for rule in only for word in ("--rule", rule)]
        # The estate may leave out a facet on purpose, which is a gap.
        done = muster.run("advise", "--policy", "strict", "--format", "json", "--allow-gaps", *chosen, ok=None)
    require(done.code == 0, f"advice in the sandbox: {done.shown()}")
    advice = done.json()
    rules = {row["rule"] for row in advice["rules"]}
    missing = sorted(set(only or ORACLES) - rules)
    require(not missing, f"rules that the sandbox does not know: {missing}")
    return advice


class _Nowhere:
    """No server: what asked one would fail."""

    url = "http://127.0.0.1:9"


# --- the fleet file


def _fleet(estate, text):
    """The same entries, over every account and region that the estate names."""
    accounts = ", ".join(f"{name}: {{id: '{number}'}}" for name, number in _accounts(estate).items())
    cloud = f"cloud: {{provider: sandbox, estate: audit.yaml, accounts: {{{accounts}}}, regions: [{', '.join(_regions(estate))}]}}"
    lines = text.splitlines()
    require(sum(line.startswith("cloud:") for line in lines) == 1, "the fleet file has no line that says where")
    return "\n".join(cloud if line.startswith("cloud:") else line for line in lines) + "\n"


def _accounts(estate):
    named = dict.fromkeys(place["account"] for place in estate["places"] if "account" in place)
    return ACCOUNTS | {name: f"{number:012}" for number, name in enumerate(named, 100_000_000_001)}


def _regions(estate):
    return list(dict.fromkeys(place["region"] for place in estate["places"]))


def _of_file(file, only):
    """What the oracles say of the entries of fleet.yaml."""
    oracles = {rule: oracle for rule, oracle in fleet.ORACLES.items() if not only or rule in only}
    return {(rule, NOWHERE, NOWHERE, name): verdict for (rule, _, name), verdict in expected(file, oracles).items()}


# --- the table


def _judged(table, estate):
    """Verdict by rule, account, region and id."""
    accounts, regions, found = _accounts(estate), _regions(estate), {}
    for rule, sides in table["verdicts"].items():
        names = table["names"].get(rule.split("/")[0], {})
        for verdict, words in sides.items():
            require(verdict in (PASS, FAIL, UNKNOWN), f"{TABLE.name}: {rule} has `{verdict}`")
            for word in _flat(words):
                key = (rule, *_thing(word, names, accounts, regions))
                require(key not in found, f"{TABLE.name}: {rule} says two things of {word}")
                found[key] = verdict
    return found


def _flat(words):
    return [one for word in words for one in (_flat(word) if isinstance(word, list) else [word])]


def _thing(word, names, accounts, regions):
    """Account, region and id of `name`, `name@region`, `name@account` or `name@account/region`."""
    name, _, place = word.partition("@")
    account, region = ACCOUNTS[HOME_ACCOUNT], HOME
    for part in filter(None, place.split("/")):
        require(part in accounts or part in regions, f"{TABLE.name}: {word}: `{part}` is neither account nor region of the estate")
        account, region = (accounts[part], region) if part in accounts else (account, part)
    return account, region, account if name == "account" else names.get(name, name)


def _names(table):
    return {thing: name for names in table["names"].values() for name, thing in names.items()}


def _compare(wanted, advice, names):
    """A line for each verdict that differs, and for each that is not there or not wanted."""
    whole = {_key(one): one for one in advice["findings"]}
    require(len(whole) == len(advice["findings"]), "two findings are of one rule and thing")
    lines = []
    for key in sorted(wanted.keys() | whole.keys()):
        want, one = wanted.get(key), whole.get(key)
        if want != (one and one["verdict"]):
            rule, account, region, name = key
            said = f"{one['verdict']} found: {one.get('message')} {one['evidence']} {one.get('fault', '')}" if one else "nothing found"
            place = f" in {account} {region}" if account else ""
            lines.append(f"{rule} of {names.get(name, name)}{place}: {want or 'not applicable'} judged, {said}")
    return lines


def _key(one):
    # What is of a whole account has no region, and stands in the table where the account does.
    region = one["region"] or (HOME if one["account"] else NOWHERE)
    return one["rule"], one["account"] or NOWHERE, region, one["resource"]


if __name__ == "__main__":
    main(script, "advise_sandbox")
