//! Images.

use muster_rule::ec2::{Image, Instance};
use muster_rule::prelude::*;

use crate::common::{age, days, is};

pub const PUBLIC: Rule = Rule {
    id: "public-image",
    title: "Image is public",
    category: Category::Security,
    severity: Severity::High,
    needs: &[Need { kind: "ec2.image", facets: &[] }],
    risk: "Everybody can start it and look through its disk: keys, histories, code.",
    remediation: Remediation {
        text: "Make it private, or share it with the accounts that need it; block public sharing for the region.",
        command: "aws ec2 modify-image-attribute --image-id {resource} --attribute launchPermission --operation-type remove --user-groups all --region {region}",
    },
    help: "A disabled image can be started by nobody, and is not judged.",
    check: Check::each(|_, doc| match Image(doc.body).public() {
        _ if is(Image(doc.body).state(), "disabled") => skip(),
        Some(false) => pass(),
        Some(true) => fail("everybody may start it").with("Name", Image(doc.body).name()),
        None => unknown("AWS does not say who may start it"),
    }),
    ..Rule::EMPTY
};

pub const OUTDATED: Rule = Rule {
    id: "outdated-image",
    title: "Instance was started from an outdated image",
    category: Category::Security,
    severity: Severity::Medium,
    needs: &[Need { kind: "ec2.instance", facets: &["image"] }],
    params: &[Param::integer("max-days", 365, "Days that the image of an instance may be old").min(1)],
    risk: "What the image lacked in patches the instance lacks, unless somebody patched it since; a deprecated image may vanish.",
    remediation: Remediation {
        text: "Start a new instance from a current image, move over and terminate the old one: the age of its image stays with an instance as \
               long as it lives. The command tells which patches it lacks until then; it installs nothing and does not reboot.",
        command: "aws ssm send-command --document-name AWS-RunPatchBaseline --instance-ids {resource} --parameters \
                  Operation=Scan,RebootOption=NoReboot --region {region}",
    },
    help: "Deprecated, or older than `max-days`. Patches that came later are not seen here: an instance that is kept patched for years is one for \
           an exception.",
    check: Check::each(|ask, doc| {
        let (id, image) = (Instance(doc.body).image_id(), Instance(doc.body).image());
        let Some(image) = image else {
            return unknown("its image is gone or no longer shared, so its age is not known").with("ImageId", id);
        };
        let (made, most) = (image.creation_date().map(|made| age(ask, made)), ask.params.integer("max-days"));
        let deprecated = image.deprecation_time().filter(|from| *from <= ask.now);
        let said = match (deprecated, made) {
            (Some(from), _) => format!("its image is deprecated since {}", from.date()),
            (None, Some(made)) if made > most => format!("its image is {} old, at most {most} wanted", days(made)),
            (None, Some(_)) => return pass(),
            (None, None) => return unknown("AWS does not say when its image was made"),
        };
        fail(said).with("ImageId", id).with("Name", image.name()).with("CreationDate", image.creation_date())
    }),
    ..Rule::EMPTY
};

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    #[test]
    fn an_image_is_public_or_not() {
        let found = Case::of(&PUBLIC)
            .given("own", r#"{"Public": false}"#)
            .given("open", r#"{"Public": true, "Name": "golden"}"#)
            .given("disabled", r#"{"Public": true, "State": "disabled"}"#)
            .given("?", "{}")
            .run();
        assert_eq!((found.of("own"), found.of("disabled")), ("pass", "skip"));
        assert_eq!(found.of("open"), r#"fail: everybody may start it {"Name":"golden"}"#);
        assert!(found.of("?").starts_with("unknown: "));
        let command = PUBLIC.remediation.command;
        assert!(command.contains(" --operation-type remove --user-groups all "), "accounts that it is shared with keep it: {command}");
    }

    #[test]
    fn images_age_and_are_deprecated() {
        let image = |made: &str, more: &str| format!(r#"{{"ImageId":"ami-1","Image":{{"Name":"n","CreationDate":"{made}"{more}}}}}"#);
        let found = Case::of(&OUTDATED)
            .given("new", &image("2026-09-01T00:00:00.000Z", ""))
            .given("edge", &image("2025-11-21T09:00:00.000Z", ""))
            .given("old", &image("2025-11-20T09:00:00.000Z", ""))
            .given("deprecated", &image("2026-09-01T00:00:00.000Z", r#","DeprecationTime":"2026-11-21T09:00:00.000Z""#))
            .given("will be", &image("2026-09-01T00:00:00.000Z", r#","DeprecationTime":"2027-01-01T00:00:00.000Z""#))
            .given("gone", r#"{"ImageId": "ami-2", "Image": null}"#)
            .run();
        assert_eq!(["new", "edge", "will be"].map(|key| found.of(key)), ["pass"; 3]);
        let evidence = r#"{"CreationDate":"2025-11-20T09:00:00Z","ImageId":"ami-1","Name":"n"}"#;
        assert_eq!(found.of("old"), format!("fail: its image is 366 days old, at most 365 wanted {evidence}"));
        assert!(found.of("deprecated").starts_with("fail: its image is deprecated since 2026-11-21 {"));
        assert!(found.of("gone").starts_with("unknown: its image is gone"));
        let command = OUTDATED.remediation.command;
        assert!(command.contains("Operation=Scan") && command.contains("RebootOption=NoReboot"), "an installation reboots: {command}");
    }
}
