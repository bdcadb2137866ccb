//! The file behind the account: many processes, and processes that die.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::{Change, Clock, Cloud, Need, Needs, Place, Reader};
use muster_core::tags::Tags;
use muster_sandbox::{Estate, Sandbox, SandboxError};

/// Set in a child process: the file it writes to.
const FILE: &str = "MUSTER_TEST_SANDBOX_FILE";
/// Set in a child process: its name.
const NAME: &str = "MUSTER_TEST_SANDBOX_NAME";
const WRITES: usize = 25;

fn seoul() -> Place {
    Place { account: "default".to_owned(), region: "ap-northeast-2".to_owned() }
}

fn wall() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().expect("instant")
}

fn open(path: &Path) -> Result<Sandbox, SandboxError> {
    Sandbox::open(path, &Estate::empty().expect("estate"), &[], wall())
}

fn names(sandbox: &Sandbox) -> Vec<String> {
    let mut needs = Needs::default();
    needs.add(&seoul(), Need::SecurityGroups);
    let snapshot = block_on(sandbox.observe(&needs)).expect("snapshot");
    snapshot.places[&seoul()].groups.seen().iter().map(|group| group.name.clone()).collect()
}

fn create(sandbox: &Sandbox, name: String) -> Result<(), muster_core::cloud::CloudError> {
    let mut needs = Needs::default();
    needs.add(&seoul(), Need::Vpcs);
    let vpc = block_on(sandbox.observe(&needs)).expect("snapshot").places[&seoul()].vpcs.seen()[0].id.clone();
    let change = Change::CreateSecurityGroup { name, description: "d".to_owned(), vpc, tags: Tags::new() };
    block_on(sandbox.perform(&seoul(), &change)).map(|_| ())
}

/// What a child does: its own groups, and one that every other child wants too.
#[test]
fn child() {
    let (Ok(file), Ok(name)) = (std::env::var(FILE), std::env::var(NAME)) else { return };
    let sandbox = open(Path::new(&file)).expect("open");
    for n in 0..WRITES {
        create(&sandbox, format!("{name}-{n}")).expect("own group");
        let _ = create(&sandbox, format!("shared-{n}"));
        block_on(sandbox.sleep(SignedDuration::from_secs(1)));
    }
}

fn spawn(path: &Path, name: &str) -> Child {
    let program = std::env::current_exe().expect("test program");
    let mut command = Command::new(program);
    command.args(["child", "--exact", "--nocapture"]).env(FILE, path).env(NAME, name);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("child")
}

fn scratch() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join(".muster").join("sandbox.json");
    (folder, path)
}

#[test]
fn eight_processes_at_once_lose_nothing_and_make_nothing_twice() {
    let (_folder, path) = scratch();
    let children: Vec<Child> = (0..8).map(|n| spawn(&path, &format!("p{n}"))).collect();
    for mut child in children {
        assert!(child.wait().expect("child").success());
    }
    let mut names = names(&open(&path).expect("open"));
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!((names.len(), all), (1 + 9 * WRITES, 1 + 9 * WRITES), "default, eight times its own, once the shared ones");
}

#[test]
fn a_process_that_is_killed_leaves_one_valid_file() {
    let (_folder, path) = scratch();
    drop(open(&path).expect("open"));
    let mut most = 0;
    for round in 0..12 {
        let mut child = spawn(&path, &format!("k{round}"));
        std::thread::sleep(std::time::Duration::from_millis(15 + 7 * round));
        child.kill().expect("kill -9");
        child.wait().expect("child");
        let there = names(&open(&path).expect("a valid file")).len();
        assert!(there >= most, "what was written stays");
        most = there;
    }
    assert!(most > 1, "some child got to write before it was killed");
    create(&open(&path).expect("open"), "after".to_owned()).expect("the lock died with its holder");
}

#[test]
fn what_one_handle_writes_another_sees() {
    let (_folder, path) = scratch();
    let (one, two) = (open(&path).expect("one"), open(&path).expect("two"));
    assert_eq!(one.now(), wall(), "an estate without a clock starts at the wall's");
    create(&one, "a".to_owned()).expect("a");
    create(&two, "b".to_owned()).expect("b");
    assert_eq!((names(&one).len(), names(&two).len()), (3, 3));
    one.advance(SignedDuration::from_hours(8)).expect("advance");
    assert_eq!(two.now().duration_since(wall()), SignedDuration::from_hours(8));
    let estate = Estate::empty().expect("estate");
    two.reset(&estate, &[], wall()).expect("reset");
    assert_eq!((names(&one).len(), one.now()), (1, wall()));
}

#[test]
fn a_damaged_file_is_refused_until_a_reset() {
    let (_folder, path) = scratch();
    let sandbox = open(&path).expect("open");
    std::fs::write(&path, "{\"format\":1,\"revision\":7,").expect("damage");
    let error = open(&path).expect_err("damaged");
    assert!(error.to_string().ends_with("`muster sandbox reset` starts afresh"), "{error}");
    let delete = Change::DeleteKeyPair { name: "k".to_owned() };
    let answer = block_on(sandbox.perform(&seoul(), &delete)).map_err(|error| error.code);
    assert_eq!(answer, Err("SandboxFile".to_owned()), "what cannot be read is not written over");
    sandbox.reset(&Estate::empty().expect("estate"), &[], wall()).expect("reset");
    assert_eq!(names(&open(&path).expect("open")).len(), 1);
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, path) = scratch();
    drop(open(&path).expect("open"));
    let mode = std::fs::metadata(&path).expect("file").permissions().mode();
    assert_eq!(mode & 0o077, 0, "it may hold private keys");
}

#[test]
fn an_id_that_fleet_yaml_declares_must_be_the_accounts() {
    let (_folder, path) = scratch();
    let declare = |id: &str| [("default".to_owned(), Some(id.to_owned()))];
    let estate = Estate::empty().expect("estate");
    drop(Sandbox::open(&path, &estate, &declare("111111111111"), wall()).expect("open"));
    let other = Sandbox::open(&path, &estate, &declare("222222222222"), wall()).expect("open");
    let mut needs = Needs::default();
    needs.add(&seoul(), Need::Vpcs);
    let error = block_on(other.observe(&needs)).expect_err("another account");
    assert_eq!(error.kind, muster_core::cloud::ErrorKind::WrongAccount);
}

#[test]
fn an_account_named_later_keeps_its_declared_id_when_others_write() {
    let (_folder, path) = scratch();
    let estate = Estate::empty().expect("estate");
    let one = open(&path).expect("one");
    let data = Place { account: "data".to_owned(), region: "us-east-1".to_owned() };
    let two = Sandbox::open(&path, &estate, &[("data".to_owned(), Some("333333333333".to_owned()))], wall()).expect("two");
    create(&one, "moves the file on".to_owned()).expect("group");
    let mut needs = Needs::default();
    needs.add(&data, Need::Vpcs);
    assert_eq!(block_on(two.observe(&needs)).expect("snapshot").identities["data"].account_id, "333333333333");
}
