//! What the policies allow, and what they refuse.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::*;
use crate::cloud::{Change, Listing, Vpc};
use crate::name::FleetName;

mod changes;
mod delivery;
mod fixture;
mod judge;
mod survey;

use fixture::{bare, full, name, schedule, select, user};
use judge::{Context, allows, context};

const INSTANCE: &str = "arn:aws:ec2:ap-northeast-2:123456789012:instance/i-1";
const DATABASE: &str = "arn:aws:rds:ap-northeast-2:123456789012:db:app";
const OURS: &[(&str, &str)] = &[("aws:ResourceTag/muster:fleet", "lms")];

fn of(fleet: &Fleet) -> Policies {
    policies(fleet, &BTreeMap::new())
}

fn actions_of(documents: &[Value]) -> BTreeSet<String> {
    let statements = documents.iter().flat_map(|document| document["Statement"].as_array().expect("statements"));
    let actions = statements.flat_map(|statement| statement["Action"].as_array().expect("actions"));
    actions.map(|action| action.as_str().expect("text").to_owned()).collect()
}

fn golden(file: &str, expected: &str, policies: &Value) {
    let actual = format!("{policies:#}\n");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/iam/tests").join(file);
        std::fs::write(path, &actual).expect("written");
        return;
    }
    assert!(actual == expected, "{file} differs; UPDATE_GOLDEN=1 writes it anew. Now:\n{actual}");
}

#[test]
fn the_policies_of_a_fleet_that_uses_everything() {
    golden("full.json", include_str!("full.json"), &json!(of(&full())));
}

#[test]
fn the_policy_of_a_user() {
    let policy = user_policy(&full(), "김철수", &BTreeMap::new()).expect("policy");
    golden("user.json", include_str!("user.json"), &policy);
    assert_eq!(user_policy(&full(), "alice", &BTreeMap::new()), Err(NoUserPolicy::OwnKey(name("alice"))));
    assert_eq!(user_policy(&full(), "nobody", &BTreeMap::new()), Err(NoUserPolicy::Unknown("nobody".into())));
}

#[test]
fn a_renamed_user_still_fetches_the_key_under_its_old_names() {
    let mut fleet = full();
    fleet.was = vec![FleetName::new("lms-2025").expect("fleet")];
    fleet.users[&name("김철수")].was = vec![name("chulsoo")];
    let policy = user_policy(&fleet, "김철수", &BTreeMap::new()).expect("policy");
    assert_eq!(policy["Statement"][0]["Resource"].as_array().map(Vec::len), Some(4));
}

#[test]
fn every_change_is_allowed_on_what_is_ours_and_refused_on_what_is_not() {
    let apply = of(&full()).apply;
    for change in changes::every() {
        let asked: BTreeSet<&str> = changes::requests(&change).iter().map(|request| request.action).collect();
        assert!(asked.contains(change.action()), "{change:?} asks for {asked:?}");
        assert!(asked.is_subset(&actions_of_change(&change)), "{change:?} asks for {asked:?}");
        for request in changes::requests(&change) {
            assert!(allows(&apply, request.action, &request.resource, &request.ours), "{change:?}: {request:?}");
            for forged in request.forged() {
                assert!(!allows(&apply, request.action, &request.resource, &forged), "{change:?}: {request:?} with {forged:?}");
            }
        }
    }
}

#[test]
fn plan_reads_only_and_apply_contains_it() {
    let Policies { plan, apply, adopt, .. } = of(&full());
    let reading = |action: &String| {
        let verb = action.split(':').nth(1).unwrap_or_default();
        verb.starts_with("Describe") || verb.starts_with("Get") || verb.starts_with("List")
    };
    assert!(actions_of(&plan).iter().all(reading), "{:?}", actions_of(&plan));
    assert!(actions_of(&plan).is_subset(&actions_of(&apply)));
    assert!(!actions_of(&adopt).iter().any(reading));
}

#[test]
fn the_plan_role_may_read_whatever_planning_asks_for() {
    let (fleet, lock, options) = (full(), crate::lock::Lock::default(), crate::plan::Options::default());
    let needs = crate::plan::needs(&fleet);
    let first: Vec<_> = needs.0.values().flatten().collect();
    assert!(first.contains(&&crate::cloud::Need::ScalingGroups) && first.contains(&&crate::cloud::Need::EcsServices));
    let mut view = crate::cloud::PlaceView { databases: Listing::Complete(Vec::new()), ..Default::default() };
    view.vpcs = Listing::Complete(vec![Vpc { id: "vpc-1".into(), is_default: true, tags: BTreeMap::new() }]);
    let now = "2026-11-23T01:00:00Z".parse().expect("instant");
    let mut snapshot = crate::cloud::Snapshot::empty(now);
    snapshot.places.insert(fixture::place(), view);
    let later = crate::plan::follow_up(&crate::plan::Input { fleet: &fleet, lock: &lock, snapshot: &snapshot, now, options: &options });
    assert!(!later.is_empty());
    let plan = of(&fleet).plan;
    for need in needs.0.values().chain(later.0.values()).flatten() {
        for action in actions(need).iter().filter(|action| **action != "ssm:GetParameter") {
            assert!(allows(&plan, action, "*", &Context::new()), "{need:?} takes {action}");
        }
    }
}

#[test]
fn plan_reads_no_secret() {
    let plan = of(&full()).plan;
    let parameter = "arn:aws:ssm:ap-northeast-2:123456789012:parameter/muster/lms/muster-lms-x";
    assert!(!allows(&plan, "ssm:GetParameter", parameter, &Context::new()));
    let image = "arn:aws:ssm:ap-northeast-2::parameter/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id";
    assert!(allows(&plan, "ssm:GetParameter", image, &Context::new()));
}

#[test]
fn a_fleet_is_given_only_what_its_sections_use() {
    let mut nothing = bare();
    assert_eq!(of(&nothing).plan, of(&nothing).apply, "it may own things of an earlier file, so it reads");
    nothing.name = None;
    assert_eq!(actions_of(&of(&nothing).apply), BTreeSet::from(["sts:GetCallerIdentity".to_owned()]));

    let mut users = bare();
    users.users.insert(name("alice"), user("alice", crate::fleet::KeySource::Public("ssh-ed25519 AAAA".into())));
    let actions = actions_of(&of(&users).apply);
    assert!(actions.contains("ec2:RunInstances") && actions.contains("cloudwatch:PutMetricAlarm"));
    let foreign = |action: &String| action.starts_with("rds:Create") || action.starts_with("ssm:Put") || action.starts_with("kms:");
    assert!(!actions.iter().any(foreign), "{actions:?}");
}

#[test]
fn a_fleet_without_a_name_owns_nothing() {
    let mut fleet = bare();
    fleet.name = None;
    fleet.schedules.insert(name("office"), schedule("office", Some(select(&["ec2"], &[("env", &["dev"])], &[]))));
    let Policies { apply, adopt, .. } = of(&fleet);
    assert_eq!(adopt, Vec::<Value>::new());
    assert!(!actions_of(&apply).contains("ec2:TerminateInstances"));
    assert!(allows(&apply, "ec2:StopInstances", INSTANCE, &context(&[("aws:ResourceTag/env", "dev")])));
}

#[test]
fn a_schedule_reaches_what_its_select_names_and_nothing_else() {
    let apply = of(&full()).apply;
    let stop = |pairs: &[(&str, &str)]| allows(&apply, "ec2:StopInstances", INSTANCE, &context(pairs));
    let selected = [("aws:ResourceTag/env", "dev"), ("aws:ResourceTag/owner", "kim")];
    assert!(stop(&selected));
    assert!(allows(&apply, "rds:StopDBInstance", DATABASE, &context(&selected)));
    assert!(!stop(&selected[..1]), "every key must match");
    assert!(!stop(&[("aws:ResourceTag/env", "prod"), selected[1]]));
    assert!(!stop(&[selected[0], selected[1], ("aws:ResourceTag/keep", "yes")]), "excepted");
    assert!(!stop(&[selected[0], selected[1], ("aws:ResourceTag/muster:fleet", "other")]), "another fleet's");
    assert!(!allows(&apply, "ec2:TerminateInstances", INSTANCE, &context(&selected)));
    assert!(!allows(&apply, "ec2:ModifyInstanceAttribute", INSTANCE, &context(&selected)));
}

#[test]
fn a_schedule_writes_its_own_two_tags_only() {
    let apply = of(&full()).apply;
    let tag = |keys: &[&str]| {
        let selected = [("aws:ResourceTag/env", "dev"), ("aws:ResourceTag/owner", "kim")];
        let keys = keys.iter().map(|key| ("aws:TagKeys", *key));
        allows(&apply, "ec2:CreateTags", INSTANCE, &context(&selected.into_iter().chain(keys).collect::<Vec<_>>()))
    };
    assert!(tag(&["muster:override"]) && tag(&["muster:resume-size", "muster:override"]));
    assert!(!tag(&["muster:fleet"]) && !tag(&["muster:override", "Name"]) && !tag(&[]));
}

#[test]
fn a_schedule_ends_its_own_snapshots_and_no_others() {
    let mut fleet = full();
    fleet.schedules.insert(name("class"), schedule("class", Some(select(&["rds"], &[("env", &["dev"])], &[]))));
    let apply = of(&fleet).apply;
    let snapshot = "arn:aws:rds:ap-northeast-2:123456789012:snapshot:app-1";
    let ends = |mark: &[(&str, &str)]| allows(&apply, "rds:DeleteDBSnapshot", snapshot, &context(mark));
    let key = "aws:ResourceTag/muster:snapshot-of";
    assert!(ends(&[(key, "rds/app schedule=lms/office")]) && ends(&[(key, "database/app/instance schedule=lms/office")]));
    let foreign = ["rds/app schedule=other/office", "rds/app schedule=lms/class", "database/app/instance", ""];
    assert!(!foreign.iter().any(|mark| ends(&[(key, mark)])), "another fleet's, another schedule's, a removal's");
    assert!(!ends(&[]), "a person's");
    let takes = |mark: &str| {
        let known = context(&[("aws:RequestTag/muster:snapshot-of", mark), ("aws:TagKeys", "muster:snapshot-of")]);
        allows(&apply, "rds:CreateDBClusterSnapshot", "arn:aws:rds:ap-northeast-2:123456789012:cluster-snapshot:s", &known)
    };
    assert!(takes("rds-cluster/shop schedule=lms/office") && !takes("rds-cluster/shop"));
}

#[test]
fn a_schedule_scales_what_it_selects_and_nothing_else() {
    let apply = of(&full()).apply;
    let group = "arn:aws:autoscaling:ap-northeast-2:123456789012:autoScalingGroup:0a1b:autoScalingGroupName/web";
    let service = "arn:aws:ecs:ap-northeast-2:123456789012:service/main/api";
    let cluster = "arn:aws:rds:ap-northeast-2:123456789012:cluster:shop";
    let calls = [("autoscaling:UpdateAutoScalingGroup", group), ("ecs:UpdateService", service), ("rds:StopDBCluster", cluster)];
    let selected = [("aws:ResourceTag/env", "dev"), ("aws:ResourceTag/owner", "kim")];
    for (action, arn) in calls {
        assert!(allows(&apply, action, arn, &context(&selected)), "{action}");
        assert!(!allows(&apply, action, arn, &context(&selected[..1])), "{action} of what lacks a tag");
        assert!(!allows(&apply, action, arn, &context(&[selected[0], selected[1], ("aws:ResourceTag/muster:fleet", "other")])), "{action}");
    }
    for action in ["autoscaling:DeleteAutoScalingGroup", "autoscaling:TerminateInstanceInAutoScalingGroup", "ecs:DeleteService"] {
        assert!(!allows(&apply, action, group, &context(&selected)) && !allows(&apply, action, service, &context(&selected)), "{action}");
    }
    let tag = |keys: &[&str]| {
        let keys = keys.iter().map(|key| ("aws:TagKeys", *key));
        allows(&apply, "autoscaling:CreateOrUpdateTags", group, &context(&selected.into_iter().chain(keys).collect::<Vec<_>>()))
    };
    assert!(tag(&["muster:resume-min", "muster:resume-set"]) && !tag(&["Name"]) && !tag(&[]));
}

#[test]
fn every_exception_leaves_out() {
    let mut fleet = bare();
    let except: &[(&str, &[&str])] = &[("keep", &["*"]), ("team", &["ops"])];
    fleet.schedules.insert(name("office"), schedule("office", Some(select(&["ec2"], &[("env", &["dev"])], except))));
    let apply = of(&fleet).apply;
    let stop = |more: &[(&str, &str)]| {
        let pairs: Vec<_> = [("aws:ResourceTag/env", "dev")].iter().chain(more).copied().collect();
        allows(&apply, "ec2:StopInstances", INSTANCE, &context(&pairs))
    };
    let (keep, ops, qa) = (("aws:ResourceTag/keep", "x"), ("aws:ResourceTag/team", "ops"), ("aws:ResourceTag/team", "qa"));
    assert!(stop(&[]) && stop(&[qa]));
    assert!(!stop(&[keep]) && !stop(&[ops]) && !stop(&[keep, qa]));
}

#[test]
fn an_override_of_the_file_reaches_what_it_selects() {
    let mut fleet = bare();
    fleet.overrides.push(crate::fleet::Override {
        span: fixture::span(),
        subject: crate::fleet::Subject::Select(select(&["ec2"], &[("team", &["qa"])], &[])),
        state: crate::schedule::RunState::Running,
        from: None,
        until: "2026-12-24T00:00:00Z".parse().expect("instant"),
        reason: None,
    });
    let start = |team| allows(&of(&fleet).apply, "ec2:StartInstances", INSTANCE, &context(&[("aws:ResourceTag/team", team)]));
    assert!(start("qa") && !start("dev"));
}

#[test]
fn a_value_cannot_smuggle_in_a_policy_variable() {
    let mut fleet = bare();
    fleet.schedules.insert(name("s"), schedule("s", Some(select(&["ec2"], &[("team", &["${aws:PrincipalTag/team}"])], &[]))));
    assert!(json!(of(&fleet).apply).to_string().contains("${$}{aws:PrincipalTag/team}"));
}

#[test]
fn a_fleet_that_had_another_name_reaches_what_carries_it_and_gives_it_its_own() {
    let mut fleet = full();
    fleet.was = vec![FleetName::new("lms-2025").expect("fleet")];
    let apply = of(&fleet).apply;
    let old = ("aws:ResourceTag/muster:fleet", "lms-2025");
    let retag = |to: &str| allows(&apply, "ec2:CreateTags", INSTANCE, &context(&[old, ("aws:RequestTag/muster:fleet", to)]));
    assert!(allows(&apply, "ec2:StopInstances", INSTANCE, &context(&[old])));
    assert!(retag("lms"));
    assert!(!retag("another"), "what is ours is handed to nobody");
    let alarm = "arn:aws:cloudwatch:ap-northeast-2:123456789012:alarm:muster-lms-2025-alice-0a1b2c3d";
    assert!(allows(&apply, "cloudwatch:DeleteAlarms", alarm, &context(&[old])));
    assert!(!allows(&of(&full()).apply, "ec2:StopInstances", INSTANCE, &context(&[old])));
}

#[test]
fn a_fleet_whose_name_begins_anothers_reaches_nothing_of_it() {
    let apply = of(&full()).apply;
    let theirs = ("aws:ResourceTag/muster:fleet", "lms-2026");
    let ours = ("aws:RequestTag/muster:fleet", "lms");
    let alarm = "arn:aws:cloudwatch:ap-northeast-2:123456789012:alarm:muster-lms-2026-alice-0a1b2c3d";
    let rds = |rest: &str| format!("arn:aws:rds:ap-northeast-2:123456789012:{rest}:muster-lms-2026-app-0a1b2c3d");
    let (group, database) = (rds("pg"), rds("db"));
    let alarms =
        ["PutMetricAlarm", "SetAlarmState", "DeleteAlarms", "TagResource", "UntagResource"].map(|name| format!("cloudwatch:{name}"));
    let calls = alarms.iter().map(|action| (action.as_str(), alarm)).chain([
        ("rds:AddTagsToResource", group.as_str()),
        ("rds:CreateDBParameterGroup", &group),
        ("rds:AddTagsToResource", &database),
        ("rds:CreateDBInstance", &database),
    ]);
    for (action, arn) in calls {
        // What we own is reached under the same name, so it is the tag that refuses.
        let own = OURS[0];
        assert!(allows(&apply, action, arn, &context(&[own, ours])), "{action}");
        for known in [&[theirs][..], &[theirs, ours]] {
            assert!(!allows(&apply, action, arn, &context(known)), "{action} with {known:?}");
        }
    }
    let key = "arn:aws:ssm:ap-northeast-2:123456789012:parameter/muster/lms-2026/muster-lms-2026-alice-0a1b2c3d";
    assert!(!allows(&apply, "ssm:DeleteParameter", key, &Context::new()) && !allows(&apply, "ssm:PutParameter", key, &Context::new()));
}

#[test]
fn adopting_takes_what_nobody_owns_and_writes_our_tags_only() {
    let adopt = of(&full()).adopt;
    let take = |pairs: &[(&str, &str)]| allows(&adopt, "ec2:CreateTags", INSTANCE, &context(pairs));
    let ours = ("aws:RequestTag/muster:fleet", "lms");
    assert!(take(&[ours, ("aws:TagKeys", "muster:fleet"), ("aws:TagKeys", "muster:self")]));
    assert!(!take(&[ours, ("aws:TagKeys", "muster:fleet"), ("aws:TagKeys", "Name")]));
    assert!(!take(&[ours, ("aws:TagKeys", "muster:fleet"), ("aws:ResourceTag/muster:fleet", "other")]));
    assert!(!take(&[("aws:RequestTag/muster:fleet", "other"), ("aws:TagKeys", "muster:fleet")]));
    let release = |owner| allows(&adopt, "ec2:DeleteTags", INSTANCE, &context(&[owner, ("aws:TagKeys", "muster:fleet")]));
    assert!(release(OURS[0]));
    assert!(!release(("aws:ResourceTag/muster:fleet", "other")));
    assert!(!allows(&of(&full()).apply, "ec2:CreateTags", INSTANCE, &context(&[ours, ("aws:TagKeys", "muster:fleet")])));
}

#[test]
fn a_customer_key_is_lent_to_aws_only() {
    let apply = of(&full()).apply;
    let key = "arn:aws:kms:ap-northeast-2:123456789012:key/k";
    let alias = ("kms:ResourceAliases", "alias/disks");
    assert!(allows(&apply, "kms:CreateGrant", key, &context(&[alias, ("kms:GrantIsForAWSResource", "true")])));
    assert!(!allows(&apply, "kms:CreateGrant", key, &context(&[alias, ("kms:GrantIsForAWSResource", "false")])));
    assert!(!allows(&apply, "kms:CreateGrant", key, &context(&[("kms:GrantIsForAWSResource", "true")])));
    assert!(allows(&apply, "kms:Decrypt", key, &context(&[alias, ("kms:ViaService", "ec2.ap-northeast-2.amazonaws.com")])));
}

#[test]
fn documents_stay_within_the_limit_at_any_size() {
    let mut fleet = full();
    fleet.cloud.regions = (0..17).map(|n| format!("ap-region-{n}")).collect();
    for n in 0..60 {
        let text = format!("schedule-{n}");
        fleet.schedules.insert(name(&text), schedule(&text, Some(select(&["ec2", "rds"], &[("env", &["dev"])], &[]))));
    }
    let Policies { plan, apply, adopt, .. } = of(&fleet);
    for document in plan.iter().chain(&apply).chain(&adopt) {
        assert!(document.to_string().chars().count() <= DOCUMENT_MAX_CHARS);
        let ids: Vec<&Value> = document["Statement"].as_array().expect("statements").iter().map(|statement| &statement["Sid"]).collect();
        let unique: BTreeSet<String> = ids.iter().map(|id| id.to_string()).collect();
        assert_eq!(ids.len(), unique.len(), "{ids:?}");
        assert!(unique.iter().all(|id| id.trim_matches('"').chars().all(|c| c.is_ascii_alphanumeric())), "{unique:?}");
    }
}

#[test]
fn the_same_fleet_gives_the_same_bytes() {
    assert_eq!(json!(of(&full())).to_string(), json!(of(&full())).to_string());
}

#[test]
fn ids_come_from_the_caller_then_from_the_file() {
    let mut fleet = bare();
    fleet.schedules.insert(name("s"), schedule("s", Some(select(&["ec2"], &[("env", &["dev"])], &[]))));
    let text = |accounts: &BTreeMap<String, String>| json!(policies(&fleet, accounts).apply).to_string();
    assert!(text(&BTreeMap::new()).contains(":123456789012:instance/*"));
    assert!(text(&BTreeMap::from([("main".to_owned(), "210987654321".to_owned())])).contains(":210987654321:instance/*"));
}

#[test]
fn notices_go_to_exactly_the_topics_of_the_file_and_only_by_apply() {
    use crate::notify::{Format, Notify, Target, Way};
    let arn = |topic: &str| format!("arn:aws:sns:ap-northeast-2:123456789012:{topic}");
    let notify = |topic: &str, failure| Notify {
        span: fixture::span(),
        before_stop: None,
        failure,
        to: vec![
            Target { way: Way::Sns { arn: arn(topic) }, format: Format::Text },
            Target { way: Way::Exec(vec!["page.sh".to_owned()]), format: Format::Json },
        ],
    };
    let mut fleet = full();
    assert!(!actions_of(&of(&fleet).apply).contains("sns:Publish"));
    fleet.notify = Some(notify("ops", true));
    fleet.schedules[&name("class")].notify = Some(notify("class", true));
    fleet.schedules[&name("office")].notify = Some(notify("silent", false));
    let Policies { plan, apply, .. } = of(&fleet);
    let may = |documents: &[Value], topic: &str| allows(documents, "sns:Publish", &arn(topic), &Context::new());
    assert!(may(&apply, "ops") && may(&apply, "class"));
    assert!(!may(&apply, "silent") && !may(&apply, "other") && !may(&plan, "ops"));
}

#[test]
fn looking_everywhere_is_a_policy_of_its_own_and_no_plan_needs_it() {
    let Policies { plan, everywhere, .. } = of(&full());
    let expected = ["ec2:DescribeRegions", "ec2:DescribeSnapshots", "rds:DescribeDBSnapshots"];
    assert_eq!(everywhere[0]["Statement"][0]["Action"], json!(expected));
    // A schedule that takes snapshots before its stops reads those of databases in every plan.
    for action in &expected[..2] {
        assert!(!json!(plan).to_string().contains(action), "{action}");
    }
}

#[test]
fn every_action_that_is_asked_for_is_known() {
    let known = super::known_actions();
    for change in changes::every() {
        assert!(known.contains(change.action()), "{}", change.action());
    }
    for action in [
        "ec2:DescribeVolumes",
        "rds:DescribeDBSnapshots",
        "ssm:GetParameter",
        "cloudwatch:DescribeAlarms",
        "servicequotas:ListServiceQuotas",
        "scheduler:ListSchedules",
        "iam:GetRolePolicy",
        "sqs:GetQueueUrl",
    ] {
        assert!(known.contains(action), "{action}");
    }
}

/// Whatever rules may read, all of it at once: every action stands in some document, each document fits, and what can be bound to
/// buckets and functions is.
#[test]
fn advice_reads_what_is_wanted_and_nothing_else() {
    let mut wanted = crate::facet::Wanted::default();
    for kind in crate::facet::kinds() {
        wanted.add(&full().cloud.places(), kind.word, kind.facets.iter().map(|facet| facet.word));
    }
    let documents = advise_policy(&full(), &BTreeMap::new(), &wanted);
    let expected: BTreeSet<String> = wanted.actions().into_iter().chain(["sts:GetCallerIdentity"]).map(str::to_owned).collect();
    assert_eq!(actions_of(&documents), expected);
    assert!(documents.iter().all(|document| document.to_string().len() <= DOCUMENT_MAX_CHARS));
    let statements = || documents.iter().flat_map(|document| document["Statement"].as_array().expect("statements"));
    let on =
        |action: &str| statements().find(|one| one["Action"].as_array().is_some_and(|all| all.iter().any(|word| word == action))).cloned();
    for (action, resource) in [("s3:ListAllMyBuckets", "*"), ("s3:GetBucketPolicy", "arn:aws:s3:::*"), ("ec2:DescribeVolumes", "*")] {
        let statement = on(action).unwrap_or_else(|| panic!("{action} is read by some facet"));
        assert_eq!(statement["Resource"][0], resource, "{action}");
    }
    let bare = advise_policy(&full(), &BTreeMap::new(), &crate::facet::Wanted::default());
    assert_eq!(actions_of(&bare), BTreeSet::from(["sts:GetCallerIdentity".to_owned()]), "no rule, no right");
}
