//! Whether a condition pins who may ask.

use muster_rule::Object;

use crate::{Test, account_of, tests};

/// Keys that say who asks, or from where. A condition on another one (the referer, encryption of the connection) lets in everybody
/// who cares to fit it.
const WHO: [&str; 18] = [
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
    // Agreed upon by both sides of a trust between accounts; only AssumeRole knows it, so that elsewhere it lets in nobody.
    "sts:ExternalId",
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

/// Keys that tell the account of who asks.
const PRINCIPALS: [&str; 2] = ["aws:PrincipalAccount", "aws:PrincipalArn"];
/// Keys of an id, a separator and more, where a fixed id is enough: the ids of a role and its session, of an organization and its
/// units.
const COMPOUND: [(&str, char); 3] = [("aws:userid", ':'), ("aws:PrincipalOrgPaths", '/'), ("aws:SourceOrgPaths", '/')];

/// Operators that a request must fit with one of the values, when these are fixed.
const FIXES: [&str; 4] = ["StringEquals", "StringLike", "ArnEquals", "ArnLike"];

/// True when one of the tests pins who may ask: tests are joined by "and".
pub(crate) fn narrows(conditions: Object<'_>) -> bool {
    tests(conditions).any(|test| pins(&test))
}

/// True when one of the tests pins who may ask by one of `keys`.
pub(crate) fn narrows_by(conditions: Object<'_>, keys: &[&str]) -> bool {
    tests(conditions).any(|test| pins(&test) && keys.iter().any(|key| key.eq_ignore_ascii_case(&test.key)))
}

/// True when a request must have `key` with one of a few fixed values, each of which `counts`. What ends in `IfExists` also lets in a
/// request without the key, `Null` asks for the key alone, and the negated operators let in all values but some.
pub(crate) fn fixes(conditions: Object<'_>, key: &str, counts: impl Fn(&str) -> bool) -> bool {
    tests(conditions).filter(|test| test.key.eq_ignore_ascii_case(key) && FIXES.contains(&&*test.operator)).any(|test| {
        let mut values = test.values().peekable();
        values.peek().is_some() && values.all(|value| is_literal(&value) && !varies(&value) && counts(&value))
    })
}

/// True when one of the tests pins who may ask by more than ARNs that name no account, as those of buckets do not.
pub(crate) fn narrows_account(conditions: Object<'_>) -> bool {
    tests(conditions).any(|test| pins(&test) && !test.values().any(|value| lacks_account(&value)))
}

/// Accounts that tests pin principals to; none when one of them lets in `own` alone.
pub(crate) fn accounts(conditions: Object<'_>, own: &str) -> Vec<String> {
    let principal = |test: &Test<'_>| PRINCIPALS.iter().any(|key| key.eq_ignore_ascii_case(&test.key));
    let pinned = tests(conditions).filter(|test| principal(test) && pins(test));
    let sets: Vec<Vec<String>> = pinned.map(|test| test.values().filter_map(|value| account_of(&value)).collect()).collect();
    let at_home = sets.iter().any(|set| !set.is_empty() && set.iter().all(|id| id == own));
    if at_home { Vec::new() } else { sets.concat() }
}

/// True for an ARN without account.
fn lacks_account(value: &str) -> bool {
    value.starts_with("arn:") && value.split(':').nth(4).is_none_or(str::is_empty)
}

fn pins(test: &Test<'_>) -> bool {
    let operator = PINS.contains(&&*test.operator);
    let known = WHO.iter().any(|key| key.eq_ignore_ascii_case(&test.key));
    let mut values = test.values().peekable();
    operator && known && values.peek().is_some() && values.all(|value| is_fixed(&test.operator, &test.key, &value))
}

/// True for a value that only few fit. One with a policy variable is none: `${aws:userid}` stands for whoever asks.
fn is_fixed(operator: &str, key: &str, value: &str) -> bool {
    match operator {
        _ if varies(value) => false,
        "IpAddress" => is_narrow(value),
        "StringEquals" | "StringEqualsIgnoreCase" | "ForAnyValue:StringEquals" => !value.is_empty(),
        _ if value.starts_with("arn:") => names_one(value),
        _ => is_literal(identity(key, value)),
    }
}

/// True when an ARN names one account; or, where it has none, one resource.
fn names_one(arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':').skip(4);
    match (parts.next(), parts.next()) {
        (Some(""), Some(resource)) => is_literal(resource),
        (Some(account), Some(_)) => is_literal(account),
        _ => false,
    }
}

/// What of a value says who it is: all of it, or the id that a compound one begins with.
fn identity<'a>(key: &str, value: &'a str) -> &'a str {
    let separator = COMPOUND.iter().find(|(compound, _)| compound.eq_ignore_ascii_case(key));
    separator.and_then(|(_, separator)| value.split_once(*separator)).map_or(value, |(id, _)| id)
}

/// True for a value with a policy variable, which is whatever the request makes of it. `${*}` and its like, which stand for the character
/// itself, and policies of 2008, which know no variables, are so rare that they count too.
fn varies(value: &str) -> bool {
    value.contains("${")
}

/// True for a text that only itself fits.
fn is_literal(text: &str) -> bool {
    !text.is_empty() && !text.contains(['*', '?'])
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
        for fixed in ["arn:aws:iam::111122223333:role/*", "arn:aws:sns:*:111122223333:*", "arn:aws:s3:::bucket"] {
            assert!(is_fixed("ArnLike", "aws:SourceArn", fixed), "{fixed}");
        }
        for loose in [
            "*",
            "?",
            "",
            "arn:*",
            "arn:aws:iam::*:*",
            "arn:aws:iam::*:role/admin",
            "arn:aws:iam::11112222333?:role/admin",
            "arn:aws:sns:us-east-1:*:alerts",
            "arn:aws:s3:::*",
            "arn:aws:s3:::bucket*",
            "arn:aws:s3:::",
        ] {
            assert!(!is_fixed("ArnLike", "aws:SourceArn", loose), "{loose}");
        }
    }

    #[test]
    fn ids_hold_no_wildcard_before_what_separates_them() {
        let fixed = |key: &str, value: &str| is_fixed("StringLike", key, value);
        for (key, value) in [
            ("aws:PrincipalOrgID", "o-abc"),
            ("aws:SourceVpc", "vpc-1"),
            ("sts:ExternalId", "b1946ac9"),
            ("AWS:UserId", "AROAEXAMPLE:*"),
            ("aws:PrincipalOrgPaths", "o-abc/*"),
            ("aws:SourceOrgPaths", "o-abc/r-ab/*"),
        ] {
            assert!(fixed(key, value), "{key} {value}");
        }
        for (key, value) in [
            ("aws:PrincipalOrgID", "o-*"),
            ("aws:PrincipalOrgID", "o-abc/*"),
            ("aws:SourceVpc", "vpc-*"),
            ("aws:SourceVpce", "vpce-?"),
            ("sts:ExternalId", "*"),
            ("aws:PrincipalAccount", "1111*"),
            ("aws:userid", "AROA*"),
            ("aws:userid", "AROA*:session"),
            ("aws:userid", ":session"),
            ("aws:PrincipalOrgPaths", "o-*"),
            ("aws:PrincipalOrgPaths", "*/r-ab/*"),
        ] {
            assert!(!fixed(key, value), "{key} {value}");
        }
    }

    #[test]
    fn a_variable_is_whatever_the_request_makes_of_it() {
        for (operator, key, value) in [
            ("StringEquals", "aws:userid", "${aws:userid}"),
            ("StringEqualsIgnoreCase", "aws:userid", "${AWS:UserId}"),
            ("StringEquals", "aws:SourceAccount", "${aws:PrincipalAccount}"),
            ("ForAnyValue:StringEquals", "aws:PrincipalOrgPaths", "${aws:PrincipalOrgPaths}"),
            ("StringLike", "aws:userid", "${aws:userid}"),
            ("StringLike", "aws:userid", "${aws:PrincipalTag/id, 'AROAEXAMPLE'}:*"),
            ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::${aws:PrincipalAccount}:role/*"),
            ("ArnEquals", "aws:SourceArn", "${aws:SourceArn}"),
            ("IpAddress", "aws:SourceIp", "${aws:SourceIp}"),
        ] {
            assert!(!is_fixed(operator, key, value), "{operator} {key} {value}");
        }
    }

    #[test]
    fn buckets_do_not_say_whose_they_are() {
        assert!(lacks_account("arn:aws:s3:::bucket") && lacks_account("arn:aws"));
        assert!(!lacks_account("arn:aws:sns:us-east-1:111122223333:topic") && !lacks_account("111122223333"));
    }
}
