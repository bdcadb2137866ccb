//! EventBridge schedules of a live account: the same importer, fed with what the account answered.

use serde_json::{Value, json};

use super::{Imported, Source, import_all};
use crate::cloud::ForeignEdge;
use crate::tags;

/// What became of an account's schedules.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Live {
    /// Schedules in our words; those on the same targets are one.
    pub imported: Vec<Imported>,
    /// `GROUP/NAME` of each that could not be imported, and why: most start and stop nothing.
    pub refused: Vec<(String, String)>,
    /// How many stand in muster's own groups and are no news.
    pub ours: usize,
}

/// Reads all schedules of a place.
#[must_use]
pub fn live(edges: &[ForeignEdge]) -> Live {
    let mut live = Live::default();
    let mut taken: Vec<&ForeignEdge> = Vec::new();
    for edge in edges {
        match import_all(Source::Eventbridge, &edge.json) {
            _ if is_ours(edge) => live.ours += 1,
            Ok(_) => taken.push(edge),
            Err(why) => live.refused.push((path(edge), why)),
        }
    }
    match together(&taken) {
        Ok(imported) => live.imported = imported,
        // Starts and stops that do not go together are told one by one, as they stand.
        Err(_) => live.imported = taken.iter().flat_map(|edge| import_all(Source::Eventbridge, &edge.json).unwrap_or_default()).collect(),
    }
    live
}

fn together(edges: &[&ForeignEdge]) -> Result<Vec<Imported>, String> {
    let entries: Vec<Value> = edges.iter().filter_map(|edge| serde_json::from_str(&edge.json).ok()).collect();
    if entries.is_empty() { Ok(Vec::new()) } else { import_all(Source::Eventbridge, &json!({"schedules": entries}).to_string()) }
}

/// A group that muster derives the name of: `muster-lms-2026`.
fn is_ours(edge: &ForeignEdge) -> bool {
    edge.group.starts_with(tags::PREFIX.trim_end_matches(':')) && edge.group.contains('-')
}

fn path(edge: &ForeignEdge) -> String {
    format!("{}/{}", edge.group, edge.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(group: &str, name: &str, cron: &str, arn: &str) -> ForeignEdge {
        let input = r#"{"InstanceIds": ["i-0de00000000000001"]}"#;
        let json = json!({"Name": name, "GroupName": group, "ScheduleExpression": cron, "ScheduleExpressionTimezone": "Asia/Seoul",
            "State": "ENABLED", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": {"Arn": arn, "RoleArn": "arn:aws:iam::1:role/r", "Input": input}});
        ForeignEdge { group: group.to_owned(), name: name.to_owned(), arn: String::new(), json: json.to_string() }
    }

    const START: &str = "arn:aws:scheduler:::aws-sdk:ec2:startInstances";
    const STOP: &str = "arn:aws:scheduler:::aws-sdk:ec2:stopInstances";

    #[test]
    fn a_start_and_a_stop_of_the_same_machines_are_one_schedule_as_from_a_file() {
        let edges = [edge("office", "on", "cron(0 9 ? * MON-FRI *)", START), edge("office", "off", "cron(0 19 ? * MON-FRI *)", STOP)];
        let entries: Vec<Value> = edges.iter().map(|edge| serde_json::from_str(&edge.json).expect("json")).collect();
        let file = import_all(Source::Eventbridge, &json!({"schedules": entries}).to_string()).expect("imported");
        let live = live(&edges);
        assert_eq!(live.imported, file);
        assert_eq!(live.imported[0].schedule["run"], json!(["mon-fri 09:00-19:00"]));
    }

    #[test]
    fn what_starts_and_stops_nothing_is_named_and_our_own_is_counted() {
        let lambda = edge("default", "report", "rate(1 day)", "arn:aws:lambda:ap-northeast-2:123456789012:function:report");
        let ours = edge("muster-lms-2026", "edge", "cron(0 9 ? * MON-FRI *)", START);
        let live = live(&[lambda, ours]);
        assert_eq!((live.imported.len(), live.ours), (0, 1));
        assert_eq!(live.refused[0].0, "default/report");
        assert!(live.refused[0].1.contains("is not known to start or stop anything"), "{:?}", live.refused);
    }
}
