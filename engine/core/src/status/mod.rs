//! What `muster status` shows: each machine as it is, as it should be, and when that changes. A pure view.

mod filter;
mod row;

pub use filter::Filter;
pub use row::{ImageAge, Next, Row, RowCapacity};

use jiff::Timestamp;
use serde::Serialize;

use crate::cloud::{Gap, KeptSnapshot, Kind, Listing, Need, Needs, Place, Snapshot};
use crate::fleet::Fleet;
use crate::plan::Input;
use crate::plan::claim::{Claimable, Claims};
use crate::plan::draft::Draft;
use crate::plan::run_state::{Judged, Machine, judge_all};
use crate::plan::site::Site;

/// Everything there is to show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    /// The instant it is true for.
    pub at: Timestamp,
    /// Machines, by place and address.
    pub resources: Vec<Row>,
    /// Other things the fleet owns; only asked for with `--everywhere`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// Snapshots that removals kept; only asked for with `--everywhere`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Kept>,
    /// Why a filter left nothing, and what there is instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// A snapshot that a removal kept. It says what it was made from and not whose it is, so those of other fleets in the
/// account are here too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Kept {
    /// Address of what it was made from.
    pub address: String,
    /// Twelve digits.
    pub account: String,
    /// Region.
    pub region: String,
    /// Its kind.
    pub kind: Kind,
    /// AWS id or name.
    pub id: String,
    /// When it was begun.
    pub created: Option<Timestamp>,
    /// Size of what it was made of, in GiB.
    pub size_gib: u32,
}

/// Something owned that is not a machine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Part {
    /// Its address.
    pub address: String,
    /// Twelve digits.
    pub account: String,
    /// Region.
    pub region: String,
    /// Its kind.
    pub kind: Kind,
    /// AWS id or name.
    pub id: String,
    /// True when fleet.yaml still lists its entry.
    pub listed: bool,
}

/// The view over what was observed.
#[must_use]
pub fn view(input: &Input<'_>, filter: &Filter) -> Status {
    let draft = Draft::new(*input);
    let rows: Vec<Row> = machines(&draft).into_iter().map(|judged| Row::new(input, &draft.sites[&judged.place], &judged)).collect();
    let notes = filter.explain(&rows);
    let mut resources: Vec<Row> = rows.into_iter().filter(|row| filter.takes(row)).collect();
    resources.sort_by(|a, b| (!a.owned, &a.account, &a.region, &a.address).cmp(&(!b.owned, &b.account, &b.region, &b.address)));
    Status { at: input.now, resources, parts: Vec::new(), kept: Vec::new(), notes, gaps: input.snapshot.gaps.clone() }
}

/// What the list of kept snapshots is read with, in every place.
#[must_use]
pub fn kept_needs(places: &[Place]) -> Needs {
    let mut needs = Needs::default();
    for place in places {
        [Need::KeptSnapshots, Need::KeptDbSnapshots].into_iter().for_each(|need| needs.add(place, need));
    }
    needs
}

/// Every snapshot that was kept, by address.
#[must_use]
pub fn kept(snapshot: &Snapshot) -> Vec<Kept> {
    let mut all = Vec::new();
    for (place, view) in &snapshot.places {
        let of = |kind: Kind, listing: &Listing<KeptSnapshot>| -> Vec<Kept> {
            let one = |kept: &KeptSnapshot| Kept {
                address: kept.of.clone(),
                account: snapshot.account_id(&place.account).to_owned(),
                region: place.region.clone(),
                kind,
                id: kept.id.clone(),
                created: kept.created,
                size_gib: kept.size_gib,
            };
            listing.seen().iter().map(one).collect()
        };
        all.extend(of(Kind::Snapshot, &view.kept_snapshots));
        all.extend(of(Kind::DbSnapshot, &view.kept_db_snapshots));
    }
    all.sort();
    all
}

/// Every machine that is ours or that a schedule or override is about. Those the schedules do not speak of
/// (no schedule, or on the way out) are there too, with nothing wanted of them.
#[must_use]
pub fn machines<'a>(draft: &Draft<'a>) -> Vec<Judged<'a>> {
    let mut all = judge_all(draft);
    for site in draft.sites.values() {
        let instances = site.instances.ours.iter().flat_map(|(address, all)| all.iter().map(move |one| (address, Machine::Ec2(one.item))));
        let databases = site.databases.ours.iter().flat_map(|(address, all)| all.iter().map(move |one| (address, Machine::Rds(one.item))));
        for (address, machine) in instances.chain(databases) {
            if !all.iter().any(|judged| judged.place == site.place && judged.machine.id() == machine.id()) {
                all.push(Judged::bare(address.clone(), site.place.clone(), machine, true));
            }
        }
    }
    all
}

/// Everything else the fleet owns in what was observed, listed in the file or not.
#[must_use]
pub fn parts(input: &Input<'_>) -> Vec<Part> {
    let draft = Draft::new(*input);
    let mut all = Vec::new();
    for site in draft.sites.values() {
        add(&mut all, input.fleet, site, Kind::SecurityGroup, &site.groups);
        add(&mut all, input.fleet, site, Kind::KeyPair, &site.keys);
        add(&mut all, input.fleet, site, Kind::Alarm, &site.alarms);
        add(&mut all, input.fleet, site, Kind::ParameterGroup, &site.parameter_groups);
    }
    all.sort();
    all
}

fn add<T: Claimable>(all: &mut Vec<Part>, fleet: &Fleet, site: &Site<'_>, kind: Kind, claims: &Claims<'_, T>) {
    for (address, owned) in &claims.ours {
        all.extend(owned.iter().map(|one| Part {
            address: address.as_str().to_owned(),
            account: site.account_id.clone(),
            region: site.place.region.clone(),
            kind,
            id: one.item.id().to_owned(),
            listed: is_listed(fleet, address),
        }));
    }
}

/// True when the file has the entry an address belongs to.
#[must_use]
pub fn is_listed(fleet: &Fleet, address: &crate::address::Address) -> bool {
    let name = address.entry_name();
    match address.section() {
        "user" => fleet.users.contains_key(name),
        "database" => fleet.databases.contains_key(name),
        "parameter-group" => fleet.parameter_groups.contains_key(name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::{Address, Part as AddressPart};
    use crate::aws_name::client_token;
    use crate::cloud::{Identity, Instance, InstanceState, PlaceView};
    use crate::fleet::{FileSource, LoadOptions, load};
    use crate::lock::Lock;
    use crate::name::{FleetName, Name};
    use crate::plan::Options;
    use crate::schedule::WantedState;
    use crate::tags::{self, Tags};

    const FILE: &str = "\
fleet: lms
timezone: Asia/Seoul
cloud: {provider: sandbox, regions: [ap-northeast-2]}
users:
  alice: {ssh-from: [203.0.113.0/24], key: generate, schedule: class}
schedules:
  class: {run: ['mon-fri 09:00-19:00']}
  dev: {run: ['mon-fri 09:00-18:00'], select: {tags: {env: dev}}}
";

    struct NoFiles;

    impl FileSource for NoFiles {
        fn read(&self, _relative: &str) -> Result<Vec<u8>, String> {
            Err("there are none".to_owned())
        }
    }

    fn fleet() -> Fleet {
        let loaded = load("fleet.yaml", FILE.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true });
        loaded.fleet.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics))
    }

    fn instance(id: &str, state: InstanceState, token: Option<String>, tags: Tags) -> Instance {
        Instance {
            id: id.to_owned(),
            image: "ami-1".to_owned(),
            instance_type: "t3.small".to_owned(),
            architecture: "x86_64".to_owned(),
            state,
            state_reason: None,
            transition_reason: String::new(),
            launch_time: "2026-11-20T00:00:00Z".parse().expect("instant"),
            root_attached: "2026-11-20T00:00:00Z".parse().ok(),
            client_token: token,
            key_name: None,
            subnet: None,
            vpc: None,
            groups: Vec::new(),
            public_ip: Some("198.51.100.7".to_owned()),
            private_ip: None,
            imds_required: true,
            root_volume: None,
            ebs_root: true,
            spot: false,
            hibernation: false,
            tags,
            platform: String::new(),
            dedicated: false,
        }
    }

    fn alices() -> Instance {
        let address = Address::user(&Name::new("alice").expect("name"), AddressPart::Instance);
        let token = client_token(&FleetName::new("lms").expect("name"), &address, "123456789012", "ap-northeast-2", 0);
        let marks = [(tags::FLEET, "lms"), (tags::ADDRESS, address.as_str())];
        let marks = marks.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        instance("i-alice", InstanceState::Running, Some(token), marks)
    }

    fn seen(fleet: &Fleet, filter: &Filter) -> Status {
        let dev = Tags::from([("env".to_owned(), "dev".to_owned())]);
        let place = fleet.cloud.places().remove(0);
        let mut forged = alices();
        "i-forged".clone_into(&mut forged.id);
        forged.client_token = None;
        let instances = vec![
            alices(),
            instance("i-dev", InstanceState::Stopped, None, dev),
            instance("i-other", InstanceState::Running, None, Tags::new()),
            forged,
        ];
        let view = PlaceView { instances: Listing::Complete(instances), databases: Listing::Complete(Vec::new()), ..PlaceView::default() };
        // Friday, 10:00 in Seoul.
        let now = "2026-11-20T01:00:00Z".parse().expect("instant");
        let mut snapshot = Snapshot::empty(now);
        snapshot.identities.insert(place.account.clone(), Identity { account_id: "123456789012".to_owned(), arn: String::new() });
        snapshot.places.insert(place, view);
        let (lock, options) = (Lock::default(), Options::default());
        super::view(&Input { fleet, lock: &lock, snapshot: &snapshot, now, options: &options }, filter)
    }

    #[test]
    fn what_is_ours_and_what_a_schedule_selects_is_shown_and_nothing_else() {
        let status = seen(&fleet(), &Filter::default());
        let ids: Vec<&str> = status.resources.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, ["i-alice", "i-dev"], "neither what nobody selects nor a look-alike");
        let alice = &status.resources[0];
        assert_eq!((alice.address.as_str(), alice.user.as_deref()), ("user/alice/instance", Some("alice")));
        assert_eq!((alice.actual.as_str(), alice.desired), ("running", Some(WantedState::Running)));
        assert_eq!(
            alice.next.map(|next| (next.at.to_string(), next.state)),
            Some(("2026-11-20T10:00:00Z".to_owned(), WantedState::Stopped))
        );
        assert_eq!(alice.ssh.as_deref(), Some("ssh -i alice.pem ubuntu@198.51.100.7"));
        assert_eq!(alice.account, "123456789012");
    }

    #[test]
    fn a_person_s_stop_of_unknown_time_stands_and_the_row_says_so() {
        let status = seen(&fleet(), &Filter::default());
        let dev = &status.resources[1];
        assert_eq!((dev.desired, dev.schedule.as_deref()), (Some(WantedState::Running), Some("dev")));
        assert!(dev.note.as_deref().is_some_and(|note| note.contains("by hand")), "{:?}", dev.note);
    }

    #[test]
    fn filters_are_joined() {
        let fleet = fleet();
        let ids = |filter: Filter| seen(&fleet, &filter).resources.into_iter().map(|row| row.id).collect::<Vec<_>>();
        let tag = |text| Filter { tags: vec![Filter::tag(text)], ..Filter::default() };
        assert_eq!(ids(tag("env=dev")), ["i-dev"]);
        assert_eq!(ids(tag("env=prod")), Vec::<String>::new());
        assert_eq!(ids(Filter { user: Some("alice".to_owned()), ..Filter::default() }), ["i-alice"]);
        assert_eq!(ids(Filter { state: Some("stopped".to_owned()), schedule: Some("dev".to_owned()), ..Filter::default() }), ["i-dev"]);
        assert_eq!(ids(Filter { service: Some("rds".to_owned()), ..Filter::default() }), Vec::<String>::new());
    }

    #[test]
    fn a_filter_that_leaves_nothing_says_which_and_what_there_is() {
        let fleet = fleet();
        let notes = |filter: Filter| seen(&fleet, &filter).notes;
        assert_eq!(notes(Filter { user: Some("alice".to_owned()), ..Filter::default() }), Vec::<String>::new());
        assert_eq!(
            notes(Filter { schedule: Some("clas".to_owned()), user: Some("alice".to_owned()), ..Filter::default() }),
            ["no machine has the schedule `clas`; did you mean `class`? there are class, dev"]
        );
        assert_eq!(notes(Filter { user: Some("zoe".to_owned()), ..Filter::default() }), ["no machine has the user `zoe`; there is alice"]);
        let tag = |text| Filter { tags: vec![Filter::tag(text)], ..Filter::default() };
        assert_eq!(notes(tag("env=prod")), ["no machine has the tag `env=prod`; there is env=dev"]);
        assert_eq!(notes(tag("team")), ["no machine has the tag `team`; there is env"], "muster's own are nobody's question");
        let ours = Filter { user: Some("alice".to_owned()), tags: vec![Filter::tag("env")], ..Filter::default() };
        assert_eq!(notes(ours), ["no machine has all of it: 1 has the user `alice`, 1 has the tag `env`"]);
        let both = Filter { state: Some("stopped".to_owned()), user: Some("alice".to_owned()), ..Filter::default() };
        assert_eq!(notes(both), ["no machine has all of it: 1 has the state `stopped`, 1 has the user `alice`"]);
    }

    #[test]
    fn kept_snapshots_are_listed_by_what_they_were_made_from() {
        let place = Place { account: "main".to_owned(), region: "r".to_owned() };
        let kept = |id: &str, of: &str| KeptSnapshot {
            id: id.to_owned(),
            of: of.to_owned(),
            source: "vol-1".to_owned(),
            created: None,
            size_gib: 30,
        };
        let view = PlaceView {
            kept_snapshots: Listing::Complete(vec![kept("snap-2", "user/bob/instance"), kept("snap-1", "user/alice/instance")]),
            kept_db_snapshots: Listing::Incomplete(vec![kept("app-1", "database/app/instance")]),
            ..PlaceView::default()
        };
        let mut snapshot = Snapshot::empty(Timestamp::UNIX_EPOCH);
        snapshot.places.insert(place, view);
        let seen: Vec<(String, Kind)> = super::kept(&snapshot).into_iter().map(|kept| (kept.id, kept.kind)).collect();
        let expected = [("app-1", Kind::DbSnapshot), ("snap-1", Kind::Snapshot), ("snap-2", Kind::Snapshot)];
        assert_eq!(seen, expected.map(|(id, kind)| (id.to_owned(), kind)));
    }
}
