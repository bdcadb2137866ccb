//! Generated keys, whose private half no page of a session may show.

use crate::shell::Shell;

fn fleet(names: &str) -> String {
    format!(
        "{names}\ncloud: {{provider: sandbox, regions: [ap-northeast-2], estate: estate.yaml}}\nusers:\n  alice: {{ssh-from: [203.0.113.0/24], key: generate}}\n"
    )
}

fn run(shell: &Shell, arguments: &[&str]) -> String {
    let output = shell.muster(arguments);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn stored(shell: &Shell) -> Vec<String> {
    run(shell, &["sandbox", "show"]).lines().filter(|line| line.contains("/muster/")).map(str::to_owned).collect()
}

#[test]
fn a_renamed_fleet_finds_and_replaces_the_keys_of_its_former_name() {
    let shell = Shell::new();
    shell.write("fleet.yaml", &fleet("fleet: lms-2025"));
    run(&shell, &["apply", "--yes"]);
    let (first, place) = (run(&shell, &["key", "alice"]), stored(&shell));
    assert!(first.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----"));
    shell.write("fleet.yaml", &fleet("fleet: lms-2026\nwas: lms-2025"));
    assert_eq!(run(&shell, &["key", "alice"]), first, "before the rename is applied");
    run(&shell, &["apply", "--yes"]);
    assert_eq!(run(&shell, &["key", "alice"]), first, "after it");
    run(&shell, &["key", "alice", "--rotate", "--yes"]);
    let second = run(&shell, &["key", "alice"]);
    assert!(second.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----") && second != first, "the new pair is the one that is found");
    assert_eq!(stored(&shell), place, "no second private half is stored anywhere");
    assert!(run(&shell, &["plan"]).contains("nothing to do"));
}
