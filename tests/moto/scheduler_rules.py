"""What EventBridge Scheduler does beside moto: tokens, groups that are not there or there already, what it looks at in a schedule."""

import re
from datetime import datetime, timezone
from zoneinfo import available_timezones

import moto.scheduler.models as scheduler
from moto.core.exceptions import JsonRESTError
from moto.iam.models import iam_backends
from moto.scheduler.exceptions import ScheduleGroupNotFound, ValidationException
from moto.scheduler.responses import EventBridgeSchedulerResponse

# Without MaxResults, and at most.
PAGE = 100
NAME = re.compile(r"[0-9a-zA-Z-_.]{1,64}")
ONCE = re.compile(r"at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)|rate\(\d+ (minute|hour|day)s?\)")
CRON = re.compile(r"cron\((.*)\)")
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
DAYS = "SUN MON TUE WED THU FRI SAT".split()
# Of each field of a cron: lowest, highest, names from the lowest on.
FIELDS = ((0, 59, []), (0, 23, []), (1, 31, []), (1, 12, MONTHS), (1, 7, DAYS), (1970, 2199, []))
CANNOT_ASSUME = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
ZONES = available_timezones()


class Conflict(JsonRESTError):
    """A name that is taken."""

    code = 409

    def __init__(self, message):
        super().__init__("ConflictException", message)


def install():
    """Puts the rules in front of moto's own methods."""
    scheduler.EventBridgeSchedulerBackend.PAGINATION_MODEL["list_schedules"]["limit_default"] = PAGE
    _groups()
    _schedules()
    _tokens()


def _known(backend, name):
    """A group that is there."""
    return backend.get_schedule_group(name or "default")


def _groups():
    backend = scheduler.EventBridgeSchedulerBackend
    create, delete, listed = backend.create_schedule_group, backend.delete_schedule_group, backend.list_schedules

    def create_schedule_group(self, name, tags):
        _check_name(name)
        if name in self.schedule_groups:
            raise Conflict(f"Schedule group {name} already exists.")
        return create(self, name, tags or [])

    def delete_schedule_group(self, name):
        group = _known(self, name)
        if group.name == "default":
            raise ValidationException("The default schedule group cannot be deleted.")
        self.tagger.delete_all_tags_for_resource(group.arn)
        delete(self, name)

    def list_schedules(self, group_names, *args, **kw):
        for name in group_names or []:
            _known(self, name)
        return listed(self, group_names, *args, **kw)

    backend.create_schedule_group = create_schedule_group
    backend.delete_schedule_group = delete_schedule_group
    backend.list_schedules = list_schedules
    for name in ("list_tags_for_resource", "tag_resource", "untag_resource"):

        def tagging(self, resource_arn, *args, plain=getattr(backend, name)):
            if resource_arn not in {group.arn for group in self.schedule_groups.values()}:
                raise ScheduleGroupNotFound(resource_arn.split("/")[-1])
            return plain(self, resource_arn, *args)

        setattr(backend, name, tagging)


def _schedules():
    backend = scheduler.EventBridgeSchedulerBackend
    create, update = backend.create_schedule, backend.update_schedule

    def create_schedule(self, **asked):
        _known(self, asked["group_name"])
        _check_name(asked["name"])
        _check(self, asked)
        return create(self, **asked)

    def update_schedule(self, **asked):
        _check(self, asked)
        return update(self, **asked)

    backend.create_schedule = create_schedule
    backend.update_schedule = update_schedule


def _check_name(name):
    if not NAME.fullmatch(name):
        raise ValidationException(f"Value '{name}' at 'name' failed to satisfy constraint: Member must satisfy {NAME.pattern}")


def _check(backend, asked):
    expression, zone = asked["schedule_expression"], asked["schedule_expression_timezone"]
    if not (ONCE.fullmatch(expression) or _is_cron(expression)):
        raise ValidationException(f"Invalid Schedule Expression {expression}.")
    if zone and zone not in ZONES:
        raise ValidationException(f"Invalid Schedule Expression Timezone {zone}.")
    if asked["end_date"] is not None:
        _check_end(asked["start_date"], asked["end_date"])
    _check_role(backend, asked["target"]["RoleArn"])


def _is_cron(expression):
    """Six fields within their bounds, and a question mark for one of the two days. Wildcards of days beyond numbers are let through."""
    match = CRON.fullmatch(expression)
    fields = match[1].split(" ") if match else []
    if len(fields) != len(FIELDS) or (fields[2] == "?") == (fields[4] == "?"):
        return False
    return all(_in_bounds(field, *bounds) for field, bounds in zip(fields, FIELDS, strict=True))


def _in_bounds(field, low, high, names):
    if field in ("*", "?"):
        return True
    for word in re.split(r"[,\-/#]", field):
        number = names.index(word) + low if word in names else word.rstrip("LW") or low
        if not str(number).isdigit() or not (low <= int(number) <= high or word == "0" and "/" in field):
            return False
    return True


def _check_end(start, end):
    if float(end) <= datetime.now(timezone.utc).timestamp() or (start is not None and float(end) <= float(start)):
        raise ValidationException("The EndDate you specify must come after the StartDate, and must be in the future.")


def _check_role(backend, arn):
    """The role must be there and name the service; conditions of its trust are not looked at here."""
    roles = iam_backends[backend.account_id][backend.partition].roles.values()
    trusted = (role.assume_role_policy_document for role in roles if role.arn == arn)
    if not any("scheduler.amazonaws.com" in document for document in trusted):
        raise ValidationException(CANNOT_ASSUME)


def _tokens():
    """The same create with the same token is answered as it was the first time, also when the thing is gone since."""
    response = EventBridgeSchedulerResponse
    for name in ("create_schedule", "create_schedule_group"):

        def once(self, plain=getattr(response, name), operation=name):
            answers = self.scheduler_backend.__dict__.setdefault("_answers", {})
            token = self._get_param("ClientToken")
            key = (operation, self.uri.split("?")[0], token)
            if token is None or key not in answers:
                answers[key] = plain(self)
            return answers[key]

        setattr(response, name, once)
