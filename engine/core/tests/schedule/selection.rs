//! Selections found by tag are those found by trying each.

use std::collections::{BTreeMap, BTreeSet};

use muster_core::cloud::Place;
use muster_core::schedule::{Schedule, Select, Selectors};
use muster_core::tags::Tags;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

use super::support::{name, runner, schedule};

type TagSets = BTreeMap<String, BTreeSet<String>>;

fn word(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(of).prop_map(str::to_owned)
}

fn tag_sets(least: usize) -> impl Strategy<Value = TagSets> {
    btree_map(word(&["env", "team", "keep"]), btree_set(word(&["a", "b", "c", "*"]), 1..3), least..3)
}

fn place(region: &str) -> Place {
    Place { account: "main".to_owned(), region: region.to_owned() }
}

fn select() -> impl Strategy<Value = Option<Select>> {
    let services = btree_set(word(&["ec2", "rds"]), 1..3);
    let places = btree_set(word(&["r1", "r2"]).prop_map(|region| place(&region)), 0..2);
    let select = (services, tag_sets(0), tag_sets(0), places).prop_map(|(services, tags, except_tags, places)| Select {
        services,
        tags,
        except_tags,
        places,
    });
    prop::option::weighted(0.9, select)
}

#[test]
fn by_tag_or_one_after_the_other() {
    let resource =
        (word(&["ec2", "rds"]), btree_map(word(&["env", "team", "keep"]), word(&["a", "b", "c", ""]), 0..3), word(&["r1", "r2"]));
    let outcome = runner().run(&(vec(select(), 0..6), vec(resource, 1..4)), |(selects, resources)| {
        let numbered = |(at, select): (usize, Option<Select>)| Schedule { name: name(&format!("s{at}")), select, ..schedule("UTC", &[]) };
        let schedules: Vec<Schedule> = selects.into_iter().enumerate().map(numbered).collect();
        let selectors = Selectors::new(&schedules);
        for (service, tags, region) in resources {
            let (tags, place): (Tags, Place) = (tags.into_iter().collect(), place(&region));
            let names = |schedules: Vec<&Schedule>| schedules.into_iter().map(|it| it.name.to_string()).collect::<Vec<_>>();
            let tried = schedules.iter().filter(|it| it.select.as_ref().is_some_and(|select| select.matches(&service, &tags, &place)));
            prop_assert_eq!(names(selectors.matching(&service, &tags, &place)), names(tried.collect()));
            for select in schedules.iter().filter_map(|it| it.select.as_ref()) {
                let why = select.mismatch(&service, &tags, &place);
                prop_assert_eq!(why.is_none(), select.matches(&service, &tags, &place), "{:?}", why);
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
