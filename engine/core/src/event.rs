//! Everything that happens, as one typed stream. Terminal, JSONL and pages are its consumers.

use jiff::Timestamp;
use serde::Serialize;

use crate::address::Address;
use crate::finding::{Severity, Verdict};
use crate::plan::{Action, Summary};

/// One event and its instant.
#[derive(Debug, Clone, Serialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum What {
    /// A new plan is shown.
    Plan {
        /// Its digest.
        digest: String,
        /// Its counts.
        summary: Summary,
    },
    /// A step moved.
    Step {
        /// Of what.
        address: Address,
        /// Doing what.
        action: Action,
        /// Account id.
        account: String,
        /// Region.
        region: String,
        /// How far it is.
        progress: Progress,
    },
    /// Something went wrong outside a step.
    Error {
        /// Message, one line.
        message: String,
    },
    /// A notice was sent to a receiver, or could not be.
    Notice {
        /// What receivers drop repeats by.
        key: String,
        /// Receiver, without what is secret of it.
        receiver: String,
        /// Why it was not sent; nothing when it was.
        unsent: Option<String>,
    },
    /// A rule says of a resource anything but that it is as wanted.
    Finding {
        /// Full id of the rule: `ec2/open-ports`.
        rule: String,
        /// What was found.
        verdict: Verdict,
        /// How much a fail matters.
        severity: Severity,
        /// Kind of the resource.
        kind: String,
        /// AWS id, or the name in fleet.yaml.
        resource: String,
        /// Its ARN, where AWS gives one.
        arn: Option<String>,
        /// Account id.
        account: String,
        /// Region.
        region: String,
        /// One line.
        message: String,
    },
}

/// How far a step is.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "progress", rename_all = "kebab-case")]
pub enum Progress {
    /// A call is made.
    Calling {
        /// IAM action of the call.
        call: String,
    },
    /// Waiting for a state.
    Waiting {
        /// For what, in words.
        until: String,
    },
    /// Done.
    Done {
        /// AWS id of the thing.
        id: Option<String>,
    },
    /// Failed.
    Failed {
        /// Why.
        error: String,
        /// AWS's request id.
        request_id: Option<String>,
    },
    /// Not tried.
    NotTried {
        /// Why.
        why: String,
    },
}
