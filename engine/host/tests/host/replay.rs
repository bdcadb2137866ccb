//! A fault is seen again from its file alone.

use muster_core::finding::FaultKind;
use muster_host::{Evaluation, Limits, Replay, is_replay};

use crate::support::{Seeded, ask, host};

fn brisk() -> Limits {
    Limits { fuel_base: 20_000_000, ..Limits::default() }
}

fn only(evaluation: &Evaluation) -> &Replay {
    assert_eq!(evaluation.replays.len(), 1);
    &evaluation.replays[0]
}

#[test]
fn every_kind_of_fault_is_seen_again() {
    for bad in ["t3", "l3", "r3", "m3", "g3", "i3", "x3", "d3"] {
        let evaluation = ask(brisk(), &["p1", "p2", bad]);
        let bytes = only(&evaluation).encode();
        // Another host, another process: nothing but the file.
        let replay = Replay::decode(&bytes).expect("a replay");
        assert_eq!(replay.encode(), bytes);
        let replayed = host(Limits::default()).replay(&replay).expect("it runs");
        assert!(replayed.same(), "{bad}: then {}, now {:?}", replayed.then, replayed.now);
        assert_eq!(replayed.findings.len(), 1, "only the document that does it is in the file");
        assert_eq!(replayed.then.replay, None);
    }
}

#[test]
fn a_mended_host_or_pack_is_told_from_the_same_fault() {
    let evaluation = ask(Limits { message_bytes: 3, ..brisk() }, &["v1"]);
    let replay = Replay::decode(&only(&evaluation).encode()).expect("a replay");
    assert!(host(Limits::default()).replay(&replay).expect("it runs").same(), "the file's stricter limit holds");
    // The same file, with a limit that is no longer hit.
    let text = String::from_utf8_lossy(&replay.encode()).contains(r#""message-bytes":3"#);
    assert!(text, "the limits stand in the file");
    let looser = edited(&replay.encode(), r#""message-bytes":3"#, r#""message-bytes":9"#);
    let replayed = host(Limits::default()).replay(&Replay::decode(&looser).expect("a replay")).expect("it runs");
    assert!(!replayed.same() && replayed.now.is_none());
    assert_eq!(replayed.then.kind, FaultKind::Flood);
}

/// A file cannot loosen the limits of the host that runs it.
#[test]
fn the_host_keeps_its_own_limits() {
    let evaluation = ask(Limits { fuel_base: 2_000_000_000, ..brisk() }, &["l1"]);
    let replay = Replay::decode(&only(&evaluation).encode()).expect("a replay");
    let replayed = host(brisk()).replay(&replay).expect("it runs");
    let fuel = |limit: &Option<muster_core::finding::LimitHit>| limit.as_ref().map(|limit| limit.value).expect("fuel");
    assert!(fuel(&replayed.now.expect("a fault").limit) < 100_000_000 && fuel(&replayed.then.limit) > 2_000_000_000);
}

#[test]
fn the_name_says_what_it_is_and_the_same_fault_has_the_same_name() {
    let name = || only(&ask(brisk(), &["t1"])).file_name();
    assert_eq!(name(), name());
    assert!(name().starts_with("test-menagerie-") && name().ends_with(".replay"), "{}", name());
    let evaluation = ask(brisk(), &["t2"]);
    let other = only(&evaluation);
    assert_ne!(name(), other.file_name());
    assert!(is_replay(&other.file_name(), &mut &other.encode()[..]).expect("bytes"));
    assert!(!is_replay(&name(), &mut &other.encode()[..]).expect("bytes"), "under another name it is somebody's");
    assert!(!is_replay(&other.file_name(), &mut &b"muster-replay 1"[..]).expect("bytes"));
}

#[test]
fn what_is_no_replay_is_refused() {
    let good = only(&ask(brisk(), &["t1"])).encode();
    let said = |bytes: &[u8]| Replay::decode(bytes).map(|replay| replay.file_name()).expect_err("refused").to_string();
    assert_eq!(said(b""), "this is no replay file: its first line is missing");
    assert_eq!(said(b"hello\nworld\n"), "this is no replay file: its first line is not `muster-replay 1`");
    assert_eq!(said(b"muster-replay 2\n{}\n"), "this replay file has format 2, this muster reads 1: upgrade muster");
    assert!(said(b"muster-replay 1\n{}\n").starts_with("this is no replay file: missing field"), "{}", said(b"muster-replay 1\n{}\n"));
    let mut other = good.clone();
    *other.last_mut().expect("a byte") ^= 1;
    assert_eq!(said(&other), "this replay file is damaged: its component is not the one it names");
    let mut seeded = Seeded(11);
    for _ in 0..2_000 {
        let mut bytes = good.clone();
        bytes.truncate(seeded.below(good.len()));
        if let Some(at) = bytes.len().checked_sub(1).map(|last| seeded.below(last + 1)) {
            bytes[at] = seeded.next().to_le_bytes()[0];
        }
        assert!(Replay::decode(&bytes).is_err(), "cut and damaged");
    }
}

fn edited(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).expect("the text");
    let mut bytes = bytes.to_vec();
    bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
    bytes
}
