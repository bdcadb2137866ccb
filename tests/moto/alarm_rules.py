"""CloudWatch and SSM beside moto: page sizes, the state of a new alarm, what an update leaves alone."""

import moto.cloudwatch.models as alarms
import moto.cloudwatch.responses as alarm_answers
import moto.ssm.responses as parameter_answers

ALARM_PAGE = {"default": 50, "most": 100}
PARAMETER_PAGE = {"default": 10, "most": 50}


def install():
    """Puts the rules in front of moto's own methods."""
    _pages()
    _new_alarms()
    _parameters()


def _pages():
    plain = alarm_answers.CloudWatchResponse.describe_alarms

    def describe_alarms(self):
        answer = plain(self)
        size = min(int(self._get_param("MaxRecords") or ALARM_PAGE["default"]), ALARM_PAGE["most"])
        start = int(self._get_param("NextToken") or 0)
        found = sorted(answer.result["MetricAlarms"], key=lambda alarm: alarm.name)
        answer.result["MetricAlarms"] = found[start : start + size]
        if start + size < len(found):
            answer.result["NextToken"] = str(start + size)
        return answer

    alarm_answers.CloudWatchResponse.describe_alarms = describe_alarms


def _new_alarms():
    plain = alarms.CloudWatchBackend.put_metric_alarm

    def put_metric_alarm(self, *args, **kw):
        name = kw["name"]
        was = self.alarms.get(name)
        tags = self.list_tags_for_resource(was.alarm_arn) if was else None
        state = (was.state_value, was.state_reason) if was else ("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation")
        alarm = plain(self, *args, **kw)
        alarm.state_value, alarm.state_reason = state
        if tags is not None:
            self.tagger.delete_all_tags_for_resource(alarm.alarm_arn)
            self.tag_resource(alarm.alarm_arn, tags)
        return alarm

    alarms.CloudWatchBackend.put_metric_alarm = put_metric_alarm


def _parameters():
    def describe_parameters(self):
        found = self.ssm_backend.describe_parameters(self._get_param("Filters"), self._get_param("ParameterFilters"))
        size = min(int(self._get_param("MaxResults") or PARAMETER_PAGE["default"]), PARAMETER_PAGE["most"])
        start = int(self._get_param("NextToken") or 0)
        answer = {"Parameters": [parameter.describe_response_object(False) for parameter in found[start : start + size]]}
        if start + size < len(found):
            answer["NextToken"] = str(start + size)
        return parameter_answers.ActionResult(answer)

    parameter_answers.SimpleSystemManagerResponse.describe_parameters = describe_parameters
