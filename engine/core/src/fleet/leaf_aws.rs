//! Values of AWS that are written as one scalar.

use serde_json::{Value as Json, json};

use super::facts;
use super::leaf::{Flaw, Leaf, text, text_of, words};
use super::suggest::{did_you_mean, listed};
use crate::fleet::{ImageChoice, KeySource, VpcChoice};
use crate::keys;
use crate::yaml::{Plain, Scalar};

/// An id of AWS: a prefix and 8 or 17 hexadecimal digits.
fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|rest| matches!(rest.len(), 8 | 17) && rest.bytes().all(|c| c.is_ascii_hexdigit() && !c.is_ascii_uppercase()))
}

/// An account id: twelve digits, in quotes.
#[derive(Debug, Clone)]
pub(crate) struct AccountId(pub(crate) String);

impl Leaf for AccountId {
    const WANTED: &'static str = "an account id: twelve digits in quotes, such as `'123456789012'`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        if matches!(scalar.plain(), Plain::Int(_) | Plain::Float(_)) {
            return Err(Flaw::label(format!("a number loses leading zeros; write `'{}'`", scalar.text)));
        }
        let text = text_of(scalar)?;
        if !text.bytes().all(|c| c.is_ascii_digit()) {
            return Err(Flaw::default());
        }
        if text.len() == 12 { Ok(Self(text.to_owned())) } else { Err(Flaw::label(format!("these are {} digits", text.len()))) }
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": r"^\d{12}$"})
    }
}

/// A word, a hyphen, more words, a hyphen and a digit: the shape of every region's name.
fn region(text: &str) -> Result<String, Flaw> {
    let stem =
        text.rsplit_once('-').filter(|(_, digits)| !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit())).map(|(stem, _)| stem);
    let Some(stem) = stem.filter(|stem| stem.contains('-') && stem.bytes().all(|c| c.is_ascii_lowercase() || c == b'-')) else {
        let near = did_you_mean(text, facts::REGION_STEMS).map(|label| label.replace("`?", "-1`?"));
        return Err(Flaw { label: near, ..Flaw::default() });
    };
    match did_you_mean(stem, facts::REGION_STEMS) {
        Some(label) if !facts::REGION_STEMS.contains(&stem) => {
            Err(Flaw::label(label.replace("`?", &format!("{}`?", &text[stem.len()..]))).message(format!("unknown region `{text}`")))
        }
        _ => Ok(text.to_owned()),
    }
}

/// `t3.small`, and `db.t3.small` without its `db.`.
fn instance_type(text: &str) -> Result<String, Flaw> {
    let Some((family, size)) = text.split_once('.') else { return Err(Flaw::default()) };
    if family.starts_with("mac") {
        return Err(Flaw::label("macOS instances need a dedicated host, which muster does not make"));
    }
    if facts::architecture(family).is_none() {
        let folded = family.to_ascii_lowercase();
        let label = facts::architecture(&folded)
            .map_or_else(|| "a family such as `t3` or `m7g` comes first".to_owned(), |_| format!("did you mean `{folded}.{size}`?"));
        return Err(Flaw { range: Some(0..family.len()), ..Flaw::label(label) });
    }
    if facts::is_size(size) {
        return Ok(text.to_owned());
    }
    let label = did_you_mean(size, facts::SIZES).unwrap_or_else(|| "this is no size of an instance".to_owned());
    Err(Flaw { range: Some(family.len() + 1..text.len()), ..Flaw::label(label) })
}

fn role_arn(text: &str) -> Result<String, Flaw> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let fits = matches!(parts.as_slice(), ["arn", partition, "iam", "", account, role]
        if partition.starts_with("aws") && account.len() == 12 && account.bytes().all(|c| c.is_ascii_digit()) && role.strip_prefix("role/").is_some_and(|name| !name.is_empty()));
    if fits { Ok(text.to_owned()) } else { Err(Flaw::default()) }
}

/// A policy of an account, or one of AWS's own.
fn policy_arn(text: &str) -> Result<String, Flaw> {
    let parts: Vec<&str> = text.split(':').collect();
    let fits = matches!(parts.as_slice(), ["arn", partition, "iam", "", account, policy]
        if partition.starts_with("aws") && (*account == "aws" || account.len() == 12 && account.bytes().all(|c| c.is_ascii_digit())) && policy.strip_prefix("policy/").is_some_and(|name| !name.is_empty()));
    if fits { Ok(text.to_owned()) } else { Err(Flaw::default()) }
}

/// Partition, region, twelve digits and a name. Source: Amazon SNS API Reference, "CreateTopic", `Name`.
fn topic_arn(text: &str) -> Result<String, Flaw> {
    let parts: Vec<&str> = text.split(':').collect();
    let ["arn", partition, "sns", region, account, topic] = parts.as_slice() else { return Err(Flaw::default()) };
    let name = topic.strip_suffix(".fifo").unwrap_or(topic);
    let word = |text: &str, more: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let fits = partition.starts_with("aws") && word(region, "-") && account.len() == 12 && account.bytes().all(|c| c.is_ascii_digit());
    if fits && word(name, "_-") && topic.len() <= 256 { Ok(text.to_owned()) } else { Err(Flaw::default()) }
}

/// True when the host of a URL is this machine.
pub(crate) fn is_loopback(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")) else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return false;
    }
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// `18:00` in minutes of the day.
fn minutes(text: &str) -> Option<u32> {
    let (hours, rest) = text.split_once(':')?;
    let two = |part: &str| (part.len() == 2 && part.bytes().all(|c| c.is_ascii_digit())).then(|| part.parse::<u32>().ok()).flatten();
    let (hours, minutes) = (two(hours)?, two(rest)?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

const DAY: u32 = 24 * 60;
/// Shortest backup or maintenance window. Source: CreateDBInstance, `PreferredBackupWindow`, `PreferredMaintenanceWindow`.
const SHORTEST_WINDOW: u32 = 30;
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A daily window of RDS, in UTC.
#[derive(Debug, Clone)]
pub(crate) struct BackupWindow {
    /// RDS's form: `18:00-18:30`.
    pub(crate) text: String,
    /// Begin in minutes of the day, and length.
    pub(crate) begin: u32,
    /// Minutes.
    pub(crate) length: u32,
}

impl Leaf for BackupWindow {
    const WANTED: &'static str = "a daily window in UTC such as `'18:00-18:30'`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        let text = text_of(scalar)?;
        let (begin, end) = text.split_once('-').ok_or_else(Flaw::default)?;
        let (begin, end) = (begin.trim(), end.trim());
        let (Some(from), Some(to)) = (minutes(begin), minutes(end)) else { return Err(Flaw::default()) };
        let length = (to + DAY - from) % DAY;
        if length < SHORTEST_WINDOW {
            return Err(Flaw::label("RDS wants 30 minutes at least"));
        }
        Ok(Self { text: format!("{begin}-{end}"), begin: from, length })
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": r"^\d\d:\d\d ?- ?\d\d:\d\d$"})
    }
}

/// A weekly window of RDS, in UTC.
#[derive(Debug, Clone)]
pub(crate) struct MaintenanceWindow {
    /// RDS's form: `sun:19:00-sun:19:30`.
    pub(crate) text: String,
    /// Begin in minutes of the week.
    pub(crate) begin: u32,
    /// Minutes.
    pub(crate) length: u32,
}

impl MaintenanceWindow {
    /// True when a daily window lies in it, which RDS refuses.
    pub(crate) fn overlaps(&self, backup: &BackupWindow) -> bool {
        let week = 7 * DAY;
        (0..7).any(|day| {
            let daily = day * DAY + backup.begin;
            (daily + week - self.begin) % week < self.length || (self.begin + week - daily) % week < backup.length
        })
    }
}

impl Leaf for MaintenanceWindow {
    const WANTED: &'static str = "a weekly window in UTC such as `'sun 19:00-sun 19:30'`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        let text = text_of(scalar)?.to_ascii_lowercase();
        let end = |part: &str| {
            let (day, time) = part.trim().split_at_checked(3)?;
            let time = time.trim_start_matches(':').trim();
            let at = u32::try_from(WEEKDAYS.iter().position(|known| *known == day)?).ok()? * DAY + minutes(time)?;
            Some((format!("{day}:{time}"), at))
        };
        let read = text.split_once('-').and_then(|(from, to)| Some((end(from)?, end(to)?)));
        let Some(((from, begin), (to, finish))) = read else { return Err(Flaw::default()) };
        let length = (finish + 7 * DAY - begin) % (7 * DAY);
        match length {
            SHORTEST_WINDOW..=DAY => Ok(Self { text: format!("{from}-{to}"), begin, length }),
            _ => Err(Flaw::label("RDS wants from 30 minutes to 24 hours")),
        }
    }

    fn schema() -> Json {
        json!({"type": "string"})
    }
}

impl Leaf for ImageChoice {
    const WANTED: &'static str = "an image: `ubuntu-24.04`, an AMI id, `{ssm: /path}` or `{owner: …, name: …}`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        match text_of(scalar)? {
            "ubuntu-24.04" => Ok(Self::Ubuntu2404),
            id if is_id(id, "ami-") => Ok(Self::Id(id.to_owned())),
            id if id.starts_with("ami-") => Err(Flaw::label("8 or 17 hexadecimal digits follow `ami-`")),
            other => Err(Flaw { label: did_you_mean(other, ["ubuntu-24.04"]), ..Flaw::default() }),
        }
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": "^(ubuntu-24\\.04|ami-[0-9a-f]{8,17})$"})
    }
}

impl Leaf for KeySource {
    const WANTED: &'static str = "`generate`, a public key, or `{file: keys/alice.pub}`";

    /// The text is never shown: what does not parse may be a private key.
    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        if scalar.text == "generate" {
            return Ok(Self::Generate);
        }
        if let Some(label) = did_you_mean(&scalar.text, ["generate"]) {
            return Err(Flaw::label(label));
        }
        keys::canonical_public(&scalar.text).map(Self::Public).map_err(|why| Flaw {
            secret: true,
            ..Flaw::default().message(why.to_string()).help("or write `key: generate`, or `key: {file: keys/NAME.pub}`")
        })
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": "^(generate|(ssh-ed25519|ssh-rsa) .+)$"})
    }
}

/// `default`, or an id with one of these prefixes.
fn network_id(scalar: &Scalar, prefix: &str) -> Result<VpcChoice, Flaw> {
    match text_of(scalar)? {
        "default" => Ok(VpcChoice::Default),
        id if is_id(id, prefix) => Ok(VpcChoice::Id(id.to_owned())),
        id if id.starts_with(prefix) => Err(Flaw::label(format!("8 or 17 hexadecimal digits follow `{prefix}`"))),
        other => Err(Flaw { label: did_you_mean(other, ["default"]), ..Flaw::default() }),
    }
}

/// A VPC as one word.
#[derive(Debug, Clone)]
pub(crate) struct VpcWord(pub(crate) VpcChoice);

impl Leaf for VpcWord {
    const WANTED: &'static str = "`default`, a VPC's id or `{tags: {…}}`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        network_id(scalar, "vpc-").map(Self)
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": "^(default|vpc-[0-9a-f]{8,17})$"})
    }
}

/// A subnet as one word.
#[derive(Debug, Clone)]
pub(crate) struct SubnetWord(pub(crate) VpcChoice);

impl Leaf for SubnetWord {
    const WANTED: &'static str = "`default`, a subnet's id or `{tags: {…}}`";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        network_id(scalar, "subnet-").map(Self)
    }

    fn schema() -> Json {
        json!({"type": "string", "pattern": "^(default|subnet-[0-9a-f]{8,17})$"})
    }
}

fn engine(text: &str) -> Result<String, Flaw> {
    if text.starts_with("aurora") {
        return Err(Flaw::label("Aurora databases are clusters; muster makes RDS instances"));
    }
    let alias = matches!(text, "postgresql" | "pg").then_some("postgres");
    match facts::engines().find(|known| *known == text) {
        Some(engine) => Ok(engine.to_owned()),
        None => Err(Flaw {
            label: alias.map(|name| format!("did you mean `{name}`?")).or_else(|| did_you_mean(text, facts::engines())),
            ..Flaw::default().message(format!("unknown engine `{text}`")).help(format!("engines: {}", listed(facts::engines())))
        }),
    }
}

text! {
    /// `ap-northeast-2`.
    Region, "a region such as `ap-northeast-2`", Some("^[a-z]+(-[a-z]+)+-\\d+$"), region;
    /// `t3.small`.
    InstanceType, "an instance type such as `t3.small`", Some("^[a-z0-9-]+\\.[a-z0-9-]+$"), instance_type;
    /// `db.t4g.micro`.
    DbClass, "a database class such as `db.t4g.micro`", Some("^db\\.[a-z0-9-]+\\.[a-z0-9-]+$"), |text| match text.strip_prefix("db.") {
        Some(rest) => instance_type(rest).map(|_| text.to_owned()).map_err(|flaw| Flaw { range: flaw.range.map(|range| range.start + 3..range.end + 3), ..flaw }),
        None if instance_type(text).is_ok() => Err(Flaw::label(format!("did you mean `db.{text}`?"))),
        None => Err(Flaw::default()),
    };
    /// The ARN of a role.
    RoleArn, "the ARN of a role such as `arn:aws:iam::123456789012:role/muster`", Some("^arn:aws[a-z-]*:iam::\\d{12}:role/.+$"), role_arn;
    /// The ARN of a managed policy.
    PolicyArn, "the ARN of a policy such as `arn:aws:iam::123456789012:policy/edges`", Some("^arn:aws[a-z-]*:iam::(\\d{12}|aws):policy/.+$"), policy_arn;
    /// The ARN of an SNS topic.
    TopicArn, "the ARN of a topic such as `arn:aws:sns:ap-northeast-2:123456789012:ops`", Some("^arn:aws[a-z-]*:sns:[a-z0-9-]+:\\d{12}:[A-Za-z0-9_-]{1,256}(\\.fifo)?$"), topic_arn;
    /// The id of a security group.
    GroupId, "the id of a security group such as `sg-0123456789abcdef0`", Some("^sg-[0-9a-f]{8,17}$"), |text| if is_id(text, "sg-") { Ok(text.to_owned()) } else { Err(Flaw::default()) };
    /// A KMS key.
    KmsKey, "a KMS key: `alias/NAME`, a key id or an ARN", None, |text| {
        let uuid = text.len() == 36 && text.bytes().all(|c| c.is_ascii_hexdigit() || c == b'-');
        let fits = uuid || text.starts_with("mrk-") || text.strip_prefix("alias/").is_some_and(|name| !name.is_empty()) || (text.starts_with("arn:aws") && text.contains(":kms:"));
        if fits { Ok(text.to_owned()) } else { Err(Flaw::default()) }
    };
    /// The name of an SSM parameter.
    SsmPath, "the name of an SSM parameter such as `/aws/service/…`", Some("^/"), |text| if text.starts_with('/') && text.len() > 1 { Ok(text.to_owned()) } else { Err(Flaw::default()) };
    /// The owner of an image.
    ImageOwner, "an account id in quotes, `amazon` or `self`", Some("^(\\d{12}|amazon|self|aws-marketplace)$"), |text| {
        let id = text.len() == 12 && text.bytes().all(|c| c.is_ascii_digit());
        if id || matches!(text, "amazon" | "self" | "aws-marketplace") { Ok(text.to_owned()) } else { Err(Flaw::default()) }
    };
    /// An endpoint on this machine.
    Endpoint, "a URL on this machine such as `http://127.0.0.1:5000`", None, |text| if is_loopback(text) { Ok(text.to_owned()) } else {
        Err(Flaw { secret: true, ..Flaw::default().message("`endpoint` in the file can only be this machine") }.help("another one comes from AWS_ENDPOINT_URL: a pull request that edits this file must not send credentials elsewhere"))
    };
    /// The engine of a database.
    Engine, "an engine such as `mysql`", None, engine;
    /// A family of parameter groups.
    Family, "a family such as `mysql8.0`", None, |text| if facts::engine_of_family(text).is_some() { Ok(text.to_owned()) } else {
        Err(Flaw { label: did_you_mean(text, facts::families()), ..Flaw::default().message(format!("unknown parameter-group family `{text}`")).help(format!("families: {}", facts::families().collect::<Vec<_>>().join(", "))) })
    };
    /// The first database.
    DatabaseName, "a database name of letters, digits and `_`", Some("^[A-Za-z][A-Za-z0-9_]{0,62}$"), identifier;
    /// The master user.
    MasterUser, "a user name of letters, digits and `_`", Some("^[A-Za-z][A-Za-z0-9_]{0,62}$"), identifier;
    /// The name of a subnet group.
    SubnetGroup, "`default` or the name of a subnet group", None, |text| {
        let fits = !text.is_empty() && text.len() <= 255 && text.chars().all(|c| c.is_ascii_alphanumeric() || "._ -".contains(c));
        if fits { Ok(text.to_ascii_lowercase()) } else { Err(Flaw::default()) }
    };
    /// `main/ap-northeast-2`.
    PlaceText, "an account and a region such as `main/ap-northeast-2`", None, |text| Ok(text.to_owned());
}

fn identifier(text: &str) -> Result<String, Flaw> {
    let fits = text.len() <= 63
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if fits { Ok(text.to_owned()) } else { Err(Flaw::default()) }
}

words! {
    /// `cloud.provider`.
    ProviderWord, "`aws` or `sandbox`" { Aws = "aws", Sandbox = "sandbox", }
    /// `imds`.
    Imds, "`required` or `optional`" { Required = "required", Optional = "optional", }
    /// `create`.
    CreateWord, "`always` or `on-request`" { Always = "always", OnRequest = "on-request", }
    /// `apply` of a database.
    ApplyWord, "`maintenance-window` or `now`" { Window = "maintenance-window", Now = "now", }
    /// EBS volume types of a root volume.
    VolumeType, "a volume type such as `gp3`" { Gp3 = "gp3", Gp2 = "gp2", Io1 = "io1", Io2 = "io2", Standard = "standard", }
    /// `none`.
    NoneWord, "`none` or a section" { None = "none", }
}

impl VolumeType {
    /// AWS's word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Gp3 => "gp3",
            Self::Gp2 => "gp2",
            Self::Io1 => "io1",
            Self::Io2 => "io2",
            Self::Standard => "standard",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(result: Result<String, Flaw>) -> Option<String> {
        result.expect_err("refused").label
    }

    #[test]
    fn regions() {
        for good in ["ap-northeast-2", "us-east-1", "us-gov-west-1", "ap-southeast-7", "eusc-de-east-1"] {
            assert!(region(good).is_ok(), "{good}");
        }
        assert_eq!(label(region("ap-northest-2")).as_deref(), Some("did you mean `ap-northeast-2`?"));
        assert_eq!(label(region("us-east")).as_deref(), Some("did you mean `us-east-1`?"));
        assert!(region("Seoul").is_err() && region("").is_err());
    }

    #[test]
    fn types_and_classes() {
        assert!(instance_type("t3.small").is_ok() && instance_type("c7i.metal-48xl").is_ok());
        assert_eq!(label(instance_type("t3.smal")).as_deref(), Some("did you mean `small`?"));
        assert_eq!(label(instance_type("T3.small")).as_deref(), Some("did you mean `t3.small`?"));
        assert!(instance_type("t3").is_err() && instance_type("mac2.metal").is_err());
    }

    #[test]
    fn policies_are_of_an_account_or_of_aws() {
        for good in ["arn:aws:iam::123456789012:policy/edges", "arn:aws-cn:iam::aws:policy/PowerUserAccess"] {
            assert!(policy_arn(good).is_ok(), "{good}");
        }
        for bad in ["edges", "arn:aws:iam::123456789012:role/edges", "arn:aws:iam::123:policy/edges", "arn:aws:iam::123456789012:policy/"] {
            assert!(policy_arn(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn endpoints_are_this_machine() {
        for good in ["http://127.0.0.1:5000", "http://localhost", "https://[::1]:8443/x"] {
            assert!(is_loopback(good), "{good}");
        }
        for bad in [
            "http://127.0.0.1.evil.example",
            "http://127.0.0.1@evil.example",
            "ftp://127.0.0.1",
            "http://10.0.0.1",
            "http://localhost.evil",
        ] {
            assert!(!is_loopback(bad), "{bad}");
        }
    }

    #[test]
    fn windows_of_rds() {
        let read = |text: &str| Scalar { text: text.to_owned(), quoted: true };
        let backup = BackupWindow::read(&read("23:45-00:30")).expect("over midnight");
        assert_eq!((backup.begin, backup.length), (1425, 45));
        assert!(BackupWindow::read(&read("18:00-18:29")).is_err());
        let window = MaintenanceWindow::read(&read("Sun 19:00 - sun 19:30")).expect("window");
        assert_eq!(window.text, "sun:19:00-sun:19:30");
        assert!(MaintenanceWindow::read(&read("sun 23:00-mon 23:01")).is_err());
        let over = MaintenanceWindow::read(&read("sun 23:30-mon 00:10")).expect("over the week's end");
        assert!(over.overlaps(&backup) && !window.overlaps(&backup));
    }
}
