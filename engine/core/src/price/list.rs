//! The price list's answer, read strictly.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::cloud::PriceQuery;

/// An on-demand price of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// Of an hour.
    pub hour: f64,
    /// As the list has it: `USD`, in China `CNY`.
    pub currency: String,
    /// When the list was published: RFC 3339.
    pub published: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    product: Product,
    terms: Terms,
    publication_date: String,
}

#[derive(Debug, Deserialize)]
struct Product {
    attributes: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Terms {
    #[serde(rename = "OnDemand", default)]
    on_demand: BTreeMap<String, Term>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Term {
    price_dimensions: BTreeMap<String, Dimension>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dimension {
    unit: String,
    #[serde(default)]
    begin_range: Option<String>,
    #[serde(default)]
    end_range: Option<String>,
    price_per_unit: BTreeMap<String, String>,
}

/// The one price of the products that fit a question.
///
/// # Errors
/// With the reason, when there is none, more than one, or an answer that is not understood.
pub fn read(query: &PriceQuery, products: &[String]) -> Result<Quote, String> {
    let entries = products.iter().map(|text| serde_json::from_str::<Entry>(text)).collect::<Result<Vec<_>, _>>();
    let entries = entries.map_err(|error| format!("the price list's answer is not understood: {error}"))?;
    let fits =
        |entry: &&Entry| query.filters().iter().all(|(name, value)| entry.product.attributes.get(*name).is_some_and(|has| has == value));
    let entries: Vec<&Entry> = entries.iter().filter(fits).collect();
    match entries.as_slice() {
        [] => Err("the price list has none".to_owned()),
        [entry] => entry.quote(),
        several => Err(format!("the price list has {} that fit, and none is guessed", several.len())),
    }
}

impl Entry {
    fn quote(&self) -> Result<Quote, String> {
        let dimension = only(self.terms.on_demand.values(), "on-demand offer")?;
        let dimension = only(dimension.price_dimensions.values(), "price dimension")?;
        let (currency, amount) = only(dimension.price_per_unit.iter(), "currency")?;
        dimension.is_hourly()?;
        let hour: f64 = amount.parse().map_err(|_| format!("`{amount}` is no amount"))?;
        // Nothing is given away: a list price of zero stands for something that is charged elsewhere, as capacity reservations.
        if !hour.is_finite() || hour <= 0.0 {
            return Err(format!("`{amount}` is no price"));
        }
        Ok(Quote { hour, currency: currency.clone(), published: self.publication_date.clone() })
    }
}

impl Dimension {
    /// The same price for the first hour and every other.
    fn is_hourly(&self) -> Result<(), String> {
        if !matches!(self.unit.as_str(), "Hrs" | "Hours") {
            return Err(format!("its unit is `{}` and not an hour", self.unit));
        }
        let flat = self.begin_range.as_deref().is_none_or(|begin| begin == "0") && self.end_range.as_deref().is_none_or(|end| end == "Inf");
        if flat { Ok(()) } else { Err("it depends on the number of hours".to_owned()) }
    }
}

fn only<T>(mut all: impl Iterator<Item = T>, what: &str) -> Result<T, String> {
    match (all.next(), all.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(format!("the price list's product has no {what}")),
        (Some(_), Some(_)) => Err(format!("the price list's product has more than one {what}, and none is guessed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::PriceOf;

    /// A product as GetProducts answers it, its attributes shortened (AWS Billing User Guide, "Reading the service price list").
    const T3: &str = r#"{"product":{"productFamily":"Compute Instance","attributes":{"memory":"4 GiB","vcpu":"2","capacitystatus":"Used",
        "instanceType":"t3.medium","tenancy":"Shared","usagetype":"APN2-BoxUsage:t3.medium","locationType":"AWS Region","operatingSystem":"Linux",
        "regionCode":"ap-northeast-2","marketoption":"OnDemand","preInstalledSw":"NA","operation":"RunInstances","licenseModel":"No License required"},
        "sku":"2MGYBUX7ABUPU7DB"},"serviceCode":"AmazonEC2","terms":{"OnDemand":{"2MGYBUX7ABUPU7DB.JRTCKXETXF":{"priceDimensions":{
        "2MGYBUX7ABUPU7DB.JRTCKXETXF.6YS6EN2CT7":{"unit":"Hrs","endRange":"Inf","description":"$0.052 per On Demand Linux t3.medium Instance Hour",
        "appliesTo":[],"rateCode":"2MGYBUX7ABUPU7DB.JRTCKXETXF.6YS6EN2CT7","beginRange":"0","pricePerUnit":{"USD":"0.0520000000"}}},
        "sku":"2MGYBUX7ABUPU7DB","effectiveDate":"2026-11-01T00:00:00Z","offerTermCode":"JRTCKXETXF","termAttributes":{}}},
        "Reserved":{"2MGYBUX7ABUPU7DB.38NPMPTW36":{"priceDimensions":{},"sku":"2MGYBUX7ABUPU7DB"}}},
        "version":"20261118215432","publicationDate":"2026-11-18T21:54:32Z"}"#;

    fn query() -> PriceQuery {
        PriceQuery { region: "ap-northeast-2".to_owned(), size: "t3.medium".to_owned(), of: PriceOf::Linux }
    }

    fn of(products: &[&str]) -> Result<Quote, String> {
        read(&query(), &products.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn one_product_with_one_price_is_a_price() {
        let quote = of(&[T3]).expect("a price");
        assert!((quote.hour - 0.052).abs() < 1e-12);
        assert_eq!((quote.currency.as_str(), quote.published.as_str()), ("USD", "2026-11-18T21:54:32Z"));
        assert_eq!(of(&[&T3.replace("USD", "CNY")]).expect("a price").currency, "CNY");
    }

    #[test]
    fn what_does_not_fit_the_question_is_left_out_whatever_the_filters_did() {
        let windows = T3.replace(r#""operatingSystem":"Linux""#, r#""operatingSystem":"Windows""#);
        assert!(of(&[T3, &windows]).is_ok());
        assert_eq!(of(&[&windows]).expect_err("none"), "the price list has none");
        assert_eq!(of(&[]).expect_err("none"), "the price list has none");
    }

    #[test]
    fn nothing_is_guessed_between_several() {
        assert!(of(&[T3, T3]).expect_err("two").contains("has 2 that fit, and none is guessed"));
        let two = T3.replace(r#""pricePerUnit":{"USD":"0.0520000000"}"#, r#""pricePerUnit":{"USD":"0.0520000000","CNY":"0.3"}"#);
        assert!(of(&[&two]).expect_err("two").contains("more than one currency"));
        let offers = T3.replace(r#""OnDemand":{"#, r#""OnDemand":{"OTHER":{"priceDimensions":{}},"#);
        assert!(of(&[&offers]).expect_err("two").contains("more than one on-demand offer"));
    }

    #[test]
    fn what_is_no_flat_hourly_price_is_none() {
        let changed = |from: &str, to: &str| of(&[&T3.replace(from, to)]).expect_err("no price");
        assert!(changed(r#""unit":"Hrs""#, r#""unit":"Quantity""#).contains("`Quantity` and not an hour"));
        assert!(changed(r#""endRange":"Inf""#, r#""endRange":"100""#).contains("number of hours"));
        assert!(changed("0.0520000000", "0.0000000000").contains("is no price"));
        assert!(changed("0.0520000000", "a lot").contains("is no amount"));
        assert!(changed(r#""OnDemand":"#, r#""Ondemand":"#).contains("no on-demand offer"));
        assert!(of(&["{"]).expect_err("no price").contains("not understood"));
    }
}
