"""No secret appears in anything muster writes: every output of a run with `key: generate` is searched for them.

Secrets are read from the account with boto3: the private halves in SSM and RDS's master passwords.
"""

import json

from lib import Account, Failed, Muster, Server, class_fleet, main, quiet, require, say

STUDENTS = 10
# Lines shorter than this are frames or paddings, not secrets.
SHORTEST = 16
COMMANDS = [
    ("plan",), ("plan", "--format", "json", "--out", "plan.json"), ("plan", "--format", "markdown"), ("validate",), ("iam",),
    ("doctor",), ("status",), ("status", "--format", "json"), ("lock",), ("version",),
]  # fmt: skip


def script():
    with Server() as server, Muster(server, quiet(class_fleet(STUDENTS))) as muster:
        runs = _before(muster)
        runs += _hurt(server, muster)
        secrets = _secrets(server)
        runs += [muster.run(*command, "--events", "after.jsonl", ok=None) for command in COMMANDS]
        _key_is_printed_to_its_reader(muster, server)
        runs += _end(muster)
        _search(muster, runs, secrets)


def _before(muster):
    return [muster.run(*command, "--log", "json", ok=None) for command in COMMANDS]


def _hurt(server, muster):
    """Applies with errors on the calls that carry secrets, then to the end."""
    server.lab("faults", [{"match": "PutParameter", "times": 3, "when": "after"}, {"match": "CreateDBInstance", "times": 1, "when": "after"}])
    hurt = muster.run("apply", "--yes", "--events", "hurt.jsonl", "--log", "json", ok=None)
    server.lab("faults", [])
    done = muster.apply("--events", "apply.jsonl")
    muster.require_empty("after an apply that was hurt")
    return [hurt, done]


def _secrets(server):
    ssm, manager = server.client("ssm"), server.client("secretsmanager")
    account = Account(server)
    stored = account.stored_keys()
    require(stored, "no generated key was stored")
    keys = [ssm.get_parameter(Name=one["Name"], WithDecryption=True)["Parameter"]["Value"] for one in stored]
    for key in keys:
        require("PRIVATE KEY" in key, "a stored key is not a private key")
    lines = {line for key in keys for line in key.splitlines() if len(line) >= SHORTEST and "-----" not in line}
    passwords = set()
    for database in account.databases():
        value = manager.get_secret_value(SecretId=database["MasterUserSecret"]["SecretArn"])["SecretString"]
        passwords.add(json.loads(value)["password"])
    say(f"{len(keys)} private keys and {len(passwords)} passwords to look for")
    return lines | passwords | {"PRIVATE KEY"}


def _key_is_printed_to_its_reader(muster, server):
    """The one command whose purpose it is prints the key, so that this test is known to look for the right thing."""
    printed = muster.run("key", "student-009").stdout
    stored = [one["Name"] for one in Account(server).stored_keys()]
    values = {server.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"].strip() for name in stored}
    require(printed.strip() in values, "`muster key` did not print the stored key")
    for written in muster.folder.glob("run-*.out"):
        if written.read_text(errors="replace") == printed:
            written.unlink()


def _end(muster):
    return [muster.destroy("--no-snapshot", "--events", "destroy.jsonl")]


def _search(muster, runs, secrets):
    texts = {f"muster {' '.join(run.args)}": run.stdout + run.stderr for run in runs}
    for file in muster.folder.rglob("*"):
        if file.is_file():
            texts[str(file.relative_to(muster.folder))] = file.read_text(errors="replace")
    found = sorted({name for name, text in texts.items() for secret in secrets if secret in text})
    if found:
        raise Failed(f"a secret stands in: {', '.join(found)}")
    say(f"none in {len(runs)} outputs and {len(texts) - len(runs)} files")


if __name__ == "__main__":
    main(script, "no_secrets")
