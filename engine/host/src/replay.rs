//! A fault to take home: one file with the component, the documents and the question.
//!
//! ```text
//! muster-replay 1
//! {"pack":…,"rule":…,"documents":[…],…}      one line of JSON
//! …                                          the component's bytes
//! ```
//! It holds what was observed of the account. Whoever passes it on should look at its second line first.

use std::io::{self, BufRead, Read as _};
use std::num::NonZeroUsize;
use std::sync::Arc;

use muster_core::digest::sha256_hex;
use muster_core::finding::{Fault, Finding, PackId, Rule, Severity, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::document::Document;
use crate::error::ReplayError;
use crate::evaluate::{Job, LogLine, Prepared, Run};
use crate::host::Host;
use crate::limits::Limits;
use crate::pulse::Cancel;

/// Version of the file's format.
pub(crate) const FORMAT: u32 = 1;
/// First word of the file.
const MAGIC: &str = "muster-replay";
/// Largest first line that is read, in bytes: the word and a number.
const FIRST_MAX_BYTES: usize = 64;
/// Largest second line that is read, in bytes: the documents of one call and what stands around them, escaped.
const HEADER_MAX_BYTES: usize = 512 << 20;

/// What is needed to see a fault again.
#[derive(Debug, Clone)]
pub struct Replay {
    header: Header,
    component: Arc<[u8]>,
}

/// The second line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Header {
    pack: PackId,
    /// Of the component: `sha256:…`.
    digest: String,
    rule: String,
    /// What the pack said of the rule.
    description: Rule,
    params: Map<String, Value>,
    severity: Severity,
    /// Seconds since 1970.
    now: u64,
    limits: Limits,
    documents: Vec<Document>,
    /// What happened.
    fault: Fault,
}

/// What happened this time.
#[derive(Debug)]
pub struct Replayed {
    /// What the rule found; one errored finding for each document when it failed again.
    pub findings: Vec<Finding>,
    /// What it logged.
    pub log: Vec<LogLine>,
    /// What happened when the file was written.
    pub then: Fault,
    /// What happened now, if it failed.
    pub now: Option<Arc<Fault>>,
    /// Fuel it used.
    pub fuel: u64,
}

impl Replayed {
    /// Whether it failed in the same way, by the same limit.
    #[must_use]
    pub fn same(&self) -> bool {
        let hit = |fault: &Fault| fault.limit.as_ref().map(|limit| limit.name.clone());
        self.now.as_ref().is_some_and(|now| now.kind == self.then.kind && hit(now) == hit(&self.then))
    }
}

impl Replay {
    pub(crate) fn of(prepared: &Prepared<'_>, run: &Run<'_>, fault: &Fault, documents: &[&Document]) -> Self {
        let job = prepared.job;
        let header = Header {
            pack: (*job.pack.id).clone(),
            digest: job.pack.digest.clone(),
            rule: job.rule.id.clone(),
            description: job.rule.clone(),
            params: job.params.clone(),
            severity: job.severity,
            now: run.now,
            limits: job.pack.limits(run.limits),
            documents: documents.iter().map(|document| (*document).clone()).collect(),
            fault: fault.clone(),
        };
        Self { header, component: Arc::clone(&job.pack.bytes) }
    }

    /// A name for its file: pack, rule and a digest of all it holds, so that the same fault has the same file.
    #[must_use]
    pub fn file_name(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
        let name: String = format!("{}-{}", self.header.pack.name, self.header.rule).chars().take(120).map(plain).collect();
        name + &ending(self.line().as_bytes())
    }

    /// The file's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        [format!("{MAGIC} {FORMAT}\n{}\n", self.line()).as_bytes(), &self.component].concat()
    }

    fn line(&self) -> String {
        // Plain types with string keys: it cannot fail.
        serde_json::to_string(&self.header).unwrap_or_default()
    }

    /// Reads a file's bytes. They may come from anybody.
    ///
    /// # Errors
    /// When they are no replay, one of a later format, or hold another component than they name.
    pub fn decode(bytes: &[u8]) -> Result<Self, ReplayError> {
        Self::decode_within(bytes, HEADER_MAX_BYTES)
    }

    fn decode_within(bytes: &[u8], most: usize) -> Result<Self, ReplayError> {
        let broken = |why: &str| ReplayError::Format(why.to_owned());
        let (first, rest) = line_of(bytes, FIRST_MAX_BYTES).ok_or_else(|| broken("its first line is missing"))?;
        let format = first.strip_prefix(MAGIC).and_then(|number| number.trim().parse().ok());
        match format {
            Some(FORMAT) => {}
            Some(newer) => return Err(ReplayError::Newer(newer)),
            None => return Err(broken("its first line is not `muster-replay 1`")),
        }
        let (second, component) = line_of(rest, most).ok_or_else(|| broken("its second line is missing, or too long"))?;
        let mut header: Header = serde_json::from_str(second).map_err(|error| ReplayError::Format(error.to_string()))?;
        header.description.id.clone_from(&header.rule);
        if header.digest != format!("sha256:{}", sha256_hex(component)) {
            return Err(ReplayError::Digest);
        }
        Ok(Self { header, component: component.into() })
    }
}

/// Whether a file of this name and content is a replay file as muster wrote it, in whatever format: its name ends in a digest of its
/// second line. The component behind that line is not read.
///
/// # Errors
/// When the file cannot be read.
pub fn is_replay(name: &str, file: &mut impl BufRead) -> io::Result<bool> {
    let mut line = |most: usize| {
        let mut line = Vec::new();
        file.by_ref().take(most as u64).read_until(b'\n', &mut line)?;
        Ok::<_, io::Error>(line)
    };
    let first = line(FIRST_MAX_BYTES)?;
    if !first.starts_with(MAGIC.as_bytes()) || !first.ends_with(b"\n") {
        return Ok(false);
    }
    let second = line(HEADER_MAX_BYTES)?;
    Ok(second.strip_suffix(b"\n").is_some_and(|second| name.ends_with(&ending(second))))
}

/// What the name of a replay file ends in, by its second line.
fn ending(line: &[u8]) -> String {
    format!("-{}.replay", &sha256_hex(line)[..16])
}

/// The text before the first line feed, of `max` bytes at most, and the bytes after it.
fn line_of(bytes: &[u8], max: usize) -> Option<(&str, &[u8])> {
    let end = bytes.iter().take(max.saturating_add(1)).position(|byte| *byte == b'\n')?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 1..]))
}

impl Host {
    /// Runs a replay: the same question to the same component over the same documents, within the limits it was written
    /// under or this host's, whichever is stricter.
    ///
    /// # Errors
    /// When its component does not load here, or no thread could be started.
    pub fn replay(&self, replay: &Replay) -> Result<Replayed, ReplayError> {
        let header = &replay.header;
        let pack = self.load(header.pack.clone(), &replay.component)?;
        let memory = header.limits.memory_bytes;
        // As fleet.lock gave it then, within the same bounds.
        let pack = if memory > Limits::default().memory_bytes { pack.with_memory(memory)? } else { pack };
        let job =
            Job { pack: &pack, rule: &header.description, params: &header.params, severity: header.severity, documents: &header.documents };
        // The batch is already the smallest.
        let limits = Limits { halving_calls: 0, replays: 0, ..header.limits.at_most(self.limits) };
        let cancel = Cancel::default();
        let run = Run { limits, now: header.now, cancel: &cancel, as_given: false };
        let evaluation = self.run(&[job], &run, NonZeroUsize::MIN)?;
        let failed = evaluation.findings.iter().find(|finding| finding.verdict == Verdict::Errored);
        Ok(Replayed {
            now: failed.and_then(|finding| finding.fault.clone()),
            then: header.fault.clone(),
            log: evaluation.log,
            fuel: evaluation.work.iter().map(|work| work.fuel).sum(),
            findings: evaluation.findings,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_line_is_read_up_to_its_limit_and_no_further() {
        let said = |most| Replay::decode_within(b"muster-replay 1\n{\"pack\":1}\ncomponent", most).expect_err("no replay").to_string();
        assert!(said(10).contains("invalid type: integer `1`"), "ten bytes are read, and are no header: {}", said(10));
        assert_eq!(said(9), "this is no replay file: its second line is missing, or too long");
        assert_eq!(line_of(b"ab\nc", 2), Some(("ab", &b"c"[..])));
        assert_eq!(line_of(b"ab\nc", 1), None);
    }
}
