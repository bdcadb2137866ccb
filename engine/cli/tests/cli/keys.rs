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
    shell.write("fleet.yaml", fleet("fleet: lms-2025"));
    run(&shell, &["apply", "--yes"]);
    let (first, place) = (run(&shell, &["key", "alice"]), stored(&shell));
    assert!(first.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----"));
    shell.write("fleet.yaml", fleet("fleet: lms-2026\nwas: lms-2025"));
    assert_eq!(run(&shell, &["key", "alice"]), first, "before the rename is applied");
    run(&shell, &["apply", "--yes"]);
    assert_eq!(run(&shell, &["key", "alice"]), first, "after it");
    run(&shell, &["key", "alice", "--rotate", "--yes"]);
    let second = run(&shell, &["key", "alice"]);
    assert!(second.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----") && second != first, "the new pair is the one that is found");
    assert_eq!(stored(&shell), place, "no second private half is stored anywhere");
    assert!(run(&shell, &["plan"]).contains("nothing to do"));
}

/// Calls a rotation makes, in their order.
const ROTATION: [&str; 4] = ["ec2:DeleteKeyPair", "ssm:DeleteParameter", "ssm:PutParameter", "ec2:ImportKeyPair"];

/// A shell whose fleet is applied and whose rotation broke off at this call, and the private half before it.
fn broken_off_at(call: &str) -> (Shell, String) {
    let shell = Shell::new();
    shell.write("fleet.yaml", fleet("fleet: lms"));
    run(&shell, &["apply", "--yes"]);
    let before = run(&shell, &["key", "alice"]);
    run(&shell, &["sandbox", "deny", call]);
    let output = shell.muster(&["key", "alice", "--rotate", "--yes"]);
    assert_ne!(output.status.code(), Some(0), "{call} was refused");
    run(&shell, &["sandbox", "allow", call]);
    (shell, before)
}

#[test]
fn wherever_a_rotation_breaks_off_the_key_is_the_old_one_or_the_next_plan_mends_it() {
    for (at, call) in ROTATION.into_iter().enumerate() {
        let (shell, before) = broken_off_at(call);
        let plan = shell.muster(&["plan"]);
        let plan = String::from_utf8(plan.stdout).expect("UTF-8");
        let key = shell.muster(&["key", "alice"]);
        let (told, shown) = (String::from_utf8(key.stderr).expect("UTF-8"), String::from_utf8(key.stdout).expect("UTF-8"));
        assert_eq!(plan.contains("nothing to do"), at == 0, "{call}: only before the first call all is as it was\n{plan}");
        match at {
            0 | 1 => assert_eq!(shown, before, "{call}: machines that run still accept the old one"),
            2 => assert!(told.contains("the key of user/alice is not made yet") && told.contains("`muster apply` makes it"), "{told}"),
            _ => assert!(shown.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----") && shown != before, "{call}: the new one is kept"),
        }
        run(&shell, &["apply", "--yes"]);
        let mended = run(&shell, &["key", "alice"]);
        assert!(mended.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----"), "{call}: {mended}");
        assert!(shown.is_empty() || mended == shown, "{call}: what was shown is what counts");
        assert_eq!(stored(&shell).len(), 1, "{call}");
        assert!(run(&shell, &["plan"]).contains("nothing to do"), "{call}");
    }
}
