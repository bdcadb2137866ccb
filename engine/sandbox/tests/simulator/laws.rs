//! What must hold after every run, whatever went wrong in it.

use std::collections::{BTreeMap, BTreeSet};

use muster_core::address::{Address, Part};
use muster_core::cloud::{Need, Needs, Place, PlaceView, Reader as _};
use muster_core::fleet::Fleet;
use muster_core::plan::Plan;
use muster_core::plan::mark::Mark;
use muster_core::tags;
use muster_sandbox::Sandbox;

fn place() -> Place {
    Place { account: "default".to_owned(), region: "ap-northeast-2".to_owned() }
}

async fn view(sandbox: &Sandbox) -> PlaceView {
    let mut needs = Needs::default();
    let all = [
        Need::Instances,
        Need::Volumes,
        Need::SecurityGroups,
        Need::KeyPairs,
        Need::Databases,
        Need::Alarms(String::new()),
        Need::ParameterGroups(String::new()),
        Need::KeyParameters(String::new()),
    ];
    all.into_iter().for_each(|need| needs.add(&place(), need));
    let mut snapshot = sandbox.observe(&needs).await.expect("the account answers");
    snapshot.places.remove(&place()).expect("the place was read")
}

/// Settings of what no fleet owns, by id; run state is left out.
pub async fn foreign(sandbox: &Sandbox) -> BTreeMap<String, String> {
    sandbox.sleep_for_reads().await;
    let view = view(sandbox).await;
    let ours = |all: &tags::Tags| all.contains_key(tags::FLEET);
    let mut found = BTreeMap::new();
    for instance in view.instances.seen().iter().filter(|instance| !ours(&instance.tags)) {
        found.insert(
            instance.id.clone(),
            format!("{} {} {:?} {:?} {:?}", instance.image, instance.instance_type, instance.groups, instance.tags, instance.imds_required),
        );
    }
    for group in view.groups.seen().iter().filter(|group| !ours(&group.tags)) {
        found.insert(group.id.clone(), format!("{} {:?} {:?}", group.name, group.ingress, group.tags));
    }
    for database in view.databases.seen().iter().filter(|database| !ours(&database.tags)) {
        found.insert(database.name.clone(), format!("{} {} {:?}", database.class, database.storage_gib, database.tags));
    }
    found
}

pub fn untouched(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>, seed: u64) {
    assert_eq!(before, after, "seed {seed}: something foreign was changed");
}

/// One of each part for each user, nothing twice, nothing without an owner.
pub async fn hold(sandbox: &Sandbox, fleet: &Fleet, plan: &Plan, seed: u64) {
    let view = view(sandbox).await;
    let mut instances: BTreeMap<String, usize> = BTreeMap::new();
    for instance in view.instances.seen().iter().filter(|instance| !instance.state.is_gone() && instance.tags.contains_key(tags::FLEET)) {
        *instances.entry(instance.tags[tags::ADDRESS].clone()).or_default() += 1;
    }
    for user in fleet.users.values() {
        let address = Address::user(&user.name, Part::Instance);
        let held = plan.held.iter().any(|held| held.address == address);
        let count = instances.get(address.as_str()).copied().unwrap_or(0);
        assert!(count == 1 || (count == 0 && held), "seed {seed}: {count} instances for {address}");
        let group = Address::user(&user.name, Part::SecurityGroup);
        let groups = view.groups.seen().iter().filter(|one| one.tags.get(tags::ADDRESS).is_some_and(|text| text == group.as_str())).count();
        assert_eq!(groups, 1, "seed {seed}: security groups of {group}");
    }
    assert!(instances.values().all(|count| *count == 1), "seed {seed}: {instances:?}");
    // Nobody starts or stops anything by hand here, so nothing may look as if. (RDS itself starts a database after seven days.)
    let by_hand = plan.held.iter().find(|held| held.address.section() == "user" && held.why.contains("by hand"));
    assert_eq!(by_hand, None, "seed {seed}: muster's own doing is taken for a person's");
    no_orphans(&view, seed);
}

/// No volume whose instance is gone, no alarm on an instance that is gone.
fn no_orphans(view: &PlaceView, seed: u64) {
    let alive: BTreeSet<&str> =
        view.instances.seen().iter().filter(|instance| !instance.state.is_gone()).map(|instance| instance.id.as_str()).collect();
    for alarm in view.alarms.seen() {
        let watched = alarm.spec.instance.known().unwrap_or_default();
        assert!(alive.contains(watched), "seed {seed}: alarm {} watches {watched}, which is gone", alarm.name);
    }
}

/// After `muster destroy`.
pub async fn nothing_owned(sandbox: &Sandbox, fleet: &Fleet, seed: u64) {
    sandbox.sleep_for_reads().await;
    let view = view(sandbox).await;
    let name = fleet.name.as_ref().map(ToString::to_string);
    let owned = |all: &tags::Tags| Mark::from_tags(all).fleet == name;
    let instances: Vec<&str> =
        view.instances.seen().iter().filter(|one| !one.state.is_gone() && owned(&one.tags)).map(|one| one.id.as_str()).collect();
    let groups: Vec<&str> = view.groups.seen().iter().filter(|one| owned(&one.tags)).map(|one| one.id.as_str()).collect();
    let keys: Vec<&str> = view.keys.seen().iter().filter(|one| owned(&one.tags)).map(|one| one.name.as_str()).collect();
    let databases: Vec<&str> = view.databases.seen().iter().filter(|one| owned(&one.tags)).map(|one| one.name.as_str()).collect();
    let ours = |text: &str| Mark::from_description(text).fleet == name;
    let alarms: Vec<&str> = view.alarms.seen().iter().filter(|one| ours(&one.description)).map(|one| one.name.as_str()).collect();
    let parameter_groups: Vec<&str> =
        view.parameter_groups.seen().iter().filter(|one| ours(&one.description)).map(|one| one.name.as_str()).collect();
    let secrets: Vec<&str> =
        view.key_parameters.seen().iter().map(|one| one.name.as_str()).filter(|one| one.starts_with("/muster/sim/")).collect();
    let all = [instances, groups, keys, databases, alarms, parameter_groups, secrets];
    assert!(all.iter().all(Vec::is_empty), "seed {seed}: left over: {all:?}");
}

trait Settle {
    async fn sleep_for_reads(&self);
}

impl Settle for Sandbox {
    async fn sleep_for_reads(&self) {
        muster_core::cloud::Clock::sleep(self, jiff::SignedDuration::from_secs(60)).await;
    }
}
