//! What went wrong with a call.

use serde::{Deserialize, Serialize};

/// Why a call failed, in the terms muster decides by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// IAM refused the action.
    Denied,
    /// No credentials, or AWS does not accept them.
    Credentials,
    /// The credentials belong to another account than fleet.yaml declares.
    WrongAccount,
    /// The thing is not there, or not yet.
    NotFound,
    /// A thing of that name is there.
    AlreadyExists,
    /// The client token was used with other parameters.
    TokenMismatch,
    /// The thing is in a state that does not allow the call.
    WrongState,
    /// Something else still refers to it.
    DependencyViolation,
    /// Too many calls; retries did not help.
    Throttled,
    /// A quota of the account is reached.
    Quota,
    /// AWS has no machine of that type to give at the moment.
    Capacity,
    /// AWS does not accept a parameter.
    Invalid,
    /// No answer: network, time-out, or a broken reply.
    Unreachable,
    /// A fault on AWS's side.
    Service,
}

impl ErrorKind {
    /// True when the request may have taken effect although it failed.
    #[must_use]
    pub const fn is_uncertain(self) -> bool {
        matches!(self, Self::Unreachable | Self::Service | Self::Throttled)
    }
}

/// A failed call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{action}: {code}: {message}")]
pub struct CloudError {
    /// What muster makes of it.
    pub kind: ErrorKind,
    /// The IAM action of the call: `ec2:RunInstances`.
    pub action: String,
    /// AWS's error code: `InvalidInstanceID.NotFound`; empty when no answer came.
    pub code: String,
    /// AWS's message, one line, without bodies or headers.
    pub message: String,
    /// AWS's request id.
    pub request_id: Option<String>,
}

impl CloudError {
    /// An error with code and message.
    #[must_use]
    pub fn new(kind: ErrorKind, action: &str, code: &str, message: impl Into<String>) -> Self {
        Self { kind, action: action.to_owned(), code: code.to_owned(), message: message.into(), request_id: None }
    }
}
