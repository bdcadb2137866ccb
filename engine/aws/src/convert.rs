//! Small conversions between the SDK's types and muster's.

use aws_smithy_types::DateTime;
use aws_smithy_types::error::operation::BuildError;
use aws_types::request_id::RequestId;
use jiff::Timestamp;
use muster_core::cloud::{CloudError, ErrorKind, IdRef, Receipt};

/// An SDK time as an instant; nothing when it is absent or out of range.
pub(crate) fn timestamp(time: Option<&DateTime>) -> Option<Timestamp> {
    let time = time?;
    Timestamp::new(time.secs(), i32::try_from(time.subsec_nanos()).ok()?).ok()
}

/// A size or count, which AWS sends signed and never negative.
pub(crate) fn unsigned(number: Option<i32>) -> u32 {
    number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
}

/// A size or count as the SDK takes it.
pub(crate) fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Text that is there, or an empty one.
pub(crate) fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

/// What an account answered to a change.
pub(crate) fn receipt(output: &impl RequestId, id: Option<&str>) -> Receipt {
    Receipt { id: id.map(str::to_owned), public_key: None, request_id: output.request_id().map(str::to_owned) }
}

/// Counts "it is not there" as done: what shall be gone is gone.
pub(crate) fn gone_is_done(result: Result<Receipt, CloudError>) -> Result<Receipt, CloudError> {
    done_if(ErrorKind::NotFound, result)
}

/// Counts a refusal of this kind as done.
pub(crate) fn done_if(kind: ErrorKind, result: Result<Receipt, CloudError>) -> Result<Receipt, CloudError> {
    match result {
        Err(error) if error.kind == kind => Ok(Receipt { request_id: error.request_id, ..Receipt::default() }),
        other => other,
    }
}

/// The id behind a reference, which the executor has resolved before it calls.
pub(crate) fn known<'a>(action: &str, id: &'a IdRef) -> Result<&'a str, CloudError> {
    match id {
        IdRef::Id(id) => Ok(id),
        IdRef::Of(address) => {
            Err(CloudError::new(ErrorKind::Invalid, action, "", format!("the id of {address} is not known yet, so nothing was sent")))
        }
    }
}

/// The ids behind references.
pub(crate) fn all_known(action: &str, ids: &[IdRef]) -> Result<Vec<String>, CloudError> {
    ids.iter().map(|id| known(action, id).map(str::to_owned)).collect()
}

/// A request that could not be put together.
pub(crate) fn built<T>(action: &str, result: Result<T, BuildError>) -> Result<T, CloudError> {
    result.map_err(|error| CloudError::new(ErrorKind::Invalid, action, "", error.to_string()))
}
