//! What a survey of an account may read, and who may ask for prices.

use std::collections::BTreeSet;

use super::super::*;
use super::fixture::{bare, place};
use super::{actions_of, of};
use crate::cloud::Need;
use crate::fleet::Money;
use crate::survey;

#[test]
fn a_survey_may_read_whatever_it_asks_for_and_change_nothing() {
    let allowed = actions_of(&[survey_policy()]);
    let cpu = Need::CpuHistory { instances: BTreeSet::new(), from: jiff::Timestamp::UNIX_EPOCH, hours: 1 };
    let asked = survey::needs(&[place()]).0.into_values().flatten().chain([cpu, Need::Prices(BTreeSet::new())]);
    for action in asked.flat_map(|need| actions(&need)) {
        assert!(allowed.contains(*action), "{action}");
    }
    for action in &allowed {
        let (_, operation) = action.split_once(':').expect("a service");
        assert!(["Describe", "Get", "List"].iter().any(|verb| operation.starts_with(verb)), "{action}");
        assert!(known_actions().contains(action.as_str()) || !is_surveys_own(action), "{action}");
    }
}

/// What no plan asks for.
fn is_surveys_own(action: &str) -> bool {
    ["cloudwatch:GetMetricData", "scheduler:", "pricing:"].iter().any(|start| action.starts_with(start))
}

#[test]
fn the_plan_role_asks_for_prices_only_where_the_file_allows_it() {
    let with = |api| {
        let money = Money { currency: "USD".to_owned(), api, per_hour: BTreeMap::new(), per_gib_month: BTreeMap::new() };
        actions_of(&of(&Fleet { prices: Some(money), ..bare() }).plan).contains("pricing:GetProducts")
    };
    assert!(with(true) && !with(false));
    assert!(!actions_of(&of(&bare()).plan).contains("pricing:GetProducts"));
}
