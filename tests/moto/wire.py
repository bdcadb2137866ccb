"""One request and one answer, whatever protocol of AWS they are written in."""

import gzip
import io
import json
import re
import threading
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

import cbor2

import s3_names

CBOR_PATH = "/service/GraniteServiceVersion20100801/operation/"
CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/")
ATTEMPT = re.compile(r"attempt=(\d+)")
SERVICES = {"monitoring": "cloudwatch"}
# Services whose operation is a method and a path. What a group of the path matches is a parameter.
REST = {
    "scheduler": [
        ("GET", r"/schedules", "ListSchedules"),
        ("POST", r"/schedules/(?P<Name>[^/]+)", "CreateSchedule"),
        ("GET", r"/schedules/(?P<Name>[^/]+)", "GetSchedule"),
        ("PUT", r"/schedules/(?P<Name>[^/]+)", "UpdateSchedule"),
        ("DELETE", r"/schedules/(?P<Name>[^/]+)", "DeleteSchedule"),
        ("GET", r"/schedule-groups", "ListScheduleGroups"),
        ("POST", r"/schedule-groups/(?P<Name>[^/]+)", "CreateScheduleGroup"),
        ("GET", r"/schedule-groups/(?P<Name>[^/]+)", "GetScheduleGroup"),
        ("DELETE", r"/schedule-groups/(?P<Name>[^/]+)", "DeleteScheduleGroup"),
        ("GET", r"/tags/(?P<ResourceArn>.+)", "ListTagsForResource"),
        ("POST", r"/tags/(?P<ResourceArn>.+)", "TagResource"),
        ("DELETE", r"/tags/(?P<ResourceArn>.+)", "UntagResource"),
    ],
    "lambda": [
        ("GET", r"/2015-03-31/functions", "ListFunctions"),
        ("POST", r"/2015-03-31/functions", "CreateFunction"),
        ("GET", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)", "GetFunction"),
        ("GET", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/policy", "GetPolicy"),
        ("POST", r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/policy", "AddPermission"),
        ("GET", r"/2021-10-31/functions/(?P<FunctionName>[^/]+)/urls", "ListFunctionUrlConfigs"),
        ("GET", r"/2021-10-31/functions/(?P<FunctionName>[^/]+)/url", "GetFunctionUrlConfig"),
        ("POST", r"/2021-10-31/functions/(?P<FunctionName>[^/]+)/url", "CreateFunctionUrlConfig"),
        ("GET", r"/2017-03-31/tags/(?P<Resource>.+)", "ListTags"),
        ("GET", r"/2020-04-22/code-signing-configs", "ListCodeSigningConfigs"),
        ("POST", r"/2020-04-22/code-signing-configs", "CreateCodeSigningConfig"),
        ("GET", r"/2020-04-22/code-signing-configs/(?P<CodeSigningConfigArn>[^/]+)/functions", "ListFunctionsByCodeSigningConfig"),
        ("GET", r"/2020-04-22/code-signing-configs/(?P<CodeSigningConfigArn>[^/]+)", "GetCodeSigningConfig"),
        ("PUT", r"/2020-06-30/functions/(?P<FunctionName>[^/]+)/code-signing-config", "PutFunctionCodeSigningConfig"),
        ("GET", r"/2020-06-30/functions/(?P<FunctionName>[^/]+)/code-signing-config", "GetFunctionCodeSigningConfig"),
    ],
}  # fmt: skip

# moto's backends are not safe against two requests at once; AWS's answers are atomic. One lock costs
# nothing, since Python runs one thread at a time anyway.
LOCK = threading.RLock()


@dataclass
class Answer:
    """Status line, headers and body."""

    status: str
    headers: list
    body: bytes

    @property
    def code(self):
        return int(self.status.split()[0])

    def send(self, start):
        kept = [(k, v) for k, v in self.headers if k.lower() != "content-length"]
        start(self.status, kept + [("content-length", str(len(self.body)))])
        return [self.body]


@dataclass
class Request:
    """What was asked: service and operation in IAM's words, parameters as the caller wrote them."""

    env: dict
    body: bytes
    path: str
    service: str
    operation: str
    access_key: str
    region: str
    params: dict = field(default_factory=dict)

    @property
    def protocol(self):
        if self.path.startswith(CBOR_PATH):
            return "cbor"
        if self.service == "s3":
            return "xml"
        if self.service in REST or self.env.get("HTTP_X_AMZ_TARGET") or "json" in self.env.get("CONTENT_TYPE", ""):
            return "json"
        return "ec2" if self.service == "ec2" else "query"

    @property
    def attempt(self):
        """Which try of its call this is, from 1, as every AWS SDK says it."""
        said = ATTEMPT.search(self.env.get("HTTP_AMZ_SDK_REQUEST", ""))
        return int(said[1]) if said else 1

    @property
    def account(self):
        from moto.iam.models import get_account_id_from

        return get_account_id_from(self.access_key)

    def listed(self, prefix):
        """Values of `prefix.1`, `prefix.2`, … in order (query protocols)."""
        pattern = re.compile(re.escape(prefix) + r"\.(\d+)$")
        found = [(int(m[1]), v) for k, v in self.params.items() if (m := pattern.match(k))]
        return [value for _, value in sorted(found)]

    def records(self, prefix):
        """The structures `prefix.1.…`, `prefix.2.…` as dicts of their dotted rest (query protocols)."""
        pattern = re.compile(re.escape(prefix) + r"\.(\d+)\.(.+)$")
        found = {}
        for key, value in self.params.items():
            if m := pattern.match(key):
                found.setdefault(int(m[1]), {})[m[2]] = value
        return [found[n] for n in sorted(found)]


def read_request(env):
    """Reads a WSGI request whole."""
    if "chunked" in env.get("HTTP_TRANSFER_ENCODING", ""):
        body = env["wsgi.input"].read()
    else:
        body = env["wsgi.input"].read(int(env.get("CONTENT_LENGTH") or 0))
    env, path = s3_names.without_account(env), env.get("PATH_INFO", "")
    scope = CREDENTIAL.search(env.get("HTTP_AUTHORIZATION", ""))
    access_key, region, service = scope.groups() if scope else ("", "us-east-1", "")
    request = Request(env, body, path, SERVICES.get(service, service), "", access_key, region)
    request.operation, request.params = _parse(request)
    return request


def _parse(request):
    env, body = request.env, request.body
    if request.protocol == "cbor":
        plain = gzip.decompress(body) if env.get("HTTP_CONTENT_ENCODING") == "gzip" else body
        return request.path[len(CBOR_PATH) :], cbor2.loads(plain) if plain else {}
    if request.service in REST:
        return _rest(request)
    if request.service == "s3":
        return _s3(request)
    target = env.get("HTTP_X_AMZ_TARGET", "")
    if target:
        return target.split(".")[-1], json.loads(body or b"{}")
    params = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return params.get("Action") or f"{env['REQUEST_METHOD']} {request.path}", params


def _s3(request):
    query = request.env.get("QUERY_STRING", "")
    operation, bucket = s3_names.operation(request.env["REQUEST_METHOD"], request.path, query)
    given = dict(parse_qsl(query, keep_blank_values=True))
    return operation, {**given, "Bucket": bucket} if bucket else given


def _rest(request):
    method = request.env["REQUEST_METHOD"]
    given = {key: value for key, value in parse_qsl(request.env.get("QUERY_STRING", ""), keep_blank_values=True)}
    for verb, path, operation in REST[request.service]:
        if verb == method and (match := re.fullmatch(path, unquote(request.path).rstrip("/"))):
            return operation, {**given, **_members(request.body), **match.groupdict()}
    return f"{method} {request.path}", given


def _members(body):
    value = json.loads(body or b"{}")
    return value if isinstance(value, dict) else {}


def call(app, env, body):
    """Calls a WSGI application with `body` and returns its whole answer."""
    env = {k: v for k, v in env.items() if not k.startswith("werkzeug.request")}
    env.update({"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))})
    env.pop("HTTP_TRANSFER_ENCODING", None)
    got = {}
    with LOCK:
        out = b"".join(app(env, lambda status, headers, _=None: got.update(status=status, headers=headers)))
    return Answer(got["status"], got["headers"], out)


def json_answer(value, status="200 OK"):
    """An answer of the control API, or of a JSON service we answer ourselves."""
    body = json.dumps(value, default=str).encode()
    return Answer(status, [("content-type", "application/x-amz-json-1.1")], body)


def error(request, status, code, message):
    """An error in the caller's protocol."""
    if request.protocol == "cbor":
        body = cbor2.dumps({"__type": code, "message": message})
        headers = [("content-type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor"), ("x-amzn-query-error", f"{code};Sender")]
        return Answer(f"{status} Error", headers, body)
    if request.protocol == "json":
        answer = json_answer({"__type": code, "message": message}, f"{status} Error")
        return Answer(answer.status, answer.headers + [("x-amzn-errortype", code)], answer.body)
    text = f"<Code>{_xml(code)}</Code><Message>{_xml(message)}</Message>"
    if request.protocol == "xml" and not request.path.startswith(s3_names.CONTROL):
        body = f"<Error>{text}<RequestId>{REQUEST_ID}</RequestId></Error>"
    elif request.protocol == "ec2":
        body = f"<Response><Errors><Error>{text}</Error></Errors><RequestID>{REQUEST_ID}</RequestID></Response>"
    else:
        body = f"<ErrorResponse><Error><Type>Sender</Type>{text}</Error><RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
    return Answer(f"{status} Error", [("content-type", "text/xml")], b'<?xml version="1.0"?>' + body.encode())


REQUEST_ID = "00000000-0000-4000-8000-000000000000"


def _xml(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
