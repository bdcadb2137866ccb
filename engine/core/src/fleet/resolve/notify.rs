//! Who is told, and when.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::Resolver;
use crate::diag::Diagnostic;
use crate::fleet::decode::Either;
use crate::fleet::leaf::AsWritten;
use crate::fleet::raw_schedule::{Format as FormatWord, Occasion, RawNotify, RawTarget, RawWebhook, WebhookUrl};
use crate::notify::{BEFORE_STOP, Format, Notify, Source, Target, Way};
use crate::span::{At, Span};

/// Longest time before a stop: people forget what is further off.
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Resolver<'_> {
    /// A section, typed. Where something is wrong with it the file is refused, so that what is left out here is never missed.
    pub(super) fn notify(&mut self, raw: &RawNotify, span: &Span) -> Notify {
        if raw.to.is_none() && !raw.refused.contains(&"to") {
            let nobody = Diagnostic::error("`notify` tells nobody", span.clone());
            self.error(
                nobody.help("name receivers: `to: [{webhook: {env: SLACK_WEBHOOK}, format: slack}]`; `to: []` says that nobody is told"),
            );
        }
        let says = |occasion: Occasion| raw.when.as_ref().is_none_or(|when| when.value.0.iter().any(|word| word.value == occasion));
        let before = self.before_stop(raw, says(Occasion::BeforeStop));
        Notify { span: span.clone(), before_stop: before, failure: says(Occasion::Failure), to: self.receivers(raw) }
    }

    /// How long before a stop, nothing when `when` leaves stops out.
    fn before_stop(&mut self, raw: &RawNotify, announced: bool) -> Option<SignedDuration> {
        let Some(written) = &raw.before_stop else { return announced.then_some(BEFORE_STOP) };
        let before = written.value.0;
        if before <= SignedDuration::ZERO || before > LONGEST {
            let wrong = Diagnostic::error("`before-stop` is from 1 s to 7 d", written.span.clone());
            self.error(wrong.help("`15m` leaves time to save work, or to ask for more"));
        }
        if let Some(when) = raw.when.as_ref().filter(|_| !announced) {
            let idle = Diagnostic::warning("`before-stop` does nothing, since `when` does not name it", written.span.clone());
            self.error(idle.also(when.span.clone(), "add `before-stop` here, or take the time away"));
        }
        announced.then_some(before)
    }

    fn receivers(&mut self, raw: &RawNotify) -> Vec<Target> {
        let mut known = BTreeSet::new();
        let mut all = Vec::new();
        for written in raw.to.iter().flat_map(|list| &list.value) {
            let Some(target) = self.receiver(written) else { continue };
            if known.insert(target.id()) {
                all.push(target);
            } else {
                self.error(Diagnostic::warning("this receiver stands here twice and is told once", written.span.clone()));
            }
        }
        all
    }

    fn receiver(&mut self, raw: &At<RawTarget>) -> Option<Target> {
        let RawTarget { webhook, exec, sns, format, refused } = &raw.value;
        let ways = usize::from(webhook.is_some()) + usize::from(exec.is_some()) + usize::from(sns.is_some());
        if ways > 1 || (ways == 0 && refused.is_empty()) {
            self.error(Diagnostic::error("a receiver is one of `webhook`, `exec` and `sns`", raw.span.clone()));
        }
        let way = if let Some(webhook) = webhook {
            Way::Webhook(source(&webhook.value)?)
        } else if let Some(topic) = sns {
            Way::Sns { arn: topic.value.0.clone() }
        } else {
            Way::Exec(self.command(&exec.as_ref()?.value, &raw.span))
        };
        let format = self.format(&way, format.as_ref());
        Some(Target { way, format })
    }

    fn command(&mut self, words: &[At<AsWritten>], span: &Span) -> Vec<String> {
        if words.first().is_none_or(|word| word.value.0.trim().is_empty()) {
            self.error(
                Diagnostic::error("`exec` names no command", span.clone())
                    .help("write the command and its arguments: `exec: [scripts/page.sh]`"),
            );
        }
        words.iter().map(|word| word.value.0.clone()).collect()
    }

    /// The form of the message: what a receiver cannot read is refused, what is not written follows from the receiver.
    fn format(&mut self, way: &Way, written: Option<&At<FormatWord>>) -> Format {
        let format = match (written.map(|word| word.value), way) {
            (Some(FormatWord::Slack), _) => Format::Slack,
            (Some(FormatWord::Teams), _) => Format::Teams,
            (Some(FormatWord::Text), _) | (None, Way::Sns { .. }) => Format::Text,
            (Some(FormatWord::Json), _) | (None, _) => Format::Json,
        };
        let (fits, takes) = match way {
            Way::Sns { .. } => (matches!(format, Format::Text | Format::Json), "a topic takes `text`, which is the default, or `json`"),
            Way::Webhook(_) => (format != Format::Text, "a webhook takes `slack`, `teams` or `json`, which is the default"),
            Way::Exec(_) => (format == Format::Json, "a command reads JSON on stdin: leave `format` out"),
        };
        if let Some(word) = written.filter(|_| !fits) {
            self.error(
                Diagnostic::error(format!("`format: {}` does not fit this receiver", format.as_str()), word.span.clone()).help(takes),
            );
        }
        format
    }
}

fn source(webhook: &Either<WebhookUrl, RawWebhook>) -> Option<Source> {
    match webhook {
        Either::Word(url) => Some(Source::Loopback(url.0.clone())),
        Either::Section(section) => section.env.as_ref().map(|name| Source::Env(name.value.0.clone())),
    }
}
