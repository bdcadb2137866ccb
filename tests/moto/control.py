"""The control API of the tests, under /lab/: loopback only, never part of what is tested.

| call | does |
|---|---|
| GET /lab/log | counts of calls by `service:Operation` since the last GET, retries left out |
| GET /lab/repeats | counts of the retries since the last GET |
| GET /lab/requests[?clear] | every request with the checks it needed |
| POST /lab/faults | a list of faults (see faults.py) |
| POST /lab/config | `{ec2_delay, rds_delay, clock_skew, quotas: {CODE: VALUE}}`, answers what holds now |
| POST /lab/policies | `{ACCESS_KEY_ID: [policy, …]}`; from then on requests signed with that key are judged |
| POST /lab/py | runs Python against moto's backends; answers `result` as JSON |
"""

import datetime
import json

import iam_eval
import states
import wire


class Control:
    """What the tests may turn."""

    def __init__(self, recorder, faults, enforcer, quotas):
        self._recorder, self._faults, self._enforcer, self._quotas = recorder, faults, enforcer, quotas
        self.clock_skew = 0.0

    def answer(self, env, body):
        """Answers one control call."""
        path, query = env["PATH_INFO"], env.get("QUERY_STRING", "")
        try:
            return wire.json_answer(self._perform(path, query, body))
        except KeyError as error:
            return wire.json_answer({"error": f"unknown: {error}"}, "404 Not Found")
        except (ValueError, TypeError, iam_eval.PolicyError) as error:
            return wire.json_answer({"error": str(error)}, "400 Bad Request")

    def _perform(self, path, query, body):
        if path == "/lab/log":
            return self._recorder.counts()
        if path == "/lab/repeats":
            return self._recorder.repeats()
        if path == "/lab/requests":
            return self._recorder.requests(clear="clear" in query)
        if path == "/lab/faults":
            return self._faults.set(json.loads(body))
        if path == "/lab/config":
            return self._configure(json.loads(body or b"{}"))
        if path == "/lab/policies":
            return self._enforcer.load(json.loads(body))
        if path == "/lab/py":
            return _run(body.decode())
        raise KeyError(path)

    def _configure(self, wanted):
        self._quotas.values.update(wanted.pop("quotas", {}))
        self.clock_skew = float(wanted.pop("clock_skew", self.clock_skew))
        if unknown := set(wanted) - set(states.DELAYS):
            raise ValueError(f"unknown settings {sorted(unknown)}")
        states.DELAYS.update({key: float(value) for key, value in wanted.items()})
        return {**states.DELAYS, "clock_skew": self.clock_skew, "quotas": self._quotas.values}

    def date(self):
        """The Date header: AWS's clock, which a test may set wrong against ours."""
        now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=self.clock_skew)
        return now.strftime("%a, %d %b %Y %H:%M:%S GMT")


def _run(source):
    from moto.backends import get_backend

    names = {"get_backend": get_backend, "datetime": datetime, "result": None}
    with wire.LOCK:
        try:
            exec(source, names)  # noqa: S102 (the purpose of the call)
        except Exception as error:
            raise ValueError(repr(error)) from error
    return names["result"]
