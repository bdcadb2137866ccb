"""What advice reads of the server's account, seen through boto3."""

import csv
import datetime
import io
import json
import unittest
import urllib.request
import zipfile

from botocore.exceptions import ClientError
from serving import REGION, Server

ACCOUNT = "123456789012"
IMAGE = "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"
DAY = datetime.timedelta(days=1)
SIGNED = f"AWS4-HMAC-SHA256 Credential=%s/20260101/{REGION}/s3/aws4_request, SignedHeaders=host, Signature=x"


class WithServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        names = {"ec2": "ec2", "iam": "iam", "s3": "s3", "functions": "lambda", "rds": "rds", "metrics": "cloudwatch", "ssm": "ssm"}
        for attribute, service in names.items():
            setattr(cls, attribute, cls.server.client(service))
        cls.now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)

    def aged(self, name, **facts):
        """Makes a thing older."""
        text = json.dumps({name: facts}, default=lambda at: at.isoformat())
        self.server.python(f"import ages, json; ages.set({ACCOUNT!r}, {REGION!r}, json.loads({text!r}))")

    def refused(self, code, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response["Error"]["Message"]


class Machines(WithServer):
    def run_one(self, **more):
        image = self.ssm.get_parameter(Name=IMAGE)["Parameter"]["Value"]
        return self.ec2.run_instances(ImageId=image, InstanceType="t3.small", MinCount=1, MaxCount=1, **more)["Instances"][0]["InstanceId"]

    def one(self, instance):
        return self.ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]

    def test_termination_protection_is_kept(self):
        for asked in (True, False):
            one = self.run_one(DisableApiTermination=asked)
            said = self.ec2.describe_instance_attribute(InstanceId=one, Attribute="disableApiTermination")
            self.assertEqual(said["DisableApiTermination"]["Value"], asked)
        self.assertEqual(self.one(one)["PlatformDetails"], "Linux/UNIX")

    def test_machines_disks_and_snapshots_get_older(self):
        instance = self.run_one()
        (device,) = self.one(instance)["BlockDeviceMappings"]
        volume = device["Ebs"]["VolumeId"]
        snapshot = self.ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
        image = self.ec2.create_image(InstanceId=instance, Name="image")["ImageId"]
        self.ec2.stop_instances(InstanceIds=[instance])
        self.aged(instance, launched=self.now - 40 * DAY, stopped=self.now - 3 * DAY)
        for name in (volume, snapshot, image):
            self.aged(name, made=self.now - 50 * DAY)
        seen = self.one(instance)
        self.assertEqual(seen["LaunchTime"], self.now - 40 * DAY)
        self.assertEqual(seen["StateTransitionReason"], f"User initiated ({self.now - 3 * DAY:%Y-%m-%d %H:%M:%S} GMT)")
        self.assertEqual(self.ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]["CreateTime"], self.now - 50 * DAY)
        self.assertEqual(self.ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["StartTime"], self.now - 50 * DAY)
        self.assertEqual(self.ec2.describe_images(ImageIds=[image])["Images"][0]["CreationDate"][:10], f"{self.now - 50 * DAY:%Y-%m-%d}")

    def test_snapshots_by_owner_and_by_who_may_restore(self):
        volume = self.ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"]
        public, private = (self.ec2.create_snapshot(VolumeId=volume)["SnapshotId"] for _ in range(2))
        self.ec2.modify_snapshot_attribute(SnapshotId=public, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"])
        own = {one["SnapshotId"]: one["OwnerId"] for one in self.ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]}
        self.assertLessEqual({public, private}, set(own))
        self.assertEqual(set(own.values()), {ACCOUNT}, "snapshots of Canonical's images are not ours")
        found = self.ec2.describe_snapshots(OwnerIds=["self"], RestorableByUserIds=["all"])["Snapshots"]
        self.assertEqual([one["SnapshotId"] for one in found], [public])

    def test_settings_of_a_region(self):
        far = self.server.client("ec2", region="eu-west-1")
        self.assertEqual(self.ec2.get_snapshot_block_public_access_state()["State"], "unblocked")
        self.ec2.enable_snapshot_block_public_access(State="block-all-sharing")
        self.assertEqual(self.ec2.get_snapshot_block_public_access_state()["State"], "block-all-sharing")
        self.assertEqual(far.get_snapshot_block_public_access_state()["State"], "unblocked")
        self.assertEqual(self.ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"], "block-new-sharing")
        self.ec2.disable_image_block_public_access()
        self.assertEqual(self.ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"], "unblocked")
        self.assertEqual(self.ec2.get_instance_metadata_defaults()["AccountLevel"], {})
        self.ec2.modify_instance_metadata_defaults(HttpTokens="required", HttpPutResponseHopLimit=2)
        self.assertEqual(self.ec2.get_instance_metadata_defaults()["AccountLevel"], {"HttpTokens": "required", "HttpPutResponseHopLimit": 2})
        self.ec2.modify_instance_metadata_defaults(HttpTokens="no-preference")
        self.assertEqual(self.ec2.get_instance_metadata_defaults()["AccountLevel"], {"HttpPutResponseHopLimit": 2})

    def test_agents_report_page_by_page(self):
        ids = [self.run_one() for _ in range(6)]
        for one in ids:
            self.server.python(f"import ec2_settings; ec2_settings.manage({ACCOUNT!r}, {REGION!r}, {one!r})")
        self.ec2.stop_instances(InstanceIds=ids[:1])
        pages = list(self.ssm.get_paginator("describe_instance_information").paginate(PaginationConfig={"PageSize": 5}))
        self.assertEqual([len(page["InstanceInformationList"]) for page in pages], [5, 1])
        seen = {one["InstanceId"]: one["PingStatus"] for page in pages for one in page["InstanceInformationList"]}
        self.assertEqual((seen[ids[0]], seen[ids[1]]), ("ConnectionLost", "Online"))


class Identities(WithServer):
    def report(self):
        while self.iam.generate_credential_report()["State"] != "COMPLETE":
            pass
        return {row["user"]: row for row in csv.DictReader(io.StringIO(self.iam.get_credential_report()["Content"].decode()))}

    def test_the_report_has_root_and_dates(self):
        self.iam.create_user(UserName="one")
        self.iam.create_login_profile(UserName="one", Password="Correct-horse-1")
        for _ in range(2):
            self.iam.create_access_key(UserName="one")
        keys = [{"made": self.now - 90 * DAY, "used": self.now - 2 * DAY}, {"made": self.now - 9 * DAY, "used": None}]
        self.aged("iam:user/one", made=self.now - 500 * DAY, password_used=self.now - DAY, password_set=self.now - 30 * DAY, keys=keys)
        self.server.python(
            f"import credential_report; at = datetime.datetime.fromisoformat({self.now.isoformat()!r})\n"
            f"credential_report.root({ACCOUNT!r}, password_used=at, mfa=False, keys=[{{'active': True, 'rotated': at, 'used': None}}])"
        )
        report = self.report()
        written = lambda at: f"{at:%Y-%m-%dT%H:%M:%S+00:00}"  # noqa: E731
        root, one = report["<root_account>"], report["one"]
        self.assertEqual((root["mfa_active"], root["password_last_used"], root["access_key_1_active"]), ("false", written(self.now), "true"))
        self.assertEqual((root["arn"], root["password_enabled"]), (f"arn:aws:iam::{ACCOUNT}:root", "not_supported"))
        self.assertEqual((one["password_last_used"], one["password_last_changed"]), (written(self.now - DAY), written(self.now - 30 * DAY)))
        self.assertEqual((one["access_key_1_last_rotated"], one["access_key_1_last_used_date"]), (written(self.now - 90 * DAY), written(self.now - 2 * DAY)))
        self.assertEqual((one["access_key_2_last_used_date"], one["access_key_2_active"]), ("N/A", "true"))
        summary = self.iam.get_account_summary()["SummaryMap"]
        self.assertEqual((summary["AccountMFAEnabled"], summary["AccountAccessKeysPresent"]), (0, 1))


    def test_everything_comes_by_kind_and_in_pages(self):
        for number in range(5):
            self.iam.create_group(GroupName=f"group-{number}")
        document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]})
        self.iam.create_policy(PolicyName="reading", PolicyDocument=document)
        pages = self.iam.get_paginator("get_account_authorization_details")
        asked = list(pages.paginate(Filter=["Group", "LocalManagedPolicy"], PaginationConfig={"PageSize": 4}))
        self.assertEqual([(len(page["GroupDetailList"]), len(page["Policies"])) for page in asked], [(4, 0), (1, 1)])
        self.assertEqual({len(page["UserDetailList"]) for page in asked}, {0})
        (policy,) = asked[1]["Policies"]
        self.assertEqual((policy["PolicyName"], policy["Arn"].split("/")[-1]), ("reading", "reading"))


class Buckets(WithServer):
    def test_a_new_bucket_is_as_aws_makes_it(self):
        self.s3.create_bucket(Bucket="plain", CreateBucketConfiguration={"LocationConstraint": REGION})
        self.assertEqual(set(self.s3.get_public_access_block(Bucket="plain")["PublicAccessBlockConfiguration"].values()), {True})
        rules = self.s3.get_bucket_encryption(Bucket="plain")["ServerSideEncryptionConfiguration"]["Rules"]
        self.assertEqual(rules[0]["ApplyServerSideEncryptionByDefault"], {"SSEAlgorithm": "AES256"})
        owners = self.s3.get_bucket_ownership_controls(Bucket="plain")["OwnershipControls"]["Rules"]
        self.assertEqual(owners, [{"ObjectOwnership": "BucketOwnerEnforced"}])
        self.s3.delete_public_access_block(Bucket="plain")
        self.refused("NoSuchPublicAccessBlockConfiguration", self.s3.get_public_access_block, Bucket="plain")
        self.s3.put_bucket_acl(Bucket="plain", ACL="public-read-write")
        grants = self.s3.get_bucket_acl(Bucket="plain")["Grants"]
        self.assertEqual([one["Permission"] for one in grants if one["Grantee"]["Type"] == "Group"], ["READ", "WRITE"])

    def test_buckets_by_region_and_page(self):
        for number in range(5):
            self.s3.create_bucket(Bucket=f"page-{number}", CreateBucketConfiguration={"LocationConstraint": REGION})
        self.server.client("s3", region="us-east-1").create_bucket(Bucket="page-far")
        first = self.s3.list_buckets(BucketRegion=REGION, Prefix="page-", MaxBuckets=3)
        rest = self.s3.list_buckets(BucketRegion=REGION, Prefix="page-", MaxBuckets=3, ContinuationToken=first["ContinuationToken"])
        names = [one["Name"] for page in (first, rest) for one in page["Buckets"]]
        self.assertEqual((names, rest.get("ContinuationToken")), ([f"page-{number}" for number in range(5)], None))
        regions = {one["Name"]: one["BucketRegion"] for one in self.s3.list_buckets(Prefix="page-")["Buckets"]}
        self.assertEqual((regions["page-far"], regions["page-0"]), ("us-east-1", REGION))

    def test_intelligent_tiering_is_listed(self):
        self.s3.create_bucket(Bucket="tiers", CreateBucketConfiguration={"LocationConstraint": REGION})
        self.assertNotIn("IntelligentTieringConfigurationList", self.s3.list_bucket_intelligent_tiering_configurations(Bucket="tiers"))
        tiers = {"Id": "a", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}
        self.s3.put_bucket_intelligent_tiering_configuration(Bucket="tiers", Id="a", IntelligentTieringConfiguration=tiers)
        found = self.s3.list_bucket_intelligent_tiering_configurations(Bucket="tiers")["IntelligentTieringConfigurationList"]
        self.assertEqual(found, [tiers])

    def test_the_block_of_an_account_stands_behind_a_host_of_its_own(self):
        values = {name: "true" for name in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")}
        self.server.python(f"get_backend('s3control')[{ACCOUNT!r}]['aws'].put_public_access_block({ACCOUNT!r}, {values!r})")
        headers = {"Host": f"{ACCOUNT}.{self.server.url[7:]}", "x-amz-account-id": ACCOUNT, "Authorization": SIGNED % "testing"}
        asked = urllib.request.Request(f"{self.server.url}/v20180820/configuration/publicAccessBlock", headers=headers)
        with urllib.request.urlopen(asked) as answer:
            self.assertIn(b"<BlockPublicAcls>true</BlockPublicAcls>", answer.read())

    def test_settings_are_judged_by_their_own_actions(self):
        self.s3.create_bucket(Bucket="judged", CreateBucketConfiguration={"LocationConstraint": REGION})
        allowed = ["s3:GetEncryptionConfiguration", "s3:GetBucketPublicAccessBlock", "s3:ListAllMyBuckets"]
        self.server.lab("policies", {"reader": [{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": allowed, "Resource": "*"}]}]})
        self.addCleanup(self.server.lab, "policies", {})
        reader = self.server.client("s3", key="reader")
        reader.list_buckets()
        reader.get_bucket_encryption(Bucket="judged")
        reader.get_public_access_block(Bucket="judged")
        message = self.refused("AccessDenied", reader.get_bucket_lifecycle_configuration, Bucket="judged")
        self.assertIn("s3:GetLifecycleConfiguration on resource: arn:aws:s3:::judged", message)
        for call, action in (
            (reader.get_object_lock_configuration, "GetBucketObjectLockConfiguration"),
            (reader.list_bucket_intelligent_tiering_configurations, "GetIntelligentTieringConfiguration"),
            (reader.get_bucket_policy_status, "GetBucketPolicyStatus"),
        ):
            self.assertIn(f"s3:{action}", self.refused("AccessDenied", call, Bucket="judged"))
        self.refused("AccessDeniedException", self.server.client("lambda", key="reader").list_functions)


class Functions(WithServer):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
        cls.role = cls.iam.create_role(RoleName="functions", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]

    def function(self, name):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as packed:
            packed.writestr("x.py", "")
        self.functions.create_function(FunctionName=name, Runtime="python3.13", Role=self.role, Handler="x.y", Code={"ZipFile": held.getvalue()})

    def test_code_signing(self):
        self.function("signed")
        publishers = {"SigningProfileVersionArns": ["arn:aws:signer:us-east-1:123456789012:/signing-profiles/x/y"]}
        made = self.functions.create_code_signing_config(AllowedPublishers=publishers, CodeSigningPolicies={"UntrustedArtifactOnDeployment": "Enforce"})
        arn = made["CodeSigningConfig"]["CodeSigningConfigArn"]
        self.assertEqual(self.functions.list_functions_by_code_signing_config(CodeSigningConfigArn=arn)["FunctionArns"], [])
        self.functions.put_function_code_signing_config(FunctionName="signed", CodeSigningConfigArn=arn)
        (found,) = self.functions.list_functions_by_code_signing_config(CodeSigningConfigArn=arn)["FunctionArns"]
        self.assertTrue(found.endswith(":function:signed"))
        policies = self.functions.get_code_signing_config(CodeSigningConfigArn=arn)["CodeSigningConfig"]["CodeSigningPolicies"]
        self.assertEqual(policies, {"UntrustedArtifactOnDeployment": "Enforce"})
        self.assertEqual([one["CodeSigningConfigArn"] for one in self.functions.list_code_signing_configs()["CodeSigningConfigs"]], [arn])
        wrong = arn[:-1] + "f"
        self.refused("CodeSigningConfigNotFoundException", self.functions.put_function_code_signing_config, FunctionName="signed", CodeSigningConfigArn=wrong)

    def test_urls_and_who_may_use_them(self):
        self.function("open")
        self.assertEqual(self.functions.list_function_url_configs(FunctionName="open")["FunctionUrlConfigs"], [])
        self.functions.create_function_url_config(FunctionName="open", AuthType="NONE")
        (url,) = self.functions.list_function_url_configs(FunctionName="open")["FunctionUrlConfigs"]
        self.assertEqual(url["AuthType"], "NONE")
        self.functions.add_permission(
            FunctionName="open", StatementId="url", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE"
        )
        (statement,) = json.loads(self.functions.get_policy(FunctionName="open")["Policy"])["Statement"]
        self.assertEqual(statement["Condition"], {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}})
        self.assertNotIn("FunctionUrlAuthType", statement)

    def test_functions_come_in_pages_of_50(self):
        for number in range(52):
            self.function(f"page-{number:02}")
        pages = list(self.functions.get_paginator("list_functions").paginate())
        names = {one["FunctionName"] for page in pages for one in page["Functions"]}
        self.assertEqual(len(pages[0]["Functions"]), 50)
        self.assertLessEqual({f"page-{number:02}" for number in range(52)}, names)

    def test_calls_are_counted_by_their_operation(self):
        self.function("counted")
        self.server.lab("log")
        self.functions.list_functions()
        self.functions.list_tags(Resource=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:counted")
        self.refused("ResourceNotFoundException", self.functions.get_policy, FunctionName="counted")
        self.assertEqual(self.server.lab("log"), {"lambda:ListFunctions": 1, "lambda:ListTags": 1, "lambda:GetPolicy": 1})


class Metrics(WithServer):
    def test_days_of_many_metrics(self):
        midnight = self.now.replace(hour=0, minute=0, second=0)
        for back, value in ((1, 10.0), (1, 30.0), (3, 5.0)):
            at = midnight - back * DAY + datetime.timedelta(hours=6)
            one = {"MetricName": "CPUUtilization", "Dimensions": [{"Name": "InstanceId", "Value": "i-1"}], "Value": value, "Timestamp": at}
            self.metrics.put_metric_data(Namespace="AWS/EC2", MetricData=[one])
        metric = {"Namespace": "AWS/EC2", "MetricName": "CPUUtilization", "Dimensions": [{"Name": "InstanceId", "Value": "i-1"}]}
        other = {**metric, "Dimensions": [{"Name": "InstanceId", "Value": "i-2"}]}
        stats = [("average", metric, "Average"), ("maximum", metric, "Maximum"), ("sum", metric, "Sum"), ("most", metric, "p99"), ("none", other, "Average")]
        queries = [{"Id": name, "MetricStat": {"Metric": of, "Period": 86400, "Stat": stat}} for name, of, stat in stats]
        found = self.metrics.get_metric_data(MetricDataQueries=queries, StartTime=midnight - 14 * DAY, EndTime=midnight, ScanBy="TimestampAscending")
        values = {one["Id"]: one["Values"] for one in found["MetricDataResults"]}
        self.assertEqual(values, {"average": [5.0, 20.0], "maximum": [5.0, 30.0], "sum": [5.0, 40.0], "most": [5.0, 30.0], "none": []})
        self.assertEqual(found["MetricDataResults"][0]["Timestamps"], [midnight - 3 * DAY, midnight - DAY])


class Databases(WithServer):
    def test_databases_and_their_snapshots_get_older(self):
        self.rds.create_db_instance(
            DBInstanceIdentifier="one", Engine="postgres", DBInstanceClass="db.t4g.micro", AllocatedStorage=20, MasterUsername="root", MasterUserPassword="b" * 12
        )
        self.rds.create_db_snapshot(DBSnapshotIdentifier="kept", DBInstanceIdentifier="one")
        self.aged("rds:db/one", made=self.now - 70 * DAY)
        self.aged("rds:snapshot/kept", made=self.now - 60 * DAY)
        self.assertEqual(self.rds.describe_db_instances()["DBInstances"][0]["InstanceCreateTime"], self.now - 70 * DAY)
        self.assertEqual(self.rds.describe_db_snapshots(DBSnapshotIdentifier="kept")["DBSnapshots"][0]["SnapshotCreateTime"], self.now - 60 * DAY)


if __name__ == "__main__":
    unittest.main()
