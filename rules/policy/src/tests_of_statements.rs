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
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": {"aws:userid": "${aws:userid}"}}}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": {"aws:SourceAccount": "${aws:PrincipalAccount}"}}}]}"#,
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
    let by =
        first(r#"{"Statement": [{"Condition": {"StringEquals": {"AWS:SourceAccount": "1"}, "ArnLikeIfExists": {"aws:SourceArn": "a"}}}]}"#);
    assert!(by.is_narrowed_by(&["aws:SourceArn", "aws:SourceAccount"]) && !by.is_narrowed_by(&["aws:SourceArn"]));
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

#[test]
fn a_key_is_fixed_when_a_request_must_have_it() {
    let fixes = |condition: &str| {
        let text = format!(r#"{{"Statement": [{{"Condition": {{{condition}}}}}]}}"#);
        first(&text).fixes("iam:PermissionsBoundary", |value| value != "all")
    };
    for fixed in [
        r#""StringEquals": {"iam:PermissionsBoundary": "edge"}"#,
        r#""StringLike": {"IAM:permissionsboundary": ["edge", "other"]}"#,
        r#""ArnEquals": {"iam:PermissionsBoundary": "edge"}"#,
        r#""ArnLike": {"iam:PermissionsBoundary": "edge"}, "Null": {"iam:PermissionsBoundary": "false"}"#,
    ] {
        assert!(fixes(fixed), "{fixed}");
    }
    for loose in [
        "",
        r#""StringEquals": {"iam:PermissionsBoundary": []}"#,
        r#""StringEquals": {"iam:PermissionsBoundary": ["edge", "all"]}"#,
        r#""StringEquals": {"iam:PermissionsBoundary": "${aws:PrincipalTag/edge}"}"#,
        r#""StringEquals": {"aws:PrincipalOrgID": "o-1"}"#,
        r#""StringLike": {"iam:PermissionsBoundary": "ed*"}"#,
        r#""ArnLike": {"iam:PermissionsBoundary": "edg?"}"#,
        r#""StringEqualsIfExists": {"iam:PermissionsBoundary": "edge"}"#,
        r#""StringNotEquals": {"iam:PermissionsBoundary": "edge"}"#,
        r#""ArnNotLike": {"iam:PermissionsBoundary": "edge"}"#,
        r#""Null": {"iam:PermissionsBoundary": "false"}"#,
        r#""ForAllValues:StringEquals": {"iam:PermissionsBoundary": "edge"}"#,
    ] {
        assert!(!fixes(loose), "{loose}");
    }
}

#[test]
fn every_action_of_a_service_and_everything_below() {
    let statement = |members: &str| format!(r#"{{"Statement": [{{{members}}}]}}"#);
    for all in [r#""Action": "*""#, r#""Action": ["ec2:*", "S3:*"]"#, r#""Action": "s3:?*""#] {
        assert!(first(&statement(all)).covers_all("s3"), "{all}");
    }
    for part in
        [r#""Action": "s3:Get*""#, r#""Action": ["s3:ListBucket", "s3:GetObject"]"#, r#""NotAction": "s3:*""#, r#""NotAction": "*""#]
    {
        assert!(!first(&statement(part)).covers_all("s3"), "{part}");
    }
    assert!(first(&statement(r#""Resource": ["b", "b/*"]"#)).reaches_all("b/"));
    for part in [r#""Resource": "b/o*""#, r#""Resource": "b""#, r#""NotResource": "b/*""#] {
        assert!(!first(&statement(part)).reaches_all("b/"), "{part}");
    }
}

#[test]
fn actions_as_they_are_written() {
    let actions = |members: &str| {
        let text = format!(r#"{{"Statement": [{{{members}}}]}}"#);
        let statement = first(&text);
        (statement.spares(), statement.actions().map(Text::into_owned).collect::<Vec<_>>())
    };
    assert_eq!(actions(r#""Action": "s3:Get*""#), (false, vec!["s3:Get*".to_owned()]));
    assert_eq!(actions(r#""NotAction": ["s3:Get*"]"#), (true, vec!["s3:Get*".to_owned()]));
}
