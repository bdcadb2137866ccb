//! An entry as it is asked for: everything that EventBridge is told, in plain values.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::target::Target;
use super::timing::{Action, Timing};
use crate::address::Address;
use crate::cron::Expression;
use crate::digest::{canonical, sha256_hex};
use crate::schedule::Zone;

/// Longest name of an entry in EventBridge Scheduler, in characters.
pub const NAME_LIMIT: usize = 64;
/// How long an edge is tried after its time. A start that comes later would come as a surprise.
pub const MAX_EVENT_AGE: SignedDuration = SignedDuration::from_mins(10);
/// Two hashes of 8 digits, each with a hyphen before.
const HASHES: usize = 18;

/// What CreateSchedule is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgeSpec {
    /// `schedule/office/edge/ec2/i-0abc/start-0900-mon-fri`: what it is for.
    pub address: Address,
    /// What its name begins with before it is made ASCII: `office-start-0900-mon-fri`.
    pub readable: String,
    /// What it does.
    pub action: Action,
    /// `cron(…)` or `at(…)`.
    pub expression: String,
    /// IANA name of the zone whose clocks are meant.
    pub zone: String,
    /// First instant at which it may fire; one that is over when it is made is left out of the request.
    pub start: Option<Timestamp>,
    /// First instant at which it may not fire any more.
    pub end: Option<Timestamp>,
    /// Whether EventBridge deletes it once it has fired for the last time.
    pub delete_after: bool,
    /// What it acts on.
    pub target: Target,
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// ARN of the role it works with.
    pub role: String,
    /// ARN of the queue for what cannot be delivered.
    pub dead_letter: Option<String>,
    /// The step that makes the instance it acts on; nothing once the instance is known.
    #[serde(default)]
    pub awaits: Option<Address>,
}

/// The part of a specification that makes up the second hash of a name.
#[derive(Serialize)]
struct Content<'a> {
    action: Action,
    expression: &'a str,
    zone: &'a str,
    start: Option<String>,
    end: Option<String>,
    delete_after: bool,
    max_event_age: i64,
    arn: &'a str,
    input: &'a str,
    role: &'a str,
    dead_letter: Option<&'a str>,
}

impl EdgeSpec {
    /// ARN of the universal target.
    #[must_use]
    pub fn arn(&self) -> String {
        self.target.arn(self.action, &self.partition)
    }

    /// The input of the target, canonical JSON.
    #[must_use]
    pub fn input(&self) -> String {
        self.target.input(self.action, &self.role)
    }

    /// How long an edge is tried after its time, in seconds.
    #[must_use]
    pub const fn max_event_age_seconds() -> i64 {
        MAX_EVENT_AGE.as_secs()
    }

    /// The start date to ask for at `now`: one that is over says nothing, and EventBridge refuses one over five minutes old.
    #[must_use]
    pub fn start_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.start.filter(|start| *start > now)
    }

    /// `{ASCII part}-{8 hex of address}-{8 hex of its content}`: a listing gives names and not contents, so the name says it all.
    #[must_use]
    pub fn name(&self) -> String {
        let hash = |text: &str| sha256_hex(text.as_bytes())[..8].to_owned();
        let ascii = ascii_words(&self.readable);
        format!("{ascii}-{}-{}", hash(self.address.as_str()), hash(&canonical(&self.content(&self.arn(), &self.input()))))
    }

    fn content<'a>(&'a self, arn: &'a str, input: &'a str) -> Content<'a> {
        Content {
            action: self.action,
            expression: &self.expression,
            zone: &self.zone,
            start: self.start.map(|at| at.to_string()),
            end: self.end.map(|at| at.to_string()),
            delete_after: self.delete_after,
            max_event_age: Self::max_event_age_seconds(),
            arn,
            input,
            role: &self.role,
            dead_letter: self.dead_letter.as_deref(),
        }
    }

    /// Fills in the id of the instance that it awaited; its name is final from then on.
    pub fn settle(&mut self, made: &str) {
        if let Target::Instance { id, .. } | Target::Database { id } | Target::Cluster { id } = &mut self.target {
            made.clone_into(id);
        }
        self.awaits = None;
    }

    /// When it fires; nothing for an expression or zone that is none.
    #[must_use]
    pub fn timing(&self) -> Option<Timing> {
        let expression: Expression = Expression::parse(&self.expression).ok()?;
        Some(Timing { action: self.action, expression, zone: Zone::find(&self.zone).ok()?, start: self.start, end: self.end })
    }
}

/// Words in the characters that names of EventBridge Scheduler hold, and as many of them as leave room for both hashes.
pub(crate) fn ascii_words(words: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._".contains(c) { c.to_ascii_lowercase() } else { '-' };
    let mut ascii: String = words.chars().map(plain).collect();
    while ascii.contains("--") {
        ascii = ascii.replace("--", "-");
    }
    ascii.truncate(NAME_LIMIT - HASHES);
    ascii.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned()
}
