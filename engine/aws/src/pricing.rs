//! The AWS Price List API: products as it answers them. Which of them is the price is not decided here.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_pricing::Client;
use aws_sdk_pricing::types::{Filter, FilterType};
use aws_types::region::Region as AwsRegion;
use futures::future::join_all;
use muster_core::cloud::{CloudError, PriceAnswer, PriceQuery};

use crate::convert::built;
use crate::paging;
use crate::region::Scope;

const GET: &str = "pricing:GetProducts";
/// Most products of a page.
const PAGE: i32 = 100;
/// The form in which products are printed; there is no other.
const FORM: &str = "aws_v1";

/// What the list says to each question.
pub(crate) async fn read(scope: Scope<'_>, queries: &BTreeSet<PriceQuery>) -> BTreeMap<PriceQuery, PriceAnswer> {
    let clients: BTreeMap<&str, Client> = queries.iter().map(|query| (query.endpoint(), client(scope, query.endpoint()))).collect();
    let answers = queries.iter().map(async |query| match clients.get(query.endpoint()) {
        Some(client) => (query.clone(), products(scope, client, query).await),
        None => (query.clone(), PriceAnswer::Unread("no endpoint of the price list is known for the region".to_owned())),
    });
    join_all(answers).await.into_iter().collect()
}

/// The API is served in few regions, whatever region it is asked about.
fn client(scope: Scope<'_>, endpoint: &'static str) -> Client {
    let config = aws_sdk_pricing::config::Builder::from(scope.region.config())
        .region(AwsRegion::new(endpoint))
        .retry_partition(scope.region.partition("pricing"));
    Client::from_conf(config.build())
}

async fn products(scope: Scope<'_>, client: &Client, query: &PriceQuery) -> PriceAnswer {
    let found = paging::all(GET, async |token| {
        let request = client
            .get_products()
            .service_code(query.service())
            .set_filters(Some(filters(query)?))
            .format_version(FORM)
            .max_results(PAGE)
            .set_next_token(token);
        let page = scope.call(GET, request.send()).await?;
        Ok((page.price_list().to_vec(), page.next_token().map(str::to_owned)))
    })
    .await;
    match found.failures.first() {
        Some(error) => PriceAnswer::Unread(words(error)),
        None => PriceAnswer::Products(found.items),
    }
}

fn filters(query: &PriceQuery) -> Result<Vec<Filter>, CloudError> {
    let filter = |(field, value): (&str, &str)| Filter::builder().r#type(FilterType::TermMatch).field(field).value(value).build();
    query.filters().into_iter().map(|pair| built(GET, filter(pair))).collect()
}

fn words(error: &CloudError) -> String {
    match error.code.as_str() {
        "" => format!("{GET}: {}", error.message),
        code => format!("{GET}: {code}: {}", error.message),
    }
}

#[cfg(test)]
mod tests {
    use muster_core::cloud::PriceOf;

    use super::*;

    #[test]
    fn every_attribute_is_a_filter() {
        let query = PriceQuery { region: "ap-northeast-2".to_owned(), size: "t3.medium".to_owned(), of: PriceOf::Linux };
        let filters = filters(&query).expect("filters");
        let told: Vec<(&str, &str)> = filters.iter().map(|filter| (filter.field(), filter.value())).collect();
        assert_eq!(told, query.filters());
        assert!(told.contains(&("operatingSystem", "Linux")) && told.contains(&("capacitystatus", "Used")));
        assert!(filters.iter().all(|filter| *filter.r#type() == FilterType::TermMatch));
    }
}
