//! RDS instances, parameter groups and snapshots, and how they move over time.

use std::collections::BTreeMap;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::{Database, DbEvent, DbPatch, DbState, KeptSnapshot, ParameterGroup};
use muster_core::tags::{SNAPSHOT_OF, Tags};
use serde::{Deserialize, Serialize};

/// RDS starts a stopped instance by itself after this.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long RDS keeps events.
const EVENTS_KEPT: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long a snapshot takes.
const SNAPSHOT_LASTS: SignedDuration = SignedDuration::from_mins(3);

/// Minutes that a state lasts before it ends by itself.
const LASTS: [(&str, i64); 7] =
    [("creating", 6), ("starting", 5), ("stopping", 5), ("modifying", 5), ("rebooting", 1), ("deleting", 4), ("backing-up", 3)];

/// A database and what the API does not show of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Server {
    pub(crate) view: Database,
    /// When the present state ends by itself.
    pub(crate) due: Option<Timestamp>,
    /// What the running modification brings.
    pub(crate) applying: Option<DbPatch>,
    /// What waits for the maintenance window.
    pub(crate) deferred: Option<DbPatch>,
    /// Port, which shows in the endpoint only.
    pub(crate) port: u16,
    /// True once it is deleted.
    pub(crate) gone: bool,
}

/// A parameter group, its tags and the parameters a person set.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) view: ParameterGroup,
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) tags: Tags,
}

/// A snapshot of a database.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DbSnapshot {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) database: String,
    pub(crate) taken: Timestamp,
    pub(crate) tags: Tags,
    #[serde(default)]
    pub(crate) size_gib: u32,
    #[serde(default)]
    pub(crate) engine: String,
    #[serde(default)]
    pub(crate) encrypted: bool,
}

impl DbSnapshot {
    /// As a list of what removals kept shows it; nothing for any other.
    pub(crate) fn kept(&self) -> Option<KeptSnapshot> {
        let (id, of, source) = (self.name.clone(), self.tags.get(SNAPSHOT_OF)?.clone(), self.database.clone());
        Some(KeptSnapshot { id, of, source, created: Some(self.taken), size_gib: self.size_gib })
    }
}

impl DbSnapshot {
    /// As the API shows it at `now`.
    pub(crate) fn view(&self, now: Timestamp) -> muster_core::cloud::DbSnapshot {
        let state = if now.duration_since(self.taken) < SNAPSHOT_LASTS { "creating" } else { "available" };
        muster_core::cloud::DbSnapshot {
            name: self.name.clone(),
            arn: self.arn.clone(),
            database: self.database.clone(),
            state: state.to_owned(),
            created: Some(self.taken),
            tags: self.tags.clone(),
        }
    }
}

impl Server {
    /// Puts it into a state that ends by itself, or does not.
    pub(crate) fn enter(&mut self, state: &str, now: Timestamp) {
        let minutes = LASTS.iter().find(|(name, _)| *name == state).map(|(_, minutes)| *minutes);
        self.view.state = DbState(state.to_owned());
        self.view.automatic_restart = (state == "stopped").then(|| now.checked_add(WEEK).ok()).flatten();
        self.due = match minutes {
            Some(minutes) => now.checked_add(SignedDuration::from_mins(minutes)).ok(),
            None if state == "stopped" => self.view.automatic_restart,
            None => self.deferred.as_ref().and_then(|_| next_window(&self.view.maintenance_window, now)),
        };
    }

    /// Starts the modification that brings `patch`.
    pub(crate) fn begin(&mut self, patch: DbPatch, now: Timestamp) {
        self.applying = Some(patch);
        self.enter("modifying", now);
    }

    /// Moves on to `now` and notes the starts and stops on the way.
    fn advance(&mut self, now: Timestamp, events: &mut Vec<DbEvent>) {
        while let Some(at) = self.due.filter(|at| *at <= now) {
            let state = self.view.state.0.clone();
            match state.as_str() {
                "stopping" => {
                    self.enter("stopped", at);
                    events.push(DbEvent { name: self.view.name.clone(), at, started: false, automatic: false });
                }
                "stopped" => {
                    events.push(DbEvent { name: self.view.name.clone(), at, started: true, automatic: true });
                    self.enter("starting", at);
                }
                "starting" => {
                    self.enter("available", at);
                    events.push(DbEvent { name: self.view.name.clone(), at, started: true, automatic: false });
                }
                "deleting" => {
                    self.gone = true;
                    self.due = None;
                }
                "available" => self.open_window(at),
                _ => self.finish(at),
            }
        }
    }

    /// The maintenance window opens: what waited for it begins.
    fn open_window(&mut self, at: Timestamp) {
        match self.deferred.take() {
            Some(patch) => self.begin(patch, at),
            None => self.due = None,
        }
    }

    /// Creation, modification or reboot is done.
    fn finish(&mut self, at: Timestamp) {
        let restarted = self.view.state.0 == "rebooting";
        if let Some(patch) = self.applying.take() {
            self.apply(&patch);
        }
        if let Some((_, status)) = self.view.parameter_group.as_mut().filter(|_| restarted) {
            "in-sync".clone_into(status);
        }
        self.view.endpoint.get_or_insert_with(|| endpoint(&self.view.name, &self.view.arn, self.port));
        self.enter("available", at);
    }

    /// Takes a patch into force and strikes it from what is pending.
    pub(crate) fn apply(&mut self, patch: &DbPatch) {
        let view = &mut self.view;
        set(&mut view.class, patch.class.clone());
        set(&mut view.storage_gib, patch.storage_gib);
        set(&mut view.storage_type, patch.storage_type.clone());
        set(&mut view.engine_version, patch.version.clone());
        set(&mut view.backup_retention_days, patch.backup_retention_days);
        set(&mut view.backup_window, patch.backup_window.clone());
        set(&mut view.maintenance_window, patch.maintenance_window.clone());
        set(&mut view.multi_az, patch.multi_az);
        set(&mut view.public, patch.public);
        set(&mut view.iam_authentication, patch.iam_authentication);
        set(&mut view.performance_insights, patch.performance_insights);
        set(&mut view.deletion_protection, patch.deletion_protection);
        for (field, _) in pending_values(patch) {
            view.pending.remove(field);
        }
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

/// Endpoint of a database: `name.abc123.ap-northeast-2.rds.amazonaws.com:3306`.
pub(crate) fn endpoint(name: &str, arn: &str, port: u16) -> String {
    let region = arn.split(':').nth(3).unwrap_or_default();
    format!("{name}.{}.{region}.rds.amazonaws.com:{port}", &muster_core::digest::sha256_hex(arn.as_bytes())[..12])
}

/// A patch as PendingModifiedValues shows it, in the planner's words for fields and values.
pub(crate) fn pending_values(patch: &DbPatch) -> Vec<(&'static str, String)> {
    let texts = [
        ("class", patch.class.clone()),
        ("storage", patch.storage_gib.map(|gib| format!("{gib} GiB"))),
        ("storage.type", patch.storage_type.clone()),
        ("version", patch.version.clone()),
        ("backup.retention", patch.backup_retention_days.map(|days| format!("{days} d"))),
        ("multi-az", patch.multi_az.map(|on| on.to_string())),
        ("iam-authentication", patch.iam_authentication.map(|on| on.to_string())),
    ];
    texts.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
}

/// First instant after `now` at which a window such as `sun:19:00-sun:19:30` opens, in UTC.
pub(crate) fn next_window(window: &str, now: Timestamp) -> Option<Timestamp> {
    let mut parts = window.split('-').next()?.splitn(3, ':');
    let day = weekday(parts.next()?)?;
    let (hour, minute) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let today = now.to_zoned(TimeZone::UTC).date();
    let opens = |days: i64| {
        let date = today.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
        let at = date.at(hour, minute, 0, 0).to_zoned(TimeZone::UTC).ok()?.timestamp();
        (date.weekday() == day && at > now).then_some(at)
    };
    (0..=7).find_map(opens)
}

fn weekday(text: &str) -> Option<Weekday> {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let at = DAYS.iter().position(|day| *day == text)?;
    Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
}

impl super::Region {
    /// Moves every database on to `now`.
    pub(crate) fn advance_servers(&mut self, now: Timestamp) {
        let before = self.db_events.len();
        for server in self.servers.values_mut() {
            server.advance(now, &mut self.db_events);
        }
        self.servers.retain(|server| !server.gone);
        if self.db_events.len() != before {
            self.db_events.sort_by(|a, b| (a.at, &a.name).cmp(&(b.at, &b.name)));
        }
        self.db_events.retain(|event| now.duration_since(event.at) <= EVENTS_KEPT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_maintenance_window_opens_once_a_week() {
        let friday: Timestamp = "2026-11-20T10:30:00Z".parse().expect("instant");
        let sunday: Timestamp = "2026-11-22T19:00:00Z".parse().expect("instant");
        assert_eq!(next_window("sun:19:00-sun:19:30", friday), Some(sunday));
        assert_eq!(next_window("sun:19:00-sun:19:30", sunday), sunday.checked_add(WEEK).ok());
        assert_eq!(next_window("fri:10:31-fri:11:01", friday), "2026-11-20T10:31:00Z".parse().ok());
        assert_eq!(next_window("", friday), None);
    }
}
