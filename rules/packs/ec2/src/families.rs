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
    help: "By `CurrentGeneration` of DescribeInstanceTypes, and by a dated list of families that have a successor.",
    check: Check::each(|ask, doc| {
        let instance = Instance(doc.body);
        let kind = instance.instance_type().unwrap_or_default();
        let current = instance.type_info().and_then(|info| info.current_generation());
        let successor = counterpart(ask, &kind, "successor");
        let Some(newer) = successor else {
            return match current {
                Some(false) => fail(format!("{kind} is of a previous generation")).with("InstanceType", kind),
                _ => pass(),
            };
        };
        let answer = fail(format!("{kind} is of a previous generation, {newer} is its successor")).with("InstanceType", kind.clone());
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
        if difference(ask, &kind, &arm).is_some_and(|saved| saved <= 0.0) {
            return pass();
        }
        let answer = fail(format!("{kind} is x86_64, {arm} is its counterpart")).with("InstanceType", kind);
        cheaper(ask, doc, answer.with("Counterpart", arm.clone()), &arm)
    }),
    ..Rule::EMPTY
};

/// The type of the same size in the family that `member` of a family names.
fn counterpart(ask: &Ask<'_>, kind: &str, member: &str) -> Option<String> {
    let (name, size) = prices::split(kind)?;
    let other = prices::family(ask, name)?.text(member)?;
    // No family since the third has metal and ordinary sizes that match.
    (!size.starts_with("metal")).then(|| format!("{other}.{size}"))
}

/// USD a month that the other type costs less; nothing where a price is not known.
fn difference(ask: &Ask<'_>, kind: &str, other: &str) -> Option<f64> {
    Some(prices::instance(ask, kind)? - prices::instance(ask, other)?)
}

/// The difference in price, for an instance that the list is about.
fn cheaper(ask: &Ask<'_>, doc: Doc<'_>, answer: Answer, other: &str) -> Answer {
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
        assert_eq!((found.of("new"), found.of("gone")), ("pass", "pass"));
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
