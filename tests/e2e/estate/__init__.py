"""An account full of things known to be good and bad, made by boto3, and what each rule must say of each.

A *thing* is what was made and how (`spec`), written down by the script that made it. A rule's *oracle* judges the spec. Nothing is read
from muster's output, and nothing from what moto answers but ids.
"""

import datetime
import json
from collections import Counter
from dataclasses import dataclass, field

ACCOUNT = "123456789012"
PASS, FAIL, UNKNOWN = "pass", "fail", "unknown"


@dataclass
class Thing:
    """One resource: its kind, id and region, and how it was made."""

    kind: str
    id: str
    region: str
    spec: dict = field(default_factory=dict)

    def __getitem__(self, name):
        return self.spec.get(name)


class Estate:
    """What was made so far."""

    def __init__(self, server):
        self.server = server
        # Whole seconds, as AWS has them.
        self.now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        self.things, self._ages = [], {}

    def add(self, kind, name, region="", **spec):
        """Writes down what was made."""
        thing = Thing(kind, name, region, spec)
        self.things.append(thing)
        return thing

    def of(self, kind, region=None):
        """Every thing of a kind."""
        return [thing for thing in self.things if thing.kind == kind and region in (None, thing.region)]

    def ago(self, days):
        """The instant so many days ago."""
        return self.now - datetime.timedelta(days=days)

    def age(self, name, region="us-east-1", **facts):
        """Makes a thing older: each fact is days ago, or nothing."""
        self._ages.setdefault(region, {}).setdefault(name, {}).update({key: self._instant(value) for key, value in facts.items()})

    def _instant(self, value):
        if isinstance(value, list):
            return [{key: self._instant(days) for key, days in one.items()} for one in value]
        return None if value is None else self.ago(value).isoformat()

    def settle(self):
        """Puts the ages in: what they belong to was made by now."""
        for region, said in self._ages.items():
            self.server.python(f"import ages; import json; ages.set({ACCOUNT!r}, {region!r}, json.loads({json.dumps(said)!r}))")
        self._ages.clear()

    def measure(self, region, namespace, name, dimensions, days):
        """Values of a metric on the last whole days of UTC, newest last: each `(average, maximum)`, or a number for a sum."""
        midnight = self.now.replace(hour=0, minute=0, second=0)
        values = []
        for back, day in enumerate(reversed(days), 1):
            # Two values have any average and maximum; a sum is one.
            parts = [day] if not isinstance(day, tuple) else [day[1], 2 * day[0] - day[1]]
            at = midnight - datetime.timedelta(days=back, hours=-6)
            values += [{"MetricName": name, "Dimensions": dimensions, "Value": value, "Timestamp": at.isoformat()} for value in parts]
        self.server.python(
            "from moto.cloudwatch.models import cloudwatch_backends, MetricDatum\n"
            f"backend = cloudwatch_backends[{ACCOUNT!r}][{region!r}]\n"
            f"for one in {values!r}:\n"
            "    at = datetime.datetime.fromisoformat(one['Timestamp'])\n"
            f"    backend.metric_data.append(MetricDatum(namespace={namespace!r}, name=one['MetricName'], value=one['Value'], dimensions=one['Dimensions'], timestamp=at))\n"
        )

    def counts(self):
        """How many of each kind."""
        return dict(sorted(Counter(thing.kind for thing in self.things).items()))


def expected(estate, oracles):
    """What must be found: verdict by rule, region and id. What an oracle says nothing of is not applicable."""
    found = {}
    for rule, (kind, judge) in oracles.items():
        for thing in estate.of(kind):
            verdict = judge(thing, estate)
            if verdict is not None:
                found[rule, thing.region, thing.id] = verdict
    return found


def when(condition):
    """Fails when the condition holds, else passes."""
    return FAIL if condition else PASS


def tags(**pairs):
    """Tags as AWS lists them."""
    return [{"Key": key, "Value": value} for key, value in pairs.items()]
