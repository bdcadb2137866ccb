"""Glue between Python and muster:rule@1.0.0: documents out of one text, rules out of a table."""

import json
from dataclasses import dataclass

from componentize_py_types import Err
from wit_world.imports.types import Failure, Finding
from wit_world.imports.types import Rule as Described


@dataclass
class Document:
    """One resource: its kind, the key by which findings name it, ACCOUNT/REGION, and the body read from JSON."""

    kind: str
    key: str
    scope: str
    body: dict


def documents(batch):
    """The documents of a batch."""
    text, ends, at = batch.text, batch.ends, 0
    for i in range(0, len(ends), 4):
        kind, key, scope, body = ends[i : i + 4]
        yield Document(text[at:kind], text[kind:key], text[key:scope], json.loads(text[scope:body]))
        at = body


def finding(document, verdict, message="", evidence=None):
    """A finding: verdict is pass, fail or unknown."""
    return Finding(document.key, verdict, message, json.dumps(evidence, sort_keys=True) if evidence else "")


class Pack:
    """A pack of rules: id to (what it says of itself, function of parameters, time and documents)."""

    def __init__(self, rules):
        self.rules = rules

    def describe(self):
        return [Described(id, json.dumps(about)) for id, (about, _) in self.rules.items()]

    def evaluate(self, rule, params, now, batch):
        try:
            return list(self.rules[rule][1](json.loads(params), now, documents(batch)))
        except Exception as error:
            raise Err(Failure("internal", f"{type(error).__name__}: {error}")) from error
