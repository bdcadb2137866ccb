//! The digest a pull request approves (semantics 4).

use serde_json::{Value, json};

use super::model::{FORMAT, Plan, Step};
use crate::digest::digest;
use crate::fleet::Fleet;
use crate::lock::Lock;

/// Digest of what the file and the lock say.
#[must_use]
pub fn fleet_digest(fleet: &Fleet, lock: &Lock) -> String {
    digest(&json!({ "fleet": fleet, "lock": lock }))
}

/// Digest over settings steps, their preconditions, the fleet, the accounts and the gaps. What follows from the
/// clock (run state, times in tags, names of snapshots) is not in it.
pub(super) fn of(plan: &Plan) -> String {
    let settings: Vec<Value> = plan.steps.iter().filter(|step| !step.is_run_state()).map(settings).collect();
    let gaps: Vec<Value> = plan.gaps.iter().map(|gap| json!([gap.action, gap.account, gap.region, gap.resources])).collect();
    digest(&json!({
        "format": FORMAT,
        "fleet": plan.fleet_digest,
        "accounts": plan.accounts,
        "allow-destroy": plan.options.allow_destroy,
        "only": plan.options.only,
        "destroy": plan.options.destroy,
        "steps": settings,
        "gaps": gaps,
    }))
}

fn settings(step: &Step) -> Value {
    json!({
        "address": step.address,
        "place": step.place,
        "kind": step.kind,
        "id": step.id,
        "action": step.action,
        "needs": step.needs,
        "fields": step.fields,
        "precondition": step.precondition,
    })
}
