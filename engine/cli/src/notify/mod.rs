//! What a pass tells: warnings before it changes anything, failures after it.
//!
//! A notice that cannot be sent is said on stderr and tried again by the next pass. It never changes an exit code: whether a fleet is as
//! it should be does not depend on whether a chat could be reached.

mod exec;
mod memory;
mod send;
mod webhook;

use std::borrow::Cow;

use futures::stream::{FuturesUnordered, StreamExt as _};
use muster_core::apply::Outcome;
use muster_core::cloud::{Clock as _, Reader as _, Snapshot};
use muster_core::event::{Event, What};
use muster_core::fleet::Fleet;
use muster_core::notify::{self, Happening, Ledger, Missed, Notice, Pass, Target};
use muster_core::plan::{Options, words};
use serde_json::{Value, json};

use crate::app::App;
use crate::args::Notices;
use crate::session::{Made, Session};
pub(crate) use memory::sandbox_memory_path;
use memory::{FileMemory, Memory, Taken};
use send::Unsent;

/// One pass and what it told.
pub(crate) struct Telling<'a> {
    app: &'a App,
    session: &'a Session,
    flags: &'a Notices,
    snapshot: Cow<'a, Snapshot>,
    options: &'a Options,
    memory: Box<dyn Memory>,
    report: Report,
}

/// What became of the notices of a pass.
#[derive(Debug, Default)]
struct Report {
    sent: Vec<(Notice, Target)>,
    unsent: Vec<(Notice, Target, Unsent)>,
    missed: Vec<Missed>,
}

impl<'a> Telling<'a> {
    /// Sends the warnings that are due. Nothing when the file tells nobody, or nobody is to be told.
    pub(crate) async fn begin(
        app: &'a App,
        session: &'a Session,
        flags: &'a Notices,
        made: &'a Made,
        options: &'a Options,
    ) -> Option<Self> {
        if flags.no_notify || !tells_anybody(&session.project.fleet) {
            return None;
        }
        let memory = Box::new(FileMemory::of(session));
        let snapshot = Cow::Borrowed(&made.snapshot);
        let mut telling = Self { app, session, flags, snapshot, options, memory, report: Report::default() };
        telling.warn().await;
        Some(telling)
    }

    async fn warn(&mut self) {
        let Some(mut taken) = self.take().await else { return };
        self.read_what_is_missing(taken.ledger()).await;
        let due = notify::warnings(&self.pass(taken.ledger()));
        due.missed.iter().for_each(|missed| self.app.terminal.say(&late(missed)));
        self.report.missed = due.missed;
        self.send_all(&mut *taken, due.notices).await;
        // A pass that did not see everything leaves its interval to the next one.
        if notify::saw_everything(&self.snapshot) {
            taken.ledger_mut().passed(self.session.now);
        }
        self.save(&mut *taken);
    }

    /// Sends what failed, and ends the pass.
    pub(crate) async fn end(&mut self, done: &Outcome) {
        if done.interrupted {
            return;
        }
        let Some(mut taken) = self.take().await else { return };
        let notices = notify::failures(&self.pass(taken.ledger()), done);
        self.send_all(&mut *taken, notices).await;
        let mut ledger = taken.ledger().clone();
        notify::settle(&mut ledger, &self.pass(taken.ledger()), done);
        *taken.ledger_mut() = ledger;
        self.save(&mut *taken);
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        let told = |notice: &Notice, target: &Target| json!({"key": notice.key, "title": notice.title(), "receiver": target.label()});
        let unsent = |(notice, target, why): &(Notice, Target, Unsent)| {
            let mut row = told(notice, target);
            row["why"] = json!(why.why);
            row["next"] = json!(why.next);
            row
        };
        json!({
            "sent": self.report.sent.iter().map(|(notice, target)| told(notice, target)).collect::<Vec<_>>(),
            "unsent": self.report.unsent.iter().map(unsent).collect::<Vec<_>>(),
            "missed": self.report.missed.iter().map(|missed| json!({"schedule": missed.schedule, "edge": missed.at})).collect::<Vec<_>>(),
        })
    }

    async fn take(&self) -> Option<Box<dyn Taken>> {
        match self.memory.take().await {
            Ok(taken) => {
                taken.remark().into_iter().for_each(|remark| self.app.terminal.warn(remark));
                Some(taken)
            }
            Err(why) => {
                self.app.terminal.warn(&format!("no notices: {why}; what is due is sent by the next pass"));
                None
            }
        }
    }

    fn pass<'p>(&'p self, ledger: &'p Ledger) -> Pass<'p> {
        let input = self.session.input(&self.snapshot, self.options);
        Pass { input, ledger, sandbox: self.session.is_sandbox() }
    }

    /// Times that only matter when a warning is due are read only then.
    async fn read_what_is_missing(&mut self, ledger: &Ledger) {
        let needs = notify::reads(&self.pass(ledger));
        if needs.is_empty() {
            return;
        }
        match self.session.world.observe(&needs).await {
            Ok(more) => self.snapshot.to_mut().merge(more),
            Err(error) => self.app.terminal.warn(&format!("the last starts of databases could not be read for a warning: {error}")),
        }
    }

    /// Sends to every receiver at once, and remembers each as soon as it has its notice: a run that dies in between tells nobody twice.
    async fn send_all(&mut self, taken: &mut dyn Taken, notices: Vec<Notice>) {
        notices.iter().for_each(|notice| taken.ledger_mut().open(notice));
        let post = send::Post { session: self.session, allowed: &self.flags.allow_exec };
        let each = notices.iter().flat_map(|notice| notice.to.iter().map(move |target| (notice, target)));
        let send = |(notice, target)| {
            let post = &post;
            async move { (notice, target, post.send(notice, target).await) }
        };
        let mut sending: FuturesUnordered<_> = each.map(send).collect();
        while let Some((notice, target, result)) = sending.next().await {
            match result {
                Ok(receiver) => {
                    taken.ledger_mut().told(notice, target);
                    self.save(taken);
                    self.app.terminal.say(&format!("told {receiver}: {}", notice.title()));
                    self.tell_events(notice, target, None);
                    self.report.sent.push((notice.clone(), target.clone()));
                }
                Err(unsent) => {
                    self.app.terminal.warn(&said(notice, &unsent));
                    self.tell_events(notice, target, Some(unsent.why.clone()));
                    self.report.unsent.push((notice.clone(), target.clone(), unsent));
                }
            }
        }
    }

    fn tell_events(&self, notice: &Notice, target: &Target, unsent: Option<String>) {
        let what = What::Notice { key: notice.key.clone(), receiver: target.label(), unsent };
        self.app.events.write(&Event { at: self.session.world.now(), what });
    }

    fn save(&self, taken: &mut dyn Taken) {
        if let Err(why) = taken.save() {
            self.app.terminal.warn(&format!("what was told could not be written down: {why}; the next pass may tell it again"));
        }
    }
}

/// True when some section of the file names a receiver.
fn tells_anybody(fleet: &Fleet) -> bool {
    let sections = fleet.notify.iter().chain(fleet.schedules.values().filter_map(|schedule| schedule.notify.as_ref()));
    sections.into_iter().any(|notify| !notify.to.is_empty())
}

/// That a stop came without a warning, and how it would not have.
fn late(missed: &Missed) -> String {
    format!(
        "schedule {} ({}): the stop of {} comes without a warning, since no pass ran in the time before it; passes closer together than `before-stop` give one",
        missed.schedule,
        missed.origin,
        words::instant(missed.at, &missed.timezone)
    )
}

/// What was not told to whom, why, and what next.
fn said(notice: &Notice, unsent: &Unsent) -> String {
    format!("not told {}: {}: {}; {}; {}", unsent.receiver, notice.title(), unsent.why, unsent.next, again(notice))
}

fn again(notice: &Notice) -> String {
    match &notice.what {
        Happening::Stop(stop) => format!("passes before {} try again", words::instant(stop.at, &notice.timezone)),
        Happening::Failure { .. } => "the next pass tries again if it still fails".to_owned(),
    }
}
