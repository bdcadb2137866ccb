//! What the rules of this pack share.

use std::collections::BTreeMap;

use muster_rule::ec2::Instance;
use muster_rule::prelude::*;

/// Documents by the id that others name them by.
pub type ById<'a> = BTreeMap<Text<'a>, Doc<'a>>;

/// Documents of a kind by `member` of their bodies.
pub fn by_id<'a>(batch: &Batch<'a>, kind: &str, member: &str) -> ById<'a> {
    batch.of(kind).iter().filter_map(|doc| Some((doc.body.text(member)?, *doc))).collect()
}

/// True when a member is exactly this.
pub fn is(member: Option<Text<'_>>, word: &str) -> bool {
    member.as_deref() == Some(word)
}

/// True when an Auto Scaling group made it.
pub fn is_scaled(instance: Instance<'_>) -> bool {
    instance.tags().text("aws:autoscaling:groupName").is_some()
}

/// True when it can be taken away at any time.
pub fn is_spot(instance: Instance<'_>) -> bool {
    is(instance.instance_lifecycle(), "spot")
}

/// Whole days since a time.
pub fn age(ask: &Ask<'_>, since: Time) -> i64 {
    ask.now.days_since(since)
}

/// `1 day`, `2 days`.
pub fn days(count: i64) -> String {
    counted(count, "day")
}

/// `1 volume`, `2 volumes`.
pub fn counted(count: i64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// The first three of a list, and how many more there are.
pub fn some_of(names: &[String]) -> String {
    let shown = names.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 3 { format!("{shown} and {} more", names.len() - 3) } else { shown }
}

/// `12.50`: USD as messages write them.
pub fn usd(amount: f64) -> String {
    format!("{amount:.2}")
}

/// Since when an instance is stopped, by the words of `StateTransitionReason`: `User initiated (2026-11-02 19:00:07 GMT)`.
/// Nothing when they hold no time, as after a stop by AWS itself.
pub fn stopped_since(instance: Instance<'_>) -> Option<Time> {
    let reason = instance.state_transition_reason()?;
    let (_, rest) = reason.split_once('(')?;
    let (date, time) = rest.split_once(" GMT)")?.0.split_once(' ')?;
    Time::parse(&format!("{date}T{time}Z"))
}

/// Ids of the volumes of an instance.
pub fn volume_ids<'a>(instance: Instance<'a>) -> impl Iterator<Item = Text<'a>> {
    instance.block_device_mappings().filter_map(|device| device.ebs()?.volume_id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_stop_is_read_from_its_reason() {
        let since = |reason: &str| {
            let text = format!(r#"{{"StateTransitionReason":"{reason}"}}"#);
            stopped_since(Instance(Value::parse(&text).object().expect("an object"))).map(|at| at.to_string())
        };
        assert_eq!(since("User initiated (2026-11-02 19:00:07 GMT)").as_deref(), Some("2026-11-02T19:00:07Z"));
        assert_eq!(since("User initiated shutdown"), None);
        assert_eq!(since("User initiated (yesterday GMT)"), None);
    }

    #[test]
    fn long_lists_are_cut() {
        let names = |n: usize| (1..=n).map(|n| format!("i-{n}")).collect::<Vec<_>>();
        assert_eq!((some_of(&names(3)), some_of(&names(5))), ("i-1, i-2, i-3".to_owned(), "i-1, i-2, i-3 and 2 more".to_owned()));
        assert_eq!((days(1), days(0)), ("1 day".to_owned(), "0 days".to_owned()));
    }
}
