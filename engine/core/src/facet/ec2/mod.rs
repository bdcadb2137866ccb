//! Kinds of EC2.

mod account;
mod instance;
mod network;
mod storage;
mod template;

pub use account::{Account, MetadataDefaults};
pub use instance::{BlockDevice, EbsDevice, ImageInfo, Instance, MetadataOptions, Monitoring, Profile, SsmInfo, TypeInfo};
pub use network::{Address, FlowLog, IpPermission, NetworkInterface, SecurityGroup, Subnet, Vpc};
pub use storage::{Attachment, Image, Snapshot, Volume};
pub use template::{LaunchTemplate, TemplateData};

use super::table::{FacetSpec, KindSpec};

/// Every kind of this service.
pub static KINDS: &[KindSpec] = &[
    storage::VOLUME,
    storage::SNAPSHOT,
    storage::IMAGE,
    instance::INSTANCE,
    network::ADDRESS,
    network::SECURITY_GROUP,
    network::NETWORK_INTERFACE,
    network::VPC,
    network::SUBNET,
    template::LAUNCH_TEMPLATE,
    account::ACCOUNT,
];

/// Tags that the list itself brings.
const TAGS: FacetSpec = FacetSpec { word: "tags", says: "Its tags.", members: &["Tags"], calls: &[] };
