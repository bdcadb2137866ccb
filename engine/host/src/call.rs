//! One call of a guest: a new store, everything armed, and what came of it.

use muster_core::finding::{FaultKind, LimitHit};
use wasmtime::{Error, Store, Trap, WasmBacktrace};

use crate::bindings::exports::muster::rule::check;
use crate::document::Batch;
use crate::host::Pack;
use crate::limits::{Limits, WASM_STACK_BYTES};
use crate::pulse::Cancel;
use crate::state::{Ended, Line, State};
use crate::text::clean;

/// Longest cause that is kept, in bytes: it stands in the message of every finding the fault is about.
pub(crate) const CAUSE_MAX_BYTES: usize = 1_000;
/// What wasmtime says of a count over its limit, and the limit. Its types for these are private; tests hold the words
/// against the version in use.
const COUNTS: [(&str, &str); 4] = [
    ("instance count too high", "instances"),
    ("memory count too high", "memories"),
    ("table count too high", "tables"),
    ("store handle limit exceeded", "component_handles"),
];

/// Why a call gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    Fault { kind: FaultKind, limit: Option<LimitHit>, cause: String, frames: Vec<String> },
    Cancelled,
}

impl Stop {
    /// A fault. Its cause may quote a guest, whatever the length: it is cut and escaped here, and nowhere else.
    pub(crate) fn new(kind: FaultKind, limit: Option<LimitHit>, cause: impl AsRef<str>) -> Self {
        Self::Fault { kind, limit, cause: clean(cause.as_ref(), CAUSE_MAX_BYTES), frames: Vec::new() }
    }

    /// The same with the functions it stopped in, innermost first.
    fn within(self, within: Vec<String>) -> Self {
        match self {
            Self::Fault { kind, limit, cause, .. } => Self::Fault { kind, limit, cause, frames: within },
            Self::Cancelled => Self::Cancelled,
        }
    }
}

/// A call that came to an end, one way or the other.
pub(crate) struct Done<T> {
    pub(crate) answer: Result<T, Stop>,
    pub(crate) log: Vec<Line>,
    /// Fuel it used.
    pub(crate) fuel: u64,
    /// Linear memory it ended with, in bytes; it never shrinks.
    pub(crate) memory: u64,
}

/// What rule is called, with what beside the documents.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) rule: &'a str,
    pub(crate) params: &'a str,
    /// Seconds since 1970.
    pub(crate) now: u64,
}

/// Asks a pack what its rules are.
pub(crate) fn describe(pack: &Pack, limits: Limits, cancel: &Cancel) -> Done<Vec<check::Rule>> {
    run(pack, limits, cancel, (0, 0), |guest, store| guest.call_describe(store))
}

/// Asks one rule about one batch.
pub(crate) fn evaluate(
    pack: &Pack,
    limits: Limits,
    cancel: &Cancel,
    question: Question<'_>,
    batch: &Batch<'_>,
) -> Done<Result<Vec<check::Finding>, check::Failure>> {
    let given = (batch.documents.len() as u64, batch.bytes());
    run(pack, limits, cancel, given, |guest, store| guest.call_evaluate(store, question.rule, question.params, question.now, &batch.frame))
}

/// The store lives for exactly one call: after a trap wasmtime refuses to enter it again, after a bad answer it does
/// not, and in both cases the guest's memory is as the failure left it.
fn run<T>(
    pack: &Pack,
    limits: Limits,
    cancel: &Cancel,
    (documents, bytes): (u64, u64),
    call: impl FnOnce(&check::Guest, &mut Store<State>) -> wasmtime::Result<T>,
) -> Done<T> {
    let (fuel, limits) = (limits.fuel(documents, bytes), pack.limits(limits).of_call(documents, bytes));
    let refuse = |error: &Error| Stop::new(FaultKind::Start, None, chain(error));
    let mut store = match State::store(pack.linked.engine(), limits, cancel.clone(), fuel) {
        Ok(store) => store,
        Err(error) => return Done { answer: Err(refuse(&error)), log: Vec::new(), fuel: 0, memory: 0 },
    };
    let (result, started) = match pack.linked.instantiate(&mut store) {
        Ok(guest) => (call(guest.muster_rule_check(), &mut store), true),
        Err(error) => (Err(error), false),
    };
    let left = store.get_fuel().unwrap_or(0);
    let state = store.into_data();
    let answer = result.map_err(|error| Cause { error: &error, limits: &limits, refused: state.refused, started, fuel }.stop());
    Done { answer, memory: state.memory, log: state.log, fuel: fuel - left }
}

/// What a failed call is judged by.
struct Cause<'a> {
    error: &'a Error,
    limits: &'a Limits,
    refused: Option<&'static str>,
    started: bool,
    fuel: u64,
}

impl Cause<'_> {
    fn stop(&self) -> Stop {
        if let Some(ended) = self.error.downcast_ref::<Ended>() {
            return match ended {
                Ended::Cancelled => Stop::Cancelled,
                Ended::Limit { kind, limit, cause } => self.fault(*kind, Some(limit.clone()), (*cause).to_owned()),
            };
        }
        match self.error.downcast_ref::<Trap>() {
            Some(trap) => self.trapped(*trap),
            None => self.refused(),
        }
    }

    fn trapped(&self, trap: Trap) -> Stop {
        let said = trap.to_string();
        let said = said.strip_prefix("wasm trap: ").unwrap_or(&said).to_owned();
        match trap {
            Trap::OutOfFuel => self.fault(FaultKind::Time, Some(hit("fuel", self.fuel, "fuel")), said),
            Trap::StackOverflow => self.fault(FaultKind::Space, Some(hit("wasm-stack-bytes", WASM_STACK_BYTES as u64, "bytes")), said),
            _ => match self.refused {
                Some(limit) => self.fault(FaultKind::Space, Some(self.limits.hit(limit)), format!("{said}, after it was refused more")),
                None => self.fault(FaultKind::Trap, None, said),
            },
        }
    }

    /// Neither a trap nor ours: wasmtime refused to start it, or to take what it gave.
    fn refused(&self) -> Stop {
        let said = chain(self.error);
        // wasmtime's own type for this is private. A test holds the words against the version in use.
        if said.contains("fuel allocated for hostcalls has been exhausted") {
            return self.fault(FaultKind::Flood, Some(self.limits.hit("hostcall_bytes")), "it handed over too much at once".to_owned());
        }
        if let Some((_, limit)) = COUNTS.iter().find(|(words, _)| said.contains(words)) {
            return self.fault(FaultKind::Space, Some(self.limits.hit(limit)), said);
        }
        let starts = ["memory minimum size", "table minimum size"];
        if !self.started && (self.refused.is_some() || starts.iter().any(|words| said.contains(words))) {
            return self.fault(FaultKind::Space, self.refused.map(|limit| self.limits.hit(limit)), said);
        }
        self.fault(if self.started { FaultKind::BadOutput } else { FaultKind::Start }, None, said)
    }

    fn fault(&self, kind: FaultKind, limit: Option<LimitHit>, cause: String) -> Stop {
        Stop::new(kind, limit, cause).within(self.frames())
    }

    fn frames(&self) -> Vec<String> {
        let trace = self.error.downcast_ref::<WasmBacktrace>();
        let frames = trace.map(WasmBacktrace::frames).unwrap_or_default();
        let named = |frame: &wasmtime::FrameInfo| {
            frame.func_name().map_or_else(|| format!("function {}", frame.func_index()), |name| clean(name, 200))
        };
        frames.iter().map(named).collect()
    }
}

fn hit(name: &str, value: u64, unit: &str) -> LimitHit {
    LimitHit { name: name.to_owned(), value, unit: unit.to_owned() }
}

/// The causes of `error` from outside in, without the backtrace that wasmtime carries as one of them.
fn chain(error: &Error) -> String {
    let parts: Vec<String> = error.chain().map(ToString::to_string).filter(|part| !part.contains("wasm backtrace")).collect();
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cause_is_longer_than_a_message() {
        let Stop::Fault { cause, .. } = Stop::new(FaultKind::BadOutput, None, "\u{1b}x".repeat(100_000)) else { panic!("a fault") };
        assert!(cause.starts_with(r"\u{1b}x\u{1b}x") && cause.ends_with('…'), "{cause}");
        assert!(cause.len() < CAUSE_MAX_BYTES + 20, "{} bytes", cause.len());
    }
}
