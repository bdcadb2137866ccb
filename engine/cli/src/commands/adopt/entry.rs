//! The entry of fleet.yaml that describes what is there.

use muster_core::address::Address;
use muster_core::cloud::{Database, Instance, Kind, PlaceView, Snapshot};

use super::find::Candidate;
use crate::error::CommandError;

/// YAML to paste into fleet.yaml; every value is one that was read.
pub(crate) fn yaml(snapshot: &Snapshot, address: &str, candidates: &[Candidate]) -> Result<String, CommandError> {
    let entry = Address::from_text(address);
    let main = candidates.iter().find(|candidate| matches!(candidate.kind, Kind::Instance | Kind::Database));
    let Some(main) = main else {
        return Err(CommandError::usage("an entry is written from an instance or a database, and none is among the ids"));
    };
    let view = snapshot.places.get(&main.place).ok_or_else(|| CommandError::failed(format!("{} was not read", main.place)))?;
    let lines = match main.kind {
        Kind::Database => view.databases.seen().iter().find(|one| one.name == main.id).map(database),
        _ => view.instances.seen().iter().find(|one| one.id == main.id).map(|one| instance(view, one)),
    };
    let section = if main.kind == Kind::Database { "databases" } else { "users" };
    let mut out = format!("{section}:\n  {}:\n    in: {}\n", scalar(entry.entry_name()), main.place);
    for (key, value) in lines.unwrap_or_default() {
        out.push_str(&format!("    {key}: {value}\n"));
    }
    Ok(out)
}

fn instance(view: &PlaceView, instance: &Instance) -> Vec<(&'static str, String)> {
    let mut lines = vec![("image", instance.image.clone()), ("type", instance.instance_type.clone())];
    let volume = view.volumes.seen().iter().find(|volume| Some(&volume.id) == instance.root_volume.as_ref());
    if let Some(volume) = volume {
        lines.push(("disk", format!("{{size: {}GiB, type: {}, encrypted: {}}}", volume.size_gib, volume.volume_type, volume.encrypted)));
    }
    lines.push(("imds", if instance.imds_required { "required" } else { "optional" }.to_owned()));
    if let (Some(vpc), Some(subnet)) = (&instance.vpc, &instance.subnet) {
        lines.push(("network", format!("{{vpc: {vpc}, subnet: {subnet}}}")));
    }
    lines.push(("public-ip", instance.public_ip.is_some().to_string()));
    lines.push(("ssh-from", format!("[{}]", ssh_sources(view, instance).join(", "))));
    let public = view.keys.seen().iter().find(|key| Some(&key.name) == instance.key_name.as_ref()).and_then(|key| key.public_key.clone());
    if let Some(public) = public {
        lines.push(("key", scalar(&public)));
    }
    lines
}

/// CIDRs that may reach port 22 through any of the instance's groups.
fn ssh_sources(view: &PlaceView, instance: &Instance) -> Vec<String> {
    let groups = view.groups.seen().iter().filter(|group| instance.groups.contains(&group.id));
    let rules = groups.flat_map(|group| &group.ingress);
    let open = rules.filter(|rule| rule.from_port <= 22 && 22 <= rule.to_port && rule.source.contains('/'));
    let mut sources: Vec<String> = open.map(|rule| rule.source.clone()).collect();
    sources.sort();
    sources.dedup();
    sources
}

fn database(database: &Database) -> Vec<(&'static str, String)> {
    vec![
        ("engine", database.engine.clone()),
        ("version", scalar(&database.engine_version)),
        ("class", database.class.clone()),
        ("storage", format!("{{size: {}GiB, type: {}, encrypted: {}}}", database.storage_gib, database.storage_type, database.encrypted)),
        ("master-user", scalar(&database.master_user)),
        ("backup", format!("{{retention: {}d, window: '{}'}}", database.backup_retention_days, database.backup_window)),
        ("multi-az", database.multi_az.to_string()),
        ("public", database.public.to_string()),
        ("iam-authentication", database.iam_authentication.to_string()),
        ("performance-insights", database.performance_insights.to_string()),
        ("deletion-protection", database.deletion_protection.to_string()),
    ]
}

/// A string that YAML reads as that string.
fn scalar(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
