//! The credential report: a CSV file that IAM makes on demand, at most every four hours.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_iam::types::ReportStateType;
use jiff::Timestamp;
use muster_core::cloud::{CloudError, ErrorKind};
use muster_core::facet::iam::{AccessKey, Credentials};

use crate::convert::timestamp;
use crate::region::Scope;

const GENERATE: &str = "iam:GenerateCredentialReport";
/// What reads it once it is made.
pub(super) const GET: &str = "iam:GetCredentialReport";
/// The row of root.
const ROOT: &str = "<root_account>";
/// How often is asked whether it is made: it takes some seconds, in large accounts more.
const ATTEMPTS: u32 = 60;
/// How long is waited between.
const PAUSE: Duration = Duration::from_secs(1);

/// The report.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Report {
    /// ARN and credentials of root.
    pub(super) root: Option<(String, Credentials)>,
    /// By user.
    pub(super) users: BTreeMap<String, Credentials>,
}

/// Has the report made, waits for it and reads it.
///
/// # Errors
/// When a call is refused, or the report is not made within a minute.
pub(super) async fn read(scope: Scope<'_>) -> Result<Report, CloudError> {
    made(scope).await?;
    let answer = scope.call(GET, scope.region.iam().get_credential_report().send()).await?;
    let content: &[u8] = answer.content().map(AsRef::as_ref).unwrap_or_default();
    Ok(parse(content)?.dated(timestamp(answer.generated_time())))
}

impl Report {
    /// With the instant at which AWS made it on everything it says: rules tell people how old their facts are.
    fn dated(mut self, at: Option<Timestamp>) -> Self {
        let root = self.root.iter_mut().map(|(_, credentials)| credentials);
        root.chain(self.users.values_mut()).for_each(|credentials| credentials.generated_time = at.map(|at| at.to_string()));
        self
    }
}

async fn made(scope: Scope<'_>) -> Result<(), CloudError> {
    for _ in 0..ATTEMPTS {
        let answer = scope.call(GENERATE, scope.region.iam().generate_credential_report().send()).await?;
        if answer.state() == Some(&ReportStateType::Complete) {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    let message = format!("the credential report was not made within {ATTEMPTS} s");
    Err(CloudError::new(ErrorKind::Unreachable, GENERATE, "ReportInProgress", message))
}

/// The file as bodies.
fn parse(bytes: &[u8]) -> Result<Report, CloudError> {
    let text = std::str::from_utf8(bytes).map_err(|_| broken("it is no UTF-8"))?;
    let mut lines = text.lines().filter(|line| !line.is_empty()).map(fields);
    let header = lines.next().filter(|header| header.iter().any(|name| name == "user")).ok_or_else(|| broken("it has no header"))?;
    let mut report = Report::default();
    for fields in lines {
        if fields.len() != header.len() {
            return Err(broken("a row has more or fewer fields than the header"));
        }
        let row: BTreeMap<&str, String> = header.iter().map(String::as_str).zip(fields).collect();
        match value(&row, "user") {
            ROOT => report.root = Some((value(&row, "arn").to_owned(), credentials(&row))),
            user => drop(report.users.insert(user.to_owned(), credentials(&row))),
        }
    }
    Ok(report)
}

fn broken(why: &str) -> CloudError {
    CloudError::new(ErrorKind::Unreachable, GET, "", format!("the credential report is not understood: {why}"))
}

/// Fields of a line (RFC 4180 without line breaks in fields): names of users may hold commas, which are then quoted.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => {
                field.push('"');
                rest.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            _ => field.push(c),
        }
    }
    fields.push(field);
    fields
}

type Row<'a> = BTreeMap<&'a str, String>;

fn value<'a>(row: &'a Row<'_>, name: &str) -> &'a str {
    row.get(name).map_or("", String::as_str)
}

/// `N/A`, `no_information` and `not_supported` are no dates.
fn date(row: &Row<'_>, name: &str) -> Option<String> {
    value(row, name).parse::<Timestamp>().ok().map(|at| at.to_string())
}

/// `not_supported` is neither.
fn flag(row: &Row<'_>, name: &str) -> Option<bool> {
    value(row, name).to_ascii_lowercase().parse().ok()
}

fn credentials(row: &Row<'_>) -> Credentials {
    Credentials {
        generated_time: None,
        password_enabled: flag(row, "password_enabled"),
        password_last_used: date(row, "password_last_used"),
        password_last_changed: date(row, "password_last_changed"),
        mfa_active: flag(row, "mfa_active").unwrap_or_default(),
        access_keys: [1, 2].into_iter().filter_map(|number| key(row, number)).collect(),
    }
}

/// One of the two keys. The report has columns for both, whether they are there or not.
fn key(row: &Row<'_>, number: i64) -> Option<AccessKey> {
    let column = |name: &str| format!("access_key_{number}_{name}");
    let (active, last_rotated) = (flag(row, &column("active")).unwrap_or_default(), date(row, &column("last_rotated")));
    if !active && last_rotated.is_none() {
        return None;
    }
    let service = value(row, &column("last_used_service"));
    Some(AccessKey {
        number,
        active,
        last_rotated,
        last_used_date: date(row, &column("last_used_date")),
        last_used_service: Some(service).filter(|service| !matches!(*service, "" | "N/A")).map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,\
        mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
        access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
        access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
    const ROOT_ROW: &str = "<root_account>,arn:aws:iam::123456789012:root,2020-01-01T00:00:00+00:00,not_supported,\
        2026-11-20T08:00:00+00:00,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";
    const USER_ROW: &str = "\"kim,lee\",\"arn:aws:iam::123456789012:user/kim,lee\",2026-01-01T00:00:00+00:00,true,no_information,\
        2026-01-02T00:00:00+00:00,N/A,false,true,2026-02-01T00:00:00+00:00,2026-11-01T10:00:00+00:00,us-east-1,ec2,false,\
        2026-03-01T00:00:00+00:00,N/A,N/A,N/A,false,N/A,false,N/A";

    fn parsed(rows: &[&str]) -> Result<Report, CloudError> {
        parse([&[HEADER][..], rows].concat().join("\n").as_bytes())
    }

    #[test]
    fn root_and_users_are_told_apart() {
        let report = parsed(&[ROOT_ROW, USER_ROW]).expect("a report");
        let (arn, root) = report.root.expect("root");
        assert_eq!((arn.as_str(), root.mfa_active, root.password_enabled), ("arn:aws:iam::123456789012:root", true, None));
        assert_eq!((root.password_last_used.as_deref(), root.access_keys.len()), (Some("2026-11-20T08:00:00Z"), 0));
        let kim = &report.users["kim,lee"];
        assert_eq!((kim.password_enabled, kim.password_last_used.as_deref()), (Some(true), None));
        assert_eq!(kim.access_keys.iter().map(|key| (key.number, key.active)).collect::<Vec<_>>(), [(1, true), (2, false)]);
        assert_eq!(kim.access_keys[0].last_used_service.as_deref(), Some("ec2"));
        assert_eq!(kim.access_keys[1].last_used_date, None);
    }

    #[test]
    fn everything_says_when_it_was_reported() {
        let at = "2026-11-21T05:10:00Z";
        let report = parsed(&[ROOT_ROW, USER_ROW]).expect("a report").dated(at.parse().ok());
        let (_, root) = report.root.expect("root");
        assert_eq!((root.generated_time.as_deref(), report.users["kim,lee"].generated_time.as_deref()), (Some(at), Some(at)));
        let undated = parsed(&[ROOT_ROW]).expect("a report").dated(None);
        assert_eq!(undated.root.expect("root").1.generated_time, None);
    }

    #[test]
    fn what_is_no_report_is_no_answer() {
        for bytes in [&b""[..], b"a,b\n1,2", b"\xff"] {
            assert_eq!(parse(bytes).expect_err("no report").action, GET);
        }
        assert!(parsed(&["kim,lee,arn"]).is_err(), "a row that is cut short");
    }
}
