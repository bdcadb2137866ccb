//! Made-up addresses and subnets.

use super::{Ids, Region};

impl Region {
    /// The default VPC's id.
    pub(crate) fn default_vpc(&self) -> Option<&str> {
        self.vpcs.values().find(|vpc| vpc.is_default).map(|vpc| vpc.id.as_str())
    }

    /// The default subnet of the first zone.
    pub(crate) fn default_subnet(&self) -> Option<&str> {
        self.subnets.values().filter(|subnet| subnet.is_default).min_by(|a, b| a.zone.cmp(&b.zone)).map(|subnet| subnet.id.as_str())
    }
}

impl Ids {
    /// A public address out of 198.18.0.0/15, which nobody on the internet has.
    pub(crate) fn public_ip(&mut self) -> String {
        let _ = self.fresh();
        let n = self.drawn();
        format!("198.{}.{}.{}", 18 + (n >> 16) % 2, (n >> 8) % 256, n % 256)
    }

    /// A private address of the default VPC's range.
    pub(crate) fn private_ip(&mut self) -> String {
        let _ = self.fresh();
        let n = self.drawn();
        format!("172.31.{}.{}", (n >> 8) % 64, n % 256)
    }
}
