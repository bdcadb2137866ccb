//! A fleet from text, an account from a few words, and what the planner makes of both.

use jiff::Timestamp;
use muster_core::aws_name::{aws_name, client_token};
use muster_core::cloud::{Database, DbEvent, DbState, Identity, Instance, InstanceState, Listing, Place, PlaceView, Snapshot};
use muster_core::fleet::{FileSource, Fleet, LoadOptions, load};
use muster_core::lock::Lock;
use muster_core::name::{FleetName, Name};
use muster_core::plan::{Input, Options, Plan, Step, plan};
use muster_core::tags::{self, Tags};

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        Err(format!("{relative} is not there"))
    }
}

/// A fleet that owns nothing, with these schedules.
pub fn schedules(text: &str) -> Fleet {
    fleet(&format!("schedules:\n{text}"))
}

/// A fleet in Seoul.
pub fn fleet(text: &str) -> Fleet {
    let text = format!("fleet: lms\ntimezone: Asia/Seoul\ncloud: {{provider: sandbox, regions: [ap-northeast-2]}}\n{text}");
    let loaded = load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true });
    loaded.fleet.unwrap_or_else(|| panic!("{}", muster_core::diag::render(&loaded.diagnostics, &loaded.sources, false, 120)))
}

/// `Fri 10:00` of the week from Monday, 16 November 2026, in Seoul.
pub fn at(text: &str) -> Timestamp {
    let (day, time) = text.split_once(' ').expect("day and time");
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let number = 16 + days.iter().position(|name| *name == day).expect("a weekday");
    format!("2026-11-{number}T{time}:00+09:00").parse().expect("an instant")
}

pub fn place() -> Place {
    Place { account: "default".to_owned(), region: "ap-northeast-2".to_owned() }
}

pub fn tagged(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// An instance that runs since then; it was launched a year ago.
pub fn running(id: &str, since: &str, pairs: &[(&str, &str)]) -> Instance {
    Instance {
        id: id.to_owned(),
        image: "ami-1".to_owned(),
        instance_type: "t3.small".to_owned(),
        architecture: "x86_64".to_owned(),
        state: InstanceState::Running,
        state_reason: None,
        transition_reason: String::new(),
        launch_time: at(since),
        root_attached: "2025-11-20T00:00:00Z".parse().ok(),
        client_token: None,
        key_name: None,
        subnet: None,
        vpc: None,
        groups: Vec::new(),
        public_ip: None,
        private_ip: None,
        imds_required: true,
        root_volume: None,
        ebs_root: true,
        spot: false,
        hibernation: false,
        tags: tagged(pairs),
        platform: String::new(),
        dedicated: false,
    }
}

/// One that was started at `since` and stopped at `until`.
pub fn stopped(id: &str, since: &str, until: &str, pairs: &[(&str, &str)]) -> Instance {
    Instance {
        state: InstanceState::Stopped,
        state_reason: Some("Client.UserInitiatedShutdown".to_owned()),
        transition_reason: format!("User initiated ({} GMT)", at(until).strftime("%Y-%m-%d %H:%M:%S")),
        ..running(id, since, pairs)
    }
}

/// The same instance, owned by the fleet as `user/NAME/instance`.
pub fn of_user(mut instance: Instance, name: &str) -> Instance {
    let address = format!("user/{name}/instance");
    let fleet = FleetName::new("lms").expect("a name");
    let of = muster_core::address::Address::user(&Name::new(name).expect("a name"), muster_core::address::Part::Instance);
    let key = muster_core::address::Address::user(&Name::new(name).expect("a name"), muster_core::address::Part::Key);
    instance.key_name = Some(aws_name(&fleet, &key));
    instance.client_token = Some(client_token(&fleet, &of, "123456789012", "ap-northeast-2", 0));
    instance.tags.extend(tagged(&[(tags::FLEET, "lms"), (tags::ADDRESS, &address)]));
    instance
}

/// A database in a state.
pub fn database(name: &str, state: &str, pairs: &[(&str, &str)]) -> Database {
    Database {
        name: name.to_owned(),
        arn: format!("arn:aws:rds:ap-northeast-2:123456789012:db:{name}"),
        state: DbState(state.to_owned()),
        engine: "mysql".to_owned(),
        engine_version: "8.0.39".to_owned(),
        class: "db.t4g.micro".to_owned(),
        storage_gib: 20,
        storage_type: "gp3".to_owned(),
        encrypted: true,
        master_user: "admin".to_owned(),
        managed_password: true,
        backup_retention_days: 7,
        backup_window: "18:00-18:30".to_owned(),
        maintenance_window: "sun:19:00-sun:19:30".to_owned(),
        multi_az: false,
        public: false,
        groups: Vec::new(),
        parameter_group: None,
        subnet_group: None,
        vpc: None,
        iam_authentication: false,
        performance_insights: false,
        deletion_protection: false,
        pending: std::collections::BTreeMap::new(),
        endpoint: None,
        created: "2025-11-20T00:00:00Z".parse().ok(),
        automatic_restart: None,
        replicas: Vec::new(),
        cluster: None,
        tags: tagged(pairs),
    }
}

pub fn event(name: &str, when: &str, started: bool) -> DbEvent {
    DbEvent { name: name.to_owned(), at: at(when), started, automatic: false }
}

/// What is in the one place there is.
#[derive(Debug, Default)]
pub struct Account {
    pub view: PlaceView,
}

impl Account {
    pub fn of(instances: Vec<Instance>) -> Self {
        Self::with(instances, Vec::new())
    }

    pub fn with(instances: Vec<Instance>, databases: Vec<Database>) -> Self {
        Self {
            view: PlaceView {
                instances: Listing::Complete(instances),
                databases: Listing::Complete(databases),
                volumes: Listing::Complete(Vec::new()),
                groups: Listing::Complete(Vec::new()),
                keys: Listing::Complete(Vec::new()),
                vpcs: Listing::Complete(Vec::new()),
                alarms: Listing::Complete(Vec::new()),
                parameter_groups: Listing::Complete(Vec::new()),
                db_events: Listing::Complete(Vec::new()),
                ..PlaceView::default()
            },
        }
    }

    pub fn events(mut self, events: Vec<DbEvent>) -> Self {
        self.view.db_events = Listing::Complete(events);
        self
    }

    pub fn snapshot(&self, now: &str) -> Snapshot {
        let mut snapshot = Snapshot::empty(at(now));
        snapshot.identities.insert("default".to_owned(), Identity { account_id: "123456789012".to_owned(), arn: String::new() });
        snapshot.places.insert(place(), self.view.clone());
        snapshot
    }

    /// The plan at that instant.
    pub fn plan(&self, fleet: &Fleet, now: &str) -> Plan {
        self.plan_with(fleet, now, &Options::default())
    }

    pub fn plan_with(&self, fleet: &Fleet, now: &str, options: &Options) -> Plan {
        let snapshot = self.snapshot(now);
        plan(&Input { fleet, lock: &Lock::default(), snapshot: &snapshot, now: at(now), options })
    }

    /// What the plan does, one line for each step and held line: `stop ec2/i-1`, `held ec2/i-1: why`.
    pub fn says(&self, fleet: &Fleet, now: &str) -> Vec<String> {
        let plan = self.plan(fleet, now);
        let steps = plan.steps.iter().map(|step| format!("{} {}", step.action.as_str(), step.address));
        let held = plan.held.iter().map(|held| format!("held {}: {}", held.address, held.why));
        steps.chain(held).collect()
    }
}

/// The one step of a plan.
pub fn only(plan: &Plan) -> &Step {
    match plan.steps.as_slice() {
        [one] => one,
        other => panic!("one step, not {other:#?}; held: {:#?}", plan.held),
    }
}
