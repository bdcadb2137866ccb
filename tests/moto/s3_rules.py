"""S3 beside moto: what holds for new buckets, the root element of a list, and lists of Intelligent-Tiering."""

import moto.s3.models as s3

import wire

# A new bucket's own settings: encryption since January 2023, the other two since April 2023.
ENCRYPTION = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": "false"}}
BLOCK = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
_tiering = {}


def install():
    """Puts the rules in front of moto's own methods."""
    plain_bucket, plain_acl = s3.S3Backend.create_bucket, s3.get_canned_acl

    def create_bucket(self, *args, **kw):
        bucket = plain_bucket(self, *args, **kw)
        bucket.encryption = {key: dict(value) for key, value in ENCRYPTION.items()}
        bucket.public_access_block = s3.PublicAccessBlock(**{name: "true" for name in BLOCK})
        bucket.ownership_rule = "BucketOwnerEnforced"
        return bucket

    def get_canned_acl(acl):
        if acl != "public-read-write":
            return plain_acl(acl)
        # moto writes READ and WRITE into one grant and shows the first only.
        owner = s3.FakeGrant([s3.FakeGrantee(grantee_id=s3.OWNER)], [s3.PERMISSION_FULL_CONTROL])
        everybody = [s3.FakeGrant([s3.ALL_USERS_GRANTEE], [one]) for one in (s3.PERMISSION_READ, s3.PERMISSION_WRITE)]
        return s3.FakeAcl(grants=[owner, *everybody])

    s3.S3Backend.create_bucket = create_bucket
    s3.get_canned_acl = get_canned_acl


def answer(request):
    """The answer to an operation that moto takes and forgets; nothing when it is none."""
    if request.service != "s3":
        return None
    if request.operation == "ListBuckets":
        return _buckets(request)
    if request.operation == "PutBucketIntelligentTieringConfiguration":
        bucket, name = request.params["Bucket"], request.params["id"]
        _tiering.setdefault(bucket, {})[name] = request.body.split(b"?>", 1)[-1].decode()
        return _xml("")
    if request.operation == "ListBucketIntelligentTieringConfigurations":
        held = "".join(_tiering.get(request.params["Bucket"], {}).values())
        name = "ListBucketIntelligentTieringConfigurationsOutput"
        return _xml(f"<{name}><IsTruncated>false</IsTruncated>{held}</{name}>")
    return None


def _buckets(request):
    """Buckets by region and page, each with its region; moto names all of them, and of none where it is."""
    asked = request.params
    found = sorted(s3.s3_backends[request.account]["aws"].buckets.values(), key=lambda bucket: bucket.name)
    here = [one for one in found if asked.get("bucket-region") in (None, one.region_name) and one.name.startswith(asked.get("prefix", ""))]
    size, start = int(asked.get("max-buckets") or 10_000), int(asked.get("continuation-token") or 0)
    rows = "".join(
        f"<Bucket><Name>{one.name}</Name><CreationDate>{one.creation_date_ISO8601}</CreationDate><BucketRegion>{one.region_name}</BucketRegion></Bucket>"
        for one in here[start : start + size]
    )
    more = f"<ContinuationToken>{start + size}</ContinuationToken>" if start + size < len(here) else ""
    owner = f"<Owner><ID>{s3.OWNER}</ID></Owner>"
    space = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
    return _xml(f"<ListAllMyBucketsResult {space}>{owner}<Buckets>{rows}</Buckets>{more}</ListAllMyBucketsResult>")


def _xml(text):
    return wire.Answer("200 OK", [("content-type", "application/xml")], b'<?xml version="1.0"?>' + text.encode() if text else b"")


def repaired(request, got):
    """moto names the root element of a bucket's versioning after its own class, which SDKs of today refuse."""
    if request.service == "s3" and request.operation == "GetBucketVersioning":
        for wrong in (b"GetBucketVersioningResponse", b"GetBucketVersioningOutput"):
            got.body = got.body.replace(wrong, b"VersioningConfiguration")
    return got
