//! What every output keeps to, whatever it says.

use crate::shell::Shell;

const FLEET: &str = include_str!("fleet.yaml");

fn prepared() -> Shell {
    let shell = Shell::new();
    shell.write("fleet.yaml", FLEET);
    shell
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

#[test]
fn no_output_but_that_of_key_holds_a_private_key() {
    let shell = prepared();
    let runs: [&[&str]; 10] = [
        &["plan", "--out", "plan.json"],
        &["plan", "--format", "json"],
        &["plan", "--format", "markdown"],
        &["apply", "--yes", "--events", "events.jsonl"],
        &["status", "--format", "json"],
        &["status", "--everywhere"],
        &["sandbox", "show"],
        &["doctor", "--format", "json"],
        &["iam"],
        &["plan", "--log", "json", "--color", "always"],
    ];
    for arguments in runs {
        let output = shell.muster(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
        for stream in [&output.stdout, &output.stderr] {
            assert!(!text(stream).contains("PRIVATE KEY"), "{arguments:?}");
        }
    }
    for file in ["plan.json", "events.jsonl"] {
        let written = std::fs::read_to_string(shell.path().join(file)).expect(file);
        assert!(!written.is_empty() && !written.contains("PRIVATE KEY"), "{file}");
    }
    let key = shell.muster(&["key", "alice"]);
    assert!(text(&key.stdout).starts_with("-----BEGIN OPENSSH PRIVATE KEY-----"), "{}", text(&key.stderr));
}

#[test]
fn json_goes_to_stdout_and_nothing_else_does() {
    let shell = prepared();
    let runs: [&[&str]; 7] = [
        &["plan", "--format", "json"],
        &["apply", "--yes", "--format", "json"],
        &["status", "--format", "json"],
        &["validate", "--format", "json"],
        &["doctor", "--format", "json"],
        &["version", "--format", "json"],
        &["schema"],
    ];
    for arguments in runs {
        let output = shell.muster(arguments);
        let parsed: Result<serde_json::Value, _> = serde_json::from_slice(&output.stdout);
        assert!(parsed.is_ok(), "{arguments:?}: {}", text(&output.stdout));
    }
}

#[test]
fn events_are_one_json_object_a_line() {
    let shell = prepared();
    shell.muster(&["apply", "--yes", "--events", "events.jsonl"]);
    let written = std::fs::read_to_string(shell.path().join("events.jsonl")).expect("events");
    let kinds: Vec<String> = written
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["event"].as_str().expect("a kind").to_owned())
        .collect();
    assert_eq!(kinds.first().map(String::as_str), Some("plan"));
    assert!(kinds.iter().filter(|kind| *kind == "step").count() > 4, "{kinds:?}");
}

#[test]
fn colour_and_unicode_follow_the_terminal() {
    let shell = prepared();
    assert!(!text(&shell.muster(&["plan"]).stdout).contains('\u{1b}'));
    assert!(text(&shell.muster(&["plan", "--color", "always"]).stdout).contains('\u{1b}'));
    shell.write("fleet.yaml", FLEET.replace("김철수", "bob"));
    let ascii = shell.muster_with(&["plan"], &[("LC_ALL", "C")]);
    assert!(text(&ascii.stdout).is_ascii(), "{}", text(&ascii.stdout));
}

#[test]
fn two_plans_of_one_world_are_the_same_bytes() {
    let shell = prepared();
    let first = shell.muster(&["plan", "--format", "json"]).stdout;
    assert_eq!(text(&first), text(&shell.muster(&["plan", "--format", "json"]).stdout));
}

#[test]
fn policies_are_printed_as_iam_takes_them() {
    let shell = prepared();
    shell.write("fleet.yaml", format!("{FLEET}  dev: {{select: {{tags: {{팀: 개발}}}}, run: ['mon-fri 09:00-18:00']}}\n"));
    for arguments in [&["iam"][..], &["iam", "--apply"], &["iam", "--user", "김철수"]] {
        let printed = text(&shell.muster(arguments).stdout);
        let policy: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
        assert!(printed.is_ascii() && !policy.is_null(), "{arguments:?}: {printed}");
    }
    assert!(text(&shell.muster(&["iam", "--apply"]).stdout).contains("\\ud300"), "the tag is there, as an escape");
}

#[test]
fn usage_errors_end_with_64() {
    let shell = prepared();
    for arguments in [&["plan", "--nonsense"][..], &["frobnicate"], &["apply", "--parallelism", "0"], &["apply", "--now"]] {
        assert_eq!(shell.muster(arguments).status.code(), Some(64), "{arguments:?}");
    }
    assert_eq!(shell.muster(&["--help"]).status.code(), Some(0));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::{Command, Stdio};
    let mut child =
        Command::new(env!("CARGO_BIN_EXE_muster")).arg("schema").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ended");
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}
