//! A cloud that writes down every change with its time and what came of it, and that fails as it is told to.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use jiff::Timestamp;
use muster_core::cloud::{Change, Clock as _, Cloud, CloudError, ErrorKind, Needs, Place, Reader, Receipt, SecretRef, Snapshot};
use muster_sandbox::{Fault, Sandbox};

/// A change that was asked for.
#[derive(Debug, Clone)]
pub struct Call {
    /// When.
    pub at: Timestamp,
    /// What.
    pub change: Change,
    /// AWS's code when the caller was told that it failed.
    pub refused: Option<String>,
    /// The account did it, whatever the caller was told.
    pub done: bool,
}

/// The account, seen by muster.
pub struct Recorder {
    /// The account itself.
    pub sandbox: Sandbox,
    calls: RefCell<Vec<Call>>,
    /// What is to become of which of the coming changes, counted from the last [`Recorder::take`].
    faults: RefCell<BTreeMap<u64, Fault>>,
    counted: Cell<u64>,
}

impl Recorder {
    /// Over an account.
    pub fn new(sandbox: Sandbox) -> Self {
        Self { sandbox, calls: RefCell::default(), faults: RefCell::default(), counted: Cell::new(0) }
    }

    /// Orders faults of the next pass.
    pub fn fail(&self, faults: impl IntoIterator<Item = (u64, Fault)>) {
        self.faults.borrow_mut().extend(faults);
    }

    /// What was asked for since the last time; faults that nothing met are forgotten.
    pub fn take(&self) -> Vec<Call> {
        self.faults.borrow_mut().clear();
        self.counted.set(0);
        self.calls.take()
    }

    async fn answer(&self, place: &Place, change: &Change) -> (Result<Receipt, CloudError>, bool) {
        let fault = self.faults.borrow().get(&self.counted.replace(self.counted.get() + 1)).copied();
        let error = |kind, code: &str| Err(CloudError::new(kind, change.action(), code, "ordered by the simulation"));
        match fault {
            Some(Fault::Throttled) => (error(ErrorKind::Throttled, "Throttling"), false),
            Some(Fault::Before) => (error(ErrorKind::Unreachable, "NoAnswer"), false),
            Some(Fault::After | Fault::LostAnswer) => match self.sandbox.perform(place, change).await {
                Ok(_) => (error(ErrorKind::Service, "InternalError"), true),
                Err(refused) => (Err(refused), false),
            },
            None => {
                let answer = self.sandbox.perform(place, change).await;
                let done = answer.is_ok();
                (answer, done)
            }
        }
    }
}

impl Reader for Recorder {
    async fn observe(&self, needs: &Needs) -> Result<Snapshot, CloudError> {
        self.sandbox.observe(needs).await
    }
}

impl Cloud for Recorder {
    async fn perform(&self, place: &Place, change: &Change) -> Result<Receipt, CloudError> {
        let at = self.sandbox.now();
        let (answer, done) = self.answer(place, change).await;
        let refused = answer.as_ref().err().map(|error| error.code.clone());
        self.calls.borrow_mut().push(Call { at, change: change.clone(), refused, done });
        answer
    }

    async fn read_secret(&self, place: &Place, secret: &SecretRef) -> Result<String, CloudError> {
        self.sandbox.read_secret(place, secret).await
    }
}
