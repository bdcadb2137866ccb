//! The live account: credentials, places and their clients.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use aws_types::SdkConfig;
use aws_types::region::Region as AwsRegion;
use muster_core::cloud::{CloudError, ErrorKind, Identity, Place};
use muster_core::fleet::CloudDecl;
use tokio::sync::Semaphore;

use crate::account::{Account, Verified};
use crate::connect::{self, ConnectOptions};
use crate::count::Counts;
use crate::region::{Region, Scope};
use crate::{endpoint, profile};

/// Most calls in flight over all accounts and regions.
const CALLS_IN_FLIGHT: usize = 64;

/// The live account: every account and region of a fleet.
#[derive(Debug)]
pub struct Live {
    accounts: BTreeMap<String, Account>,
    /// Where questions without a region go.
    home: String,
    paced: bool,
    gate: Arc<Semaphore>,
    regions: Mutex<HashMap<Place, Arc<Region>>>,
}

impl Live {
    /// Loads credentials and settings as the AWS CLI does. Nothing is asked of an account yet.
    ///
    /// # Errors
    /// When the fleet has no region.
    pub async fn connect(cloud: &CloudDecl, options: ConnectOptions) -> Result<Self, CloudError> {
        let base = connect::base_config(connect::home_region(cloud)?).await;
        Self::with_config(&base, cloud, &options).await
    }

    /// The same on a configuration of the caller's ([`crate::base_config`], changed).
    ///
    /// # Errors
    /// When the fleet has no region.
    pub async fn with_config(base: &SdkConfig, cloud: &CloudDecl, options: &ConnectOptions) -> Result<Self, CloudError> {
        let (accounts, home) = connect::accounts(base, cloud, options).await?;
        let endpoint = accounts.first().and_then(|account| account.config.endpoint_url());
        let paced = options.pace_loopback || !endpoint.is_some_and(endpoint::is_loopback);
        Ok(Self {
            accounts: accounts.into_iter().map(|account| (account.name.clone(), account)).collect(),
            home,
            paced,
            gate: Arc::new(Semaphore::new(CALLS_IN_FLIGHT)),
            regions: Mutex::default(),
        })
    }

    /// Who the credentials of an account belong to.
    ///
    /// # Errors
    /// When STS does not answer, or answers another account than the declared one.
    pub async fn identity(&self, account: &str) -> Result<Identity, CloudError> {
        Ok(self.verified(account, &Counts::default()).await?.identity)
    }

    pub(crate) fn accounts(&self) -> impl Iterator<Item = &str> {
        self.accounts.keys().map(String::as_str)
    }

    pub(crate) fn account(&self, name: &str) -> Result<&Account, CloudError> {
        let unknown = || {
            let message = format!("fleet.yaml declares no account `{name}`; add it under `cloud.accounts`");
            CloudError::new(ErrorKind::Invalid, "sts:GetCallerIdentity", "", message)
        };
        self.accounts.get(name).ok_or_else(unknown)
    }

    /// Clients of a place, made when it is first asked for.
    pub(crate) fn region(&self, place: &Place) -> Result<Arc<Region>, CloudError> {
        let account = self.account(&place.account)?;
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        let region = regions.entry(place.clone()).or_insert_with(|| {
            let config = account.config.to_builder().region(AwsRegion::new(place.region.clone())).build();
            Arc::new(Region::new(place.clone(), config, self.paced, Arc::clone(&self.gate)))
        });
        Ok(Arc::clone(region))
    }

    /// The place where questions about an account itself go.
    pub(crate) fn home_of(&self, account: &str) -> Place {
        Place { account: account.to_owned(), region: self.home.clone() }
    }

    /// Proof that the credentials belong to the account.
    pub(crate) async fn verified(&self, account: &str, counts: &Counts) -> Result<Verified, CloudError> {
        let region = self.region(&self.home_of(account))?;
        match self.account(account)?.verify(Scope::new(&region, counts)).await {
            Err(error) => Err(profile::explained(error).await),
            verified => verified,
        }
    }
}
