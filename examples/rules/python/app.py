"""A bucket that keeps no versions loses what is overwritten."""

from muster import Pack, finding
from wit_world import exports

ABOUT = {
    "title": "Bucket keeps no versions",
    "category": "reliability",
    "severity": "medium",
    "needs": [{"kind": "s3.bucket", "facets": ["tags", "versioning"]}],
    "params": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "unless-tag": {
                "type": "string",
                "default": "scratch",
                "description": "Buckets that have a tag with this key are not judged",
            }
        },
    },
    "risk": "An object that is overwritten or deleted is gone.",
    "remediation": {
        "text": "Turn versioning on, and let a lifecycle rule delete old versions.",
        "command": "aws s3api put-bucket-versioning --bucket {resource} --versioning-configuration Status=Enabled",
    },
}


def versions(params, now, documents):
    for bucket in documents:
        if params["unless-tag"] in (bucket.body.get("Tags") or {}):
            continue
        status = (bucket.body.get("VersioningConfiguration") or {}).get("Status", "never set")
        if status == "Enabled":
            yield finding(bucket, "pass")
        else:
            yield finding(bucket, "fail", f"versioning {status}, Enabled wanted", {"Status": status})


PACK = Pack({"bucket-versions": (ABOUT, versions)})


class Check(exports.Check):
    def describe(self):
        return PACK.describe()

    def evaluate(self, rule, params, now, batch):
        return PACK.evaluate(rule, params, now, batch)
