//! A plan for programs: the shape that scripts may rely on.

use muster_core::cloud::{Gap, Place};
use muster_core::plan::{Held, Plan, Step};
use serde_json::{Value, json};

use super::words::Frame;

/// The plan; accounts by id.
pub(crate) fn render(plan: &Plan, frame: &Frame) -> Value {
    json!({
        "format": plan.format,
        "digest": frame.digest,
        "fleet_digest": plan.fleet_digest,
        "sandbox": frame.sandbox,
        "now": plan.now,
        "summary": plan.summary,
        "steps": plan.steps.iter().map(|step| one_step(plan, step)).collect::<Vec<_>>(),
        "held": plan.held.iter().map(|held| one_held(plan, held)).collect::<Vec<_>>(),
        "gaps": plan.gaps.iter().map(one_gap).collect::<Vec<_>>(),
        "notes": frame.reach.notes.iter().chain(&plan.notes).collect::<Vec<_>>(),
    })
}

fn account<'a>(plan: &'a Plan, place: &'a Place) -> &'a str {
    plan.accounts.get(&place.account).unwrap_or(&place.account)
}

fn one_step(plan: &Plan, step: &Step) -> Value {
    json!({
        "address": step.address,
        "account": account(plan, &step.place),
        "region": step.place.region,
        "kind": step.kind,
        "id": step.id,
        "action": step.action,
        "cause": step.cause,
        "reason": step.reason,
        "fields": step.fields,
        "risk": step.risk,
        "needs": step.needs,
        "where": step.origin,
    })
}

fn one_held(plan: &Plan, held: &Held) -> Value {
    json!({
        "address": held.address,
        "account": account(plan, &held.place),
        "region": held.place.region,
        "why": held.why,
        "where": held.origin,
    })
}

fn one_gap(gap: &Gap) -> Value {
    json!({
        "action": gap.action,
        "account": gap.account,
        "region": gap.region,
        "kind": gap.kind,
        "resources": gap.resources,
        "rules": gap.rules,
        "error": gap.error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reach::Remarks;
    use crate::render::sample;

    #[test]
    fn accounts_are_ids_and_keys_are_the_promised_ones() {
        let plan = sample::plan();
        let value = render(&plan, &sample::frame());
        let step = &value["steps"][0];
        for key in ["address", "account", "region", "kind", "id", "action", "cause", "reason", "risk", "needs", "where"] {
            assert!(step.get(key).is_some(), "{key}");
        }
        assert_eq!(step["account"], "123456789012");
        assert_eq!(step["kind"], "ec2.instance");
        assert_eq!(value["held"][0]["account"], "123456789012");
        assert_eq!(value["summary"]["create"], 4);
        let reach = Remarks { sections: vec!["cloud".to_owned()], notes: vec!["`cloud` differs".to_owned()] };
        assert_eq!(render(&plan, &Frame { reach, ..sample::frame() })["notes"][0], "`cloud` differs");
    }
}
