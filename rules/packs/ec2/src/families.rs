//! Types that AWS has something better for.

use muster_rule::ec2::Instance;
use muster_rule::prelude::*;

use crate::common::{is, is_spot};
use crate::prices;

pub const PREVIOUS: Rule = Rule {
    id: "previous-generation",
    title: "Instance type is of a previous generation",
    category: Category::Cost,
    severity: Severity::Low,
    needs: &[Need { kind: "ec2.instance", facets: &["type"] }],
    risk: "Old types are slower for the same money, become scarce, and lack what newer ones have, such as encryption between instances.",
    remediation: Remediation {
        text: "Check that its image has the drivers for ENA and NVMe, stop it, choose a type of the newer family and start it.",
        command: "aws ec2 modify-instance-attribute --instance-id {resource} --instance-type TYPE --region {region}",
    },
    controls: &["FSBP EC2.24"],
    help: "By `CurrentGeneration` of DescribeInstanceTypes, and by a dated list of families that have a successor. Every type that can be \
           paravirtual (c1, c3, m1, m2, m3, t1) is among them.",
    check: Check::each(|ask, doc| {
        let instance = Instance(doc.body);
        let kind = instance.instance_type().unwrap_or_default();
        let current = instance.type_info().and_then(|info| info.current_generation());
        let Some(newer) = counterpart(ask, &kind, "successor") else {
            return match current {
                Some(false) => fail(format!("{kind} is of a previous generation")).with("InstanceType", kind),
                Some(true) => pass(),
                None => {
                    unknown(format!("the region does not offer {kind}, so AWS says nothing of its generation")).with("InstanceType", kind)
                }
            };
        };
        let answer = fail(format!("{kind} is of a previous generation, {}", newer.said("successor"))).with("InstanceType", kind);
        cheaper(ask, doc, answer.with("CurrentGeneration", current), &newer)
    }),
    ..Rule::EMPTY
};

pub const GRAVITON: Rule = Rule {
    id: "graviton-candidate",
    title: "Instance could run on Graviton",
    category: Category::Cost,
    severity: Severity::Info,
    needs: &[Need { kind: "ec2.instance", facets: &[] }],
    risk: "The same work costs less on AWS's own processors, if the software is there for arm64.",
    remediation: Remediation {
        text: "Make an arm64 image of what runs there, start an instance of the counterpart beside it, and move over when it works.",
        command: "",
    },
    help: "Linux on x86_64 only. The price counts: where the counterpart is no cheaper, it passes. Work an hour is often more on Graviton, \
           which this rule does not know.",
    check: Check::each(|ask, doc| {
        let instance = Instance(doc.body);
        let kind = instance.instance_type().unwrap_or_default();
        if !is(instance.platform_details(), "Linux/UNIX") {
            return skip();
        }
        let Some(arm) = counterpart(ask, &kind, "graviton").filter(|_| is(instance.architecture(), "x86_64")) else { return pass() };
        if arm.kind.as_ref().and_then(|arm| difference(ask, &kind, arm)).is_some_and(|saved| saved <= 0.0) {
            return pass();
        }
        let answer = fail(format!("{kind} is x86_64, {}", arm.said("counterpart"))).with("InstanceType", kind);
        cheaper(ask, doc, answer.with("Counterpart", arm.kind.as_ref().unwrap_or(&arm.family)), &arm)
    }),
    ..Rule::EMPTY
};

/// What stands in for a type.
struct Counterpart {
    /// `m7i`.
    family: String,
    /// The type of the same size; nothing where the family has none, or where its sizes are not listed.
    kind: Option<String>,
    /// The size that the family does not have.
    lacks: Option<String>,
}

impl Counterpart {
    /// `m7i.large is its successor`. A type that there is not is never named.
    fn said(&self, role: &str) -> String {
        match (&self.kind, &self.lacks) {
            (Some(kind), _) => format!("{kind} is its {role}"),
            (None, Some(size)) => format!("family {} is its {role}, and has no size {size}", self.family),
            (None, None) => format!("family {} is its {role}", self.family),
        }
    }
}

/// The family that `member` of a family names, and its type of the same size.
fn counterpart(ask: &Ask<'_>, kind: &str, member: &str) -> Option<Counterpart> {
    let (name, size) = prices::split(kind)?;
    let family = prices::family(ask, name)?.text(member)?.into_owned();
    let has = prices::has(ask, &family, size);
    let other = Counterpart {
        kind: has.filter(|has| *has).map(|_| format!("{family}.{size}")),
        lacks: has.filter(|has| !has).map(|_| size.to_owned()),
        family,
    };
    // No family since the third has metal and ordinary sizes that match.
    (!size.starts_with("metal")).then_some(other)
}

/// USD a month that the other type costs less; nothing where a price is not known.
fn difference(ask: &Ask<'_>, kind: &str, other: &str) -> Option<f64> {
    Some(prices::instance(ask, kind)? - prices::instance(ask, other)?)
}

/// The difference in price, for an instance that the list is about.
fn cheaper(ask: &Ask<'_>, doc: Doc<'_>, answer: Answer, other: &Counterpart) -> Answer {
    let Some(other) = &other.kind else { return answer };
    let instance = Instance(doc.body);
    let listed = is(instance.platform_details(), "Linux/UNIX") && is(instance.state(), "running") && !is_spot(instance);
    let saved = instance.instance_type().filter(|_| listed).and_then(|kind| difference(ask, &kind, other));
    prices::saving(answer, saved, Confidence::Static, prices::basis_if_running(other, doc), &prices::FAMILIES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn instance(kind: &str, architecture: &str, current: bool) -> String {
        let info = format!(r#"{{"CurrentGeneration":{current}}}"#);
        format!(
            r#"{{"State":"running","PlatformDetails":"Linux/UNIX","Architecture":"{architecture}","InstanceType":"{kind}","TypeInfo":{info}}}"#
        )
    }

    #[test]
    fn old_families_have_successors() {
        let found = Case::of(&PREVIOUS)
            .given("listed", &instance("t2.large", "x86_64", true))
            .given("unlisted", &instance("hs1.8xlarge", "x86_64", false))
            .given("dearer", &instance("m4.large", "x86_64", true))
            .given("new", &instance("m7i.large", "x86_64", true))
            .given("gone", r#"{"InstanceType": "z9.large", "TypeInfo": null}"#)
            .run();
        let said = found.of("listed");
        assert!(said.starts_with("fail: t2.large is of a previous generation, t3.large is its successor"), "{said}");
        assert!(said.contains(r#""amount":7.01"#), "{said}");
        assert_eq!(found.of("unlisted"), r#"fail: hs1.8xlarge is of a previous generation {"InstanceType":"hs1.8xlarge"}"#);
        assert!(found.of("dearer").starts_with("fail: ") && !found.of("dearer").contains("saves"));
        assert_eq!(found.of("new"), "pass");
        let gone = r#"unknown: the region does not offer z9.large, so AWS says nothing of its generation {"InstanceType":"z9.large"}"#;
        assert_eq!(found.of("gone"), gone);
    }

    #[test]
    fn a_type_that_there_is_not_is_never_named() {
        let said = |rule, kind: &str| Case::of(rule).given("i", &instance(kind, "x86_64", false)).run().of("i").to_owned();
        for (kind, words) in [
            ("m3.medium", "family m7i is its successor, and has no size medium"),
            ("m4.10xlarge", "family m7i is its successor, and has no size 10xlarge"),
            ("p2.xlarge", "family g6 is its successor"),
        ] {
            let said = said(&PREVIOUS, kind);
            assert!(
                said.starts_with(&format!("fail: {kind} is of a previous generation, {words} {{")) && !said.contains("saves"),
                "{said}"
            );
        }
        for (kind, words) in [
            ("c5.18xlarge", "family c7g is its counterpart, and has no size 18xlarge"),
            ("m5.24xlarge", "family m7g is its counterpart, and has no size 24xlarge"),
        ] {
            let said = said(&GRAVITON, kind);
            assert!(said.starts_with(&format!("fail: {kind} is x86_64, {words} {{")) && !said.contains("saves"), "{said}");
        }
    }

    #[test]
    fn linux_on_x86_has_a_counterpart() {
        let bare = |kind: &str, architecture: &str, platform: &str| {
            format!(r#"{{"State":"running","PlatformDetails":"{platform}","Architecture":"{architecture}","InstanceType":"{kind}"}}"#)
        };
        let found = Case::of(&GRAVITON)
            .given("x86", &bare("t3.medium", "x86_64", "Linux/UNIX"))
            .given("arm", &bare("t4g.medium", "arm64", "Linux/UNIX"))
            .given("none", &bare("g5.xlarge", "x86_64", "Linux/UNIX"))
            .given("dearer", &bare("c5n.large", "x86_64", "Linux/UNIX"))
            .given("windows", &bare("t3.medium", "x86_64", "Windows"))
            .run();
        assert_eq!(found.of("dearer"), "pass", "c7gn.large costs more than c5n.large");
        assert!(found.of("x86").contains(r#""basis":"t4g.medium if it ran all month, list price of us-east-1""#), "{}", found.of("x86"));
        let said = found.of("x86");
        assert!(
            said.starts_with("fail: t3.medium is x86_64, t4g.medium is its counterpart") && said.contains(r#""amount":5.84"#),
            "{said}"
        );
        assert_eq!((found.of("arm"), found.of("none"), found.of("windows")), ("pass", "pass", "skip"));
    }
}
