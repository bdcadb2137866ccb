//! What a plan says about the file's version in git, and where its lines can be looked at.

use std::process::{Command, Stdio};

use crate::shell::Shell;

const FLEET: &str = "\
fleet: lms-2026
timezone: Asia/Seoul
cloud: {provider: sandbox, regions: [ap-northeast-2], estate: estate.yaml}
users:
  defaults: {ssh-from: [203.0.113.0/24], key: generate}
  from: students.csv
  alice: {}
";

fn git(shell: &Shell, arguments: &[&str]) {
    let done = Command::new("git")
        .args(["-c", "user.name=kim", "-c", "user.email=kim@example.com", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(shell.path())
        .envs([("HOME", shell.path().as_os_str()), ("GIT_CONFIG_NOSYSTEM", "1".as_ref())])
        .stdin(Stdio::null())
        .output()
        .expect("git can be started");
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A repository whose `origin/main` has the fleet, and a branch of it.
fn repository() -> Shell {
    let shell = Shell::new();
    shell.write("fleet.yaml", FLEET);
    shell.write("students.csv", "name,email\nzoe,zoe@example.com\n");
    git(&shell, &["init", "--quiet"]);
    git(&shell, &["add", "fleet.yaml", "students.csv"]);
    git(&shell, &["commit", "--quiet", "-m", "fleet"]);
    git(&shell, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    git(&shell, &["switch", "--quiet", "-c", "work"]);
    shell
}

fn out(shell: &Shell, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let output = shell.muster_with(arguments, variables);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn widened() -> String {
    FLEET.replace("[ap-northeast-2]", "[ap-northeast-2, us-east-1]") + "notify: {to: [{exec: [scripts/page.sh]}]}\n"
}

#[test]
fn a_change_of_what_reaches_further_stands_before_the_steps_in_every_form() {
    let shell = repository();
    shell.write("fleet.yaml", widened());
    let text = out(&shell, &["plan"], &[]);
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with("changed  `cloud` at fleet.yaml:3 differs from commit ") && lines[0].ends_with("(HEAD): regions"),
        "{text}"
    );
    assert!(lines[1].starts_with("changed  `notify` at fleet.yaml:8 differs from commit "), "{text}");
    assert!(text.find("changed").expect("said") < text.find("lms-2026 →").expect("the header"), "{text}");
    let comment = out(&shell, &["plan", "--format", "markdown"], &[]);
    assert!(comment.lines().next().is_some_and(|line| line.contains("**cloud, notify changed**")), "{comment}");
    assert!(comment.find("[!IMPORTANT]").expect("a block") < comment.find("<details>").expect("details"), "{comment}");
    let json: serde_json::Value = serde_json::from_str(&out(&shell, &["plan", "--format", "json"], &[])).expect("JSON");
    assert!(json["notes"][0].as_str().is_some_and(|note| note.starts_with("`cloud` at fleet.yaml:3 differs")), "{}", json["notes"]);
}

#[test]
fn a_pull_request_is_compared_with_where_it_began() {
    let shell = repository();
    shell.write("fleet.yaml", widened());
    git(&shell, &["commit", "--quiet", "-am", "wider"]);
    assert!(!out(&shell, &["plan"], &[]).contains("changed "), "it is committed, and no other branch is known");
    let request = [("GITHUB_BASE_REF", "main")];
    assert!(out(&shell, &["plan"], &request).contains("(origin/main): regions"));
    let elsewhere = out(&shell, &["plan"], &[("GITHUB_BASE_REF", "release")]);
    assert!(elsewhere.starts_with("changed  origin/release is not here to compare with"), "{elsewhere}");
    git(&shell, &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    assert!(out(&shell, &["plan"], &[]).contains("(origin/HEAD): regions"));
}

#[test]
fn what_is_as_it_was_is_not_spoken_of() {
    let shell = repository();
    assert!(!out(&shell, &["plan"], &[]).contains("changed "));
    shell.write("fleet.yaml", FLEET.replace("alice: {}", "alice: {type: t3.medium}"));
    assert!(!out(&shell, &["plan"], &[]).contains("changed "), "a setting is no such change");
    shell.write("other.yaml", widened());
    assert!(!out(&shell, &["plan", "--fleet", "other.yaml"], &[]).contains("changed "), "a new file has nothing to differ from");
}

#[test]
fn a_version_that_cannot_be_read_is_said() {
    let shell = repository();
    shell.write("fleet.yaml", "fleet: [\n");
    git(&shell, &["commit", "--quiet", "-am", "broken"]);
    shell.write("fleet.yaml", FLEET);
    let text = out(&shell, &["plan"], &[]);
    assert!(text.starts_with("changed  the file of commit ") && text.contains("is not valid for this muster"), "{text}");
}

#[test]
fn lines_are_links_in_an_action() {
    let shell = repository();
    let top = shell.path().display().to_string();
    let variables = [
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_REPOSITORY", "lms/infra"),
        ("GITHUB_SHA", "1a2b3c"),
        ("GITHUB_WORKSPACE", top.as_str()),
    ];
    let comment = out(&shell, &["plan", "--format", "markdown"], &variables);
    let base = "https://github.com/lms/infra/blob/1a2b3c";
    assert!(comment.contains(&format!("<a href=\"{base}/fleet.yaml#L7\">fleet.yaml:7</a>")), "{comment}");
    assert!(comment.contains(&format!("<a href=\"{base}/students.csv#L2\">students.csv:2</a>")), "{comment}");
    let outside = [variables[0], variables[1], variables[2], ("GITHUB_WORKSPACE", "/nowhere")];
    assert!(!out(&shell, &["plan", "--format", "markdown"], &outside).contains("<a "), "a file outside of the checkout has no link");
}
