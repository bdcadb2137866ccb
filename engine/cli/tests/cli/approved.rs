//! Plans of a file that are applied later than they were made.

use crate::shell::Shell;

const FLEET: &str = "fleet: lms-2026
timezone: Asia/Seoul
cloud: {provider: sandbox, regions: [ap-northeast-2], estate: estate.yaml}
retire: {after: 1d}
users:
  alice: {ssh-from: [203.0.113.0/24], key: generate}
databases:
  app: {engine: mysql, version: '8.0', class: db.t4g.micro, storage: {size: 20GiB}, master-user: admin}
";

fn run(shell: &Shell, arguments: &[&str]) -> String {
    let output = shell.muster(arguments);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

fn prepared() -> Shell {
    let shell = Shell::new();
    shell.write("fleet.yaml", FLEET);
    run(&shell, &["apply", "--yes", "--wait", "30m"]);
    shell
}

#[test]
fn a_database_may_be_deleted_on_another_day_than_it_was_planned() {
    let shell = prepared();
    shell.write("fleet.yaml", FLEET.split("databases:").next().expect("the users"));
    run(&shell, &["apply", "--yes", "--wait", "30m"]);
    run(&shell, &["sandbox", "advance", "25h"]);
    run(&shell, &["plan", "--allow-destroy", "--out", "plan.json"]);
    run(&shell, &["sandbox", "advance", "23h"]);
    let done = run(&shell, &["apply", "plan.json", "--wait", "30m"]);
    assert!(done.contains("done  database/app  delete"), "{done}");
    let left = run(&shell, &["sandbox", "show"]);
    assert!(left.contains("rds.snapshot") && !left.contains("rds.instance       muster"), "{left}");
}

#[test]
fn what_was_approved_while_it_ran_is_done_while_it_is_stopped() {
    let shell = prepared();
    shell.write(
        "fleet.yaml",
        FLEET.replace("key: generate", "key: generate, type: t3.medium").replace("db.t4g.micro", "db.t4g.small, apply: now"),
    );
    run(&shell, &["plan", "--out", "plan.json"]);
    for address in ["user/alice/instance", "database/app/instance"] {
        run(&shell, &["sandbox", "stop", &shell.id(address)]);
    }
    run(&shell, &["sandbox", "advance", "1h"]);
    let done = run(&shell, &["apply", "plan.json", "--wait", "30m"]);
    assert!(done.contains("2 done."), "{done}");
    let status = run(&shell, &["status"]);
    let line = |name: &str| status.lines().find(|line| line.contains(name)).expect("a machine").to_owned();
    assert!(line("user/alice").contains("stopped") && line("user/alice").contains("t3.medium"), "{status}");
    assert!(line("database/app").contains("stopped") && line("database/app").contains("db.t4g.small"), "{status}");
}
