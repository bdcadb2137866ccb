"""Which operation of S3 or S3 Control a request is, and which IAM action it needs: both differ from each other and from the path.

Only what is asked of buckets as a whole; objects are nothing that muster reads.
"""

import re

# Sub-resource of a bucket → operations of GET, PUT and DELETE, and the noun of their IAM actions.
BUCKET = {
    "tagging": ("GetBucketTagging", "PutBucketTagging", "DeleteBucketTagging", "BucketTagging"),
    "publicAccessBlock": ("GetPublicAccessBlock", "PutPublicAccessBlock", "DeletePublicAccessBlock", "BucketPublicAccessBlock"),
    "policy": ("GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy", "BucketPolicy"),
    "policyStatus": ("GetBucketPolicyStatus", "", "", "BucketPolicyStatus"),
    "acl": ("GetBucketAcl", "PutBucketAcl", "", "BucketAcl"),
    "ownershipControls": ("GetBucketOwnershipControls", "PutBucketOwnershipControls", "DeleteBucketOwnershipControls", "BucketOwnershipControls"),
    "encryption": ("GetBucketEncryption", "PutBucketEncryption", "DeleteBucketEncryption", "EncryptionConfiguration"),
    "versioning": ("GetBucketVersioning", "PutBucketVersioning", "", "BucketVersioning"),
    "lifecycle": ("GetBucketLifecycleConfiguration", "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle", "LifecycleConfiguration"),
    "logging": ("GetBucketLogging", "PutBucketLogging", "", "BucketLogging"),
    "intelligent-tiering": (
        "ListBucketIntelligentTieringConfigurations", "PutBucketIntelligentTieringConfiguration",
        "DeleteBucketIntelligentTieringConfiguration", "IntelligentTieringConfiguration",
    ),
    "object-lock": ("GetObjectLockConfiguration", "PutObjectLockConfiguration", "", "BucketObjectLockConfiguration"),
    "location": ("GetBucketLocation", "", "", "BucketLocation"),
}  # fmt: skip
METHODS = ("GET", "PUT", "DELETE")
PLAIN = {"GET": "ListObjects", "HEAD": "HeadBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}
CONTROL = "/v20180820/"
ACCOUNT_BLOCK = CONTROL + "configuration/publicAccessBlock"
HOST_OF_ACCOUNT = re.compile(r"^\d{12}\.")


def without_account(env):
    """S3 Control puts the account's id before the host; here all accounts are one host."""
    host = env.get("HTTP_HOST", "")
    return {**env, "HTTP_HOST": HOST_OF_ACCOUNT.sub("", host)} if HOST_OF_ACCOUNT.match(host) else env


def operation(method, path, query):
    """The operation, and the bucket it is about."""
    if path.startswith(CONTROL):
        return {"GET": "Get", "PUT": "Put", "DELETE": "Delete"}.get(method, method) + "PublicAccessBlock", ""
    bucket, _, key = path.lstrip("/").partition("/")
    if not bucket:
        return "ListBuckets", ""
    if key:
        return f"{method} object", bucket
    asked = {part.split("=")[0] for part in query.split("&")}
    for word, names in BUCKET.items():
        if word in asked and method in METHODS and names[METHODS.index(method)]:
            return names[METHODS.index(method)], bucket
    return PLAIN.get(method, f"{method} bucket"), bucket


def action(method, path, query):
    """The IAM action without its service."""
    if path.startswith(CONTROL):
        return "GetAccountPublicAccessBlock" if method == "GET" else "PutAccountPublicAccessBlock"
    name, bucket = operation(method, path, query)
    if name == "ListBuckets":
        return "ListAllMyBuckets"
    nouns = {one: names[3] for names in BUCKET.values() for one in names[:3] if one}
    if name not in nouns:
        return {"ListObjects": "ListBucket", "HeadBucket": "ListBucket"}.get(name, name) if bucket else name
    # Deleting a setting takes the permission to put it, but for policies.
    verb = "Get" if method == "GET" else "Delete" if name == "DeleteBucketPolicy" else "Put"
    return verb + nouns[name]
