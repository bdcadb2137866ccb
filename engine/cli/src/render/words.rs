//! A step in words and signs, the same ones in the terminal and in a comment.

use muster_core::address::Address;
use muster_core::cloud::{Change, DbSpec, InstanceSpec, Kind};
use muster_core::plan::{Action, Cause, Held, Op, Plan, Risk, Step, StepNeed, Summary};

use super::style::Accent;
use crate::links::Links;
use crate::reach::Remarks;

/// Everything a renderer says about a plan that the plan itself does not know.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// The fleet's name, or the file's when it has none.
    pub(crate) fleet: String,
    /// Zone in which times are shown.
    pub(crate) timezone: Option<String>,
    /// `main (1234…9012) ap-northeast-2`, one for each account.
    pub(crate) places: Vec<String>,
    /// True for the embedded account.
    pub(crate) sandbox: bool,
    /// API calls that reading took.
    pub(crate) calls: u64,
    /// How long reading took; nothing on the sandbox, whose time stands still.
    pub(crate) seconds: Option<f64>,
    /// `+0.026 USD/h`, when the fleet names prices.
    pub(crate) price: Option<String>,
    /// The digest as it is printed and expected back.
    pub(crate) digest: String,
    /// True when the plan is only shown, so that a next command follows.
    pub(crate) next: bool,
    /// Flags that the next command needs to find the same plan.
    pub(crate) flags: String,
    /// What of the file reaches elsewhere than it did.
    pub(crate) reach: Remarks,
    /// Where lines of the file can be looked at.
    pub(crate) links: Option<Links>,
}

/// Sign and colour of an action.
pub(crate) const fn sign(action: Action) -> (&'static str, Accent) {
    match action {
        Action::Create | Action::Snapshot => ("+", Accent::Create),
        Action::Update | Action::Tag | Action::Resize | Action::Scale => ("~", Accent::Change),
        Action::Replace => ("±", Accent::Destroy),
        Action::Delete => ("-", Accent::Destroy),
        Action::Retire | Action::Stop | Action::Hibernate => ("■", Accent::Run),
        Action::Start => ("▶", Accent::Run),
    }
}

/// True for a step after which something is gone for good.
pub(crate) fn destroys(step: &Step) -> bool {
    step.risk == Risk::Destroys || (matches!(step.action, Action::Delete | Action::Replace) && !is_made_again(step))
}

/// True for what no more is lost with than an apply makes again.
fn is_made_again(step: &Step) -> bool {
    matches!(step.kind, Kind::EdgeGroup | Kind::Edge | Kind::Role | Kind::Queue)
}

/// The thing itself: `instance`, `security-group`.
pub(crate) fn noun(step: &Step) -> &str {
    step.address.part().unwrap_or_else(|| kind_noun(step.kind))
}

const fn kind_noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Instance | Kind::Database => "instance",
        Kind::Volume => "volume",
        Kind::Snapshot | Kind::DbSnapshot => "snapshot",
        Kind::SecurityGroup => "security-group",
        Kind::KeyPair => "key",
        Kind::Alarm => "alarm",
        Kind::ParameterGroup => "parameter-group",
        Kind::KeyParameter => "stored key",
        Kind::DbCluster => "cluster",
        Kind::DbClusterSnapshot => "snapshot",
        Kind::ScalingGroup => "group",
        Kind::EcsService => "service",
        Kind::EdgeGroup => "schedule group",
        Kind::Edge => "edge",
        Kind::Role => "role",
        Kind::Queue => "queue",
        _ => "resource",
    }
}

/// What the sign does not say: `instance`, `stop`, `delete alarm`.
pub(crate) fn label(step: &Step) -> String {
    match step.action {
        Action::Create | Action::Update => noun(step).to_owned(),
        action if action.is_run_state() => action.as_str().to_owned(),
        action => format!("{} {}", action.as_str(), noun(step)),
    }
}

/// What changes: `type t3.small → t3.medium`, or what is made.
pub(crate) fn change(step: &Step) -> String {
    if step.action == Action::Create {
        return step.ops.iter().find_map(made).unwrap_or_default();
    }
    if step.kind == Kind::Role {
        // Policies are no reading for a line; `--format json` has them before and after.
        return step.fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>().join(", ");
    }
    step.fields.iter().map(field).collect::<Vec<_>>().join(", ")
}

fn field(field: &muster_core::plan::FieldChange) -> String {
    match (&field.from, &field.to) {
        (Some(from), Some(to)) => format!("{} {from} → {to}", field.field),
        (None, Some(to)) => format!("{} {to}", field.field),
        (Some(from), None) => format!("{} without {from}", field.field),
        (None, None) => field.field.clone(),
    }
}

fn made(op: &Op) -> Option<String> {
    match op {
        Op::Launch { spec, .. } => Some(instance(spec)),
        Op::Do(Change::RunInstance { spec, .. }) => Some(instance(spec)),
        Op::Do(Change::CreateDatabase { spec }) => Some(database(spec)),
        _ => None,
    }
}

fn instance(spec: &InstanceSpec) -> String {
    format!("{}, {} GiB {}, {}", spec.instance_type, spec.disk_gib, spec.disk_type, spec.image)
}

fn database(spec: &DbSpec) -> String {
    format!("{} {}, {}, {} GiB {}", spec.engine, spec.version, spec.class, spec.storage_gib, spec.storage_type)
}

/// What it costs those who work: `stops it for about 2 min`.
pub(crate) fn consequence(step: &Step) -> Option<&'static str> {
    let need = |need| step.needs.contains(&need);
    match step.risk {
        Risk::Exposure => Some("opens it to the world"),
        _ if need(StepNeed::Stop) => Some("stops it for about 2 min"),
        _ if need(StepNeed::Reboot) => Some("reboots it"),
        _ if need(StepNeed::Snapshot) => Some("keeps a snapshot first"),
        _ => None,
    }
}

/// Several steps that read as one line.
#[derive(Debug)]
pub(crate) struct Line {
    /// `+`.
    pub(crate) sign: &'static str,
    /// Colour of the sign.
    pub(crate) accent: Accent,
    /// `security-group, key, instance, alarm`.
    pub(crate) label: String,
    /// `t3.small, 30 GiB gp3`.
    pub(crate) change: String,
    /// Why, in one word.
    pub(crate) cause: Cause,
    /// Why in words, and what it costs.
    pub(crate) reason: String,
}

/// Parts of an entry that are held back for the same reason.
#[derive(Debug)]
pub(crate) struct HeldGroup<'p> {
    /// `user/alice/instance`, or `user/alice/alarm, instance, key`.
    pub(crate) label: String,
    /// Why, and the way out.
    pub(crate) why: &'p str,
    /// `fleet.yaml:31`.
    pub(crate) origin: Option<&'p str>,
}

/// The plan's held lines, those of an entry that say the same as one.
pub(crate) fn held(plan: &Plan) -> Vec<HeldGroup<'_>> {
    let mut groups: Vec<(HeldGroup<'_>, &Held)> = Vec::new();
    for held in &plan.held {
        let alike = |first: &Held| first.why == held.why && first.place == held.place && first.address.entry() == held.address.entry();
        // Held lines are sorted, so those of an entry stand together.
        let of_entry = groups.iter_mut().rev().take_while(|(_, first)| first.address.entry() == held.address.entry());
        match { of_entry }.find(|(_, first)| alike(first)) {
            Some((group, _)) => group.label = format!("{}, {}", group.label, held_part(&held.address)),
            None => {
                groups.push((HeldGroup { label: held.address.as_str().to_owned(), why: &held.why, origin: held.origin.as_deref() }, held))
            }
        }
    }
    groups.into_iter().map(|(group, _)| group).collect()
}

/// `alarm` of a user's; `ec2/i-0abc` of an edge's.
fn held_part(address: &Address) -> &str {
    let machine = address.as_str().split_once("/edge/").map(|(_, machine)| machine);
    machine.or_else(|| address.part()).unwrap_or(address.as_str())
}

/// `4 to create, 1 to change, 1 to stop`; nothing for an empty plan.
pub(crate) fn to_do(summary: &Summary) -> String {
    let counts = [
        (summary.create, "create"),
        (summary.update, "change"),
        (summary.replace, "replace"),
        (summary.retire, "retire"),
        (summary.delete, "delete"),
        (summary.start, "start"),
        (summary.stop, "stop"),
        (summary.hibernate, "hibernate"),
        (summary.resize, "resize"),
        (summary.scale, "scale"),
        (summary.snapshot, "snapshot"),
        (summary.tag, "tag"),
    ];
    counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} to {word}")).collect::<Vec<_>>().join(", ")
}

/// What an hour costs more or less afterwards, as far as prices are known.
pub(crate) fn price(plan: &Plan, per_hour: impl Fn(&str, &str) -> Option<f64>) -> Option<f64> {
    let of = |step: &Step| {
        let region = &step.place.region;
        let (before, after) = sizes(step);
        match (before.and_then(|size| per_hour(region, &size)), after.and_then(|size| per_hour(region, &size))) {
            (None, None) => None,
            (before, after) => Some(after.unwrap_or(0.0) - before.unwrap_or(0.0)),
        }
    };
    plan.steps.iter().filter_map(of).reduce(|sum, one| sum + one)
}

fn sizes(step: &Step) -> (Option<String>, Option<String>) {
    let made = step.ops.iter().find_map(|op| match op {
        Op::Launch { spec, .. } => Some(spec.instance_type.clone()),
        Op::Do(Change::CreateDatabase { spec }) => Some(spec.class.clone()),
        _ => None,
    });
    if step.action == Action::Create {
        return (None, made);
    }
    let field = step.fields.iter().find(|field| field.field == "type" || field.field == "class");
    field.map_or((None, None), |field| (field.from.clone(), field.to.clone()))
}

/// `+0.026 USD/h`.
pub(crate) fn price_text(amount: f64, currency: &str) -> Option<String> {
    let rounded = format!("{amount:+.4}");
    let trimmed = rounded.trim_end_matches('0').trim_end_matches('.');
    (amount.abs() >= 0.00005).then(|| format!("{trimmed} {currency}/h"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn what_a_plan_costs_an_hour() {
        let plan = sample::plan();
        let prices = |_: &str, size: &str| match size {
            "t3.small" => Some(0.026),
            "t3.medium" => Some(0.052),
            _ => None,
        };
        let amount = price(&plan, prices).expect("a price");
        assert!((amount - 0.052).abs() < 1e-9, "one new t3.small and one t3.small made a t3.medium: {amount}");
        assert_eq!(price_text(amount, "USD").as_deref(), Some("+0.052 USD/h"));
        assert_eq!(price(&plan, |_, _| None), None);
        assert_eq!(price_text(0.0, "USD"), None);
    }

    #[test]
    fn counts_in_words() {
        assert_eq!(to_do(&Summary { create: 4, update: 1, stop: 1, held: 2, ..Summary::default() }), "4 to create, 1 to change, 1 to stop");
        assert_eq!(to_do(&Summary::default()), "");
    }
}
