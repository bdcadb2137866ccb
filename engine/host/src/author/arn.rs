//! The parts of an ARN, as far as they tell what somebody chose.

/// `arn:aws:iam::123456789012:role/app` in parts.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    /// All before the account: `arn:aws:iam:`.
    pub(super) head: &'a str,
    /// The account, empty for buckets, `aws` for what is AWS's own.
    pub(super) account: &'a str,
    /// What it is: `role/app`.
    pub(super) resource: &'a str,
}

/// The parts of a text that is an ARN.
pub(super) fn parts(text: &str) -> Option<Parts<'_>> {
    text.strip_prefix("arn:")?;
    let mut colons = text.match_indices(':').map(|(at, _)| at).skip(3);
    let (head, account) = (colons.next()?, colons.next()?);
    Some(Parts { head: &text[..head], account: &text[head + 1..account], resource: &text[account + 1..] })
}

impl Parts<'_> {
    /// True for what AWS owns, and for the account itself.
    pub(super) fn is_aws(&self) -> bool {
        self.account == "aws" || self.resource == "root"
    }

    /// The sort of thing and what parts it from the name: `role/`, `function:`; nothing of a bucket and of a topic.
    pub(super) fn sort(&self) -> &str {
        if self.account.is_empty() {
            return "";
        }
        self.resource.find(['/', ':']).map_or("", |at| &self.resource[..=at])
    }

    /// What follows it.
    pub(super) fn own(&self) -> &str {
        &self.resource[self.sort().len()..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sort_and_name_are_told_apart() {
        let of = |text: &str| parts(text).map(|parts| format!("{} {} {} {}", parts.head, parts.account, parts.sort(), parts.own()));
        assert_eq!(of("arn:aws:iam::123456789012:role/app").as_deref(), Some("arn:aws:iam: 123456789012 role/ app"));
        assert_eq!(of("arn:aws:lambda:us-east-1:1:function:f:7").as_deref(), Some("arn:aws:lambda:us-east-1 1 function: f:7"));
        assert_eq!(of("arn:aws:s3:::bucket/key").as_deref(), Some("arn:aws:s3:   bucket/key"));
        assert_eq!(of("arn:aws"), None);
        assert_eq!(of("s3:::bucket"), None);
    }
}
