//! How a receiver is reached.

use std::path::Path;

use muster_core::cloud::{CloudError, ErrorKind};
use muster_core::notify::render::{Message, message};
use muster_core::notify::{HookUrl, Notice, Source, Target, Way};

use super::{exec, webhook};
use crate::env;
use crate::session::Session;
use crate::world::World;

/// Why a receiver has not got its notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unsent {
    /// Receiver, with scheme and host of a webhook.
    pub(crate) receiver: String,
    /// Why.
    pub(crate) why: String,
    /// What to do about it.
    pub(crate) next: String,
}

/// What sends.
pub(crate) struct Post<'a> {
    /// The fleet and its account.
    pub(crate) session: &'a Session,
    /// Commands that `--allow-exec` allows.
    pub(crate) allowed: &'a [String],
}

impl Post<'_> {
    /// Sends a notice to one of its receivers and answers how that one is called.
    pub(crate) async fn send(&self, notice: &Notice, target: &Target) -> Result<String, Unsent> {
        let message = message(notice, target);
        match &target.way {
            Way::Sns { arn } => self.publish(notice, target, arn, &message).await,
            Way::Webhook(source) => self.post(notice, target, source, &message).await,
            Way::Exec(words) => self.run(target, words, message.body).await,
        }
    }

    async fn publish(&self, notice: &Notice, target: &Target, arn: &str, message: &Message) -> Result<String, Unsent> {
        let subject = message.subject.clone().unwrap_or_default();
        let sent = self.session.world.publish(arn, &subject, &message.body, &notice.key).await;
        let unsent = |error: CloudError| {
            let code = if error.code.is_empty() { String::new() } else { format!("{}: ", error.code) };
            let request = error.request_id.as_ref().map(|id| format!(" (request {id})")).unwrap_or_default();
            Unsent { receiver: target.label(), why: format!("{code}{}{request}", error.message), next: hint(error.kind, arn) }
        };
        sent.map(|()| target.label()).map_err(unsent)
    }

    async fn post(&self, notice: &Notice, target: &Target, source: &Source, message: &Message) -> Result<String, Unsent> {
        let (url, receiver) = resolve(target, source)?;
        if let World::Sandbox(sandbox) = &self.session.world
            && !url.is_loopback()
        {
            // What happens to the embedded account is nobody's news.
            let kept = sandbox.keep_message(&receiver, &notice.title(), &message.body);
            let next = "check the folder's permissions and free space".to_owned();
            return kept.map(|()| format!("{receiver}, in the sandbox only")).map_err(|error| Unsent {
                receiver,
                why: error.to_string(),
                next,
            });
        }
        match webhook::post(&url, &message.body).await {
            Ok(()) => Ok(receiver),
            Err(why) => Err(Unsent { receiver, why, next: way_out(source) }),
        }
    }

    async fn run(&self, target: &Target, words: &[String], body: String) -> Result<String, Unsent> {
        let receiver = target.label();
        let line = words.join(" ");
        if !self.allowed.iter().any(|allowed| allowed.split_whitespace().eq(words.iter().map(String::as_str))) {
            let why = "fleet.yaml may name a command, and only a flag of this run allows it".to_owned();
            return Err(Unsent { receiver, why, next: format!("`muster apply --allow-exec '{line}'` allows exactly this command line") });
        }
        let ran = exec::run(words, body, self.folder()).await;
        let next = format!("run `{line}` by hand with a notice on stdin");
        ran.map(|()| receiver.clone()).map_err(|why| Unsent { receiver, why, next })
    }

    fn folder(&self) -> &Path {
        &self.session.project.folder
    }
}

/// The URL, and the receiver with its scheme and host.
fn resolve(target: &Target, source: &Source) -> Result<(HookUrl, String), Unsent> {
    let name = match source {
        Source::Loopback(url) => return Ok((url.clone(), target.label())),
        Source::Env(name) => name,
    };
    let unsent = |why: String, next: String| Unsent { receiver: target.label(), why, next };
    let Some(value) = env::named(name) else {
        return Err(unsent(format!("the variable {name} is not set"), format!("put the webhook's URL into {name} where muster runs")));
    };
    match HookUrl::parse(&value) {
        Ok(url) => {
            let receiver = format!("{} ({url})", target.label());
            Ok((url, receiver))
        }
        Err(why) => Err(unsent(format!("what {name} holds is no URL to post to: {why}"), format!("put the webhook's URL into {name}"))),
    }
}

fn way_out(source: &Source) -> String {
    match source {
        Source::Env(name) => format!("check the URL in {name}"),
        Source::Loopback(_) => "see whether something listens there".to_owned(),
    }
}

fn hint(kind: ErrorKind, arn: &str) -> String {
    match kind {
        ErrorKind::Denied => {
            "`muster iam --apply` prints the policy that allows sns:Publish; a topic of another account allows it in its own policy too"
                .to_owned()
        }
        ErrorKind::NotFound => format!("create the topic {arn}, or correct its ARN in fleet.yaml"),
        ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Service => "`muster doctor` looks at the way there".to_owned(),
        _ => "check the topic and its policy".to_owned(),
    }
}
