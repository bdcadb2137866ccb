//! What a file says about which accounts are used, who is told and what code runs: a change of it is more than a
//! change of settings, so plans say so first (semantics 12).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Fleet;
use crate::span::Span;

/// A part of the file that reaches beyond the fleet and is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaching {
    /// As fleet.yaml has it: `cloud`, `notify`, `advisor.packs`, `schedules.class.notify`.
    pub section: String,
    /// Keys in it that differ, in canonical words: `accounts.main.role.apply`. Values are left out, since an address
    /// that is told may be a secret.
    pub keys: Vec<String>,
    /// Where it stands now; nothing when it was taken out.
    pub span: Option<Span>,
}

impl Fleet {
    /// What of it reaches elsewhere than the same parts of `before`.
    #[must_use]
    pub fn reaching_since(&self, before: &Self) -> Vec<Reaching> {
        let (old, new) = (parts(before), parts(self));
        let sections: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let differing = sections.into_iter().filter(|section| old.get(*section) != new.get(*section));
        differing
            .map(|section| {
                let mut keys = BTreeSet::new();
                let of = |parts: &BTreeMap<String, Value>| parts.get(section).cloned().unwrap_or_default();
                differences("", &of(&old), &of(&new), &mut keys);
                Reaching { section: section.clone(), keys: keys.into_iter().collect(), span: self.place_of(section) }
            })
            .collect()
    }

    fn place_of(&self, section: &str) -> Option<Span> {
        let schedule = section.strip_prefix("schedules.").and_then(|rest| rest.strip_suffix(".notify"));
        match schedule {
            Some(name) => self.schedules.get(name).map(|schedule| schedule.span.clone()),
            None => self.sections.get(section).cloned(),
        }
    }
}

fn parts(fleet: &Fleet) -> BTreeMap<String, Value> {
    let mut parts = BTreeMap::from([("cloud".to_owned(), json!(fleet.cloud))]);
    let mut put = |section: String, value: Option<&Value>| {
        if let Some(value) = value {
            parts.insert(section, value.clone());
        }
    };
    put("notify".to_owned(), fleet.other.get("notify"));
    put("advisor.packs".to_owned(), fleet.other.get("advisor").and_then(|advisor| advisor.get("packs")));
    for schedule in fleet.schedules.values() {
        put(format!("schedules.{}.notify", schedule.name), schedule.other.get("notify"));
    }
    parts
}

/// The paths at which two values differ, as deep as both are maps.
fn differences(path: &str, old: &Value, new: &Value, out: &mut BTreeSet<String>) {
    if old == new {
        return;
    }
    let (Value::Object(a), Value::Object(b)) = (old, new) else {
        out.extend((!path.is_empty()).then(|| path.to_owned()));
        return;
    };
    let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    for key in keys {
        let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        differences(&below, a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null), out);
    }
}

#[cfg(test)]
mod tests {
    use crate::fleet::{FileSource, Fleet, LoadOptions, Reaching, load};

    struct NoFiles;

    impl FileSource for NoFiles {
        fn read(&self, _relative: &str) -> Result<Vec<u8>, String> {
            Err("there are none".to_owned())
        }
    }

    const BEFORE: &str = "\
fleet: lms
timezone: UTC
cloud:
  provider: aws
  accounts: {main: {id: '123456789012', role: 'arn:aws:iam::123456789012:role/muster'}}
  regions: [us-east-1]
schedules:
  class: {run: ['mon-fri 09:00-19:00'], notify: {before-stop: 15m, to: [{sns: 'arn:aws:sns:us-east-1:123456789012:ops'}]}}
notify: {when: [failure], to: [{exec: [scripts/page.sh]}]}
";

    fn fleet(text: &str) -> Fleet {
        let loaded = load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions::default());
        loaded.fleet.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics))
    }

    fn since(before: &str, now: &str) -> Vec<(String, Vec<String>, Option<u32>)> {
        let line = |one: &Reaching| one.span.as_ref().map(|span| span.line);
        fleet(now).reaching_since(&fleet(before)).iter().map(|one| (one.section.clone(), one.keys.clone(), line(one))).collect()
    }

    #[test]
    fn only_what_reaches_further_counts() {
        assert_eq!(since(BEFORE, &BEFORE.replace("09:00", "08:00").replace("cloud:", "# moved\ncloud:")), []);
    }

    #[test]
    fn each_section_names_its_keys_and_its_line_and_no_value() {
        let now = BEFORE.replace("role/muster'", "role/admin'").replace("page.sh", "other.sh").replace(":ops'", ":all'");
        let seen = since(BEFORE, &now);
        let expected = [
            ("cloud", vec!["accounts.main.role.apply", "accounts.main.role.plan"], Some(3)),
            ("notify", vec!["to"], Some(9)),
            ("schedules.class.notify", vec!["to"], Some(8)),
        ];
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(section, keys, line)| (section.to_owned(), keys.into_iter().map(str::to_owned).collect::<Vec<_>>(), line))
            .collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn what_comes_and_goes_counts_too() {
        let without = BEFORE.replace("notify: {when", "#");
        assert_eq!(since(BEFORE, &without), [("notify".to_owned(), Vec::new(), None)]);
        let packs = format!("{BEFORE}advisor: {{policies: [baseline], packs: [packs/naming.wasm]}}\n");
        assert_eq!(since(BEFORE, &packs), [("advisor.packs".to_owned(), Vec::new(), Some(10))]);
    }
}
