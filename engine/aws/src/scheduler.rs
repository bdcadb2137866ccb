//! EventBridge Scheduler: groups and what stands in them.
//!
//! Every change carries a client token of its own, made of the name and the instant. The name is what makes a repeated create
//! harmless; a token that was derived from the name alone would outlive it, and a schedule that is deleted and made again within
//! hours might be answered with the success of the first time.

use aws_sdk_scheduler::types::{
    ActionAfterCompletion, DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode, RetryPolicy, ScheduleState, ScheduleSummary, Tag,
    Target,
};
use aws_smithy_types::DateTime;
use jiff::Timestamp;
use muster_core::cloud::{Clock as _, CloudError, EdgeGroup, ErrorKind, Receipt, StandingEdge};
use muster_core::delivery::EdgeSpec;
use muster_core::digest::sha256_hex;
use muster_core::tags::Tags;

use crate::clock::WallClock;
use crate::convert::{built, gone_is_done, receipt, text, timestamp};
use crate::paging;
use crate::region::Scope;

const LIST: &str = "scheduler:ListSchedules";
const CREATE_GROUP: &str = "scheduler:CreateScheduleGroup";
const CREATE: &str = "scheduler:CreateSchedule";
const GET_GROUP: &str = "scheduler:GetScheduleGroup";
const SET_TAGS: &str = "scheduler:TagResource";
const REMOVE_TAGS: &str = "scheduler:UntagResource";
const LIST_TAGS: &str = "scheduler:ListTagsForResource";
/// Most schedules of a page.
const PAGE: i32 = 100;
/// How often a call is tried within the age an event may reach: the most there is, so that the age alone decides.
const ATTEMPTS: i32 = 185;
/// Part of what CreateSchedule says while IAM has not told Scheduler of the role yet (its code, `ValidationException`, says less).
const CANNOT_ASSUME: &str = "to assume the role";

/// A group with everything in it; nothing when there is none of that name, which ListSchedules says itself
/// (K: EventBridge Scheduler API Reference, "ListSchedules", Errors).
pub(crate) async fn group(scope: Scope<'_>, name: &str) -> Result<Option<EdgeGroup>, CloudError> {
    let found = paging::all(LIST, async |token| {
        let request = scope.region.scheduler().list_schedules().group_name(name).max_results(PAGE).set_next_token(token);
        let page = scope.call(LIST, request.send()).await?;
        Ok((page.schedules().iter().map(standing).collect(), page.next_token().map(str::to_owned)))
    })
    .await;
    match found.failures.into_iter().next() {
        Some(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Some(error) => Err(error),
        None => Ok(Some(sorted(name, found.items))),
    }
}

/// Pages are read one after the other, so that one made or fired in between can come twice.
fn sorted(name: &str, mut edges: Vec<StandingEdge>) -> EdgeGroup {
    edges.sort_by(|a, b| a.name.cmp(&b.name));
    edges.dedup_by(|a, b| a.name == b.name);
    EdgeGroup { name: name.to_owned(), edges }
}

fn standing(from: &ScheduleSummary) -> StandingEdge {
    let created = timestamp(from.creation_date()).unwrap_or(Timestamp::UNIX_EPOCH);
    StandingEdge {
        name: text(from.name()),
        arn: text(from.arn()),
        enabled: from.state() != Some(&ScheduleState::Disabled),
        created,
        modified: timestamp(from.last_modification_date()).unwrap_or(created),
        target: from.target().map(|target| target.arn().to_owned()).unwrap_or_default(),
    }
}

/// scheduler:CreateScheduleGroup.
pub(crate) async fn create_group(scope: Scope<'_>, name: &str, tags: &Tags) -> Result<Receipt, CloudError> {
    let request = scope
        .region
        .scheduler()
        .create_schedule_group()
        .name(name)
        .client_token(token(name, "", WallClock.now()))
        .set_tags((!tags.is_empty()).then_some(sdk_tags(CREATE_GROUP, tags)?));
    let answer = scope.call(CREATE_GROUP, request.send()).await?;
    Ok(receipt(&answer, Some(name)))
}

/// scheduler:DeleteScheduleGroup, with everything in it.
pub(crate) async fn delete_group(scope: Scope<'_>, name: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.scheduler().delete_schedule_group().name(name).client_token(token(name, "", WallClock.now()));
    gone_is_done(scope.call("scheduler:DeleteScheduleGroup", request.send()).await.map(|answer| receipt(&answer, Some(name))))
}

/// scheduler:CreateSchedule.
pub(crate) async fn create(scope: Scope<'_>, group: &str, edge: &EdgeSpec) -> Result<Receipt, CloudError> {
    let (name, now) = (edge.name(), WallClock.now());
    let exact = FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build();
    let request = scope
        .region
        .scheduler()
        .create_schedule()
        .group_name(group)
        .name(&name)
        .description(edge.address.as_str())
        .schedule_expression(&edge.expression)
        .schedule_expression_timezone(&edge.zone)
        .set_start_date(edge.start_at(now).map(seconds))
        .set_end_date(edge.end.map(seconds))
        .state(ScheduleState::Enabled)
        .flexible_time_window(built(CREATE, exact)?)
        .action_after_completion(if edge.delete_after { ActionAfterCompletion::Delete } else { ActionAfterCompletion::None })
        .target(target(edge)?)
        .client_token(token(group, &name, now));
    let answer = scope.call(CREATE, request.send()).await.map_err(not_yet)?;
    Ok(receipt(&answer, Some(&name)))
}

fn target(edge: &EdgeSpec) -> Result<Target, CloudError> {
    // The age is minutes, so it fits.
    let age = i32::try_from(EdgeSpec::max_event_age_seconds()).unwrap_or(i32::MAX);
    let retries = RetryPolicy::builder().maximum_event_age_in_seconds(age).maximum_retry_attempts(ATTEMPTS).build();
    let queue = edge.dead_letter.as_ref().map(|arn| DeadLetterConfig::builder().arn(arn).build());
    let target = Target::builder().arn(edge.arn()).role_arn(&edge.role).input(edge.input()).retry_policy(retries);
    built(CREATE, target.set_dead_letter_config(queue).build())
}

/// A role that was made just now is not there yet for a service that asks IAM elsewhere; the executor waits that out.
fn not_yet(error: CloudError) -> CloudError {
    let young = error.code == "ValidationException" && error.message.contains(CANNOT_ASSUME);
    if young { CloudError { kind: ErrorKind::NotFound, ..error } } else { error }
}

/// scheduler:DeleteSchedule.
pub(crate) async fn delete(scope: Scope<'_>, group: &str, name: &str) -> Result<Receipt, CloudError> {
    let token = token(group, name, WallClock.now());
    let request = scope.region.scheduler().delete_schedule().group_name(group).name(name).client_token(token);
    gone_is_done(scope.call("scheduler:DeleteSchedule", request.send()).await.map(|answer| receipt(&answer, Some(name))))
}

/// 64 characters of letters and digits, as many as a client token may have.
fn token(group: &str, name: &str, now: Timestamp) -> String {
    sha256_hex(format!("{group}/{name} {now}").as_bytes())
}

/// Scheduler keeps whole seconds.
fn seconds(at: Timestamp) -> DateTime {
    DateTime::from_secs(at.as_second())
}

fn sdk_tags(action: &str, tags: &Tags) -> Result<Vec<Tag>, CloudError> {
    tags.iter().map(|(key, value)| built(action, Tag::builder().key(key).value(value).build())).collect()
}

/// The ARN of a group that is named by it or by its name; tags are asked for by ARN only.
async fn arn(scope: Scope<'_>, group: &str) -> Result<String, CloudError> {
    if group.starts_with("arn:") {
        return Ok(group.to_owned());
    }
    let request = scope.region.scheduler().get_schedule_group().name(group);
    let answer = scope.call(GET_GROUP, request.send()).await?;
    Ok(text(answer.arn()))
}

/// scheduler:TagResource of a group, by name or ARN.
pub(crate) async fn set_tags(scope: Scope<'_>, group: &str, tags: &Tags) -> Result<Receipt, CloudError> {
    let arn = arn(scope, group).await?;
    let request = scope.region.scheduler().tag_resource().resource_arn(arn).set_tags(Some(sdk_tags(SET_TAGS, tags)?));
    let answer = scope.call(SET_TAGS, request.send()).await?;
    Ok(receipt(&answer, Some(group)))
}

/// scheduler:UntagResource of a group, by name or ARN.
pub(crate) async fn remove_tags(scope: Scope<'_>, group: &str, keys: &[String]) -> Result<Receipt, CloudError> {
    gone_is_done(untag(scope, group, keys).await)
}

async fn untag(scope: Scope<'_>, group: &str, keys: &[String]) -> Result<Receipt, CloudError> {
    let arn = arn(scope, group).await?;
    let request = scope.region.scheduler().untag_resource().resource_arn(arn).set_tag_keys(Some(keys.to_vec()));
    let answer = scope.call(REMOVE_TAGS, request.send()).await?;
    Ok(receipt(&answer, Some(group)))
}

/// scheduler:ListTagsForResource of a group, by name or ARN.
pub(crate) async fn tags_of(scope: Scope<'_>, group: &str) -> Result<Tags, CloudError> {
    let arn = arn(scope, group).await?;
    let request = scope.region.scheduler().list_tags_for_resource().resource_arn(arn);
    let answer = scope.call(LIST_TAGS, request.send()).await?;
    Ok(answer.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use muster_core::address::Address;
    use muster_core::delivery::{self, Action};

    use super::*;

    fn edge() -> EdgeSpec {
        EdgeSpec {
            address: Address::from_text("schedule/office/edge/ec2/i-1/stop-1900-mon-fri"),
            readable: "office-stop-1900-mon-fri".to_owned(),
            action: Action::Stop,
            expression: "cron(0 19 ? * MON-FRI *)".to_owned(),
            zone: "Asia/Seoul".to_owned(),
            start: None,
            end: None,
            delete_after: false,
            target: delivery::Target::Instance { id: "i-1".to_owned(), hibernate: false },
            partition: "aws".to_owned(),
            role: "arn:aws:iam::123456789012:role/muster/lms/ap-northeast-2/r".to_owned(),
            dead_letter: None,
            awaits: None,
        }
    }

    #[test]
    fn a_target_is_tried_for_ten_minutes_and_then_kept() {
        let target = target(&EdgeSpec { dead_letter: Some("arn:aws:sqs:x:1:q".to_owned()), ..edge() }).expect("a whole target");
        assert_eq!(target.arn(), "arn:aws:scheduler:::aws-sdk:ec2:stopInstances");
        assert_eq!(target.input(), Some(r#"{"InstanceIds":["i-1"]}"#));
        let retries = target.retry_policy().expect("a policy");
        assert_eq!((retries.maximum_event_age_in_seconds(), retries.maximum_retry_attempts()), (Some(600), Some(185)));
        assert_eq!(target.dead_letter_config().and_then(DeadLetterConfig::arn), Some("arn:aws:sqs:x:1:q"));
        assert_eq!(super::target(&edge()).expect("a whole target").dead_letter_config(), None);
    }

    #[test]
    fn a_role_that_is_not_known_everywhere_yet_is_waited_for() {
        let of = |code: &str, message: &str| not_yet(CloudError::new(ErrorKind::Invalid, CREATE, code, message)).kind;
        let young = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.";
        assert_eq!(of("ValidationException", young), ErrorKind::NotFound);
        assert_eq!(of("ValidationException", "Invalid Schedule Expression cron(0)."), ErrorKind::Invalid);
    }

    #[test]
    fn what_a_listing_says() {
        let at = |seconds| Some(DateTime::from_secs(seconds));
        let seen = |state: ScheduleState, modified| {
            let summary = ScheduleSummary::builder().name("n").state(state).set_creation_date(at(60)).set_last_modification_date(modified);
            standing(&summary.build())
        };
        assert!(seen(ScheduleState::Enabled, at(60)).is_untouched() && seen(ScheduleState::Enabled, None).is_untouched());
        assert!(!seen(ScheduleState::Disabled, at(60)).is_untouched() && !seen(ScheduleState::Enabled, at(61)).is_untouched());
        let twice = vec![seen(ScheduleState::Enabled, at(60)), seen(ScheduleState::Enabled, at(60))];
        assert_eq!(sorted("muster-lms", twice).edges.len(), 1, "one that came on two pages");
    }

    #[test]
    fn a_name_that_is_used_again_gets_another_token() {
        let at = |second| Timestamp::from_second(second).expect("an instant");
        assert_ne!(token("g", "n", at(1)), token("g", "n", at(2)));
        let token = token("g", "n.m", at(1));
        assert!(token.len() == 64 && token.chars().all(|c| c.is_ascii_alphanumeric()));
    }
}
