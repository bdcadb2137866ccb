"""The server as an AWS: what it adds to moto, seen through boto3."""

import datetime
import json
import unittest
import urllib.request

from botocore.exceptions import ClientError
from serving import REGION, Server

IMAGE = "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZm"
FLEET = {"Key": "muster:fleet", "Value": "class-50"}


class WithServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.ec2, cls.rds, cls.ssm, cls.alarms = (cls.server.client(name) for name in ("ec2", "rds", "ssm", "cloudwatch"))
        cls.image = cls.ssm.get_parameter(Name=IMAGE)["Parameter"]["Value"]
        cls.ec2.import_key_pair(KeyName="key", PublicKeyMaterial=KEY.encode(), TagSpecifications=[{"ResourceType": "key-pair", "Tags": [FLEET]}])

    def run_instance(self, token="", client=None, **more):
        tags = [{"ResourceType": kind, "Tags": [FLEET]} for kind in ("instance", "volume")]
        wanted = dict(ImageId=self.image, InstanceType="t3.small", KeyName="key", MinCount=1, MaxCount=1, TagSpecifications=tags)
        if token:
            wanted["ClientToken"] = token
        return (client or self.ec2).run_instances(**{**wanted, **more})["Instances"][0]

    def instance(self, instance_id):
        return self.ec2.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]

    def refused(self, code, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response["Error"]["Message"]


class Ec2(WithServer):
    def test_newest_ubuntu_both_ways(self):
        found = self.ec2.describe_images(Owners=["099720109477"], Filters=[{"Name": "name", "Values": ["ubuntu/images/*noble*amd64*"]}])
        newest = max(found["Images"], key=lambda image: image["CreationDate"])
        self.assertEqual(newest["ImageId"], self.image)

    def test_a_token_is_one_instance_even_after_its_end(self):
        first = self.run_instance("token-1")
        self.assertEqual(self.run_instance("token-1")["InstanceId"], first["InstanceId"])
        self.refused("IdempotentParameterMismatch", self.run_instance, token="token-1", InstanceType="t3.medium")
        self.ec2.terminate_instances(InstanceIds=[first["InstanceId"]])
        again = self.run_instance("token-1")
        self.assertEqual((again["InstanceId"], again["State"]["Name"]), (first["InstanceId"], "pending"))
        self.assertEqual(self.instance(first["InstanceId"])["State"]["Name"], "terminated")
        self.assertNotEqual(self.run_instance("token-2")["InstanceId"], first["InstanceId"])

    def test_states_and_reasons(self):
        one = self.run_instance()["InstanceId"]
        self.refused("IncorrectInstanceState", self.ec2.modify_instance_attribute, InstanceId=one, InstanceType={"Value": "t3.medium"})
        self.ec2.stop_instances(InstanceIds=[one])
        seen = self.instance(one)
        self.assertRegex(seen["StateTransitionReason"], r"^User initiated \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\)$")
        self.assertEqual(seen["StateReason"]["Code"], "Client.UserInitiatedShutdown")
        self.ec2.modify_instance_attribute(InstanceId=one, InstanceType={"Value": "t3.medium"})
        self.assertEqual(self.instance(one)["InstanceType"], "t3.medium")
        launched = seen["LaunchTime"]
        self.ec2.start_instances(InstanceIds=[one])
        self.assertGreaterEqual(self.instance(one)["LaunchTime"], launched)
        self.ec2.terminate_instances(InstanceIds=[one])
        self.refused("IncorrectInstanceState", self.ec2.start_instances, InstanceIds=[one])
        self.refused("IncorrectInstanceState", self.ec2.stop_instances, InstanceIds=[one])

    def test_states_take_time_when_told_so(self):
        self.server.lab("config", {"ec2_delay": 600})
        try:
            one = self.run_instance()["InstanceId"]
            self.assertEqual(self.instance(one)["State"]["Name"], "pending")
            self.refused("IncorrectInstanceState", self.ec2.stop_instances, InstanceIds=[one])
        finally:
            self.server.lab("config", {"ec2_delay": 0})

    def test_metadata_options_change_alone(self):
        one = self.run_instance(MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 2})["InstanceId"]
        self.ec2.modify_instance_metadata_options(InstanceId=one, HttpTokens="optional")
        options = self.instance(one)["MetadataOptions"]
        self.assertEqual((options["HttpTokens"], options["HttpPutResponseHopLimit"], options["HttpEndpoint"]), ("optional", 2, "enabled"))

    def test_root_volume_grows_never_shrinks_and_goes_with_its_instance(self):
        mapping = [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 30, "VolumeType": "gp3", "Encrypted": True}}]
        one = self.run_instance(BlockDeviceMappings=mapping)["InstanceId"]
        volume = self.instance(one)["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
        seen = self.ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]
        self.assertEqual((seen["Size"], seen["VolumeType"], seen["Encrypted"]), (30, "gp3", True))
        self.assertIn(FLEET, seen["Tags"])
        self.ec2.modify_volume(VolumeId=volume, Size=40)
        self.assertEqual(self.ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]["Size"], 40)
        self.refused("InvalidParameterValue", self.ec2.modify_volume, VolumeId=volume, Size=20)
        snapshot = self.ec2.create_snapshot(
            VolumeId=volume, Description="last", TagSpecifications=[{"ResourceType": "snapshot", "Tags": [FLEET]}]
        )
        self.assertEqual(snapshot["Tags"], [FLEET])
        self.ec2.terminate_instances(InstanceIds=[one])
        self.refused("InvalidVolume.NotFound", self.ec2.describe_volumes, VolumeIds=[volume])
        listed = self.ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [volume]}])
        self.assertEqual(listed["Tags"], [], "the tags of what is gone are gone")

    def test_groups_rules_and_dependencies(self):
        vpc = self.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        make = lambda name: self.ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]  # noqa: E731
        one, two = make("g-1"), make("g-2")
        self.refused("InvalidGroup.Duplicate", self.ec2.create_security_group, GroupName="g-1", Description="x", VpcId=vpc)
        rule = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "203.0.113.0/24"}]}]
        made = self.ec2.authorize_security_group_ingress(GroupId=one, IpPermissions=rule)["SecurityGroupRules"][0]
        self.refused("InvalidPermission.Duplicate", self.ec2.authorize_security_group_ingress, GroupId=one, IpPermissions=rule)
        self.ec2.revoke_security_group_ingress(GroupId=one, SecurityGroupRuleIds=[made["SecurityGroupRuleId"]])
        self.refused(
            "InvalidPermission.NotFound",
            self.ec2.revoke_security_group_ingress,
            GroupId=one,
            SecurityGroupRuleIds=[made["SecurityGroupRuleId"]],
        )
        pair = [{"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "UserIdGroupPairs": [{"GroupId": one}]}]
        self.ec2.authorize_security_group_ingress(GroupId=two, IpPermissions=pair)
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=one)
        self.ec2.delete_security_group(GroupId=two)
        instance = self.run_instance(SecurityGroupIds=[one])["InstanceId"]
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=one)
        three = make("g-3")
        self.ec2.modify_instance_attribute(InstanceId=instance, Groups=[three])
        self.assertEqual([group["GroupId"] for group in self.instance(instance)["SecurityGroups"]], [three])
        self.refused("InvalidGroup.NotFound", self.ec2.modify_instance_attribute, InstanceId=instance, Groups=["sg-00000000"])
        self.ec2.delete_security_group(GroupId=one)
        self.ec2.terminate_instances(InstanceIds=[instance])
        self.ec2.delete_security_group(GroupId=three)
        self.refused("InvalidGroup.NotFound", self.ec2.delete_security_group, GroupId=three)

    def test_public_address_and_groups_by_interface(self):
        vpc = self.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        subnet = self.ec2.describe_subnets()["Subnets"][0]["SubnetId"]
        group = self.ec2.create_security_group(GroupName="g-nic", Description="g", VpcId=vpc)["GroupId"]
        nic = {"DeviceIndex": 0, "AssociatePublicIpAddress": True, "Groups": [group], "SubnetId": subnet}
        one = self.instance(self.run_instance(NetworkInterfaces=[nic])["InstanceId"])
        self.assertTrue(one["PublicIpAddress"])
        self.assertEqual([member["GroupId"] for member in one["SecurityGroups"]], [group])
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=group)
        self.ec2.modify_instance_attribute(InstanceId=one["InstanceId"], Groups=[group])
        without = self.instance(self.run_instance(NetworkInterfaces=[{**nic, "AssociatePublicIpAddress": False}])["InstanceId"])
        self.assertIsNone(without.get("PublicIpAddress"))

    def test_public_keys_are_listed(self):
        pair = self.ec2.describe_key_pairs(KeyNames=["key"], IncludePublicKey=True)["KeyPairs"][0]
        self.assertEqual(pair["PublicKey"].split()[:2], KEY.split()[:2])
        self.assertEqual(pair["Tags"], [FLEET])
        self.assertNotIn("PublicKey", self.ec2.describe_key_pairs(KeyNames=["key"])["KeyPairs"][0])
        self.refused("InvalidKeyPair.Duplicate", self.ec2.import_key_pair, KeyName="key", PublicKeyMaterial=KEY.encode())

    def test_pages(self):
        for _ in range(7):
            self.run_instance()
        first = self.ec2.describe_instances(MaxResults=5)
        self.assertEqual(len(first["Reservations"]), 5)
        every = self.ec2.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 5})
        ids = [one["InstanceId"] for page in every for reservation in page["Reservations"] for one in reservation["Instances"]]
        self.assertEqual(len(ids), len(set(ids)))
        whole = self.ec2.describe_instances(MaxResults=1000)
        self.assertEqual(len(whole["Reservations"]), len(ids))
        self.assertNotIn("NextToken", whole)
        volumes = self.ec2.describe_volumes(MaxResults=5)
        self.assertEqual(len(volumes["Volumes"]), 5)
        self.assertIn("NextToken", volumes)
        rest = self.ec2.describe_volumes(MaxResults=500, NextToken=volumes["NextToken"])["Volumes"]
        seen = {volume["VolumeId"] for volume in volumes["Volumes"]}
        self.assertTrue(rest and not seen & {volume["VolumeId"] for volume in rest})


class Rds(WithServer):
    def make(self, name, **more):
        wanted = dict(DBInstanceIdentifier=name, Engine="mysql", EngineVersion="8.0", DBInstanceClass="db.t4g.micro", AllocatedStorage=20)
        wanted |= dict(MasterUsername="admin", ManageMasterUserPassword=True, StorageEncrypted=True, StorageType="gp3", Tags=[FLEET])
        return self.rds.create_db_instance(**{**wanted, **more})["DBInstance"]

    def seen(self, name):
        return self.rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]

    def test_a_database_as_asked(self):
        made = self.make("one", PubliclyAccessible=False, EnableIAMDatabaseAuthentication=True, EnablePerformanceInsights=True, MultiAZ=True)
        self.assertTrue(made["MasterUserSecret"]["SecretArn"].startswith("arn:aws:secretsmanager:"))
        seen = self.seen("one")
        self.assertEqual(seen["EngineVersion"], "8.0.43")
        self.assertIs(seen["PubliclyAccessible"], False)
        self.assertIs(seen["IAMDatabaseAuthenticationEnabled"], True)
        self.assertIs(seen["PerformanceInsightsEnabled"], True)
        self.assertEqual(seen["TagList"], [FLEET])
        self.refused("DBInstanceAlreadyExists", self.make, name="one")

    def test_a_change_waits_for_its_window(self):
        self.make("waits")
        self.rds.modify_db_instance(DBInstanceIdentifier="waits", DBInstanceClass="db.t4g.small", BackupRetentionPeriod=9, ApplyImmediately=False)
        seen = self.seen("waits")
        self.assertEqual((seen["DBInstanceClass"], seen["BackupRetentionPeriod"]), ("db.t4g.micro", 9))
        self.assertEqual(seen["PendingModifiedValues"], {"DBInstanceClass": "db.t4g.small"})
        self.rds.modify_db_instance(DBInstanceIdentifier="waits", DBInstanceClass="db.t4g.small", ApplyImmediately=True)
        seen = self.seen("waits")
        self.assertEqual((seen["DBInstanceClass"], seen["PendingModifiedValues"]), ("db.t4g.small", {}))

    def test_parameter_groups(self):
        make = dict(DBParameterGroupName="seoul", DBParameterGroupFamily="mysql8.0", Description="parameter-group/seoul", Tags=[FLEET])
        self.rds.create_db_parameter_group(**make)
        self.refused("DBParameterGroupAlreadyExists", self.rds.create_db_parameter_group, **make)
        values = {"time_zone": "Asia/Seoul", "max_connections": "200"}
        parameters = [{"ParameterName": name, "ParameterValue": value, "ApplyMethod": "pending-reboot"} for name, value in values.items()]
        self.rds.modify_db_parameter_group(DBParameterGroupName="seoul", Parameters=parameters)
        found = self.rds.describe_db_parameters(DBParameterGroupName="seoul", Source="user")["Parameters"]
        self.assertEqual({one["ParameterName"]: one["ParameterValue"] for one in found}, values)
        self.assertEqual(self.rds.describe_db_parameters(DBParameterGroupName="seoul", Source="system")["Parameters"], [])
        self.refused("InvalidParameterCombination", self.make, name="wrong", Engine="postgres", EngineVersion="16", DBParameterGroupName="seoul")
        self.make("grouped", DBParameterGroupName="seoul")
        self.refused("InvalidDBParameterGroupState", self.rds.delete_db_parameter_group, DBParameterGroupName="seoul")
        self.rds.delete_db_instance(DBInstanceIdentifier="grouped", SkipFinalSnapshot=True)
        self.rds.delete_db_parameter_group(DBParameterGroupName="seoul")

    def test_the_end(self):
        self.make("ends")
        self.refused("InvalidParameterCombination", self.rds.delete_db_instance, DBInstanceIdentifier="ends")
        self.rds.delete_db_instance(DBInstanceIdentifier="ends", FinalDBSnapshotIdentifier="ends-final")
        self.refused("DBInstanceNotFound", self.rds.describe_db_instances, DBInstanceIdentifier="ends")
        snapshots = self.rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
        self.assertEqual([one["DBSnapshotIdentifier"] for one in snapshots], ["ends-final"])
        arn = snapshots[0]["DBSnapshotArn"]
        self.rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "muster:snapshot-of", "Value": "database/ends/instance"}])
        self.assertIn("muster:snapshot-of", [tag["Key"] for tag in self.rds.list_tags_for_resource(ResourceName=arn)["TagList"]])

    def test_a_snapshot_is_taken_of_an_available_database_and_tagged_at_once(self):
        self.make("kept")
        take = dict(DBInstanceIdentifier="kept", DBSnapshotIdentifier="kept-1", Tags=[{"Key": "muster:snapshot-of", "Value": "database/kept/instance"}])
        arn = self.rds.create_db_snapshot(**take)["DBSnapshot"]["DBSnapshotArn"]
        self.assertEqual(self.rds.list_tags_for_resource(ResourceName=arn)["TagList"], take["Tags"])
        self.refused("DBSnapshotAlreadyExists", self.rds.create_db_snapshot, **take)
        self.rds.delete_db_snapshot(DBSnapshotIdentifier="kept-1")
        self.rds.stop_db_instance(DBInstanceIdentifier="kept")
        self.refused("InvalidDBInstanceState", self.rds.create_db_snapshot, **{**take, "DBSnapshotIdentifier": "kept-2"})

    def test_a_group_in_front_of_a_database_stays(self):
        vpc = self.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        group = self.ec2.create_security_group(GroupName="db", Description="db", VpcId=vpc)["GroupId"]
        self.make("guarded", VpcSecurityGroupIds=[group])
        self.refused("DependencyViolation", self.ec2.delete_security_group, GroupId=group)

    def test_start_and_stop_take_time(self):
        self.make("slow")
        self.server.lab("config", {"rds_delay": 600})
        try:
            self.rds.stop_db_instance(DBInstanceIdentifier="slow")
            self.assertEqual(self.seen("slow")["DBInstanceStatus"], "stopping")
            self.refused("InvalidDBInstanceState", self.rds.start_db_instance, DBInstanceIdentifier="slow")
        finally:
            self.server.lab("config", {"rds_delay": 0})


class Clusters(WithServer):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rds.create_db_cluster(DBClusterIdentifier="shop", Engine="aurora-mysql", MasterUsername="admin", MasterUserPassword="b" * 12)
        for member in ("shop-1", "shop-2"):
            cls.rds.create_db_instance(
                DBInstanceIdentifier=member, DBInstanceClass="db.r6g.large", Engine="aurora-mysql", DBClusterIdentifier="shop"
            )

    def states(self):
        cluster = self.rds.describe_db_clusters()["DBClusters"][0]
        members = self.rds.describe_db_instances()["DBInstances"]
        return [cluster["Status"], *(member["DBInstanceStatus"] for member in members)]

    def test_members_move_with_their_cluster_and_never_alone(self):
        self.assertEqual(self.states(), ["available"] * 3)
        self.refused("InvalidParameterCombination", self.rds.stop_db_instance, DBInstanceIdentifier="shop-1")
        self.rds.stop_db_cluster(DBClusterIdentifier="shop")
        self.assertEqual(self.states(), ["stopped"] * 3)
        self.refused("InvalidDBClusterStateFault", self.rds.stop_db_cluster, DBClusterIdentifier="shop")
        self.refused("InvalidParameterCombination", self.rds.start_db_instance, DBInstanceIdentifier="shop-1")
        self.server.lab("config", {"rds_delay": 600})
        try:
            self.rds.start_db_cluster(DBClusterIdentifier="shop")
            self.assertEqual(self.states(), ["starting"] * 3)
        finally:
            self.server.lab("config", {"rds_delay": 0})

    def test_snapshots_are_tagged_at_once(self):
        tags = [{"Key": "muster:snapshot-of", "Value": "rds-cluster/shop schedule=lms/office"}]
        self.rds.create_db_cluster_snapshot(DBClusterIdentifier="shop", DBClusterSnapshotIdentifier="one", Tags=tags)
        seen = self.rds.describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"][0]
        self.assertEqual((seen["DBClusterIdentifier"], seen["Status"], seen["TagList"]), ("shop", "available", tags))
        self.rds.delete_db_cluster_snapshot(DBClusterSnapshotIdentifier="one")
        self.assertEqual(self.rds.describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"], [])


class Scaling(WithServer):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scaling = cls.server.client("autoscaling")
        cls.scaling.create_launch_configuration(LaunchConfigurationName="web", ImageId=cls.image, InstanceType="t3.small")
        cls.scaling.create_auto_scaling_group(
            AutoScalingGroupName="web", LaunchConfigurationName="web", MinSize=1, MaxSize=4, DesiredCapacity=2,
            AvailabilityZones=["ap-northeast-2a"],
        )  # fmt: skip

    def scale(self, low, wanted, high, name="web"):
        self.scaling.update_auto_scaling_group(AutoScalingGroupName=name, MinSize=low, DesiredCapacity=wanted, MaxSize=high)

    def test_numbers_go_together(self):
        for low, wanted, high in ((3, 3, 1), (1, 5, 4), (2, 1, 4)):
            self.refused("ValidationError", self.scale, low=low, wanted=wanted, high=high)
        self.scale(0, 0, 0)
        group = self.scaling.describe_auto_scaling_groups()["AutoScalingGroups"][0]
        self.assertEqual((group["MinSize"], group["DesiredCapacity"], group["MaxSize"], group["Instances"]), (0, 0, 0, []))
        self.assertIn("not found", self.refused("ValidationError", self.scale, low=0, wanted=0, high=0, name="never"))

    def test_tags_are_those_of_a_group_that_is_there(self):
        tag = {"ResourceType": "auto-scaling-group", "Key": "muster:resume-min", "Value": "1", "PropagateAtLaunch": False}
        self.scaling.create_or_update_tags(Tags=[{**tag, "ResourceId": "web"}])
        self.assertEqual([one["Key"] for one in self.scaling.describe_auto_scaling_groups()["AutoScalingGroups"][0]["Tags"]], [tag["Key"]])
        self.assertIn("not found", self.refused("ValidationError", self.scaling.create_or_update_tags, Tags=[{**tag, "ResourceId": "never"}]))


class Others(WithServer):
    def alarm(self, name, **more):
        wanted = dict(AlarmName=name, Namespace="AWS/EC2", MetricName="CPUUtilization", Statistic="Average", Period=300, EvaluationPeriods=6)
        wanted |= dict(Threshold=5.0, ComparisonOperator="LessThanThreshold", TreatMissingData="notBreaching", ActionsEnabled=True)
        self.alarms.put_metric_alarm(**{**wanted, "AlarmDescription": "user/alice/alarm 1:abc", "Tags": [FLEET], **more})

    def test_alarms(self):
        self.alarm("muster-a", AlarmActions=["arn:aws:automate:ap-northeast-2:ec2:stop"], Dimensions=[{"Name": "InstanceId", "Value": "i-1"}])
        seen = self.alarms.describe_alarms(AlarmNamePrefix="muster-a")["MetricAlarms"][0]
        self.assertEqual((seen["StateValue"], seen["AlarmDescription"]), ("INSUFFICIENT_DATA", "user/alice/alarm 1:abc"))
        self.assertEqual((seen["TreatMissingData"], seen["Dimensions"]), ("notBreaching", [{"Name": "InstanceId", "Value": "i-1"}]))
        self.alarms.set_alarm_state(AlarmName="muster-a", StateValue="ALARM", StateReason="test")
        self.alarm("muster-a", Threshold=7.0, Tags=[{"Key": "other", "Value": "x"}])
        seen = self.alarms.describe_alarms(AlarmNames=["muster-a"])["MetricAlarms"][0]
        self.assertEqual((seen["StateValue"], seen["Threshold"]), ("ALARM", 7.0))
        self.assertEqual(self.alarms.list_tags_for_resource(ResourceARN=seen["AlarmArn"])["Tags"], [FLEET])
        self.alarms.delete_alarms(AlarmNames=["muster-a"])
        self.assertEqual(self.alarms.describe_alarms(AlarmNames=["muster-a"])["MetricAlarms"], [])

    def test_alarms_come_in_pages_of_at_most_100(self):
        for number in range(103):
            self.alarm(f"page-{number:03}")
        pages = list(self.alarms.get_paginator("describe_alarms").paginate(AlarmNamePrefix="page-", PaginationConfig={"PageSize": 100}))
        self.assertEqual([len(page["MetricAlarms"]) for page in pages], [100, 3])

    def test_stored_keys(self):
        for number in range(12):
            self.ssm.put_parameter(Name=f"/muster/f/{number}", Value="s", Type="SecureString", Description=f"ssh-ed25519 {number}", Tags=[FLEET])
        self.refused("ParameterAlreadyExists", self.ssm.put_parameter, Name="/muster/f/1", Value="t", Type="SecureString")
        ask = {"Key": "Name", "Option": "BeginsWith", "Values": ["/muster/f/"]}
        found = self.ssm.describe_parameters(ParameterFilters=[ask], MaxResults=50)
        self.assertEqual({one["Name"]: one["Description"] for one in found["Parameters"]}["/muster/f/3"], "ssh-ed25519 3")
        self.assertEqual(len(found["Parameters"]), 12)
        self.assertNotIn("NextToken", found)
        self.assertNotIn("Value", found["Parameters"][0])

    def test_quotas(self):
        quotas = self.server.client("service-quotas")
        self.assertEqual(quotas.get_service_quota(ServiceCode="ec2", QuotaCode="L-1216C47A")["Quota"]["Value"], 1152.0)
        self.assertEqual({one["QuotaCode"] for one in quotas.list_service_quotas(ServiceCode="vpc")["Quotas"]}, {"L-E79EC296", "L-0EA8095F"})
        self.refused("NoSuchResourceException", quotas.get_service_quota, ServiceCode="ec2", QuotaCode="L-0")
        self.server.lab("config", {"quotas": {"L-7B6409FD": 2}})
        self.assertEqual(quotas.get_service_quota(ServiceCode="rds", QuotaCode="L-7B6409FD")["Quota"]["Value"], 2)

    def test_the_date_header_is_a_clock(self):
        def skew():
            with urllib.request.urlopen(f"{self.server.url}/moto-api/") as answer:
                dates = answer.headers.get_all("Date")
            self.assertEqual(len(dates), 1)
            shown = datetime.datetime.strptime(dates[0], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=datetime.timezone.utc)
            return (shown - datetime.datetime.now(datetime.timezone.utc)).total_seconds()

        self.assertLess(abs(skew()), 5)
        self.server.lab("config", {"clock_skew": 3600})
        try:
            self.assertGreater(skew(), 3500)
        finally:
            self.server.lab("config", {"clock_skew": 0})


class Prices(WithServer):
    def test_products_by_filter_in_the_lists_own_form(self):
        pricing = self.server.client("pricing")

        def products(service, **wanted):
            filters = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()]
            return [json.loads(text) for text in pricing.get_products(ServiceCode=service, Filters=filters)["PriceList"]]

        exact = dict(operatingSystem="Linux", capacitystatus="Used", regionCode=REGION)
        (one,) = products("AmazonEC2", instanceType="t3.small", **exact)
        (term,) = one["terms"]["OnDemand"].values()
        (dimension,) = term["priceDimensions"].values()
        self.assertEqual((dimension["unit"], dimension["pricePerUnit"]), ("Hrs", {"USD": "0.0260000000"}))
        self.assertEqual(len(products("AmazonEC2", instanceType="t3.small")), 3, "who asks too little gets several")
        self.assertEqual(products("AmazonRDS", instanceType="t3.small"), [])
        self.refused("InvalidParameterException", pricing.get_products, ServiceCode="AmazonEC2", Filters=[{"Type": "EQUALS", "Field": "x", "Value": "y"}])


class Faults(WithServer):
    def test_before_after_and_cut(self):
        before = {"match": "RunInstances", "status": 503, "code": "RequestLimitExceeded"}
        self.server.lab("faults", [before])
        self.refused("RequestLimitExceeded", self.run_instance)
        self.assertEqual(len(self.ec2.describe_instances()["Reservations"]), 0)
        self.server.lab("faults", [{"match": "RunInstances", "when": "after"}])
        self.refused("InternalError", self.run_instance)
        self.assertEqual(len(self.ec2.describe_instances()["Reservations"]), 1, "the answer was an error, the effect is there")
        self.server.lab("faults", [{"match": "PutMetricAlarm", "when": "cut"}])
        with self.assertRaises(Exception):
            self.alarms.put_metric_alarm(AlarmName="cut", ComparisonOperator="LessThanThreshold", EvaluationPeriods=1)
        self.assertEqual(len(self.alarms.describe_alarms()["MetricAlarms"]), 1)
        with self.assertRaises(RuntimeError):
            self.server.lab("faults", [{"matches": "x"}])

    def test_calls_are_counted(self):
        self.server.lab("log")
        self.ec2.describe_vpcs()
        self.alarms.describe_alarms()
        self.assertEqual(self.server.lab("log"), {"ec2:DescribeVpcs": 1, "cloudwatch:DescribeAlarms": 1})
        self.assertEqual(self.server.lab("log"), {})


TRUST = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'


class Delivery(WithServer):
    """Scheduler, the roles it works with, and queues."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scheduler, cls.iam, cls.sqs = (cls.server.client(name) for name in ("scheduler", "iam", "sqs"))
        cls.role = cls.iam.create_role(RoleName="edges", Path="/muster/x/", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]

    def schedule(self, name, **more):
        target = {"Arn": "arn:aws:scheduler:::aws-sdk:ec2:stopInstances", "RoleArn": self.role, "Input": "{}"}
        wanted = dict(Name=name, GroupName="edges", ScheduleExpression="cron(0 19 ? * MON-FRI *)", FlexibleTimeWindow={"Mode": "OFF"}, Target=target)
        return self.scheduler.create_schedule(**{**wanted, **more})

    def group(self):
        self.scheduler.create_schedule_group(Name="edges", Tags=[FLEET])
        self.addCleanup(self.scheduler.delete_schedule_group, Name="edges")

    def test_a_group_that_is_not_there_or_there_already(self):
        for call in (self.scheduler.list_schedules, self.scheduler.delete_schedule_group):
            key = "GroupName" if call == self.scheduler.list_schedules else "Name"
            self.refused("ResourceNotFoundException", call, **{key: "edges"})
        self.refused("ResourceNotFoundException", self.schedule, name="early")
        self.group()
        self.refused("ConflictException", self.scheduler.create_schedule_group, Name="edges")
        arn = self.scheduler.get_schedule_group(Name="edges")["Arn"]
        self.assertEqual(self.scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"], [FLEET])
        self.assertEqual(self.scheduler.list_schedules(GroupName="edges")["Schedules"], [])

    def test_a_group_goes_with_everything_in_it(self):
        self.scheduler.create_schedule_group(Name="edges", Tags=[FLEET])
        self.schedule("one")
        arn = self.scheduler.get_schedule_group(Name="edges")["Arn"]
        self.scheduler.delete_schedule_group(Name="edges")
        self.refused("ResourceNotFoundException", self.scheduler.list_tags_for_resource, ResourceArn=arn)
        self.group()
        self.assertEqual(self.scheduler.list_schedules(GroupName="edges")["Schedules"], [])

    def test_what_is_looked_at_in_a_schedule(self):
        self.group()
        past = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
        for more in (
            {"ScheduleExpression": "cron(0 19 ? *)"},
            {"ScheduleExpression": "cron(0 25 ? * MON-FRI *)"},
            {"ScheduleExpression": "cron(0 9 * * * *)"},
            {"ScheduleExpression": "cron(0 9 ? * MON-FUN *)"},
            {"ScheduleExpressionTimezone": "Asia/Seol"},
            {"EndDate": past},
            {"StartDate": past},
            {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:ec2:stopInstances", "RoleArn": self.role + "-other", "Input": "{}"}},
        ):
            message = self.refused("ValidationException", self.schedule, name="wrong", **more)
        self.assertIn("to assume the role", message)
        for n, days in enumerate(("? * MON-FRI *", "? * 2#1 *", "? JAN,MAR 6L 2027", "L * ? *", "15W * ? *", "1/2 * ? *", "* * ? *")):
            self.schedule(f"right-{n}", ScheduleExpression=f"cron(30 9 {days})")
        self.schedule("right", ScheduleExpressionTimezone="Asia/Seoul")
        self.refused("ConflictException", self.schedule, name="right")
        self.scheduler.delete_schedule(GroupName="edges", Name="right")
        self.refused("ResourceNotFoundException", self.scheduler.delete_schedule, GroupName="edges", Name="right")

    def test_the_same_token_is_the_same_answer(self):
        self.group()
        first = self.schedule("one", ClientToken="t-1")["ScheduleArn"]
        self.assertEqual(self.schedule("one", ClientToken="t-1")["ScheduleArn"], first)
        self.refused("ConflictException", self.schedule, name="one", ClientToken="t-2")
        self.scheduler.delete_schedule(GroupName="edges", Name="one")
        self.schedule("one", ClientToken="t-1")
        self.assertEqual(self.scheduler.list_schedules(GroupName="edges")["Schedules"], [], "the token is remembered, the schedule is gone")

    def test_pages_of_schedules(self):
        self.group()
        for n in range(103):
            self.schedule(f"n-{n:03}")
        first = self.scheduler.list_schedules(GroupName="edges")
        rest = self.scheduler.list_schedules(GroupName="edges", NextToken=first["NextToken"])
        self.assertEqual((len(first["Schedules"]), len(rest["Schedules"]), rest.get("NextToken")), (100, 3, None))

    def test_rest_calls_are_counted_by_their_operation(self):
        self.server.lab("log")
        self.group()
        self.schedule("one")
        self.scheduler.list_schedules(GroupName="edges")
        expected = {"scheduler:CreateScheduleGroup": 1, "scheduler:CreateSchedule": 1, "scheduler:ListSchedules": 1}
        self.assertEqual(self.server.lab("log"), expected)


if __name__ == "__main__":
    unittest.main()
