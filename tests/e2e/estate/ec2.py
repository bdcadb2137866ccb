"""Machines, disks, networks."""

import base64
import ipaddress
import json
from itertools import count

from estate import ACCOUNT, UNKNOWN, tags, when

MANY = 105
OFFICE, WORLD = "203.0.113.0/24", "0.0.0.0/0"
SECRET = "#!/bin/sh\nexport DB_PASSWORD=correct-horse-battery\n"
_numbers = count(1)


class Maker:
    """Makes things in one region and writes them down."""

    def __init__(self, estate, region):
        self.estate, self.region = estate, region
        self.ec2 = estate.server.client("ec2", region=region)
        ssm = estate.server.client("ssm", region=region)
        name = "/aws/service/canonical/ubuntu/server/24.04/stable/current/{}/hvm/ebs-gp3/ami-id"
        self.images = {arch: ssm.get_parameter(Name=name.format(arch))["Parameter"]["Value"] for arch in ("amd64", "arm64")}
        for image in self.images.values():
            # Canonical's images here are of one day and never get newer.
            self.age(image, made=80.0)

    def add(self, kind, name, **spec):
        return self.estate.add(kind, name, self.region, **spec)

    def age(self, name, **facts):
        self.estate.age(name, self.region, **facts)

    # --- networks

    def given(self):
        """What every region of an account has: a VPC with subnets and a group."""
        vpc = self.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        self.add("ec2.vpc", vpc, logs=[])
        self.default_group(vpc)
        return vpc

    def default_group(self, vpc, emptied=False):
        found = self.ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}])
        (group,) = found["SecurityGroups"]
        if emptied:
            for rules, revoke in (
                ("IpPermissions", self.ec2.revoke_security_group_ingress), ("IpPermissionsEgress", self.ec2.revoke_security_group_egress),
            ):  # fmt: skip
                if group[rules]:
                    revoke(GroupId=group["GroupId"], IpPermissions=group[rules])
        self.add("ec2.security-group", group["GroupId"], default=True, rules=not emptied, ingress=[])

    def vpc(self, cidr, logs, emptied=False):
        """A VPC with flow logs of some traffic."""
        vpc = self.ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
        for traffic in logs:
            self.ec2.create_flow_logs(
                ResourceIds=[vpc], ResourceType="VPC", TrafficType=traffic, LogDestinationType="s3", LogDestination="arn:aws:s3:::flow-logs"
            )
        self.add("ec2.vpc", vpc, logs=logs)
        self.default_group(vpc, emptied)
        return vpc

    def public_subnet(self, vpc, cidr):
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        (table,) = self.ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
        self.ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock=WORLD, GatewayId=gateway)
        return self.ec2.create_subnet(VpcId=vpc, CidrBlock=cidr)["Subnet"]["SubnetId"]

    def subnet(self, vpc, cidr):
        return self.ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=f"{self.region}b")["Subnet"]["SubnetId"]

    def group(self, vpc, *ingress, refers=()):
        """A group; each rule is `(protocol, first port, last port, sources…)`."""
        group = self.ec2.create_security_group(GroupName=f"group-{next(_numbers)}", Description="x", VpcId=vpc)["GroupId"]
        for rule in ingress:
            self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[_permission(*rule)])
        for other in refers:
            pair = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{"GroupId": other}]}
            self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[pair])
        self.add("ec2.security-group", group, default=False, ingress=list(ingress), refers=list(refers), used=False)
        return group

    # --- machines

    def instances(self, number=1, **spec):
        """Machines that are alike, each with its root volume."""
        spec = {"type": "t3.micro", "arch": "amd64", "tokens": "required", "volume": {}, **spec}
        made = self.ec2.run_instances(MinCount=number, MaxCount=number, **_request(spec, self.images))["Instances"]
        for one in self.ec2.describe_instances(InstanceIds=[one["InstanceId"] for one in made])["Reservations"][0]["Instances"]:
            self._instance(one, spec)
        for group in self.estate.of("ec2.security-group", self.region):
            group.spec["used"] = group["used"] or group.id in spec.get("groups", [])
        return [one["InstanceId"] for one in made]

    def _instance(self, one, spec):
        name, volume = one["InstanceId"], one["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
        self.add("ec2.instance", name, **spec, public="PublicIpAddress" in one)
        self.add("ec2.volume", volume, **{"type": "gp3", "encrypted": True, **spec["volume"]}, instance=name)
        if "made" in spec["volume"]:
            self.age(volume, made=spec["volume"]["made"])
        if "stopped" in spec:
            self.ec2.stop_instances(InstanceIds=[name])
            self.age(name, stopped=spec["stopped"])
        if "launched" in spec:
            self.age(name, launched=spec["launched"])
        if spec.get("managed"):
            self.estate.server.python(f"import ec2_settings; ec2_settings.manage({ACCOUNT!r}, {self.region!r}, {name!r})")
        if "cpu" in spec:
            dimensions = [{"Name": "InstanceId", "Value": name}]
            self.estate.measure(self.region, "AWS/EC2", "CPUUtilization", dimensions, spec["cpu"])
            for direction in ("NetworkIn", "NetworkOut"):
                self.estate.measure(self.region, "AWS/EC2", direction, dimensions, [spec["mib"] * 2**20 / 2] * len(spec["cpu"]))

    def volume(self, **spec):
        """A volume that hangs on nothing."""
        more = {"Iops": spec["iops"]} if "iops" in spec else {}
        made = self.ec2.create_volume(
            AvailabilityZone=f"{self.region}a", Size=spec.get("size", 8), VolumeType=spec.get("type", "gp3"), Encrypted=spec.get("encrypted", True), **more
        )["VolumeId"]
        self.add("ec2.volume", made, **{"type": "gp3", "encrypted": True, **spec})
        return made

    def snapshot(self, volume, made=0.0, public=False, **marks):
        name = self.ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
        if public:
            self.ec2.modify_snapshot_attribute(SnapshotId=name, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"])
        if marks:
            # boto3's keyword cannot hold the colons of AWS's own tags.
            self.ec2.create_tags(Resources=[name], Tags=tags(**marks["tags"]))
        self.age(name, made=made)
        self.add("ec2.snapshot", name, volume=volume, made=made, public=public, planned=bool(marks))

    def image(self, instance, public=False, made=0.0):
        name = self.ec2.create_image(InstanceId=instance, Name=f"image-{next(_numbers)}")["ImageId"]
        if public:
            self.ec2.modify_image_attribute(ImageId=name, LaunchPermission={"Add": [{"Group": "all"}]})
        self.age(name, made=made)
        self.add("ec2.image", name, public=public, made=made)
        (image,) = self.ec2.describe_images(ImageIds=[name])["Images"]
        for device in image["BlockDeviceMappings"]:
            self.add("ec2.snapshot", device["Ebs"]["SnapshotId"], volume="", made=0.0, public=False, of_image=True)
        return name

    def template(self, name, **data):
        made = self.ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data or {"InstanceType": "t3.micro"})
        self.add("ec2.launch-template", made["LaunchTemplate"]["LaunchTemplateId"], data=data)
        for group in self.estate.of("ec2.security-group", self.region):
            group.spec["used"] = group["used"] or group.id in data.get("SecurityGroupIds", [])

    def address(self, instance=None, idle=True):
        made = self.ec2.allocate_address(Domain="vpc")
        if instance:
            self.ec2.associate_address(AllocationId=made["AllocationId"], InstanceId=instance)
        self.add("ec2.address", made["AllocationId"], idle=idle)


def _permission(protocol, first, last, *sources):
    ports = {} if protocol == "-1" else {"FromPort": first, "ToPort": last}
    v4 = [{"CidrIp": source} for source in sources if ":" not in source]
    v6 = [{"CidrIpv6": source} for source in sources if ":" in source]
    return {"IpProtocol": protocol, **ports, "IpRanges": v4, "Ipv6Ranges": v6}


def _request(spec, images):
    volume = {"VolumeType": "gp3", "Encrypted": True, "VolumeSize": 8, "DeleteOnTermination": True}
    names = {"type": "VolumeType", "encrypted": "Encrypted", "size": "VolumeSize", "iops": "Iops"}
    volume.update({names[key]: value for key, value in spec["volume"].items() if key in names})
    asked = {
        "ImageId": spec.get("image") or images[spec["arch"]],
        "InstanceType": spec["type"],
        "MetadataOptions": {"HttpTokens": spec["tokens"]},
        "Monitoring": {"Enabled": spec.get("monitored", False)},
        "DisableApiTermination": spec.get("protected", False),
        "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": volume}],
    }
    if "subnet" in spec:
        asked["NetworkInterfaces"] = [
            {"DeviceIndex": 0, "SubnetId": spec["subnet"], "Groups": spec.get("groups", []), "AssociatePublicIpAddress": True}
        ]
    elif "groups" in spec:
        asked["SecurityGroupIds"] = spec["groups"]
    if "data" in spec:
        asked["UserData"] = spec["data"]
    if "profile" in spec:
        asked["IamInstanceProfile"] = {"Name": spec["profile"]}
    if "tags" in spec:
        asked["TagSpecifications"] = [{"ResourceType": "instance", "Tags": tags(**spec["tags"])}]
    return asked


# --- the estate


def make(estate, region, other):
    """Everything in one region; in the other only what there is one of in each."""
    estate.server.client("s3", region="us-east-1").create_bucket(Bucket="flow-logs")
    maker = Maker(estate, region)
    vpc = maker.given()
    lab = maker.vpc("10.1.0.0/16", ["ALL"], emptied=True)
    maker.vpc("10.2.0.0/16", ["ACCEPT"])
    maker.vpc("10.3.0.0/16", ["REJECT"])
    estate.add("ec2.account", ACCOUNT, region, encrypted=False, snapshots="unblocked", images="unblocked", tokens=None, volumes=True)
    maker.ec2.disable_image_block_public_access()
    _groups(maker, vpc)
    _machines(maker)
    network = _facing(maker, lab)
    _disks(maker)
    _templates(maker, vpc)
    _other(Maker(estate, other))
    return network


def _groups(maker, vpc):
    for rules in (
        [("tcp", 22, 22, WORLD)], [("tcp", 22, 22, OFFICE)], [("-1", 0, 65535, WORLD)], [("tcp", 443, 443, WORLD)],
        [("tcp", 3389, 3389, "::/0")], [("udp", 11211, 11211, WORLD)], [("tcp", 0, 65535, WORLD)], [("tcp", 3000, 9000, WORLD)],
        [("tcp", 22, 22, "0.0.0.0/1", "128.0.0.0/1")], [("tcp", 22, 22, "0.0.0.0/1"), ("tcp", 20, 25, "128.0.0.0/1")],
        [("tcp", 22, 22, "10.0.0.0/8", "192.168.0.0/16")], [("tcp", 22, 22, "8.0.0.0/8")], [("tcp", 22, 22, "8.0.0.0/7")],
        [("icmp", -1, -1, WORLD)], [("udp", 22, 22, OFFICE)], [], [("tcp", 6443, 6443, WORLD)], [("tcp", 8443, 8444, WORLD)],
        [("tcp", 80, 80, WORLD), ("tcp", 442, 444, WORLD)], [("tcp", 0, 32767, WORLD), ("tcp", 32768, 65535, WORLD)],
        [("tcp", 0, 32767, WORLD), ("tcp", 32769, 65535, WORLD)], [("udp", 1, 65535, "0.0.0.0/1", "128.0.0.0/1")],
    ):  # fmt: skip
        maker.group(vpc, *rules)
    referred = maker.group(vpc)
    maker.group(vpc, refers=[referred])
    for _ in range(MANY):
        maker.group(vpc, ("tcp", 5432, 5432, "10.0.0.0/16"))


BUSY, IDLE, SMALL = [(50.0, 70.0)] * 14, [(1.0, 3.0)] * 14, [(6.0, 12.0)] * 14


def _machines(maker):
    maker.instances(MANY)
    old = {"launched": 40.0, "cpu": BUSY, "mib": 900.0, "managed": True, "monitored": True}
    plain = maker.instances(**old)[0]
    for more in (
        {"type": "t3.small", "tokens": "optional"}, {"cpu": IDLE, "mib": 1.0, "type": "m5.large"}, {"cpu": IDLE, "mib": 6.0, "type": "m5.large"},
        {"cpu": [(5.0, 6.0)] * 14, "mib": 1.0, "type": "m5.large"}, {"cpu": SMALL, "type": "m5.xlarge"}, {"cpu": SMALL, "type": "t3.nano"},
        {"cpu": [(81.0, 99.0)] * 3 + BUSY[3:]}, {"cpu": [(81.0, 99.0)] * 2 + BUSY[2:]}, {"cpu": BUSY[:7]}, {"cpu": BUSY[:6]},
        {"managed": False}, {"managed": False, "launched": 0.5}, {"launched": 179.5}, {"launched": 181.5}, {"monitored": False},
        {"type": "m3.medium"}, {"type": "t2.micro"},
        {"type": "t4g.micro", "arch": "arm64"}, {"data": SECRET}, {"data": "#!/bin/sh\napt-get update\n"},
        {"tags": {"env": "prod"}}, {"tags": {"env": "prod"}, "protected": True}, {"tags": {"env": "dev"}},
    ):  # fmt: skip
        maker.instances(**{**old, **more})
    for days in (0.5, 6.5, 8.5, 29.5, 32.5, 90.0):
        maker.instances(launched=100.0, stopped=days, managed=True)
    image = maker.image(plain, made=300.0)
    aged = maker.image(plain, public=True, made=400.0)
    maker.instances(image=image, made_of=300.0)
    maker.instances(image=aged, made_of=400.0)
    # A week is what a schedule may take; idle is what is stopped for longer.
    stopped, forgotten = (maker.instances(launched=100.0, stopped=days)[0] for days in (3.0, 8.5))
    for instance, is_idle in ((None, True), (plain, False), (stopped, False), (forgotten, True)):
        maker.address(instance, is_idle)


def _facing(maker, vpc):
    """Machines with a role in a subnet that leads to the internet."""
    iam = maker.estate.server.client("iam")
    iam.create_role(RoleName="facing", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.create_instance_profile(InstanceProfileName="facing")
    iam.add_role_to_instance_profile(InstanceProfileName="facing", RoleName="facing")
    maker.estate.add("iam.role", "facing", trust=TRUST)
    subnet = maker.public_subnet(vpc, "10.1.1.0/24")
    open_group, closed = maker.group(vpc, ("tcp", 443, 443, WORLD)), maker.group(vpc, ("tcp", 443, 443, OFFICE))
    for group, more in ((open_group, {"profile": "facing"}), (closed, {"profile": "facing"}), (open_group, {})):
        maker.instances(subnet=subnet, groups=[group], open_group=group == open_group, **more)
    maker.instances(profile="facing", groups=[])
    databases = {name: maker.group(vpc, ("tcp", 5432, 5432, source)) for name, source in (("open", WORLD), ("closed", OFFICE))}
    for name in databases.values():
        # A database's interface uses it on AWS; moto makes none.
        maker.instances(subnet=subnet, groups=[name], open_group=True)
    return {"subnets": [subnet, maker.subnet(vpc, "10.1.2.0/24")], **databases}


TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def _disks(maker):
    for spec in (
        {}, {"encrypted": False}, {"type": "gp2", "size": 100}, {"type": "io1", "size": 100, "iops": 3000}, {"type": "io1", "size": 400, "iops": 20000},
        {"type": "io2", "size": 100, "iops": 3000}, {"type": "st1", "size": 500},
    ):  # fmt: skip
        maker.volume(**spec)
    for _ in range(MANY):
        maker.volume(encrypted=False)
    for volume, snapshots in (({"made": 30.0}, [6.5]), ({"made": 30.0}, [8.5, 60.0]), ({"made": 30.0}, []), ({"made": 6.5}, []), ({"made": 7.5}, [])):
        for more in ({"encrypted": False}, {"type": "gp2"}):
            name = maker.instances(volume={**volume, **more})[0]
            (disk,) = [one for one in maker.estate.of("ec2.volume", maker.region) if one["instance"] == name]
            for days in snapshots:
                maker.snapshot(disk.id, made=days)
    source = maker.volume()
    for days in (89.5, 91.5, 400.0):
        maker.snapshot(source, made=days)
    maker.snapshot(source, public=True)
    maker.snapshot(source, made=200.0, tags={"aws:backup:source-resource": "x"})


def _templates(maker, vpc):
    used = maker.group(vpc)
    maker.template("required", MetadataOptions={"HttpTokens": "required"}, SecurityGroupIds=[used])
    maker.template("optional", MetadataOptions={"HttpTokens": "optional"})
    maker.template("silent")
    maker.template("off", MetadataOptions={"HttpEndpoint": "disabled"})
    maker.template("secret", MetadataOptions={"HttpTokens": "required"}, UserData=base64.b64encode(SECRET.encode()).decode())


def _other(maker):
    """A region in which the account is set as it should be."""
    maker.given()
    maker.ec2.enable_ebs_encryption_by_default()
    maker.ec2.enable_snapshot_block_public_access(State="block-all-sharing")
    maker.ec2.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")
    maker.ec2.modify_instance_metadata_defaults(HttpTokens="required")
    maker.volume()
    maker.add("ec2.account", ACCOUNT, encrypted=True, snapshots="block-all-sharing", images="block-new-sharing", tokens="required", volumes=True)


# --- what each rule must say

# Ports of the rule that the estate opens, and one it opens that is nobody's.
RISKY = {20, 21, 22, 23, 25, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 5985, 6379, 6443, 8080, 8088, 8888, 11211}
AUTHORIZED = {80, 443}
# Families that have a successor, and those of x86 that have a counterpart on Graviton, of all that the estate starts.
# m5 by AWS's own word (`CurrentGeneration`), the others by the list of families with a successor.
PREVIOUS, GRAVITON = {"m3", "t2", "m5"}, {"t2", "t3", "m5"}


def _hosts(ranges):
    """Public addresses of IPv4 and IPv6 in all of them together."""
    found = {4: 0, 6: 0}
    for version in found:
        networks = ipaddress.collapse_addresses(one for one in map(ipaddress.ip_network, ranges) if one.version == version)
        for network in networks:
            hidden = [one for one in PRIVATE if one.version == version]
            found[version] += network.num_addresses - sum(one.num_addresses for one in hidden if one.subnet_of(network))
            found[version] -= network.num_addresses if any(network.subnet_of(one) and network != one for one in hidden) else 0
    return found


PRIVATE = [
    ipaddress.ip_network(one)
    for one in ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3")
]


def _lets(group, protocol, port):
    """Whether more of the internet than a /8 reaches a port."""
    letting = [rule for rule in group["ingress"] if rule[0] == "-1" or (rule[0] == protocol and rule[1] <= port <= rule[2])]
    hosts = _hosts({source for rule in letting for source in rule[3:]})
    return hosts[4] > 2**24 or hosts[6] > 2**120


def _edges(group):
    """Ports at which something can begin or end."""
    beside = {port + step for rule in group["ingress"] if rule[0] != "-1" for port in rule[1:3] for step in (-1, 0, 1)}
    return {port for port in beside | {1, 65535} if 1 <= port <= 65535}


def _open_ports(group, _):
    return when(any(_lets(group, protocol, port) for protocol in ("tcp", "udp") for port in RISKY))


def _open_all(group, _):
    return when(any(all(_lets(group, protocol, port) for port in _edges(group)) for protocol in ("tcp", "udp")))


def _unauthorized(group, _):
    return when(any(_lets(group, protocol, port) for protocol in ("tcp", "udp") for port in _edges(group) - AUTHORIZED))


def _unused(group, estate):
    if group["default"]:
        return None
    referred = any(group.id in (other["refers"] or []) for other in estate.of("ec2.security-group", group.region) if other.id != group.id)
    return when(not group["used"] and not referred)


def _facing_profile(one, _):
    if not one["profile"] or not one["public"]:
        return None
    return when(one["subnet"] and one["open_group"])


def _loaded(judge):
    """A rule about load: of machines that run, and whose load is known for a week."""

    def verdict(one, _):
        if "stopped" in one.spec:
            return None
        if len(one["cpu"] or []) < 7:
            return UNKNOWN
        averages, maxima = zip(*one["cpu"], strict=True)
        return judge(one, averages, maxima, max(averages) < 5.0 and one["mib"] <= 5.0)

    return verdict


def _oversized(one, _, maxima, is_idle):
    # Burstable families begin with nano, others with large.
    smallest = one["type"] in ("t3.nano", "m5.large")
    return None if is_idle else when(sum(maxima) / len(maxima) < 20.0 and not smallest)


def _running(one, judge):
    return None if "stopped" in one.spec else judge(one)


def _ssm(one):
    young = (one["launched"] or 0.0) < 1.0
    return None if young else when(not one["managed"])


def _protection(one, _):
    return when(not one["protected"]) if (one["tags"] or {}).get("env") == "prod" else None


def _family(one):
    return one["type"].split(".")[0]


def _backup(volume, estate):
    if not volume["instance"]:
        return None
    newest = min((one["made"] for one in estate.of("ec2.snapshot", volume.region) if one["volume"] == volume.id), default=None)
    if newest is None:
        return None if (volume["made"] or 0.0) < 7.0 else when(True)
    return when(newest > 7.0)


def _of_stopped(volume, estate):
    if not volume["instance"]:
        return None
    (instance,) = [one for one in estate.of("ec2.instance", volume.region) if one.id == volume["instance"]]
    return when("stopped" in instance.spec and int(instance["stopped"]) > 7)


def _template_tokens(one, _):
    options = one["data"].get("MetadataOptions", {})
    return when(options.get("HttpTokens") != "required" and options.get("HttpEndpoint") != "disabled")


def _gp2(one, _):
    # Above 170 GiB gp2 gives 250 MiB/s, which cost 5 USD on gp3: as much as 250 GiB save.
    return when(one["type"] == "gp2" and not 170 < (one["size"] or 0) <= 250)


def _old_snapshot(one, _):
    return None if one["of_image"] or one["planned"] else when(int(one["made"]) > 90)


INSTANCE, VOLUME, GROUP, ACCOUNT_KIND = "ec2.instance", "ec2.volume", "ec2.security-group", "ec2.account"
ORACLES = {
    "ec2/idle-instance": (INSTANCE, _loaded(lambda one, averages, maxima, is_idle: when(is_idle))),
    "ec2/oversized-instance": (INSTANCE, _loaded(_oversized)),
    "ec2/overloaded-instance": (INSTANCE, _loaded(lambda one, averages, maxima, is_idle: when(sum(a > 80.0 for a in averages) >= 3))),
    "ec2/previous-generation": (INSTANCE, lambda one, _: when(_family(one) in PREVIOUS)),
    "ec2/graviton-candidate": (INSTANCE, lambda one, _: when(_family(one) in GRAVITON)),
    "ec2/open-ports": (GROUP, _open_ports),
    "ec2/open-all-ports": (GROUP, _open_all),
    "ec2/unauthorized-ports": (GROUP, _unauthorized),
    "ec2/default-security-group": (GROUP, lambda one, _: when(one["rules"]) if one["default"] else None),
    "ec2/unused-security-group": (GROUP, _unused),
    "ec2/internet-facing-profile": (INSTANCE, _facing_profile),
    "ec2/imdsv2": (INSTANCE, lambda one, _: when(one["tokens"] != "required")),
    "ec2/launch-template-imdsv2": ("ec2.launch-template", _template_tokens),
    "ec2/imds-defaults": (ACCOUNT_KIND, lambda one, _: when(one["tokens"] != "required")),
    "ec2/user-data-secrets": (INSTANCE, lambda one, _: when(one["data"] == SECRET)),
    "ec2/launch-template-secrets": ("ec2.launch-template", lambda one, _: when("UserData" in one["data"])),
    "ec2/volume-encryption": (VOLUME, lambda one, _: when(not one["encrypted"])),
    "ec2/unattached-volume": (VOLUME, lambda one, _: when(not one["instance"])),
    "ec2/gp2-volume": (VOLUME, _gp2),
    "ec2/io1-volume": (VOLUME, lambda one, _: when(one["type"] == "io1")),
    "ec2/stopped-instance-volume": (VOLUME, _of_stopped),
    "ec2/volume-backup": (VOLUME, _backup),
    "ec2/public-snapshot": ("ec2.snapshot", lambda one, _: when(one["public"])),
    "ec2/old-snapshot": ("ec2.snapshot", _old_snapshot),
    "ec2/public-image": ("ec2.image", lambda one, _: when(one["public"])),
    "ec2/outdated-image": (INSTANCE, lambda one, _: when((one["made_of"] or 0.0) > 365.0)),
    "ec2/idle-address": ("ec2.address", lambda one, _: when(one["idle"])),
    "ec2/long-stopped-instance": (INSTANCE, lambda one, _: when(int(one["stopped"]) > 30) if "stopped" in one.spec else None),
    "ec2/termination-protection": (INSTANCE, _protection),
    "ec2/detailed-monitoring": (INSTANCE, lambda one, _: _running(one, lambda one: when(not one["monitored"]))),
    "ec2/ssm-managed": (INSTANCE, lambda one, _: _running(one, _ssm)),
    "ec2/instance-age": (INSTANCE, lambda one, _: _running(one, lambda one: when(int(one["launched"] or 0.0) > 180))),
    "ec2/ebs-default-encryption": (ACCOUNT_KIND, lambda one, _: when(not one["encrypted"])),
    "ec2/snapshot-public-access": (ACCOUNT_KIND, lambda one, _: when(one["snapshots"] == "unblocked")),
    "ec2/image-public-access": (ACCOUNT_KIND, lambda one, _: when(one["images"] == "unblocked")),
    "ec2/vpc-flow-logs": ("ec2.vpc", lambda one, _: when(not {"ALL", "REJECT"} & set(one["logs"]))),
}
