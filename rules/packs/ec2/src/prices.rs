//! What things cost, by the lists of this pack: us-east-1, without discounts. In other regions it is an estimate, and says so.

use muster_rule::ec2::Volume;
use muster_rule::prelude::*;

/// Instance types by family.
pub const FAMILIES: Dated = Dated::new("ec2-families", include_str!("../../../data/ec2-families.json"));
/// Volumes, snapshots, addresses.
pub const STORAGE: Dated = Dated::new("ec2-storage", include_str!("../../../data/ec2-storage.json"));
/// Hours of a month.
const HOURS: f64 = 730.0;
/// Part of the power that a smaller type has at least: families go from 10xlarge to 4xlarge, and from 9xlarge to 4xlarge.
const LEAST: f64 = 0.4;

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

/// True when the family has a type of that size; nothing where its sizes are not listed.
pub fn has(ask: &Ask<'_>, name: &str, size: &str) -> Option<bool> {
    Some(family(ask, name)?.list("sizes")?.texts().any(|its| its == size))
}

/// USD a month of an instance that runs Linux all month; nothing for a type that there is not.
pub fn instance(ask: &Ask<'_>, instance_type: &str) -> Option<f64> {
    let (name, size) = split(instance_type)?;
    has(ask, name, size).filter(|has| *has)?;
    Some(family(ask, name)?.number("large")? * larges(size)? * HOURS)
}

/// What half the load takes.
#[derive(Debug, PartialEq)]
pub enum Smaller {
    /// A type of the family, and the part of the price that it saves.
    Type(String, f64),
    /// There is none.
    None,
    /// The sizes of the family are not listed.
    Unlisted,
}

/// The smallest type of the family that has about half the power: two fifths of it, or more.
pub fn smaller(ask: &Ask<'_>, instance_type: &str) -> Smaller {
    let Some((name, size)) = split(instance_type) else { return Smaller::Unlisted };
    let Some(sizes) = family(ask, name).and_then(|family| family.list("sizes")) else { return Smaller::Unlisted };
    let Some(now) = larges(size) else { return Smaller::None };
    let fits = sizes.texts().filter_map(|size| Some((larges(&size)?, size))).filter(|(power, _)| (LEAST..1.0).contains(&(power / now)));
    let least = fits.min_by(|(one, _), (other, _)| one.total_cmp(other));
    least.map_or(Smaller::None, |(power, size)| Smaller::Type(format!("{name}.{size}"), 1.0 - power / now))
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
    fn the_lists_are_dated_and_hold_what_is_asked_of_them() {
        for list in [FAMILIES, STORAGE] {
            assert!(list.source().is_some() && list.as_of().and_then(|date| Time::parse(&date)).is_some());
        }
        assert_eq!((larges("metal"), larges("nano"), larges("16xlarge")), (None, Some(0.0625), Some(32.0)));
    }

    #[test]
    fn every_family_lists_its_sizes_from_small_to_large() {
        let families = Value::parse(include_str!("../../../data/ec2-families.json"))
            .object()
            .expect("an object")
            .object("families")
            .expect("families");
        for (name, family) in families.members() {
            let sizes: Vec<_> = family.object().and_then(|family| family.list("sizes")).into_iter().flat_map(|list| list.texts()).collect();
            let powers: Vec<f64> = sizes.iter().filter_map(|size| larges(size)).collect();
            assert!(!powers.is_empty() && powers.is_sorted(), "{name}: {sizes:?}");
            assert!(sizes.iter().all(|size| larges(size).is_some() || size.starts_with("metal")), "{name}: {sizes:?}");
        }
    }
}
