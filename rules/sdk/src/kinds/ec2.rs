//! EC2.

use crate::json::{Object, Text};
use crate::kind::Kind;
use crate::time::Time;

/// What `ec2.volume` holds.
pub const VOLUME: Kind = Kind {
    word: "ec2.volume",
    base: &[
        "Attachments",
        "AvailabilityZone",
        "CreateTime",
        "Encrypted",
        "Iops",
        "KmsKeyId",
        "Size",
        "SnapshotId",
        "State",
        "Throughput",
        "VolumeId",
        "VolumeType",
    ],
    facets: &[("tags", &["Tags"])],
};

/// An EBS volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Volume<'a>(pub Object<'a>);

impl<'a> Volume<'a> {
    /// When it was made.
    #[must_use]
    pub fn create_time(self) -> Option<Time> {
        self.0.time("CreateTime")
    }

    /// Whether it is encrypted.
    #[must_use]
    pub fn encrypted(self) -> Option<bool> {
        self.0.boolean("Encrypted")
    }

    /// Size in GiB.
    #[must_use]
    pub fn size(self) -> Option<i64> {
        self.0.integer("Size")
    }

    /// `creating`, `available`, `in-use`, `deleting`, `deleted` or `error`.
    #[must_use]
    pub fn state(self) -> Option<Text<'a>> {
        self.0.text("State")
    }

    /// Facet `tags`. Tags by key.
    #[must_use]
    pub fn tags(self) -> Option<Object<'a>> {
        self.0.object("Tags")
    }
}
