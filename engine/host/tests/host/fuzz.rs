//! Bytes from anywhere, through everything: load, describe, run. The target is `muster_host::fuzz::load_and_run`; here it is
//! played the checked-in corpus and what follows from it by cutting and damaging.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use muster_host::fuzz::{self, Came, load_and_run};

use crate::support::{Guest, Seeded, component, menagerie};

/// Counts how far all of `inputs` came, and fails on a panic of the host.
fn play(inputs: impl IntoIterator<Item = Vec<u8>>) -> [usize; 4] {
    let (host, mut counts) = (fuzz::host().expect("a host"), [0; 4]);
    for (number, bytes) in inputs.into_iter().enumerate() {
        match catch_unwind(AssertUnwindSafe(|| load_and_run(&host, &bytes))) {
            Ok(came) => counts[came as usize] += 1,
            Err(_) => panic!("the host panicked on input {number}: {bytes:?}"),
        }
    }
    counts
}

fn corpus() -> Vec<(String, String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut paths: Vec<_> = fs::read_dir(folder).expect("the corpus").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let part = |part: Option<&std::ffi::OsStr>| part.and_then(|part| part.to_str()).expect("a name").to_owned();
    paths.iter().map(|path| (part(path.file_name()), part(path.extension()), fs::read(path).expect("bytes"))).collect()
}

/// What was found interesting once: `NAME.STAGE`, the stage being how far it comes. Whoever meets bytes that do
/// something new puts them here.
#[test]
fn the_corpus_comes_as_far_as_its_names_say() {
    let host = fuzz::host().expect("a host");
    let files = corpus();
    for (name, stage, bytes) in &files {
        assert_eq!(format!("{:?}", load_and_run(&host, bytes)).to_lowercase(), *stage, "{name}");
    }
    assert!(files.len() >= 17, "{} files", files.len());
}

/// One to four bytes of `bytes` are others.
fn damaged(seeded: &mut Seeded, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=seeded.below(4) {
        let at = seeded.below(bytes.len());
        bytes[at] = seeded.next().to_le_bytes()[0];
    }
    bytes
}

/// What once came far goes on from there.
#[test]
fn the_corpus_damaged_a_little_more() {
    let mut seeded = Seeded(7);
    let far: Vec<Vec<u8>> = corpus().into_iter().filter(|(_, stage, _)| stage != "refused").map(|(.., bytes)| bytes).collect();
    let inputs: Vec<_> = (0..200).map(|number| damaged(&mut seeded, &far[number % far.len()])).collect();
    let counts = play(inputs);
    assert!(counts.iter().all(|count| *count > 0), "every end is met, from refused to through: {counts:?}");
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
    let (mut seeded, seeds) = (Seeded(3), seeds());
    let inputs: Vec<_> = (0..400).map(|number| damaged(&mut seeded, &seeds[number % seeds.len()])).collect();
    let counts = play(inputs);
    let [refused, undescribed, errored, through] = counts;
    assert!(refused > 0 && undescribed + errored > 0 && through > 0, "every end is met, from refused to run: {counts:?}");
}

/// Behind a good beginning nothing random is a component: the parser sees to that, and it must come to an end.
#[test]
fn random_bytes_are_refused() {
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

/// Random instructions in a valid order: all of it is compiled and runs.
#[test]
fn random_code_runs() {
    let mut seeded = Seeded(11);
    let guest = |_| {
        let code = random_code(&mut seeded);
        let evaluate = format!("{code} (i32.store (i32.const 64) (i32.const 0)) (i32.const 64)");
        // No rules, as the least guest says; whatever `code` wrote over.
        Guest { evaluate: Box::leak(evaluate.into_boxed_str()), ..Guest::default() }.component()
    };
    let counts = play((0..120).map(guest).collect::<Vec<_>>());
    let [refused, undescribed, errored, through] = counts;
    assert!((refused, undescribed) == (0, 0) && errored > 0 && through > 0, "{counts:?}");
}

/// Instructions that leave the stack as it was.
fn random_code(seeded: &mut Seeded) -> String {
    let (mut code, mut depth) = (String::new(), 0_usize);
    for _ in 0..seeded.below(60) {
        let (instruction, takes, gives) = match seeded.below(12) {
            0..=3 => (format!("i32.const {}", seeded.next().cast_signed() >> (32 + seeded.below(32))), 0, 1),
            4 => ("i32.add".to_owned(), 2, 1),
            5 => ("i32.mul".to_owned(), 2, 1),
            6 => ("i32.div_s".to_owned(), 2, 1),
            7 => ("i32.load".to_owned(), 1, 1),
            8 => ("i32.store".to_owned(), 2, 0),
            9 => ("memory.grow".to_owned(), 1, 1),
            10 => ("if (loop (br 0)) end".to_owned(), 1, 0),
            _ => ("memory.fill".to_owned(), 3, 0),
        };
        if takes <= depth {
            depth = depth - takes + gives;
            code.push_str(&instruction);
            code.push(' ');
        }
    }
    code + &"drop ".repeat(depth)
}

/// The target itself tells good from bad.
#[test]
fn a_good_guest_comes_through() {
    let host = fuzz::host().expect("a host");
    assert_eq!(load_and_run(&host, &menagerie()), Came::Through);
    assert_eq!(load_and_run(&host, b"no component"), Came::Refused);
}
