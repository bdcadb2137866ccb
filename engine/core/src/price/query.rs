//! What the price list is asked for.
//!
//! Attributes and their words are those of GetAttributeValues for AmazonEC2 and AmazonRDS (K: AWS Billing User Guide, "Using the
//! AWS Price List Query API"; EC2 User Guide, "AMI billing information fields").

use crate::cloud::{Database, Instance, PriceOf, PriceQuery};

/// What EC2 calls an instance that is charged for nothing but Linux.
const LINUX: &str = "Linux/UNIX";
/// RDS's engines in the price list's words. Engines with licences or editions have several prices and are not asked for, as
/// Aurora, whose price depends on its storage.
const ENGINES: [(&str, &str); 3] = [("mysql", "MySQL"), ("postgres", "PostgreSQL"), ("mariadb", "MariaDB")];

/// What an instance's price is asked with.
///
/// # Errors
/// With why its price is no On-Demand price of Linux.
pub fn of_instance(region: &str, instance: &Instance) -> Result<PriceQuery, String> {
    if instance.spot {
        return Err("a Spot price is no list price".to_owned());
    }
    if instance.dedicated {
        return Err("dedicated hardware has prices of its own".to_owned());
    }
    match instance.platform.as_str() {
        LINUX => Ok(PriceQuery { region: region.to_owned(), size: instance.instance_type.clone(), of: PriceOf::Linux }),
        "" => Err("EC2 does not say what it is charged as".to_owned()),
        other => Err(format!("it is charged as {other}, and only Linux is asked for")),
    }
}

/// What a database's price is asked with.
///
/// # Errors
/// With why it has no single price.
pub fn of_database(region: &str, database: &Database) -> Result<PriceQuery, String> {
    let engine = ENGINES.iter().find(|(engine, _)| *engine == database.engine);
    let (_, engine) = engine.ok_or_else(|| format!("the price of {} depends on licence, edition or storage", database.engine))?;
    let of = PriceOf::Database { engine: (*engine).to_owned(), multi_az: database.multi_az };
    Ok(PriceQuery { region: region.to_owned(), size: database.class.clone(), of })
}

impl PriceQuery {
    /// The service code of the price list.
    #[must_use]
    pub const fn service(&self) -> &'static str {
        match self.of {
            PriceOf::Linux => "AmazonEC2",
            PriceOf::Database { .. } => "AmazonRDS",
        }
    }

    /// Every attribute that a product must have: filters of GetProducts, and checked again in its answer.
    #[must_use]
    pub fn filters(&self) -> Vec<(&'static str, &str)> {
        let mut filters = vec![("instanceType", self.size.as_str()), ("regionCode", self.region.as_str())];
        match &self.of {
            PriceOf::Linux => filters.extend([
                ("operatingSystem", "Linux"),
                ("tenancy", "Shared"),
                ("preInstalledSw", "NA"),
                ("capacitystatus", "Used"),
                ("marketoption", "OnDemand"),
            ]),
            PriceOf::Database { engine, multi_az } => filters.extend([
                ("databaseEngine", engine.as_str()),
                ("deploymentOption", if *multi_az { "Multi-AZ" } else { "Single-AZ" }),
                ("locationType", "AWS Region"),
            ]),
        }
        filters
    }

    /// The region whose endpoint answers: there are three, and one for China (K: AWS General Reference, "AWS Billing and Cost
    /// Management endpoints").
    #[must_use]
    pub fn endpoint(&self) -> &'static str {
        match self.region.split('-').next() {
            Some("cn") => "cn-northwest-1",
            Some("eu" | "il" | "me" | "af") => "eu-central-1",
            Some("ap") => "ap-south-1",
            _ => "us-east-1",
        }
    }
}
