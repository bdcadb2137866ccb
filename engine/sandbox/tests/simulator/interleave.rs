//! Two runs at once on one thread: each call gives way to the other run a random number of times first.

use std::cell::RefCell;
use std::future::poll_fn;
use std::task::Poll;

use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::{Change, Clock, Cloud, CloudError, Needs, Place, Reader, Receipt, SecretRef, Snapshot};
use muster_sandbox::Sandbox;

use super::random::Random;

pub struct Interleaved<'a> {
    sandbox: &'a Sandbox,
    random: RefCell<Random>,
}

impl<'a> Interleaved<'a> {
    pub fn new(sandbox: &'a Sandbox, seed: u64) -> Self {
        Self { sandbox, random: RefCell::new(Random::new(seed)) }
    }

    async fn give_way(&self) {
        let mut times = self.random.borrow_mut().below(4);
        poll_fn(|context| {
            if times == 0 {
                return Poll::Ready(());
            }
            times -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

impl Reader for Interleaved<'_> {
    async fn observe(&self, needs: &Needs) -> Result<Snapshot, CloudError> {
        self.give_way().await;
        self.sandbox.observe(needs).await
    }
}

impl Cloud for Interleaved<'_> {
    async fn perform(&self, place: &Place, change: &Change) -> Result<Receipt, CloudError> {
        self.give_way().await;
        self.sandbox.perform(place, change).await
    }

    async fn read_secret(&self, place: &Place, secret: &SecretRef) -> Result<String, CloudError> {
        self.sandbox.read_secret(place, secret).await
    }
}

impl Clock for Interleaved<'_> {
    fn now(&self) -> Timestamp {
        self.sandbox.now()
    }

    async fn sleep(&self, duration: SignedDuration) {
        self.give_way().await;
        self.sandbox.sleep(duration).await;
    }
}
