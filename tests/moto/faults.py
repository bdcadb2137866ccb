"""Faults on the wire: an error before the call or after its effect, or a connection that is cut.

A fault is `{match, times, when, status, code}`: `match` is a regular expression on the operation, `when` is
`before` (nothing happened), `after` (it happened, the answer is an error) or `cut` (it happened, no answer).
"""

import re
import socket

import wire


class Faults:
    """The faults still to come."""

    def __init__(self):
        self._planned = []

    def set(self, planned):
        for fault in planned:
            if unknown := set(fault) - {"match", "times", "when", "status", "code"}:
                raise ValueError(f"unknown keys in a fault: {sorted(unknown)}")
        self._planned = [dict(fault, times=fault.get("times", 1)) for fault in planned]

    def take(self, operation):
        """The fault that hits this call, if any; it is used up once."""
        for fault in self._planned:
            if fault["times"] > 0 and re.search(fault["match"], operation):
                fault["times"] -= 1
                return fault
        return None


def perform(fault, request, go):
    """Performs a request under a fault."""
    when = fault.get("when", "before")
    if when != "before":
        go()
    if when == "cut":
        connection = request.env.get("werkzeug.socket")
        if connection:
            connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionAbortedError("cut by a fault")
    return wire.error(request, fault.get("status", 500), fault.get("code", "InternalError"), "injected by the test")
