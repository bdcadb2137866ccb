"""Remembers every request: how often each operation was called, and what was asked of which resource."""

import collections
import datetime
import threading

# Enough for a class of 500 twice over; a test that needs more clears between.
KEPT = 200_000


class Recorder:
    """Counts and records; safe to use from many threads."""

    def __init__(self):
        self._lock = threading.Lock()
        self._counts, self._repeats = collections.Counter(), collections.Counter()
        self._requests = collections.deque(maxlen=KEPT)

    def add(self, request, checks, answer_code, denied):
        """Records a request that was answered."""
        entry = {
            "at": datetime.datetime.now(datetime.timezone.utc).isoformat(),
            "access_key": request.access_key,
            "service": request.service,
            "operation": request.operation,
            "region": request.region,
            "status": answer_code,
            "denied": denied,
            "checks": [
                {
                    "action": check.action,
                    "resource": check.resource,
                    "resource_tags": dict(check.resource_tags),
                    "request_tags": dict(check.request_tags),
                    "keys": check.keys,
                }
                for check in checks
            ],
        }
        with self._lock:
            counts = self._counts if request.attempt == 1 else self._repeats
            counts[f"{request.service}:{request.operation}"] += 1
            self._requests.append(entry)

    def counts(self):
        """How often each operation was called since the last time this was asked, its retries left out."""
        with self._lock:
            counts, self._counts = self._counts, collections.Counter()
        return dict(counts)

    def repeats(self):
        """How often an SDK tried each operation again since the last time this was asked."""
        with self._lock:
            repeats, self._repeats = self._repeats, collections.Counter()
        return dict(repeats)

    def requests(self, clear):
        """Everything recorded so far."""
        with self._lock:
            found = list(self._requests)
            if clear:
                self._requests.clear()
        return found
