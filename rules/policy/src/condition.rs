//! Whether a condition pins who may ask.

use muster_rule::Object;

use crate::{Test, tests};

/// Keys that say who asks, or from where. A condition on another one (the referer, encryption of the connection) lets in everybody
/// who cares to fit it.
const WHO: [&str; 17] = [
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:userid",
    "lambda:EventSourceToken",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];
/// Operators that a request must fit. Those that end in `IfExists` or begin with `ForAllValues:` also let in a request without
/// the key, and the negated ones almost everybody.
const PINS: [&str; 8] = [
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "ArnEquals",
    "ArnLike",
    "IpAddress",
    "ForAnyValue:StringEquals",
    "ForAnyValue:StringLike",
];
/// The widest networks that AWS does not call public, in bits of their prefix.
const WIDEST: (u32, u32) = (8, 32);

/// True when one of the tests pins who may ask: tests are joined by "and".
pub(crate) fn narrows(conditions: Object<'_>) -> bool {
    tests(conditions).any(|test| pins(&test))
}

fn pins(test: &Test<'_>) -> bool {
    let operator = PINS.contains(&&*test.operator);
    let known = WHO.iter().any(|key| key.eq_ignore_ascii_case(&test.key));
    let mut values = test.values().peekable();
    operator && known && values.peek().is_some() && values.all(|value| is_fixed(&test.operator, &value))
}

/// True for a value that only few fit.
fn is_fixed(operator: &str, value: &str) -> bool {
    match operator {
        "IpAddress" => is_narrow(value),
        "StringEquals" | "StringEqualsIgnoreCase" | "ForAnyValue:StringEquals" => !value.is_empty(),
        _ => begins_fixed(value),
    }
}

/// True when an ARN names an account, or a text does not begin with a wildcard.
fn begins_fixed(value: &str) -> bool {
    let wild = |text: &str| text.is_empty() || text.starts_with(['*', '?']);
    let mut parts = value.splitn(6, ':').skip(4);
    match (value.starts_with("arn:"), parts.next(), parts.next()) {
        (true, Some(account), Some(resource)) => !wild(account) || !wild(resource),
        (true, ..) => false,
        (false, ..) => !wild(value),
    }
}

/// True for an address, or a network that AWS does not call public.
fn is_narrow(cidr: &str) -> bool {
    let widest = if cidr.contains(':') { WIDEST.1 } else { WIDEST.0 };
    match cidr.split_once('/') {
        Some((_, bits)) => bits.parse::<u32>().is_ok_and(|bits| bits >= widest),
        None => !cidr.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_up_to_the_widest_that_aws_lets_pass() {
        for narrow in ["203.0.113.7", "203.0.113.0/24", "10.0.0.0/8", "2001:db8::/32"] {
            assert!(is_narrow(narrow), "{narrow}");
        }
        for wide in ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/7", "::/0", "2001::/31", ""] {
            assert!(!is_narrow(wide), "{wide}");
        }
    }

    #[test]
    fn arns_that_name_an_account_or_a_resource() {
        for fixed in ["arn:aws:iam::111122223333:role/*", "arn:aws:s3:::bucket", "o-abc/*", "AROAEXAMPLE:*"] {
            assert!(begins_fixed(fixed), "{fixed}");
        }
        for loose in ["*", "arn:aws:iam::*:*", "arn:aws:s3:::*", "arn:*", "?", ""] {
            assert!(!begins_fixed(loose), "{loose}");
        }
    }
}
