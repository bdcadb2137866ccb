//! A cloud that writes down every change with its time, and refuses what it is told to.

use std::cell::RefCell;

use jiff::Timestamp;
use muster_core::cloud::{Change, Clock as _, Cloud, CloudError, ErrorKind, Needs, Place, Reader, Receipt, SecretRef, Snapshot};
use muster_sandbox::Sandbox;

/// A refusal by the change it is for.
type Refusal = fn(&Change) -> Option<CloudError>;

pub struct Recorder {
    pub sandbox: Sandbox,
    calls: RefCell<Vec<(Timestamp, Change)>>,
    refuse: RefCell<Refusal>,
}

impl Recorder {
    pub fn new(sandbox: Sandbox) -> Self {
        Self { sandbox, calls: RefCell::default(), refuse: RefCell::new(|_| None) }
    }

    pub fn refuse(&self, what: Refusal) {
        *self.refuse.borrow_mut() = what;
    }

    /// Changes that need this action, since the last time they were asked for.
    pub fn take(&self, action: &str) -> Vec<(Timestamp, Change)> {
        let mut calls = self.calls.borrow_mut();
        let (found, rest) = calls.drain(..).partition(|(_, change)| change.action() == action);
        *calls = rest;
        found
    }
}

/// What EC2 says to a hibernation that it cannot do at the moment.
pub fn no_hibernation(change: &Change) -> Option<CloudError> {
    let message = "The instance is not ready to hibernate yet; retry in a few minutes";
    let refused = || CloudError::new(ErrorKind::Invalid, "ec2:StopInstances", "UnsupportedOperation", message);
    matches!(change, Change::StopInstances { hibernate: true, .. }).then(refused)
}

impl Reader for Recorder {
    async fn observe(&self, needs: &Needs) -> Result<Snapshot, CloudError> {
        self.sandbox.observe(needs).await
    }
}

impl Cloud for Recorder {
    async fn perform(&self, place: &Place, change: &Change) -> Result<Receipt, CloudError> {
        self.calls.borrow_mut().push((self.sandbox.now(), change.clone()));
        let refused = (self.refuse.borrow())(change);
        match refused {
            Some(error) => Err(error),
            None => self.sandbox.perform(place, change).await,
        }
    }

    async fn read_secret(&self, place: &Place, secret: &SecretRef) -> Result<String, CloudError> {
        self.sandbox.read_secret(place, secret).await
    }
}
