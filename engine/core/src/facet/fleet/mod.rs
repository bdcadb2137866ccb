//! Kinds of the fleet file itself: what fleet.yaml says, so that a rule can judge it before anything is made. No account is asked.
//!
//! Members are named as keys of fleet.yaml are, in AWS's spelling; what is derived says so.

mod read;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::table::{Arn, FacetSpec, Home, KindSpec};
use crate::tags::Tags;

pub use read::facts;

/// Every kind of the file.
pub static KINDS: &[KindSpec] = &[FLEET, USER, DATABASE, SCHEDULE, OVERRIDE];

const TAGS: FacetSpec = FacetSpec { word: "tags", says: "The tags that it gives to what it makes.", members: &["Tags"], calls: &[] };

/// A kind of the file: nothing lists it and it has no ARN.
const fn of_file(word: &'static str, says: &'static str) -> KindSpec {
    KindSpec {
        word,
        says,
        home: Home::File,
        id: "Name",
        arn: Arn::None,
        calls: &[],
        facets: &[],
        schema: |generator| FleetFile::json_schema(generator),
    }
}

const FLEET: KindSpec = of_file("fleet.fleet", "The fleet file as a whole.");
const USER: KindSpec = KindSpec {
    facets: &[TAGS],
    schema: |generator| User::json_schema(generator),
    ..of_file("fleet.user", "A user of fleet.yaml, roster included.")
};
const DATABASE: KindSpec = KindSpec {
    facets: &[TAGS],
    schema: |generator| Database::json_schema(generator),
    ..of_file("fleet.database", "A database of fleet.yaml.")
};
const SCHEDULE: KindSpec =
    KindSpec { schema: |generator| Schedule::json_schema(generator), ..of_file("fleet.schedule", "A schedule of fleet.yaml.") };
const OVERRIDE: KindSpec =
    KindSpec { schema: |generator| Override::json_schema(generator), ..of_file("fleet.override", "An override of fleet.yaml.") };

/// The fleet file as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct FleetFile {
    /// `fleet`, or the file's name when it has none.
    pub name: String,
    /// Zone of schedules without one; absent when it names none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub timezone: Option<String>,
    /// `aws` or `sandbox`; absent without `cloud`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub provider: Option<String>,
    /// Names of its accounts.
    pub accounts: Vec<String>,
    /// Its regions.
    pub regions: Vec<String>,
    /// How many users it has.
    pub users: i64,
    /// How many databases.
    pub databases: i64,
    /// How many schedules.
    pub schedules: i64,
    /// How many receivers the top-level `notify` names.
    pub receivers: i64,
    /// True when they are told of failures.
    pub tells_failures: bool,
    /// `retire.after` in hours.
    pub retire_after_hours: i64,
    /// `retire.snapshot`.
    pub retire_snapshot: bool,
    /// True when `history` is written.
    pub history: bool,
    /// True when `history` is copied to S3.
    pub history_copied: bool,
    /// True when `lease` is written.
    pub lease: bool,
}

/// A user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct User {
    /// Their name.
    pub name: String,
    /// The account's name in fleet.yaml.
    pub account: String,
    /// Region.
    pub region: String,
    /// Address of the person, from the roster.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
    /// Instance type.
    pub instance_type: String,
    /// Last day, `2026-12-20`; absent without one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<String>,
    /// First instant after the last day in the fleet's zone, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ends_at: Option<String>,
    /// Schedule that they name; absent when they name none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub schedule: Option<String>,
    /// Schedules that select their instance by its tags.
    pub selected_by: Vec<String>,
    /// CIDRs that may reach port 22, sorted.
    pub ssh_from: Vec<String>,
    /// True when an alarm stops the instance when it idles.
    pub idle_stop: bool,
    /// True when the instance has a public address.
    pub public_ip: bool,
    /// True when IMDSv2 is required.
    pub imds_required: bool,
    /// True when the root volume is encrypted.
    pub disk_encrypted: bool,
    /// Size of the root volume in GiB.
    pub disk_size: i64,
    /// True when the entry may not be removed.
    pub protect: bool,
    /// True when it is made on request only.
    pub on_request: bool,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
}

/// A database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of fleet.yaml")]
pub struct Database {
    /// Its name.
    pub name: String,
    /// The account's name in fleet.yaml.
    pub account: String,
    /// Region.
    pub region: String,
    /// `mysql`.
    pub engine: String,
    /// Version or a prefix of one.
    pub engine_version: String,
    /// `db.t4g.micro`.
    pub class: String,
    /// Days of backups; 0 for none.
    pub backup_retention_period: i64,
    /// True when the storage is encrypted.
    pub storage_encrypted: bool,
    /// RDS's own deletion protection.
    pub deletion_protection: bool,
    /// True with a standby.
    pub multi_az: bool,
    /// True with a public address.
    pub publicly_accessible: bool,
    /// CIDRs that may reach it, sorted.
    pub allowed_cidrs: Vec<String>,
    /// True when a snapshot is kept at its end.
    pub final_snapshot: bool,
    /// True when the entry may not be removed.
    pub protect: bool,
    /// Schedule that it names; absent when it names none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub schedule: Option<String>,
    /// Schedules that select it by its tags.
    pub selected_by: Vec<String>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
}

/// A schedule.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Schedule {
    /// Its name.
    pub name: String,
    /// Zone of windows without their own.
    pub timezone: String,
    /// Windows in which things run, in canonical words.
    pub run: Vec<String>,
    /// Windows in which they do not.
    pub stop: Vec<String>,
    /// Windows in which nothing is done.
    pub leave: Vec<String>,
    /// `running`, `stopped` or `leave`: outside all windows.
    pub otherwise: String,
    /// Hours of this week in which it wants things running, calendars included. Derived.
    pub hours_on: f64,
    /// Hours of this week in which it wants them stopped. Derived.
    pub hours_off: f64,
    /// What it selects by tag; absent when entries name it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub select: Option<Selection>,
    /// Users and databases of this file that it is for: by name, or by the tags they are given. Derived.
    pub members: i64,
    /// `loop`, `eventbridge` or `both`.
    pub delivery: String,
    /// True when somebody is told before it stops things, by its own `notify` or the fleet's.
    pub tells_before_stop: bool,
}

/// What a schedule selects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Selection {
    /// `ec2`, `rds`, `asg`, `ecs`.
    pub services: Vec<String>,
    /// Every key must match.
    pub tags: Vec<Match>,
    /// Whatever matches one of these is left out.
    pub except_tags: Vec<Match>,
    /// Where; empty for everywhere.
    pub places: Vec<Place>,
}

/// A tag with one of several values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Match {
    /// Key of the tag.
    pub key: String,
    /// Values; `*` for any.
    pub values: Vec<String>,
}

/// An account and region.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Place {
    /// Account id; absent when fleet.yaml does not say it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account_id: Option<String>,
    /// Region.
    pub region: String,
}

/// An override.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Override {
    /// What it is for and until when: `user/alice until 2026-12-26T00:00:00Z`.
    pub name: String,
    /// `running` or `stopped`.
    pub state: String,
    /// From when, RFC 3339; absent for always.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<String>,
    /// Until when, RFC 3339.
    pub until: String,
    /// Why; absent when it does not say.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}
