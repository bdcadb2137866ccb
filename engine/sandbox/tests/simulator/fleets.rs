//! Random fleets, as text: what is simulated is what a person writes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use muster_core::fleet::{FileSource, Fleet, LoadOptions, load};

use super::random::Random;

const PEOPLE: [&str; 6] = ["alice", "bob.lee", "김철수", "É", "dave", "erin"];
const TYPES: [&str; 3] = ["t3.small", "t3.medium", "t4g.small"];
const SCHEDULES: [&str; 7] = ["office", "always-on", "nights", "days", "evenings", "capped", "none"];
const PUBLIC: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPHPGwXk06vpFVkE+ZGV6JPKVKnauJbLjeuobyAHG/P9";

/// A fleet.yaml that can be edited.
pub struct Draft {
    /// Once chosen, kept: a change that an earlier schedule made would look like a person's to a later one.
    schedules: BTreeMap<&'static str, &'static str>,
    users: BTreeMap<&'static str, String>,
    databases: BTreeMap<&'static str, String>,
    connections: u64,
}

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        Err(format!("{relative} is not there"))
    }
}

impl Draft {
    pub fn random(random: &mut Random) -> Self {
        let mut draft = Self { schedules: BTreeMap::new(), users: BTreeMap::new(), databases: BTreeMap::new(), connections: 100 };
        for _ in 0..=random.below(3) {
            draft.put_user(random);
        }
        if random.chance(40) {
            draft.put_database(random);
        }
        draft
    }

    fn put_user(&mut self, random: &mut Random) {
        let key = if random.chance(40) { "generate".to_owned() } else { format!("'{PUBLIC}'") };
        let idle = if random.chance(20) { ", idle-stop: none" } else { "" };
        let name = random.pick(&PEOPLE);
        let schedule = random.pick(&SCHEDULES);
        let schedule = *self.schedules.entry(name).or_insert(schedule);
        let text = format!(
            "{{key: {key}, type: {}, schedule: {schedule}, ssh-from: [{}]{idle}, tags: {{Team: {}}}}}",
            random.pick(&TYPES),
            random.pick(&["203.0.113.0/24", "203.0.113.9/24, 198.51.100.0/24", "0.0.0.0/0"]),
            random.pick(&["a", "b"]),
        );
        self.users.insert(name, text);
    }

    fn put_database(&mut self, random: &mut Random) {
        let name = random.pick(&["app", "grades"]);
        let schedule = random.pick(&["always-on", "days", "evenings", "none"]);
        let schedule = *self.schedules.entry(name).or_insert(schedule);
        let text = format!(
            "{{class: {}, storage: {{size: {}GiB}}, allow: [{{cidr: 10.0.0.0/16}}], apply: now, schedule: {schedule}}}",
            random.pick(&["db.t4g.micro", "db.t4g.small"]),
            20 + random.below(3) * 10,
        );
        self.databases.insert(name, text);
    }

    /// One of the changes people make.
    pub fn edit(&mut self, random: &mut Random) {
        match random.below(5) {
            0 if self.users.len() > 1 => {
                let name = *self.users.keys().next().unwrap_or(&"alice");
                self.users.remove(name);
            }
            1 => self.put_database(random),
            2 => self.connections += 10,
            _ => self.put_user(random),
        }
    }

    fn text(&self) -> String {
        let mut text = String::from("fleet: sim\ntimezone: Asia/Seoul\ncloud: {provider: sandbox}\nretire: {after: 1d, snapshot: true}\n");
        text.push_str("schedules:\n  office: {run: ['mon-fri 09:00-19:00'], manual: enforce}\n");
        text.push_str(
            "  always-on: {run: ['daily 00:00-24:00'], manual: enforce}\n  nights: {run: ['daily 20:00-06:00'], manual: enforce}\n",
        );
        text.push_str("  days: {run: ['mon-fri 09:00-19:00']}\n  evenings: {run: ['daily 20:00-24:00']}\n");
        text.push_str("  capped: {run: ['daily 12:00-06:00'], limit: {max-runtime: 9h}}\n");
        let _ =
            writeln!(text, "parameter-groups:\n  seoul: {{family: mysql8.0, timezone: Asia/Seoul, max-connections: {}}}", self.connections);
        if !self.databases.is_empty() {
            text.push_str("databases:\n  defaults: {engine: mysql, version: '8.0', master-user: admin, parameter-group: seoul}\n");
            self.databases.iter().for_each(|(name, entry)| writeln!(text, "  {name}: {entry}").expect("text"));
        }
        text.push_str("users:\n");
        self.users.iter().for_each(|(name, entry)| writeln!(text, "  {name}: {entry}").expect("text"));
        text
    }

    pub fn load(&self) -> Fleet {
        let text = self.text();
        let loaded = load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true });
        loaded.fleet.unwrap_or_else(|| panic!("{}\n{text}", muster_core::diag::render(&loaded.diagnostics, &loaded.sources, false, 120)))
    }
}
