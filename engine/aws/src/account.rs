//! One account: its credentials, and proof that they belong to it.

use std::time::{Duration, Instant};

use aws_types::SdkConfig;
use muster_core::cloud::{CloudError, ErrorKind, Identity};
use tokio::sync::Mutex;

use crate::region::Scope;
use crate::sts;

/// How long an identity counts before it is asked for again. Credentials do not change accounts while a
/// command runs; a loop that runs for days asks now and then, which also measures the clocks again.
const IDENTITY_TTL: Duration = Duration::from_secs(15 * 60);

/// One account of fleet.yaml.
#[derive(Debug)]
pub(crate) struct Account {
    /// Its name in fleet.yaml.
    pub(crate) name: String,
    /// The id fleet.yaml declares.
    pub(crate) declared: Option<String>,
    /// Credentials, without a region.
    pub(crate) config: SdkConfig,
    verified: Mutex<Option<Verified>>,
}

/// What STS answered.
#[derive(Debug, Clone)]
pub(crate) struct Verified {
    /// Who we are there.
    pub(crate) identity: Identity,
    /// The cloud's clock minus ours.
    pub(crate) skew_seconds: i64,
    at: Instant,
}

impl Account {
    /// An account nobody has asked anything yet.
    pub(crate) fn new(name: &str, declared: Option<&str>, config: SdkConfig) -> Self {
        Self { name: name.to_owned(), declared: declared.map(str::to_owned), config, verified: Mutex::new(None) }
    }

    /// Asks STS who we are, once, and refuses to go on in another account than the declared one.
    pub(crate) async fn verify(&self, scope: Scope<'_>) -> Result<Verified, CloudError> {
        let mut kept = self.verified.lock().await;
        if let Some(verified) = kept.as_ref().filter(|verified| verified.at.elapsed() < IDENTITY_TTL) {
            return Ok(verified.clone());
        }
        let (identity, skew_seconds) = sts::caller(scope).await?;
        self.check(&identity)?;
        let verified = Verified { identity, skew_seconds, at: Instant::now() };
        *kept = Some(verified.clone());
        Ok(verified)
    }

    fn check(&self, identity: &Identity) -> Result<(), CloudError> {
        let declared = self.declared.as_deref().unwrap_or(&identity.account_id);
        if declared == identity.account_id {
            return Ok(());
        }
        let message = format!(
            "account `{}` is declared as {declared}, but these credentials belong to {}; choose others with AWS_PROFILE, or correct `id`",
            self.name, identity.account_id
        );
        Err(CloudError::new(ErrorKind::WrongAccount, "sts:GetCallerIdentity", "", message))
    }
}
