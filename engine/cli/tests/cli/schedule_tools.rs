//! `muster schedule eval` and `import` by lines.

use serde_json::{Value, json};

use super::shell::Shell;

fn answers(args: &[&str], lines: &[&str]) -> Vec<Value> {
    let output = Shell::new().muster_fed(args, lines.join("\n").as_bytes());
    output.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn each_line_is_answered_and_blank_ones_are_passed_over() {
    let lines = [
        r#"{"schedule": {"timezone": "Asia/Seoul", "run": "mon-fri 09:00-19:00"}, "at": "2026-11-23T10:00:00+09:00"}"#,
        "",
        "not JSON",
        r#"{"schedule": {"run": "mon-fri 09:00-19:00"}, "at": "2026-11-23T10:00:00+09:00"}"#,
    ];
    let found = answers(&["schedule", "eval", "--stdin"], &lines);
    assert_eq!(found.len(), 3);
    assert_eq!(found[0]["next"], json!({"at": "2026-11-23T10:00:00Z", "state": "stopped"}));
    assert_eq!(found[1]["error"], json!("not a JSON object: `n` at column 1, where `{` should stand"));
    assert!(found[2]["error"].as_str().expect("error").starts_with("`schedule` has no time zone"), "{}", found[2]);
}

#[test]
fn a_fleet_gives_its_zone() {
    let shell = Shell::new();
    shell.write(
        "fleet.yaml",
        "cloud: {provider: sandbox, regions: [ap-northeast-2]}\ntimezone: Asia/Seoul\nschedules: {a: {run: 'daily 09:00-10:00'}}\n",
    );
    let line = r#"{"schedule": {"run": "daily 09:00-19:00"}, "at": "2026-11-23T00:00:00Z"}"#;
    let found: Value = serde_json::from_str(&shell.muster_fed(&["schedule", "eval", "--stdin"], line.as_bytes())).expect("JSON");
    assert_eq!(found["state"], json!("running"));
}

#[test]
fn lines_of_other_tools_are_answered() {
    for (tool, line, run) in [
        (
            "instance-scheduler",
            r#"{"timezone": "UTC", "periods": [{"name": "a", "begintime": "09:00", "endtime": "17:00"}]}"#,
            "daily 09:00-17:00",
        ),
        ("custodian", r#"{"tag": "on", "options": {"default_tz": "utc"}}"#, "mon-fri 07:00-19:00"),
        ("kube-downscaler", r#"{"spec": "Mon-Fri 07:30-20:30 Europe/Berlin"}"#, "mon-fri 07:30-20:30"),
        (
            "eventbridge",
            r#"{"Name": "a", "ScheduleExpression": "cron(0 9 ? * MON-FRI *)", "Target": {"Arn": "arn:aws:scheduler:::aws-sdk:ec2:startInstances", "Input": "{\"InstanceIds\":[\"i-1\"]}"}}"#,
            "mon-fri 09:00-10:00",
        ),
    ] {
        let found = answers(&["schedule", "import", "--from", tool, "--stdin"], &[line, "{}"]);
        assert_eq!(found[0]["schedule"]["run"], json!([run]), "{tool}");
        assert!(found[0]["notes"].is_array(), "{tool}");
        assert!(found[1]["error"].is_string() || found[1]["schedule"].is_object(), "{tool}");
    }
}
