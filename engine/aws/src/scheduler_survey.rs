//! Every schedule of EventBridge Scheduler, whoever made it, whole.

use aws_sdk_scheduler::Client;
use aws_sdk_scheduler::operation::get_schedule::GetScheduleOutput;
use aws_sdk_scheduler::types::{FlexibleTimeWindow, ScheduleSummary, Target};
use futures::future::join_all;
use muster_core::cloud::{CloudError, ErrorKind, ForeignEdge};
use serde_json::{Map, Value, json};

use crate::convert::{text, timestamp};
use crate::paging::{self, Found};
use crate::region::Scope;

const LIST: &str = "scheduler:ListSchedules";
const GET: &str = "scheduler:GetSchedule";
/// Most schedules of a page.
const PAGE: i32 = 100;

/// All schedules of all groups: a list, and one call for each.
pub(crate) async fn all(scope: Scope<'_>) -> Found<ForeignEdge> {
    let client = client(scope);
    let listed = paging::all(LIST, async |token| {
        let request = client.list_schedules().max_results(PAGE).set_next_token(token);
        let page = scope.call(LIST, request.send()).await?;
        Ok((page.schedules().to_vec(), page.next_token().map(str::to_owned)))
    })
    .await;
    let unread = Found { items: Vec::new(), failures: listed.failures };
    let whole = join_all(listed.items.iter().map(|summary| whole(scope, &client, summary))).await;
    let mut found = Found::concat(whole.into_iter().chain([unread]));
    // One permission that is missing refuses them all, in words that differ by the schedule's ARN.
    found.failures.sort_by(|a, b| (&a.action, &a.code).cmp(&(&b.action, &b.code)));
    found.failures.dedup_by(|a, b| (&a.action, &a.code) == (&b.action, &b.code));
    found
}

fn client(scope: Scope<'_>) -> Client {
    let config =
        aws_sdk_scheduler::config::Builder::from(scope.region.config()).retry_partition(scope.region.partition("scheduler-survey"));
    Client::from_conf(config.build())
}

/// One that ended since it was listed is left out.
async fn whole(scope: Scope<'_>, client: &Client, summary: &ScheduleSummary) -> Found<ForeignEdge> {
    let (group, name) = (text(summary.group_name()), text(summary.name()));
    let request = client.get_schedule().group_name(&group).name(&name);
    match scope.call(GET, request.send()).await {
        Ok(schedule) => {
            let edge = ForeignEdge { arn: text(schedule.arn()), json: printed(&schedule).to_string(), group, name };
            Found::from_result(Ok(vec![edge]))
        }
        Err(CloudError { kind: ErrorKind::NotFound, .. }) => Found::from_result(Ok(Vec::new())),
        Err(error) => Found::from_result(Err(error)),
    }
}

/// As `aws scheduler get-schedule` prints it, as far as it says when and what.
fn printed(schedule: &GetScheduleOutput) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            out.insert(key.to_owned(), value);
        }
    };
    put("Arn", schedule.arn().map(Value::from));
    put("GroupName", schedule.group_name().map(Value::from));
    put("Name", schedule.name().map(Value::from));
    put("ScheduleExpression", schedule.schedule_expression().map(Value::from));
    put("ScheduleExpressionTimezone", schedule.schedule_expression_timezone().map(Value::from));
    put("StartDate", timestamp(schedule.start_date()).map(|at| at.to_string().into()));
    put("EndDate", timestamp(schedule.end_date()).map(|at| at.to_string().into()));
    put("State", schedule.state().map(|state| state.as_str().into()));
    put("FlexibleTimeWindow", schedule.flexible_time_window().map(window));
    put("Target", schedule.target().map(target));
    Value::Object(out)
}

fn window(window: &FlexibleTimeWindow) -> Value {
    match window.maximum_window_in_minutes() {
        Some(minutes) => json!({"Mode": window.mode().as_str(), "MaximumWindowInMinutes": minutes}),
        None => json!({"Mode": window.mode().as_str()}),
    }
}

fn target(target: &Target) -> Value {
    match target.input() {
        Some(input) => json!({"Arn": target.arn(), "RoleArn": target.role_arn(), "Input": input}),
        None => json!({"Arn": target.arn(), "RoleArn": target.role_arn()}),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_scheduler::types::{FlexibleTimeWindowMode, ScheduleState};
    use muster_core::import::{Source, import};

    use super::*;

    #[test]
    fn what_is_printed_is_what_the_importer_reads() {
        let target = Target::builder()
            .arn("arn:aws:scheduler:::aws-sdk:ec2:stopInstances")
            .role_arn("arn:aws:iam::123456789012:role/r")
            .input(r#"{"InstanceIds": ["i-0de00000000000001"]}"#);
        let window = FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off);
        let schedule = GetScheduleOutput::builder()
            .name("off")
            .group_name("default")
            .schedule_expression("cron(0 19 ? * MON-FRI *)")
            .schedule_expression_timezone("Asia/Seoul")
            .state(ScheduleState::Enabled)
            .flexible_time_window(window.build().expect("a window"))
            .target(target.build().expect("a target"))
            .build();
        let printed = printed(&schedule);
        assert_eq!(printed["Target"]["Input"], r#"{"InstanceIds": ["i-0de00000000000001"]}"#);
        let imported = import(Source::Eventbridge, &printed.to_string()).expect("imported");
        assert_eq!(imported.schedule["timezone"], "Asia/Seoul");
        assert_eq!(imported.name.as_deref(), Some("off"));
    }
}
