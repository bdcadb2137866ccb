//! What a plan has to know: first the lists, then what the lists show to be missing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::draft::{Draft, Input};
use super::images::{self, Lookup};
use super::model::{Action, Step};
use crate::address::{Address, Part};
use crate::aws_name::aws_name_prefix;
use crate::cloud::{Kind, Need, Needs, Place, QuotaKind};
use crate::delivery::group_name;
use crate::fleet::{Fleet, Override, Subject, User, VpcChoice};
use crate::name::FleetName;
use crate::schedule::Select;

/// The first round: one list of each kind the file is about, in each place it is about (semantics 10).
#[must_use]
pub fn needs(fleet: &Fleet) -> Needs {
    let mut needs = Needs::default();
    for place in fleet.cloud.places() {
        let asked = |service| selects(fleet, &place, service);
        if owns(fleet) || asked("ec2") {
            needs.add(&place, Need::Instances);
        }
        if owns(fleet) || asked("rds") {
            needs.add(&place, Need::Databases);
        }
        if asked("asg") {
            needs.add(&place, Need::ScalingGroups);
        }
        if asked("ecs") {
            needs.add(&place, Need::EcsServices);
        }
        if owns(fleet) {
            owned_kinds(&mut needs, fleet, &place);
        }
    }
    needs
}

/// A fleet with a name may own things of an earlier version of the file, so an empty section is asked about too.
const fn owns(fleet: &Fleet) -> bool {
    fleet.name.is_some()
}

fn owned_kinds(needs: &mut Needs, fleet: &Fleet, place: &Place) {
    [Need::Volumes, Need::KeyPairs, Need::SecurityGroups, Need::Vpcs].into_iter().for_each(|need| needs.add(place, need));
    // Edges that an earlier version of the file left behind would go on stopping machines, so they are always looked for.
    for name in fleet.name.iter().chain(&fleet.was) {
        needs.add(place, Need::EdgeGroup(group_name(name)));
    }
    for prefix in fleet.name.iter().chain(&fleet.was).map(aws_name_prefix) {
        needs.add(place, Need::Alarms(prefix.clone()));
        needs.add(place, Need::ParameterGroups(prefix));
    }
}

/// True when a schedule or an override of the file can be about a service in a place.
fn selects(fleet: &Fleet, place: &Place, service: &str) -> bool {
    let of_override = |written: &Override| match &written.subject {
        Subject::Select(select) => asks(select, place, service),
        Subject::Only(names) => names.iter().any(|name| service_of(&Address::from_text(name)) == Some(service)),
    };
    let schedules = fleet.schedules.values().filter_map(|schedule| schedule.select.as_ref());
    schedules.into_iter().any(|select| asks(select, place, service)) || fleet.overrides.iter().any(of_override)
}

fn asks(select: &Select, place: &Place, service: &str) -> bool {
    select.services.contains(service) && (select.places.is_empty() || select.places.contains(place))
}

/// The word of `select.services` that a thing which is not ours belongs to.
fn service_of(address: &Address) -> Option<&'static str> {
    match address.section() {
        "ec2" => Some("ec2"),
        "rds" | "rds-cluster" => Some("rds"),
        "asg" => Some("asg"),
        "ecs" => Some("ecs"),
        _ => None,
    }
}

/// The second round: what a draft over the first showed to be missing; empty when the plan can be made.
#[must_use]
pub fn follow_up(input: &Input<'_>) -> Needs {
    drafted(input).1
}

/// The same, with the draft: that of the plan when nothing is missing.
pub(super) fn drafted<'a>(input: &Input<'a>) -> (Draft<'a>, Needs) {
    let (mut draft, mut needs) = (Draft::new(*input), Needs::default());
    parameters(input, &mut needs);
    delivery(input, &mut needs);
    events(&draft, &mut needs);
    for user in input.fleet.users.values().filter(|user| super::removal::is_current(user.until_instant, input.now)) {
        network_and_image(&draft, user, &mut needs);
    }
    super::fill(&mut draft);
    snapshots(&draft, &mut needs);
    quotas(&draft, &mut needs);
    digests(&draft, &mut needs);
    stop_protection(&draft, &mut needs);
    (draft, needs)
}

/// Parameters of each of our groups.
fn parameters(input: &Input<'_>, needs: &mut Needs) {
    for (place, view) in &input.snapshot.places {
        for group in view.parameter_groups.seen() {
            if !view.parameters.contains_key(&group.name) && !refused(input, place, Kind::ParameterGroup, &group.name) {
                needs.add(place, Need::Parameters(group.name.clone()));
            }
        }
    }
}

/// Roles and queues, where the file delivers or something that it delivered with stands.
fn delivery(input: &Input<'_>, needs: &mut Needs) {
    let fleet = input.fleet;
    for (place, view) in &input.snapshot.places {
        let stands = |name: &&FleetName| view.edge_groups.get(&group_name(name)).is_some_and(Option::is_some);
        let delivers = |name: &&FleetName| fleet.name.as_ref() == Some(*name) && super::delivery::delivers_in(fleet, place);
        for name in fleet.name.iter().chain(&fleet.was).filter(|name| stands(name) || delivers(name)) {
            if !view.roles.was_read() {
                needs.add(place, Need::Roles(super::delivery::role_path(name, &place.region)));
            }
            if !view.queues.was_read() {
                needs.add(place, Need::Queues(aws_name_prefix(name)));
            }
        }
    }
}

/// When databases were started and stopped, wherever one is not as its schedule wants; and clusters, wherever there is a member
/// of one: a place without members has nothing that a cluster could start or stop.
fn events(draft: &Draft<'_>, needs: &mut Needs) {
    for (place, site) in &draft.sites {
        let view = site.view;
        if !view.db_events.was_read() && super::run_state::any_scheduled_database(draft, site) {
            needs.add(place, Need::DatabaseEvents);
        }
        let has_members = view.databases.seen().iter().any(|database| database.cluster.is_some());
        if !view.clusters.was_read() && has_members && selects(draft.input.fleet, place, "rds") {
            needs.add(place, Need::DbClusters);
        }
        if !view.cluster_events.was_read() && super::run_state::any_scheduled_cluster(draft, site) {
            needs.add(place, Need::DbClusterEvents);
        }
    }
}

/// Snapshots of what is about to be stopped after one: a no-op plan asks for none.
fn snapshots(draft: &Draft<'_>, needs: &mut Needs) {
    for step in draft.steps.iter().filter(|step| step.action == Action::Snapshot) {
        let Some(view) = draft.input.snapshot.places.get(&step.place) else { continue };
        match step.kind {
            Kind::DbCluster if !view.cluster_snapshots.was_read() => needs.add(&step.place, Need::DbClusterSnapshots),
            Kind::Database if !view.db_snapshots.was_read() => needs.add(&step.place, Need::DbSnapshots),
            _ => {}
        }
    }
}

fn network_and_image(draft: &Draft<'_>, user: &User, needs: &mut Needs) {
    let address = Address::user(&user.name, Part::Instance);
    let Some(site) = draft.sites.get(&user.place) else { return };
    let replaces = draft.input.options.allow_destroy;
    if site.instances.ours.contains_key(&address) && !replaces {
        return;
    }
    if let Lookup::Ask(query) = images::lookup(&draft.input, &user.place, user) {
        needs.add(&user.place, Need::Image(query));
    }
    if matches!(user.network.subnet.value, VpcChoice::Tags(_)) && !site.view.subnets.was_read() {
        needs.add(&user.place, Need::Subnets);
    }
}

/// Quotas of what is made: none when nothing is.
fn quotas(draft: &Draft<'_>, needs: &mut Needs) {
    for step in draft.steps.iter().filter(|step| step.action == Action::Create) {
        let kinds: &[QuotaKind] = match step.kind {
            Kind::Instance => &[QuotaKind::StandardVcpus],
            Kind::SecurityGroup => &[QuotaKind::SecurityGroups, QuotaKind::RulesPerGroup],
            Kind::Alarm => &[QuotaKind::Alarms],
            Kind::Database => &[QuotaKind::DbInstances],
            _ => &[],
        };
        let view = draft.input.snapshot.places.get(&step.place);
        let known = |kind: &QuotaKind| view.is_some_and(|view| view.quotas.contains_key(kind) || !view.quota_notes.is_empty());
        kinds.iter().filter(|kind| !known(kind)).for_each(|kind| needs.add(&step.place, Need::Quota(*kind)));
    }
}

/// Tags of a parameter group that differs: its digest says who moved.
fn digests(draft: &Draft<'_>, needs: &mut Needs) {
    for step in draft.steps.iter().filter(|step| step.kind == Kind::ParameterGroup && step.action == Action::Update) {
        let Some(view) = draft.input.snapshot.places.get(&step.place) else { continue };
        let group = view.parameter_groups.seen().iter().find(|group| Some(&group.name) == step.id.as_ref());
        if let Some(group) = group
            .filter(|group| !view.tags.contains_key(&group.arn) && !refused(&draft.input, &step.place, Kind::ParameterGroup, &group.arn))
        {
            needs.add(&step.place, Need::TagsOf(Kind::ParameterGroup, group.arn.clone()));
        }
    }
}

/// Whether what is to be stopped may be: asked of nothing else, since it takes a call each.
fn stop_protection(draft: &Draft<'_>, needs: &mut Needs) {
    let stops = |step: &&Step| matches!(step.action, Action::Stop | Action::Hibernate | Action::Resize) && step.kind == Kind::Instance;
    let mut asked: BTreeMap<Place, BTreeSet<String>> = BTreeMap::new();
    for step in draft.steps.iter().filter(stops) {
        let Some((id, view)) = step.id.as_ref().zip(draft.input.snapshot.places.get(&step.place)) else { continue };
        if !view.stop_protection.contains_key(id) && !refused(&draft.input, &step.place, Kind::Instance, id) {
            asked.entry(step.place.clone()).or_default().insert(id.clone());
        }
    }
    asked.into_iter().for_each(|(place, ids)| needs.add(&place, Need::StopProtection(ids)));
}

/// True when it was asked for already and refused: asking again would only ask for ever.
fn refused(input: &Input<'_>, place: &Place, kind: Kind, resource: &str) -> bool {
    let account = input.snapshot.account_id(&place.account);
    let about = |resources: &[String]| resources.is_empty() || resources.iter().any(|named| named == resource);
    input.snapshot.gaps.iter().any(|gap| gap.kind == kind && gap.region == place.region && gap.account == account && about(&gap.resources))
}

/// Users whose new instance would take an image that fleet.lock does not pin: with `--locked` an error.
#[must_use]
pub fn unlocked_images(input: &Input<'_>) -> Vec<(Address, String)> {
    let draft = Draft::new(*input);
    let living = input.fleet.users.values().filter(|user| super::removal::is_current(user.until_instant, input.now));
    let is_new = |user: &&User| {
        let address = Address::user(&user.name, Part::Instance);
        draft.sites.get(&user.place).is_some_and(|site| !site.instances.ours.contains_key(&address))
    };
    let floats = |user: &&User| {
        let literal = matches!(user.image.value, crate::fleet::ImageChoice::Id(_));
        !literal && input.lock.image(&user.place.region, &user.architecture, &user.image.value.lock_name()).is_none()
    };
    let named = |user: &User| {
        (Address::user(&user.name, Part::Instance), format!("{}/{}/{}", user.place.region, user.architecture, user.image.value.lock_name()))
    };
    living.filter(is_new).filter(floats).map(named).collect()
}

/// Every image the file stands for, by place: what `muster lock` pins.
#[must_use]
pub fn images_to_lock(fleet: &Fleet, now: Timestamp) -> Needs {
    let mut needs = Needs::default();
    for user in fleet.users.values().filter(|user| super::removal::is_current(user.until_instant, now)) {
        if !matches!(user.image.value, crate::fleet::ImageChoice::Id(_)) {
            needs.add(&user.place, Need::Image(images::query(&user.image.value, &user.architecture)));
        }
    }
    needs
}
