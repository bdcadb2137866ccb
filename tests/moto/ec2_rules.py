"""What EC2 refuses or does beside moto: states, dependencies, defaults of volumes and metadata, page sizes."""

import datetime

import moto.ec2.models.core as core
import moto.ec2.models.elastic_block_store as volumes
import moto.ec2.models.instances as instances
import moto.ec2.models.key_pairs as keys
import moto.ec2.models.security_groups as groups
import moto.ec2.models.tags as tags
import moto.ec2.responses.elastic_block_store as volume_answers
import moto.ec2.responses.instances as instance_answers
import moto.ec2.responses.security_groups as group_answers
from moto.ec2.exceptions import EC2ClientError, InvalidInstanceIdError, InvalidSecurityGroupNotFoundError
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix

# Most that one page holds (AWS: "MaxResults"); without MaxResults all come in one page.
PAGES = [
    (instance_answers.InstanceResponse, "describe_instances", "Reservations", 1000),
    (volume_answers.ElasticBlockStore, "describe_volumes", "Volumes", 500),
    (volume_answers.ElasticBlockStore, "describe_snapshots", "Snapshots", 1000),
    (group_answers.SecurityGroups, "describe_security_groups", "SecurityGroups", 1000),
]
SMALLEST_PAGE = 5


def install():
    """Puts the rules in front of moto's own methods."""
    _states()
    _launches()
    _attributes()
    _volumes()
    _groups()
    _vanished_tags()
    _unknown_tagged()
    _own_tags()
    for answers, operation, field, most in PAGES:
        _pages(answers, operation, field, most)


def _states():
    backend, instance = instances.InstanceBackend, instances.Instance
    start, stop, start_one, stop_one, end_one = (
        backend.start_instances, backend.stop_instances, instance.start, instance.stop, instance.terminate,
    )  # fmt: skip

    def start_instances(self, instance_ids):
        _require(self, instance_ids, ("stopped", "pending", "running"), "started")
        return start(self, instance_ids)

    def stop_instances(self, instance_ids):
        _require(self, instance_ids, ("running", "stopping", "stopped"), "stopped")
        return stop(self, instance_ids)

    def started(self):
        if self.state == "stopped":
            self.launch_time = instances.utcnow()
            return start_one(self)
        return instances.copy.copy(self._state)

    def stopped(self):
        if self.state in ("stopping", "stopped"):
            return instances.copy.copy(self._state)
        return _dated(self, stop_one)

    def terminated(self):
        if self.state in ("shutting-down", "terminated"):
            return instances.copy.copy(self._state)
        return _dated(self, end_one)

    backend.start_instances, backend.stop_instances = start_instances, stop_instances
    instance.start, instance.stop, instance.terminate = started, stopped, terminated


def _require(backend, ids, states, verb):
    for instance in backend.get_multi_instances_by_id(ids):
        if instance.state not in states:
            message = f"The instance '{instance.id}' is not in a state from which it can be {verb}."
            raise EC2ClientError("IncorrectInstanceState", message)


def _dated(instance, change):
    previous = change(instance)
    now = datetime.datetime.now(datetime.timezone.utc)
    instance._reason = f"User initiated ({now:%Y-%m-%d %H:%M:%S} GMT)"
    return previous


def _launches():
    plain = instances.InstanceBackend.run_instances

    def run_instances(self, image_id, count, user_data, security_group_names, **kw):
        reservation = plain(self, image_id, count, user_data, security_group_names, **kw)
        for instance in reservation.instances:
            for nic in instance.nics.values():
                nic.delete_on_termination = True
            # Groups given on the interface are the instance's; without any it is in the VPC's default one.
            if not instance.security_groups:
                instance.security_groups = list(instance.nics[0]._group_set) or [self.get_default_security_group(instance.vpc_id)]
        return reservation

    parse = instance_answers.InstanceResponse._parse_block_device_mapping

    def parse_block_device_mapping(self):
        asked = self._get_param("BlockDeviceMappings", [])
        mappings = parse(self)
        for wanted, mapping in zip(asked, mappings):
            mapping["Ebs"]["DeleteOnTermination"] = wanted.get("Ebs", {}).get("DeleteOnTermination", True)
        return mappings

    instances.InstanceBackend.run_instances = run_instances
    instance_answers.InstanceResponse._parse_block_device_mapping = parse_block_device_mapping


def _attributes():
    backend = instances.InstanceBackend
    modify, metadata, regroup = (
        backend.modify_instance_attribute, backend.modify_instance_metadata_options, backend.modify_instance_security_groups,
    )  # fmt: skip

    def modify_instance_attribute(self, instance_id, key, value):
        if key == "instance_type" and self.get_instance(instance_id).state != "stopped":
            raise EC2ClientError("IncorrectInstanceState", f"The instance '{instance_id}' is not in the 'stopped' state.")
        return modify(self, instance_id, key, value)

    def modify_instance_metadata_options(self, instance_id, **kw):
        was = self.get_instance(instance_id).metadata_options
        kept = {
            "http_tokens": was.http_tokens,
            "hop_limit": was.http_put_response_hop_limit,
            "http_endpoint": was.http_endpoint,
            "http_protocol": was.http_protocol_ipv6,
            "metadata_tags": was.instance_metadata_tags,
        }
        return metadata(self, instance_id, **{**kw, **{k: v for k, v in kept.items() if kw.get(k) is None}})

    def modify_instance_security_groups(self, instance_id, new_group_id_list):
        for group in new_group_id_list:
            if self.get_security_group_from_id(group) is None:
                raise InvalidSecurityGroupNotFoundError(group)
        instance = regroup(self, instance_id, new_group_id_list)
        instance.nics[0]._group_set = list(instance.security_groups)
        return instance

    backend.modify_instance_attribute = modify_instance_attribute
    backend.modify_instance_metadata_options = modify_instance_metadata_options
    backend.modify_instance_security_groups = modify_instance_security_groups


def _volumes():
    plain = volumes.EBSBackend.modify_volume

    def modify_volume(self, volume_id, target_size=None, *rest, **kw):
        volume = self.get_volume(volume_id)
        if target_size and int(target_size) < volume.size:
            raise EC2ClientError("InvalidParameterValue", "New size cannot be smaller than existing size")
        volume = plain(self, volume_id, target_size, *rest, **kw)
        for instance in self.all_instances():
            for mapping in instance.block_device_mapping.values():
                if mapping.volume_id == volume_id:
                    mapping.size = volume.size
        return volume

    volumes.EBSBackend.modify_volume = modify_volume


def _groups():
    plain = groups.SecurityGroupBackend.delete_security_group

    def delete_security_group(self, name=None, group_id=None):
        group = self.get_security_group_by_name_or_id(group_id or name)
        if group is not None:
            if group.is_default:
                raise EC2ClientError("CannotDelete", f"the specified group: \"{group.id}\" name: \"default\" cannot be deleted by a user")
            if _in_use(self, group):
                raise EC2ClientError("DependencyViolation", f"resource {group.id} has a dependent object")
        return plain(self, name, group_id)

    groups.SecurityGroupBackend.delete_security_group = delete_security_group


def _in_use(backend, group):
    from moto.rds.models import rds_backends

    for instance in backend.all_instances():
        if instance.state != "terminated" and any(member.id == group.id for member in instance.security_groups):
            return True
    for other in backend.describe_security_groups():
        if other.id != group.id and any(rule.source_group.get("GroupId") == group.id for rule in other.ingress_rules):
            return True
    databases = rds_backends[backend.account_id][backend.region_name].databases.values()
    return any(group.id in database.vpc_security_group_ids for database in databases)


def _vanished_tags():
    """A deleted thing's tags are gone; moto keeps them, so that DescribeTags lists what is not there."""
    for backend, operation in [
        (groups.SecurityGroupBackend, "delete_security_group"),
        (keys.KeyPairBackend, "delete_key_pair"),
        (volumes.EBSBackend, "delete_volume"),
        (volumes.EBSBackend, "delete_snapshot"),
    ]:
        _forget_tags(backend, operation)


def _forget_tags(backend, operation):
    plain = getattr(backend, operation)

    def forgetting(self, *args, **kw):
        # moto makes and deletes volumes while a backend is still being built, before it has pairs and tags.
        ids = {pair.key_name: pair.id for pair in getattr(self, "key_pairs", {}).values()}
        result = plain(self, *args, **kw)
        for value in (*args, *kw.values()):
            getattr(self, "tags", {}).pop(ids.get(value, value), None)
        return result

    setattr(backend, operation, forgetting)


def _unknown_tagged():
    """CreateTags of an instance that is not there is refused; moto looks it up and forgets to say so."""
    plain = tags.TagBackend.create_tags

    def create_tags(self, resource_ids, wanted):
        unknown = {one for one in resource_ids if one.startswith("i-")} - {one.id for one in self.all_instances()}
        if unknown:
            raise InvalidInstanceIdError(sorted(unknown))
        return plain(self, resource_ids, wanted)

    tags.TagBackend.create_tags = create_tags


def _own_tags():
    """The tags of one resource, looked up; moto searches all tags of the region for them, which 500 students feel."""

    def get_tags(self):
        own = self.ec2_backend.tags.get(self.id, {}) if self.id else {}
        kind = EC2_PREFIX_TO_RESOURCE.get(get_prefix(self.id), "") if own else ""
        return [{"resource_id": self.id, "key": key, "value": value, "resource_type": kind} for key, value in own.items()]

    core.TaggedEC2Resource.get_tags = get_tags


def _pages(answers, operation, field, most):
    plain = getattr(answers, operation)

    def paged(self):
        get = self._get_param
        size, token = get("MaxResults"), get("NextToken")
        # moto pages instances by 100 of its own; here it gives all and this function pages.
        self._get_param = lambda name, *args, **kw: _without_paging(get, name, *args, **kw)
        answer = plain(self)
        found = answer.result[field]
        size = len(found) if size is None else max(SMALLEST_PAGE, min(int(size), most))
        start = int(token or 0)
        answer.result[field] = found[start : start + size]
        answer.result["NextToken"] = str(start + size) if start + size < len(found) else None
        return answer

    setattr(answers, operation, paged)


def _without_paging(get, name, *args, **kw):
    if name == "MaxResults":
        return 10**9
    return None if name == "NextToken" else get(name, *args, **kw)
