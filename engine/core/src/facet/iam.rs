//! Kinds of IAM, which belong to an account and to no region.
//!
//! All of it takes six calls and their pages, however many users there are: the credential report, the authorization details of
//! everything, the virtual MFA devices, the password policy and the summary.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fact::Members;
use super::table::{Arn, Call, FacetSpec, Home, KindSpec};
use crate::tags::Tags;

/// Every kind of this service.
pub static KINDS: &[KindSpec] = &[ACCOUNT, ROOT, USER, GROUP, ROLE, POLICY];

/// Everything about users, groups, roles and policies.
const DETAILS: &[Call] = &[Call::once("iam:GetAccountAuthorizationDetails")];
/// The credential report.
const REPORT: &[Call] = &[Call::once("iam:GenerateCredentialReport"), Call::once("iam:GetCredentialReport")];
const TAGS: FacetSpec = FacetSpec { word: "tags", says: "Its tags.", members: &["Tags"], calls: &[] };

const ACCOUNT: KindSpec = KindSpec {
    word: "iam.account",
    says: "What holds for IAM in the account as a whole.",
    home: Home::Account,
    id: "",
    arn: Arn::None,
    calls: &[Call::once("iam:GetAccountSummary")],
    facets: &[
        FacetSpec {
            word: "password-policy",
            says: "What passwords of users must be like.",
            members: &["PasswordPolicy"],
            calls: &[Call::once("iam:GetAccountPasswordPolicy")],
        },
        FacetSpec {
            word: "virtual-mfa",
            says: "Its virtual MFA devices that somebody uses.",
            members: &["VirtualMFADevices"],
            calls: &[Call::once("iam:ListVirtualMFADevices")],
        },
    ],
    schema: |generator| Account::json_schema(generator),
};

const ROOT: KindSpec = KindSpec {
    word: "iam.root",
    says: "The root user of the account.",
    home: Home::Account,
    id: "",
    arn: Arn::Member("Arn"),
    calls: REPORT,
    facets: &[],
    schema: |generator| Root::json_schema(generator),
};

const USER: KindSpec = KindSpec {
    word: "iam.user",
    says: "An IAM user with what it may do.",
    home: Home::Account,
    id: "UserName",
    arn: Arn::Member("Arn"),
    calls: DETAILS,
    facets: &[
        TAGS,
        FacetSpec { word: "credentials", says: "Its password, MFA and access keys.", members: &["Credentials"], calls: REPORT },
    ],
    schema: |generator| User::json_schema(generator),
};

const GROUP: KindSpec = KindSpec {
    word: "iam.group",
    says: "A group of IAM users with what its members may do.",
    home: Home::Account,
    id: "GroupName",
    arn: Arn::Member("Arn"),
    calls: DETAILS,
    facets: &[],
    schema: |generator| Group::json_schema(generator),
};

const ROLE: KindSpec = KindSpec {
    word: "iam.role",
    says: "An IAM role: who may take it, and what it may do.",
    home: Home::Account,
    id: "RoleName",
    arn: Arn::Member("Arn"),
    calls: DETAILS,
    facets: &[TAGS],
    schema: |generator| Role::json_schema(generator),
};

const POLICY: KindSpec = KindSpec {
    word: "iam.policy",
    says: "An IAM policy that the account made; AWS's own are not listed.",
    home: Home::Account,
    id: "PolicyName",
    arn: Arn::Member("Arn"),
    calls: DETAILS,
    facets: &[],
    schema: |generator| Policy::json_schema(generator),
};

/// IAM in an account as a whole, as `aws iam get-account-summary` prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// Numbers by name, as they are now: `Users`, `AccountMFAEnabled` (1 when root has MFA), `AccountAccessKeysPresent` and
    /// `AccountPasswordPresent` (1 when root has one), …
    #[serde(rename = "SummaryMap")]
    pub summary_map: BTreeMap<String, i64>,
    /// Facet `password-policy`: null when the account has none of its own, so that AWS's default holds.
    #[serde(rename = "PasswordPolicy", skip_serializing_if = "Option::is_none", default)]
    pub password_policy: Option<Option<PasswordPolicy>>,
    /// Facet `virtual-mfa`: the devices that are assigned, sorted.
    #[serde(rename = "VirtualMFADevices", skip_serializing_if = "Option::is_none", default)]
    pub virtual_mfa_devices: Option<Vec<VirtualMfaDevice>>,
}

/// What passwords must be like, as `aws iam get-account-password-policy` prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct PasswordPolicy {
    /// Least length, in characters.
    pub minimum_password_length: i64,
    /// One of `! @ # …` is asked for.
    pub require_symbols: bool,
    /// A digit is.
    pub require_numbers: bool,
    /// A capital is.
    pub require_uppercase_characters: bool,
    /// A small letter is.
    pub require_lowercase_characters: bool,
    /// Users may change their own.
    pub allow_users_to_change_password: bool,
    /// True when passwords expire.
    pub expire_passwords: bool,
    /// Days after which a password expires; absent when it does not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_password_age: Option<i64>,
    /// So many earlier passwords are refused; absent when none is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub password_reuse_prevention: Option<i64>,
}

/// An MFA device in software.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct VirtualMfaDevice {
    /// Its serial number, which is an ARN.
    pub serial_number: String,
    /// ARN of the user, or of root.
    pub user: String,
    /// Since when, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub enable_date: Option<String>,
}

/// The root user, as the row `<root_account>` of the credential report says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Root {
    /// `arn:aws:iam::123456789012:root`.
    pub arn: String,
    /// What it can log in with, and when it did.
    pub credentials: Credentials,
}

/// What a user can log in with, as the credential report says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Credentials {
    /// When AWS made the report, RFC 3339: at most four hours ago, when another one was asked for since. Absent where nobody said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub generated_time: Option<String>,
    /// True when there is a password for the console; absent where the report does not say, as for root.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub password_enabled: Option<bool>,
    /// Last login with the password, RFC 3339; absent when it was never used.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub password_last_used: Option<String>,
    /// When the password was set, RFC 3339; absent without one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub password_last_changed: Option<String>,
    /// True when an MFA device is assigned.
    pub mfa_active: bool,
    /// Its access keys; at most two.
    pub access_keys: Vec<AccessKey>,
}

/// An access key, as the credential report says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AccessKey {
    /// 1 or 2: its place in the report, which knows no ids.
    pub number: i64,
    /// True when it can be used.
    pub active: bool,
    /// When it was made, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_rotated: Option<String>,
    /// Last use, RFC 3339; absent when it was never used.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_used_date: Option<String>,
    /// Service of the last use: `ec2`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_used_service: Option<String>,
}

/// A user, as `aws iam get-account-authorization-details` prints it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct User {
    /// Its name.
    pub user_name: String,
    /// Its ARN.
    pub arn: String,
    /// `/` or `/division/`.
    pub path: String,
    /// When it was made, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub create_date: Option<String>,
    /// Names of its groups.
    pub group_list: Vec<String>,
    /// Policies attached to it.
    pub attached_managed_policies: Vec<AttachedPolicy>,
    /// Policies written into it.
    pub user_policy_list: Vec<InlinePolicy>,
    /// What bounds it; absent when nothing does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub permissions_boundary: Option<PermissionsBoundary>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
    /// Facet `credentials`: null when the report, which AWS makes every four hours at most, does not know the user yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credentials: Option<Option<Credentials>>,
}

/// A group, as `aws iam get-account-authorization-details` prints it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Group {
    /// Its name.
    pub group_name: String,
    /// Its ARN.
    pub arn: String,
    /// `/` or `/division/`.
    pub path: String,
    /// Policies attached to it.
    pub attached_managed_policies: Vec<AttachedPolicy>,
    /// Policies written into it.
    pub group_policy_list: Vec<InlinePolicy>,
}

/// A role, as `aws iam get-account-authorization-details` prints it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Role {
    /// Its name.
    pub role_name: String,
    /// Its ARN.
    pub arn: String,
    /// `/`; `/aws-service-role/…` for roles that AWS made.
    pub path: String,
    /// When it was made, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub create_date: Option<String>,
    /// Who may take it: a policy document.
    pub assume_role_policy_document: Members,
    /// Policies attached to it.
    pub attached_managed_policies: Vec<AttachedPolicy>,
    /// Policies written into it.
    pub role_policy_list: Vec<InlinePolicy>,
    /// What bounds it; absent when nothing does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub permissions_boundary: Option<PermissionsBoundary>,
    /// Its last use.
    pub role_last_used: RoleLastUsed,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
}

/// Last use of a role; AWS remembers 400 days.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RoleLastUsed {
    /// When, RFC 3339; absent when it was never used.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_used_date: Option<String>,
    /// Where; absent likewise.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub region: Option<String>,
}

/// A policy of the account, as `aws iam get-account-authorization-details` prints it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    /// Its name.
    pub policy_name: String,
    /// Its ARN.
    pub arn: String,
    /// `/` or `/division/`.
    pub path: String,
    /// The version in force: `v3`.
    pub default_version_id: String,
    /// So many users, groups and roles have it.
    pub attachment_count: i64,
    /// So many have it as a boundary.
    pub permissions_boundary_usage_count: i64,
    /// When it was made, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub create_date: Option<String>,
    /// When it last got another version, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub update_date: Option<String>,
    /// The policy document of the version in force.
    pub document: Members,
}

/// A policy that is attached to something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AttachedPolicy {
    /// Its name.
    pub policy_name: String,
    /// Its ARN: of the account, or `arn:aws:iam::aws:policy/…`.
    pub policy_arn: String,
}

/// A policy that is part of something.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct InlinePolicy {
    /// Its name.
    pub policy_name: String,
    /// The policy document.
    pub policy_document: Members,
}

/// What bounds a user or role.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct PermissionsBoundary {
    /// ARN of the policy.
    pub permissions_boundary_arn: String,
}
