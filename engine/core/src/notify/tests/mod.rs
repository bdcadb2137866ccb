//! What receivers read, word for word, and what hostile names cannot do to it. `UPDATE_GOLDEN=1` writes the files anew.

use jiff::SignedDuration;
use serde_json::Value;

use super::notice::Failed;
use super::render::{Message, message};
use super::*;

const ARN: &str = "arn:aws:sns:ap-northeast-2:123456789012:ops";

fn resource(name: &str, id: &str, title: Option<&str>) -> Resource {
    let owned = name != id;
    Resource {
        place: "main/ap-northeast-2".to_owned(),
        address: if owned { format!("user/{name}/instance") } else { format!("ec2/{id}") },
        name: name.to_owned(),
        title: title.map(str::to_owned),
        id: id.to_owned(),
        kind: "ec2.instance".to_owned(),
        account: "123456789012".to_owned(),
        region: "ap-northeast-2".to_owned(),
        action: "stop".to_owned(),
    }
}

fn stop(resources: Vec<Resource>) -> Notice {
    let edge = "2026-11-20T10:00:00Z".parse().expect("instant");
    let what = Stop {
        schedule: "class".to_owned(),
        at: edge,
        resources,
        snooze: Some(Snooze { tag: "muster-hold-until".to_owned(), max: Some(SignedDuration::from_hours(12)) }),
        unread: Vec::new(),
    };
    Notice {
        key: format!("lms-2026/class/{edge}"),
        fleet: Some("lms-2026".to_owned()),
        at: edge - BEFORE_STOP,
        timezone: "Asia/Seoul".to_owned(),
        sandbox: false,
        origin: Some("fleet.yaml:9".to_owned()),
        to: Vec::new(),
        what: Happening::Stop(what),
    }
}

fn two_machines() -> Notice {
    stop(vec![resource("김철수", "i-0a", None), resource("i-0b", "i-0b", Some("dev-api"))])
}

fn failed(address: &str, why: &str) -> Failed {
    Failed {
        place: "main/ap-northeast-2".to_owned(),
        address: address.to_owned(),
        action: "start".to_owned(),
        id: Some("i-0a".to_owned()),
        account: "123456789012".to_owned(),
        region: "ap-northeast-2".to_owned(),
        code: Some("InsufficientInstanceCapacity".to_owned()),
        why: why.to_owned(),
        request: Some("r-1".to_owned()),
        next: "the next pass tries again",
        mark: "0a".to_owned(),
    }
}

fn failure(steps: Vec<Failed>) -> Notice {
    let at = "2026-11-20T00:01:00Z".parse().expect("instant");
    let what = Happening::Failure { subject: "schedule/class".to_owned(), since: at, steps };
    Notice { key: format!("lms-2026/failure/schedule/class/{at}/0a1b2c3d"), at, what, ..two_machines() }
}

fn one_failure() -> Notice {
    failure(vec![failed("user/김철수/instance", "there is no t3.small to be had in ap-northeast-2a")])
}

fn topic(format: Format) -> Target {
    Target { way: Way::Sns { arn: ARN.to_owned() }, format }
}

fn hook(format: Format) -> Target {
    Target { way: Way::Webhook(Source::Env("HOOK".to_owned())), format }
}

fn written(notice: &Notice, format: Format) -> String {
    let target = if format == Format::Text { topic(format) } else { hook(format) };
    message(notice, &target).body
}

fn json(notice: &Notice, format: Format) -> Value {
    serde_json::from_str(&written(notice, format)).expect("JSON")
}

fn golden(file: &str, expected: &str, actual: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/notify/tests").join(file);
        std::fs::write(path, actual).expect("written");
        return;
    }
    assert!(actual == expected, "{file} differs; UPDATE_GOLDEN=1 writes it anew. Now:\n{actual}");
}

fn pretty(notice: &Notice, format: Format) -> String {
    format!("{:#}\n", json(notice, format))
}

#[test]
fn a_warning_in_every_form() {
    let notice = two_machines();
    golden("stop.slack.json", include_str!("stop.slack.json"), &pretty(&notice, Format::Slack));
    golden("stop.teams.json", include_str!("stop.teams.json"), &pretty(&notice, Format::Teams));
    golden("stop.json", include_str!("stop.json"), &pretty(&notice, Format::Json));
    let Message { subject, body } = message(&notice, &topic(Format::Text));
    golden("stop.txt", include_str!("stop.txt"), &format!("Subject: {}\n\n{body}", subject.unwrap_or_default()));
}

#[test]
fn a_failure_in_every_form() {
    let notice = one_failure();
    golden("failure.slack.json", include_str!("failure.slack.json"), &pretty(&notice, Format::Slack));
    golden("failure.teams.json", include_str!("failure.teams.json"), &pretty(&notice, Format::Teams));
    golden("failure.json", include_str!("failure.json"), &pretty(&notice, Format::Json));
    let Message { subject, body } = message(&notice, &topic(Format::Text));
    golden("failure.txt", include_str!("failure.txt"), &format!("Subject: {}\n\n{body}", subject.unwrap_or_default()));
}

/// Every string in a JSON document.
fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(map) => map.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

const HOSTILE: &str = "<!channel> <@U1> <https://evil.example|ok> *b* `c` {{DATE(2026-01-01)}} [x](https://evil.example)\n# h\u{202e}";

fn hostile() -> Notice {
    let mut notice = stop(vec![resource("i-0a", "i-0a", Some(HOSTILE)), resource("i-0b", "i-0b", Some("\u{200b}\n"))]);
    if let Happening::Stop(stop) = &mut notice.what {
        stop.snooze = Some(Snooze { tag: HOSTILE.to_owned(), max: None });
        stop.unread = vec![HOSTILE.to_owned()];
    }
    notice.timezone = "Nowhere/None".to_owned();
    notice
}

#[test]
fn names_and_tags_of_others_never_become_markup() {
    for notice in [hostile(), failure(vec![failed(HOSTILE, HOSTILE)])] {
        let slack = json(&notice, Format::Slack);
        for text in strings(&slack) {
            assert!(!text.contains('<') && !text.contains('>') && !text.contains('\u{202e}'), "{text}");
            // Backticks come in pairs on each line, so nothing leaves its code span.
            assert!(text.lines().all(|line| line.matches('`').count() % 2 == 0), "{text}");
        }
        assert!(slack["blocks"].as_array().expect("blocks").iter().all(|block| {
            let texts = [&block["text"], &block["elements"][0]];
            texts.iter().all(|text| text["type"] != "mrkdwn" || text["verbatim"] == true)
        }));
        let teams = json(&notice, Format::Teams);
        for text in strings(&teams) {
            assert!(!text.contains("{{") && !text.contains('\n') && !text.contains('\u{202e}'), "{text}");
        }
        assert!(!teams.to_string().contains(r#""type":"TextBlock""#), "a text block would read markdown");
        assert!(written(&notice, Format::Text).lines().all(|line| !line.starts_with('#')));
        let plain = json(&notice, Format::Json);
        for text in strings(&plain["resources"]).into_iter().chain(strings(&plain["steps"])) {
            assert!(!text.contains('\u{202e}') && !text.contains('\n'), "{text}");
        }
    }
}

#[test]
fn subjects_are_ascii_on_one_line_and_short() {
    let mut notice = two_machines();
    if let Happening::Stop(stop) = &mut notice.what {
        stop.schedule = "수업\r\nBcc: x".to_owned();
    }
    let subject = message(&notice, &topic(Format::Text)).subject.expect("subject");
    assert_eq!(subject, "lms-2026: 2 machines stop in 15 min");
    let long = Notice { fleet: Some("f".repeat(300)), sandbox: true, ..two_machines() };
    let subject = message(&long, &topic(Format::Json)).subject.expect("subject");
    assert!(subject.len() == 100 && subject.is_ascii() && subject.ends_with("..."), "{subject}");
    assert_eq!(message(&long, &hook(Format::Json)).subject, None);
}

fn crowd(n: usize) -> Notice {
    stop((0..n).map(|at| resource(&format!("student-{at:05}-{}", "가".repeat(20)), &format!("i-0{at:016x}"), None)).collect())
}

#[test]
fn what_does_not_fit_is_counted() {
    let notice = crowd(77);
    for format in [Format::Slack, Format::Teams, Format::Text] {
        assert!(written(&notice, format).contains("and 37 more"), "{}", format.as_str());
    }
    let whole = json(&notice, Format::Json);
    assert_eq!((whole["resources"].as_array().map(Vec::len), &whole["more"]), (Some(77), &Value::from(0)));
}

#[test]
fn bounds_of_receivers_are_kept_whatever_names_there_are() {
    let long = "x".repeat(5_000);
    let escapes = "&<>".repeat(2_000);
    for title in [&long, &escapes] {
        let machines = (0..60).map(|at| resource(&format!("i-{at}"), &format!("i-{at}"), Some(title))).collect();
        let notice = stop(machines);
        let slack = json(&notice, Format::Slack);
        let blocks = slack["blocks"].as_array().expect("blocks");
        assert!(blocks.len() <= 50, "{}", blocks.len());
        for text in blocks.iter().map(|block| block["text"]["text"].as_str().unwrap_or_default()) {
            assert!(text.encode_utf16().count() <= 3_000);
        }
        assert!(blocks[0]["text"]["text"].as_str().is_some_and(|text| text.chars().count() <= 150));
        assert!(written(&notice, Format::Teams).len() <= 28_000);
        assert!(written(&notice, Format::Text).len() <= 262_144);
    }
    let many = crowd(5_000);
    let json = json(&many, Format::Json);
    let listed = json["resources"].as_array().map_or(0, Vec::len);
    assert!(written(&many, Format::Json).len() <= 262_144 && listed > 500, "{listed}");
    assert_eq!(json["more"], 5_000 - listed);
}

#[test]
fn the_sandbox_says_that_it_is_one() {
    let notice = Notice { sandbox: true, ..two_machines() };
    assert_eq!(notice.title(), "[sandbox] class stops 2 machines in 15 min");
    assert_eq!(json(&notice, Format::Json)["sandbox"], true);
}

#[test]
fn a_ledger_is_read_as_it_was_written_and_forgets_after_40_days() {
    let mut ledger = Ledger::default();
    let (notice, target) = (two_machines(), topic(Format::Text));
    ledger.told(&notice, &target);
    ledger.told(&one_failure(), &target);
    ledger.passed(notice.at);
    let written = serde_json::to_vec(&ledger).expect("JSON");
    assert_eq!(Ledger::parse(&written).as_ref(), Ok(&ledger));
    assert!(ledger.is_warned(&notice.key, &target) && !ledger.is_warned(&notice.key, &hook(Format::Json)));
    ledger.passed(notice.at + KEPT - SignedDuration::from_hours(1));
    assert!(ledger.is_warned(&notice.key, &target));
    ledger.passed(notice.at + KEPT + SignedDuration::from_hours(1));
    assert!(!ledger.was_made(&notice.key) && ledger.failing_since("schedule/class").is_none());
    for broken in ["", "[]", r#"{"format": 2, "last-pass": null, "warned": {}, "failing": {}}"#, r#"{"format": 1}"#] {
        assert!(Ledger::parse(broken.as_bytes()).is_err(), "{broken}");
    }
    assert_eq!(Ledger::parse(b"{\n ?").expect_err("no ledger"), "line 2, column 2: key must be a string", "its place is told once");
}
