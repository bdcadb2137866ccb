//! Classes of DB instances: `db.m5.2xlarge` is of family `m5` and size `2xlarge`.

use muster_rule::prelude::*;

use crate::data::MONTH_HOURS;

/// Sizes from small to large.
const SIZES: [&str; 13] = [
    "micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge",
    "48xlarge",
];

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

    /// The next smaller size of the family; nothing for its smallest.
    pub fn smaller(self) -> Option<Self> {
        let at = SIZES.iter().position(|size| *size == self.size)?;
        let least = if self.family.starts_with('t') { 0 } else { 3 };
        (at > least).then(|| Self { size: SIZES[at - 1], ..self })
    }
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
        assert_eq!(class("db.m5.xlarge").smaller().map(|class| class.to_string()).as_deref(), Some("db.m5.large"));
        assert_eq!(class("db.m5.large").smaller(), None);
        assert_eq!(class("db.t3.small").smaller().map(|class| class.to_string()).as_deref(), Some("db.t3.micro"));
        assert_eq!(class("db.t3.micro").smaller(), None);
    }
}
