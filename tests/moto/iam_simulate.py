"""iam:SimulatePrincipalPolicy, which moto lacks: what the caller's own policies say to a list of actions.

Like AWS it knows only what stands in the question: a condition on a tag that no ContextEntry names is not met.
"""

from xml.sax.saxutils import escape

import iam_eval
import wire

OPERATION = "SimulatePrincipalPolicy"


def answer(request, policies):
    """The decisions; without policies the caller is the account's root and everything is allowed."""
    resources = request.listed("ResourceArns.member") or ["*"]
    keys = {entry["ContextKeyName"]: _values(entry) for entry in request.records("ContextEntries.member")}
    results = "".join(
        _result(action, resource, policies, keys) for action in request.listed("ActionNames.member") for resource in resources
    )
    body = (
        f'<{OPERATION}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><{OPERATION}Result><IsTruncated>false</IsTruncated>'
        f"<EvaluationResults>{results}</EvaluationResults></{OPERATION}Result>"
        f"<ResponseMetadata><RequestId>{wire.REQUEST_ID}</RequestId></ResponseMetadata></{OPERATION}Response>"
    )
    return wire.Answer("200 OK", [("content-type", "text/xml")], body.encode())


def _values(entry):
    return [value for key, value in entry.items() if key.startswith("ContextKeyValues.member.")]


def _result(action, resource, policies, keys):
    decision = "allowed"
    if policies is not None:
        verdict = iam_eval.judge(policies, iam_eval.Check(action, resource, keys=keys))
        decision = "allowed" if verdict.allowed else "explicitDeny" if verdict.why.startswith("explicit") else "implicitDeny"
    return (
        f"<member><EvalActionName>{escape(action)}</EvalActionName><EvalResourceName>{escape(resource)}</EvalResourceName>"
        f"<EvalDecision>{decision}</EvalDecision><MatchedStatements/><MissingContextValues/></member>"
    )
