//! Classes of DB instances: `db.m5.2xlarge` is of family `m5` and size `2xlarge`.

use muster_rule::prelude::*;

use crate::data::MONTH_HOURS;

/// A class, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class<'a> {
    pub family: &'a str,
    pub size: &'a str,
}

impl<'a> Class<'a> {
    /// Nothing for `db.serverless`, which has no size.
    pub fn parse(class: &'a str) -> Option<Self> {
        let (family, size) = class.strip_prefix("db.")?.split_once('.')?;
        Some(Self { family, size })
    }

    /// Virtual processors; nothing for a size that is not known.
    pub fn vcpus(self) -> Option<f64> {
        let single =
            matches!((self.family, self.size), ("t2", "micro" | "small") | ("t1", _) | ("m1", "small" | "medium") | ("m3", "medium"));
        match self.size {
            _ if single => Some(1.0),
            "micro" | "small" | "medium" => Some(2.0),
            _ => Some(self.factor()? * 2.0),
        }
    }

    /// How many times the price of size `large` it costs: prices of a family are proportional.
    fn factor(self) -> Option<f64> {
        match self.size {
            "micro" => Some(0.125),
            "small" => Some(0.25),
            "medium" => Some(0.5),
            "large" => Some(1.0),
            "xlarge" => Some(2.0),
            other => Some(other.strip_suffix("xlarge")?.parse::<f64>().ok()? * 2.0),
        }
    }

    /// USD a month by the list, for one instance; nothing when the list lacks the family.
    pub fn usd_per_month(self, data: Object<'_>, aurora: bool) -> Option<f64> {
        let list = data.object(if aurora { "usd-per-large-hour-aurora" } else { "usd-per-large-hour" })?;
        Some(list.number(self.family)? * self.factor()? * MONTH_HOURS)
    }

    /// The class of the next smaller size that there is for an engine.
    pub fn smaller(self, data: Object<'_>, engine: &str) -> Smaller {
        let Some(sizes) = sizes(data, self.family, engine) else { return Smaller::Unlisted };
        let below = sizes.texts().take_while(|size| *size != self.size).last();
        match (sizes.texts().any(|size| size == self.size), below) {
            (false, _) => Smaller::Unlisted,
            (true, None) => Smaller::None,
            (true, Some(size)) => Smaller::Class(Class { size: &size, ..self }.to_string()),
        }
    }

    /// True when there is that class for an engine; nothing where the sizes of its family, or of its engine, are not listed.
    pub fn exists(self, data: Object<'_>, engine: &str) -> Option<bool> {
        Some(sizes(data, self.family, engine)?.texts().any(|size| size == self.size))
    }
}

/// What a class can shrink to.
#[derive(Debug, PartialEq, Eq)]
pub enum Smaller {
    /// That class.
    Class(String),
    /// It is the smallest of its family.
    None,
    /// The sizes of its family, or of its engine, are not listed.
    Unlisted,
}

/// The sizes of a family for an engine, from small to large.
fn sizes<'a>(data: Object<'a>, family: &str, engine: &str) -> Option<List<'a>> {
    let of_rds = matches!(engine, "mysql" | "mariadb" | "postgres") || engine.starts_with("oracle-") || engine.starts_with("sqlserver-");
    let table = match (is_aurora(engine), of_rds) {
        (true, _) => "sizes-aurora",
        (_, true) => "sizes",
        _ => return None,
    };
    data.object(table)?.list(family)
}

impl std::fmt::Display for Class<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "db.{}.{}", self.family, self.size)
    }
}

/// Engines whose instances have prices of their own, without those that need a licence: their prices are not in the list.
pub fn is_priced(engine: &str) -> bool {
    matches!(engine, "mysql" | "mariadb" | "postgres") || is_aurora(engine)
}

/// True for Aurora.
pub fn is_aurora(engine: &str) -> bool {
    engine.starts_with("aurora")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(text: &str) -> Class<'_> {
        Class::parse(text).expect("a class")
    }

    #[test]
    fn a_class_is_a_family_and_a_size() {
        assert_eq!(class("db.m5.2xlarge").vcpus(), Some(8.0));
        assert_eq!((class("db.t3.micro").vcpus(), class("db.t2.micro").vcpus()), (Some(2.0), Some(1.0)));
        assert_eq!(Class::parse("db.serverless"), None);
    }

    #[test]
    fn sizes_go_down_to_the_smallest_of_the_family() {
        let data = Value::parse(include_str!("../../../data/rds-engines.json")).object().expect("an object");
        let smaller = |text: &str, engine: &str| class(text).smaller(data, engine);
        let to = |name: &str| Smaller::Class(name.to_owned());
        assert_eq!((smaller("db.m5.xlarge", "mysql"), smaller("db.m5.large", "mysql")), (to("db.m5.large"), Smaller::None));
        assert_eq!((smaller("db.t3.small", "mysql"), smaller("db.t3.micro", "mysql")), (to("db.t3.micro"), Smaller::None));
        for (large, small) in
            [("m4.16xlarge", "m4.10xlarge"), ("m4.10xlarge", "m4.4xlarge"), ("r4.16xlarge", "r4.8xlarge"), ("m7i.48xlarge", "m7i.24xlarge")]
        {
            assert_eq!(smaller(&format!("db.{large}"), "postgres"), to(&format!("db.{small}")));
        }
        assert_eq!((smaller("db.x1.16xlarge", "mysql"), smaller("db.t4g.medium", "aurora-mysql")), (Smaller::None, Smaller::None));
        for (unlisted, engine) in [("db.z9.large", "mysql"), ("db.m5.3xlarge", "mysql"), ("db.r5.xlarge", "neptune")] {
            assert_eq!(smaller(unlisted, engine), Smaller::Unlisted);
        }
    }

    #[test]
    fn every_list_of_sizes_is_sorted() {
        let data = Value::parse(include_str!("../../../data/rds-engines.json")).object().expect("an object");
        for (name, list) in ["sizes", "sizes-aurora"].into_iter().filter_map(|table| data.object(table)).flat_map(Object::members) {
            let sizes: Vec<_> = list.list().into_iter().flat_map(List::texts).collect();
            let factors: Vec<f64> = sizes.iter().filter_map(|size| Class { family: &name, size }.factor()).collect();
            assert!(factors.len() == sizes.len() && !sizes.is_empty() && factors.is_sorted(), "{name}: {sizes:?}");
        }
    }
}
