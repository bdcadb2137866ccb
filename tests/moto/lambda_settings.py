"""Lambda beside moto: code signing, dead letters, pages of functions, lists of function URLs, and what a permission for a URL says."""

import json

import moto.awslambda.policy as policies

import wire

PAGE = 50
_held = {}
# Where dead letters go, by account, region and function: moto forgets it.
_letters = {}


def install():
    """A permission that holds for URLs of one sort says so in a condition; moto puts the word beside the statement."""
    plain = policies.Policy.decode_policy

    def decode_policy(self, obj):
        sort = obj.pop("FunctionUrlAuthType", None)
        policy = plain(self, obj)
        if sort and policy.statements:
            condition = policy.statements[-1].setdefault("Condition", {})
            condition.setdefault("StringEquals", {})["lambda:FunctionUrlAuthType"] = sort
        return policy

    policies.Policy.decode_policy = decode_policy


def answer(request):
    """The answer to an operation that moto has not; nothing when it is none."""
    if request.service != "lambda":
        return None
    held = _held.setdefault((request.account, request.region), {})
    make = {
        "CreateCodeSigningConfig": _create, "ListCodeSigningConfigs": _list, "GetCodeSigningConfig": _get,
        "ListFunctionsByCodeSigningConfig": _functions, "PutFunctionCodeSigningConfig": _put,
        "ListFunctionUrlConfigs": _urls,
    }.get(request.operation)  # fmt: skip
    return make(request, held) if make else None


def repaired(request, got):
    """At most 50 functions a page, with where their dead letters go; moto gives all, without."""
    if request.service != "lambda" or got.code not in (200, 201):
        return got
    if request.operation == "CreateFunction":
        body = json.loads(request.body)
        _letters[request.account, request.region, body["FunctionName"]] = body.get("DeadLetterConfig")
    if request.operation != "ListFunctions":
        return got
    answer = json.loads(got.body)
    for function in answer["Functions"]:
        if letters := _letters.get((request.account, request.region, function["FunctionName"])):
            function["DeadLetterConfig"] = letters
    size, start = min(int(request.params.get("MaxItems") or PAGE), PAGE), int(request.params.get("Marker") or 0)
    found = answer["Functions"]
    answer["Functions"] = found[start : start + size]
    if start + size < len(found):
        answer["NextMarker"] = str(start + size)
    return wire.Answer(got.status, got.headers, json.dumps(answer).encode())


def _create(request, held):
    body = json.loads(request.body)
    name = f"csc-{len(held) + 1:017x}"
    arn = f"arn:aws:lambda:{request.region}:{request.account}:code-signing-config:{name}"
    policies = body.get("CodeSigningPolicies") or {"UntrustedArtifactOnDeployment": "Warn"}
    held[arn] = {
        "CodeSigningConfigId": name, "CodeSigningConfigArn": arn, "AllowedPublishers": body["AllowedPublishers"],
        "CodeSigningPolicies": policies, "LastModified": "2026-01-01T00:00:00.000+0000",
    }  # fmt: skip
    return wire.json_answer({"CodeSigningConfig": held[arn]}, "201 Created")


def _list(_, held):
    return wire.json_answer({"CodeSigningConfigs": list(held.values())})


def _get(request, held):
    return wire.json_answer({"CodeSigningConfig": held[request.params["CodeSigningConfigArn"]]})


def _backend(request):
    from moto.awslambda.models import lambda_backends

    return lambda_backends[request.account][request.region]


def _functions(request, _):
    all_functions = _backend(request).list_functions()
    return wire.json_answer(
        {"FunctionArns": [one.function_arn for one in all_functions if one.code_signing_config_arn == request.params["CodeSigningConfigArn"]]}
    )


def _put(request, held):
    arn = json.loads(request.body)["CodeSigningConfigArn"]
    if arn not in held:
        return wire.error(request, 404, "CodeSigningConfigNotFoundException", f"no such configuration: {arn}")
    function = _backend(request).get_function(request.params["FunctionName"])
    function.code_signing_config_arn = arn
    return wire.json_answer({"CodeSigningConfigArn": arn, "FunctionName": function.function_name})


def _urls(request, _):
    config = getattr(_backend(request).get_function(request.params["FunctionName"]), "url_config", None)
    return wire.json_answer({"FunctionUrlConfigs": [json.loads(json.dumps(config.to_dict()))] if config else []})
