//! Parts of Amazon Resource Names that follow from the region.

/// The partition a region belongs to (K: IAM User Guide, "Amazon Resource Names").
#[must_use]
pub fn partition(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use super::partition;

    #[test]
    fn partitions() {
        assert_eq!(partition("ap-northeast-2"), "aws");
        assert_eq!(partition("cn-north-1"), "aws-cn");
        assert_eq!(partition("us-gov-west-1"), "aws-us-gov");
        assert_eq!(partition("us-east-1"), "aws");
    }
}
