"""Canonical's Ubuntu 24.04: images and the SSM public parameters that name the newest, of which moto knows none."""

import datetime
import json
import os
from pathlib import Path

import moto.ssm.models as ssm

PREFIX = "/aws/service/canonical"
ARCHITECTURES = {"x86_64": "amd64"}


def install():
    """Makes the SSM parameters of Canonical appear the first time one is asked for."""
    plain = ssm.ParameterDict._check_loading_status

    def check(self, key):
        plain(self, key)
        if str(key or "").startswith(PREFIX) and not self.__dict__.get("muster_canonical"):
            self.muster_canonical = True
            _load(self)

    ssm.ParameterDict._check_loading_status = check


def _load(parameters):
    images = json.loads(Path(os.environ["MOTO_AMIS_PATH"]).read_text())
    for image in sorted(images, key=lambda image: image["creation_date"]):
        for name in _names(image):
            # Sorted by date, so `current` ends as the newest.
            dict.__setitem__(parameters, name, [_parameter(parameters.account_id, name, image["ami_id"])])


def _names(image):
    architecture = ARCHITECTURES.get(image["architecture"], image["architecture"])
    date = image["name"].rsplit("-", 1)[1]
    for release in ("24.04", "noble"):
        for version in ("current", date):
            yield f"{PREFIX}/ubuntu/server/{release}/stable/{version}/{architecture}/hvm/ebs-gp3/ami-id"


def _parameter(account, name, value):
    return ssm.Parameter(
        account_id=account,
        name=name,
        value=value,
        parameter_type="String",
        description="",
        allowed_pattern=None,
        keyid=None,
        last_modified_date=datetime.datetime.now(),
        version=1,
        data_type="aws:ec2:image",
    )
