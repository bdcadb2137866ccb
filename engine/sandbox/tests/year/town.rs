//! Who there is: two hundred resources, and the schedule that each of them is under.

use std::fmt::Write as _;

use jiff::Timestamp;
use muster_core::fleet::{FileSource, Fleet, LoadOptions, load};
use muster_sandbox::Estate;

/// The first instant of the year.
pub const BEGIN: &str = "2026-01-01T00:00:00Z";
/// The first instant after it.
pub const END: &str = "2027-01-01T00:00:00Z";
const FLEET: &str = include_str!("fleet.yaml");
const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPHPGwXk06vpFVkE+ZGV6JPKVKnauJbLjeuobyAHG/P9";

/// What a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The instance of a user.
    User,
    /// An instance by tag.
    Instance,
    /// An RDS instance.
    Database,
    /// An RDS cluster.
    Cluster,
    /// An Auto Scaling group.
    Group,
    /// A service of ECS.
    Service,
}

/// A schedule, its zone, and how many of each sort it has.
type Crew = (&'static str, &'static str, &'static [(Sort, usize)]);

/// 200 in all.
const CREWS: [Crew; 15] = [
    ("class", "Asia/Seoul", &[(Sort::User, 24)]),
    ("always-on", "Asia/Seoul", &[(Sort::User, 6)]),
    ("evening", "America/New_York", &[(Sort::User, 10)]),
    ("berlin", "Europe/Berlin", &[(Sort::Instance, 16)]),
    ("batch", "America/New_York", &[(Sort::Instance, 16)]),
    ("howe", "Australia/Lord_Howe", &[(Sort::Instance, 14)]),
    ("cairo", "Africa/Cairo", &[(Sort::Instance, 12)]),
    ("farm", "UTC", &[(Sort::Instance, 12)]),
    ("app", "Asia/Seoul", &[(Sort::Instance, 8)]),
    ("patch", "UTC", &[(Sort::Instance, 6)]),
    ("db-office", "Asia/Seoul", &[(Sort::Database, 14), (Sort::Cluster, 4)]),
    ("db-rare", "Europe/London", &[(Sort::Database, 10), (Sort::Cluster, 4)]),
    ("db-leave", "America/New_York", &[(Sort::Database, 6), (Sort::Cluster, 2)]),
    ("web", "Europe/Berlin", &[(Sort::Group, 10), (Sort::Service, 10)]),
    ("plain", "Africa/Cairo", &[(Sort::Group, 8), (Sort::Service, 8)]),
];

/// One of the two hundred.
#[derive(Debug, Clone)]
pub struct Resource {
    /// As a plan calls it, for a user's instance without the part.
    pub name: String,
    /// As AWS calls it; an instance of a user is given its id at birth.
    pub id: String,
    /// What it is.
    pub sort: Sort,
    /// Its schedule.
    pub crew: &'static str,
    /// The zone of that.
    pub zone: &'static str,
    /// `sat:18:00-sat:18:30` in UTC, of what RDS has.
    pub window: String,
}

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
        Err(format!("{relative} is not there"))
    }
}

/// Reads an instant.
pub fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// All of them, in the order of the table.
pub fn resources() -> Vec<Resource> {
    let mut all = Vec::new();
    let mut users = 0;
    for (crew, zone, sorts) in CREWS {
        for (sort, count) in sorts.iter().copied() {
            for n in 0..count {
                users += usize::from(sort == Sort::User);
                let (id, name) = names(sort, crew, n, users);
                let window = ["tue:18:00-tue:18:30", "sat:23:50-sun:00:20", "sun:20:15-sun:21:15"][n % 3].to_owned();
                all.push(Resource { name, id, sort, crew, zone, window });
            }
        }
    }
    all
}

fn names(sort: Sort, crew: &str, n: usize, user: usize) -> (String, String) {
    let id = format!("{crew}-{n:02}");
    match sort {
        Sort::User => (String::new(), format!("user/u{user:02}")),
        Sort::Instance => {
            let id = format!("i-0{crew}{n:02}").replace('-', "");
            (id.clone(), format!("ec2/{id}"))
        }
        Sort::Database => (id.clone(), format!("rds/{id}")),
        Sort::Cluster => (format!("{crew}-c{n}"), format!("rds-cluster/{crew}-c{n}")),
        Sort::Group => (id.clone(), format!("asg/{id}")),
        Sort::Service => (format!("main/{id}"), format!("ecs/main/{id}")),
    }
}

/// fleet.yaml with its users.
pub fn fleet(all: &[Resource]) -> Fleet {
    let mut text = format!("{FLEET}\nusers:\n  defaults: {{type: t3.small, ssh-from: [203.0.113.0/24], key: '{KEY}', idle-stop: none}}\n");
    for user in all.iter().filter(|one| one.sort == Sort::User) {
        writeln!(text, "  {}: {{schedule: {}}}", user.name.trim_start_matches("user/"), user.crew).expect("text");
    }
    let loaded = load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true });
    loaded.fleet.unwrap_or_else(|| panic!("{}\n{text}", muster_core::diag::render(&loaded.diagnostics, &loaded.sources, false, 120)))
}

/// The account before muster came: everything that is not of a user runs.
pub fn estate(all: &[Resource]) -> Estate {
    let mut text = format!(
        "now: {BEGIN}\nquotas: {{standard-vcpus: 100000, db-instances: 400}}\nimages:\n  - {{id: ami-0ab24040000000001, name: ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server, architecture: \
         x86_64, created: '2025-09-01T00:00:00.000Z', owner: '099720109477'}}\nparameters:\n  /aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id: \
         ami-0ab24040000000001\nplaces:\n  - region: ap-northeast-2\n"
    );
    let sections = [
        ("instances", Sort::Instance),
        ("databases", Sort::Database),
        ("clusters", Sort::Cluster),
        ("scaling-groups", Sort::Group),
        ("services", Sort::Service),
    ];
    for (section, sort) in sections {
        writeln!(text, "    {section}:").expect("text");
        all.iter()
            .filter(|one| one.sort == sort)
            .for_each(|one| writeln!(text, "      - {{{}, tags: {{crew: {}}}}}", entry(one), one.crew).expect("text"));
    }
    Estate::parse("estate.yaml", &text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn entry(one: &Resource) -> String {
    let (id, window) = (&one.id, &one.window);
    match one.sort {
        Sort::User => String::new(),
        Sort::Instance => {
            format!("id: {id}, image: ami-0ab24040000000001, type: {}, hibernation: {}", type_of(one.crew), one.crew == "batch")
        }
        Sort::Database => {
            format!("name: {id}, engine: mysql, version: '8.0', class: db.t4g.micro, storage: 20, maintenance-window: '{window}'")
        }
        Sort::Cluster => format!(
            "name: {id}, engine: aurora-mysql, version: '8.0', maintenance-window: '{window}', members: [{{name: {id}-1, class: db.r6g.large}}]"
        ),
        Sort::Group => format!("name: {id}, min: 2, desired: 3, max: 6"),
        Sort::Service => format!("cluster: main, name: {}, desired: 3", id.trim_start_matches("main/")),
    }
}

/// The type that an instance has before the year.
pub fn type_of(crew: &str) -> &'static str {
    if crew == "farm" { "c7i.large" } else { "t3.small" }
}
