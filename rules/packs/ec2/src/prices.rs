//! What things cost, by the lists of this pack: us-east-1, without discounts. In other regions it is an estimate, and says so.

use muster_rule::ec2::Volume;
use muster_rule::prelude::*;

/// Instance types by family.
pub const FAMILIES: Dated = Dated::new("ec2-families", include_str!("../../../data/ec2-families.json"));
/// Volumes, snapshots, addresses.
pub const STORAGE: Dated = Dated::new("ec2-storage", include_str!("../../../data/ec2-storage.json"));
/// Hours of a month.
const HOURS: f64 = 730.0;

/// A family and a size: `t3` and `medium`.
pub fn split(instance_type: &str) -> Option<(&str, &str)> {
    instance_type.split_once('.')
}

/// How many `large` a size is; nothing for metal.
fn larges(size: &str) -> Option<f64> {
    Some(match size {
        "nano" => 0.0625,
        "micro" => 0.125,
        "small" => 0.25,
        "medium" => 0.5,
        "large" => 1.0,
        "xlarge" => 2.0,
        _ => f64::from(size.strip_suffix("xlarge")?.parse::<u16>().ok()?) * 2.0,
    })
}

/// What is known of a family.
pub fn family(ask: &Ask<'_>, name: &str) -> Option<Object<'static>> {
    ask.data(&FAMILIES).object("families")?.object(name)
}

/// USD a month of an instance that runs Linux all month.
pub fn instance(ask: &Ask<'_>, instance_type: &str) -> Option<f64> {
    let (name, size) = split(instance_type)?;
    Some(family(ask, name)?.number("large")? * larges(size)? * HOURS)
}

/// The type that half the power needs, and the part of the price that it saves. Nothing for the smallest.
pub fn smaller(instance_type: &str) -> Option<(String, f64)> {
    let (family, size) = split(instance_type)?;
    let to = |size: &str, share: f64| Some((format!("{family}.{size}"), share));
    match (size, family.starts_with('t')) {
        ("micro", true) => to("nano", 0.5),
        ("small", true) => to("micro", 0.5),
        ("medium", true) => to("small", 0.5),
        ("large", true) => to("medium", 0.5),
        ("xlarge", _) => to("large", 0.5),
        ("2xlarge", _) => to("xlarge", 0.5),
        ("4xlarge", _) => to("2xlarge", 0.5),
        ("8xlarge", _) => to("4xlarge", 0.5),
        // Which sizes there are beyond differs from family to family.
        _ if larges(size)? > 16.0 => Some((format!("half of {instance_type}"), 0.5)),
        _ => None,
    }
}

/// USD a month of a volume.
pub fn volume(ask: &Ask<'_>, volume: Volume<'_>) -> Option<f64> {
    let kind = volume.volume_type()?;
    storage(ask, &kind, volume.size()?, volume.iops().unwrap_or(0), volume.throughput().unwrap_or(0))
}

/// USD a month of GiB, IOPS and MiB/s of a volume type. What the type includes costs nothing.
pub fn storage(ask: &Ask<'_>, kind: &str, gib: i64, iops: i64, mibps: i64) -> Option<f64> {
    let price = ask.data(&STORAGE).object("volumes")?.object(kind)?;
    let beyond = |count: i64, free: &str, unit: &str| {
        let charged = (count - price.integer(free).unwrap_or(0)).max(0);
        charged as f64 * price.number(unit).unwrap_or(0.0)
    };
    Some(gib as f64 * price.number("gib")? + beyond(iops, "free-iops", "iops") + beyond(mibps, "free-mibps", "mibps"))
}

/// USD a month of a snapshot that shares nothing with others.
pub fn snapshot(ask: &Ask<'_>, tier: &str, gib: i64) -> Option<f64> {
    Some(ask.data(&STORAGE).object("snapshots")?.number(tier)? * gib as f64)
}

/// USD a month of a public IPv4 address.
pub fn address(ask: &Ask<'_>) -> Option<f64> {
    ask.data(&STORAGE).number("address")
}

/// What the sum of something rests on that costs only while it runs. How many hours that is nobody tells a rule: a schedule that stops it at
/// night saves part of the sum already.
pub fn basis_if_running(what: &str, doc: Doc<'_>) -> String {
    basis(&format!("{what} if it ran all month"), doc)
}

/// What a sum rests on: `list price of us-east-1`.
pub fn basis(what: &str, doc: Doc<'_>) -> String {
    let elsewhere = doc.region() != "us-east-1";
    format!("{what}, list price of us-east-1{}", if elsewhere { " as an estimate" } else { "" })
}

/// Adds a saving when there is one.
pub fn saving(answer: Answer, usd: Option<f64>, confidence: Confidence, basis: String, data: &Dated) -> Answer {
    match usd.filter(|usd| *usd >= 0.005) {
        Some(usd) => answer.saves(usd, confidence, basis).priced(data),
        None => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_get_smaller_until_they_are_the_smallest() {
        let name = |of: &str| smaller(of).map(|(name, _)| name);
        assert_eq!(name("t3.medium").as_deref(), Some("t3.small"));
        assert_eq!(name("m5.xlarge").as_deref(), Some("m5.large"));
        assert_eq!(name("m5.24xlarge").as_deref(), Some("half of m5.24xlarge"));
        assert_eq!((name("m5.large"), name("t3.nano"), name("m5.metal")), (None, None, None));
    }

    #[test]
    fn the_lists_are_dated_and_hold_what_is_asked_of_them() {
        for list in [FAMILIES, STORAGE] {
            assert!(list.source().is_some() && list.as_of().and_then(|date| Time::parse(&date)).is_some());
        }
        assert_eq!((larges("metal"), larges("nano"), larges("16xlarge")), (None, Some(0.0625), Some(32.0)));
    }
}
