"""kill -9 at random moments of an apply, then apply again; two applies at once: always the same account.

MUSTER_SEED replays the moments of a run that failed.
"""

import os
import random
import time

from lib import Account, Muster, Server, class_fleet, main, quiet, require, require_one_each, say

KILLS, RACES, STUDENTS, WHOLE_CLASS = 20, 10, 10, 50
# A race may make one of the two find its work done or moved: done, failed, stale or in part, but never a bug.
RACE_CODES = (0, 1, 3, 5)


def script():
    seed = int(os.environ.get("MUSTER_SEED") or random.SystemRandom().randrange(10**6))
    say(f"MUSTER_SEED={seed}")
    moments = random.Random(seed)
    text = quiet(class_fleet(STUDENTS))
    wanted, length = _reference(text, STUDENTS)
    cut = sum(_killed(text, STUDENTS, wanted, moments.uniform(0.02, 1.0) * length) for _ in range(KILLS))
    require(cut >= KILLS // 2, f"only {cut} of {KILLS} kills hit a running apply")
    say(f"{KILLS} kills, {cut} of them in the middle of an apply of {length:.1f} s: the same account every time")
    for _ in range(RACES):
        _raced(text, wanted)
    say(f"two applies at once, {RACES} times: the same account every time")
    _whole_class(moments)


def _whole_class(moments):
    text = quiet(class_fleet(WHOLE_CLASS))
    wanted, length = _reference(text, WHOLE_CLASS)
    _killed(text, WHOLE_CLASS, wanted, moments.uniform(0.2, 0.8) * length)
    say(f"class-{WHOLE_CLASS}, killed once in its {length:.1f} s: the same account")


def _reference(text, count):
    """The account as an apply that nobody disturbs leaves it, and how long that takes."""
    with Server() as server, Muster(server, text) as muster:
        done = muster.apply()
        account = Account(server)
        require_one_each(account, count, "undisturbed")
        return account.canonical(), done.seconds


def _killed(text, count, wanted, after):
    with Server() as server, Muster(server, text) as muster:
        started = muster.start("apply", "--yes")
        time.sleep(after)
        muster.kill(started)
        ended = muster.finish(started)
        muster.apply()
        _check(server, muster, count, wanted, f"killed after {after:.2f} s")
        return ended.code < 0


def _raced(text, wanted):
    with Server() as server, Muster(server, text) as muster:
        both = [muster.start("apply", "--yes") for _ in range(2)]
        for ended in [muster.finish(one) for one in both]:
            require(ended.code in RACE_CODES, f"two applies at once: {ended.shown()}")
        muster.apply()
        _check(server, muster, STUDENTS, wanted, "two applies at once")


def _check(server, muster, count, wanted, when):
    muster.require_empty(when)
    account = Account(server)
    require_one_each(account, count, when)
    require(len(account.instances(dead=True)) == count, f"{when}: more instances were made than there are students")
    seen = account.canonical()
    for kind in wanted:
        require(seen[kind] == wanted[kind], f"{when}: {kind} differ\n wanted {wanted[kind]}\n   seen {seen[kind]}")


if __name__ == "__main__":
    main(script, "kill")
