//! One notice: what is told, before it has a form.

use jiff::{SignedDuration, Timestamp};

use super::model::Target;

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Same key, same notice: receivers drop repeats by it. `fleet/schedule/edge` of a warning.
    pub key: String,
    /// The fleet's name, when it has one.
    pub fleet: Option<String>,
    /// The pass it was made by.
    pub at: Timestamp,
    /// IANA zone in which its times are told.
    pub timezone: String,
    /// Told of the embedded account, where nothing is real.
    pub sandbox: bool,
    /// `fleet.yaml:31`: the schedule or entry it is about.
    pub origin: Option<String>,
    /// Whom to tell now: those who do not have it yet.
    pub to: Vec<Target>,
    /// What it is about.
    pub what: Happening,
}

/// What a notice is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// A stop is coming.
    Stop(Stop),
    /// Steps failed.
    Failure {
        /// `schedule/class`, or the entry: `user/alice`.
        subject: String,
        /// The pass in which something of it failed first.
        since: Timestamp,
        /// What failed, sorted by place and address.
        steps: Vec<Failed>,
    },
}

/// A stop that is coming.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// The schedule.
    pub schedule: String,
    /// When.
    pub at: Timestamp,
    /// What it will stop, sorted by place and address.
    pub resources: Vec<Resource>,
    /// How its users ask for more time with a tag.
    pub snooze: Option<Snooze>,
    /// Lists that could not be read in whole, so that more may be stopped than is named.
    pub unread: Vec<String>,
}

/// A tag that puts a stop off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snooze {
    /// Its key; its value is an instant.
    pub tag: String,
    /// How long after the stop it may lie.
    pub max: Option<SignedDuration>,
}

/// A machine that will be stopped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// `main/ap-northeast-2`.
    pub place: String,
    /// `user/alice/instance`, `ec2/i-0abc`.
    pub address: String,
    /// What `muster start` takes: an entry's name, or the id.
    pub name: String,
    /// Its Name tag, when it is not an entry of the file and has one.
    pub title: Option<String>,
    /// AWS id.
    pub id: String,
    /// `ec2.instance`.
    pub kind: String,
    /// Twelve digits.
    pub account: String,
    /// Region.
    pub region: String,
    /// `stop` or `hibernate`.
    pub action: String,
}

/// A step that failed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failed {
    /// `main/ap-northeast-2`.
    pub place: String,
    /// `user/alice/instance`.
    pub address: String,
    /// `start`.
    pub action: String,
    /// AWS id, when it has one.
    pub id: Option<String>,
    /// Twelve digits.
    pub account: String,
    /// Region.
    pub region: String,
    /// AWS's code: `InsufficientInstanceCapacity`; nothing when a wait ended badly.
    pub code: Option<String>,
    /// Why, in words.
    pub why: String,
    /// AWS's request id.
    pub request: Option<String>,
    /// What gets on from there.
    pub next: &'static str,
    /// What tells this failure from others: the same in every pass in which it lasts.
    pub(super) mark: String,
}

impl Notice {
    /// What it says, in one line.
    #[must_use]
    pub fn title(&self) -> String {
        super::text::Words::of(self).title
    }

    /// The stop it warns of.
    #[must_use]
    pub const fn stop(&self) -> Option<&Stop> {
        match &self.what {
            Happening::Stop(stop) => Some(stop),
            Happening::Failure { .. } => None,
        }
    }
}
