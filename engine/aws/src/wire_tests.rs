//! The live account against a scripted wire: throttles, lost answers, broken pages, refused roles.
//!
//! The SDK sleeps through a recorder, so that a test sees how long a call would stall and takes no time.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_ec2::config::{AsyncSleep, SharedAsyncSleep, Sleep, StalledStreamProtectionConfig};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use muster_core::cloud::{
    Change, Cloud as _, CloudError, ErrorKind, Gap, IdRef, InstanceSpec, Kind, Listing, Need, Needs, Place, Reader as _, Snapshot,
};
use muster_core::fleet::{AccountDecl, CloudDecl, RoleDecl};
use muster_core::tags::Tags;

use crate::connect::{self, ConnectOptions, Role};
use crate::live::Live;

const REGION: &str = "eu-west-1";

/// What the wire answers to one attempt.
enum Answer {
    /// A status and a body.
    Http(u16, String),
    /// The request arrives, the answer does not.
    Lost,
}

/// Answers by operation and body.
type Server = dyn Fn(&str, &str) -> Answer + Send + Sync;

/// The wire: what it was asked, and how long the SDK would have slept.
#[derive(Clone)]
struct Wire {
    server: Arc<Server>,
    seen: Arc<Mutex<Vec<(String, String)>>>,
    slept: Arc<Mutex<Duration>>,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

impl HttpClient for Wire {
    fn http_connector(&self, _settings: &HttpConnectorSettings, _components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let operation = field(&body, "Action").unwrap_or_default();
        self.seen.lock().expect("no test panics here").push((operation.clone(), body.clone()));
        HttpConnectorFuture::ready(match (self.server)(&operation, &body) {
            Answer::Lost => Err(ConnectorError::timeout("the answer was lost".into())),
            Answer::Http(status, text) => {
                let mut response = HttpResponse::new(status.try_into().expect("a status"), SdkBody::from(text));
                response.headers_mut().insert("content-type", "text/xml");
                response.headers_mut().insert("x-amzn-requestid", "req-1");
                Ok(response)
            }
        })
    }
}

impl AsyncSleep for Wire {
    fn sleep(&self, duration: Duration) -> Sleep {
        // The watchdog of slow credentials sleeps too, longer than any pause between attempts.
        if duration <= Duration::from_secs(5) {
            *self.slept.lock().expect("no test panics here") += duration;
        }
        Sleep::new(std::future::ready(()))
    }
}

/// A field of a form body.
fn field(body: &str, name: &str) -> Option<String> {
    body.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name)).map(|(_, value)| value.to_owned())
}

impl Wire {
    fn new(server: impl Fn(&str, &str) -> Answer + Send + Sync + 'static) -> Self {
        Self { server: Arc::new(server), seen: Arc::default(), slept: Arc::default() }
    }

    async fn config(&self) -> SdkConfig {
        connect::base_config(REGION)
            .await
            .to_builder()
            .http_client(SharedHttpClient::new(self.clone()))
            .sleep_impl(SharedAsyncSleep::new(self.clone()))
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .identity_cache(aws_config::identity::IdentityCache::no_cache())
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new("a", "b", None, None, "static")))
            .endpoint_url("http://127.0.0.1:1")
            .build()
    }

    /// The fleet's one account, without a role.
    async fn live(&self) -> Live {
        connected(&self.config().await, [("main", AccountDecl::default())]).await
    }

    fn attempts(&self, operation: &str) -> Vec<String> {
        let seen = self.seen.lock().expect("no test panics here");
        seen.iter().filter(|(name, _)| name == operation).map(|(_, body)| body.clone()).collect()
    }

    fn slept(&self) -> Duration {
        *self.slept.lock().expect("no test panics here")
    }
}

fn fleet<const N: usize>(accounts: [(&str, AccountDecl); N]) -> CloudDecl {
    CloudDecl {
        provider: None,
        accounts: accounts.into_iter().map(|(name, account)| (name.to_owned(), account)).collect(),
        regions: vec![REGION.to_owned()],
        endpoint: None,
        estate: None,
    }
}

async fn connected<const N: usize>(config: &SdkConfig, accounts: [(&str, AccountDecl); N]) -> Live {
    Live::with_config(config, &fleet(accounts), &ConnectOptions::new(Role::Plan)).await.expect("connects")
}

fn place(account: &str) -> Place {
    Place { account: account.to_owned(), region: REGION.to_owned() }
}

async fn observe(live: &Live, account: &str, need: Need) -> Result<Snapshot, CloudError> {
    let mut needs = Needs::default();
    needs.add(&place(account), need);
    live.observe(&needs).await
}

fn ok(body: &str) -> Answer {
    Answer::Http(200, body.to_owned())
}

fn refusal(status: u16, code: &str, message: &str) -> Answer {
    let error = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    Answer::Http(status, format!("<Response><Errors>{error}</Errors></Response>"))
}

/// A refusal in the shape of STS.
fn sts_refusal(status: u16, code: &str) -> Answer {
    Answer::Http(
        status,
        format!("<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>"),
    )
}

fn identity() -> Answer {
    let arn = "arn:aws:iam::123456789012:user/kim";
    ok(&format!(
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{arn}</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
    ))
}

fn vpcs(id: &str, next: &str) -> Answer {
    ok(&format!(
        "<DescribeVpcsResponse><vpcSet><item><vpcId>{id}</vpcId></item></vpcSet><nextToken>{next}</nextToken></DescribeVpcsResponse>"
    ))
}

/// Answers DescribeVpcs from a list, the last one for ever, and everything else as an account does.
fn with_vpcs(answers: impl IntoIterator<Item = fn() -> Answer>) -> Wire {
    let answers: Mutex<VecDeque<fn() -> Answer>> = Mutex::new(answers.into_iter().collect());
    Wire::new(move |operation, _| match operation {
        "GetCallerIdentity" => identity(),
        "DescribeVpcs" => {
            let mut answers = answers.lock().expect("no test panics here");
            let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().copied() };
            answer.expect("a script is never empty")()
        }
        other => panic!("{other} was not expected"),
    })
}

#[tokio::test]
async fn two_throttles_stall_under_three_seconds() {
    for _ in 0..20 {
        let throttled = || refusal(503, "RequestLimitExceeded", "slow down");
        let wire = with_vpcs([throttled, throttled, || vpcs("vpc-1", "")]);
        let snapshot = observe(&wire.live().await, "main", Need::Vpcs).await.expect("observed");
        assert_eq!(wire.attempts("DescribeVpcs").len(), 3);
        assert_eq!(snapshot.calls["DescribeVpcs"], 1, "a retry is not a call");
        assert!(wire.slept() < Duration::from_secs(3), "{:?}", wire.slept());
        assert!(snapshot.gaps.is_empty() && snapshot.places[&place("main")].vpcs.is_complete());
    }
}

#[tokio::test]
async fn endless_throttling_ends_as_a_gap_of_the_network() {
    let wire = with_vpcs([(|| refusal(503, "RequestLimitExceeded", "slow down")) as fn() -> Answer]);
    let snapshot = observe(&wire.live().await, "main", Need::Vpcs).await.expect("observed");
    assert_eq!(wire.attempts("DescribeVpcs").len(), 4);
    assert!(snapshot.gaps[0].unreachable);
    assert_eq!(snapshot.places[&place("main")].vpcs, Listing::Incomplete(Vec::new()));
}

#[tokio::test]
async fn a_repeated_token_is_a_gap_and_not_an_end() {
    let wire = with_vpcs([(|| vpcs("vpc-1", "again")) as fn() -> Answer]);
    let snapshot = observe(&wire.live().await, "main", Need::Vpcs).await.expect("observed");
    let view = &snapshot.places[&place("main")];
    assert_eq!((view.vpcs.seen().len(), view.vpcs.is_complete()), (2, false));
    assert_eq!(snapshot.calls["DescribeVpcs"], 2);
    let Gap { action, account, kind, error, .. } = &snapshot.gaps[0];
    assert_eq!((action.as_str(), account.as_str(), *kind), ("ec2:DescribeVpcs", "123456789012", Kind::Vpc));
    assert!(error.starts_with("RepeatedPageToken"), "{error}");
}

#[tokio::test]
async fn a_refused_second_page_keeps_the_first() {
    let wire = with_vpcs([|| vpcs("vpc-1", "more"), || refusal(403, "UnauthorizedOperation", "no")]);
    let snapshot = observe(&wire.live().await, "main", Need::Vpcs).await.expect("observed");
    let view = &snapshot.places[&place("main")];
    assert_eq!((view.vpcs.seen().len(), view.vpcs.is_complete()), (1, false));
    assert!(!snapshot.gaps[0].unreachable, "a permission is missing");
}

#[tokio::test]
async fn a_broken_answer_is_quoted_briefly() {
    let wire = with_vpcs([(|| Answer::Http(500, format!("<!doctype html>{}", "x".repeat(900)))) as fn() -> Answer]);
    let snapshot = observe(&wire.live().await, "main", Need::Vpcs).await.expect("observed");
    let error = &snapshot.gaps[0].error;
    assert!(error.starts_with("HTTP500: ") && error.len() < 160, "{error}");
    assert!(snapshot.gaps[0].unreachable);
}

/// An account that makes one instance for each token it has not seen, and loses the first answer.
fn account_with_tokens() -> (Wire, Arc<Mutex<BTreeSet<String>>>) {
    let made: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let kept = Arc::clone(&made);
    let wire = Wire::new(move |operation, body| match operation {
        "GetCallerIdentity" => identity(),
        "RunInstances" => {
            let token = field(body, "ClientToken").expect("a token is always sent");
            let mut made = kept.lock().expect("no test panics here");
            if made.insert(token.clone()) {
                return Answer::Lost;
            }
            ok(&format!(
                "<RunInstancesResponse><instancesSet><item><instanceId>i-{token}</instanceId></item></instancesSet></RunInstancesResponse>"
            ))
        }
        other => panic!("{other} was not expected"),
    });
    (wire, made)
}

fn spec(subnet: Option<&str>, public_ip: bool) -> InstanceSpec {
    InstanceSpec {
        image: "ami-1".to_owned(),
        root_device: "/dev/sda1".to_owned(),
        instance_type: "t3.small".to_owned(),
        subnet: subnet.map(str::to_owned),
        groups: vec![IdRef::Id("sg-1".to_owned())],
        key_name: "k".to_owned(),
        disk_gib: 30,
        disk_type: "gp3".to_owned(),
        encrypted: true,
        kms_key: None,
        imds_required: true,
        public_ip,
        tags: Tags::from([("a".to_owned(), "b".to_owned())]),
        volume_tags: Tags::new(),
    }
}

#[tokio::test]
async fn a_lost_answer_leads_to_one_instance() {
    let (wire, made) = account_with_tokens();
    let live = wire.live().await;
    let run = Change::RunInstance { token: "t0".to_owned(), spec: Box::new(spec(None, true)) };
    let receipt = live.perform(&place("main"), &run).await.expect("ran");
    assert_eq!(receipt.id.as_deref(), Some("i-t0"));
    assert_eq!(wire.attempts("RunInstances").len(), 2);
    assert_eq!(made.lock().expect("no test panics here").len(), 1, "the retry carried the same token");
}

#[tokio::test]
async fn launches_keep_their_pace_where_a_test_asks_for_it() {
    let (wire, _) = account_with_tokens();
    let cloud = fleet([("main", AccountDecl::default())]);
    let paced = ConnectOptions { pace_loopback: true, ..ConnectOptions::new(Role::Apply) };
    let live = Live::with_config(&wire.config().await, &cloud, &paced).await.expect("connects");
    let run = Change::RunInstance { token: "t0".to_owned(), spec: Box::new(spec(None, true)) };
    let begun = std::time::Instant::now();
    for _ in 0..6 {
        live.perform(&place("main"), &run).await.expect("ran");
    }
    assert!(begun.elapsed() >= Duration::from_millis(400), "the sixth waits for half a second: {:?}", begun.elapsed());
}

#[tokio::test]
async fn the_form_of_the_interface_depends_on_the_subnet() {
    for (subnet, public_ip, group, address) in [
        (Some("subnet-1"), true, "NetworkInterface.1.SecurityGroupId.1", Some("true")),
        (Some("subnet-1"), false, "NetworkInterface.1.SecurityGroupId.1", Some("false")),
        (None, true, "SecurityGroupId.1", None),
        (None, false, "NetworkInterface.1.SecurityGroupId.1", Some("false")),
    ] {
        let (wire, _) = account_with_tokens();
        let run = Change::RunInstance { token: "t0".to_owned(), spec: Box::new(spec(subnet, public_ip)) };
        wire.live().await.perform(&place("main"), &run).await.expect("ran");
        let body = &wire.attempts("RunInstances")[0];
        assert_eq!(field(body, group).as_deref(), Some("sg-1"), "{body}");
        assert_eq!(field(body, "NetworkInterface.1.AssociatePublicIpAddress").as_deref(), address, "{body}");
        assert_eq!(field(body, "NetworkInterface.1.SubnetId").as_deref(), subnet, "{body}");
        assert_eq!((field(body, "MinCount").as_deref(), field(body, "MaxCount").as_deref()), (Some("1"), Some("1")));
        assert_eq!(field(body, "MetadataOptions.HttpTokens").as_deref(), Some("required"));
        assert!(!body.contains("TagSpecification.2"), "no specification without tags: {body}");
    }
}

#[tokio::test]
async fn a_refusal_carries_code_and_request_id() {
    let wire = Wire::new(|operation, _| match operation {
        "GetCallerIdentity" => identity(),
        "RunInstances" => refusal(400, "IdempotentInstanceTerminated", "gone"),
        other => panic!("{other} was not expected"),
    });
    let run = Change::RunInstance { token: "t0".to_owned(), spec: Box::new(spec(None, true)) };
    let error = wire.live().await.perform(&place("main"), &run).await.expect_err("the token is used up");
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::TokenMismatch, "IdempotentInstanceTerminated"));
    assert_eq!((error.action.as_str(), error.message.as_str()), ("ec2:RunInstances", "gone"));
    assert_eq!(error.request_id.as_deref(), Some("req-1"));
}

#[tokio::test]
async fn a_bad_id_that_nobody_names_costs_no_other_instance() {
    let wire = Wire::new(|operation, body| match operation {
        "GetCallerIdentity" => identity(),
        "DescribeInstances" if body.contains("i-bad") => refusal(400, "InvalidInstanceID.NotFound", "one of them does not exist"),
        "DescribeInstances" => {
            let ids = body.split('&').filter(|pair| pair.starts_with("InstanceId.")).filter_map(|pair| pair.split_once('='));
            let items: String = ids.map(|(_, id)| format!("<item><instanceId>{id}</instanceId></item>")).collect();
            ok(&format!(
                "<DescribeInstancesResponse><reservationSet><item><instancesSet>{items}</instancesSet></item></reservationSet></DescribeInstancesResponse>"
            ))
        }
        other => panic!("{other} was not expected"),
    });
    let ids: BTreeSet<String> = (0..450).map(|n| format!("i-{n:03}")).chain(["i-bad".to_owned()]).collect();
    let snapshot = observe(&wire.live().await, "main", Need::InstancesById(ids)).await.expect("observed");
    let list = &snapshot.places[&place("main")].instances;
    assert_eq!((list.seen().len(), list.is_complete()), (450, true));
    assert!(wire.attempts("DescribeInstances").len() < 20, "halving, not one by one");
}

fn role(arn: &str) -> AccountDecl {
    AccountDecl { role: Some(RoleDecl { plan: arn.to_owned(), apply: "arn:other".to_owned() }), ..AccountDecl::default() }
}

#[tokio::test]
async fn an_account_whose_role_is_refused_is_a_gap_beside_the_others() {
    let wire = Wire::new(|operation, body| match operation {
        "GetCallerIdentity" => identity(),
        "AssumeRole" => {
            assert!(body.contains("plan-role"), "the role that plans: {body}");
            sts_refusal(403, "AccessDenied")
        }
        "DescribeVpcs" => vpcs("vpc-1", ""),
        other => panic!("{other} was not expected"),
    });
    let live =
        connected(&wire.config().await, [("data", role("arn:aws:iam::210987654321:role/plan-role")), ("main", AccountDecl::default())])
            .await;
    let mut needs = Needs::default();
    needs.add(&place("main"), Need::Vpcs);
    needs.add(&place("data"), Need::Vpcs);
    let snapshot = live.observe(&needs).await.expect("one account answers");
    assert!(snapshot.places[&place("main")].vpcs.is_complete());
    assert_eq!(snapshot.places[&place("data")].vpcs, Listing::Incomplete(Vec::new()), "nothing is known there");
    let Gap { action, account, kind, unreachable, .. } = &snapshot.gaps[0];
    assert_eq!((action.as_str(), account.as_str(), *kind, *unreachable), ("sts:AssumeRole", "data", Kind::Vpc, false));
    let alone = observe(&live, "data", Need::Vpcs).await.expect_err("nobody answers");
    assert_eq!((alone.kind, alone.action.as_str()), (ErrorKind::Denied, "sts:AssumeRole"));
}

#[derive(Debug)]
struct Nobody;

impl ProvideCredentials for Nobody {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err(CredentialsError::not_loaded("nothing in the chain")))
    }
}

#[tokio::test]
async fn without_credentials_nothing_is_sent_and_the_way_out_is_named() {
    let wire = Wire::new(|operation, _| panic!("{operation} was sent"));
    let config = wire.config().await.to_builder().credentials_provider(SharedCredentialsProvider::new(Nobody)).build();
    let live = connected(&config, [("main", AccountDecl::default())]).await;
    let error = observe(&live, "main", Need::Vpcs).await.expect_err("no credentials");
    assert_eq!((error.kind, error.action.as_str()), (ErrorKind::Credentials, "sts:GetCallerIdentity"));
    assert!(error.message.contains("AWS_PROFILE"), "{}", error.message);
}

#[tokio::test]
async fn no_answer_at_all_is_unreachable() {
    let wire = Wire::new(|_, _| Answer::Lost);
    let error = observe(&wire.live().await, "main", Need::Vpcs).await.expect_err("no answer");
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Unreachable, ""));
}

#[tokio::test]
async fn an_id_that_is_not_known_yet_is_never_sent() {
    let wire = Wire::new(|operation, _| if operation == "GetCallerIdentity" { identity() } else { panic!("{operation} was sent") });
    let group = IdRef::Of(muster_core::address::Address::from_text("user/alice/security-group"));
    let change = Change::RevokeIngress { group, rule_ids: Vec::new() };
    let error = wire.live().await.perform(&place("main"), &change).await.expect_err("not known");
    assert!(error.message.contains("user/alice/security-group"), "{}", error.message);
}
