use super::*;
use crate::prelude::*;

const RULE: Rule = Rule {
    id: "size",
    title: "Volume is small",
    needs: &[Need { kind: "ec2.volume", facets: &[] }],
    params: &[Param::integer("least", 8, "Smallest size in GiB").min(1)],
    risk: "It fills up.",
    remediation: Remediation { text: "Enlarge it.", command: "aws ec2 modify-volume --volume-id {resource} --region {region}" },
    check: Check::each(|ask, doc| {
        let (size, least) = (doc.body.integer("Size"), ask.params.integer("least"));
        match size {
            None => skip(),
            Some(size) if size >= least => pass(),
            Some(size) => fail(format!("{size} GiB, at least {least} wanted")).with("Size", size),
        }
    }),
    ..Rule::EMPTY
};

fn refused(case: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let caught = std::panic::catch_unwind(case).expect_err("a panic");
    caught.downcast_ref::<String>().cloned().or_else(|| caught.downcast_ref::<&str>().map(ToString::to_string)).expect("a text")
}

#[test]
fn a_case_says_what_the_rule_says() {
    let case = Case::of(&RULE).given("a", r#"{ "State": "in-use", "Size": 4 }"#).given("b", r#"{"Size":9}"#).given("c", "{}");
    let found = case.run();
    assert_eq!(found.of("a"), r#"fail: 4 GiB, at least 8 wanted {"Size":4}"#);
    assert_eq!((found.of("b"), found.of("c")), ("pass", "skip"));
    assert_eq!(case.params(r#"{"least": 3}"#).run().all(), ["a pass", "b pass"]);
    well_formed(&[&RULE]);
}

#[test]
fn failures_are_the_hosts() {
    let case = Case::of(&RULE).given("a", r#"{"Size": "4"}"#);
    assert_eq!(case.failure(), "bad-input: `Size` is no whole number in a");
    assert!(case.params(r#"{"least": 0}"#).failure().starts_with("bad-params: `least` is 0"));
    let asks = Rule { check: Check::each(|ask, _| if ask.params.boolean("most") { pass() } else { skip() }), ..RULE };
    let said = Case::of(&asks).given("a", "{}").failure();
    assert_eq!(said, "internal: the rule reads a parameter `most` that it does not declare, or not as that type");
}

#[test]
fn what_a_rule_must_not_do_is_caught() {
    let tags = Rule { check: Check::each(|_, doc| if doc.body.object("Tags").is_some() { pass() } else { skip() }), ..RULE };
    let said = refused(move || drop(Case::of(&tags).given("a", r#"{"Tags": {}}"#).run()));
    assert_eq!(said, "rule size reads Tags of ec2.volume, which is of facet tags, without asking for it in `needs`");
    let typo = Rule { check: Check::each(|_, doc| if doc.body.integer("Sice").is_some() { pass() } else { skip() }), ..RULE };
    let said = refused(move || drop(Case::of(&typo).given("a", "{}").run()));
    assert_eq!(said, "rule size reads Sice of ec2.volume, which has no such member");
    let all = Rule { check: Check::each(|_, doc| if doc.body.members().count() > 1 { pass() } else { skip() }), ..RULE };
    let said = refused(move || drop(Case::of(&all).given("a", r#"{"Size": 1, "Tags": {}}"#).run()));
    assert!(said.contains("rule size reads members of facets that it does not declare in `needs`"), "{said}");

    let declared = Rule { needs: &[Need { kind: "ec2.volume", facets: &["tags"] }], ..tags };
    assert_eq!(Case::of(&declared).given("a", r#"{"Tags": {}}"#).run().of("a"), "pass");

    let counts = Rule {
        check: Check::each(|_, _| {
            static CALLS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
            fail(format!("call {}", CALLS.fetch_add(1, std::sync::atomic::Ordering::Relaxed)))
        }),
        ..RULE
    };
    let said = refused(move || drop(Case::of(&counts).given("a", "{}").run()));
    assert!(said.contains("rule size says something else when it is asked again"), "{said}");

    let said = refused(|| drop(Case::of(&RULE).given("a", r#"{"Sise": 4}"#)));
    assert_eq!(said, "ec2.volume has no member Sise: a");
    let loud = Rule { check: Check::each(|_, _| fail("Not good.")), ..RULE };
    let said = refused(move || drop(Case::of(&loud).given("a", "{}").run()));
    assert!(said.ends_with("messages are one line, begin small, have no full stop"), "{said}");
}

#[test]
fn a_scope_is_judged_whole_and_alone() {
    const COUNT: Check = Check::scope(|_, batch, found| {
        for doc in batch.of("ec2.volume") {
            found.push(*doc, fail(format!("one of {} in {}", batch.docs().len(), doc.region())));
        }
        Ok(())
    });
    let rule = Rule { check: COUNT, ..RULE };
    let case = Case::of(&rule).given("a", "{}").given("b", "{}").scope("1/eu-west-1").given("c", "{}");
    assert_eq!(case.run().all(), ["a fail: one of 2 in us-east-1", "b fail: one of 2 in us-east-1", "c fail: one of 1 in eu-west-1"]);
    let rule = Rule { check: Check::fleet(|_, batch, _| Err(Failure::internal(batch.docs().len().to_string()))), ..RULE };
    assert_eq!(Case { rule: &rule, ..case }.failure(), "internal: 3");
}

#[test]
fn old_data_is_warned_of_once() {
    const DATA: Dated = Dated::new("ends", r#"{"source": "a page", "as-of": "2026-05-01", "b": 2, "a": 1}"#);
    let rule = Rule {
        check: Check::each(|ask, _| if ask.data(&DATA).integer("a") == Some(1) && DATA.source().is_some() { pass() } else { skip() }),
        ..RULE
    };
    let found = Case::of(&rule).given("a", "{}").given("b", "{}").run();
    assert_eq!(found.log(), ["warn: data `ends` is as of 2026-05-01, 204 days old; a newer pack may judge otherwise"]);
    let found = Case::of(&rule).now("2026-10-28").given("a", "{}").run();
    assert_eq!((found.of("a"), found.log().len()), ("pass", 0));
}

#[test]
fn trees_are_read_strictly_and_written_canonically() {
    let tree = Tree::parse(" {\"b\" : [1, -2.5e3, {}], \"a\":\"보\\\"\" , \"c\":null}").expect("JSON");
    assert_eq!(tree.canonical(), r#"{"a":"\ubcf4\"","b":[1,-2.5e3,{}],"c":null}"#);
    for text in ["", "{", "[1 2]", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "nul", "[] []", "{\"a\":1,\"a\":2}", "\"a", "{a:1}", "1x"] {
        assert!(Tree::parse(text).is_err(), "{text}");
    }
    assert!(Tree::parse(&"[".repeat(200)).is_err());
}
