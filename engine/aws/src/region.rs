//! One account in one region: its clients, its pace, and the one way a call is made.

use std::error::Error;
use std::sync::{Arc, OnceLock};

use aws_sdk_s3control::config::endpoint::{Endpoint, EndpointFuture, Params, ResolveEndpoint};
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::SdkConfig;
use aws_types::request_id::RequestId;
use muster_core::cloud::{CloudError, Place};
use tokio::sync::Semaphore;

use crate::count::Counts;
use crate::endpoint::is_loopback;
use crate::errors;
use crate::pacing::Pacer;

/// Tokens of a retry budget: a retry costs 5, so a hundred failed calls in a row use it up. The SDK's own
/// default, but for each account, region and service instead of one for the whole process.
const RETRY_TOKENS: usize = 500;

/// One account in one region. Clients are made when first used.
#[derive(Debug)]
pub(crate) struct Region {
    place: Place,
    config: SdkConfig,
    pacer: Pacer,
    /// Bounds the calls in flight over all accounts and regions.
    gate: Arc<Semaphore>,
    ec2: OnceLock<aws_sdk_ec2::Client>,
    rds: OnceLock<aws_sdk_rds::Client>,
    cloudwatch: OnceLock<aws_sdk_cloudwatch::Client>,
    sns: OnceLock<aws_sdk_sns::Client>,
    ssm: OnceLock<aws_sdk_ssm::Client>,
    quotas: OnceLock<aws_sdk_servicequotas::Client>,
    sts: OnceLock<aws_sdk_sts::Client>,
    iam: OnceLock<aws_sdk_iam::Client>,
    connect: OnceLock<aws_sdk_ec2instanceconnect::Client>,
    autoscaling: OnceLock<aws_sdk_autoscaling::Client>,
    ecs: OnceLock<aws_sdk_ecs::Client>,
    scheduler: OnceLock<aws_sdk_scheduler::Client>,
    sqs: OnceLock<aws_sdk_sqs::Client>,
    lambda: OnceLock<aws_sdk_lambda::Client>,
    s3control: OnceLock<aws_sdk_s3control::Client>,
    s3: OnceLock<aws_sdk_s3::Client>,
}

/// A client of one service, with a retry budget of its own.
macro_rules! client {
    ($name:ident, $sdk:ident) => {
        pub(crate) fn $name(&self) -> &$sdk::Client {
            self.$name.get_or_init(|| {
                let config = $sdk::config::Builder::from(&self.config).retry_partition(self.partition(stringify!($name)));
                $sdk::Client::from_conf(config.build())
            })
        }
    };
}

impl Region {
    /// The place with nothing connected yet; `config` carries its region and its account's credentials.
    pub(crate) fn new(place: Place, config: SdkConfig, paced: bool, gate: Arc<Semaphore>) -> Self {
        Self {
            place,
            config,
            pacer: Pacer::new(paced),
            gate,
            ec2: OnceLock::new(),
            rds: OnceLock::new(),
            cloudwatch: OnceLock::new(),
            sns: OnceLock::new(),
            ssm: OnceLock::new(),
            quotas: OnceLock::new(),
            sts: OnceLock::new(),
            iam: OnceLock::new(),
            connect: OnceLock::new(),
            autoscaling: OnceLock::new(),
            ecs: OnceLock::new(),
            scheduler: OnceLock::new(),
            sqs: OnceLock::new(),
            lambda: OnceLock::new(),
            s3control: OnceLock::new(),
            s3: OnceLock::new(),
        }
    }

    client!(ec2, aws_sdk_ec2);
    client!(rds, aws_sdk_rds);
    client!(cloudwatch, aws_sdk_cloudwatch);
    client!(sns, aws_sdk_sns);
    client!(ssm, aws_sdk_ssm);
    client!(quotas, aws_sdk_servicequotas);
    client!(sts, aws_sdk_sts);
    client!(iam, aws_sdk_iam);
    client!(connect, aws_sdk_ec2instanceconnect);
    client!(autoscaling, aws_sdk_autoscaling);
    client!(ecs, aws_sdk_ecs);
    client!(scheduler, aws_sdk_scheduler);
    client!(sqs, aws_sdk_sqs);
    client!(lambda, aws_sdk_lambda);

    /// S3. At an address of this machine the bucket stands in the path: a name in front of an address resolves nowhere.
    pub(crate) fn s3(&self) -> &aws_sdk_s3::Client {
        self.s3.get_or_init(|| {
            let config = aws_sdk_s3::config::Builder::from(&self.config).retry_partition(self.partition("s3"));
            aws_sdk_s3::Client::from_conf(config.force_path_style(self.loopback().is_some()).build())
        })
    }

    /// S3 Control, which puts the account's id before the host; not before an address of this machine, as above.
    pub(crate) fn s3control(&self) -> &aws_sdk_s3control::Client {
        self.s3control.get_or_init(|| {
            let config = aws_sdk_s3control::config::Builder::from(&self.config).retry_partition(self.partition("s3control"));
            let config = match self.loopback() {
                Some(endpoint) => config.endpoint_resolver(AsWritten(endpoint.to_owned())),
                None => config,
            };
            aws_sdk_s3control::Client::from_conf(config.build())
        })
    }

    /// The endpoint, when it is on this machine.
    fn loopback(&self) -> Option<&str> {
        self.config.endpoint_url().filter(|endpoint| is_loopback(endpoint))
    }

    /// The settings that clients of this place are made from.
    pub(crate) const fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// A retry budget of its own for a service.
    pub(crate) fn partition(&self, service: &str) -> RetryPartition {
        let budget = TokenBucket::builder().capacity(RETRY_TOKENS).build();
        RetryPartition::custom(format!("{}/{service}", self.place)).token_bucket(budget).build()
    }
}

/// An endpoint with nothing put before its host.
#[derive(Debug)]
struct AsWritten(String);

impl ResolveEndpoint for AsWritten {
    fn resolve_endpoint<'a>(&'a self, _: &'a Params) -> EndpointFuture<'a> {
        EndpointFuture::ready(Ok(Endpoint::builder().url(self.0.clone()).build()))
    }
}

/// A region together with what is counted while it is used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// Clients.
    pub(crate) region: &'a Region,
    counts: &'a Counts,
}

impl<'a> Scope<'a> {
    /// Calls to `region` count in `counts`.
    pub(crate) const fn new(region: &'a Region, counts: &'a Counts) -> Self {
        Self { region, counts }
    }

    /// The account's name and the region.
    pub(crate) const fn place(&self) -> &'a Place {
        &self.region.place
    }

    /// Makes a call when its turn has come: the only way anything is sent.
    pub(crate) async fn call<T, E>(
        &self,
        action: &str,
        request: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, CloudError>
    where
        E: ProvideErrorMetadata + Error + 'static,
        SdkError<E, HttpResponse>: RequestId,
    {
        self.region.pacer.wait(action).await;
        // The gate is never closed, so an error here cannot happen and would only mean no bound.
        let _turn = self.region.gate.acquire().await.ok();
        self.counts.add(action);
        Box::pin(request).await.map_err(|error| errors::from_sdk(action, &error))
    }
}
