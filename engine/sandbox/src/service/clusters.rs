//! rds: clusters and their snapshots.

use muster_core::cloud::{CloudError, ErrorKind, Receipt};
use muster_core::tags::Tags;

use super::{Call, made};
use crate::world::{Cluster, ClusterSnapshot};

/// Engines whose clusters stop.
const STOPPABLE: [&str; 3] = ["aurora", "docdb", "neptune"];

impl Call<'_> {
    pub(super) fn start_cluster(self, name: &str) -> Result<Receipt, CloudError> {
        let cluster = self.known_cluster(name)?;
        match cluster.view.state.0.as_str() {
            "stopped" => self.move_cluster(name, "starting"),
            "available" | "starting" => Ok(made(name)),
            _ => Err(self.wrong_cluster_state(cluster, "started; it must be stopped")),
        }
    }

    pub(super) fn stop_cluster(self, name: &str) -> Result<Receipt, CloudError> {
        if matches!(self.known_cluster(name)?.view.state.0.as_str(), "stopped" | "stopping") {
            return Ok(made(name));
        }
        let cluster = self.available_cluster(name, "stopped")?;
        if !STOPPABLE.iter().any(|engine| cluster.view.engine.starts_with(engine)) {
            return Err(self.wrong_cluster_state(cluster, "stopped: this engine does not stop"));
        }
        if cluster.view.global.is_some() || !cluster.view.replicas.is_empty() {
            return Err(self.wrong_cluster_state(cluster, "stopped: it is replicated across regions"));
        }
        self.move_cluster(name, "stopping")
    }

    pub(super) fn create_cluster_snapshot(self, cluster: &str, name: &str, tags: &Tags) -> Result<Receipt, CloudError> {
        self.available_cluster(cluster, "snapshotted")?;
        self.check_tags(tags)?;
        if self.region.cluster_snapshots.get(name).is_some() {
            let message = format!("Cannot create the cluster snapshot because one with the identifier {name} already exists.");
            return Err(self.refuse(ErrorKind::AlreadyExists, "DBClusterSnapshotAlreadyExistsFault", message));
        }
        let row = ClusterSnapshot {
            name: name.to_owned(),
            arn: format!("arn:aws:rds:{}:{}:cluster-snapshot:{name}", self.region_name, self.account_id),
            cluster: cluster.to_owned(),
            taken: self.now,
            tags: tags.clone(),
        };
        self.region.cluster_snapshots.insert(name, row, self.lag);
        self.move_cluster(cluster, "backing-up")?;
        Ok(made(name))
    }

    pub(super) fn delete_cluster_snapshot(self, name: &str) -> Result<Receipt, CloudError> {
        self.region.cluster_snapshots.remove(name, self.lag);
        Ok(made(name))
    }

    pub(super) fn delete_db_snapshot(self, name: &str) -> Result<Receipt, CloudError> {
        self.region.db_snapshots.remove(name, self.lag);
        Ok(made(name))
    }

    fn move_cluster(self, name: &str, state: &str) -> Result<Receipt, CloudError> {
        if let Some(cluster) = self.region.clusters.edit(name, self.lag) {
            cluster.enter(state, self.now);
        }
        self.region.move_members();
        Ok(made(name))
    }

    fn known_cluster(&self, name: &str) -> Result<&Cluster, CloudError> {
        let known = self.region.clusters.get(name).filter(|_| self.region.clusters.is_known(name, self.now));
        known.ok_or_else(|| self.refuse(ErrorKind::NotFound, "DBClusterNotFoundFault", format!("DBCluster {name} not found.")))
    }

    fn available_cluster(&self, name: &str, participle: &str) -> Result<&Cluster, CloudError> {
        let cluster = self.known_cluster(name)?;
        if cluster.view.state.is_available() { Ok(cluster) } else { Err(self.wrong_cluster_state(cluster, participle)) }
    }

    fn wrong_cluster_state(&self, cluster: &Cluster, participle: &str) -> CloudError {
        let message = format!("DbCluster {} is in {} state; it cannot be {participle}", cluster.view.name, cluster.view.state.0);
        self.refuse(ErrorKind::WrongState, "InvalidDBClusterStateFault", message)
    }
}
