//! One machine.

use jiff::Timestamp;
use serde::Serialize;

use crate::cloud::{Database, Instance, Kind};
use crate::fleet::{ImageChoice, KeySource, User};
use crate::plan::Input;
use crate::plan::mark::Mark;
use crate::plan::run_state::{Judged, Machine, Verdict};
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
    /// Type or class.
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
    /// Where its entry or rule stands.
    #[serde(rename = "where")]
    pub origin: Option<String>,
    /// Tags.
    pub tags: Tags,
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
            size: size(judged.machine).to_owned(),
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
            endpoint: database(judged.machine).and_then(|database| database.endpoint.clone()),
            schedule: judged.schedule.map(|schedule| schedule.name.to_string()),
            user: user.map(str::to_owned),
            image: instance(judged.machine).map(|instance| image(input, instance, declared)),
            origin: origin(input, judged),
            tags: judged.machine.tags().clone(),
        }
    }

    /// `ec2` or `rds`.
    #[must_use]
    pub const fn service(&self) -> &'static str {
        if matches!(self.kind, Kind::Database) { "rds" } else { "ec2" }
    }
}

const fn instance<'a>(machine: Machine<'a>) -> Option<&'a Instance> {
    match machine {
        Machine::Ec2(instance) => Some(instance),
        Machine::Rds(_) => None,
    }
}

const fn database<'a>(machine: Machine<'a>) -> Option<&'a Database> {
    match machine {
        Machine::Ec2(_) => None,
        Machine::Rds(database) => Some(database),
    }
}

fn size<'a>(machine: Machine<'a>) -> &'a str {
    match machine {
        Machine::Ec2(instance) => &instance.instance_type,
        Machine::Rds(database) => &database.class,
    }
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
        Verdict::Fine => judged.note.clone(),
        Verdict::Act(_, why) => {
            let verb = if judged.wanted == Some(RunState::Running) { "starts" } else { "stops" };
            Some(format!("the next apply {verb} it: {why}"))
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
