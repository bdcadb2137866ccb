"""CloudWatch over rpc-v2-cbor: today's SDKs speak it, moto answers JSON only.

A request is translated to the JSON protocol of the same service, its answer back.
"""

import datetime
import json

import cbor2

import wire

TIMES = {
    "Timestamp", "StateUpdatedTimestamp", "AlarmConfigurationUpdatedTimestamp", "StateTransitionedTimestamp",
    "LastModified", "StartTime", "EndTime", "CreationDate", "LastUpdateDate",
}  # fmt: skip
EPOCH_TAG = 1


def answer(request, app):
    """Performs a CBOR request on an application that speaks JSON."""
    body = json.dumps(_to_json(request.params)).encode()
    env = dict(
        request.env,
        PATH_INFO="/",
        CONTENT_TYPE="application/x-amz-json-1.0",
        HTTP_X_AMZ_TARGET=f"GraniteServiceVersion20100801.{request.operation}",
        HTTP_X_AMZN_QUERY_MODE="true",
    )
    env.pop("HTTP_CONTENT_ENCODING", None)
    got = wire.call(app, env, body)
    try:
        value = json.loads(got.body) if got.body else {}
    except ValueError:
        return got
    headers = [(k, v) for k, v in got.headers if k.lower() != "content-type"]
    headers += [("content-type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")]
    return wire.Answer(got.status, headers, cbor2.dumps(_to_cbor(value)))


def _to_json(value):
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, dict):
        return {k: _to_json(v) for k, v in value.items()}
    return [_to_json(v) for v in value] if isinstance(value, list) else value


def _to_cbor(value):
    if isinstance(value, dict):
        return {k: _time(v) if k in TIMES else _times(v) if k == "Timestamps" else _to_cbor(v) for k, v in value.items()}
    return [_to_cbor(v) for v in value] if isinstance(value, list) else value


def _time(value):
    return cbor2.CBORTag(EPOCH_TAG, float(value)) if isinstance(value, (int, float)) else value


def _times(values):
    return [_time(value) for value in values]
