"""The part of the table that advice needs: S3 and Lambda, whose actions are not named as their operations are."""

import s3_names
from iam_eval import Check


def _s3(request):
    method, path, query = request.env["REQUEST_METHOD"], request.path, request.env.get("QUERY_STRING", "")
    bucket = request.params.get("Bucket")
    resource = f"arn:aws:s3:::{bucket}" if bucket else "*"
    return [Check(f"s3:{s3_names.action(method, path, query)}", resource)]


def _lambda(request):
    name = request.params.get("FunctionName") or request.params.get("Resource", "").split(":function:")[-1]
    resource = f"arn:aws:lambda:{request.region}:{request.account}:function:{name}" if name else "*"
    return [Check(f"lambda:{request.operation}", resource)]


SERVICES = {"s3": _s3, "lambda": _lambda}
