"""Enforcement on the wire: requests are judged by what resources really carry, and refused in the caller's protocol."""

import unittest

from test_server import FLEET, TRUST, WithServer

OWNED = {"StringEquals": {"aws:ResourceTag/muster:fleet": "class-50"}}
ASKED = {"StringEquals": {"aws:RequestTag/muster:fleet": "class-50"}}
EC2 = "arn:aws:ec2:*:*:"
MADE = [EC2 + kind for kind in ("instance/*", "volume/*", "key-pair/*", "security-group/*")]
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": ["ec2:Describe*", "cloudwatch:DescribeAlarms", "ssm:GetParameter"], "Resource": "*"},
        {"Sid": "Own", "Effect": "Allow", "Action": ["ec2:StopInstances", "ec2:DeleteTags", "cloudwatch:DeleteAlarms", "rds:StopDBInstance"], "Resource": "*", "Condition": OWNED},
        {"Sid": "Make", "Effect": "Allow", "Action": ["ec2:RunInstances", "ec2:ImportKeyPair", "ec2:CreateSecurityGroup"], "Resource": MADE[:3], "Condition": ASKED},
        {"Sid": "InVpc", "Effect": "Allow", "Action": "ec2:CreateSecurityGroup", "Resource": EC2 + "vpc/*"},
        {"Sid": "MakeGroup", "Effect": "Allow", "Action": "ec2:CreateSecurityGroup", "Resource": MADE[3], "Condition": ASKED},
        {"Sid": "Use", "Effect": "Allow", "Action": "ec2:RunInstances", "Resource": [EC2 + "subnet/*", EC2 + "network-interface/*", EC2 + "security-group/*", EC2 + "key-pair/*", "arn:aws:ec2:*::image/*"]},
        {"Sid": "TagWhatIsMade", "Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*",
         "Condition": {"StringEquals": {"ec2:CreateAction": ["RunInstances", "ImportKeyPair", "CreateSecurityGroup"], "aws:RequestTag/muster:fleet": "class-50"}}},
        {"Sid": "TagOwn", "Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*",
         "Condition": {**OWNED, "StringEqualsIfExists": {"aws:RequestTag/muster:fleet": "class-50"}}},
    ],
}  # fmt: skip


class Enforced(WithServer):
    def setUp(self):
        self.server.lab("policies", {"applier": [POLICY]})
        self.limited = {name: self.server.client(name, key="applier") for name in ("ec2", "rds", "ssm", "cloudwatch")}
        self.addCleanup(self.server.lab, "policies", {})

    def test_a_whole_launch_needs_every_resource_it_touches(self):
        made = self.run_instance(client=self.limited["ec2"])
        self.limited["ec2"].stop_instances(InstanceIds=[made["InstanceId"]])
        untagged = {"TagSpecifications": [{"ResourceType": "instance", "Tags": [FLEET]}]}
        message = self.refused("UnauthorizedOperation", self.run_instance, client=self.limited["ec2"], **untagged)
        self.assertIn(":volume/*", message, "the volume would carry no tag")
        self.assertIn("ec2:RunInstances", message)

    def test_a_foreign_instance_is_out_of_reach(self):
        foreign = self.run_instance(TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "muster:fleet", "Value": "other"}]}])["InstanceId"]
        ec2 = self.limited["ec2"]
        self.assertIn(f"instance/{foreign}", self.refused("UnauthorizedOperation", ec2.stop_instances, InstanceIds=[foreign]))
        ours = self.run_instance()["InstanceId"]
        self.refused("UnauthorizedOperation", ec2.stop_instances, InstanceIds=[ours, foreign])
        self.assertEqual(self.instance(ours)["State"]["Name"], "running", "all or nothing")
        self.refused("UnauthorizedOperation", ec2.create_tags, Resources=[foreign], Tags=[FLEET])
        self.refused("UnauthorizedOperation", ec2.terminate_instances, InstanceIds=[ours])

    def test_tags_can_not_be_forged(self):
        ec2, ours = self.limited["ec2"], self.run_instance()["InstanceId"]
        ec2.create_tags(Resources=[ours], Tags=[{"Key": "muster:override", "Value": "running"}])
        self.refused("UnauthorizedOperation", ec2.create_tags, Resources=[ours], Tags=[{"Key": "muster:fleet", "Value": "other"}])
        ec2.delete_tags(Resources=[ours], Tags=[{"Key": "muster:override"}])
        vpc = self.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        group = {"GroupName": "forged", "Description": "forged", "VpcId": vpc}
        self.refused("UnauthorizedOperation", ec2.create_security_group, **group)
        wrong = [{"ResourceType": "security-group", "Tags": [{"Key": "muster:fleet", "Value": "other"}]}]
        self.refused("UnauthorizedOperation", ec2.create_security_group, **group, TagSpecifications=wrong)
        ec2.create_security_group(**group, TagSpecifications=[{"ResourceType": "security-group", "Tags": [FLEET]}])

    def test_groups_services_and_clusters_are_reached_by_their_tags(self):
        scaling, ecs, rds = (self.server.client(name) for name in ("autoscaling", "ecs", "rds"))
        scaling.create_launch_configuration(LaunchConfigurationName="dev", ImageId=self.image, InstanceType="t3.small")
        ecs.create_cluster(clusterName="main")
        ecs.register_task_definition(family="task", containerDefinitions=[{"name": "one", "image": "one", "memory": 100}])
        for env in ("dev", "prod"):
            tag = {"ResourceId": env, "ResourceType": "auto-scaling-group", "Key": "env", "Value": env, "PropagateAtLaunch": False}
            scaling.create_auto_scaling_group(
                AutoScalingGroupName=env, LaunchConfigurationName="dev", MinSize=0, MaxSize=2, AvailabilityZones=["ap-northeast-2a"], Tags=[tag]
            )
            ecs.create_service(cluster="main", serviceName=env, taskDefinition="task", desiredCount=1, tags=[{"key": "env", "value": env}])
            rds.create_db_cluster(
                DBClusterIdentifier=env, Engine="aurora-mysql", MasterUsername="a", MasterUserPassword="b" * 12, Tags=[{"Key": "env", "Value": env}]
            )
        actions = ["autoscaling:UpdateAutoScalingGroup", "ecs:UpdateService", "rds:StopDBCluster", "rds:CreateDBClusterSnapshot"]
        selected = {"Sid": "Dev", "Effect": "Allow", "Action": actions, "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/env": "dev"}}}
        taken = {"StringLike": {"aws:RequestTag/muster:snapshot-of": "* schedule=lms/office"}}
        made = {"Sid": "New", "Effect": "Allow", "Action": [actions[3], "rds:AddTagsToResource"], "Resource": "arn:aws:rds:*:*:cluster-snapshot:*", "Condition": taken}
        self.server.lab("policies", {"applier": [{**POLICY, "Statement": [selected, made]}]})
        scaling, ecs, rds = (self.server.client(name, key="applier") for name in ("autoscaling", "ecs", "rds"))
        scaling.update_auto_scaling_group(AutoScalingGroupName="dev", MinSize=0, DesiredCapacity=0, MaxSize=0)
        self.refused("AccessDenied", scaling.update_auto_scaling_group, AutoScalingGroupName="prod", MinSize=0, DesiredCapacity=0, MaxSize=0)
        ecs.update_service(cluster="main", service="dev", desiredCount=0)
        self.refused("AccessDeniedException", ecs.update_service, cluster="main", service="prod", desiredCount=0)
        snapshot = {"DBClusterIdentifier": "dev", "DBClusterSnapshotIdentifier": "dev-1"}
        self.refused("AccessDenied", rds.create_db_cluster_snapshot, **snapshot)
        mark = [{"Key": "muster:snapshot-of", "Value": "rds-cluster/dev schedule=lms/office"}]
        rds.create_db_cluster_snapshot(**snapshot, Tags=mark)
        rds.stop_db_cluster(DBClusterIdentifier="dev")
        self.refused("AccessDenied", rds.stop_db_cluster, DBClusterIdentifier="prod")

    def test_each_protocol_has_its_refusal(self):
        self.refused("AccessDenied", self.limited["rds"].describe_db_instances)
        self.refused("AccessDeniedException", self.limited["ssm"].put_parameter, Name="/x", Value="y", Type="String")
        self.refused("AccessDenied", self.limited["cloudwatch"].delete_alarms, AlarmNames=["foreign"])
        self.limited["cloudwatch"].describe_alarms()
        self.server.client("sts", key="applier").get_caller_identity()

    def test_what_was_asked_is_recorded(self):
        ours = self.run_instance()["InstanceId"]
        self.server.lab("requests?clear")
        self.limited["ec2"].stop_instances(InstanceIds=[ours])
        self.refused("UnauthorizedOperation", self.limited["ec2"].terminate_instances, InstanceIds=[ours])
        stop, end = self.server.lab("requests?clear")
        self.assertEqual((stop["operation"], stop["access_key"], stop["denied"], end["denied"]), ("StopInstances", "applier", False, True))
        check = stop["checks"][0]
        self.assertEqual((check["action"], check["resource_tags"]), ("ec2:StopInstances", {FLEET["Key"]: FLEET["Value"]}))
        self.assertTrue(check["resource"].endswith(f":instance/{ours}"))

    def test_the_caller_may_ask_what_it_is_allowed(self):
        ask = {"PolicySourceArn": "arn:aws:iam::123456789012:user/x", "ActionNames": ["ec2:DescribeVpcs", "ec2:TerminateInstances"]}
        self.refused("AccessDenied", self.server.client("iam", key="applier").simulate_principal_policy, **ask)
        may_ask = {"Sid": "Ask", "Effect": "Allow", "Action": "iam:SimulatePrincipalPolicy", "Resource": "*"}
        self.server.lab("policies", {"applier": [{**POLICY, "Statement": [*POLICY["Statement"], may_ask]}]})
        found = self.server.client("iam", key="applier").simulate_principal_policy(**ask)["EvaluationResults"]
        self.assertEqual([one["EvalDecision"] for one in found], ["allowed", "implicitDeny"])
        root = self.server.client("iam").simulate_principal_policy(**ask)["EvaluationResults"]
        self.assertEqual({one["EvalDecision"] for one in root}, {"allowed"})

    def test_a_broken_policy_is_refused_by_name(self):
        with self.assertRaisesRegex(RuntimeError, "applier, document 1: Version"):
            self.server.lab("policies", {"applier": [{"Statement": []}]})


DELIVERY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Make", "Effect": "Allow", "Action": ["scheduler:CreateScheduleGroup", "scheduler:TagResource", "iam:TagRole", "sqs:CreateQueue", "sqs:TagQueue"], "Resource": "*", "Condition": ASKED},
        {"Sid": "MakeRole", "Effect": "Allow", "Action": "iam:CreateRole", "Resource": "arn:aws:iam::*:role/muster/x/*", "Condition": {"StringEquals": {"aws:RequestTag/muster:fleet": "class-50", "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/PowerUserAccess"}}},
        {"Sid": "Edges", "Effect": "Allow", "Action": "scheduler:CreateSchedule", "Resource": "arn:aws:scheduler:*:*:schedule/edges/*"},
        {"Sid": "Pass", "Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::*:role/muster/x/*", "Condition": {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}},
        {"Sid": "Put", "Effect": "Allow", "Action": "iam:PutRolePolicy", "Resource": "arn:aws:iam::*:role/muster/x/*", "Condition": {**OWNED, "StringLike": {"iam:PermissionsBoundary": "*"}}},
        {"Sid": "End", "Effect": "Allow", "Action": ["sqs:DeleteQueue", "scheduler:DeleteScheduleGroup"], "Resource": "*", "Condition": OWNED},
    ],
}  # fmt: skip


class Delivered(WithServer):
    def setUp(self):
        self.server.lab("policies", {"applier": [DELIVERY]})
        self.addCleanup(self.server.lab, "policies", {})
        self.scheduler, self.iam, self.sqs = (self.server.client(name, key="applier") for name in ("scheduler", "iam", "sqs"))

    def role(self, name, client=None, **more):
        asked = dict(RoleName=name, Path="/muster/x/", AssumeRolePolicyDocument=TRUST, Tags=[FLEET])
        return (client or self.iam).create_role(**{**asked, **more})["Role"]["Arn"]

    def test_a_schedule_asks_for_its_group_and_its_role(self):
        self.refused("AccessDeniedException", self.scheduler.create_schedule_group, Name="edges")
        self.scheduler.create_schedule_group(Name="edges", Tags=[FLEET])
        role = self.role("bounded", PermissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess")
        target = {"Arn": "arn:aws:scheduler:::aws-sdk:ec2:stopInstances", "Input": "{}"}
        edge = dict(Name="one", GroupName="edges", ScheduleExpression="rate(1 day)", FlexibleTimeWindow={"Mode": "OFF"})
        admin = self.role("admin", client=self.server.client("iam"), Path="/")
        message = self.refused("AccessDeniedException", self.scheduler.create_schedule, **edge, Target={**target, "RoleArn": admin})
        self.assertIn("iam:PassRole", message)
        self.scheduler.create_schedule(**edge, Target={**target, "RoleArn": role})
        self.refused("AccessDeniedException", self.scheduler.create_schedule, **{**edge, "GroupName": "default"}, Target={**target, "RoleArn": role})
        self.refused("AccessDeniedException", self.scheduler.delete_schedule_group, Name="edges")

    def test_a_role_is_held_under_its_boundary(self):
        self.refused("AccessDenied", self.role, name="free")
        self.refused("AccessDenied", self.role, name="admin-bounded", PermissionsBoundary="arn:aws:iam::aws:policy/AdministratorAccess")
        self.role("held", PermissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess")
        document = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
        self.iam.put_role_policy(RoleName="held", PolicyName="muster", PolicyDocument=document)
        self.role("loose", client=self.server.client("iam"))
        self.refused("AccessDenied", self.iam.put_role_policy, RoleName="loose", PolicyName="muster", PolicyDocument=document)

    def test_a_queue_is_reached_by_its_tags(self):
        self.refused("AccessDeniedException", self.sqs.create_queue, QueueName="untagged")
        ours = self.sqs.create_queue(QueueName="ours", tags={FLEET["Key"]: FLEET["Value"]})["QueueUrl"]
        theirs = self.server.client("sqs").create_queue(QueueName="theirs")["QueueUrl"]
        self.sqs.delete_queue(QueueUrl=ours)
        self.refused("AccessDeniedException", self.sqs.delete_queue, QueueUrl=theirs)


if __name__ == "__main__":
    unittest.main()
