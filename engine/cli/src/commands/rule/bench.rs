//! `muster rule bench`.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use muster_core::facet::Fact;
use muster_host::author::{Baseline, Case, Measure, documents, spread};
use muster_host::{Cancel, Job};

use super::pack::{Desk, Folder, size};
use super::test;
use crate::advisor::aside::aside;
use crate::app::App;
use crate::args::RuleBench;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::{put, reason};

/// What was measured before, in the folder of the pack.
pub(super) const FILE: &str = "bench.json";

/// What one rule took.
struct Measured {
    measure: Measure,
    /// Of every round, sorted.
    times: Vec<Duration>,
}

/// Measures every rule that has a case.
pub(super) async fn run(app: &App, args: &RuleBench) -> Result<Exit, CommandError> {
    let folder = Folder::open(&args.pack.pack)?;
    let desk = folder.desk(app).await?;
    let rules = &desk.ready.rules;
    let mut cases: BTreeMap<usize, Vec<Case>> = BTreeMap::new();
    for file in folder.cases()? {
        let bytes =
            fs::read(&file).map_err(|error| CommandError::invalid(format!("{} cannot be read: {}", file.display(), reason(&error))))?;
        let case = test::read(app, &file, &bytes, rules)?;
        cases.entry(case.rule).or_default().push(case);
    }
    let mut measured = BTreeMap::new();
    let (documents, rounds) = (args.documents as usize, args.rounds);
    for (at, rule) in rules.iter().enumerate() {
        match cases.remove(&at).filter(|cases| cases.iter().any(|case| !case.given.is_empty())) {
            Some(cases) => {
                let own = Arc::clone(&desk);
                let measure = aside(move || measure(&own, at, &cases, documents, rounds)).await??;
                measured.insert(rule.id.clone(), measure);
            }
            None => app.terminal.warn(&format!("rule `{}` has no case, so there is nothing to measure it on", rule.id)),
        }
    }
    show(app, &measured)?;
    judge(app, &folder, measured, args.bless)
}

fn measure(desk: &Desk, at: usize, cases: &[Case], most: usize, rounds: u32) -> Result<Measured, CommandError> {
    let Desk { host, ready } = desk;
    let (rule, _ticks) = (&ready.rules[at], host.ticker()?);
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
        CommandError::failed(format!("rule `{}` could not be measured", rule.id)).because(error)
    };
    let given: Vec<Fact> = cases.iter().flat_map(|case| case.given.iter().cloned()).collect();
    let documents = documents(rule, &spread(&given, most)).map_err(|error| failed(error.into()))?;
    let job = Job { pack: &ready.pack, rule, params: &cases[0].params, severity: rule.severity, documents: &documents };
    let now = u64::try_from(cases[0].now.as_second()).unwrap_or(0);
    let (mut times, mut last) = (Vec::new(), None);
    for _ in 0..rounds {
        let from = Instant::now();
        let evaluation =
            host.evaluate(std::slice::from_ref(&job), now, NonZeroUsize::MIN, &Cancel::default()).map_err(|error| failed(error.into()))?;
        times.push(from.elapsed());
        if let Some(fault) = evaluation.findings.iter().find_map(|finding| finding.fault.as_ref()) {
            return Err(failed(fault.to_string().into()));
        }
        last = evaluation.work.into_iter().next();
    }
    times.sort();
    let work = last.ok_or_else(|| failed("it was never asked".into()))?;
    Ok(Measured { measure: Measure { documents: work.documents as u64, fuel: work.fuel, memory: work.memory }, times })
}

fn show(app: &App, measured: &BTreeMap<String, Measured>) -> Result<(), CommandError> {
    let mut out = String::new();
    for (rule, Measured { measure, times }) in measured {
        let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default();
        let (half, most) = (at(50).as_secs_f64() * 1e3, at(99).as_secs_f64() * 1e3);
        let each = measure.fuel / measure.documents.max(1);
        out.push_str(&format!(
            "{rule}: {} documents in {half:.2} ms (p50), {most:.2} ms (p99); {} fuel, {each} a document; {} of memory\n",
            measure.documents,
            measure.fuel,
            size(measure.memory)
        ));
    }
    app.terminal.result(&out)
}

fn judge(app: &App, folder: &Folder, measured: BTreeMap<String, Measured>, bless: bool) -> Result<Exit, CommandError> {
    let path = folder.path.join(FILE);
    let now: BTreeMap<String, Measure> = measured.into_iter().map(|(rule, measured)| (rule, measured.measure)).collect();
    let before = match fs::read_to_string(&path) {
        Ok(text) => Some(
            Baseline::read(&text)
                .map_err(|why| CommandError::invalid(format!("{} is not valid: {why}", path.display())).hint("`--bless` writes it anew")),
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(CommandError::invalid(format!("{} cannot be read: {}", path.display(), reason(&error)))),
    };
    let Some(before) = before.filter(|_| !bless) else {
        let text = serde_json::to_string_pretty(&Baseline::new(now)).map_err(|error| CommandError::failed("no JSON").because(error))?;
        put(&path, (text + "\n").as_bytes())
            .map_err(|error| CommandError::failed(format!("{} could not be written: {}", path.display(), reason(&error))))?;
        app.terminal.say(&format!("{} says so from now on", path.display()));
        return Ok(Exit::Done);
    };
    let regressions = before?.regressions(&now);
    if regressions.is_empty() {
        return Ok(Exit::Done);
    }
    regressions.iter().for_each(|regression| app.terminal.warn(&regression.to_string()));
    Err(CommandError::failed("a rule got slower").hint("`muster rule bench --bless` accepts what it takes now"))
}
