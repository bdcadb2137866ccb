//! The digest a pull request approves (semantics 4).

use std::collections::BTreeMap;

use serde::Serialize;

use super::model::{Action, Destroy, FORMAT, FieldChange, Plan, Step, StepNeed};
use crate::address::Address;
use crate::cloud::{Gap, Kind, Place};
use crate::digest::digest;
use crate::fleet::Fleet;
use crate::lock::Lock;

/// Digest of what the file and the lock say.
#[must_use]
pub fn fleet_digest(fleet: &Fleet, lock: &Lock) -> String {
    digest(&Declared { fleet, lock })
}

/// What file and lock say.
#[derive(Serialize)]
struct Declared<'f> {
    fleet: &'f Fleet,
    lock: &'f Lock,
}

/// Digest over settings steps, their preconditions, the fleet, the accounts and the gaps. What follows from the
/// clock (run state, times in tags, names of snapshots, edges) is not in it: an edge that lies behind at noon is no longer
/// planned, and what edges follow from stands in the fleet and in their role.
pub(super) fn of(plan: &Plan) -> String {
    digest(&Approved {
        format: FORMAT,
        fleet: &plan.fleet_digest,
        accounts: &plan.accounts,
        allow_destroy: plan.options.allow_destroy,
        only: &plan.options.only,
        destroy: plan.options.destroy,
        steps: plan.steps.iter().filter(|step| !step.is_run_state() && step.kind != Kind::Edge).map(Settings::of).collect(),
        gaps: plan
            .gaps
            .iter()
            .map(|Gap { action, account, region, resources, .. }| (&**action, &**account, &**region, &**resources))
            .collect(),
    })
}

/// What is approved with a plan.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Approved<'p> {
    format: u32,
    fleet: &'p str,
    accounts: &'p BTreeMap<String, String>,
    allow_destroy: bool,
    only: &'p [String],
    destroy: Option<Destroy>,
    steps: Vec<Settings<'p>>,
    gaps: Vec<(&'p str, &'p str, &'p str, &'p [String])>,
}

/// What of a step does not follow from the clock.
#[derive(Serialize)]
struct Settings<'p> {
    address: &'p Address,
    place: &'p Place,
    kind: &'p Kind,
    id: Option<&'p str>,
    action: &'p Action,
    needs: &'p [StepNeed],
    fields: &'p [FieldChange],
    precondition: &'p BTreeMap<String, String>,
}

impl<'p> Settings<'p> {
    fn of(step: &'p Step) -> Self {
        let Step { address, place, kind, id, action, needs, fields, precondition, .. } = step;
        Self { address, place, kind, id: id.as_deref(), action, needs, fields, precondition }
    }
}
