//! SNS: notices to a topic.

use muster_core::cloud::{CloudError, ErrorKind, Place};

use crate::count::Counts;
use crate::live::Live;
use crate::region::Scope;

const PUBLISH: &str = "sns:Publish";
/// End of the name of a topic that keeps an order.
const FIFO: &str = ".fifo";

/// Account id and region of a topic's ARN.
fn home_of(arn: &str) -> Result<(&str, &str), CloudError> {
    let parts: Vec<&str> = arn.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "sns", region, account, _] => Ok((account, region)),
        _ => Err(CloudError::new(ErrorKind::Invalid, PUBLISH, "", format!("{arn} is not the ARN of a topic"))),
    }
}

impl Live {
    /// sns:Publish. `key` is the notice's own: on a topic that keeps an order, SNS drops what it saw within five minutes.
    ///
    /// A topic in an account of fleet.yaml is reached with that account's credentials, any other with those of the first account; its
    /// own policy has to allow that then.
    ///
    /// # Errors
    /// When the ARN is none, the credentials are refused, or SNS does not take the message.
    pub async fn publish(&self, arn: &str, subject: &str, message: &str, key: &str) -> Result<(), CloudError> {
        let (account_id, region) = home_of(arn)?;
        let counts = Counts::default();
        let account = self.account_of(account_id, &counts).await?;
        let region = self.region(&Place { account, region: region.to_owned() })?;
        let mut request = region.sns().publish().topic_arn(arn).subject(subject).message(message);
        if arn.ends_with(FIFO) {
            let once = muster_core::digest::sha256_hex(key.as_bytes());
            request = request.message_group_id("muster").message_deduplication_id(once);
        }
        Scope::new(&region, &counts).call(PUBLISH, request.send()).await.map(|_| ())
    }

    /// The name of the account with that id, else of the first one; its credentials are proven to be its own.
    async fn account_of(&self, id: &str, counts: &Counts) -> Result<String, CloudError> {
        let names: Vec<String> = self.accounts().map(str::to_owned).collect();
        for name in &names {
            let declared = self.account(name)?.declared.as_deref() == Some(id);
            if declared || self.verified(name, counts).await.is_ok_and(|verified| verified.identity.account_id == id) {
                self.verified(name, counts).await?;
                return Ok(name.clone());
            }
        }
        let none = || CloudError::new(ErrorKind::Invalid, PUBLISH, "", "fleet.yaml declares no account");
        let first = names.first().ok_or_else(none)?;
        self.verified(first, counts).await?;
        Ok(first.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_says_where_it_is() {
        assert_eq!(home_of("arn:aws:sns:ap-northeast-2:123456789012:ops").ok(), Some(("123456789012", "ap-northeast-2")));
        assert!(home_of("arn:aws:sqs:ap-northeast-2:123456789012:ops").is_err());
    }
}
