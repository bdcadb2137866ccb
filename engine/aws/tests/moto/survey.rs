//! What a survey of an account reads: schedules of EventBridge, CPU of instances, prices.

use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::{Kind, Need, PriceAnswer, PriceOf, PriceQuery};
use muster_core::{import, price};
use serde_json::Value;

use crate::{REGION, World, world};

/// Hours that are asked about.
const HOURS: u16 = 4;

/// Puts schedules and CPU into the account; answers the first hour to ask about. The values are of the third.
async fn furnish(world: &World) -> Timestamp {
    let now = Timestamp::now().as_second().div_euclid(3600) * 3600;
    let hour = now - 2 * 3600;
    let source = format!("import stock; stock.survey({:?}, {REGION:?}, {hour}); result = True", world.account_id);
    assert_eq!(world.lab("py", &source).await, Value::Bool(true));
    Timestamp::from_second(now).expect("an instant") - SignedDuration::from_hours(i64::from(HOURS))
}

fn small(size: &str, of: PriceOf) -> PriceQuery {
    PriceQuery { region: REGION.to_owned(), size: size.to_owned(), of }
}

#[tokio::test]
async fn schedules_come_whole_and_import_as_from_a_file() {
    let Some(world) = world(40).await else { return };
    furnish(&world).await;
    let view = world.view([Need::EventBridgeSchedules]).await;
    let edges = view.eventbridge.seen();
    assert!(view.eventbridge.is_complete());
    assert_eq!(edges.iter().map(|edge| (edge.group.as_str(), edge.name.as_str())).collect::<Vec<_>>(), [("lab", "off"), ("lab", "on")]);
    let live = import::live(edges);
    assert_eq!((live.imported.len(), live.refused), (1, Vec::new()));
    assert_eq!(live.imported[0].schedule["run"], serde_json::json!(["mon-fri 09:00-19:00"]));
    world.fault("ListSchedules", "before", 403, "AccessDeniedException").await;
    let snapshot = world.read([Need::EventBridgeSchedules]).await;
    assert_eq!(
        snapshot.gaps.iter().map(|gap| (gap.action.as_str(), gap.kind)).collect::<Vec<_>>(),
        [("scheduler:ListSchedules", Kind::ForeignEdge)]
    );
}

#[tokio::test]
async fn cpu_is_the_highest_value_of_each_hour() {
    let Some(world) = world(41).await else { return };
    let from = furnish(&world).await;
    let instances = ["i-1".to_owned(), "i-2".to_owned()].into();
    let view = world.view([Need::CpuHistory { instances, from, hours: HOURS }]).await;
    assert_eq!(view.cpu["i-1"].peaks, [None, None, Some(7.0), None]);
    assert_eq!(view.cpu["i-2"].peaks, [None; 4]);
}

#[tokio::test]
async fn a_price_is_the_one_product_that_fits() {
    let Some(world) = world(42).await else { return };
    let (linux, none) = (small("t3.small", PriceOf::Linux), small("t9.small", PriceOf::Linux));
    let database = small("db.t4g.micro", PriceOf::Database { engine: "MySQL".to_owned(), multi_az: true });
    let view = world.view([Need::Prices([linux.clone(), none.clone(), database.clone()].into())]).await;
    let hour = |query: &PriceQuery| match &view.prices[query] {
        PriceAnswer::Products(products) => price::read(query, products).map(|quote| (quote.hour.to_string(), quote.currency)),
        PriceAnswer::Unread(why) => Err(why.clone()),
    };
    assert_eq!(hour(&linux), Ok(("0.026".to_owned(), "USD".to_owned())));
    assert_eq!(hour(&database), Ok(("0.05".to_owned(), "USD".to_owned())));
    assert_eq!(hour(&none), Err("the price list has none".to_owned()));
    world.fault("GetProducts", "before", 400, "AccessDeniedException").await;
    let view = world.view([Need::Prices([linux.clone()].into())]).await;
    assert!(matches!(&view.prices[&linux], PriceAnswer::Unread(why) if why.contains("AccessDenied")), "a reason and no gap");
}
