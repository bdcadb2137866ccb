use super::*;

fn first(policy: &str) -> Statement<'_> {
    statements(Value::parse(policy).object().expect("an object")).next().expect("a statement")
}

#[test]
fn everybody_is_public_unless_a_condition_says_who() {
    for public in [
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}]}"#,
        r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": ["111122223333", "*"]}, "Action": "s3:GetObject"}}"#,
        r#"{"Statement": [{"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "s3:GetObject"}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"StringLike": {"aws:Referer": "https://a.example/*"}}}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"StringNotEquals": {"aws:SourceAccount": "111122223333"}}}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"StringLike": {"aws:PrincipalArn": "*"}}}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"StringLike": {"aws:PrincipalOrgID": "o-*"}}}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"StringLike": {"aws:SourceVpc": ["vpc-1", "vpc-*"]}}}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:us-east-1:*:alerts"}}}]}"#,
    ] {
        assert!(first(public).is_public(), "{public}");
    }
    for closed in [
        r#"{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*"}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "111122223333"}}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": {"AWS:SourceAccount": "111122223333"}}}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-1"]}}}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}]}"#,
    ] {
        assert!(!first(closed).is_public(), "{closed}");
    }
}

#[test]
fn accounts_are_ids_or_stand_in_arns() {
    let policy = r#"{"Statement": [{"Principal": {"AWS": ["arn:aws:iam::444455556666:role/r", "111122223333", "777788889999", "*"]}}]}"#;
    assert_eq!(first(policy).other_accounts("111122223333"), ["444455556666", "777788889999"]);
}

#[test]
fn actions_and_resources_by_wildcard_and_by_what_is_left_out() {
    let allowed = first(r#"{"Statement": [{"Action": ["s3:Get*"], "Resource": "arn:aws:s3:::b/*"}]}"#);
    assert!(allowed.covers("s3:GetObject") && !allowed.covers("s3:PutObject"));
    assert!(allowed.reaches("arn:aws:s3:::b/x") && !allowed.reaches("arn:aws:s3:::b"));
    let rest = first(r#"{"Statement": [{"NotAction": "s3:Delete*", "NotResource": "arn:aws:s3:::b/private/*"}]}"#);
    assert!(rest.covers("s3:PutObject") && !rest.covers("s3:DeleteObject") && rest.reaches("arn:aws:s3:::b/x"));
}

#[test]
fn conditions_are_found_by_operator_key_and_value() {
    let deny = first(r#"{"Statement": [{"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": false}}}]}"#);
    assert!(deny.wants("Bool", "aws:securetransport", "false") && !deny.wants("Bool", "aws:SecureTransport", "true"));
    assert!(deny.asks("aws:SecureTransport") && !deny.asks("aws:SourceArn"));
}

#[test]
fn everybody_of_another_account_is_that_account() {
    let others = |conditions: &str| {
        first(&format!(r#"{{"Statement": [{{"Principal": "*", "Condition": {conditions}}}]}}"#)).other_accounts("111122223333")
    };
    assert_eq!(others(r#"{"StringEquals": {"aws:PrincipalAccount": ["111122223333", "444455556666"]}}"#), ["444455556666"]);
    assert_eq!(others(r#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/*"}}"#), ["444455556666"]);
    for home in [
        "{}",
        r#"{"StringEquals": {"aws:PrincipalAccount": "111122223333"}}"#,
        r#"{"StringEquals": {"aws:PrincipalAccount": "111122223333"}, "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/r"}}"#,
        r#"{"StringNotEquals": {"aws:PrincipalAccount": "444455556666"}}"#,
    ] {
        assert!(others(home).is_empty(), "{home}");
    }
}

#[test]
fn one_condition_and_nobody_left_out() {
    let only = |conditions: &str| {
        first(&format!(r#"{{"Statement": [{{"Condition": {conditions}}}]}}"#)).wants_only("Bool", "aws:SecureTransport", "false")
    };
    assert!(only(r#"{"Bool": {"aws:SecureTransport": "false"}}"#));
    assert!(!only(r#"{"Bool": {"aws:SecureTransport": "false", "aws:ViaAWSService": "false"}}"#));
    assert!(!only(r#"{"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#));
    assert!(first(r#"{"Statement": [{"Principal": {"AWS": "*"}}]}"#).names_everybody());
    assert!(!first(r#"{"Statement": [{"NotPrincipal": {"AWS": "111122223333"}}]}"#).names_everybody());
}
