//! The account itself: one handle, behind which is memory or a file.

use std::cell::RefCell;
use std::future::{Future, pending, poll_fn};
use std::path::Path;
use std::pin::pin;
use std::task::Poll;

use jiff::Timestamp;
use muster_core::cloud::{Change, Cloud, CloudError, ErrorKind, Needs, Place, Reader, Receipt, SecretRef, Snapshot};

use crate::clock::Sleepers;
use crate::estate::Estate;
use crate::faults::{Fault, Faults, Gate, Lateness, Verdict};
use crate::observe::Reading;
use crate::service;
use crate::store::Store;
use crate::world::World;

/// Why the embedded account could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SandboxError {
    /// The file could not be read or written.
    #[error("{what} the sandbox file {path}: {why}; check the folder's permissions and free space")]
    File {
        /// What was tried.
        what: &'static str,
        /// Which file.
        path: String,
        /// The system's words.
        why: String,
    },
    /// The file is there and is not one of ours.
    #[error("the sandbox file {path} cannot be used: {why}; `muster sandbox reset` starts afresh")]
    Damaged {
        /// Which file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// Nothing of that id or name.
    #[error("the sandbox has no {what} `{id}`; `muster sandbox show` lists what it has")]
    NotFound {
        /// Kind of thing.
        what: &'static str,
        /// What was asked for.
        id: String,
    },
    /// The clock only moves forward.
    #[error("the sandbox's clock stands at {now} and cannot go back to {asked}; `muster sandbox reset` starts afresh")]
    Past {
        /// Where it stands.
        now: Timestamp,
        /// Where it was to go.
        asked: Timestamp,
    },
    /// The account refused what a hand asked for.
    #[error("the sandbox refused: {0}")]
    Refused(CloudError),
}

/// An embedded account.
#[derive(Debug)]
pub struct Sandbox {
    inner: RefCell<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) world: World,
    store: Option<Store>,
    gate: Gate,
    /// Accounts as fleet.yaml names them, with the ids it declares.
    accounts: Vec<(String, Option<String>)>,
    pub(crate) sleepers: Sleepers,
}

impl Inner {
    /// Takes over what another process wrote; accounts that this one's fleet.yaml names are there in any case.
    fn refresh(&mut self) -> Result<(), SandboxError> {
        if let Some(store) = &self.store {
            store.refresh(&mut self.world)?;
        }
        self.world.declare(&self.accounts);
        Ok(())
    }

    /// How late schedules fire.
    pub(crate) fn lateness(&self) -> Lateness {
        self.gate.lateness()
    }

    /// The id that fleet.yaml declares for an account.
    fn declared(&self, account: &str) -> Option<String> {
        self.accounts.iter().find(|(name, _)| name == account).and_then(|(_, id)| id.clone())
    }
}

impl Sandbox {
    /// An account in memory, with faults. Its clock starts where the estate says, else at a fixed instant.
    #[must_use]
    pub fn in_memory(estate: Estate, faults: Faults) -> Self {
        Self::in_memory_with(estate, &[], faults)
    }

    /// The same with the accounts of a fleet: name and, when it is declared, id. The first holds the estate.
    #[must_use]
    pub fn in_memory_with(estate: Estate, accounts: &[(String, Option<String>)], faults: Faults) -> Self {
        // 2026-11-20T10:30:00Z, a Friday evening in Seoul: tests want the same answer every day.
        let fallback = Timestamp::from_second(1_795_170_600).unwrap_or(Timestamp::UNIX_EPOCH);
        let now = estate.starts_at(fallback);
        Self::over(World::new(estate, accounts, now, faults.seed), None, accounts, faults)
    }

    /// The account kept in `path`, made from `estate` when there is none yet. `wall` is where its clock starts
    /// then, unless the estate says so.
    ///
    /// # Errors
    /// When the file cannot be read or made, or is not a sandbox file of this build.
    pub fn open(path: &Path, estate: &Estate, accounts: &[(String, Option<String>)], wall: Timestamp) -> Result<Self, SandboxError> {
        let store = Store::new(path);
        if let Some(world) = store.load()? {
            return Ok(Self::over(world, Some(store), accounts, Faults::default()));
        }
        let guard = store.lock()?;
        let world = match store.load()? {
            Some(world) => world,
            None => {
                let world = World::new(estate.clone(), accounts, estate.starts_at(wall), seed(wall));
                store.save(&world, &guard)?;
                world
            }
        };
        drop(guard);
        Ok(Self::over(world, Some(store), accounts, Faults::default()))
    }

    fn over(world: World, store: Option<Store>, accounts: &[(String, Option<String>)], faults: Faults) -> Self {
        let inner = Inner { world, store, gate: Gate::new(faults), accounts: accounts.to_vec(), sleepers: Sleepers::default() };
        Self { inner: RefCell::new(inner) }
    }

    /// Orders other faults, counts calls from 0 again and brings a killed caller back to life.
    pub fn set_faults(&self, faults: Faults) {
        self.inner.borrow_mut().gate = Gate::new(faults);
    }

    /// Calls made since the faults were ordered: one for each change, one for each need of a reading.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.inner.borrow().gate.calls()
    }

    /// True once [`Faults::kill_after`] has struck.
    #[must_use]
    pub fn is_killed(&self) -> bool {
        self.inner.borrow().gate.killed
    }

    /// Runs `run` until it ends or [`Faults::kill_after`] strikes; nothing in that case: it was dropped where it stood.
    pub async fn until_killed<F: Future>(&self, run: F) -> Option<F::Output> {
        let mut run = pin!(run);
        poll_fn(|context| match run.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if self.is_killed() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }

    /// Puts another world in place of this one.
    pub(crate) fn replace(&self, make: impl FnOnce(u64) -> World) -> Result<(), SandboxError> {
        let mut inner = self.inner.borrow_mut();
        let inner = &mut *inner;
        let guard = inner.store.as_ref().map(Store::lock).transpose()?;
        // Whatever stands in the file, readable or not, is what is thrown away.
        let revision = inner.store.as_ref().and_then(|store| store.revision().ok().flatten()).unwrap_or(inner.world.revision) + 1;
        let world = World { revision, ..make(revision ^ inner.world.ids.seed()) };
        if let (Some(store), Some(guard)) = (&inner.store, &guard) {
            store.save(&world, guard)?;
        }
        inner.world = world;
        Ok(())
    }

    /// Changes the world: under the lock and written back when it is kept in a file. `change` answers whether it
    /// changed anything.
    pub(crate) fn transact<T>(&self, change: impl FnOnce(&mut Inner) -> (T, bool)) -> Result<T, SandboxError> {
        let mut inner = self.inner.borrow_mut();
        let inner = &mut *inner;
        inner.sleepers.stir();
        let Some(store) = inner.store.clone() else {
            return Ok(change(inner).0);
        };
        let guard = store.lock()?;
        inner.refresh()?;
        let (answer, dirty) = change(inner);
        if dirty {
            inner.world.revision += 1;
            store.save(&inner.world, &guard)?;
        }
        Ok(answer)
    }

    /// Looks at the world as it stands in memory, or in the file when another process wrote there.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&mut Inner) -> T) -> Result<T, SandboxError> {
        let mut inner = self.inner.borrow_mut();
        let inner = &mut *inner;
        inner.refresh()?;
        Ok(look(inner))
    }

    /// The time and who waits, as they are in memory: a waiter is asked too often to read the file each time.
    pub(crate) fn with_sleepers<T>(&self, look: impl FnOnce(Timestamp, &mut Sleepers) -> T) -> T {
        let mut inner = self.inner.borrow_mut();
        let now = inner.world.now;
        look(now, &mut inner.sleepers)
    }

    /// Takes one call through the gate; never returns to a dead caller.
    async fn admit(&self) -> Verdict {
        if self.is_killed() {
            return pending().await;
        }
        self.inner.borrow_mut().gate.admit()
    }

    /// The caller dies here when its time has come.
    async fn survive(&self, verdict: Verdict) {
        if verdict.kill {
            self.inner.borrow_mut().gate.killed = true;
            pending::<()>().await;
        }
    }

    fn change(&self, place: &Place, change: &Change) -> Result<Receipt, CloudError> {
        let done = self.transact(|inner| {
            if inner.world.throttle > 0 {
                inner.world.throttle -= 1;
                return (Err(service::throttled(change.action())), true);
            }
            let lag = inner.gate.lag(inner.world.now);
            let done = service::perform(&mut inner.world, place, change, lag);
            let changed = done.is_ok();
            (done, changed)
        });
        done.map_err(|why| file_error(change.action(), &why))?
    }

    fn request_id(&self, verdict: Verdict) -> String {
        let inner = self.inner.borrow();
        let hash = muster_core::digest::sha256_hex(format!("{}/{}", inner.world.revision, verdict.call).as_bytes());
        format!("{}-{}-4{}-8{}-{}", &hash[..8], &hash[8..12], &hash[13..16], &hash[17..20], &hash[20..32])
    }
}

impl Reader for Sandbox {
    async fn observe(&self, needs: &Needs) -> Result<Snapshot, CloudError> {
        let taken = self.look(|inner| inner.world.now).map_err(|why| file_error("sts:GetCallerIdentity", &why))?;
        let mut reading = Reading::new(taken);
        for (place, needs) in &needs.0 {
            let declared = self.inner.borrow().declared(&place.account);
            self.look(|inner| reading.identify(&mut inner.world, place, declared.as_deref()))
                .map_err(|why| file_error("sts:GetCallerIdentity", &why))??;
            for need in needs {
                let verdict = self.admit().await;
                self.read_one(&mut reading, place, need, verdict)?;
                self.survive(verdict).await;
            }
        }
        Ok(reading.finish())
    }
}

impl Sandbox {
    fn read_one(&self, reading: &mut Reading, place: &Place, need: &muster_core::cloud::Need, verdict: Verdict) -> Result<(), CloudError> {
        let throttled = verdict.fault == Some(Fault::Throttled) || self.throttled_by_hand()?;
        let id = self.request_id(verdict);
        self.look(|inner| {
            inner.sleepers.stir();
            match verdict.fault {
                _ if throttled => reading.fail(&inner.world, place, need, &service::throttled(crate::observe::action(need)), &id),
                Some(_) => reading.fail(&inner.world, place, need, &lost(crate::observe::action(need)), &id),
                None => reading.read(&mut inner.world, place, need),
            }
        })
        .map_err(|why| file_error(crate::observe::action(need), &why))
    }

    /// Uses up one of the calls that a hand ordered to be throttled.
    fn throttled_by_hand(&self) -> Result<bool, CloudError> {
        let left = self.look(|inner| inner.world.throttle).map_err(|why| file_error("ec2:DescribeInstances", &why))?;
        if left == 0 {
            return Ok(false);
        }
        let take = |inner: &mut Inner| {
            let had = inner.world.throttle > 0;
            inner.world.throttle = inner.world.throttle.saturating_sub(1);
            (had, had)
        };
        self.transact(take).map_err(|why| file_error("ec2:DescribeInstances", &why))
    }
}

impl Cloud for Sandbox {
    async fn perform(&self, place: &Place, change: &Change) -> Result<Receipt, CloudError> {
        let verdict = self.admit().await;
        let action = change.action();
        let request_id = self.request_id(verdict);
        let answer = match verdict.fault {
            Some(Fault::Throttled) => Err(service::throttled(action)),
            Some(Fault::Before) => Err(lost(action)),
            Some(Fault::After) => self.change(place, change).and(Err(CloudError::new(
                ErrorKind::Service,
                action,
                "InternalError",
                "An internal error has occurred",
            ))),
            Some(Fault::LostAnswer) => self.change(place, change).and(Err(lost(action))),
            None => self.change(place, change),
        };
        self.survive(verdict).await;
        match answer {
            Ok(receipt) => Ok(Receipt { request_id: Some(request_id), ..receipt }),
            Err(error) if error.kind == ErrorKind::Unreachable => Err(error),
            Err(error) => Err(CloudError { request_id: Some(request_id), ..error }),
        }
    }

    async fn read_secret(&self, place: &Place, secret: &SecretRef) -> Result<String, CloudError> {
        const ACTION: &str = "ssm:GetParameter";
        let verdict = self.admit().await;
        let read = self.look(|inner| {
            let world = &mut inner.world;
            if let Some(action) = [ACTION, "kms:Decrypt"].into_iter().find(|action| world.is_denied(action)) {
                return Err(service::denied(action, ACTION, &world.caller(&place.account)));
            }
            let now = world.now;
            let row = world.ensure(place).secrets.seen_one(&secret.parameter, now).map(|row| row.value.clone());
            row.ok_or_else(|| {
                CloudError::new(ErrorKind::NotFound, ACTION, "ParameterNotFound", format!("{} is not there", secret.parameter))
            })
        });
        let answer = if verdict.fault.is_some() { Err(lost(ACTION)) } else { read.map_err(|why| file_error(ACTION, &why))? };
        self.survive(verdict).await;
        answer
    }
}

/// No answer came.
fn lost(action: &str) -> CloudError {
    CloudError::new(ErrorKind::Unreachable, action, "", "no answer: the connection was cut")
}

pub(crate) fn file_error(action: &str, why: &SandboxError) -> CloudError {
    CloudError::new(ErrorKind::Service, action, "SandboxFile", why.to_string())
}

/// A seed for the ids of a new file.
fn seed(wall: Timestamp) -> u64 {
    u64::try_from(wall.as_nanosecond().unsigned_abs() & u128::from(u64::MAX)).unwrap_or_default()
}
