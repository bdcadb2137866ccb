//! Commands and webhooks that are told, and what no output holds.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use crate::shell::Shell;

const FLEET: &str = "\
fleet: lms-2026
timezone: Asia/Seoul
cloud: {provider: sandbox, regions: [ap-northeast-2], estate: estate.yaml}
notify: {to: [TARGETS]}
schedules:
  office: {run: ['mon-fri 09:00-19:00'], select: {tags: {env: dev}}}
";

fn prepared(targets: &str) -> Shell {
    let shell = Shell::new();
    shell.write("fleet.yaml", FLEET.replace("TARGETS", targets));
    shell.muster(&["apply", "--yes"]);
    shell.muster(&["sandbox", "at", "2026-11-20T09:46:00Z"]);
    shell
}

fn said(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[cfg(unix)]
#[test]
fn a_command_that_the_flag_names_gets_json_on_stdin_and_nothing_of_the_environment() {
    use std::os::unix::fs::PermissionsExt as _;
    let shell = prepared("{exec: [scripts/page.sh, --team, ops]}");
    shell.write("scripts/page.sh", "#!/bin/sh\ncat > told.json; echo \"$* $LANG.\" > how.txt\n");
    let script = shell.path().join("scripts/page.sh");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("a script");
    let refused = shell.muster(&["apply", "--yes", "--allow-exec", "scripts/page.sh"]);
    assert_eq!(refused.status.code(), Some(0), "{}", said(&refused));
    assert!(said(&refused).contains("--allow-exec 'scripts/page.sh --team ops'"), "{}", said(&refused));
    assert!(!shell.path().join("told.json").exists());
    let told = shell.muster(&["apply", "--yes", "--allow-exec", "scripts/page.sh --team ops"]);
    assert_eq!(told.status.code(), Some(0), "{}", said(&told));
    let read =
        |name: &str| std::fs::read_to_string(shell.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}; {}", said(&told)));
    let notice: serde_json::Value = serde_json::from_str(&read("told.json")).expect("JSON");
    assert_eq!((notice["event"].as_str(), notice["key"].as_str()), (Some("before-stop"), Some("lms-2026/office/2026-11-20T10:00:00Z")));
    assert_eq!(notice["resources"][0]["title"], "dev-api");
    assert_eq!(read("how.txt"), "--team ops .\n");
    std::fs::remove_file(shell.path().join("told.json")).expect("removed");
    shell.muster(&["apply", "--yes", "--allow-exec", "scripts/page.sh --team ops"]);
    assert!(!shell.path().join("told.json").exists(), "told once");
}

#[cfg(unix)]
#[test]
fn a_command_that_fails_is_said_and_changes_no_exit_code() {
    let shell = prepared("{exec: [false]}");
    let output = shell.muster(&["apply", "--yes", "--allow-exec", "false", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(answer["notices"]["unsent"][0]["why"], "it ended with 1");
    assert_eq!(answer["outcome"]["exit"], 0);
}

#[test]
fn a_webhook_on_this_machine_is_posted_to() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("port");
    let url = format!("http://127.0.0.1:{}/T0/s3cret", listener.local_addr().expect("address").port());
    let served = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("connection");
        let mut request = Vec::new();
        let mut piece = [0; 4096];
        while !request.ends_with(b"}") {
            let read = stream.read(&mut piece).expect("request");
            request.extend_from_slice(&piece[..read]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").expect("answer");
        String::from_utf8(request).expect("UTF-8")
    });
    let shell = prepared("{webhook: {env: HOOK}, format: teams}");
    let output = shell.muster_with(&["apply", "--yes", "--events", "events.jsonl"], &[("HOOK", &url)]);
    assert!(said(&output).contains("told webhook HOOK (http://127.0.0.1): "), "{}", said(&output));
    assert!(served.join().expect("served").contains("AdaptiveCard"));
    let events = std::fs::read_to_string(shell.path().join("events.jsonl")).expect("events");
    assert!(events.contains(r#""event":"notice""#), "{events}");
}

#[test]
fn no_output_and_no_file_holds_the_url_of_a_webhook() {
    let shell = prepared("{webhook: {env: HOOK}, format: slack}, {webhook: {env: OTHER}}, {webhook: {env: PLAIN}}");
    let secrets = [
        ("HOOK", "https://hooks.slack.com/services/T0/B0/s3cret"),
        ("OTHER", "https://kim:s3cret@hooks.example.com/x"),
        ("PLAIN", "s3cret"),
    ];
    for arguments in
        [&["plan"][..], &["apply", "--yes", "--events", "events.jsonl"], &["apply", "--format", "json"], &["sandbox", "show"], &["status"]]
    {
        let output = shell.muster_with(arguments, &secrets);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert!(!said(&output).contains("s3cret"), "{arguments:?}: {}", said(&output));
    }
    let mut seen = 0;
    for folder in [shell.path().to_owned(), shell.path().join(".muster")] {
        for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file())
        {
            let text = String::from_utf8_lossy(&std::fs::read(&entry).expect("a file")).into_owned();
            assert!(!text.contains("s3cret"), "{}", entry.display());
            seen += usize::from(text.contains("lms-2026/office"));
        }
    }
    assert!(seen >= 2, "neither the events nor what is remembered were found");
}

#[test]
fn a_damaged_memory_is_set_aside_and_stops_nothing() {
    let shell = prepared("{sns: 'arn:aws:sns:ap-northeast-2:123456789012:ops'}");
    shell.write(".muster/notices.sandbox.json", "{");
    let output = shell.muster(&["apply", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("set aside as"), "{}", said(&output));
    assert!(shell.path().join(".muster/notices.sandbox.json.broken").exists());
    assert!(!said(&shell.muster(&["apply", "--yes"])).contains("set aside"));
}
