//! `muster rule inspect`.

use std::path::Path;

use muster_core::finding::{PackId, Rule};
use muster_core::lock::LockedPack;
use muster_core::text::escaped_lines;
use muster_host::author::{Manifest, check_name, imported, pin};
use serde_json::{Map, Value, json};

use super::pack::{read, size};
use crate::advisor::place;
use crate::app::App;
use crate::args::RuleInspect;
use crate::error::CommandError;
use crate::exit::Exit;

/// What is known of a component.
pub(super) struct Known {
    /// What it says of itself.
    pub(super) manifest: Manifest,
    /// Its rules.
    pub(super) rules: Vec<Rule>,
    /// What fleet.lock would hold.
    pub(super) locked: LockedPack,
    /// False when it had no manifest, so that it was run to describe itself.
    pub(super) unrun: bool,
}

/// Shows a pack.
pub(super) fn run(app: &App, args: &RuleInspect) -> Result<Exit, CommandError> {
    let bytes = read(&args.file)?;
    let known = known(app, &args.file, &bytes)?;
    if args.iam {
        app.terminal.json(&policy(&known.locked))?;
    } else if args.schema {
        app.terminal
            .json(&Value::Object(known.rules.iter().map(|rule| (rule.id.clone(), Value::Object(rule.params.clone()))).collect()))?;
    } else if args.json {
        app.terminal.json(&whole(&known, &bytes))?;
    } else {
        app.terminal.result(&text(&known, &bytes))?;
    }
    if !known.unrun {
        app.terminal.warn("it carries no manifest, so it was run to describe itself; `muster rule build` writes one");
    }
    Ok(Exit::Done)
}

/// Reads what a component says of itself; one without a manifest is asked.
pub(super) fn known(app: &App, file: &Path, bytes: &[u8]) -> Result<Known, CommandError> {
    let unusable = |error: Box<dyn std::error::Error + Send + Sync>| {
        CommandError::invalid(format!("{} cannot be used", file.display()))
            .because(error)
            .hint("a pack is what `muster rule build` writes: NAME.wasm beside muster-rule.toml")
    };
    let found = Manifest::of(bytes).map_err(|error| unusable(error.into()))?;
    let (manifest, unrun) = match found {
        Some(manifest) => (manifest, true),
        None => (asked(app, file, bytes)?, false),
    };
    let rules = manifest.described().map_err(|error| unusable(error.into()))?.rules;
    let locked = pin::pinned(bytes, &manifest, &rules);
    Ok(Known { manifest, rules, locked, unrun })
}

fn asked(app: &App, file: &Path, bytes: &[u8]) -> Result<Manifest, CommandError> {
    let unusable = |error: Box<dyn std::error::Error + Send + Sync>| {
        CommandError::invalid(format!("{} cannot be used", file.display()))
            .because(error)
            .hint("a pack is what `muster rule build` writes: NAME.wasm beside muster-rule.toml")
    };
    let name = file.file_stem().map(|name| name.to_string_lossy().into_owned());
    let name = name.filter(|name| check_name(name).is_ok()).unwrap_or_else(|| "unnamed".to_owned());
    let id = PackId { name, version: "0".to_owned() };
    let host = place::host(app)?;
    let _ticks = host.ticker()?;
    let pack = host.load(id.clone(), bytes).map_err(|error| unusable(error.into()))?;
    let described = host.describe(&pack).map_err(|error| unusable(error.into()))?;
    Manifest::new(&id, "unknown", &described).map_err(|error| unusable(error.into()))
}

/// An IAM policy with exactly the actions.
fn policy(locked: &LockedPack) -> Value {
    let statement = json!({"Sid": "ReadForRules", "Effect": "Allow", "Action": locked.actions, "Resource": "*"});
    json!({"Version": "2012-10-17", "Statement": if locked.actions.is_empty() { json!([]) } else { json!([statement]) }})
}

fn whole(known: &Known, bytes: &[u8]) -> Value {
    let Known { manifest, locked, .. } = known;
    json!({
        "name": locked.name, "version": locked.version, "language": manifest.language, "interface": locked.interface, "bytes": bytes.len(),
        "digest": locked.digest, "imports": imports(bytes), "needs": locked.needs, "actions": locked.actions, "rules": manifest.rules,
    })
}

fn imports(bytes: &[u8]) -> Vec<String> {
    imported(bytes).unwrap_or_default()
}

fn text(known: &Known, bytes: &[u8]) -> String {
    let Known { manifest, locked, .. } = known;
    let none = |list: String| if list.is_empty() { "none".to_owned() } else { list };
    let mut out = format!(
        "{} {}, {}, interface {}, {}\n",
        locked.name,
        locked.version,
        manifest.language,
        locked.interface,
        size(bytes.len() as u64)
    );
    out.push_str(&format!("digest   {}\nimports  {}\n", locked.digest, none(imports(bytes).join(", "))));
    let needs: Vec<String> = locked.needs.iter().map(|(kind, facets)| need(kind, facets.iter().map(String::as_str))).collect();
    out.push_str(&format!("reads    {}\n", none(needs.join("; "))));
    out.push_str(&format!("IAM      {}\n", none(locked.actions.iter().map(String::as_str).collect::<Vec<_>>().join(", "))));
    known.rules.iter().for_each(|rule| out.push_str(&one(rule, &locked.name)));
    // Language, kinds, parameters: all of it is what the pack says.
    escaped_lines(out)
}

fn need<'a>(kind: &str, facets: impl Iterator<Item = &'a str>) -> String {
    let facets: Vec<&str> = facets.collect();
    if facets.is_empty() { kind.to_owned() } else { format!("{kind} with {}", facets.join(", ")) }
}

fn one(rule: &Rule, pack: &str) -> String {
    let mut out = format!("\n{pack}/{}  {} {}\n  {}\n", rule.id, rule.severity, rule.category, rule.title);
    let properties = rule.params.get("properties").and_then(Value::as_object).cloned().unwrap_or_else(Map::new);
    for (name, schema) in &properties {
        let default = schema.get("default").map(|default| format!(", default {default}")).unwrap_or_default();
        let about = schema.get("description").and_then(Value::as_str).map(|text| format!(": {text}")).unwrap_or_default();
        out.push_str(&format!("  parameter {name}{default}{about}\n"));
    }
    out
}
