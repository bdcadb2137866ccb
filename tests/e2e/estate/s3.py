"""Buckets, and what the account blocks for all of them."""

import json

from estate import ACCOUNT, when

MANY = 105
OTHER = "210987654321"
WHOLE = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
GIB = 2**30


def _allow(actions, principal="*", **condition):
    statement = {"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": ["arn:aws:s3:::{}", "arn:aws:s3:::{}/*"]}
    return {**statement, "Condition": condition} if condition else statement


def _deny_plain(*resources):
    return {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": list(resources), "Condition": {"Bool": {"aws:SecureTransport": "false"}}}


READ, WRITE = _allow("s3:GetObject"), _allow(["s3:PutObject", "s3:DeleteObject"])
HERE = _allow("s3:GetObject", StringEquals={"aws:PrincipalOrgID": "o-example123"})
SECURE = _deny_plain("arn:aws:s3:::{}", "arn:aws:s3:::{}/*")
HALF = _deny_plain("arn:aws:s3:::{}/*")
FOREIGN = _allow("s3:PutBucketPolicy", {"AWS": f"arn:aws:iam::{OTHER}:root"})
READER = _allow("s3:GetObject", {"AWS": f"arn:aws:iam::{OTHER}:root"})
OPEN = {"block": None}


def _rule(**actions):
    return {"ID": f"rule-{len(actions)}-{next(iter(actions))}", "Status": "Enabled", "Filter": {"Prefix": ""}, **actions}


ABORT, LATE_ABORT = ({"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": days}} for days in (7, 8))
OLD, LATE_OLD = ({"NoncurrentVersionExpiration": {"NoncurrentDays": days}} for days in (365, 366))
TIERS, SHORT, LONG = {"Transitions": [{"Days": 0, "StorageClass": "INTELLIGENT_TIERING"}]}, {"Expiration": {"Days": 30}}, {"Expiration": {"Days": 31}}

# What differs from a bucket as AWS makes it.
_VARIANTS = {
    "open": OPEN, "half-open": {"block": {**WHOLE, "RestrictPublicBuckets": False}},
    "acl-read": {**OPEN, "ownership": "ObjectWriter", "acl": "public-read"}, "acl-write": {**OPEN, "ownership": "ObjectWriter", "acl": "public-read-write"},
    "acl-users": {**OPEN, "ownership": "BucketOwnerPreferred", "acl": "authenticated-read"},
    "acl-blocked": {"ownership": "ObjectWriter", "acl": "public-read"}, "acl-oldest": {**OPEN, "ownership": None, "acl": "public-read"},
    "policy-read": {**OPEN, "policy": [READ]}, "policy-write": {**OPEN, "policy": [WRITE]}, "policy-here": {**OPEN, "policy": [HERE]},
    "policy-blocked": {"block": {**WHOLE, "BlockPublicPolicy": False}, "policy": [READ]},
    "policy-both": {**OPEN, "policy": [READ, WRITE, SECURE]}, "secure": {"policy": [SECURE]}, "half-secure": {"policy": [HALF]},
    "foreign": {"policy": [FOREIGN]}, "reader": {"policy": [READER, SECURE]},
    "kms": {"encryption": "aws:kms", "bucket_key": True}, "kms-dear": {"encryption": "aws:kms", "bucket_key": False},
    "dsse": {"encryption": "aws:kms:dsse", "bucket_key": False}, "unencrypted": {"encryption": None},
    "versioned": {"versioning": "Enabled"}, "suspended": {"versioning": "Suspended"},
    "versioned-ends": {"versioning": "Enabled", "lifecycle": [_rule(**OLD)]}, "versioned-late": {"versioning": "Enabled", "lifecycle": [_rule(**LATE_OLD)]},
    "suspended-ends": {"versioning": "Suspended", "lifecycle": [_rule(**OLD)]},
    "aborts": {"lifecycle": [_rule(**ABORT)]}, "aborts-late": {"lifecycle": [_rule(**LATE_ABORT)]},
    "aborts-part": {"lifecycle": [{**_rule(**ABORT), "Filter": {"Prefix": "tmp/"}}]},
    "lifecycle-off": {"lifecycle": [{**_rule(**ABORT), "Status": "Disabled"}]},
    "locked": {"versioning": "Enabled", "lock": True}, "logged": {"log": "log-target"}, "logs-itself": {"log": "logs-itself"}, "log-target": {},
    "big": {"gib": 2048}, "big-tiers": {"gib": 2048, "lifecycle": [_rule(**TIERS)]}, "big-archive": {"gib": 2048, "archive": True},
    "big-short": {"gib": 2048, "lifecycle": [_rule(**SHORT)]}, "big-long": {"gib": 2048, "lifecycle": [_rule(**LONG)]}, "least": {"gib": 1024}, "small": {"gib": 1023},
}  # fmt: skip
DEFAULTS = {
    "block": WHOLE, "ownership": "BucketOwnerEnforced", "acl": "private", "policy": [], "encryption": "AES256", "bucket_key": False, "versioning": None,
    "lifecycle": [], "lock": False, "log": None, "gib": 0, "archive": False,
}  # fmt: skip


class Maker:
    """Makes buckets in one region and writes them down."""

    def __init__(self, estate, region):
        self.estate, self.region = estate, region
        self.s3 = estate.server.client("s3", region=region)

    def bucket(self, name, **spec):
        more = {} if self.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        self.s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=spec.get("lock", False), **more)
        spec = {**DEFAULTS, **spec}
        self.estate.add("s3.bucket", name, self.region, **spec)
        self._public(name, spec)
        self._kept(name, spec)
        if spec["gib"]:
            dimensions = [{"Name": "BucketName", "Value": name}, {"Name": "StorageType", "Value": "StandardStorage"}]
            self.estate.measure(self.region, "AWS/S3", "BucketSizeBytes", dimensions, [spec["gib"] * GIB] * 3)

    def _public(self, name, spec):
        s3 = self.s3
        if spec["block"] is None:
            s3.delete_public_access_block(Bucket=name)
        elif spec["block"] != WHOLE:
            s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=spec["block"])
        if spec["ownership"] is None:
            s3.delete_bucket_ownership_controls(Bucket=name)
        elif spec["ownership"] != DEFAULTS["ownership"]:
            s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": spec["ownership"]}]})
        if spec["acl"] != "private":
            s3.put_bucket_acl(Bucket=name, ACL=spec["acl"])
        if spec["policy"]:
            document = {"Version": "2012-10-17", "Statement": spec["policy"]}
            s3.put_bucket_policy(Bucket=name, Policy=json.dumps(document).replace("arn:aws:s3:::{}", f"arn:aws:s3:::{name}"))

    def _kept(self, name, spec):
        s3 = self.s3
        if spec["encryption"] is None:
            s3.delete_bucket_encryption(Bucket=name)
        elif spec["encryption"] != "AES256":
            rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": spec["encryption"]}, "BucketKeyEnabled": spec["bucket_key"]}
            s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
        if spec["versioning"] and not spec["lock"]:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": spec["versioning"]})
        if spec["lifecycle"]:
            s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": spec["lifecycle"]})
        if spec["archive"]:
            tiers = {"Id": "a", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}
            s3.put_bucket_intelligent_tiering_configuration(Bucket=name, Id="a", IntelligentTieringConfiguration=tiers)

    def log(self):
        """Turns logs on, whose targets all stand by now."""
        for one in self.estate.of("s3.bucket", self.region):
            if one["log"]:
                self._delivers(one["log"])
                target = {"TargetBucket": one["log"], "TargetPrefix": "x/"}
                self.s3.put_bucket_logging(Bucket=one.id, BucketLoggingStatus={"LoggingEnabled": target})

    def _delivers(self, name):
        who, what = {"Service": "logging.s3.amazonaws.com"}, f"arn:aws:s3:::{name}/*"
        statement = {"Effect": "Allow", "Principal": who, "Action": "s3:PutObject", "Resource": what}
        self.s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
        (target,) = [one for one in self.estate.of("s3.bucket", self.region) if one.id == name]
        target.spec["policy"] = [statement]


def make(estate, region, other):
    """Buckets in two regions; `flow-logs` is there already."""
    estate.add("s3.bucket", "flow-logs", "us-east-1", **DEFAULTS)
    maker, far = Maker(estate, region), Maker(estate, other)
    for name, spec in _VARIANTS.items():
        maker.bucket(name, **spec)
    for number in range(MANY):
        maker.bucket(f"many-{number:03}")
    maker.log()
    for pattern in ("sagemaker-{}-" + ACCOUNT, f"aws-glue-assets-{ACCOUNT}-" + "{}"):
        maker.bucket(pattern.format(region))
    far.bucket(f"sagemaker-{other}-{ACCOUNT}")
    estate.add("s3.account", ACCOUNT, "", block=None)


def close(estate):
    """The account blocks everything from now on: the other side of the account's own rule."""
    # By its backend: boto3 would look up a host that begins with the account's id.
    values = {name: str(value).lower() for name, value in WHOLE.items()}
    estate.server.python(f"get_backend('s3control')[{ACCOUNT!r}]['aws'].put_public_access_block({ACCOUNT!r}, {values!r})")
    (account,) = estate.of("s3.account")
    account.spec["block"] = WHOLE


# --- what each rule must say


def _enforced(one):
    return one["ownership"] == "BucketOwnerEnforced"


def _by_list(one, acls):
    ignored = (one["block"] or {}).get("IgnorePublicAcls", False)
    return not _enforced(one) and not ignored and one["acl"] in acls


def _by_policy(one, statement):
    restricted = (one["block"] or {}).get("RestrictPublicBuckets", False)
    return not restricted and statement in one["policy"]


def _secure(one, _):
    return when(SECURE not in one["policy"])


def _whole(one):
    """Lifecycle rules that are on and about every object."""
    return [rule for rule in one["lifecycle"] if rule["Status"] == "Enabled" and rule["Filter"] == {"Prefix": ""}]


def _noncurrent(one, _):
    if not one["versioning"]:
        return None
    ends = [rule["NoncurrentVersionExpiration"] for rule in _whole(one) if "NoncurrentVersionExpiration" in rule]
    days = [end["NoncurrentDays"] for end in ends if "NewerNoncurrentVersions" not in end]
    return when(min(days, default=9999) > 365)


def _aborts(one, _):
    days = [rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] for rule in _whole(one) if "AbortIncompleteMultipartUpload" in rule]
    return when(min(days, default=9999) > 7)


def _tiering(one, _):
    if one["gib"] < 1024:
        return None
    moves = [rule for rule in _whole(one) if "Transitions" in rule or rule.get("Expiration", {}).get("Days", 9999) <= 30]
    return when(not moves and not one["archive"])


def _logging(one, estate):
    if any(other["log"] == one.id for other in estate.of("s3.bucket", one.region) if other.id != one.id):
        return None
    return when(one["log"] in (None, one.id))


def _shadow(one, estate):
    if not one.id.endswith(ACCOUNT) and not one.id.startswith("aws-glue-assets-"):
        return None
    # Both services, in each region that has buckets.
    regions = {other.region for other in estate.of("s3.bucket")}
    names = {other.id for other in estate.of("s3.bucket")}
    return when(any(one.id.replace(one.region, region) not in names for region in regions))


BUCKET = "s3.bucket"
ORACLES = {
    "s3/public-access": (BUCKET, lambda one, _: when(_by_list(one, ("public-read", "public-read-write", "authenticated-read")) or _by_policy(one, READ))),
    "s3/public-write": (BUCKET, lambda one, _: when(_by_list(one, ("public-read-write",)) or _by_policy(one, WRITE))),
    "s3/public-access-block": (BUCKET, lambda one, _: when(one["block"] != WHOLE)),
    "s3/account-public-access-block": ("s3.account", lambda one, _: when(one["block"] != WHOLE)),
    "s3/secure-transport": (BUCKET, _secure),
    "s3/cross-account-access": (BUCKET, lambda one, _: when(FOREIGN in one["policy"]) if one["policy"] else None),
    "s3/acl-disabled": (BUCKET, lambda one, _: when(not _enforced(one))),
    "s3/default-encryption": (BUCKET, lambda one, _: when(one["encryption"] is None)),
    "s3/kms-encryption": (BUCKET, lambda one, _: when(one["encryption"] in (None, "AES256"))),
    "s3/bucket-key": (BUCKET, lambda one, _: when(not one["bucket_key"]) if one["encryption"] == "aws:kms" else None),
    "s3/versioning": (BUCKET, lambda one, _: when(one["versioning"] != "Enabled")),
    "s3/mfa-delete": (BUCKET, lambda one, _: when(True) if one["versioning"] == "Enabled" else None),
    "s3/object-lock": (BUCKET, lambda one, _: when(not one["lock"])),
    "s3/lifecycle": (BUCKET, lambda one, _: when(not any(rule["Status"] == "Enabled" for rule in one["lifecycle"]))),
    "s3/noncurrent-expiry": (BUCKET, _noncurrent),
    "s3/multipart-abort": (BUCKET, _aborts),
    "s3/intelligent-tiering": (BUCKET, _tiering),
    "s3/access-logging": (BUCKET, _logging),
    "s3/shadow-names": (BUCKET, _shadow),
}
