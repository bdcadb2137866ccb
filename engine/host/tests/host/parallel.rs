//! The result does not depend on threads, nor on the order in which documents were read.

use muster_core::finding::{Finding, Grouping, Severity};
use muster_host::{Cancel, Document, Evaluation, Job, Limits, LogLine, Work};
use serde_json::Map;

use crate::support::{NOW, Seeded, document, host, id, menagerie, rule, threads};

type Comparable = (Vec<Finding>, Vec<LogLine>, Vec<Vec<u8>>, Vec<Work>);

fn comparable(evaluation: Evaluation) -> Comparable {
    let replays = evaluation.replays.iter().map(muster_host::Replay::encode).collect();
    (evaluation.findings, evaluation.log, replays, evaluation.work)
}

/// Three thousand documents in three regions; a few do something bad.
fn estate() -> Vec<Document> {
    let mut seeded = Seeded(7);
    let one = |n: usize| {
        let what = match seeded.below(400) {
            0 => "t",
            1 => "i",
            2 => "l",
            chance if chance < 100 => "f",
            chance if chance < 120 => "q",
            chance if chance < 130 => "s",
            _ => "p",
        };
        document(&format!("{what}{n:04}"), ["us-east-1", "eu-west-1", "ap-northeast-2"][n % 3])
    };
    (0..3_000).map(one).collect()
}

fn shuffled(mut documents: Vec<Document>, seed: u64) -> Vec<Document> {
    let mut seeded = Seeded(seed);
    for at in (1..documents.len()).rev() {
        documents.swap(at, seeded.below(at + 1));
    }
    documents
}

#[test]
fn threads_and_order_change_nothing() {
    let limits = Limits { fuel_base: 5_000_000, fuel_per_document: 10_000, fuel_per_byte: 0, chunk_documents: 100, ..Limits::default() };
    let host = host(limits);
    let pack = host.load(id("test"), &menagerie()).expect("a pack");
    let rules = [rule("each", Grouping::Each), rule("scope", Grouping::Scope), rule("fleet", Grouping::Fleet)];
    let params = Map::new();
    let run = |documents: &[Document], count| {
        let job = |rule| Job { pack: &pack, rule, params: &params, severity: Severity::Medium, documents };
        let jobs: Vec<Job<'_>> = rules.iter().map(job).collect();
        comparable(host.evaluate(&jobs, NOW, threads(count), &Cancel::default()).expect("an evaluation"))
    };
    let estate = estate();
    let one = run(&estate, 1);
    assert!(one.2.len() > 3 && one.0.len() > 8_000, "{} replays, {} findings", one.2.len(), one.0.len());
    for (count, seed) in [(2, 1), (3, 2), (8, 3)] {
        let other = run(&shuffled(estate.clone(), seed), count);
        assert!(one.0 == other.0, "findings with {count} threads");
        assert!(one.1 == other.1, "log lines with {count} threads");
        assert!(one.2 == other.2, "replays with {count} threads");
        assert_eq!(one.3, other.3, "calls and fuel with {count} threads");
    }
    assert!(one.0.is_sorted_by(|a, b| a.order() <= b.order()));
}
