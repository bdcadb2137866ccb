//! Reading what a survey needs beyond a plan.

use std::collections::BTreeSet;

use jiff::Timestamp;
use muster_core::cloud::{Listing, Place, PriceAnswer, PriceOf, PriceQuery};
use serde_json::{Value, json};

use crate::observe::Reading;
use crate::world::{Region, World};

pub(crate) const CPU: &str = "cloudwatch:GetMetricData";
pub(crate) const LIST_EDGES: &str = "scheduler:ListSchedules";
pub(crate) const GET_EDGE: &str = "scheduler:GetSchedule";
pub(crate) const PRICES: &str = "pricing:GetProducts";
/// Metrics that one call asks for, as the live account does.
const METRICS: usize = 250;
/// Schedules of a page.
const PAGE: usize = 100;
/// When the price list of the sandbox was published.
const PUBLISHED: &str = "2026-11-18T21:54:32Z";

impl Reading {
    pub(crate) fn cpu(
        &mut self,
        region: &Region,
        place: &Place,
        now: Timestamp,
        instances: &BTreeSet<String>,
        (from, hours): (Timestamp, u16),
    ) {
        self.count(CPU, instances.len().div_ceil(METRICS));
        for machine in instances.iter().filter_map(|id| region.machines.seen_one(id, now)) {
            self.view(place).cpu.insert(machine.view.id.clone(), machine.cpu_history(from, hours, now));
        }
    }

    pub(crate) fn edges(&mut self, region: &Region, place: &Place) {
        let mut edges = region.foreign_edges.clone();
        edges.sort();
        self.count(LIST_EDGES, edges.len().div_ceil(PAGE).max(1));
        self.count(GET_EDGE, edges.len());
        self.view(place).eventbridge = Listing::Complete(edges);
    }

    pub(crate) fn prices(&mut self, world: &World, place: &Place, queries: &BTreeSet<PriceQuery>) {
        self.count(PRICES, queries.len());
        for query in queries {
            let product = world.estate.price_list.get(&query.size).map(|price| product(query, *price).to_string());
            self.view(place).prices.insert(query.clone(), PriceAnswer::Products(product.into_iter().collect()));
        }
    }
}

/// A product in the price list's form, without the attributes that nobody asks for.
fn product(query: &PriceQuery, price: f64) -> Value {
    let (code, sku) = ("JRTCKXETXF", query.size.to_ascii_uppercase().replace('.', ""));
    let mut attributes = json!({"servicecode": service(query), "operation": "RunInstances"});
    for (name, value) in query.filters() {
        attributes[name] = value.into();
    }
    json!({
        "product": {"productFamily": "Compute Instance", "attributes": attributes, "sku": sku},
        "serviceCode": service(query),
        "terms": {"OnDemand": {format!("{sku}.{code}"): {
            "priceDimensions": {format!("{sku}.{code}.6YS6EN2CT7"): {
                "unit": "Hrs", "beginRange": "0", "endRange": "Inf", "appliesTo": [], "pricePerUnit": {"USD": format!("{price:.10}")},
                "rateCode": format!("{sku}.{code}.6YS6EN2CT7"), "description": format!("the estate's price of {}", query.size),
            }},
            "sku": sku, "effectiveDate": "2026-11-01T00:00:00Z", "offerTermCode": code, "termAttributes": {},
        }}},
        "version": "20261118215432",
        "publicationDate": PUBLISHED,
    })
}

const fn service(query: &PriceQuery) -> &'static str {
    match query.of {
        PriceOf::Linux => "AmazonEC2",
        PriceOf::Database { .. } => "AmazonRDS",
    }
}
