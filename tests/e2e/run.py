"""Runs the end-to-end scripts, two at a time: `python tests/e2e/run.py [NAME…]`; without names all of them."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
# Longest first, so that the last to end did not begin late.
ORDER = ["iam", "kill", "advise_iam", "advise", "calls", "lifecycle", "delivery", "no_secrets"]
PLACES = {"calls": HERE.parent / "bench" / "calls.py"}
# A script is one busy Python server and a muster that waits for it.
AT_ONCE = 2


def main():
    """Runs each script in a process of its own; what it prints comes in one piece when it ends, then how long it took."""
    names = sys.argv[1:] or ORDER
    if unknown := [name for name in names if name not in ORDER]:
        sys.exit(f"unknown: {', '.join(unknown)}; there are {', '.join(ORDER)}")
    with ThreadPoolExecutor(AT_ONCE if len(names) > 1 else 1) as pool:
        results = list(pool.map(lambda name: (name, *_run(name, quietly=len(names) > 1)), names))
    for name, code, seconds in results:
        print(f"{'passed' if code == 0 else 'FAILED'}  {name:<12} {seconds / 60:5.1f} min")
    sys.exit(1 if any(code for _, code, _ in results) else 0)


def _run(name, quietly):
    began = time.monotonic()
    path = PLACES.get(name, HERE / f"{name}.py")
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if quietly else {}
    done = subprocess.run([sys.executable, str(path)], stdin=subprocess.DEVNULL, check=False, **output)
    if quietly:
        sys.stdout.write(done.stdout.decode(errors="replace"))
        sys.stdout.flush()
    return done.returncode, time.monotonic() - began


if __name__ == "__main__":
    main()
