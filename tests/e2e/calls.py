"""Counts the calls of a no-op plan at the server, beside the list of semantics 10; see tests/bench/calls.py."""

import sys

from lib import ROOT, main

sys.path.insert(0, str(ROOT / "tests" / "bench"))

from bench_calls import script  # noqa: E402

if __name__ == "__main__":
    main(script, "calls")
