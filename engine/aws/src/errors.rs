//! From the SDK's errors to muster's.
//!
//! EC2 has no typed errors, only codes, so one table of codes serves all services. Bodies and headers never
//! get into a message: they may hold what nobody should log.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;
use muster_core::cloud::{CloudError, ErrorKind};

/// Longest message taken over, in characters: AWS's encoded authorization messages run to thousands.
const MESSAGE_MAX_CHARS: usize = 200;
/// How much of an answer without an error code is quoted, in characters.
const QUOTE_MAX_CHARS: usize = 80;

/// Codes that mean exactly one thing, without `Fault`, `Exception`, the `Client.`/`Server.` of old replies and SQS's prefix.
const CODES: [(ErrorKind, &[&str]); 12] = [
    (
        ErrorKind::Denied,
        &[
            "UnauthorizedOperation",
            "AccessDenied",
            "NotAuthorized",
            "UnauthorizedAccess",
            "OptInRequired",
            "Blocked",
            "KMSKeyNotAccessible",
            "AuthorizationError",
            "KMSAccessDenied",
        ],
    ),
    (
        ErrorKind::Credentials,
        &[
            "AuthFailure",
            "InvalidClientTokenId",
            "ExpiredToken",
            "RequestExpired",
            "SignatureDoesNotMatch",
            "UnrecognizedClient",
            "IncompleteSignature",
            "MissingAuthenticationToken",
            "InvalidToken",
        ],
    ),
    (
        ErrorKind::NotFound,
        &[
            "DBInstanceNotFound",
            "DBParameterGroupNotFound",
            "DBSnapshotNotFound",
            "DBSubnetGroupNotFound",
            "DBClusterNotFound",
            "DBClusterSnapshotNotFound",
            "ServiceNotFound",
            "ClusterNotFound",
            "ResourceNotFound",
            "ParameterNotFound",
            "InvalidResourceId",
            "NoSuchEntity",
            "NoSuchResource",
            "NotFound",
            "QueueDoesNotExist",
            "NonExistentQueue",
            "NoSuchBucket",
        ],
    ),
    (
        ErrorKind::AlreadyExists,
        &[
            "DBInstanceAlreadyExists",
            "DBParameterGroupAlreadyExists",
            "DBSnapshotAlreadyExists",
            "ParameterAlreadyExists",
            "EntityAlreadyExists",
            // EventBridge Scheduler's word for a name that is taken; the other services that muster asks do not use it.
            "Conflict",
            "QueueNameExists",
            "QueueAlreadyExists",
        ],
    ),
    (ErrorKind::TokenMismatch, &["IdempotentParameterMismatch", "IdempotentInstanceTerminated"]),
    (
        ErrorKind::WrongState,
        &[
            "IncorrectInstanceState",
            "IncorrectState",
            "IncorrectModificationState",
            "InvalidDBInstanceState",
            "InvalidDBParameterGroupState",
            "InvalidDBSnapshotState",
            "InvalidDBClusterState",
            "InvalidDBClusterSnapshotState",
            "ServiceNotActive",
            "UpdateInProgress",
            "ScalingActivityInProgress",
            "ResourceContention",
            "OperationNotPermitted",
            "VolumeModificationRateExceeded",
            "QueueDeletedRecently",
            "ConcurrentModification",
            "EntityTemporarilyUnmodifiable",
        ],
    ),
    (ErrorKind::DependencyViolation, &["DependencyViolation", "InvalidGroup.InUse", "VolumeInUse", "ResourceInUse", "DeleteConflict"]),
    (
        ErrorKind::Throttled,
        &[
            "RequestLimitExceeded",
            "BandwidthLimitExceeded",
            "Throttling",
            "Throttled",
            "RequestThrottled",
            "TooManyRequests",
            "TooManyUpdates",
            "SlowDown",
            "PriorRequestNotComplete",
            "EC2Throttled",
            "SnapshotCreationPerVolumeRateExceeded",
        ],
    ),
    (ErrorKind::Quota, &["LimitExceeded", "MaxSpotInstanceCountExceeded"]),
    (
        ErrorKind::Capacity,
        &[
            "InsufficientInstanceCapacity",
            "InsufficientCapacity",
            "InsufficientHostCapacity",
            "InsufficientVolumeCapacity",
            "InsufficientDBInstanceCapacity",
            "InsufficientFreeAddressesInSubnet",
            "InsufficientAddressCapacity",
        ],
    ),
    (ErrorKind::Unreachable, &["RequestTimeout"]),
    (
        ErrorKind::Service,
        &["InternalError", "InternalFailure", "InternalServiceError", "InternalServerError", "ServiceUnavailable", "Unavailable", "Server"],
    ),
];

/// Ends of codes that mean one thing for every resource: `InvalidVolume.NotFound`, `RouteLimitExceeded`.
const ENDINGS: [(&str, ErrorKind); 5] = [
    (".NotFound", ErrorKind::NotFound),
    (".Duplicate", ErrorKind::AlreadyExists),
    ("AlreadyExists", ErrorKind::AlreadyExists),
    ("LimitExceeded", ErrorKind::Quota),
    ("QuotaExceeded", ErrorKind::Quota),
];

/// What a code means; by the HTTP status when it is not in the table.
fn kind_of(code: &str, status: u16) -> ErrorKind {
    let code = code.trim_start_matches("Client.").trim_start_matches("Server.").trim_start_matches("AWS.SimpleQueueService.");
    let code = code.trim_end_matches("Exception").trim_end_matches("Fault");
    let exact = CODES.iter().find(|(_, codes)| codes.contains(&code)).map(|(kind, _)| *kind);
    let ending = || ENDINGS.iter().find(|(ending, _)| code.ends_with(ending)).map(|(_, kind)| *kind);
    exact.or_else(ending).unwrap_or(if status >= 500 { ErrorKind::Service } else { ErrorKind::Invalid })
}

/// The first characters of `text` on one line. Services quote parameters they do not like, so a message that
/// quotes a key is not repeated.
fn one_line(text: &str, max_chars: usize) -> String {
    if text.contains("PRIVATE KEY") {
        return "AWS's message repeats a private key and is left out".to_owned();
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(max_chars) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// The error of a failed call of `action`.
pub(crate) fn from_sdk<E>(action: &str, error: &SdkError<E, HttpResponse>) -> CloudError
where
    E: ProvideErrorMetadata + Error + 'static,
    SdkError<E, HttpResponse>: RequestId,
{
    let mut mapped = match error {
        SdkError::ServiceError(context) => refused(action, error.code(), error.message(), context.raw()),
        SdkError::ResponseError(context) => refused(action, None, None, context.raw()),
        SdkError::TimeoutError(_) => unreachable(action, "no answer in time"),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => unreachable(action, "no answer in time"),
        SdkError::DispatchFailure(failure) => not_sent(action, failure.as_connector_error().map(|error| error as &dyn Error)),
        SdkError::ConstructionFailure(_) => not_sent(action, error.source()),
        _ => unreachable(action, "the call failed in a way this build does not know"),
    };
    mapped.request_id = error.request_id().map(str::to_owned);
    mapped
}

/// An answer that says no.
fn refused(action: &str, code: Option<&str>, message: Option<&str>, response: &HttpResponse) -> CloudError {
    let status = response.status().as_u16();
    let Some(code) = code else {
        let body = response.body().bytes().map(String::from_utf8_lossy).unwrap_or_default();
        let message = format!("HTTP {status} without an error code: {}", one_line(&body, QUOTE_MAX_CHARS));
        let kind = if status >= 500 { ErrorKind::Service } else { ErrorKind::Unreachable };
        return CloudError::new(kind, action, &format!("HTTP{status}"), message);
    };
    CloudError::new(kind_of(code, status), action, code, one_line(message.unwrap_or_default(), MESSAGE_MAX_CHARS))
}

fn unreachable(action: &str, why: &str) -> CloudError {
    CloudError::new(ErrorKind::Unreachable, action, "", why)
}

/// A request that never left: no credentials, no region, no route.
fn not_sent(action: &str, source: Option<&(dyn Error + 'static)>) -> CloudError {
    let chain = chain(source);
    if let Some(credentials) = chain.iter().find_map(|error| error.downcast_ref::<CredentialsError>()) {
        return no_credentials(action, credentials, &chain);
    }
    let words = chain.iter().map(ToString::to_string).collect::<Vec<_>>();
    if words.iter().any(|text| text.contains("region")) {
        let message = "no region is set; write `cloud.regions` in fleet.yaml or set AWS_REGION";
        return CloudError::new(ErrorKind::Invalid, action, "", message);
    }
    let last = words.last().map_or("the network gave no reason", String::as_str);
    unreachable(action, &format!("no connection: {}", one_line(last, MESSAGE_MAX_CHARS)))
}

/// An error and everything behind it.
fn chain<'a>(source: Option<&'a (dyn Error + 'static)>) -> Vec<&'a (dyn Error + 'static)> {
    let mut all = Vec::new();
    let mut next = source;
    while let Some(error) = next {
        all.push(error);
        next = error.source();
    }
    all
}

/// No credentials, or a role that cannot be assumed.
fn no_credentials(action: &str, error: &CredentialsError, chain: &[&(dyn Error + 'static)]) -> CloudError {
    let assume = chain.iter().find_map(|error| error.downcast_ref::<aws_sdk_sts::operation::assume_role::AssumeRoleError>());
    if let Some(assume) = assume {
        let code = assume.meta().code().unwrap_or_default();
        let message = one_line(assume.meta().message().unwrap_or("the role could not be assumed"), MESSAGE_MAX_CHARS);
        return CloudError::new(kind_of(code, 403), "sts:AssumeRole", code, message);
    }
    let message = match error {
        CredentialsError::CredentialsNotLoaded(_) => {
            "no credentials found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws sso login`".to_owned()
        }
        CredentialsError::ProviderTimedOut(_) => {
            "the source of credentials did not answer in time; check the profile, or run `aws sso login` again".to_owned()
        }
        _ => {
            let last = chain.last().map(ToString::to_string).unwrap_or_default();
            format!(
                "the credentials could not be loaded: {}; check AWS_PROFILE, or run `aws sso login`",
                one_line(&last, MESSAGE_MAX_CHARS)
            )
        }
    };
    CloudError::new(ErrorKind::Credentials, action, "", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_every_kind() {
        let cases = [
            ("UnauthorizedOperation", ErrorKind::Denied),
            ("AccessDeniedException", ErrorKind::Denied),
            ("ExpiredTokenException", ErrorKind::Credentials),
            ("AuthorizationErrorException", ErrorKind::Denied),
            ("NotFoundException", ErrorKind::NotFound),
            ("AuthFailure", ErrorKind::Credentials),
            ("InvalidInstanceID.NotFound", ErrorKind::NotFound),
            ("InvalidAMIID.NotFound", ErrorKind::NotFound),
            ("DBInstanceNotFoundFault", ErrorKind::NotFound),
            ("DBInstanceNotFound", ErrorKind::NotFound),
            ("InvalidGroup.Duplicate", ErrorKind::AlreadyExists),
            ("InvalidKeyPair.Duplicate", ErrorKind::AlreadyExists),
            ("DBInstanceAlreadyExists", ErrorKind::AlreadyExists),
            ("ParameterAlreadyExists", ErrorKind::AlreadyExists),
            ("IdempotentParameterMismatch", ErrorKind::TokenMismatch),
            ("IdempotentInstanceTerminated", ErrorKind::TokenMismatch),
            ("IncorrectInstanceState", ErrorKind::WrongState),
            ("InvalidDBInstanceStateFault", ErrorKind::WrongState),
            ("DependencyViolation", ErrorKind::DependencyViolation),
            ("RequestLimitExceeded", ErrorKind::Throttled),
            ("ThrottlingException", ErrorKind::Throttled),
            ("VcpuLimitExceeded", ErrorKind::Quota),
            ("RulesPerSecurityGroupLimitExceeded", ErrorKind::Quota),
            ("InstanceQuotaExceeded", ErrorKind::Quota),
            ("DBClusterNotFoundFault", ErrorKind::NotFound),
            ("InvalidDBClusterStateFault", ErrorKind::WrongState),
            ("DBClusterSnapshotAlreadyExistsFault", ErrorKind::AlreadyExists),
            ("ServiceNotFoundException", ErrorKind::NotFound),
            ("ServiceNotActiveException", ErrorKind::WrongState),
            ("ServerException", ErrorKind::Service),
            ("ResourceContention", ErrorKind::WrongState),
            ("LimitExceededFault", ErrorKind::Quota),
            ("Server.InsufficientInstanceCapacity", ErrorKind::Capacity),
            ("InternalFailure", ErrorKind::Service),
            ("InvalidParameterValue", ErrorKind::Invalid),
            ("InvalidInstanceID.Malformed", ErrorKind::Invalid),
            ("ConflictException", ErrorKind::AlreadyExists),
            ("ResourceNotFoundException", ErrorKind::NotFound),
            ("ServiceQuotaExceededException", ErrorKind::Quota),
            ("AWS.SimpleQueueService.NonExistentQueue", ErrorKind::NotFound),
            ("AWS.SimpleQueueService.QueueDeletedRecently", ErrorKind::WrongState),
            ("EntityAlreadyExists", ErrorKind::AlreadyExists),
            ("DeleteConflict", ErrorKind::DependencyViolation),
            ("LimitExceeded", ErrorKind::Quota),
        ];
        for (code, kind) in cases {
            assert_eq!(kind_of(code, 400), kind, "{code}");
        }
        assert_eq!(kind_of("SomethingNew", 503), ErrorKind::Service);
    }

    #[test]
    fn no_code_stands_twice_in_the_table() {
        let all: Vec<&str> = CODES.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
        let unique: std::collections::BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(all.len(), unique.len());
    }

    #[test]
    fn messages_are_one_short_line() {
        assert_eq!(one_line("a\n  b\tc", 80), "a b c");
        assert_eq!(one_line(&"é".repeat(300), 200).chars().count(), 201);
    }

    #[test]
    fn a_message_that_quotes_a_key_is_left_out() {
        let message = "Value '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl' at 'value' failed to satisfy constraint";
        assert!(!one_line(message, MESSAGE_MAX_CHARS).contains("b3Bl"));
    }

    #[test]
    fn an_answer_without_a_code_is_quoted_briefly_and_is_the_services_fault() {
        let body = format!("<!doctype html>\n{}", "x".repeat(500));
        let response = HttpResponse::new(500.try_into().expect("status"), body.into());
        let error = refused("ec2:DescribeVpcs", None, None, &response);
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Service, "HTTP500"));
        assert!(error.message.len() < 140 && !error.message.contains('\n'), "{}", error.message);
    }

    #[test]
    fn missing_credentials_say_what_to_do() {
        let source = CredentialsError::not_loaded("nothing in the chain");
        let error = not_sent("sts:GetCallerIdentity", Some(&source));
        assert_eq!(error.kind, ErrorKind::Credentials);
        assert!(error.message.contains("AWS_PROFILE") && error.message.contains("aws sso login"));
    }
}
