//! Fleets for the tests, built by hand so that no reader of YAML stands between a table and its test.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::SignedDuration;

use crate::cloud::Place;
use crate::fleet::*;
use crate::name::{FleetName, Name};
use crate::schedule::{Manual, Schedule, Select, Sizing, WantedState, Workdays};
use crate::span::{At, Span};

pub(super) fn span() -> Span {
    Span::start_of(&Arc::from("fleet.yaml"))
}

pub(super) fn at<T>(value: T) -> At<T> {
    At::new(value, span())
}

pub(super) fn name(text: &str) -> Name {
    Name::new(text).expect("name")
}

pub(super) fn place() -> Place {
    Place { account: "main".into(), region: "ap-northeast-2".into() }
}

/// A fleet with a name, one account and one region, that holds nothing.
pub(super) fn bare() -> Fleet {
    let account = AccountDecl { id: Some("123456789012".into()), ..AccountDecl::default() };
    Fleet {
        name: Some(FleetName::new("lms").expect("fleet")),
        was: Vec::new(),
        timezone: None,
        cloud: CloudDecl {
            provider: Some(Provider::Aws),
            accounts: IndexMap::from([("main".to_owned(), account)]),
            regions: vec!["ap-northeast-2".into()],
            endpoint: None,
            estate: None,
        },
        retire: Retire { after: SignedDuration::from_hours(336), snapshot: true },
        users: IndexMap::new(),
        parameter_groups: IndexMap::new(),
        databases: IndexMap::new(),
        calendars: IndexMap::new(),
        schedules: IndexMap::new(),
        overrides: Vec::new(),
        prices: None,
        other: BTreeMap::new(),
        sections: BTreeMap::new(),
        advisor: crate::fleet::Advisor::default(),
        notify: None,
    }
}

/// Two users, one with a generated key and a disk under an alias; a database under a key of its own; a schedule by tag over
/// every service, with snapshots; a schedule that EventBridge delivers.
pub(super) fn full() -> Fleet {
    let mut fleet = bare();
    let mut alice = user("alice", KeySource::Public("ssh-ed25519 AAAA".into()));
    alice.disk.value.kms_key = Some("alias/disks".into());
    for user in [alice, user("김철수", KeySource::Generate)] {
        fleet.users.insert(user.name.clone(), user);
    }
    fleet.databases.insert(name("app"), database("app"));
    let select = select(&["ec2", "rds", "asg", "ecs"], &[("env", &["dev", "stage"]), ("owner", &["*"])], &[("keep", &["*"])]);
    let mut office = schedule("office", Some(select));
    office.rds.snapshot = Some(3);
    fleet.schedules.insert(name("office"), office);
    let mut class = schedule("class", None);
    class.delivery.by = DeliveryBy::Both;
    fleet.schedules.insert(name("class"), class);
    fleet
}

pub(super) fn user(text: &str, key: KeySource) -> User {
    User {
        name: name(text),
        span: span(),
        place: place(),
        was: Vec::new(),
        until: None,
        until_instant: None,
        email: None,
        image: at(ImageChoice::Ubuntu2404),
        instance_type: at("t3.small".into()),
        architecture: "x86_64".into(),
        disk: at(disk()),
        imds_required: at(true),
        network: network(),
        public_ip: true,
        ssh_from: at(BTreeSet::from(["203.0.113.0/24".into()])),
        key: at(key),
        schedule: None,
        idle_stop: None,
        tags: BTreeMap::new(),
        create: Create::Always,
        protect: false,
    }
}

pub(super) fn database(text: &str) -> Database {
    Database {
        name: name(text),
        span: span(),
        place: place(),
        was: Vec::new(),
        engine: at("mysql".into()),
        version: at("8.0".into()),
        class: at("db.t4g.micro".into()),
        storage: at(Disk { kms_key: Some("1234abcd-12ab-34cd-56ef-1234567890ab".into()), ..disk() }),
        master_user: at("admin".into()),
        parameter_group: None,
        parameters: None,
        backup_retention_days: at(7),
        backup_window: None,
        maintenance_window: None,
        apply_now: false,
        multi_az: at(false),
        public: at(false),
        network: network(),
        iam_authentication: false,
        performance_insights: false,
        deletion_protection: false,
        final_snapshot: true,
        protect: false,
        database_name: None,
        port: 3306,
        allow: Vec::new(),
        schedule: None,
        tags: BTreeMap::new(),
    }
}

fn disk() -> Disk {
    Disk { size_gib: 30, volume_type: "gp3".into(), encrypted: true, kms_key: None }
}

fn network() -> NetworkChoice {
    NetworkChoice { vpc: at(VpcChoice::Default), subnet: at(VpcChoice::Default) }
}

pub(super) fn select(services: &[&str], tags: &[(&str, &[&str])], except: &[(&str, &[&str])]) -> Select {
    let sets = |pairs: &[(&str, &[&str])]| pairs.iter().map(|(key, values)| ((*key).to_owned(), strings(values))).collect();
    Select { services: strings(services), tags: sets(tags), except_tags: sets(except), places: BTreeSet::new() }
}

fn strings(values: &[&str]) -> BTreeSet<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

pub(super) fn schedule(text: &str, select: Option<Select>) -> Schedule {
    Schedule {
        name: name(text),
        span: span(),
        select,
        timezone: "Asia/Seoul".into(),
        run: Vec::new(),
        stop: Vec::new(),
        leave: Vec::new(),
        otherwise: WantedState::Stopped,
        except: Vec::new(),
        workdays: Workdays { days: BTreeSet::from([1]), except: None },
        manual: Manual::UntilNextEdge,
        priority: 0,
        hibernate: false,
        limit: None,
        delivery: Delivery { by: DeliveryBy::Loop, options: serde_json::Value::Null },
        rds: crate::schedule::RdsRules::default(),
        other: BTreeMap::new(),
        sizing: Sizing::default(),
        notify: None,
        after: Vec::new(),
        snooze: None,
    }
}
