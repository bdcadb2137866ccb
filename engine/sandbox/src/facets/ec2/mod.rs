//! EC2 as rules see it.

mod instances;
mod network;
mod storage;

use muster_core::facet::Members;
use muster_core::facet::ec2::{Account, MetadataDefaults};

use super::members;
use crate::world::{Region, World};

/// What the world holds of a kind of EC2. Addresses, images and launch templates stand in the estate alone.
pub(super) fn derived(kind: &str, region: &Region, world: &World) -> Vec<Members> {
    match kind {
        "ec2.instance" => instances::all(region, world),
        "ec2.volume" => storage::volumes(region, world.now),
        "ec2.snapshot" => storage::snapshots(region, world.now),
        "ec2.security-group" => network::groups(region, world.now),
        "ec2.network-interface" => network::interfaces(region, world.now),
        "ec2.vpc" => network::vpcs(region, world.now),
        "ec2.subnet" => network::subnets(region, world.now),
        "ec2.account" => vec![members(&account())],
        _ => Vec::new(),
    }
}

/// As in an account where nobody has set anything.
fn account() -> Account {
    Account {
        ebs_encryption_by_default: Some(false),
        snapshot_block_public_access_state: Some("unblocked".to_owned()),
        image_block_public_access_state: Some("block-new-sharing".to_owned()),
        instance_metadata_defaults: Some(MetadataDefaults::default()),
    }
}
