//! Credentials, endpoints, time-outs and retries, set once for every client.

use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_types::region::Region as AwsRegion;
use muster_core::cloud::{CloudError, ErrorKind};
use muster_core::fleet::{AccountDecl, CloudDecl};

use crate::account::Account;

/// Attempts of a call, the first included.
const ATTEMPTS: u32 = 4;
/// First pause before a retry; it doubles and is drawn at random up to that. Two throttles cost at most 1.5 s.
const FIRST_BACKOFF: Duration = Duration::from_millis(500);
/// Longest pause before a retry.
const MAX_BACKOFF: Duration = Duration::from_secs(5);
/// Time to reach an endpoint.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Time to the first byte of an answer: a DescribeInstances of 1,000 takes a few seconds.
const READ_TIMEOUT: Duration = Duration::from_secs(20);
/// Time of one attempt.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// Time of a call with its retries.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(90);
/// Time the source of credentials may take.
const CREDENTIALS_TIMEOUT: Duration = Duration::from_secs(10);
/// Credentials are renewed this long before they end.
const CREDENTIALS_BUFFER: Duration = Duration::from_secs(60);
/// Idle connections are kept so long.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(90);
/// Length of a session of an assumed role; the shortest there is, renewed as long as a run lasts.
const SESSION_LENGTH: Duration = Duration::from_secs(900);

/// Which of an account's roles is assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The one that reads.
    Plan,
    /// The one that changes.
    Apply,
}

/// How to connect.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// Which role of an account that declares some.
    pub role: Role,
    /// Name of the session, which stands in CloudTrail: `muster-apply`.
    pub session: String,
    /// Keep AWS's pace on a loopback endpoint too, which throttles nobody.
    pub pace_loopback: bool,
}

impl ConnectOptions {
    /// Options of a command that plans or applies.
    #[must_use]
    pub fn new(role: Role) -> Self {
        let session = match role {
            Role::Plan => "muster-plan",
            Role::Apply => "muster-apply",
        };
        Self { role, session: session.to_owned(), pace_loopback: false }
    }
}

/// The configuration of the environment as the AWS CLI reads it (profiles, `AWS_ENDPOINT_URL` and the rest),
/// with muster's time-outs, retries and one pool of connections. `region` is given because the SDK's search for
/// one ends at a metadata service that most machines do not have.
pub async fn base_config(region: &str) -> SdkConfig {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .build_https();
    // Pinned, so that an update of the SDK does not change retries or time-outs behind our back.
    let loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .region(AwsRegion::new(region.to_owned()))
        .http_client(http)
        .retry_config(retries())
        .timeout_config(timeouts())
        .identity_cache(IdentityCache::lazy().load_timeout(CREDENTIALS_TIMEOUT).buffer_time(CREDENTIALS_BUFFER).build());
    match AppName::new("muster") {
        Ok(name) => loader.app_name(name).load().await,
        Err(_) => loader.load().await,
    }
}

/// Standard retries. Never adaptive: two throttles would cost half a minute.
pub(crate) fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(FIRST_BACKOFF).with_max_backoff(MAX_BACKOFF)
}

/// All four time-outs: without a read time-out a half-open connection hangs for ever.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build()
}

/// Accounts of a fleet with their credentials, and the region questions without one go to.
pub(crate) async fn accounts(base: &SdkConfig, cloud: &CloudDecl, options: &ConnectOptions) -> Result<(Vec<Account>, String), CloudError> {
    let home = home_region(cloud)?;
    let base = with_endpoint(base, cloud).to_builder().region(AwsRegion::new(home.to_owned())).build();
    let mut accounts = Vec::new();
    for (name, declared) in &cloud.accounts {
        let config = match role_arn(declared, options.role) {
            Some(arn) => assume(&base, arn, declared.external_id.as_deref(), options).await,
            None => base.clone(),
        };
        accounts.push(Account::new(name, declared.id.as_deref(), config));
    }
    Ok((accounts, home.to_owned()))
}

/// The region questions without one go to: the first of the fleet.
pub(crate) fn home_region(cloud: &CloudDecl) -> Result<&str, CloudError> {
    let message = "no region is set; write `cloud.regions` in fleet.yaml or set AWS_REGION";
    let none = || CloudError::new(ErrorKind::Invalid, "sts:GetCallerIdentity", "", message);
    cloud.regions.first().map(String::as_str).ok_or_else(none)
}

/// The endpoint of fleet.yaml, which the loader accepts only on loopback; the environment's wins.
fn with_endpoint(base: &SdkConfig, cloud: &CloudDecl) -> SdkConfig {
    match (base.endpoint_url(), &cloud.endpoint) {
        (None, Some(endpoint)) => base.to_builder().endpoint_url(endpoint).build(),
        _ => base.clone(),
    }
}

fn role_arn(account: &AccountDecl, role: Role) -> Option<&str> {
    let roles = account.role.as_ref()?;
    Some(match role {
        Role::Plan => &roles.plan,
        Role::Apply => &roles.apply,
    })
}

async fn assume(base: &SdkConfig, arn: &str, external_id: Option<&str>, options: &ConnectOptions) -> SdkConfig {
    let mut provider = AssumeRoleProvider::builder(arn).session_name(&options.session).session_length(SESSION_LENGTH);
    if let Some(region) = base.region() {
        provider = provider.region(region.clone());
    }
    if let Some(external_id) = external_id {
        provider = provider.external_id(external_id);
    }
    let provider = provider.configure(base).build().await;
    base.to_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_fleet_without_a_region_is_told_where_to_write_one() {
        let cloud = CloudDecl {
            provider: None,
            accounts: [("a".to_owned(), AccountDecl::default())].into(),
            regions: vec![],
            endpoint: None,
            estate: None,
        };
        let base = SdkConfig::builder().build();
        let error = accounts(&base, &cloud, &ConnectOptions::new(Role::Plan)).await.expect_err("no region");
        assert!(error.message.contains("cloud.regions") && error.message.contains("AWS_REGION"));
    }
}
