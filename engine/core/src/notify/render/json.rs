//! A notice for programs.

use serde_json::{Value, json};

use super::super::notice::{Failed, Happening, Notice, Resource, Stop};
use super::super::text::{Words, clean};
use super::{SNS_MAX_BYTES, fitted};
use crate::plan::words;

/// Version of the JSON, as its `format`; `docs/notify.md` describes it.
pub const FORMAT: u32 = 1;

/// The JSON. It lists everything, as far as the largest message that SNS takes.
pub(super) fn body(notice: &Notice) -> String {
    let lines = match &notice.what {
        Happening::Stop(stop) => stop.resources.len(),
        Happening::Failure { steps, .. } => steps.len(),
    };
    fitted(lines, lines, |shown| whole(notice, shown).to_string(), |text| text.len() <= SNS_MAX_BYTES)
}

fn whole(notice: &Notice, shown: usize) -> Value {
    let words = Words::of(notice);
    let mut all = json!({
        "format": FORMAT,
        "key": notice.key,
        "event": if notice.stop().is_some() { "before-stop" } else { "failure" },
        "title": words.title,
        "fleet": notice.fleet,
        "sandbox": notice.sandbox,
        "at": notice.at,
        "where": notice.origin,
    });
    let rest = match &notice.what {
        Happening::Stop(stop) => of_stop(notice, stop, shown),
        Happening::Failure { subject, since, steps } => {
            let listed: Vec<Value> = steps.iter().take(shown).map(step).collect();
            json!({"subject": subject, "since": since, "steps": listed, "more": steps.len() - listed.len()})
        }
    };
    if let (Value::Object(all), Value::Object(rest)) = (&mut all, rest) {
        all.extend(rest);
        all.insert("next".to_owned(), json!(words.advice));
    }
    all
}

fn of_stop(notice: &Notice, stop: &Stop, shown: usize) -> Value {
    let listed: Vec<Value> = stop.resources.iter().take(shown).map(resource).collect();
    let snooze = stop.snooze.as_ref().map(|snooze| json!({"tag": snooze.tag, "max-seconds": snooze.max.map(|max| max.as_secs())}));
    json!({
        "schedule": stop.schedule,
        "edge": stop.at,
        "local": words::instant(stop.at, &notice.timezone),
        "timezone": notice.timezone,
        "in-seconds": stop.at.duration_since(notice.at).as_secs(),
        "resources": listed,
        "more": stop.resources.len() - listed.len(),
        "unread": stop.unread,
        "snooze": snooze,
    })
}

fn resource(resource: &Resource) -> Value {
    json!({
        "address": resource.address,
        "name": resource.name,
        "title": resource.title.as_deref().map(clean),
        "id": resource.id,
        "kind": resource.kind,
        "account": resource.account,
        "region": resource.region,
        "action": resource.action,
    })
}

fn step(step: &Failed) -> Value {
    json!({
        "address": clean(&step.address),
        "action": step.action,
        "id": step.id,
        "account": step.account,
        "region": step.region,
        "code": step.code,
        "why": clean(&step.why),
        "request": step.request,
        "next": step.next,
    })
}
