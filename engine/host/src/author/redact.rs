//! Recorded cases are checked in: what tells whose account it was is replaced, the same by the same.
//!
//! Replaced are account numbers, ids and names that AWS or people gave, addresses, mail addresses, user data, and the values of tags and of environment variables. What rules
//! judge by stays: types, states, sizes, times, ports, tag keys, and addresses that mean everyone (`0.0.0.0/0`, `::/0`).

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::{Map, Value};

use super::arn;
use super::chosen::{Whose, whose};

/// Members below which people keep passwords: nothing there is kept, whatever it looks like.
const SECRETS: [&str; 3] = ["Variables", "EnvironmentVariables", "UserData"];
/// Fewest hexadecimal digits of an id that AWS made.
const ID_DIGITS: usize = 8;
/// Words of AWS that stand where names do.
const SPARED: [&str; 16] = [
    "/",
    "*",
    "all",
    "true",
    "false",
    "root",
    "self",
    "default",
    "aws",
    "service-role",
    "aws-service-role",
    "ALARM",
    "OK",
    "AND",
    "OR",
    "NOT",
];
/// Shortest name that is looked for inside of other text: shorter ones stand in words that have nothing to do with them.
const INSIDE_CHARS: usize = 4;

/// Replaces in one document after another, and gives the same text the same replacement in all of them.
#[derive(Debug, Default)]
pub struct Redactor {
    /// Replacements by what was replaced, tag values apart: `prod` may be a tag's value here and AWS's word there.
    given: BTreeMap<String, String>,
    tags: BTreeMap<String, String>,
    secrets: BTreeMap<String, String>,
    counts: BTreeMap<&'static str, usize>,
}

impl Redactor {
    /// Takes note of the names in a body. All bodies are learned before the first is replaced: an ARN in one may hold the name of another.
    /// `id` is the member that is its id.
    pub fn learn(&mut self, id: &str, body: &Map<String, Value>) {
        body.iter().for_each(|(member, value)| self.learn_value(if member == id { "Name" } else { member }, value));
    }

    /// The body without what tells whose it is.
    pub fn body(&mut self, id: &str, body: &Map<String, Value>) -> Map<String, Value> {
        body.iter().map(|(member, value)| (member.clone(), self.value(if member == id { "Name" } else { member }, value))).collect()
    }

    /// The replacement of an account number; nothing stays nothing.
    pub fn account(&mut self, number: &str) -> String {
        if number.is_empty() { String::new() } else { self.replacement(number, "account") }
    }

    fn learn_value(&mut self, member: &str, value: &Value) {
        match value {
            _ if SECRETS.contains(&member) || member == "Tags" || member == "Dimensions" => {}
            Value::String(text) if is_name(member, text) => drop(self.replacement(text, "name")),
            Value::Object(inner) => inner.iter().for_each(|(name, value)| self.learn_value(name, value)),
            Value::Array(items) => items.iter().for_each(|item| self.learn_value(member, item)),
            _ => {}
        }
    }

    fn value(&mut self, member: &str, value: &Value) -> Value {
        match value {
            value if SECRETS.contains(&member) => self.secret(value),
            Value::String(text) => Value::String(self.text(member, text)),
            Value::Array(items) => items.iter().map(|item| self.value(member, item)).collect(),
            Value::Object(tags) if member == "Tags" => tags.iter().map(|(key, value)| (key.clone(), self.tag(value))).collect(),
            // A pair whose `Name` is AWS's word.
            Value::Object(pair) if member == "Dimensions" => {
                pair.iter().map(|(name, value)| (name.clone(), self.dimension(name, value))).collect()
            }
            Value::Object(inner) => inner.iter().map(|(name, value)| (name.clone(), self.value(name, value))).collect(),
            other => other.clone(),
        }
    }

    fn dimension(&mut self, member: &str, value: &Value) -> Value {
        if member == "Name" { value.clone() } else { self.value(member, value) }
    }

    /// Names of variables stay, since rules judge by them; of what they hold only that it is there.
    fn secret(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) if !text.is_empty() => {
                let next = self.secrets.len() + 1;
                Value::String(self.secrets.entry(text.clone()).or_insert_with(|| format!("secret-{next}")).clone())
            }
            Value::Number(_) => Value::from(0),
            Value::Array(items) => items.iter().map(|item| self.secret(item)).collect(),
            Value::Object(inner) => inner.iter().map(|(name, value)| (name.clone(), self.secret(value))).collect(),
            other => other.clone(),
        }
    }

    fn tag(&mut self, value: &Value) -> Value {
        let Some(text) = value.as_str().filter(|text| !text.is_empty()) else { return value.clone() };
        let next = self.tags.len() + 1;
        Value::String(self.tags.entry(text.to_owned()).or_insert_with(|| format!("value-{next}")).clone())
    }

    /// A name is replaced whole; in other text the words are looked at one by one.
    fn text(&mut self, member: &str, text: &str) -> String {
        if whose(member) == Whose::Aws || is_time(text) {
            return text.to_owned();
        }
        if let Some(parts) = arn::parts(text) {
            return self.arn(&parts);
        }
        if is_name(member, text) {
            return if text.contains(['*', '?', '/', ' ', '(']) { self.words(text) } else { self.replacement(text, "name") };
        }
        if ["DnsName", "DNSName", "Endpoint", "Url"].iter().any(|end| member.ends_with(end)) {
            return self.replacement(text, "host");
        }
        if let Some(known) = self.given.get(text) {
            return known.clone();
        }
        let known = if text.contains([':', '/', '"', '(']) { self.known_inside(text) } else { text.to_owned() };
        self.pieced(&known)
    }

    fn pieced(&mut self, text: &str) -> String {
        pieces(text).into_iter().map(|(piece, is_word)| if is_word { self.word(piece) } else { piece.to_owned() }).collect()
    }

    /// Of text with wildcards, paths and sentences, each word: what joins them stays.
    fn words(&mut self, text: &str) -> String {
        let replaced = |this: &mut Self, word: &str| match sort_of(word) {
            Some(kind) => this.replacement(word, kind),
            None => this.replacement(word, "name"),
        };
        let joins = |c: char| matches!(c, '*' | '?' | '/' | ' ' | '(' | ')' | '"' | ',' | ':');
        let mut out = String::new();
        for part in text.split_inclusive(joins) {
            let (word, join) = part.strip_suffix(joins).map_or((part, ""), |word| (word, &part[word.len()..]));
            out += &if word.is_empty() || SPARED.contains(&word) { word.to_owned() } else { replaced(self, word) };
            out += join;
        }
        out
    }

    /// Service, region and type of a thing stay, and what is AWS's own.
    fn arn(&mut self, parts: &arn::Parts<'_>) -> String {
        let account =
            if sort_of(parts.account) == Some("account") { self.replacement(parts.account, "account") } else { parts.account.to_owned() };
        let resource = if parts.is_aws() { parts.resource.to_owned() } else { format!("{}{}", parts.sort(), self.words(parts.own())) };
        format!("{}:{account}:{resource}", parts.head)
    }

    /// Names that stand inside of other text, the longest first.
    fn known_inside(&self, text: &str) -> String {
        let mut names: Vec<(&String, &String)> = self.given.iter().filter(|(name, _)| name.chars().count() >= INSIDE_CHARS).collect();
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        names.into_iter().fold(text.to_owned(), |text, (name, new)| text.replace(name.as_str(), new))
    }

    fn word(&mut self, word: &str) -> String {
        if let Some(kind) = sort_of(word) {
            return self.replacement(word, kind);
        }
        match word.split_once('/') {
            Some((address, length)) if length.parse::<u8>().is_ok() && sort_of(address) == Some("address") => {
                format!("{}/{length}", self.replacement(address, "address"))
            }
            _ => word.to_owned(),
        }
    }

    fn replacement(&mut self, text: &str, kind: &'static str) -> String {
        if let Some(known) = self.given.get(text) {
            return known.clone();
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let new = made(kind, text, *count);
        self.given.insert(text.to_owned(), new.clone());
        new
    }
}

/// The `n`-th replacement of a kind, in the form of what it replaces.
fn made(kind: &str, text: &str, n: usize) -> String {
    match kind {
        "account" => format!("{:012}", 111_111_111_110 + n),
        "id" => {
            let (prefix, digits) = text.rsplit_once('-').unwrap_or((text, ""));
            format!("{prefix}-{n:0width$x}", width = digits.len())
        }
        "uuid" => format!("00000000-0000-4000-8000-{n:012x}"),
        "mail" => format!("person-{n}@example.com"),
        "host" => format!("host-{n}.example.com"),
        "address" => match text.parse() {
            Ok(IpAddr::V6(_)) => format!("2001:db8::{n:x}"),
            Ok(IpAddr::V4(address)) if address.is_private() => Ipv4Addr::from(0x0a00_0000_u32.wrapping_add(low(n))).to_string(),
            _ => Ipv4Addr::from(0xcb00_7100_u32.wrapping_add(low(n))).to_string(),
        },
        kind => format!("{kind}-{n}"),
    }
}

fn low(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// True for text that is a name, as far as its member tells. `default` is AWS's own word for groups and such, `/` a path without parts.
fn is_name(member: &str, text: &str) -> bool {
    let chosen = whose(member) == Whose::Somebody;
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) || arn::parts(text).is_some() || sort_of(text).is_some();
    chosen && !text.is_empty() && !SPARED.contains(&text) && !text.starts_with("default") && !plain
}

fn is_time(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::Date>().is_ok()
}

/// What a word is, if it tells whose something is.
fn sort_of(word: &str) -> Option<&'static str> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if word.len() == 12 && digits(word) {
        return Some("account");
    }
    if is_aws_id(word) {
        return Some("id");
    }
    if is_uuid(word) {
        return Some("uuid");
    }
    if word.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.')) {
        return Some("mail");
    }
    match word.parse::<IpAddr>() {
        Ok(IpAddr::V4(Ipv4Addr::UNSPECIFIED)) | Err(_) => None,
        Ok(IpAddr::V6(Ipv6Addr::UNSPECIFIED)) => None,
        Ok(_) => Some("address"),
    }
}

/// `vol-0123456789abcdef0`.
fn is_aws_id(word: &str) -> bool {
    let hex = |text: &str| text.len() >= ID_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let prefix = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    word.rsplit_once('-').is_some_and(|(first, last)| prefix(first) && hex(last))
}

fn is_uuid(word: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let parts: Vec<&str> = word.split('-').collect();
    parts.len() == lengths.len()
        && parts.iter().zip(lengths).all(|(part, length)| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The text cut into words and what stands between them. A word may hold what ids, addresses and mail addresses are made of;
/// colons only where they make an IPv6 address of it, since ARNs are full of them.
fn pieces(text: &str) -> Vec<(&str, bool)> {
    if sort_of(text.split('/').next().unwrap_or(text)) == Some("address") {
        return vec![(text, true)];
    }
    let in_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '@' | '_' | '+');
    let mut pieces: Vec<(&str, bool)> = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let is_word = in_word(c);
        if at > from && in_word_before(text, at, in_word) != is_word {
            pieces.push((&text[from..at], !is_word));
            from = at;
        }
    }
    if from < text.len() {
        pieces.push((&text[from..], text[from..].chars().next().is_some_and(in_word)));
    }
    pieces
}

fn in_word_before(text: &str, at: usize, in_word: impl Fn(char) -> bool) -> bool {
    text[..at].chars().next_back().is_some_and(in_word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn redacted(bodies: &[Value]) -> Vec<Value> {
        let mut redactor = Redactor::default();
        let bodies: Vec<&Map<String, Value>> = bodies.iter().map(|body| body.as_object().expect("an object")).collect();
        bodies.iter().for_each(|body| redactor.learn("Name", body));
        bodies.iter().map(|body| Value::Object(redactor.body("Name", body))).collect()
    }

    #[test]
    fn the_same_becomes_the_same_everywhere_and_what_rules_judge_by_stays() {
        let bodies = [
            json!({
                "VolumeId": "vol-0a1b2c3d4e5f60718", "Size": 8, "VolumeType": "gp3", "CreateTime": "2026-11-01T09:00:00Z", "AvailabilityZone": "us-east-1a",
                "KmsKeyId": "arn:aws:kms:us-east-1:210987654321:key/1b2c3d4e-0000-4111-8222-9f8e7d6c5b4a",
                "Attachments": [{"InstanceId": "i-0123456789abcdef0", "Device": "/dev/xvda", "DeleteOnTermination": true}],
                "Tags": {"owner": "alice@corp.example", "env": "prod"},
            }),
            json!({"InstanceId": "i-0123456789abcdef0", "State": "running", "Tags": {"env": "prod", "Name": "grades"}}),
        ];
        let found = redacted(&bodies);
        assert_eq!(
            found[0],
            json!({
                "VolumeId": "vol-00000000000000001", "Size": 8, "VolumeType": "gp3", "CreateTime": "2026-11-01T09:00:00Z", "AvailabilityZone": "us-east-1a",
                "KmsKeyId": "arn:aws:kms:us-east-1:111111111111:key/00000000-0000-4000-8000-000000000001",
                "Attachments": [{"InstanceId": "i-00000000000000002", "Device": "/dev/xvda", "DeleteOnTermination": true}],
                "Tags": {"owner": "value-1", "env": "value-2"},
            })
        );
        assert_eq!(
            found[1],
            json!({"InstanceId": "i-00000000000000002", "State": "running", "Tags": {"env": "value-2", "Name": "value-3"}})
        );
    }

    #[test]
    fn what_secrets_are_kept_in_is_replaced_whatever_it_looks_like() {
        let body = json!({
            "FunctionName": "grade", "Environment": {"Variables": {"DB_PASSWORD": "hunter2", "STAGE": "default", "DB_Name": "x-0123456789ab", "AGAIN": "hunter2", "EMPTY": ""}},
            "LaunchTemplateData": {"UserData": "default: export KEY=hunter2", "InstanceType": "t3.micro"},
        });
        assert_eq!(
            redacted(&[body])[0],
            json!({
                "FunctionName": "name-1",
                "Environment": {"Variables": {"DB_PASSWORD": "secret-1", "STAGE": "secret-2", "DB_Name": "secret-3", "AGAIN": "secret-1", "EMPTY": ""}},
                "LaunchTemplateData": {"UserData": "secret-4", "InstanceType": "t3.micro"},
            })
        );
    }

    #[test]
    fn names_are_replaced_inside_of_other_text_too() {
        let body = json!({
            "Arn": "arn:aws:s3:::corp-grades-archive",
            "Name": "corp-grades-archive",
            "Policy": {"Statement": [{"Resource": "arn:aws:s3:::corp-grades-archive/*", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}}]},
        });
        assert_eq!(
            redacted(&[body])[0],
            json!({
                "Arn": "arn:aws:s3:::name-1",
                "Name": "name-1",
                "Policy": {"Statement": [{"Resource": "arn:aws:s3:::name-1/*", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}}]},
            })
        );
    }

    #[test]
    fn addresses_keep_their_kind_and_everyone_stays_everyone() {
        let body = json!({"IpPermissions": [{"FromPort": 22, "IpRanges": ["0.0.0.0/0", "198.51.100.7/32", "10.1.2.3/16", "::/0", "2600:1f18::1/128"]}]});
        let ranges = &redacted(&[body])[0]["IpPermissions"][0]["IpRanges"];
        assert_eq!(*ranges, json!(["0.0.0.0/0", "203.0.113.1/32", "10.0.0.2/16", "::/0", "2001:db8::3/128"]));
    }

    #[test]
    fn one_document_knows_the_names_of_another() {
        let bodies = [
            json!({
                "Name": "plain", "Logging": {"TargetBucket": "corp-logs", "TargetPrefix": "grades/"}, "Owner": {"ID": "75aa57f09aa0c8caeab4f8c24e99d10f"},
                "Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": "75aa57f09aa0c8caeab4f8c24e99d10f"}, "Permission": "READ"}],
            }),
            json!({"Name": "corp-logs", "Versioning": {"Status": "Enabled"}}),
        ];
        let found = redacted(&bodies);
        assert_eq!(found[0]["Logging"]["TargetBucket"], found[1]["Name"], "what was joined stays joined");
        assert_eq!(found[1]["Versioning"]["Status"], "Enabled");
        assert_eq!(found[0]["Grants"][0]["Permission"], "READ");
        let said = found.iter().map(Value::to_string).collect::<String>();
        assert!(!["corp-logs", "grades", "75aa57f0"].iter().any(|name| said.contains(name)), "{said}");
    }

    #[test]
    fn what_an_arn_names_goes_and_what_sort_of_thing_it_is_stays() {
        let body = json!({
            "FunctionName": "grade", "Role": "arn:aws:iam::210987654321:role/service-role/grader", "RoleArn": "arn:aws:iam::210987654321:role/grader",
            "AttachedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}],
            "Policy": {"Statement": [{
                "Effect": "Allow", "Sid": "ForAlice", "Action": "lambda:InvokeFunction", "Principal": {"Service": "s3.amazonaws.com", "AWS": "*"},
                "Resource": "arn:aws:lambda:us-east-1:210987654321:function:grade*",
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid", "aws:SourceAccount": "210987654321"},
                              "ArnLike": {"aws:SourceArn": "arn:aws:s3:::corp-*"}, "Bool": {"aws:SecureTransport": "false"}},
            }]},
        });
        let found = &redacted(&[body])[0];
        assert_eq!(found["Role"], "arn:aws:iam::111111111111:role/service-role/name-4");
        assert_eq!(found["RoleArn"], "arn:aws:iam::111111111111:role/name-4");
        assert_eq!(found["AttachedPolicies"][0]["PolicyArn"], "arn:aws:iam::aws:policy/AdministratorAccess");
        let statement = &found["Policy"]["Statement"][0];
        assert_eq!(statement["Resource"], "arn:aws:lambda:us-east-1:111111111111:function:name-1*");
        assert_eq!((&statement["Action"], &statement["Principal"]["AWS"]), (&json!("lambda:InvokeFunction"), &json!("*")));
        assert_eq!(statement["Principal"]["Service"], "s3.amazonaws.com");
        assert_eq!(statement["Condition"]["Bool"]["aws:SecureTransport"], "false");
        assert_eq!(statement["Condition"]["StringEquals"]["aws:SourceAccount"], "111111111111");
        let said = found.to_string();
        assert!(!["grade", "Alice", "exampleorgid", "corp-"].iter().any(|name| said.contains(name)), "{said}");
    }

    #[test]
    fn an_alarm_tells_of_whom_it_is_no_more_and_of_what_it_is_still() {
        let body = json!({
            "AlarmName": "payroll-full", "AlarmRule": "ALARM(\"payroll-full\") OR OK(other)", "Namespace": "AWS/RDS", "MetricName": "FreeStorageSpace",
            "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "payroll"}],
        });
        let found = &redacted(&[body])[0];
        assert_eq!(found["Dimensions"][0]["Name"], "DBInstanceIdentifier");
        assert_eq!((&found["Namespace"], &found["MetricName"]), (&json!("AWS/RDS"), &json!("FreeStorageSpace")));
        let said = found.to_string();
        assert!(!said.contains("payroll") && !said.contains("other"), "{said}");
        assert!(said.contains("ALARM(") && said.contains(" OR OK("), "{said}");
    }
}
