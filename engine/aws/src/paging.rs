//! Reading a list to its last page.
//!
//! The SDK's own paginators end without an error when a service repeats a token, so that resources look
//! absent. Planning takes "not listed" for "gone", so the loop is ours and a repeated token is a failure.

use std::collections::HashSet;

use muster_core::cloud::{CloudError, ErrorKind, Listing};

/// What a list gave before it ended or failed.
#[derive(Debug)]
pub(crate) struct Found<T> {
    /// What was seen, failed pages left out.
    pub(crate) items: Vec<T>,
    /// Why it is not all.
    pub(crate) failures: Vec<CloudError>,
}

/// One page: its items and the token of the next.
pub(crate) type Page<T> = (Vec<T>, Option<String>);

impl<T> Found<T> {
    /// An answer of one call.
    pub(crate) fn from_result(result: Result<Vec<T>, CloudError>) -> Self {
        match result {
            Ok(items) => Self { items, failures: Vec::new() },
            Err(error) => Self { items: Vec::new(), failures: vec![error] },
        }
    }

    /// Several answers as one.
    pub(crate) fn concat(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self { items: Vec::new(), failures: Vec::new() };
        for part in parts {
            all.items.extend(part.items);
            all.failures.extend(part.failures);
        }
        all
    }

    /// The items as a list sorted by `key`, and why it is incomplete.
    pub(crate) fn into_listing<K: Ord>(mut self, key: impl Fn(&T) -> &K) -> (Listing<T>, Vec<CloudError>) {
        self.items.sort_by(|a, b| key(a).cmp(key(b)));
        let listing = if self.failures.is_empty() { Listing::Complete(self.items) } else { Listing::Incomplete(self.items) };
        (listing, self.failures)
    }
}

/// Asks for page after page until there is no token.
pub(crate) async fn all<T>(action: &str, mut ask: impl AsyncFnMut(Option<String>) -> Result<Page<T>, CloudError>) -> Found<T> {
    let mut found = Found { items: Vec::new(), failures: Vec::new() };
    let mut seen = HashSet::new();
    let mut token = None;
    loop {
        let next = match ask(token).await {
            Ok((items, next)) => {
                found.items.extend(items);
                next.filter(|token| !token.is_empty())
            }
            Err(error) => {
                found.failures.push(error);
                return found;
            }
        };
        match next {
            None => return found,
            Some(next) if seen.insert(next.clone()) => token = Some(next),
            Some(_) => {
                found.failures.push(repeated(action));
                return found;
            }
        }
    }
}

fn repeated(action: &str) -> CloudError {
    let message = "the same page token came twice, so the rest of the list is unknown";
    CloudError::new(ErrorKind::Unreachable, action, "RepeatedPageToken", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(pages: Vec<Result<Page<u32>, CloudError>>) -> Found<u32> {
        let mut pages = pages.into_iter();
        all("ec2:DescribeVpcs", async |_| pages.next().expect("no call after the last page")).await
    }

    fn page(items: &[u32], next: Option<&str>) -> Result<Page<u32>, CloudError> {
        Ok((items.to_vec(), next.map(str::to_owned)))
    }

    #[tokio::test]
    async fn pages_are_joined_and_sorted() {
        let found = read(vec![page(&[3], Some("a")), page(&[1], Some("b")), page(&[2], Some(""))]).await;
        assert_eq!(found.into_listing(|item| item), (Listing::Complete(vec![1, 2, 3]), Vec::new()));
    }

    #[tokio::test]
    async fn a_repeated_token_is_an_incomplete_list() {
        let found = read(vec![page(&[1], Some("a")), page(&[2], Some("a"))]).await;
        let (listing, failures) = found.into_listing(|item| item);
        assert_eq!(listing, Listing::Incomplete(vec![1, 2]));
        assert_eq!((failures[0].code.as_str(), failures[0].kind), ("RepeatedPageToken", ErrorKind::Unreachable));
    }

    #[tokio::test]
    async fn a_failed_later_page_keeps_what_was_seen() {
        let denied = CloudError::new(ErrorKind::Denied, "ec2:DescribeVpcs", "UnauthorizedOperation", "no");
        let found = read(vec![page(&[1], Some("a")), Err(denied.clone())]).await;
        assert_eq!(found.into_listing(|item| item), (Listing::Incomplete(vec![1]), vec![denied]));
    }
}
