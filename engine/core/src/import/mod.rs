//! Schedules of other tools in our words.
//!
//! What the other tool decides plainly is decided the same by what comes out, at every instant. What does not carry over,
//! and what is decided otherwise on purpose, is a note. `docs/schedules/import.md` has both by tool.

mod clocks;
mod custodian;
mod days;
mod draft;
mod eventbridge;
mod instance_scheduler;
mod kube_downscaler;
mod live;
mod yaml;

use std::sync::Arc;

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::fleet::line;
use crate::schedule::Schedule;

pub use live::{Live, live};
pub use yaml::yaml;
pub(crate) use yaml::{entry, flow, name};

/// The tool that a schedule comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Instance Scheduler on AWS.
    InstanceScheduler,
    /// Cloud Custodian's offhours.
    Custodian,
    /// kube-downscaler, in Python and Go.
    KubeDownscaler,
    /// EventBridge schedules and rules that start and stop.
    Eventbridge,
}

/// A schedule in our words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Imported {
    /// What the other tool calls it.
    #[serde(skip)]
    pub name: Option<String>,
    /// What stands under its name in `schedules:`.
    pub schedule: Map<String, Value>,
    /// What does not carry over, and what is decided otherwise.
    pub notes: Vec<String>,
}

/// Reads one schedule, a JSON object in the tool's own field names.
///
/// # Errors
/// With the reason, when the tool itself refuses it or would do nothing with it, or when it cannot be said here.
pub fn import(source: Source, text: &str) -> Result<Imported, String> {
    let mut all = import_all(source, text)?;
    let first = all.swap_remove(0);
    match all.first() {
        None => Ok(first),
        Some(_) => Err("its targets differ, and one schedule cannot be about them all; import them apart".to_owned()),
    }
}

/// Reads a JSON object, which may hold several EventBridge schedules: those on the same targets make one schedule.
///
/// # Errors
/// As [`import`]. What comes back holds one schedule or more.
pub fn import_all(source: Source, text: &str) -> Result<Vec<Imported>, String> {
    let all = match source {
        Source::InstanceScheduler => vec![instance_scheduler::import(text)?],
        Source::Custodian => vec![custodian::import(text)?],
        Source::KubeDownscaler => vec![kube_downscaler::import(text)?],
        Source::Eventbridge => eventbridge::import(text)?,
    };
    all.iter().try_for_each(|imported| read(&imported.schedule).map(drop))?;
    if all.is_empty() { Err("it holds no schedule".to_owned()) } else { Ok(all) }
}

/// Reads one line and appends `{schedule, notes}` or `{error}`, and a line feed, to `out`.
///
/// A line with EventBridge schedules on several targets is answered with `{schedules: [{schedule, notes}, …]}`.
pub fn answer(source: Source, line: &[u8], out: &mut Vec<u8>) {
    let text = std::str::from_utf8(line).map_err(|error| format!("this line is not UTF-8 after {} bytes", error.valid_up_to()));
    let answer = match text.and_then(|text| import_all(source, text)) {
        Ok(all) if all.len() > 1 => json!({"schedules": all}),
        Ok(all) => json!(all[0]),
        Err(error) => json!({"error": error}),
    };
    out.extend(answer.to_string().bytes());
    out.push(b'\n');
}

/// The schedule as fleet.yaml takes it, which may refuse, say, an instance type that only the other tool knows.
pub(crate) fn read(schedule: &Map<String, Value>) -> Result<Schedule, String> {
    let text = Value::Object(schedule.clone()).to_string();
    let node = crate::yaml::from_json(&Arc::from("line"), &text).map_err(|error| error.to_string())?;
    let refused = |problems: line::Problems| problems.first().map(crate::eval::in_words).unwrap_or_default();
    line::schedule(&node, None, &IndexMap::new()).map_err(|problems| format!("it cannot be said here: {}", refused(problems)))
}

/// An object in the tool's own field names.
fn object<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("not understood: {error}"))
}
