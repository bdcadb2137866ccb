//! Which fleet, which accounts and regions, and which of muster's parts the fleet uses.

use std::collections::{BTreeMap, BTreeSet};

use crate::arn::partition;
use crate::aws_name::aws_name_prefix;
use crate::cloud::Place;
use crate::delivery::{boundary, group_name};
use crate::fleet::{DeliveryBy, Disk, Fleet, ImageChoice, KeySource};
use crate::name::FleetName;
use crate::schedule::Schedule;

/// A part of muster that a section of fleet.yaml switches on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// `users`.
    Users,
    /// A user with `key: generate`.
    GeneratedKeys,
    /// `databases` or `parameter-groups`.
    Databases,
    /// A schedule, whatever it is for: what it may do stands in statements of its own.
    Schedules,
    /// A schedule that EventBridge delivers.
    Delivery,
}

/// The fleet as policies see it.
pub(super) struct Scope<'a> {
    pub(super) fleet: &'a Fleet,
    accounts: &'a BTreeMap<String, String>,
}

impl<'a> Scope<'a> {
    pub(super) const fn new(fleet: &'a Fleet, accounts: &'a BTreeMap<String, String>) -> Self {
        Self { fleet, accounts }
    }

    /// The fleet's name and those it had before.
    pub(super) fn names(&self) -> Vec<&'a FleetName> {
        self.fleet.name.iter().chain(&self.fleet.was).collect()
    }

    /// Parts in use. A fleet without a name owns nothing.
    pub(super) fn parts(&self) -> BTreeSet<Part> {
        let fleet = self.fleet;
        let generated = fleet.users.values().any(|user| user.key.value == KeySource::Generate);
        let used = [
            (Part::Users, !fleet.users.is_empty()),
            (Part::GeneratedKeys, generated),
            (Part::Databases, !fleet.databases.is_empty() || !fleet.parameter_groups.is_empty()),
            (Part::Delivery, self.delivered().next().is_some()),
        ];
        used.into_iter().filter(|(_, used)| *used && fleet.name.is_some()).map(|(part, _)| part).collect()
    }

    /// Schedules that EventBridge delivers.
    pub(super) fn delivered(&self) -> impl Iterator<Item = &'a Schedule> + use<'a> {
        self.fleet.schedules.values().filter(|schedule| schedule.delivery.by != DeliveryBy::Loop)
    }

    /// The permissions boundaries of the roles that EventBridge works with; none while a schedule names none, since its role may
    /// then be anything.
    pub(super) fn boundaries(&self) -> BTreeSet<&'a str> {
        let named: Option<BTreeSet<&str>> = self.delivered().map(|schedule| boundary(&schedule.delivery)).collect();
        named.unwrap_or_default()
    }

    /// Images that a new instance may need resolved.
    pub(super) fn images(&self) -> BTreeSet<&'a ImageChoice> {
        self.fleet.users.values().map(|user| &user.image.value).collect()
    }

    /// Disks and the service that encrypts them, of users and databases with a KMS key of their own.
    pub(super) fn customer_keys(&self) -> BTreeSet<(&'a str, &'static str)> {
        fn key<'d>(disk: &'d Disk, service: &'static str) -> Option<(&'d str, &'static str)> {
            disk.kms_key.as_deref().map(|key| (key, service))
        }
        let of_users = self.fleet.users.values().filter_map(|user| key(&user.disk.value, "ec2"));
        let of_databases = self.fleet.databases.values().filter_map(|database| key(&database.storage.value, "rds"));
        of_users.chain(of_databases).collect()
    }

    /// Account id of an account in fleet.yaml. `*` while it is unknown: the policy is attached in that account and reaches no other.
    pub(super) fn account_id(&self, account: &str) -> &str {
        let declared = || self.fleet.cloud.accounts.get(account).and_then(|declared| declared.id.as_deref());
        self.accounts.get(account).map(String::as_str).or_else(declared).unwrap_or("*")
    }

    /// `pattern` with its placeholders filled in for every place of the fleet, and for every name it has had.
    pub(super) fn arns(&self, pattern: &str) -> BTreeSet<String> {
        self.arns_in(&self.fleet.cloud.places(), pattern)
    }

    /// `pattern` filled in for these places.
    pub(super) fn arns_in<'p>(&self, places: impl IntoIterator<Item = &'p Place>, pattern: &str) -> BTreeSet<String> {
        places.into_iter().flat_map(|place| self.named(&self.placed(place, pattern))).collect()
    }

    fn placed(&self, place: &Place, pattern: &str) -> String {
        pattern
            .replace("{partition}", partition(&place.region))
            .replace("{region}", &place.region)
            .replace("{account}", self.account_id(&place.account))
    }

    fn named(&self, pattern: &str) -> Vec<String> {
        if !["{prefix}", "{fleet}", "{group}"].iter().any(|placeholder| pattern.contains(placeholder)) {
            return vec![pattern.to_owned()];
        }
        let fill = |name: &&FleetName| {
            let pattern = pattern.replace("{prefix}", &aws_name_prefix(name)).replace("{group}", &group_name(name));
            pattern.replace("{fleet}", name.as_str())
        };
        self.names().iter().map(fill).collect()
    }
}
