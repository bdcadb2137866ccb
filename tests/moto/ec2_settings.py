"""What an account has set for EC2 in a region, and what reads about its instances and snapshots leave out beside moto."""

from xml.sax.saxutils import escape

import moto.ec2.models.instances as instances
import moto.ec2.responses.elastic_block_store as snapshot_answers
import moto.ec2.responses.instances as instance_answers
from moto.core.responses import ActionResult

import wire

# What holds until somebody sets it: AWS blocks nothing of snapshots, and public images are blocked in accounts since 2023.
UNSET = {"SnapshotBlockPublicAccess": "unblocked", "ImageBlockPublicAccess": "block-new-sharing"}
METADATA = {"HttpTokens": "HttpTokens", "HttpPutResponseHopLimit": "HttpPutResponseHopLimit", "HttpEndpoint": "HttpEndpoint"}
_settings, _managed = {}, set()


def install():
    """Puts the rules in front of moto's own methods."""
    _protection()
    _snapshots()
    # What an instance is charged as; moto knows the word and does not show it.
    instances.Instance.platform_details = property(lambda self: "Windows" if self.platform else "Linux/UNIX")


def _protection():
    """RunInstances keeps DisableApiTermination; moto drops it, so that every instance looks unprotected."""
    plain = instance_answers.InstanceResponse.run_instances

    def run_instances(self):
        asked = str(self._get_param("DisableApiTermination", False)).lower() == "true"
        before = set(id(one) for one in self.ec2_backend.all_instances()) if asked else set()
        answer = plain(self)
        for instance in self.ec2_backend.all_instances() if asked else []:
            if id(instance) not in before:
                instance.disable_api_termination = True
        return answer

    instance_answers.InstanceResponse.run_instances = run_instances


def _snapshots():
    """DescribeSnapshots asks by owner and by who may restore; moto answers all there are, those of other accounts included."""
    plain = snapshot_answers.ElasticBlockStore.describe_snapshots

    def describe_snapshots(self):
        answer = plain(self)
        found = list(answer.result["Snapshots"])
        owners, readers = self._get_param("OwnerIds", []), self._get_param("RestorableByUserIds", [])
        own = self.ec2_backend.account_id
        if owners:
            found = [one for one in found if one.owner_id in [own if owner == "self" else owner for owner in owners]]
        if readers:
            allowed = lambda one: one.create_volume_permission_userids | one.create_volume_permission_groups  # noqa: E731
            found = [one for one in found if set(readers) & allowed(one)]
        return ActionResult({**answer.result, "Snapshots": found})

    snapshot_answers.ElasticBlockStore.describe_snapshots = describe_snapshots


# --- operations that moto has not


def answer(request):
    """The answer to an operation about settings; nothing when it is none."""
    make = {
        "GetSnapshotBlockPublicAccessState": lambda: _blocked(request, "SnapshotBlockPublicAccess", "state"),
        "EnableSnapshotBlockPublicAccess": lambda: _block(request, "SnapshotBlockPublicAccess", "state", request.params["State"]),
        "DisableSnapshotBlockPublicAccess": lambda: _block(request, "SnapshotBlockPublicAccess", "state", "unblocked"),
        "GetImageBlockPublicAccessState": lambda: _blocked(request, "ImageBlockPublicAccess", "imageBlockPublicAccessState"),
        "EnableImageBlockPublicAccess": lambda: _block(
            request, "ImageBlockPublicAccess", "imageBlockPublicAccessState", request.params["ImageBlockPublicAccessState"]
        ),
        "DisableImageBlockPublicAccess": lambda: _block(request, "ImageBlockPublicAccess", "imageBlockPublicAccessState", "unblocked"),
        "GetInstanceMetadataDefaults": lambda: _metadata(request),
        "ModifyInstanceMetadataDefaults": lambda: _set_metadata(request),
    }.get(request.operation)
    return make() if make and request.service == "ec2" else None


def _of(request):
    return _settings.setdefault((request.account, request.region), {})


def _blocked(request, setting, member):
    return _xml(request, f"<{member}>{escape(_of(request).get(setting, UNSET[setting]))}</{member}>")


def _block(request, setting, member, state):
    _of(request)[setting] = state
    return _blocked(request, setting, member)


def _metadata(request):
    held = _of(request).get("metadata", {})
    members = "".join(f"<{name[0].lower()}{name[1:]}>{escape(value)}</{name[0].lower()}{name[1:]}>" for name, value in held.items())
    return _xml(request, f"<accountLevel>{members}</accountLevel>")


def _set_metadata(request):
    asked = {name: request.params[name] for name in METADATA if request.params.get(name)}
    # AWS's own word for taking a default away.
    held = {**_of(request).get("metadata", {}), **asked}
    _of(request)["metadata"] = {name: value for name, value in held.items() if value not in ("no-preference", "-1")}
    return _xml(request, "<return>true</return>")


def _xml(request, members):
    name = f"{request.operation}Response"
    body = f'<?xml version="1.0"?><{name} xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>{wire.REQUEST_ID}</requestId>{members}</{name}>'
    return wire.Answer("200 OK", [("content-type", "text/xml")], body.encode())


# --- Systems Manager: an agent that reports is nothing that an API call makes


def manage(account, region, instance_id):
    """From now on an agent of Systems Manager reports from the instance."""
    _managed.add((account, region, instance_id))


def managed(request):
    """The answer to DescribeInstanceInformation."""
    from moto.ec2.models import ec2_backends

    backend = ec2_backends[request.account][request.region]
    living = {one.id for one in backend.all_instances() if one.state == "running"}
    ids = sorted(one for account, region, one in _managed if (account, region) == (request.account, request.region))
    size, start = int(request.params.get("MaxResults") or 10), int(request.params.get("NextToken") or 0)
    page = ids[start : start + size]
    shown = [
        {
            "InstanceId": one, "PingStatus": "Online" if one in living else "ConnectionLost", "AgentVersion": "3.3.0.0",
            "PlatformType": "Linux", "ResourceType": "EC2Instance", "IsLatestVersion": True,
        }
        for one in page
    ]  # fmt: skip
    more = {"NextToken": str(start + size)} if start + size < len(ids) else {}
    return wire.json_answer({"InstanceInformationList": shown, **more})
