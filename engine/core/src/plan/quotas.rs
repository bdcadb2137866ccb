//! Holds back what the account's quotas do not leave room for (semantics 9).

use std::collections::HashSet;

use super::draft::Draft;
use super::model::{Action, Op, Step};
use crate::address::Address;
use crate::cloud::{Kind, Place, QuotaKind};

/// Families that the quota of Standard instances counts (EC2 User Guide, "On-Demand Instance quotas").
const STANDARD_FAMILIES: &str = "acdhimrtz";

/// vCPUs of a type by its size word; nothing for bare metal, which has no rule.
#[must_use]
pub fn vcpus(instance_type: &str) -> Option<u32> {
    let (family, size) = instance_type.split_once('.')?;
    match size {
        "nano" | "micro" | "small" if family == "t2" => Some(1),
        "medium" if matches!(family, "a1" | "c6g" | "c7g" | "m6g" | "m7g" | "r6g" | "r7g") => Some(1),
        "nano" | "micro" | "small" | "medium" | "large" => Some(2),
        "xlarge" => Some(4),
        other => other.strip_suffix("xlarge").and_then(|times| times.parse::<u32>().ok()).map(|times| times * 4),
    }
}

fn is_standard(instance_type: &str) -> bool {
    instance_type.chars().next().is_some_and(|first| STANDARD_FAMILIES.contains(first))
}

/// Moves creates that will not fit from the steps to the held lines, last ones first, with whatever waits for them.
pub fn hold_what_does_not_fit(draft: &mut Draft<'_>) {
    let places: Vec<Place> = draft.sites.keys().cloned().collect();
    for place in &places {
        for (quota, kind) in [
            (QuotaKind::StandardVcpus, Kind::Instance),
            (QuotaKind::SecurityGroups, Kind::SecurityGroup),
            (QuotaKind::Alarms, Kind::Alarm),
            (QuotaKind::DbInstances, Kind::Database),
        ] {
            hold_over(draft, place, quota, kind);
        }
        note_unreadable(draft, place);
    }
    hold_orphans(draft);
}

fn note_unreadable(draft: &mut Draft<'_>, place: &Place) {
    let notes = draft.sites.get(place).map(|site| site.view.quota_notes.clone()).unwrap_or_default();
    draft.notes.extend(notes.into_iter().map(|note| format!("{place}: {note}")));
}

/// How much of a quota a step takes.
fn cost(step: &Step, quota: QuotaKind) -> f64 {
    let spec = step.ops.iter().find_map(|op| match op {
        Op::Launch { spec, .. } => Some(spec),
        _ => None,
    });
    match (quota, spec) {
        (QuotaKind::StandardVcpus, Some(spec)) if is_standard(&spec.instance_type) => f64::from(vcpus(&spec.instance_type).unwrap_or(0)),
        (QuotaKind::StandardVcpus, _) => 0.0,
        _ => 1.0,
    }
}

/// How much of a quota is in use, as far as the snapshot shows it.
fn used(draft: &Draft<'_>, place: &Place, quota: QuotaKind) -> f64 {
    let Some(site) = draft.sites.get(place) else { return 0.0 };
    let count = |len: usize| f64::from(u32::try_from(len).unwrap_or(u32::MAX));
    match quota {
        QuotaKind::StandardVcpus => {
            let up = site.view.instances.seen().iter().filter(|instance| instance.state.is_up() && is_standard(&instance.instance_type));
            up.map(|instance| f64::from(vcpus(&instance.instance_type).unwrap_or(0))).sum()
        }
        QuotaKind::SecurityGroups => count(site.view.groups.seen().len()),
        QuotaKind::Alarms => count(site.view.alarms.seen().len()),
        QuotaKind::DbInstances => count(site.view.databases.seen().len()),
        QuotaKind::RulesPerGroup => 0.0,
    }
}

fn hold_over(draft: &mut Draft<'_>, place: &Place, quota: QuotaKind, kind: Kind) {
    let Some(limit) = draft.sites.get(place).and_then(|site| site.view.quotas.get(&quota)).cloned() else { return };
    let in_use = used(draft, place, quota);
    let mut total = in_use;
    let is_create = |step: &Step| step.place == *place && step.kind == kind && step.action == Action::Create;
    let mut kept = Vec::with_capacity(draft.steps.len());
    for step in std::mem::take(&mut draft.steps) {
        let cost = if is_create(&step) { cost(&step, quota) } else { 0.0 };
        if cost > 0.0 && total + cost > limit.limit {
            let why = format!(
                "{} would exceed the quota {} of {} ({} in use); ask for more: `aws service-quotas request-service-quota-increase --region {} --service-code {} --quota-code {} --desired-value N`",
                words(quota),
                limit.code,
                limit.limit,
                in_use,
                place.region,
                service(quota),
                limit.code
            );
            draft.held.push(super::model::Held { address: step.address, place: step.place, why, origin: step.origin });
        } else {
            total += cost;
            kept.push(step);
        }
    }
    draft.steps = kept;
}

const fn words(quota: QuotaKind) -> &'static str {
    match quota {
        QuotaKind::StandardVcpus => "running vCPUs of Standard instances",
        QuotaKind::SecurityGroups => "security groups",
        QuotaKind::RulesPerGroup => "rules of a security group",
        QuotaKind::Alarms => "alarms",
        QuotaKind::DbInstances => "database instances",
    }
}

const fn service(quota: QuotaKind) -> &'static str {
    match quota {
        QuotaKind::StandardVcpus => "ec2",
        QuotaKind::SecurityGroups | QuotaKind::RulesPerGroup => "vpc",
        QuotaKind::Alarms => "monitoring",
        QuotaKind::DbInstances => "rds",
    }
}

/// A step that refers to something no step makes any more is held with it; repeated until nothing changes.
pub fn hold_orphans(draft: &mut Draft<'_>) {
    loop {
        let made: HashSet<(Place, Address)> =
            draft.steps.iter().filter(|step| step.makes()).map(|step| (step.place.clone(), step.address.clone())).collect();
        let missing =
            |step: &Step| super::refs::of(step).into_iter().find(|address| !made.contains(&(step.place.clone(), address.clone())));
        let before = draft.steps.len();
        for step in std::mem::take(&mut draft.steps) {
            let Some(needed) = missing(&step) else {
                draft.steps.push(step);
                continue;
            };
            let why = format!("it waits for {needed}, which this plan does not make");
            draft.held.push(super::model::Held { address: step.address, place: step.place, why, origin: step.origin });
        }
        if draft.steps.len() == before {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vcpus_of_types() {
        let cases = [
            ("t3.small", Some(2)),
            ("t2.micro", Some(1)),
            ("m5.xlarge", Some(4)),
            ("c7i.24xlarge", Some(96)),
            ("m5.metal", None),
            ("nonsense", None),
        ];
        for (name, count) in cases {
            assert_eq!(vcpus(name), count, "{name}");
        }
    }
}
