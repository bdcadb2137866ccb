//! The conformance suite against the embedded account, with and without readers that lag.

use std::cell::Cell;

use futures::executor::block_on;
use jiff::SignedDuration;
use muster_core::cloud::{Change, Cloud, CloudError, Needs, Place, Reader, Receipt, SecretRef, Snapshot};
use muster_sandbox::conformance::{CASES, STOCK, Skip, Verdict, all};
use muster_sandbox::{Estate, Faults, Sandbox};

/// An empty account but for what the suite works on.
fn estate() -> Estate {
    let empty = include_str!("../../../examples/estates/empty.yaml");
    Estate::parse("stock.yaml", &format!("{empty}\n{STOCK}")).expect("estate")
}

fn run(faults: Faults) -> Vec<String> {
    let sandbox = Sandbox::in_memory(estate(), faults);
    let place = Place { account: "default".to_owned(), region: "ap-northeast-2".to_owned() };
    let reports = block_on(all(&sandbox, &sandbox, &place, "x", &[]));
    assert_eq!(reports.len(), CASES.len());
    let broken = |verdict| match verdict {
        Verdict::Held => None,
        Verdict::Broken(why) => Some(why),
        Verdict::Skipped(why) => Some(format!("skipped: {why}")),
    };
    reports.into_iter().filter_map(|report| Some(format!("{}: {}", report.case, broken(report.verdict)?))).collect()
}

#[test]
fn the_sandbox_conforms() {
    let broken = run(Faults::none(1));
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_sandbox_conforms_while_readers_lag() {
    for seed in 0..8 {
        let delayed_reads = Some(SignedDuration::from_secs(20));
        let broken = run(Faults { delayed_reads, ..Faults::none(seed) });
        assert!(broken.is_empty(), "seed {seed}\n{}", broken.join("\n"));
    }
}

/// A cloud that launches again for every call, as one without client tokens would.
struct Forgetful {
    sandbox: Sandbox,
    launches: Cell<u32>,
}

impl Reader for Forgetful {
    async fn observe(&self, needs: &Needs) -> Result<Snapshot, CloudError> {
        self.sandbox.observe(needs).await
    }
}

impl Cloud for Forgetful {
    async fn perform(&self, place: &Place, change: &Change) -> Result<Receipt, CloudError> {
        let Change::RunInstance { token, spec } = change else { return self.sandbox.perform(place, change).await };
        self.launches.set(self.launches.get() + 1);
        let token = format!("{token}-{}", self.launches.get());
        self.sandbox.perform(place, &Change::RunInstance { token, spec: spec.clone() }).await
    }

    async fn read_secret(&self, place: &Place, secret: &SecretRef) -> Result<String, CloudError> {
        self.sandbox.read_secret(place, secret).await
    }
}

#[test]
fn a_cloud_that_breaks_the_contract_is_found_out() {
    let sandbox = Sandbox::in_memory(estate(), Faults::none(1));
    let cloud = Forgetful { sandbox, launches: Cell::new(0) };
    let place = Place { account: "default".to_owned(), region: "ap-northeast-2".to_owned() };
    let skip = Skip { case: "databases::it_stops_and_starts", reason: "to be seen in the report" };
    let reports = block_on(all(&cloud, &cloud.sandbox, &place, "x", &[skip]));
    let broken: Vec<&str> =
        reports.iter().filter(|report| matches!(report.verdict, Verdict::Broken(_))).map(|report| report.case).collect();
    let wanted = [
        "launch::a_token_makes_one_instance",
        "launch::a_token_with_other_parameters_is_refused",
        "launch::a_token_outlives_its_instance",
        "launch::an_instance_has_what_it_was_asked_for",
    ];
    assert_eq!(broken, wanted);
    let skipped = reports.iter().find(|report| report.case == skip.case).map(|report| report.verdict.clone());
    assert_eq!(skipped, Some(Verdict::Skipped(skip.reason)));
}

#[test]
fn case_names_are_unique() {
    let names: std::collections::BTreeSet<_> = CASES.iter().collect();
    assert_eq!(names.len(), CASES.len());
}
