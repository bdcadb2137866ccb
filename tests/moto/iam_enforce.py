"""Which actions on which resources a request needs, and whether the caller's policies allow them.

The actions, resources and tags follow AWS's service authorization reference; tags are read from moto's
backends, so that a forged request is judged by what the resource really carries.
"""

import iam_eval
import wire
from iam_eval import Check
from iam_resources import checks_of

# Needs no permission on AWS, even under an explicit deny.
FREE = {"sts:GetCallerIdentity", "sts:GetSessionToken"}
REFUSED = {"ec2": (403, "UnauthorizedOperation"), "json": (400, "AccessDeniedException")}
# CloudWatch keeps the code of its old query protocol in every protocol.
REFUSED_ELSE = (403, "AccessDenied")


class Enforcer:
    """Policies by access key id; a key without policies is the account's root and may do anything."""

    def __init__(self):
        self._policies = {}

    def load(self, by_key):
        """Replaces all policies; `{}` ends enforcement. Raises PolicyError."""
        for key, documents in by_key.items():
            for number, document in enumerate(documents, 1):
                try:
                    iam_eval.check_policy(document)
                except iam_eval.PolicyError as error:
                    raise iam_eval.PolicyError(f"{key}, document {number}: {error}") from None
        self._policies = by_key

    def policies_of(self, access_key):
        """The documents of a key; nothing for the root's."""
        return self._policies.get(access_key)

    def denial(self, request, checks):
        """The answer to a request that is not allowed, or nothing."""
        policies = self.policies_of(request.access_key)
        if policies is None:
            return None
        for check in checks:
            if check.action in FREE:
                continue
            verdict = iam_eval.judge(policies, check)
            if not verdict.allowed:
                return _refuse(request, check, verdict)
        return None


def _refuse(request, check, verdict):
    status, code = REFUSED.get(request.protocol if request.service != "cloudwatch" else "", REFUSED_ELSE)
    who = f"arn:aws:iam::{request.account}:user/{request.access_key}"
    message = f"User: {who} is not authorized to perform: {check.action} on resource: {check.resource} because {verdict.why}"
    if request.protocol == "ec2":
        message = f"You are not authorized to perform this operation. {message}"
    return wire.error(request, status, code, message)


def checks_for(request):
    """Every check a request needs; an operation that is not in the table is judged on any resource."""
    checks = checks_of(request)
    for check in checks:
        check.keys.setdefault("aws:RequestedRegion", request.region)
        check.keys.setdefault("aws:PrincipalAccount", request.account)
        check.keys.setdefault("aws:SecureTransport", "true")
    return checks or [Check(f"{request.service}:{request.operation}", "*")]
