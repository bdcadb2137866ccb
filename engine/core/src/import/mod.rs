//! Schedules of other tools in our words.
//!
//! What the other tool decides plainly is decided the same by what comes out, at every instant. What does not carry over,
//! and what is decided otherwise on purpose, is a note. `docs/schedules/import.md` has both by tool.

mod clocks;
mod custodian;
mod days;
mod draft;
mod instance_scheduler;
mod kube_downscaler;
mod yaml;

use std::sync::Arc;

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::fleet::line;

pub use yaml::yaml;

/// The tool that a schedule comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Instance Scheduler on AWS.
    InstanceScheduler,
    /// Cloud Custodian's offhours.
    Custodian,
    /// kube-downscaler, in Python and Go.
    KubeDownscaler,
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
    let imported = match source {
        Source::InstanceScheduler => instance_scheduler::import(text),
        Source::Custodian => custodian::import(text),
        Source::KubeDownscaler => kube_downscaler::import(text),
    }?;
    loads(&imported.schedule).map(|()| imported)
}

/// Reads one line and appends `{schedule, notes}` or `{error}`, and a line feed, to `out`.
pub fn answer(source: Source, line: &[u8], out: &mut Vec<u8>) {
    #[derive(Serialize)]
    struct Refusal {
        error: String,
    }
    let text = std::str::from_utf8(line).map_err(|error| format!("this line is not UTF-8 after {} bytes", error.valid_up_to()));
    // Text is always JSON, and a vector takes every byte.
    let _ = match text.and_then(|text| import(source, text)) {
        Ok(imported) => serde_json::to_writer(&mut *out, &imported),
        Err(error) => serde_json::to_writer(&mut *out, &Refusal { error }),
    };
    out.push(b'\n');
}

/// Whether fleet.yaml takes the schedule: an instance type, say, that only the other tool knows.
fn loads(schedule: &Map<String, Value>) -> Result<(), String> {
    let text = Value::Object(schedule.clone()).to_string();
    let node = crate::yaml::from_json(&Arc::from("line"), &text).map_err(|error| error.to_string())?;
    let problems = line::schedule(&node, None, &IndexMap::new()).err().unwrap_or_default();
    match problems.first() {
        Some(problem) => Err(format!("it cannot be said here: {}", crate::eval::in_words(problem))),
        None => Ok(()),
    }
}

/// An object in the tool's own field names.
fn object<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("not understood: {error}"))
}
