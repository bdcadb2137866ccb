//! One machine.

use jiff::Timestamp;
use serde::Serialize;

use crate::cloud::{Instance, Kind};
use crate::fleet::{ImageChoice, KeySource, User};
use crate::plan::Input;
use crate::plan::mark::Mark;
use crate::plan::run_state::{Judged, Machine, Numbers, Verdict, automatic_restart, restart_words};
use crate::plan::site::Site;
use crate::schedule::{RunState, WantedState};
use crate::tags::Tags;

/// A machine as it is and as it should be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// `user/alice/instance`, `ec2/i-0abc`.
    pub address: String,
    /// Twelve digits.
    pub account: String,
    /// Region.
    pub region: String,
    /// Its kind.
    pub kind: Kind,
    /// Instance id or database identifier.
    pub id: String,
    /// True when it is ours.
    pub owned: bool,
    /// Type or class; of a group `2/4/8`: at least, after, at most; of a service what it is after.
    pub size: String,
    /// AWS's word for its state.
    pub actual: String,
    /// What its schedule or an override wants; nothing when none does.
    pub desired: Option<WantedState>,
    /// The rule that wants it.
    pub rule: Option<String>,
    /// What stands in the way or is about to happen, in words.
    pub note: Option<String>,
    /// Next change of what is wanted.
    pub next: Option<Next>,
    /// End of the override in force.
    pub override_until: Option<Timestamp>,
    /// When it may be deleted, if it was removed from the file.
    pub retire_after: Option<Timestamp>,
    /// It may not be removed.
    pub protect: bool,
    /// Public address.
    pub ip: Option<String>,
    /// Private address.
    pub private_ip: Option<String>,
    /// `host:port` of a database.
    pub endpoint: Option<String>,
    /// The command that opens a shell on it.
    pub ssh: Option<String>,
    /// Schedule that decides.
    pub schedule: Option<String>,
    /// User it belongs to.
    pub user: Option<String>,
    /// Image of an instance.
    pub image: Option<ImageAge>,
    /// What a group or service runs, and shall run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<RowCapacity>,
    /// When RDS starts a stopped database by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automatic_restart: Option<Timestamp>,
    /// Where its entry or rule stands.
    #[serde(rename = "where")]
    pub origin: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// What a group or service runs, and shall run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RowCapacity {
    /// Least number; nothing of a service.
    pub min: Option<u32>,
    /// What it is after.
    pub desired: u32,
    /// Greatest number; nothing of a service.
    pub max: Option<u32>,
    /// Instances in service, or tasks that run.
    pub running: u32,
}

/// Next change of what is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Next {
    /// When.
    pub at: Timestamp,
    /// What is wanted from then on.
    pub state: WantedState,
}

/// An image and how old it is, as far as fleet.lock knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImageAge {
    /// AMI id.
    pub id: String,
    /// Its name, when fleet.lock pins it.
    pub name: Option<String>,
    /// Days since it was made.
    pub age_days: Option<i64>,
    /// True when fleet.lock pins another image under the same name, which a new instance would get.
    pub superseded: bool,
}

impl Row {
    /// The row of a judged machine.
    #[must_use]
    pub fn new(input: &Input<'_>, site: &Site<'_>, judged: &Judged<'_>) -> Self {
        let mark = Mark::from_tags(judged.machine.tags());
        let user = Some(&judged.address).filter(|address| judged.owned && address.section() == "user").map(|address| address.entry_name());
        let declared = user.and_then(|user| input.fleet.users.get(user));
        let ip = address(judged.machine);
        Self {
            address: judged.address.as_str().to_owned(),
            account: site.account_id.clone(),
            region: site.place.region.clone(),
            kind: judged.machine.kind(),
            id: judged.machine.id().to_owned(),
            owned: judged.owned,
            size: size(judged.machine),
            capacity: capacity(judged.machine),
            automatic_restart: restart(judged.machine),
            actual: judged.machine.state_word().to_owned(),
            desired: desired(judged, mark.retire.is_some()),
            rule: Some(judged.rule.clone()).filter(|rule| !rule.is_empty()),
            note: note(judged),
            next: judged.next.map(|(at, state)| Next { at, state }),
            override_until: judged.override_until,
            retire_after: mark.retire.map(|retire| retire.after),
            protect: mark.protect,
            ssh: declared.zip(ip.as_deref()).and_then(|(user, ip)| ssh(user, ip)),
            ip,
            private_ip: instance(judged.machine).and_then(|instance| instance.private_ip.clone()),
            endpoint: endpoint(judged.machine),
            schedule: judged.schedule.map(|schedule| schedule.name.to_string()),
            user: user.map(str::to_owned),
            image: instance(judged.machine).map(|instance| image(input, instance, declared)),
            origin: origin(input, judged),
            tags: judged.machine.tags().clone(),
        }
    }

    /// `ec2`, `rds`, `asg` or `ecs`.
    #[must_use]
    pub const fn service(&self) -> &'static str {
        match self.kind {
            Kind::Database | Kind::DbCluster => "rds",
            Kind::ScalingGroup => "asg",
            Kind::EcsService => "ecs",
            _ => "ec2",
        }
    }
}

const fn instance<'a>(machine: Machine<'a>) -> Option<&'a Instance> {
    match machine {
        Machine::Ec2(instance) => Some(instance),
        Machine::Rds(_) | Machine::Cluster(_) | Machine::Group(_) | Machine::Service(_) => None,
    }
}

fn endpoint(machine: Machine<'_>) -> Option<String> {
    match machine {
        Machine::Rds(database) => database.endpoint.clone(),
        Machine::Cluster(cluster) => cluster.endpoint.clone(),
        Machine::Ec2(_) | Machine::Group(_) | Machine::Service(_) => None,
    }
}

fn restart(machine: Machine<'_>) -> Option<Timestamp> {
    match machine {
        Machine::Rds(database) => database.automatic_restart,
        Machine::Cluster(cluster) => cluster.automatic_restart,
        Machine::Ec2(_) | Machine::Group(_) | Machine::Service(_) => None,
    }
}

fn size(machine: Machine<'_>) -> String {
    match machine {
        Machine::Ec2(instance) => instance.instance_type.clone(),
        Machine::Rds(database) => database.class.clone(),
        Machine::Cluster(cluster) => format!("{}, {}", cluster.engine, counted(cluster.members.len())),
        Machine::Group(_) | Machine::Service(_) => Numbers::of(machine).map(Numbers::text).unwrap_or_default(),
    }
}

fn counted(members: usize) -> String {
    if members == 1 { "1 member".to_owned() } else { format!("{members} members") }
}

fn capacity(machine: Machine<'_>) -> Option<RowCapacity> {
    let running = match machine {
        Machine::Group(group) => group.in_service,
        Machine::Service(service) => service.running,
        Machine::Ec2(_) | Machine::Rds(_) | Machine::Cluster(_) => return None,
    };
    let numbers = Numbers::of(machine)?;
    let (min, max) = numbers.bounds.unzip();
    Some(RowCapacity { min, desired: numbers.desired, max, running })
}

fn address(machine: Machine<'_>) -> Option<String> {
    instance(machine).and_then(|instance| instance.public_ip.clone())
}

/// What is removed stays stopped, whatever a schedule says.
fn desired(judged: &Judged<'_>, retired: bool) -> Option<WantedState> {
    if retired {
        return Some(WantedState::Stopped);
    }
    let leave = judged.schedule.is_some().then_some(WantedState::Leave);
    judged.wanted.map(WantedState::from).or(leave)
}

fn note(judged: &Judged<'_>) -> Option<String> {
    match &judged.verdict {
        Verdict::Fine => judged.note.clone().or_else(|| automatic_restart(judged).map(|at| restart_words(judged, at))),
        Verdict::Act(_, why) => {
            let verb = match judged.scale {
                Some(numbers) => format!("scales it to {}", numbers.text()),
                None if judged.wanted == Some(RunState::Running) => "starts it".to_owned(),
                None => "stops it".to_owned(),
            };
            Some(format!("the next apply {verb}: {why}"))
        }
        Verdict::Stands(why) | Verdict::Held(why) => Some(why.clone()),
    }
}

/// The login of an image is known for Ubuntu only, and a wrong one is worse than none.
fn ssh(user: &User, ip: &str) -> Option<String> {
    let is_ubuntu = match &user.image.value {
        ImageChoice::Ubuntu2404 => true,
        other => other.lock_name().contains("ubuntu"),
    };
    let key = if user.key.value == KeySource::Generate { format!("-i {}.pem ", user.name) } else { String::new() };
    is_ubuntu.then(|| format!("ssh {key}ubuntu@{ip}"))
}

fn image(input: &Input<'_>, instance: &Instance, user: Option<&User>) -> ImageAge {
    let pinned = user.and_then(|user| input.lock.image(&user.place.region, &user.architecture, &user.image.value.lock_name()));
    let locked = input.lock.images.values().find(|image| image.id == instance.image);
    let made = locked.and_then(|image| image.date.parse::<Timestamp>().ok());
    ImageAge {
        id: instance.image.clone(),
        name: locked.map(|image| image.name.clone()),
        age_days: made.map(|made| input.now.duration_since(made).as_hours() / 24),
        superseded: pinned.is_some_and(|pinned| pinned.id != instance.image),
    }
}

fn origin(input: &Input<'_>, judged: &Judged<'_>) -> Option<String> {
    let name = judged.address.entry_name();
    let entry = match judged.address.section() {
        "user" => input.fleet.users.get(name).map(|user| user.span.file_line()),
        "database" => input.fleet.databases.get(name).map(|database| database.span.file_line()),
        _ => None,
    };
    entry.or_else(|| judged.span.as_ref().map(crate::span::Span::file_line))
}
