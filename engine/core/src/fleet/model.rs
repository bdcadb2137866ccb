//! The fleet, resolved: defaults merged, templates filled in, every reference checked.
//!
//! Serialising a value gives its canonical form: no spans, no order, no comments.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::cloud::Place;
use crate::fleet::Calendar;
use crate::name::{FleetName, Name};
use crate::policy::{Policies, PolicyRef};
use crate::schedule::{RunState, Schedule};
use crate::span::{At, Span};
use crate::tags::Tags;

/// A whole fleet. Illegal ones cannot be constructed outside [`crate::fleet`].
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Fleet {
    /// Identity in every ownership tag; always there when anything is owned.
    pub name: Option<FleetName>,
    /// Fleets whose resources are taken over.
    pub was: Vec<FleetName>,
    /// Zone of schedules without one, and of `until` dates.
    pub timezone: Option<String>,
    /// Accounts and regions.
    pub cloud: CloudDecl,
    /// Grace period of removed entries.
    pub retire: Retire,
    /// Users, roster included, in the order of the file.
    pub users: IndexMap<Name, User>,
    /// Shared parameter groups.
    pub parameter_groups: IndexMap<Name, ParameterGroup>,
    /// Databases.
    pub databases: IndexMap<Name, Database>,
    /// Day sets.
    pub calendars: IndexMap<Name, Calendar>,
    /// Schedules.
    pub schedules: IndexMap<Name, Schedule>,
    /// Overrides written in the file, soonest end first.
    pub overrides: Vec<Override>,
    /// Prices.
    pub prices: Option<Money>,
    /// Sections that parts not in this build will read (`notify`, `advisor`, `history`, `lease`), checked and kept as JSON
    /// so that they count in the digest.
    pub other: BTreeMap<String, serde_json::Value>,
    /// Where the sections begin, and `advisor.packs`.
    #[serde(skip)]
    pub sections: BTreeMap<String, Span>,
    /// Who is told, of every schedule that does not say so itself. What it says counts in the digest through `other`.
    #[serde(skip)]
    pub notify: Option<crate::notify::Notify>,
    /// Which policies and packs judge it. What it says counts in the digest through `other`; what the policies say is
    /// advice and changes no plan.
    #[serde(skip)]
    pub advisor: Advisor,
}

/// `advisor`, with the policies it names.
#[derive(Debug, Clone, Default)]
pub struct Advisor {
    /// Policies as listed; the built-in baseline when nothing is.
    pub policies: Vec<At<PolicyRef>>,
    /// Compiled packs beside the built-in ones, by their paths from the folder of fleet.yaml.
    pub packs: Vec<At<String>>,
    /// The files behind `policies`. Problems with them keep `advise` from running, and a file that is not there nothing else.
    pub read: Policies,
}

/// Which account implementation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// The live account.
    Aws,
    /// The embedded account.
    Sandbox,
}

/// `cloud`, resolved: there is always at least one account and one region.
#[derive(Debug, Clone, Serialize)]
pub struct CloudDecl {
    /// Live or embedded; nothing when the file has no `cloud` section.
    pub provider: Option<Provider>,
    /// Accounts by name, in the order of the file; one called `default` when none is declared.
    pub accounts: IndexMap<String, AccountDecl>,
    /// Regions in the order of the file, or the one from the environment.
    pub regions: Vec<String>,
    /// Loopback endpoint.
    pub endpoint: Option<String>,
    /// Estate file of the sandbox.
    pub estate: Option<String>,
}

impl CloudDecl {
    /// Every account and region, in the order of the file.
    #[must_use]
    pub fn places(&self) -> Vec<Place> {
        let of = |account: &String| {
            self.regions.iter().map(|region| Place { account: account.clone(), region: region.clone() }).collect::<Vec<_>>()
        };
        self.accounts.keys().flat_map(of).collect()
    }
}

/// One account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AccountDecl {
    /// Twelve digits; nothing for the account the credentials belong to.
    pub id: Option<String>,
    /// Role to assume.
    pub role: Option<RoleDecl>,
    /// External id for AssumeRole.
    pub external_id: Option<String>,
}

/// Role of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleDecl {
    /// Role that plans.
    pub plan: String,
    /// Role that applies.
    pub apply: String,
}

/// `retire`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Retire {
    /// Time between stop and delete.
    pub after: SignedDuration,
    /// Keep a last snapshot.
    pub snapshot: bool,
}

/// One person and the instance that is theirs.
#[derive(Debug, Clone, Serialize)]
pub struct User {
    /// Their name in the file.
    pub name: Name,
    /// Where their entry begins.
    #[serde(skip)]
    pub span: Span,
    /// Where the instance lives.
    pub place: Place,
    /// Names they had before.
    pub was: Vec<Name>,
    /// Last day, in the fleet's zone.
    pub until: Option<At<Date>>,
    /// First instant after that day: from then on they are retired as if removed.
    pub until_instant: Option<Timestamp>,
    /// Address of a person, from the roster.
    pub email: Option<String>,
    /// Image of the instance.
    pub image: At<ImageChoice>,
    /// `t3.small`.
    pub instance_type: At<String>,
    /// `x86_64` or `arm64`, from the type.
    pub architecture: String,
    /// Root volume.
    pub disk: At<Disk>,
    /// True when IMDSv2 is required.
    pub imds_required: At<bool>,
    /// VPC and subnet.
    pub network: NetworkChoice,
    /// Public address.
    pub public_ip: bool,
    /// CIDRs that may reach port 22: canonical, sorted.
    pub ssh_from: At<BTreeSet<String>>,
    /// Where the public key comes from.
    pub key: At<KeySource>,
    /// Schedule named directly.
    pub schedule: Option<At<Name>>,
    /// Alarm that stops the instance when idle.
    pub idle_stop: Option<At<IdleStop>>,
    /// Tags with templates filled in.
    pub tags: Tags,
    /// Created by apply, or on request only.
    pub create: Create,
    /// May not be removed.
    pub protect: bool,
}

/// When a user's resources are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Create {
    /// By the next apply.
    Always,
    /// When `--only user/NAME` asks for it.
    OnRequest,
}

/// How an image is chosen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImageChoice {
    /// `ubuntu-24.04`: newest of Canonical, pinned in fleet.lock.
    Ubuntu2404,
    /// A literal AMI id.
    Id(String),
    /// An SSM parameter.
    Ssm(String),
    /// Owner and name pattern.
    Newest {
        /// Account id.
        owner: String,
        /// Pattern with `*`.
        name: String,
    },
}

impl ImageChoice {
    /// The name under which fleet.lock pins it.
    #[must_use]
    pub fn lock_name(&self) -> String {
        match self {
            Self::Ubuntu2404 => "ubuntu-24.04".to_owned(),
            Self::Id(id) => id.clone(),
            Self::Ssm(path) => format!("ssm:{path}"),
            Self::Newest { owner, name } => format!("{owner}/{name}"),
        }
    }
}

/// Root volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disk {
    /// GiB.
    pub size_gib: u32,
    /// `gp3`.
    pub volume_type: String,
    /// Encrypted.
    pub encrypted: bool,
    /// KMS key.
    pub kms_key: Option<String>,
}

/// Where a user's public key comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeySource {
    /// Given, in OpenSSH's form without comment (files are read by the loader).
    Public(String),
    /// Made at the first apply.
    Generate,
}

/// The alarm that stops an idle instance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IdleStop {
    /// Percent of CPU.
    pub cpu_below: f64,
    /// Periods in a row.
    pub periods: u32,
    /// Length of a period.
    pub period: SignedDuration,
}

/// VPC and subnet of a user, VPC and subnet group of a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NetworkChoice {
    /// Which VPC.
    pub vpc: At<VpcChoice>,
    /// Which subnet; for a database, `Id` is the name of a subnet group.
    pub subnet: At<VpcChoice>,
}

/// How a VPC or subnet is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VpcChoice {
    /// The account's default.
    Default,
    /// By id.
    Id(String),
    /// The only one that carries these tags.
    Tags(Tags),
}

/// A parameter group shared by name.
#[derive(Debug, Clone, Serialize)]
pub struct ParameterGroup {
    /// Its name.
    pub name: Name,
    /// Where its entry begins.
    #[serde(skip)]
    pub span: Span,
    /// Places in which a database uses it, sorted; it is made in each.
    pub places: BTreeSet<Place>,
    /// What it says.
    pub parameters: Parameters,
}

/// Family and parameters, translated into the engine's own words (`time_zone`, `max_connections`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameters {
    /// `mysql8.0`.
    pub family: At<String>,
    /// Parameter → value.
    pub values: BTreeMap<String, String>,
}

/// One database.
#[derive(Debug, Clone, Serialize)]
pub struct Database {
    /// Its name.
    pub name: Name,
    /// Where its entry begins.
    #[serde(skip)]
    pub span: Span,
    /// Where it lives.
    pub place: Place,
    /// Names it had before.
    pub was: Vec<Name>,
    /// `mysql`.
    pub engine: At<String>,
    /// Version prefix: `8.0`.
    pub version: At<String>,
    /// `db.t4g.micro`.
    pub class: At<String>,
    /// Storage.
    pub storage: At<Disk>,
    /// Master user.
    pub master_user: At<String>,
    /// Shared parameter group.
    pub parameter_group: Option<At<Name>>,
    /// Own parameters, when it has no shared group and writes some.
    pub parameters: Option<Parameters>,
    /// Days of backups.
    pub backup_retention_days: At<u32>,
    /// `18:00-18:30`, UTC.
    pub backup_window: Option<At<String>>,
    /// `sun:19:00-sun:19:30`, RDS's form, UTC.
    pub maintenance_window: Option<At<String>>,
    /// True: changes at once; false: in the maintenance window.
    pub apply_now: bool,
    /// Standby.
    pub multi_az: At<bool>,
    /// Public address.
    pub public: At<bool>,
    /// VPC and subnet group.
    pub network: NetworkChoice,
    /// IAM authentication.
    pub iam_authentication: bool,
    /// Performance Insights.
    pub performance_insights: bool,
    /// RDS's own deletion protection.
    pub deletion_protection: bool,
    /// Keep a snapshot at the end.
    pub final_snapshot: bool,
    /// May not be removed.
    pub protect: bool,
    /// First database.
    pub database_name: Option<String>,
    /// Port: the one written or the engine's own.
    pub port: u16,
    /// Who may reach it.
    pub allow: Vec<At<Access>>,
    /// Schedule named directly.
    pub schedule: Option<At<Name>>,
    /// Tags.
    pub tags: Tags,
}

/// Who may reach a database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// The security group of a user of this fleet.
    User(Name),
    /// A security group by id.
    SecurityGroup(String),
    /// A canonical CIDR.
    Cidr(String),
}

/// How a schedule's edges are delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// By whom.
    pub by: DeliveryBy,
    /// The rest of the section as written; EventBridge delivery reads it.
    pub options: serde_json::Value,
}

/// Who delivers edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryBy {
    /// Every plan and apply.
    Loop,
    /// EventBridge Scheduler.
    Eventbridge,
    /// Both.
    Both,
}

/// What a schedule or override is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// Whatever matches.
    Select(crate::schedule::Select),
    /// Addresses or entries: `user/alice`.
    Only(Vec<String>),
}

/// An override written in the file.
#[derive(Debug, Clone, Serialize)]
pub struct Override {
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
    /// On what.
    pub subject: Subject,
    /// Which state.
    pub state: RunState,
    /// From when; nothing for always.
    pub from: Option<Timestamp>,
    /// Until when.
    pub until: Timestamp,
    /// Why.
    pub reason: Option<String>,
}

/// Prices; without one there are hours and never a guess.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Money {
    /// `USD`.
    pub currency: String,
    /// Ask the AWS Price List API for what is missing.
    pub api: bool,
    /// Per hour by instance type or class; by region where a region's name is the outer key, else under `""`.
    pub per_hour: BTreeMap<String, BTreeMap<String, f64>>,
    /// Per GiB and month by volume type.
    pub per_gib_month: BTreeMap<String, f64>,
}

impl Fleet {
    /// The price of an hour, when one is given.
    #[must_use]
    pub fn price_per_hour(&self, region: &str, type_or_class: &str) -> Option<f64> {
        self.prices.as_ref()?.hour(region, type_or_class)
    }
}

impl Money {
    /// The price of an hour in a region, when one is given; what is written for the region goes first.
    #[must_use]
    pub fn hour(&self, region: &str, type_or_class: &str) -> Option<f64> {
        let of = |key: &str| self.per_hour.get(key).and_then(|map| map.get(type_or_class)).copied();
        of(region).or_else(|| of(""))
    }
}
