//! Ctrl-C in the commands of authors: they end at once, and leave what they found.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::shell::{Shell, search_path};

/// Longer than anything here takes, and shorter than what is interrupted would.
const LIMIT: Duration = Duration::from_secs(60);

/// Starts muster in the folder, with a folder of its own for what is temporary.
fn begin(shell: &Shell, arguments: &[&str]) -> Child {
    std::fs::create_dir_all(shell.path().join("tmp")).expect("folder");
    Command::new(env!("CARGO_BIN_EXE_muster"))
        .args(arguments)
        .current_dir(shell.path())
        .env_clear()
        .envs([("HOME", shell.path().as_os_str()), ("PATH", search_path().as_os_str())])
        .env("TMPDIR", shell.path().join("tmp"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("muster can be started")
}

fn until(what: &str, mut is: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is() {
        assert!(began.elapsed() < LIMIT, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Sends the signal of Ctrl-C and answers exit code and what was said.
fn interrupt(mut child: Child) -> (Option<i32>, String) {
    assert!(child.try_wait().expect("asked").is_none(), "it ended before it was interrupted");
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    until("the end", || child.try_wait().expect("asked").is_some());
    let output = child.wait_with_output().expect("its output");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let paths = std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path());
    let mut all = BTreeMap::new();
    for path in paths {
        if path.is_dir() { all.extend(files(&path)) } else { drop(all.insert(path.clone(), std::fs::read(&path).expect("a file"))) }
    }
    all
}

/// A pack in C with its component, which no compiler here has to make.
fn pack(shell: &Shell) -> PathBuf {
    assert!(shell.muster(&["rule", "new", "example-c", "--lang", "c"]).status.success());
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/rules/c/example-c.wasm");
    let folder = shell.path().join("example-c");
    std::fs::copy(made, folder.join("example-c.wasm")).expect("copied");
    folder
}

/// The host has its cache folder only once signals are heard.
fn begun(shell: &Shell) -> bool {
    shell.path().join(".cache/muster/cwasm").exists()
}

#[test]
fn a_build_takes_its_compiler_along_and_leaves_nothing_behind() {
    let shell = Shell::new();
    let folder = pack(&shell);
    let script =
        "printf half > core.wasm; mktemp -d >/dev/null; trap '' INT TERM; touch begun; while true; do touch alive; sleep 0.05; done";
    let recipe = format!(
        "name = \"example-c\"\nversion = \"0.1.0\"\nlanguage = \"c\"\nbuild = [\"sh\", \"-c\", \"{script}\"]\nmodule = \"core.wasm\"\n"
    );
    std::fs::write(folder.join("muster-rule.toml"), recipe).expect("written");
    let before = files(&folder);
    let build = begin(&shell, &["rule", "build", "--pack", "example-c"]);
    until("the compiler's begin", || folder.join("begun").exists() && folder.join("alive").exists());
    assert_eq!(std::fs::read_dir(shell.path().join("tmp")).expect("folder").count(), 1, "the compiler has a folder of its own");
    let (code, said) = interrupt(build);
    assert_eq!((code, said.as_str()), (Some(130), "interrupted; nothing was changed\n"));
    for own in ["begun", "alive"] {
        std::fs::remove_file(folder.join(own)).expect("the compiler's own doing");
    }
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(files(&folder), before, "no half module, and nobody who still writes");
    assert_eq!(std::fs::read_dir(shell.path().join("tmp")).expect("folder").count(), 0);
}

#[test]
fn a_bench_ends_between_its_rounds() {
    let shell = Shell::new();
    let folder = pack(&shell);
    let before = files(&folder);
    let bench = begin(&shell, &["rule", "bench", "--pack", "example-c", "--documents", "100000", "--rounds", "10000"]);
    until("the begin", || begun(&shell));
    assert_eq!(interrupt(bench), (Some(130), "interrupted; nothing was changed\n".to_owned()));
    assert_eq!(files(&folder), before);
}

#[test]
fn a_test_that_blesses_writes_all_cases_or_none() {
    let shell = Shell::new();
    let folder = pack(&shell);
    let case = "rule: old-type\ngiven:\n  - body: {VolumeId: vol-1, Size: 8, VolumeType: gp2}\nexpect: []\n";
    (0..5_000).for_each(|n| std::fs::write(folder.join(format!("cases/many-{n:04}.yaml")), case).expect("written"));
    let before = files(&folder);
    let test = begin(&shell, &["rule", "test", "--pack", "example-c", "--bless"]);
    until("the begin", || begun(&shell));
    assert_eq!(interrupt(test), (Some(130), "interrupted; nothing was changed\n".to_owned()));
    assert_eq!(files(&folder), before);
}
