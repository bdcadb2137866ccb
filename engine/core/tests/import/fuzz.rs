//! Nothing that can be written makes a panic or anything but one line of JSON.

use muster_core::eval::Evaluator;
use muster_core::import::{Source, answer};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

const SOURCES: [Source; 4] = [Source::InstanceScheduler, Source::Custodian, Source::KubeDownscaler, Source::Eventbridge];
/// Lines that mean something, to be broken.
const GOOD: [&str; 8] = [
    r#"{"schedule":{"timezone":"Asia/Seoul","run":["mon-fri 09:00-19:00","workday#-1 18:00 - +14h"],"except":[{"calendar":"kr","state":"stopped"}],"sizes":[{"in":"mon 09:00-10:00","types":["t3.large"]},{"else":"t3.small"}]},"at":"2026-10-02T20:00:00+09:00","calendars":{"kr":{"dates":["2026-12-31"]}},"overrides":[{"state":"running","until":"2026-10-02T20:00+09:00"}]}"#,
    r#"{"schedule":{"timezone":"UTC","otherwise":"leave","stop":"daily 23:00-24:00","capacity":[{"in":"mon 09:00-10:00","min":1,"desired":2,"max":3}]},"at":"2026-01-01T00:00:00Z"}"#,
    r#"{"timezone":"UTC","override_status":"","enforced":true,"periods":[{"name":"a","begintime":"09:00","endtime":"23:59","weekdays":"mon-fri,friL,mon#2","months":["jan-mar/2"],"monthdays":"1/15,L,15W","instance_type":"t3.large"},{"name":"b","begintime":"00:00"}]}"#,
    r#"{"tag":"off=[(M-F,21),(U,18)];on=(M-F,6);tz=pt","options":{"skip-days":["2026-12-25"],"weekends":false,"onhour":8}}"#,
    r#"{"spec":"Mon-Fri 07:30-20:30 Europe/Berlin, 2019-01-01T00:00:00+00:00-2019-01-02T12:34:56+00:00, never"}"#,
    r#"{"Name":"a","ScheduleExpression":"cron(0 9 ? * MON-FRI *)","StartDate":"2026-01-01T00:00:00Z","EndDate":1800000000,"Target":{"Arn":"arn:aws:scheduler:::aws-sdk:ec2:startInstances","Input":"{\"InstanceIds\":[\"i-1\"]}"}}"#,
    r#"{"schedules":[{"Name":"a","ScheduleExpression":"at(2026-01-01T09:00:00)","Target":{"Arn":"arn:aws:scheduler:::aws-sdk:ecs:updateService","Input":"{\"Service\":\"s\",\"DesiredCount\":2}"}},{"Name":"b","ScheduleExpression":"at(2026-03-01T09:00:00)","Target":{"Arn":"arn:aws:scheduler:::aws-sdk:ecs:updateService","Input":"{\"Service\":\"s\",\"DesiredCount\":0}"}}]}"#,
    r#"{"schedule":{"timezone":"Pacific/Apia","run":"every 2 weeks from 9999-12-31 & day L 24:00-24:00","limit":{"max-runtime":"14h"}},"at":"-009999-01-02T01:59:59Z"}"#,
];

fn is_one_line_of_json(out: &[u8], line: &[u8]) {
    assert_eq!(out.iter().filter(|byte| **byte == b'\n').count(), 1, "{}", String::from_utf8_lossy(line));
    let value: Value = serde_json::from_slice(out).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(out)));
    assert!(value.is_object(), "{value}");
}

fn ask(line: &[u8]) {
    let mut out = Vec::new();
    Evaluator::new(Some("Asia/Seoul".to_owned())).answer(line, &mut out);
    is_one_line_of_json(&out, line);
    for source in SOURCES {
        let mut out = Vec::new();
        answer(source, line, &mut out);
        is_one_line_of_json(&out, line);
    }
}

/// A good line with some bytes taken out, put in or changed, or cut off.
fn broken() -> impl Strategy<Value = Vec<u8>> {
    let scraps = prop::sample::select(vec![
        "\"",
        "{",
        "[",
        "]",
        "}",
        ",",
        ":",
        "0",
        "-",
        "L",
        "é",
        "null",
        "9999999999",
        "24:00",
        "\\u0000",
        "W",
        "#",
        "/",
        " ",
    ]);
    let edit = (any::<prop::sample::Index>(), 0..12_usize, scraps);
    (prop::sample::select(GOOD.to_vec()), prop::collection::vec(edit, 1..4)).prop_map(|(line, edits)| {
        let mut bytes = line.as_bytes().to_vec();
        for (place, cut, scrap) in edits {
            let at = place.index(bytes.len() + 1);
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, scrap.bytes());
        }
        bytes
    })
}

/// JSON of known keys and values in wrong places.
fn shuffled() -> impl Strategy<Value = Vec<u8>> {
    let words = vec![
        "schedule",
        "at",
        "calendars",
        "overrides",
        "timezone",
        "run",
        "stop",
        "leave",
        "otherwise",
        "except",
        "workdays",
        "sizes",
        "capacity",
        "in",
        "types",
        "else",
        "periods",
        "begintime",
        "weekdays",
        "tag",
        "options",
        "spec",
        "ScheduleExpression",
        "Target",
        "Arn",
        "UTC",
        "mon-fri 09:00-19:00",
        "mon#1",
        "2026-01-01T00:00:00Z",
        "stopped",
        "t3.large",
        "31W",
        "off=(m,7)",
        "",
        "state",
        "until",
        "rds",
        "notify",
        "select",
        "limit",
        "delivery",
        "after",
        "manual",
    ];
    let word = prop::sample::select(words);
    let leaf = prop_oneof![
        word.clone().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null)
    ];
    let tree = leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())),
        ]
    });
    tree.prop_map(|value| value.to_string().into_bytes())
}

fn run(strategy: impl Strategy<Value = Vec<u8>>) {
    let cases = std::env::var("MUSTER_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_500);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let asked = |line: Vec<u8>| {
        ask(&line);
        Ok(())
    };
    runner.run(&strategy, asked).unwrap();
}

#[test]
fn bytes() {
    run(prop::collection::vec(any::<u8>(), 0..64));
}

#[test]
fn broken_lines() {
    GOOD.iter().for_each(|line| ask(line.as_bytes()));
    run(broken());
}

#[test]
fn shuffled_json() {
    run(shuffled());
}
