//! The rule every guest of this museum is: a volume of at least `min_size` GiB must be encrypted.

mod skip;

wit_bindgen::generate!({ path: "../rule.wit", world: "pack" });

use exports::muster::rule::check::{Batch, Failure, Finding, Guest, Rule};

const BODY: &str = r#"{"title":"EBS volume is not encrypted","category":"security","severity":"high","needs":[{"kind":"ec2.volume"}]}"#;

#[derive(Default)]
struct Volume {
    encrypted: bool,
    size: i64,
}

impl Volume {
    fn read(body: &str) -> Option<Self> {
        let mut volume = Self::default();
        for (key, value) in skip::members(body.as_bytes())? {
            match key {
                b"Encrypted" => volume.encrypted = value == b"true",
                b"Size" => volume.size = skip::int(value)?,
                _ => {}
            }
        }
        Some(volume)
    }
}

struct Pack;

impl Guest for Pack {
    fn describe() -> Vec<Rule> {
        vec![Rule { id: "ebs-unencrypted".into(), body: BODY.into() }]
    }

    fn evaluate(_rule: String, params: String, _now: u64, batch: Batch) -> Result<Vec<Finding>, Failure> {
        let failure = |code: &str, message: &str| Failure { code: code.into(), message: message.into() };
        let min = skip::members(params.as_bytes()).and_then(|mut members| members.find(|(key, _)| *key == b"min_size"));
        let min = min.and_then(|(_, value)| skip::int(value)).ok_or_else(|| failure("bad-params", "min_size is missing"))?;
        let mut found = Vec::with_capacity(batch.ends.len() / 4);
        let mut at = 0;
        let mut cut = |end: u32| {
            let part = &batch.text[at..end as usize];
            at = end as usize;
            part
        };
        for ends in batch.ends.chunks_exact(4) {
            let (kind, key, _scope, body) = (cut(ends[0]), cut(ends[1]), cut(ends[2]), cut(ends[3]));
            if kind != "ec2.volume" {
                continue;
            }
            let volume = Volume::read(body).ok_or_else(|| failure("bad-input", key))?;
            found.push(judge(key, &volume, min));
        }
        Ok(found)
    }
}

fn judge(key: &str, volume: &Volume, min: i64) -> Finding {
    let subject = key.into();
    if volume.encrypted || volume.size < min {
        return Finding { subject, verdict: "pass".into(), message: String::new(), body: String::new() };
    }
    let body = format!("{{\"size\":{}}}", volume.size);
    Finding { subject, verdict: "fail".into(), message: "EBS volume is not encrypted".into(), body }
}

export!(Pack);
