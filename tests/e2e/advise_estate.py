"""Fills a test account with things known to be good and bad: `python tests/e2e/advise_estate.py http://127.0.0.1:PORT` (or by advise.py).

Prints fleet.yaml of the account, then how many things of each kind there are on stderr.
"""

import datetime
import sys
import time

from lib import Server

from estate import Estate, ec2, fleet, iam, lambdas, rds, s3

HOME, OTHER = "us-east-1", "eu-west-1"
ORACLES = {**ec2.ORACLES, **rds.ORACLES, **s3.ORACLES, **lambdas.ORACLES, **iam.ORACLES, **fleet.ORACLES}
# Rules about what there is one of in an account or file: the first look sees one side of them, the second the other.
SINGLE = [
    "s3/account-public-access-block", "iam/password-policy", "iam/root-access-keys", "iam/root-mfa", "iam/root-hardware-mfa", "iam/root-use",
    "fleet/notify", "fleet/retire-grace", "fleet/history-copy",
]  # fmt: skip


# Metrics are of whole days of UTC: all of a run is on one of them.
RUN_MINUTES = 6


def _same_day():
    now = datetime.datetime.now(datetime.timezone.utc)
    left = (now + datetime.timedelta(days=1)).replace(hour=0, minute=0, second=0) - now
    if left < datetime.timedelta(minutes=RUN_MINUTES):
        time.sleep(left.total_seconds() + 1)


def fill(server):
    """Everything, and fleet.yaml."""
    _same_day()
    estate = Estate(server)
    network = ec2.make(estate, HOME, OTHER)
    rds.make(estate, HOME, network)
    s3.make(estate, HOME, OTHER)
    lambdas.make(estate, HOME)
    iam.make(estate)
    estate.settle()
    return estate, fleet.make(estate, [HOME, OTHER])


def turn(estate):
    """Turns what there is one of to its other side; fleet.yaml as it is then."""
    s3.close(estate)
    iam.close(estate)
    return fleet.make(estate, [HOME, OTHER], kept=True)


class Running(Server):
    """A server that somebody else started."""

    def __init__(self, url):
        super().__init__()
        self.url = url


def main():
    estate, text = fill(Running(sys.argv[1]))
    print(text, end="")
    for kind, count in estate.counts().items():
        print(f"{count:5} {kind}", file=sys.stderr)


if __name__ == "__main__":
    main()
