//! SQS: queues for edges that could not be delivered.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_sqs::types::QueueAttributeName as Attribute;
use futures::future::join_all;
use muster_core::cloud::{CloudError, ErrorKind, Queue, Receipt};
use muster_core::tags::Tags;

use crate::convert::{gone_is_done, receipt, text};
use crate::paging::{self, Found};
use crate::region::Scope;

const LIST: &str = "sqs:ListQueues";
const ATTRIBUTES: &str = "sqs:GetQueueAttributes";
const LIST_TAGS: &str = "sqs:ListQueueTags";
const URL: &str = "sqs:GetQueueUrl";
const CREATE: &str = "sqs:CreateQueue";
const SET: &str = "sqs:SetQueueAttributes";
const SET_TAGS: &str = "sqs:TagQueue";
const REMOVE_TAGS: &str = "sqs:UntagQueue";
/// Most queues of a page; without a number SQS gives as many and says nothing of more.
const PAGE: i32 = 1000;
/// How long SQS keeps a message when nobody has said, in seconds.
const DEFAULT_RETENTION: u32 = 345_600;
/// What a queue is asked for.
const READ: [Attribute; 6] = [
    Attribute::QueueArn,
    Attribute::MessageRetentionPeriod,
    Attribute::SqsManagedSseEnabled,
    Attribute::KmsMasterKeyId,
    Attribute::ApproximateNumberOfMessages,
    Attribute::ApproximateNumberOfMessagesNotVisible,
];

type Attributes = HashMap<Attribute, String>;

/// Queues whose name begins with one of `prefixes`.
pub(crate) async fn queues(scope: Scope<'_>, prefixes: &BTreeSet<String>) -> Found<Queue> {
    Found::concat(join_all(prefixes.iter().map(|prefix| of_prefix(scope, prefix))).await)
}

async fn of_prefix(scope: Scope<'_>, prefix: &str) -> Found<Queue> {
    let listed = paging::all(LIST, async |token| {
        let request = scope.region.sqs().list_queues().queue_name_prefix(prefix).max_results(PAGE).set_next_token(token);
        let page = scope.call(LIST, request.send()).await?;
        Ok((page.queue_urls().to_vec(), page.next_token().map(str::to_owned)))
    })
    .await;
    let unread = Found { items: Vec::new(), failures: listed.failures };
    let read = listed.items.iter().map(async |url: &String| Found::from_result(queue(scope, url).await));
    Found::concat(join_all(read).await.into_iter().chain([unread]))
}

/// One queue; none when it ended since it was listed, which SQS shows for up to a minute.
async fn queue(scope: Scope<'_>, url: &str) -> Result<Vec<Queue>, CloudError> {
    let request = scope.region.sqs().get_queue_attributes().queue_url(url).set_attribute_names(Some(READ.to_vec()));
    let read = async {
        let answer = scope.call(ATTRIBUTES, request.send()).await?;
        Ok(described(url, answer.attributes().unwrap_or(&HashMap::new()), tags_at(scope, url).await?))
    };
    match read.await {
        Ok(queue) => Ok(vec![queue]),
        Err(CloudError { kind: ErrorKind::NotFound, .. }) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn described(url: &str, attributes: &Attributes, tags: Tags) -> Queue {
    let number = |name: &Attribute| attributes.get(name).and_then(|number| number.parse::<u64>().ok());
    let retention = number(&Attribute::MessageRetentionPeriod).and_then(|seconds| u32::try_from(seconds).ok());
    let customer_key = attributes.get(&Attribute::KmsMasterKeyId).is_some_and(|key| !key.is_empty());
    let waiting = [Attribute::ApproximateNumberOfMessages, Attribute::ApproximateNumberOfMessagesNotVisible];
    Queue {
        name: last_word(url).to_owned(),
        arn: text(attributes.get(&Attribute::QueueArn).map(String::as_str)),
        retention_seconds: retention.unwrap_or(DEFAULT_RETENTION),
        encrypted: customer_key || attributes.get(&Attribute::SqsManagedSseEnabled).is_some_and(|on| on == "true"),
        waiting: waiting.iter().filter_map(number).sum(),
        tags,
    }
}

/// The name at the end of a queue's URL or ARN.
fn last_word(of: &str) -> &str {
    of.rsplit(['/', ':']).next().unwrap_or_default()
}

/// The URL of a queue that is named by it, by its ARN or by its name: SQS knows queues by URL only.
async fn url(scope: Scope<'_>, queue: &str) -> Result<String, CloudError> {
    if queue.starts_with("http") {
        return Ok(queue.to_owned());
    }
    let request = scope.region.sqs().get_queue_url().queue_name(last_word(queue));
    let answer = scope.call(URL, request.send()).await?;
    Ok(text(answer.queue_url()))
}

/// What muster sets: how long messages are kept, and SQS's own encryption.
fn settings(retention_seconds: u32) -> Attributes {
    HashMap::from([
        (Attribute::MessageRetentionPeriod, retention_seconds.to_string()),
        (Attribute::SqsManagedSseEnabled, "true".to_owned()),
    ])
}

/// sqs:CreateQueue. One that is there with the same settings answers as if it had been made now.
pub(crate) async fn create(scope: Scope<'_>, name: &str, retention_seconds: u32, tags: &Tags) -> Result<Receipt, CloudError> {
    let tags = tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let request = scope.region.sqs().create_queue().queue_name(name).set_attributes(Some(settings(retention_seconds))).set_tags(Some(tags));
    let answer = scope.call(CREATE, request.send()).await?;
    Ok(receipt(&answer, Some(name)))
}

/// sqs:SetQueueAttributes.
pub(crate) async fn set(scope: Scope<'_>, name: &str, retention_seconds: u32) -> Result<Receipt, CloudError> {
    let url = url(scope, name).await?;
    let request = scope.region.sqs().set_queue_attributes().queue_url(url).set_attributes(Some(settings(retention_seconds)));
    let answer = scope.call(SET, request.send()).await?;
    Ok(receipt(&answer, Some(name)))
}

/// sqs:DeleteQueue, with what is in it.
pub(crate) async fn delete(scope: Scope<'_>, name: &str) -> Result<Receipt, CloudError> {
    let deleted = async {
        let request = scope.region.sqs().delete_queue().queue_url(url(scope, name).await?);
        let answer = scope.call("sqs:DeleteQueue", request.send()).await?;
        Ok(receipt(&answer, Some(name)))
    };
    gone_is_done(deleted.await)
}

/// sqs:TagQueue, by name, ARN or URL.
pub(crate) async fn set_tags(scope: Scope<'_>, queue: &str, tags: &Tags) -> Result<Receipt, CloudError> {
    let url = url(scope, queue).await?;
    let tags = tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let request = scope.region.sqs().tag_queue().queue_url(url).set_tags(Some(tags));
    let answer = scope.call(SET_TAGS, request.send()).await?;
    Ok(receipt(&answer, Some(queue)))
}

/// sqs:UntagQueue, by name, ARN or URL.
pub(crate) async fn remove_tags(scope: Scope<'_>, queue: &str, keys: &[String]) -> Result<Receipt, CloudError> {
    let untagged = async {
        let request = scope.region.sqs().untag_queue().queue_url(url(scope, queue).await?).set_tag_keys(Some(keys.to_vec()));
        let answer = scope.call(REMOVE_TAGS, request.send()).await?;
        Ok(receipt(&answer, Some(queue)))
    };
    gone_is_done(untagged.await)
}

/// sqs:ListQueueTags, by name, ARN or URL.
pub(crate) async fn tags_of(scope: Scope<'_>, queue: &str) -> Result<Tags, CloudError> {
    tags_at(scope, &url(scope, queue).await?).await
}

async fn tags_at(scope: Scope<'_>, url: &str) -> Result<Tags, CloudError> {
    let request = scope.region.sqs().list_queue_tags().queue_url(url);
    let answer = scope.call(LIST_TAGS, request.send()).await?;
    Ok(answer.tags().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(attributes: &[(Attribute, &str)]) -> Queue {
        let attributes = attributes.iter().map(|(name, value)| (name.clone(), (*value).to_owned())).collect();
        described("https://sqs.ap-northeast-2.amazonaws.com/123456789012/muster-lms-office-0a1b2c3d", &attributes, Tags::new())
    }

    #[test]
    fn a_queue_is_encrypted_by_either_key() {
        assert!(of(&[(Attribute::SqsManagedSseEnabled, "true")]).encrypted);
        assert!(of(&[(Attribute::SqsManagedSseEnabled, "false"), (Attribute::KmsMasterKeyId, "alias/mine")]).encrypted);
        assert!(!of(&[(Attribute::SqsManagedSseEnabled, "false")]).encrypted && !of(&[]).encrypted);
    }

    #[test]
    fn what_waits_and_how_long_it_is_kept() {
        let queue = of(&[
            (Attribute::MessageRetentionPeriod, "1209600"),
            (Attribute::ApproximateNumberOfMessages, "2"),
            (Attribute::ApproximateNumberOfMessagesNotVisible, "1"),
        ]);
        assert_eq!((queue.name.as_str(), queue.retention_seconds, queue.waiting), ("muster-lms-office-0a1b2c3d", 1_209_600, 3));
        assert_eq!((of(&[]).retention_seconds, of(&[]).waiting), (DEFAULT_RETENTION, 0));
    }

    #[test]
    fn a_queue_is_called_by_the_last_word() {
        let words = ["https://host/1/q", "arn:aws:sqs:ap-northeast-2:123456789012:q", "q"].map(last_word);
        assert_eq!(words, ["q"; 3]);
    }
}
