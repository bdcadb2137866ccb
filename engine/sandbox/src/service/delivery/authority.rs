//! What the role of a schedule may do.

use muster_core::arn::partition;
use muster_core::cloud::{Change, Place};
use muster_core::tags::Tags;

use super::SCHEDULER;
use super::policy::{Facts, allows, facts, may_grant, trusts};
use crate::estate::default_key;
use crate::service::Call;
use crate::world::{Edge, World};

/// The service that assumes the role of a runbook.
const AUTOMATION: &str = "ssm.amazonaws.com";

/// A role that somebody has assumed.
pub(super) struct Authority {
    pub(super) arn: String,
    policy: String,
    /// `arn:aws:ssm:REGION:`.
    ssm: String,
    account_id: String,
}

impl Authority {
    /// The role of a schedule as EventBridge assumes it; nothing when it may not, or there is no such role.
    pub(super) fn of_edge(world: &World, place: &Place, edge: &Edge) -> Option<Self> {
        let (partition, account) = (partition(&place.region), world.account_id(&place.account));
        let group = format!("arn:{partition}:scheduler:{}:{account}:schedule-group/{}", place.region, edge.group);
        Self::assumed(world, place, &edge.role, (SCHEDULER, &group))
    }

    /// The role of a runbook as Systems Manager assumes it.
    pub(super) fn of_runbook(world: &World, place: &Place, role: &str) -> Option<Self> {
        let (partition, account) = (partition(&place.region), world.account_id(&place.account));
        let execution = format!("arn:{partition}:ssm:{}:{account}:automation-execution/1", place.region);
        Self::assumed(world, place, role, (AUTOMATION, &execution))
    }

    fn assumed(world: &World, place: &Place, arn: &str, (service, source): (&str, &str)) -> Option<Self> {
        let account_id = world.account_id(&place.account);
        let row = world.accounts.get(&place.account)?.roles.get(arn.rsplit('/').next()?).filter(|row| row.view.arn == arn)?;
        let known = facts([("aws:SourceAccount", account_id.as_str()), ("aws:SourceArn", source)]);
        trusts(&row.view.trust, service, &known).then(|| Self {
            arn: arn.to_owned(),
            policy: row.view.policy.clone().unwrap_or_default(),
            ssm: format!("arn:{}:ssm:{}:", partition(&place.region), place.region),
            account_id,
        })
    }

    fn allows(&self, action: &str, resource: &str, known: &Facts) -> bool {
        allows(&self.policy, action, resource, known)
    }

    /// Whether the role may do to every resource what a change does.
    pub(super) fn may(&self, call: &Call<'_>, change: &Change) -> bool {
        resources(call, change).is_some_and(|resources| {
            resources.iter().all(|(arn, tags)| {
                let keys: Vec<(String, &str)> =
                    tags.iter().map(|(key, value)| (format!("aws:ResourceTag/{key}"), value.as_str())).collect();
                self.allows(change.action(), arn, &facts(keys.iter().map(|(key, value)| (key.as_str(), *value))))
            })
        })
    }

    /// Whether EC2 may be granted the customer keys of the volumes that a start opens.
    pub(super) fn may_grant(&self, call: &Call<'_>, change: &Change) -> bool {
        let Change::StartInstances { ids } = change else { return true };
        let of = |id: Option<&str>| ids.iter().any(|wanted| id.is_some() && wanted.known() == id);
        let disks = call.region.disks.values().filter(|disk| of(disk.view.instance.as_deref()));
        let own = default_key(call.region_name, &call.account_id, "ebs");
        disks.filter_map(|disk| disk.view.kms_key.as_deref()).all(|key| key == own || may_grant(&self.policy, key))
    }

    /// Whether the role may begin a runbook, and hand it a role. A policy may name the runbook by any of the ARNs that AWS knows it by.
    pub(super) fn may_begin(&self, document: &str, role: &str) -> bool {
        let (ssm, account) = (&self.ssm, &self.account_id);
        let names = [
            format!("{ssm}{account}:automation-definition/{document}:$DEFAULT"),
            format!("{ssm}:automation-definition/{document}:$DEFAULT"),
            format!("{ssm}{account}:document/{document}"),
            format!("{ssm}:document/{document}"),
        ];
        names.iter().any(|name| self.allows("ssm:StartAutomationExecution", name, &Facts::new()))
            && self.allows("iam:PassRole", role, &facts([("iam:PassedToService", AUTOMATION)]))
    }

    /// Whether the runbook finds what it is to work on: by tag, and then by what it reads of each.
    pub(super) fn may_find(&self, change: &Change) -> bool {
        let reads: &[&str] = match change {
            Change::StartInstances { .. } | Change::StopInstances { .. } => &["ec2:DescribeInstances", "ec2:DescribeInstanceStatus"],
            _ => &["rds:DescribeDBInstances"],
        };
        self.allows("tag:GetResources", "*", &Facts::new()) && reads.iter().all(|action| self.allows(action, "*", &Facts::new()))
    }

    /// Whether it may send to a queue.
    pub(super) fn may_send(&self, queue: &str) -> bool {
        self.allows("sqs:SendMessage", queue, &Facts::new())
    }
}

/// ARN and tags of everything that a start or stop names; nothing for another change, which no schedule makes.
fn resources(call: &Call<'_>, change: &Change) -> Option<Vec<(String, Tags)>> {
    let rds =
        |kind: &str, name: &str| format!("arn:{}:rds:{}:{}:{kind}:{name}", partition(call.region_name), call.region_name, call.account_id);
    match change {
        Change::StartInstances { ids } | Change::StopInstances { ids, .. } => {
            let arn = |id: &str| format!("arn:{}:ec2:{}:{}:instance/{id}", partition(call.region_name), call.region_name, call.account_id);
            let tags = |id: &str| call.region.machines.get(id).map(|row| row.view.tags.clone()).unwrap_or_default();
            Some(ids.iter().filter_map(|id| id.known()).map(|id| (arn(id), tags(id))).collect())
        }
        Change::StartDatabase { name } | Change::StopDatabase { name } => {
            let tags = call.region.servers.get(name).map(|row| row.view.tags.clone());
            Some(vec![(rds("db", name), tags.unwrap_or_default())])
        }
        Change::StartCluster { name } | Change::StopCluster { name } => {
            let tags = call.region.clusters.get(name).map(|row| row.view.tags.clone());
            Some(vec![(rds("cluster", name), tags.unwrap_or_default())])
        }
        _ => None,
    }
}
