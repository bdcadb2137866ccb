//! IAM, in six calls and their pages, whatever is wanted of it.

use std::collections::BTreeMap;

use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput as Page;
use aws_sdk_iam::types::{AssignmentStatusType, EntityType, PasswordPolicy as SdkPasswordPolicy, VirtualMfaDevice as SdkDevice};
use futures::future::{FutureExt as _, join, join_all, ready};
use muster_core::cloud::{CloudError, ErrorKind};
use muster_core::facet::iam::{Account, Credentials, PasswordPolicy, Root, VirtualMfaDevice};
use muster_core::facet::{Fact, KindSpec, Members};
use serde_json::json;

use super::gather::{Gather, members, whole};
use super::iam_bodies as body;
use super::iam_report::{self, Report};
use crate::convert::timestamp;
use crate::paging::{self, Found};
use crate::region::Scope;

/// Most things of a page; IAM takes up to 1,000.
const PAGE: i32 = 1_000;

/// Every kind of IAM that is wanted.
pub(super) async fn gather(gather: &Gather<'_>) {
    let tasks = vec![account(gather).boxed_local(), identities(gather).boxed_local()];
    join_all(tasks).await;
}

async fn account(gather: &Gather<'_>) {
    let Some(kind) = gather.wants("iam.account") else { return };
    let scope = gather.scope;
    let mut facts = gather.listed(kind, Found::from_result(summary(scope).await.map(|body| vec![body])));
    gather
        .bulk(kind, "password-policy", &mut facts, password_policy(scope), |policy, fact| fact.put("PasswordPolicy", json!(policy)))
        .await;
    gather.bulk(kind, "virtual-mfa", &mut facts, devices(scope), |devices, fact| fact.put("VirtualMFADevices", json!(devices))).await;
    gather.keep(facts);
}

async fn summary(scope: Scope<'_>) -> Result<Members, CloudError> {
    let answer = scope.call("iam:GetAccountSummary", scope.region.iam().get_account_summary().send()).await?;
    let numbers = answer.summary_map().into_iter().flatten().map(|(key, number)| (key.as_str().to_owned(), i64::from(*number)));
    Ok(members(&Account { summary_map: numbers.collect(), ..Account::default() }))
}

/// The account's own policy; nothing when AWS's default holds.
async fn password_policy(scope: Scope<'_>) -> Result<Option<PasswordPolicy>, CloudError> {
    match scope.call("iam:GetAccountPasswordPolicy", scope.region.iam().get_account_password_policy().send()).await {
        Ok(answer) => Ok(answer.password_policy().map(policy)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn policy(from: &SdkPasswordPolicy) -> PasswordPolicy {
    PasswordPolicy {
        // K: IAM API Reference, "PasswordPolicy": IAM says 6 where a policy says nothing.
        minimum_password_length: from.minimum_password_length().unwrap_or(6).into(),
        require_symbols: from.require_symbols(),
        require_numbers: from.require_numbers(),
        require_uppercase_characters: from.require_uppercase_characters(),
        require_lowercase_characters: from.require_lowercase_characters(),
        allow_users_to_change_password: from.allow_users_to_change_password(),
        expire_passwords: from.expire_passwords(),
        max_password_age: from.max_password_age().filter(|days| *days > 0).map(i64::from),
        password_reuse_prevention: from.password_reuse_prevention().filter(|count| *count > 0).map(i64::from),
    }
}

async fn devices(scope: Scope<'_>) -> Result<Vec<VirtualMfaDevice>, CloudError> {
    const LIST: &str = "iam:ListVirtualMFADevices";
    let found = paging::all(LIST, async |marker| {
        let request = scope
            .region
            .iam()
            .list_virtual_mfa_devices()
            .assignment_status(AssignmentStatusType::Assigned)
            .max_items(PAGE)
            .set_marker(marker);
        let page = scope.call(LIST, request.send()).await?;
        let next = page.marker().filter(|_| page.is_truncated()).map(str::to_owned);
        Ok((page.virtual_mfa_devices().iter().filter_map(device).collect(), next))
    })
    .await;
    let mut devices = whole(found)?;
    devices.sort();
    Ok(devices)
}

/// One that nobody uses is left out, should the server not know the filter.
fn device(from: &SdkDevice) -> Option<VirtualMfaDevice> {
    Some(VirtualMfaDevice {
        serial_number: from.serial_number().to_owned(),
        user: from.user()?.arn().to_owned(),
        enable_date: timestamp(from.enable_date()).map(|at| at.to_string()),
    })
}

/// Root and users, groups, roles and policies: two answers for all of them.
async fn identities(gather: &Gather<'_>) {
    let (root, user) = (gather.wants("iam.root"), gather.wants("iam.user"));
    let (group, role, policy) = (gather.wants("iam.group"), gather.wants("iam.role"), gather.wants("iam.policy"));
    let credentials = user.is_some_and(|user| gather.wants_facet(user, "credentials"));
    let filter =
        filters([(user, EntityType::User), (group, EntityType::Group), (role, EntityType::Role), (policy, EntityType::LocalManagedPolicy)]);
    let asked = join(details(gather.scope, filter), report(gather.scope, root.is_some() || credentials));
    let (pages, report) = asked.await;
    if let Some((kind, report)) = root.zip(report.as_ref()) {
        gather.keep(gather.listed(kind, root_of(gather, report)));
    }
    if let Some(kind) = user {
        let tags = gather.wants_facet(kind, "tags");
        users(gather, kind, bodies(&pages, |page| page.user_detail_list().iter().map(|from| body::user(from, tags)).collect()), report)
            .await;
    }
    if let Some(kind) = group {
        gather.keep(gather.listed(kind, bodies(&pages, |page| page.group_detail_list().iter().map(body::group).collect())));
    }
    if let Some(kind) = role {
        let tags = gather.wants_facet(kind, "tags");
        gather
            .keep(gather.listed(kind, bodies(&pages, |page| page.role_detail_list().iter().map(|from| body::role(from, tags)).collect())));
    }
    if let Some(kind) = policy {
        gather.keep(gather.listed(kind, bodies(&pages, |page| page.policies().iter().map(body::policy).collect())));
    }
}

fn filters<const N: usize>(kinds: [(Option<&'static KindSpec>, EntityType); N]) -> Vec<EntityType> {
    kinds.into_iter().filter(|(kind, _)| kind.is_some()).map(|(_, entity)| entity).collect()
}

/// Everything about what the filter names; not asked for when it names nothing.
async fn details(scope: Scope<'_>, filter: Vec<EntityType>) -> Found<Page> {
    const DETAILS: &str = "iam:GetAccountAuthorizationDetails";
    if filter.is_empty() {
        return Found { items: Vec::new(), failures: Vec::new() };
    }
    paging::all(DETAILS, async |marker| {
        let request =
            scope.region.iam().get_account_authorization_details().set_filter(Some(filter.clone())).max_items(PAGE).set_marker(marker);
        let page = scope.call(DETAILS, request.send()).await?;
        let next = page.marker().filter(|_| page.is_truncated()).map(str::to_owned);
        Ok((vec![page], next))
    })
    .await
}

/// The bodies of one kind on all pages. One that is not understood makes the list incomplete.
fn bodies(pages: &Found<Page>, of: impl Fn(&Page) -> Vec<Result<Members, CloudError>>) -> Found<Members> {
    let mut found = Found { items: Vec::new(), failures: pages.failures.clone() };
    for body in pages.items.iter().flat_map(of) {
        match body {
            Ok(body) => found.items.push(body),
            Err(error) => found.failures.push(error),
        }
    }
    found
}

async fn report(scope: Scope<'_>, wanted: bool) -> Option<Result<Report, CloudError>> {
    if wanted { Some(iam_report::read(scope).await) } else { None }
}

/// Root, as the report has it.
fn root_of(gather: &Gather<'_>, report: &Result<Report, CloudError>) -> Found<Members> {
    let root = |report: &Report| {
        let (arn, credentials) = report.root.clone()?;
        Some(members(&Root { arn, credentials }))
    };
    let missing = || {
        let message = format!("the credential report of {} has no row of root", gather.account);
        CloudError::new(ErrorKind::Unreachable, iam_report::GET, "", message)
    };
    Found::from_result(report.as_ref().map_err(CloudError::clone).and_then(|report| Ok(vec![root(report).ok_or_else(missing)?])))
}

async fn users(gather: &Gather<'_>, kind: &'static KindSpec, found: Found<Members>, report: Option<Result<Report, CloudError>>) {
    let mut facts = gather.listed(kind, found);
    if let Some(report) = report {
        let users = report.map(|report| report.users);
        let put = |users: &BTreeMap<String, Credentials>, fact: &mut Fact| fact.put("Credentials", json!(users.get(&fact.id)));
        gather.bulk(kind, "credentials", &mut facts, ready(users), put).await;
    }
    gather.keep(facts);
}
