//! STS: whose credentials these are, and what time it is there.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use muster_core::cloud::{CloudError, Identity};

use crate::convert::text;
use crate::region::Scope;

const ACTION: &str = "sts:GetCallerIdentity";

/// Who the credentials belong to, and the cloud's clock minus ours in seconds.
pub(crate) async fn caller(scope: Scope<'_>) -> Result<(Identity, i64), CloudError> {
    let date = DateHeader::default();
    let request = scope.region.sts().get_caller_identity().customize().interceptor(date.clone());
    let answer = scope.call(ACTION, request.send()).await?;
    let identity = Identity { account_id: text(answer.account()), arn: text(answer.arn()) };
    Ok((identity, date.skew_seconds()))
}

/// Keeps how far the Date header of an answer is from our clock at the moment it came in.
#[derive(Debug, Clone, Default)]
struct DateHeader(Arc<Mutex<Option<i64>>>);

impl DateHeader {
    fn skew_seconds(&self) -> i64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_default()
    }
}

/// Seconds by which an HTTP date is ahead of `now`.
fn skew(date: &str, now: Timestamp) -> Option<i64> {
    Some(rfc2822::parse(date).ok()?.timestamp().as_second() - now.as_second())
}

impl Intercept for DateHeader {
    fn name(&self) -> &'static str {
        "muster-date-header"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let seen = context.response().headers().get("date").and_then(|date| skew(date, Timestamp::now()));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_dates_are_compared_with_our_clock() {
        let now: Timestamp = "2026-11-21T11:44:16Z".parse().expect("instant");
        assert_eq!(skew("Sat, 21 Nov 2026 11:46:16 GMT", now), Some(120));
        assert_eq!(skew("Sat, 21 Nov 2026 11:44:06 GMT", now), Some(-10));
        assert_eq!(skew("yesterday", now), None);
    }
}
