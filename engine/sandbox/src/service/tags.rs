//! Tags of everything.

use muster_core::cloud::{CloudError, ErrorKind, Kind, Receipt, ResourceRef};
use muster_core::tags::Tags;

use super::{Call, made};

impl Call<'_> {
    pub(super) fn set_tags(mut self, resource: &ResourceRef, tags: &Tags) -> Result<Receipt, CloudError> {
        let id = self.id(&resource.id)?.to_owned();
        let mut all = self.tags_of(resource.kind, &id)?;
        all.extend(tags.clone());
        self.check_tags(&all)?;
        self.replace_tags(resource.kind, &id, all);
        Ok(made(id))
    }

    pub(super) fn remove_tags(mut self, resource: &ResourceRef, keys: &[String]) -> Result<Receipt, CloudError> {
        let id = self.id(&resource.id)?.to_owned();
        let mut all = self.tags_of(resource.kind, &id)?;
        all.retain(|key, _| !keys.contains(key));
        self.replace_tags(resource.kind, &id, all);
        Ok(made(id))
    }

    /// The true tags of a resource that a call may name.
    fn tags_of(&self, kind: Kind, id: &str) -> Result<Tags, CloudError> {
        let (region, now, name) = (&*self.region, self.now, name_of(kind, id));
        let tags = match kind {
            Kind::Instance => region.machines.is_known(id, now).then(|| region.machines.get(id).map(|row| &row.view.tags)),
            Kind::Volume => region.disks.is_known(id, now).then(|| region.disks.get(id).map(|row| &row.view.tags)),
            Kind::Snapshot => region.snapshots.is_known(id, now).then(|| region.snapshots.get(id).map(|row| &row.tags)),
            Kind::SecurityGroup => region.groups.is_known(id, now).then(|| region.groups.get(id).map(|row| &row.tags)),
            Kind::KeyPair => {
                self.key_by_id(id).filter(|name| region.keys.is_known(name, now)).map(|name| region.keys.get(&name).map(|row| &row.tags))
            }
            Kind::Vpc => Some(region.vpcs.get(id).map(|row| &row.tags)),
            Kind::Subnet => Some(region.subnets.get(id).map(|row| &row.tags)),
            Kind::Alarm => region.alarms.is_known(name, now).then(|| region.alarms.get(name).map(|row| &row.tags)),
            Kind::Database => region.servers.is_known(name, now).then(|| region.servers.get(name).map(|row| &row.view.tags)),
            Kind::DbSnapshot => region.db_snapshots.is_known(name, now).then(|| region.db_snapshots.get(name).map(|row| &row.tags)),
            Kind::ParameterGroup => {
                region.parameter_groups.is_known(name, now).then(|| region.parameter_groups.get(name).map(|row| &row.tags))
            }
            Kind::KeyParameter => region.secrets.is_known(id, now).then(|| region.secrets.get(id).map(|row| &row.tags)),
            Kind::DbCluster => region.clusters.is_known(name, now).then(|| region.clusters.get(name).map(|row| &row.view.tags)),
            Kind::DbClusterSnapshot => {
                region.cluster_snapshots.is_known(name, now).then(|| region.cluster_snapshots.get(name).map(|row| &row.tags))
            }
            Kind::ScalingGroup => region.scaling_groups.is_known(id, now).then(|| region.scaling_groups.get(id).map(|row| &row.view.tags)),
            Kind::EcsService => region.services.is_known(id, now).then(|| region.services.get(id).map(|row| &row.view.tags)),
            Kind::EdgeGroup => region.edge_groups.is_known(name, now).then(|| region.edge_groups.get(name).map(|row| &row.tags)),
            Kind::Role => self.roles.is_known(name, now).then(|| self.roles.get(name).map(|row| &row.tags)),
            Kind::Queue => region.queues.is_known(name, now).then(|| region.queues.get(name).map(|row| &row.view.tags)),
            Kind::Edge | Kind::Image | Kind::Quota | Kind::Metric | Kind::ForeignEdge | Kind::Price => None,
        };
        tags.flatten().cloned().ok_or_else(|| self.no_such(kind, id))
    }

    fn replace_tags(&mut self, kind: Kind, id: &str, tags: Tags) {
        let name = name_of(kind, id);
        let key = self.key_by_id(id);
        let (region, lag) = (&mut *self.region, self.lag);
        let row = match kind {
            Kind::Instance => region.machines.edit(id, lag).map(|row| &mut row.view.tags),
            Kind::Volume => region.disks.edit(id, lag).map(|row| &mut row.view.tags),
            Kind::Snapshot => region.snapshots.edit(id, lag).map(|row| &mut row.tags),
            Kind::SecurityGroup => region.groups.edit(id, lag).map(|row| &mut row.tags),
            Kind::KeyPair => key.and_then(|name| region.keys.edit(&name, lag)).map(|row| &mut row.tags),
            Kind::Vpc => region.vpcs.edit(id, lag).map(|row| &mut row.tags),
            Kind::Subnet => region.subnets.edit(id, lag).map(|row| &mut row.tags),
            Kind::Alarm => region.alarms.edit(name, lag).map(|row| &mut row.tags),
            Kind::Database => region.servers.edit(name, lag).map(|row| &mut row.view.tags),
            Kind::DbSnapshot => region.db_snapshots.edit(name, lag).map(|row| &mut row.tags),
            Kind::ParameterGroup => region.parameter_groups.edit(name, lag).map(|row| &mut row.tags),
            Kind::KeyParameter => region.secrets.edit(id, lag).map(|row| &mut row.tags),
            Kind::DbCluster => region.clusters.edit(name, lag).map(|row| &mut row.view.tags),
            Kind::DbClusterSnapshot => region.cluster_snapshots.edit(name, lag).map(|row| &mut row.tags),
            Kind::ScalingGroup => region.scaling_groups.edit(id, lag).map(|row| &mut row.view.tags),
            Kind::EcsService => region.services.edit(id, lag).map(|row| &mut row.view.tags),
            Kind::EdgeGroup => region.edge_groups.edit(name, lag).map(|row| &mut row.tags),
            Kind::Role => self.roles.edit(name, lag).map(|row| &mut row.tags),
            Kind::Queue => region.queues.edit(name, lag).map(|row| &mut row.view.tags),
            Kind::Edge | Kind::Image | Kind::Quota | Kind::Metric | Kind::ForeignEdge | Kind::Price => None,
        };
        if let Some(row) = row {
            *row = tags;
        }
    }

    /// Key pairs are kept by name and tagged by id.
    fn key_by_id(&self, id: &str) -> Option<String> {
        self.region.keys.values().find(|key| key.id == id).map(|key| key.name.clone())
    }

    fn no_such(&self, kind: Kind, id: &str) -> CloudError {
        let code = match kind {
            Kind::Instance => "InvalidInstanceID.NotFound",
            Kind::Volume => "InvalidVolume.NotFound",
            Kind::Snapshot => "InvalidSnapshot.NotFound",
            Kind::SecurityGroup => "InvalidGroup.NotFound",
            Kind::KeyPair => "InvalidKeyPair.NotFound",
            Kind::Alarm => "ResourceNotFound",
            Kind::Database => "DBInstanceNotFound",
            Kind::DbSnapshot => "DBSnapshotNotFound",
            Kind::ParameterGroup => "DBParameterGroupNotFound",
            Kind::KeyParameter => "InvalidResourceId",
            Kind::DbCluster => "DBClusterNotFoundFault",
            Kind::DbClusterSnapshot => "DBClusterSnapshotNotFoundFault",
            Kind::ScalingGroup => "ValidationError",
            Kind::EcsService | Kind::EdgeGroup | Kind::Edge => "ResourceNotFoundException",
            Kind::Role => "NoSuchEntity",
            Kind::Queue => "AWS.SimpleQueueService.NonExistentQueue",
            Kind::Vpc | Kind::Subnet | Kind::Image | Kind::Quota | Kind::Metric | Kind::ForeignEdge | Kind::Price => "InvalidID.NotFound",
        };
        self.refuse(ErrorKind::NotFound, code, format!("The ID '{id}' does not exist"))
    }
}

/// The name at the end of an ARN or URL, for kinds that are tagged by ARN or URL and kept by name.
pub(crate) fn name_of(kind: Kind, id: &str) -> &str {
    match kind {
        Kind::Alarm | Kind::Database | Kind::DbSnapshot | Kind::ParameterGroup | Kind::DbCluster | Kind::DbClusterSnapshot => {
            id.splitn(7, ':').nth(6).filter(|_| id.starts_with("arn:")).unwrap_or(id)
        }
        Kind::EdgeGroup | Kind::Role => id.rsplit('/').next().unwrap_or(id),
        Kind::Queue => id.rsplit([':', '/']).next().unwrap_or(id),
        _ => id,
    }
}
