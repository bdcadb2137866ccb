"""What muster makes none of and its schedules work on: an Auto Scaling group, an ECS service and a cluster of two members.

`import stock; stock.make(ACCOUNT, REGION)` through /lab/py puts them into an account, as the sandbox's estate of the same name has
them (engine/sandbox/src/conformance/mod.rs).
"""

import datetime

from moto.backends import get_backend

NAME = "stock"
MARK = {"conformance": "stock"}


def make(account, region):
    """Makes all three, each tagged `conformance: stock`."""
    backend = lambda service: get_backend(service)[account][region]  # noqa: E731
    _group(backend("autoscaling"), next(iter(backend("ec2").amis)), region)
    _service(backend("ecs"))
    _cluster(backend("rds"))


def _group(scaling, image, region):
    scaling.create_launch_configuration(
        name=NAME, image_id=image, key_name=None, kernel_id="", ramdisk_id="", security_groups=[], user_data=None,
        instance_type="t3.small", instance_monitoring=False, instance_profile_name=None, spot_price=None, ebs_optimized=False,
        associate_public_ip_address=False, block_device_mappings=[],
    )  # fmt: skip
    own = {"ResourceId": NAME, "ResourceType": "auto-scaling-group", "PropagateAtLaunch": False}
    scaling.create_auto_scaling_group(
        name=NAME, availability_zones=[f"{region}a"], desired_capacity=2, max_size=4, min_size=1, launch_config_name=NAME,
        launch_template={}, vpc_zone_identifier=None, default_cooldown=300, health_check_period=300, health_check_type="EC2",
        load_balancers=[], target_group_arns=[], placement_group=None, termination_policies=[],
        tags=[{**own, "Key": key, "Value": value} for key, value in MARK.items()],
    )  # fmt: skip


def _service(ecs):
    ecs.create_cluster(NAME)
    ecs.register_task_definition(NAME, [{"name": NAME, "image": NAME, "memory": 128}])
    tags = [{"key": key, "value": value} for key, value in MARK.items()]
    ecs.create_service(NAME, NAME, 2, task_definition_str=NAME, tags=tags, scheduling_strategy="REPLICA")


def _cluster(rds):
    tags = [{"Key": key, "Value": value} for key, value in MARK.items()]
    rds.create_db_cluster(
        {
            "db_cluster_identifier": NAME, "engine": "aurora-mysql", "engine_version": "8.0.mysql_aurora.3.08.0",
            "master_username": "admin", "master_user_password": "b" * 12, "tags": tags,
        }
    )  # fmt: skip
    for member in ("stock-1", "stock-2"):
        wanted = {"db_instance_identifier": member, "db_instance_class": "db.r6g.large", "engine": "aurora-mysql"}
        rds.create_db_instance({**wanted, "db_cluster_identifier": NAME})


def survey(account, region, hour):
    """Puts in what a survey reads: a start and a stop of `i-1` in a group of their own, and its CPU in an hour (seconds since 1970)."""
    trust = '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
    get_backend("iam")[account]["aws"].create_role("lab", trust, "/", None, "", {}, 3600)
    scheduler = get_backend("scheduler")[account][region]
    scheduler.create_schedule_group("lab", [])
    for name, expression, call in (("on", "cron(0 9 ? * MON-FRI *)", "startInstances"), ("off", "cron(0 19 ? * MON-FRI *)", "stopInstances")):
        target = {"Arn": f"arn:aws:scheduler:::aws-sdk:ec2:{call}", "RoleArn": f"arn:aws:iam::{account}:role/lab", "Input": '{"InstanceIds": ["i-1"]}'}
        scheduler.create_schedule(
            description="", end_date=None, flexible_time_window={"Mode": "OFF"}, group_name="lab", kms_key_arn=None, name=name,
            schedule_expression=expression, schedule_expression_timezone="Asia/Seoul", start_date=None, state="ENABLED", target=target,
            action_after_completion=None,
        )  # fmt: skip
    values = [{"MetricName": "CPUUtilization", "Dimensions": [{"Name": "InstanceId", "Value": "i-1"}], "Value": value, "Unit": "Percent",
               "Timestamp": datetime.datetime.fromtimestamp(hour + late, datetime.timezone.utc).replace(tzinfo=None)} for late, value in ((300, 3.0), (1800, 7.0))]  # fmt: skip
    get_backend("cloudwatch")[account][region].put_metric_data("AWS/EC2", values)
