//! What `muster doctor` and `muster key --rotate` ask beyond the traits.

use std::collections::BTreeMap;

use muster_core::cloud::{CloudError, Place};

use crate::convert::text;
use crate::count::Counts;
use crate::iam;
use crate::live::Live;
use crate::region::Scope;

impl Live {
    /// Which of `actions` the credentials of an account allow, by IAM's simulator. An action that hangs on a
    /// condition (a tag) is left out; nothing at all when the simulator cannot be asked (no permission, a role
    /// behind a path, an endpoint without it). Policies of an organization and of resources are not judged.
    ///
    /// # Errors
    /// When the account cannot be reached, or is another than the declared one.
    pub async fn permissions(&self, account: &str, actions: &[String]) -> Result<Option<BTreeMap<String, bool>>, CloudError> {
        let counts = Counts::default();
        let caller = self.verified(account, &counts).await?.identity.arn;
        let region = self.region(&self.home_of(account))?;
        match iam::simulate(Scope::new(&region, &counts), &caller, actions).await {
            Ok(allowed) => Ok(Some(allowed)),
            Err(error) if iam::is_unsupported(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Seconds by which AWS's clock is ahead of ours.
    ///
    /// # Errors
    /// When the account cannot be reached, or is another than the declared one.
    pub async fn clock_skew_seconds(&self, account: &str) -> Result<i64, CloudError> {
        Ok(self.verified(account, &Counts::default()).await?.skew_seconds)
    }

    /// Every region the account has switched on, sorted.
    ///
    /// # Errors
    /// When ec2:DescribeRegions is refused or does not answer.
    pub async fn enabled_regions(&self, account: &str) -> Result<Vec<String>, CloudError> {
        let counts = Counts::default();
        self.verified(account, &counts).await?;
        let region = self.region(&self.home_of(account))?;
        let request = region.ec2().describe_regions();
        let answer = Scope::new(&region, &counts).call("ec2:DescribeRegions", request.send()).await?;
        let mut names: Vec<String> = answer.regions().iter().map(|region| text(region.region_name())).collect();
        names.sort();
        Ok(names)
    }

    /// Lets a public key in for a minute through EC2 Instance Connect, which finds the zone when none is given.
    ///
    /// # Errors
    /// When the instance is not running, has no agent for it, or the action is refused.
    pub async fn push_public_key(
        &self,
        place: &Place,
        instance_id: &str,
        zone: Option<&str>,
        user: &str,
        public_key: &str,
    ) -> Result<(), CloudError> {
        let counts = Counts::default();
        self.verified(&place.account, &counts).await?;
        let region = self.region(place)?;
        let request = region
            .connect()
            .send_ssh_public_key()
            .instance_id(instance_id)
            .set_availability_zone(zone.map(str::to_owned))
            .instance_os_user(user)
            .ssh_public_key(public_key);
        Scope::new(&region, &counts).call("ec2-instance-connect:SendSSHPublicKey", request.send()).await.map(drop)
    }
}
