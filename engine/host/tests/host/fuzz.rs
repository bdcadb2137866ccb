//! Bytes from anywhere, through everything: load, describe, run. [`fuzz`] is the target; a fuzzer can call it, and the
//! tests below play it the checked-in corpus and what follows from it by cutting and damaging.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use muster_core::finding::{Grouping, Verdict};
use muster_host::{Host, Limits};

use crate::support::{Guest, Seeded, ask_with, component, documents, host, id, menagerie, short};

/// How far bytes came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Came {
    Refused,
    Undescribed,
    Errored,
    Through,
}

/// Must return, whatever the bytes are.
fn fuzz(host: &Host, bytes: &[u8]) -> Came {
    let Ok(pack) = host.load(id("fuzz"), bytes) else { return Came::Refused };
    let described = host.describe(&pack).is_ok();
    let evaluation = ask_with(host, &pack, Grouping::Each, &documents(["p1", "f2", "n3", "s4"]));
    match (described, evaluation.findings.iter().any(|finding| finding.verdict == Verdict::Errored)) {
        (false, _) => Came::Undescribed,
        (true, true) => Came::Errored,
        (true, false) => Came::Through,
    }
}

fn small() -> Limits {
    Limits { fuel_base: 2_000_000, fuel_per_document: 10_000, fuel_per_byte: 10, memory_bytes: 1 << 20, ..Limits::default() }
}

/// Counts how far all of `inputs` came, and fails on a panic of the host.
fn play(inputs: impl IntoIterator<Item = Vec<u8>>) -> [usize; 4] {
    let (host, mut counts) = (host(small()), [0; 4]);
    for (number, bytes) in inputs.into_iter().enumerate() {
        match catch_unwind(AssertUnwindSafe(|| fuzz(&host, &bytes))) {
            Ok(came) => counts[came as usize] += 1,
            Err(_) => panic!("the host panicked on input {number}: {bytes:?}"),
        }
    }
    counts
}

/// What was found interesting once: `NAME.STAGE`, the stage being how far it comes. Whoever meets bytes that do
/// something new puts them here.
#[test]
fn the_corpus_comes_as_far_as_its_names_say() {
    let host = host(small());
    let mut files = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")).expect("the corpus") {
        let path = entry.expect("an entry").path();
        let stage = path.extension().and_then(|extension| extension.to_str()).expect("a stage").to_owned();
        let came = fuzz(&host, &fs::read(&path).expect("bytes"));
        assert_eq!(format!("{came:?}").to_lowercase(), stage, "{}", path.display());
        files += 1;
    }
    assert!(files >= 10, "{files} files");
}

/// The least guest there is, so that damage hits something that matters.
fn seeds() -> Vec<Vec<u8>> {
    vec![Guest::default().component(), menagerie(), component(include_str!("../../../../rules/wit/museum/1.0.0/wat/rule.wat"))]
}

#[test]
fn truncated_at_every_place() {
    let seed = &seeds()[0];
    let counts = play((0..seed.len()).map(|end| seed[..end].to_vec()));
    // Its last two sections are names, and it works without them.
    assert_eq!(counts, [seed.len() - 2, 0, 0, 2]);
}

#[test]
fn damaged_in_a_few_places() {
    let mut seeded = Seeded(3);
    let seeds = seeds();
    let damaged = |_| {
        let mut bytes = seeds[seeded.below(seeds.len())].clone();
        for _ in 0..=seeded.below(4) {
            let at = seeded.below(bytes.len());
            bytes[at] = seeded.next().to_le_bytes()[0];
        }
        bytes
    };
    let counts = play((0..400).map(damaged).collect::<Vec<_>>());
    let [refused, undescribed, errored, through] = counts;
    assert!(refused > 0 && undescribed + errored > 0 && through > 0, "every end is met, from refused to run: {counts:?}");
}

#[test]
fn random_behind_a_good_beginning() {
    let mut seeded = Seeded(5);
    let seed = &seeds()[1];
    let random = |_| {
        let keep = seeded.below(64);
        let length = seeded.below(2_048);
        seed[..keep].iter().copied().chain((0..length).map(|_| seeded.next().to_le_bytes()[0])).collect()
    };
    let counts = play((0..300).map(random).collect::<Vec<_>>());
    assert_eq!(counts[Came::Refused as usize], 300, "{counts:?}");
}

/// The target itself tells good from bad.
#[test]
fn a_good_guest_comes_through() {
    let host = host(small());
    assert_eq!(fuzz(&host, &menagerie()), Came::Through);
    let pack = host.load(id("test"), &menagerie()).expect("a pack");
    assert_eq!(short(&ask_with(&host, &pack, Grouping::Each, &documents(["p1", "f2"])).findings), ["f2 fail", "p1 pass"]);
}
