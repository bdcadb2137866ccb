"""Starts and stops a server of ours, and talks to its control API and, by boto3, to its AWS."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config

HERE = Path(__file__).parent
REGION = "ap-northeast-2"
# An access key without policies: the account's root, by which tests look at the account.
ROOT_KEY = "testing"
START_SECONDS = 60


class Server:
    """A fresh account in a process of its own; `with Server() as server:`."""

    def __init__(self):
        self._process = None
        self.url = ""

    def __enter__(self):
        env = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "MOTO_"))}
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "server.py")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=env
        )
        self.url = self._process.stdout.readline().strip()
        if not self.url.startswith("http://127.0.0.1:"):
            self.__exit__()
            raise RuntimeError(f"the moto server did not start: {self.url!r}")
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait(START_SECONDS)
        self._process.stdout.close()

    def client(self, service, key=ROOT_KEY, region=REGION):
        """A boto3 client that never retries, so that a refusal is seen as it came."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key="secret",
            config=Config(retries={"total_max_attempts": 1}, read_timeout=120),
        )

    def lab(self, path, value=None):
        """A call of the control API: POST when a value is given."""
        body = value.encode() if isinstance(value, str) else None if value is None else json.dumps(value).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(f"{self.url}/lab/{path}", data=body), timeout=600) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"/lab/{path}: {error.read().decode()}") from None

    def python(self, source):
        """Runs Python against moto's backends and returns what it put into `result`."""
        return self.lab("py", source)
