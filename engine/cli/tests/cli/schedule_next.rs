//! `muster schedule next`, for people and for tools.

use crate::shell::Shell;

fn next(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Shell::new().muster(&[&["schedule", "next"], arguments].concat());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn firings_are_instants_one_a_line() {
    let office = ["--cron", "cron(0 9 ? * MON-FRI *)", "--zone", "Asia/Seoul", "--after", "2026-11-20T09:00:00+09:00", "-n", "2"];
    assert_eq!(next(&office), (Some(0), "2026-11-23T00:00:00Z\n2026-11-24T00:00:00Z\n".to_owned(), String::new()));
    let default = next(&["--cron", "rate(1 hour)", "--now", "2026-11-20T09:00:00Z"]);
    assert_eq!(default.1.lines().count(), 5);
    assert_eq!(default.1.lines().next(), Some("2026-11-20T10:00:00Z"));
    let over = next(&["--cron", "cron(0 0 30 2 ? *)", "--after", "2026-01-01T00:00:00Z"]);
    assert_eq!(over, (Some(0), String::new(), String::new()));
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let (code, out, error) = next(&["--cron", "cron(0 9 ? * 8 *)", "--after", "2026-11-20T09:00:00Z"]);
    assert_eq!((code, out.as_str()), (Some(64), ""));
    assert!(error.contains("day-of-week `8` at character 14: it must be from 1 to 7; accepted: 1-7 or SUN-SAT (Sunday is 1)"), "{error}");
    let (code, _, error) = next(&["--cron", "rate(1 day)", "--zone", "Asia/Soul"]);
    assert_eq!(code, Some(64));
    assert!(error.contains("`Asia/Soul` is not a time zone; did you mean `Asia/Seoul`?"), "{error}");
    assert_eq!(next(&[]).0, Some(64));
    assert_eq!(next(&["--cron", "rate(1 day)", "--stdin"]).0, Some(64));
}

#[test]
fn each_line_of_stdin_has_its_answer() {
    let questions = [
        r#"{"cron": "cron(30 1 * * ? *)", "zone": "America/New_York", "after": "2026-10-31T12:00:00Z", "n": 2}"#,
        "",
        r#"{"cron": "cron(0 9 * * MON *)", "zone": "UTC", "after": "2026-10-31T12:00:00Z", "n": 1}"#,
        r#"{"cron": "rate(1 day)", "zone": "Mars/Olympus", "after": "2026-10-31T12:00:00Z", "n": 1}"#,
        r#"{"cron": "at(2026-11-21T09:00:00)", "zone": "Asia/Seoul", "after": "2026-10-31T12:00:00Z"}"#,
        r#"{"cron": "rate(1 minute)", "after": "2026-10-31T12:00:00Z", "n": 1000000}"#,
        "{",
    ];
    let mut input = questions.join("\n").into_bytes();
    input.extend(b"\n\xff\n");
    let output = Shell::new().muster_fed(&["schedule", "next", "--stdin"], &input);
    let answers: Vec<&str> = output.lines().collect();
    assert_eq!(answers.len(), 7, "{output}");
    assert_eq!(answers[0], r#"{"next":["2026-11-01T05:30:00Z","2026-11-02T06:30:00Z"]}"#);
    assert!(answers[1].starts_with(r#"{"error":"day-of-week `MON` at character 14: day-of-month is `*` already"#), "{}", answers[1]);
    assert!(answers[2].contains("`Mars/Olympus` is not a time zone"), "{}", answers[2]);
    assert_eq!(answers[3], r#"{"next":["2026-11-21T00:00:00Z"]}"#);
    assert_eq!(answers[4], r#"{"error":"n `1000000`: it must be from 1 to 10000"}"#);
    assert!(answers[5..].iter().all(|answer| answer.starts_with(r#"{"error":"this line is no question: "#)), "{output}");
}
