//! What was sent out of the account. Nothing leaves the sandbox: messages stay in its file, for `muster sandbox show`.

use jiff::Timestamp;
use muster_core::cloud::{CloudError, ErrorKind};
use serde::{Deserialize, Serialize};

use crate::sandbox::{Sandbox, SandboxError};
use crate::service;

const PUBLISH: &str = "sns:Publish";
/// Messages that are kept; older ones are forgotten.
const KEPT: usize = 500;

/// A message that would have been sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// When.
    pub at: Timestamp,
    /// Receiver: `sns arn:aws:sns:…`.
    pub to: String,
    /// One line that says what it is about.
    pub subject: String,
    /// The whole.
    pub body: String,
}

impl Sandbox {
    /// sns:Publish. Every topic of a well-formed ARN exists here.
    ///
    /// # Errors
    /// When the action is refused or throttled, or the file cannot be written.
    pub fn publish(&self, arn: &str, subject: &str, body: &str) -> Result<(), CloudError> {
        let account = arn.split(':').nth(4).unwrap_or_default();
        let sent = self.transact(|inner| {
            let world = &mut inner.world;
            if world.throttle > 0 {
                world.throttle -= 1;
                return (Err(service::throttled(PUBLISH)), true);
            }
            if world.is_denied(PUBLISH) {
                return (Err(service::denied(PUBLISH, PUBLISH, &format!("arn:aws:iam::{account}:user/sandbox"))), false);
            }
            world.keep(&format!("sns {arn}"), subject, body);
            (Ok(()), true)
        });
        sent.map_err(|why| CloudError::new(ErrorKind::Service, PUBLISH, "SandboxFile", why.to_string()))?
    }

    /// Keeps a message that would have gone to the network.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_message(&self, to: &str, subject: &str, body: &str) -> Result<(), SandboxError> {
        self.transact(|inner| (inner.world.keep(to, subject, body), true))
    }
}

impl crate::world::World {
    fn keep(&mut self, to: &str, subject: &str, body: &str) {
        let message = Message { at: self.now, to: to.to_owned(), subject: subject.to_owned(), body: body.to_owned() };
        let surplus = (self.messages.len() + 1).saturating_sub(KEPT);
        self.messages.drain(..surplus);
        self.messages.push(message);
    }
}
