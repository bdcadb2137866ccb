"""Functions: who may invoke them, what they run, and what their runs needed."""

import datetime
import io
import json
import zipfile

from estate import ACCOUNT, UNKNOWN, when

MANY = 105
ROLE = f"arn:aws:iam::{ACCOUNT}:role/functions"
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
# Runtimes and the days AWS ends them.
ENDS = {"python3.13": "2029-06-30", "python3.8": "2024-10-14", "nodejs16.x": "2024-06-12", "go1.x": "2024-01-08"}
# USD for a GB-second on x86_64 and arm64 in us-east-1.
X86, ARM = 1.66667e-05, 1.33334e-05
EVERYBODY = {"Action": "lambda:InvokeFunction", "Principal": "*"}
PINNED = {**EVERYBODY, "PrincipalOrgID": "o-example123"}
BY_URL = {"Action": "lambda:InvokeFunctionUrl", "Principal": "*", "FunctionUrlAuthType": "NONE"}
TOPIC = {"Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com"}
PINNED_TOPIC = {**TOPIC, "SourceArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:topic"}
EDGE = {"Action": "lambda:InvokeFunction", "Principal": "edgelambda.amazonaws.com"}

# What differs from a function as it should be. Runs are `(a day, failed a day, average ms, longest ms)`.
_VARIANTS = {
    "public": {"lets": [EVERYBODY]}, "organization": {"lets": [PINNED]}, "url-open": {"url": "NONE", "lets": [BY_URL]},
    "url-closed": {"url": "NONE"}, "url-iam": {"url": "AWS_IAM"}, "topic": {"lets": [TOPIC]}, "topic-pinned": {"lets": [PINNED_TOPIC]},
    "edge": {"lets": [EDGE]}, "python38": {"runtime": "python3.8"}, "node16": {"runtime": "nodejs16.x"}, "go": {"runtime": "go1.x"},
    "signed": {"signing": "Enforce"}, "signed-warn": {"signing": "Warn"},
    "secret": {"variables": {"DB_PASSWORD": "correct-horse-battery"}}, "referred": {"variables": {"DB_PASSWORD_ARN": "arn:aws:secretsmanager:x"}},
    "memory-big": {"memory": 1024, "used": 20.0}, "memory-fits": {"memory": 1024, "used": 60.0}, "memory-short": {"memory": 512, "used": 91.0},
    "memory-edge": {"memory": 512, "used": 90.0}, "memory-unmeasured": {"memory": 4096},
    # What was measured on the days before a change counts no more.
    "memory-mended": {"memory": 1024, "used": (97.0, 60.0), "changed": 2.5}, "memory-spoilt": {"memory": 512, "used": (50.0, 97.0), "changed": 2.5},
    "memory-today": {"memory": 512, "used": 97.0, "changed": 0.0},
    "timeout-long": {"timeout": 900, "runs": (10, 0, 1000.0, 2000.0)}, "timeout-fits": {"timeout": 61, "runs": (10, 0, 1000.0, 7000.0)},
    "timeout-unmeasured": {"timeout": 600}, "timeout-short": {"timeout": 10, "runs": (10, 0, 5000.0, 9100.0)},
    "timeout-edge": {"timeout": 10, "runs": (10, 0, 5000.0, 9000.0)},
    "errors": {"runs": (100, 11, 100.0, 200.0)}, "errors-few": {"runs": (100, 10, 100.0, 200.0)}, "errors-rare": {"runs": (2, 2, 100.0, 200.0)},
    "letters": {"letters": True}, "one-zone": {"zones": 1}, "two-zones": {"zones": 2},
    "dear": {"memory": 1024, "runs": (20_000, 0, 1000.0, 1500.0), "used": 60.0},
    "dear-arm": {"memory": 1024, "runs": (20_000, 0, 1000.0, 1500.0), "arch": "arm64", "used": 60.0},
}  # fmt: skip
DEFAULTS = {"changed": 30.0, "runtime": "python3.13", "timeout": 30, "memory": 128, "arch": "x86_64", "lets": [], "variables": {}, "zones": 0, "letters": False}


class Maker:
    """Makes functions in one region and writes them down."""

    def __init__(self, estate, region):
        self.estate, self.region = estate, region
        self.functions = estate.server.client("lambda", region=region)
        self.code = _code()
        # A function in a network needs a group; without one moto says no VPC.
        ec2 = estate.server.client("ec2", region=region)
        self.group = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]["GroupId"]
        self.signing = {word: self._signing(word) for word in ("Enforce", "Warn")}

    def _signing(self, word):
        profile = f"arn:aws:signer:{self.region}:{ACCOUNT}:/signing-profiles/x/y"
        policies = {"UntrustedArtifactOnDeployment": word}
        made = self.functions.create_code_signing_config(AllowedPublishers={"SigningProfileVersionArns": [profile]}, CodeSigningPolicies=policies)
        return made["CodeSigningConfig"]["CodeSigningConfigArn"]

    def function(self, name, subnets=(), **spec):
        spec = {**DEFAULTS, **spec}
        more = {"VpcConfig": {"SubnetIds": list(subnets[: spec["zones"]]), "SecurityGroupIds": [self.group]}} if spec["zones"] else {}
        if spec["letters"]:
            more["DeadLetterConfig"] = {"TargetArn": f"arn:aws:sqs:{self.region}:{ACCOUNT}:letters"}
        self.functions.create_function(
            FunctionName=name, Runtime=spec["runtime"], Role=ROLE, Handler="x.y", Code={"ZipFile": self.code}, Timeout=spec["timeout"],
            MemorySize=spec["memory"], Architectures=[spec["arch"]], Environment={"Variables": spec["variables"]}, **more,
        )  # fmt: skip
        for number, statement in enumerate(spec["lets"]):
            self.functions.add_permission(FunctionName=name, StatementId=f"s-{number}", **statement)
        if "url" in spec:
            self.functions.create_function_url_config(FunctionName=name, AuthType=spec["url"])
        if "signing" in spec:
            self.functions.put_function_code_signing_config(FunctionName=name, CodeSigningConfigArn=self.signing[spec["signing"]])
        self._measured(name, spec)
        self.estate.age(f"lambda:{name}", self.region, changed=spec["changed"])
        self.estate.add("lambda.function", name, self.region, **spec)

    def _measured(self, name, spec):
        def measure(metric, values, namespace="AWS/Lambda", dimension="FunctionName"):
            self.estate.measure(self.region, namespace, metric, [{"Name": dimension, "Value": name}], values)

        if "runs" in spec:
            runs, failed, average, longest = spec["runs"]
            measure("Invocations", [runs] * 14)
            measure("Errors", [failed] * 14)
            measure("Duration", [(average, longest)] * 14)
        if "used" in spec:
            # A change 2.5 days ago leaves one or two whole days since, by the hour of the day: both are the last two values.
            before, since = spec["used"] if isinstance(spec["used"], tuple) else (spec["used"], spec["used"])
            measure("memory_utilization", [(before, before)] * 12 + [(since, since)] * 2, "LambdaInsights", "function_name")


def _code():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("x.py", "")
    return held.getvalue()


def make(estate, region):
    """Everything about functions."""
    iam = estate.server.client("iam")
    iam.create_role(RoleName="functions", AssumeRolePolicyDocument=json.dumps(TRUST))
    estate.add("iam.role", "functions", trust=TRUST)
    ec2 = estate.server.client("ec2", region=region)
    subnets = [one["SubnetId"] for one in sorted(ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"], key=str)]
    maker = Maker(estate, region)
    for name, spec in _VARIANTS.items():
        maker.function(name, subnets, **spec)
    for number in range(MANY):
        maker.function(f"many-{number:03}")


# --- what each rule must say


def _runtime(one, estate):
    left = datetime.date.fromisoformat(ENDS[one["runtime"]]) - estate.now.date()
    return when(left.days <= 90)


def _url(one, _):
    return when(one["url"] == "NONE" and BY_URL in one["lets"]) if one["url"] else None


def _deputy(one, _):
    judged = [statement for statement in one["lets"] if statement in (TOPIC, PINNED_TOPIC)]
    return when(TOPIC in judged) if judged else None


def _secret(one, _):
    return when("DB_PASSWORD" in one["variables"]) if one["variables"] else None


def _used(one):
    """Percent of memory since the last change; nothing where no whole day was measured since."""
    if not one["changed"]:
        return None
    return one["used"][1] if isinstance(one["used"], tuple) else one["used"]


def _memory_excess(one, _):
    if one["used"] is None:
        return when(True) if one["memory"] > 3008 else None
    return UNKNOWN if _used(one) is None else when(_used(one) < 40.0)


def _memory_short(one, _):
    if one["used"] is None:
        return None
    return UNKNOWN if _used(one) is None else when(_used(one) > 90.0)


def _timeout_excess(one, _):
    if one["timeout"] <= 60:
        return when(False)
    if not one["runs"]:
        return when(True) if one["timeout"] > 300 else None
    return when(one["timeout"] > one["runs"][3] / 1000.0 * 10)


def _timeout_short(one, _):
    return when(one["runs"][3] / 1000.0 > one["timeout"] * 0.9) if one["runs"] else None


def _errors(one, _):
    # The last seven whole days.
    runs, failed = (one["runs"] or (0, 0))[:2]
    return when(failed / runs > 0.1) if runs * 7 >= 20 else None


def _arm(one, _):
    if one["runtime"] == "go1.x":
        return None
    runs, _, average, _ = one["runs"] or (0, 0, 0.0, 0.0)
    month = runs * 14 * average / 1000.0 * one["memory"] / 1024 * 30 / 14
    return when(one["arch"] == "x86_64" and month * (X86 - ARM) >= 1.0)


FUNCTION = "lambda.function"
ORACLES = {
    "lambda/public-function": (FUNCTION, lambda one, _: when(EVERYBODY in one["lets"])),
    "lambda/url-auth": (FUNCTION, _url),
    "lambda/confused-deputy": (FUNCTION, _deputy),
    "lambda/runtime": (FUNCTION, _runtime),
    "lambda/code-signing": (FUNCTION, lambda one, _: when(one["signing"] != "Enforce")),
    "lambda/secrets-in-environment": (FUNCTION, _secret),
    "lambda/memory-excess": (FUNCTION, _memory_excess),
    "lambda/memory-short": (FUNCTION, _memory_short),
    "lambda/timeout-excess": (FUNCTION, _timeout_excess),
    "lambda/timeout-short": (FUNCTION, _timeout_short),
    "lambda/dead-letter-queue": (FUNCTION, lambda one, _: when(not one["letters"])),
    "lambda/error-rate": (FUNCTION, _errors),
    "lambda/multi-az": (FUNCTION, lambda one, _: when(one["zones"] < 2) if one["zones"] else None),
    "lambda/arm64": (FUNCTION, _arm),
}
