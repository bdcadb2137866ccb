"""Runs the end-to-end scripts: `python tests/e2e/run.py [NAME…]`; without names the quick ones."""

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
ORDER = ["no_secrets", "lifecycle", "calls"]
ON_REQUEST = ["iam", "kill"]  # minutes long: `./test e2e iam kill`
PLACES = {"calls": HERE.parent / "bench" / "calls.py"}


def main():
    """Runs each script in a process of its own and says how long it took."""
    names = sys.argv[1:] or ORDER
    if unknown := [name for name in names if name not in ORDER + ON_REQUEST]:
        sys.exit(f"unknown: {', '.join(unknown)}; there are {', '.join(ORDER + ON_REQUEST)}")
    results = [(name, *_run(name)) for name in names]
    for name, code, seconds in results:
        print(f"{'passed' if code == 0 else 'FAILED'}  {name:<12} {seconds / 60:5.1f} min")
    sys.exit(1 if any(code for _, code, _ in results) else 0)


def _run(name):
    began = time.monotonic()
    path = PLACES.get(name, HERE / f"{name}.py")
    code = subprocess.run([sys.executable, str(path)], stdin=subprocess.DEVNULL, check=False).returncode
    return code, time.monotonic() - began


if __name__ == "__main__":
    main()
