//! What policies grant, as far as the rules ask: everything, or a way to get it.
//!
//! Each policy document is read once and becomes a few bits, so that a user with many groups costs no more than their union.

use std::collections::BTreeMap;
use std::ops::BitOr;

use muster_rule::iam::{AttachedPolicy, Group, InlinePolicy, PermissionsBoundary, Policy, Role, User};
use muster_rule::prelude::*;
use rule_policy::{Statement, matches, statements, texts};

/// Actions by which more rights can be had.
const ACTIONS: [&str; 32] = [
    "iam:CreatePolicyVersion",
    "iam:SetDefaultPolicyVersion",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:UpdateLoginProfile",
    "iam:AttachUserPolicy",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:PutUserPolicy",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:AddUserToGroup",
    "iam:UpdateAssumeRolePolicy",
    "sts:AssumeRole",
    "iam:PassRole",
    "ec2:RunInstances",
    "lambda:CreateFunction",
    "lambda:InvokeFunction",
    "lambda:CreateEventSourceMapping",
    "lambda:AddPermission",
    "lambda:UpdateFunctionCode",
    "cloudformation:CreateStack",
    "glue:CreateDevEndpoint",
    "ecs:RegisterTaskDefinition",
    "ecs:RunTask",
    "codebuild:CreateProject",
    "codebuild:StartBuild",
    "sagemaker:CreateNotebookInstance",
    "sagemaker:CreatePresignedNotebookInstanceUrl",
    "datapipeline:CreatePipeline",
    "datapipeline:PutPipelineDefinition",
    "datapipeline:ActivatePipeline",
];

/// Ways to more rights: whoever may do all of a row can have them.
const WAYS: [&[&str]; 24] = [
    &["iam:CreatePolicyVersion"],
    &["iam:SetDefaultPolicyVersion"],
    &["iam:CreateAccessKey"],
    &["iam:CreateLoginProfile"],
    &["iam:UpdateLoginProfile"],
    &["iam:AttachUserPolicy"],
    &["iam:AttachGroupPolicy"],
    &["iam:PutUserPolicy"],
    &["iam:PutGroupPolicy"],
    &["iam:AddUserToGroup"],
    &["iam:AttachRolePolicy", "sts:AssumeRole"],
    &["iam:PutRolePolicy", "sts:AssumeRole"],
    &["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"],
    &["iam:PassRole", "ec2:RunInstances"],
    &["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"],
    &["iam:PassRole", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
    &["iam:PassRole", "lambda:CreateFunction", "lambda:AddPermission"],
    &["iam:PassRole", "cloudformation:CreateStack"],
    &["iam:PassRole", "glue:CreateDevEndpoint"],
    &["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:RunTask"],
    &["iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuild"],
    &["iam:PassRole", "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"],
    &["iam:PassRole", "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"],
    // The code runs as the function's role, whoever calls it.
    &["lambda:UpdateFunctionCode"],
];

/// One bit for each of [`ACTIONS`].
type Bits = u64;

/// What is granted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Grant {
    allowed: Bits,
    denied: Bits,
    /// Every action on everything.
    everything: bool,
}

impl BitOr for Grant {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self { allowed: self.allowed | other.allowed, denied: self.denied | other.denied, everything: self.everything || other.everything }
    }
}

impl Grant {
    /// What a policy document grants.
    pub fn of(document: Object<'_>) -> Self {
        statements(document).fold(Self::default(), |grant, statement| grant | Self::statement(statement))
    }

    fn statement(statement: Statement<'_>) -> Self {
        let resources: Vec<Text<'_>> = texts(statement.0, "Resource").collect();
        let all = resources.iter().any(|resource| resource == "*");
        let bits = covered(statement);
        if !statement.allows() {
            // A prohibition under a condition, or of some things only, leaves a way around it.
            let always = all && statement.0.get("Condition").is_none();
            return Self { denied: if always { bits } else { 0 }, ..Self::default() };
        }
        let wide = all || statement.0.get("NotResource").is_some() || resources.iter().any(|resource| is_wide(resource));
        // Who may only make what carries a boundary cannot get beyond it.
        let bounded = statement.fixes("iam:PermissionsBoundary", |boundary| !is_administrator(boundary));
        let everything = all && texts(statement.0, "Action").any(|action| action == "*" || action == "*:*");
        Self { allowed: if wide && !bounded { bits } else { 0 }, denied: 0, everything }
    }

    /// What a policy of AWS's own grants, by its name; nothing where that is not known. AWS changes the others as it sees fit, and
    /// some give rights to give rights.
    pub fn of_aws(name: &str) -> Option<Self> {
        match name {
            "AdministratorAccess" => Some(Self { everything: true, allowed: Bits::MAX, denied: 0 }),
            "IAMFullAccess" => Some(Self { allowed: matching(|action| matches("iam:*", action)), ..Self::default() }),
            "SecurityAudit" | "ViewOnlyAccess" | "IAMUserChangePassword" => Some(Self::default()),
            _ if name.ends_with("ReadOnlyAccess") => Some(Self::default()),
            _ => None,
        }
    }

    /// What is left of it within a permissions boundary.
    pub const fn within(self, boundary: Self) -> Self {
        Self {
            allowed: self.allowed & boundary.allowed,
            denied: self.denied | boundary.denied,
            everything: self.everything && boundary.everything,
        }
    }

    /// True when it is every action on everything.
    pub const fn is_everything(self) -> bool {
        self.everything
    }

    /// The first way to more rights, if there is one.
    pub fn way(self) -> Option<String> {
        let has = |action: &&str| position(action).is_some_and(|at| (self.allowed & !self.denied) & (1 << at) != 0);
        WAYS.iter().find(|way| way.iter().all(has)).map(|way| way.join(" with "))
    }
}

fn position(action: &str) -> Option<usize> {
    ACTIONS.iter().position(|one| *one == action)
}

/// Bits of the actions that a statement is about. Its patterns are read once, not once for each action.
fn covered(statement: Statement<'_>) -> Bits {
    let fitting = |member: &str| {
        let patterns: Vec<Text<'_>> = texts(statement.0, member).collect();
        matching(|action| patterns.iter().any(|pattern| matches(pattern, action)))
    };
    if statement.0.get("NotAction").is_some() { !fitting("NotAction") } else { fitting("Action") }
}

/// Bits of the actions that `fits` is true of.
fn matching(fits: impl Fn(&str) -> bool) -> Bits {
    let fitting = ACTIONS.iter().enumerate().filter(|(_, action)| fits(action));
    fitting.fold(0, |bits, (at, _)| bits | 1 << at)
}

/// True for AWS's policy of everything, which bounds nothing.
fn is_administrator(policy: &str) -> bool {
    policy.ends_with(":iam::aws:policy/AdministratorAccess")
}

/// More than single things that somebody named, and more than the user's own.
fn is_wide(resource: &str) -> bool {
    resource.contains('*') && !resource.contains("${aws:")
}

/// Who has rights: a user or a role.
pub trait Holder<'a>: Copy {
    /// Policies attached to it.
    fn attached(self) -> impl Iterator<Item = AttachedPolicy<'a>>;
    /// Policies written into it.
    fn written(self) -> impl Iterator<Item = InlinePolicy<'a>>;
    /// Names of its groups.
    fn groups(self) -> impl Iterator<Item = Text<'a>>;
    /// What bounds it.
    fn limit(self) -> Option<PermissionsBoundary<'a>>;
}

impl<'a> Holder<'a> for User<'a> {
    fn attached(self) -> impl Iterator<Item = AttachedPolicy<'a>> {
        self.attached_managed_policies()
    }

    fn written(self) -> impl Iterator<Item = InlinePolicy<'a>> {
        self.user_policy_list()
    }

    fn groups(self) -> impl Iterator<Item = Text<'a>> {
        self.group_list()
    }

    fn limit(self) -> Option<PermissionsBoundary<'a>> {
        self.permissions_boundary()
    }
}

impl<'a> Holder<'a> for Role<'a> {
    fn attached(self) -> impl Iterator<Item = AttachedPolicy<'a>> {
        self.attached_managed_policies()
    }

    fn written(self) -> impl Iterator<Item = InlinePolicy<'a>> {
        self.role_policy_list()
    }

    fn groups(self) -> impl Iterator<Item = Text<'a>> {
        std::iter::empty()
    }

    fn limit(self) -> Option<PermissionsBoundary<'a>> {
        self.permissions_boundary()
    }
}

/// What the groups and policies of an account grant.
pub struct Grants<'a> {
    /// Those whose document was read.
    policies: BTreeMap<Text<'a>, Grant>,
    /// With the first policy of each that is not known.
    groups: BTreeMap<Text<'a>, (Grant, Option<Text<'a>>)>,
}

/// What a permissions boundary leaves of somebody's rights.
pub enum Boundary<'a> {
    /// It has none.
    None,
    /// At most these.
    Known(Grant),
    /// Its document is not in what was read; its ARN.
    Unread(Text<'a>),
}

impl<'a> Grants<'a> {
    /// From all groups and policies of a batch.
    pub fn of(batch: &Batch<'a>) -> Self {
        let policies = batch.of("iam.policy").iter().map(|doc| Policy(doc.body)).filter_map(|policy| {
            let grant = Grant::of(policy.document().and_then(Value::object)?);
            Some((policy.arn()?, grant))
        });
        let mut all = Self { policies: policies.collect(), groups: BTreeMap::new() };
        for group in batch.of("iam.group").iter().map(|doc| Group(doc.body)) {
            let inline = group.group_policy_list().map(|policy| inline(policy).1);
            let attached = group.attached_managed_policies().filter_map(|policy| all.attached(policy).1);
            let grant = attached.chain(inline).fold(Grant::default(), BitOr::bitor);
            let unread = all.first_unread(group.attached_managed_policies());
            all.groups.extend(group.group_name().map(|name| (name, (grant, unread))));
        }
        all
    }

    /// What somebody may do, by its own policies and those of its groups.
    pub fn held<'b>(&self, by: impl Holder<'b>) -> Grant {
        self.parts(by).into_iter().fold(Grant::default(), |all, (_, grant)| all | grant)
    }

    /// The first policy of somebody, or of one of its groups, that is not known.
    pub fn unread<'b>(&self, of: impl Holder<'b>) -> Option<Text<'b>>
    where
        'a: 'b,
    {
        let of_groups = || of.groups().find_map(|name| self.groups.get(&name)?.1.clone());
        self.first_unread(of.attached()).or_else(of_groups)
    }

    fn first_unread<'b>(&self, mut policies: impl Iterator<Item = AttachedPolicy<'b>>) -> Option<Text<'b>> {
        policies.find_map(|policy| match self.attached(policy) {
            (name, None) => Some(name),
            _ => None,
        })
    }

    /// What holds somebody back.
    pub fn boundary<'b>(&self, of: impl Holder<'b>) -> Boundary<'b> {
        let Some(arn) = of.limit().and_then(PermissionsBoundary::permissions_boundary_arn) else {
            return Boundary::None;
        };
        let everything = || is_administrator(&arn).then(|| Grant::of_aws("AdministratorAccess")).flatten();
        match self.policies.get(&arn).copied().or_else(everything) {
            Some(grant) => Boundary::Known(grant),
            None => Boundary::Unread(arn),
        }
    }

    /// Names of what gives somebody what `gives` asks for: policies of its own first, then groups.
    pub fn sources<'b>(&self, of: impl Holder<'b>, gives: impl Fn(Grant) -> bool) -> Vec<String> {
        self.parts(of).into_iter().filter(|(_, grant)| gives(*grant)).map(|(name, _)| name).collect()
    }

    /// What somebody holds, by name.
    fn parts<'b>(&self, of: impl Holder<'b>) -> Vec<(String, Grant)> {
        let attached = of.attached().map(|policy| self.attached(policy));
        let attached = attached.map(|(name, grant)| (name, grant.unwrap_or_default()));
        let policies = attached.chain(of.written().map(inline));
        let policies = policies.map(|(name, grant)| (format!("policy {name}"), grant));
        let groups = of.groups().filter_map(|name| Some((format!("group {name}"), self.groups.get(&name)?.0)));
        policies.chain(groups).collect()
    }

    /// Name of a policy that is attached to something, and its rights where they are known.
    fn attached<'b>(&self, policy: AttachedPolicy<'b>) -> (Text<'b>, Option<Grant>) {
        let (name, arn) = (policy.policy_name().unwrap_or_default(), policy.policy_arn().unwrap_or_default());
        let of_aws = || if arn.contains(":iam::aws:policy/") { Grant::of_aws(&name) } else { None };
        let grant = self.policies.get(&arn).copied().or_else(of_aws);
        (name, grant)
    }
}

/// Name and rights of a policy that is written into something.
fn inline(policy: InlinePolicy<'_>) -> (Text<'_>, Grant) {
    let grant = policy.policy_document().and_then(Value::object).map(Grant::of);
    (policy.policy_name().unwrap_or_default(), grant.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(statements: &str) -> Grant {
        let text = format!(r#"{{"Statement": [{statements}]}}"#);
        Grant::of(Value::parse(&text).object().expect("an object"))
    }

    #[test]
    fn every_action_of_a_way_is_in_the_table_and_the_other_way_round() {
        let named: BTreeMap<&str, &[&str]> = WAYS.iter().flat_map(|way| way.iter().map(|action| (*action, *way))).collect();
        for action in named.keys() {
            assert!(position(action).is_some(), "{action} is in a way and not in the table");
        }
        for action in ACTIONS {
            assert!(named.contains_key(action), "{action} is in the table and in no way");
        }
        assert!(ACTIONS.len() <= Bits::BITS as usize);
    }

    #[test]
    fn everything_is_every_action_on_everything() {
        assert!(grant(r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#).is_everything());
        assert!(grant(r#"{"Effect": "Allow", "Action": ["ec2:*", "*:*"], "Resource": ["x", "*"]}"#).is_everything());
        assert!(!grant(r#"{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::b/*"}"#).is_everything());
        assert!(!grant(r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#).is_everything());
    }

    #[test]
    fn a_way_needs_all_of_its_actions() {
        let pass = r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}"#;
        let run = r#"{"Effect": "Allow", "Action": "ec2:Run*", "Resource": "*"}"#;
        assert_eq!((grant(pass).way(), grant(run).way()), (None, None));
        assert_eq!((grant(pass) | grant(run)).way().as_deref(), Some("iam:PassRole with ec2:RunInstances"));
        assert_eq!(grant(r#"{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}"#).way().as_deref(), Some("iam:CreatePolicyVersion"));
    }

    #[test]
    fn new_code_of_a_function_runs_as_its_role() {
        let code = r#"{"Effect": "Allow", "Action": "lambda:Update*", "Resource": "*"}"#;
        assert_eq!(grant(code).way().as_deref(), Some("lambda:UpdateFunctionCode"));
        let one = r#"{"Effect": "Allow", "Action": "lambda:Update*", "Resource": "arn:aws:lambda:us-east-1:1:function:mine"}"#;
        assert_eq!(grant(one).way(), None);
    }

    #[test]
    fn of_policies_of_aws_only_a_few_are_known() {
        for name in ["ReadOnlyAccess", "SecurityAudit", "ViewOnlyAccess", "AmazonEC2ReadOnlyAccess"] {
            assert_eq!(Grant::of_aws(name), Some(Grant::default()), "{name}");
        }
        assert_eq!((Grant::of_aws("AWSLambda_FullAccess"), Grant::of_aws("PowerUserAccess")), (None, None));
    }

    #[test]
    fn what_a_user_may_do_to_itself_is_no_way() {
        let own = r#"{"Effect": "Allow", "Action": "iam:*AccessKey*", "Resource": "arn:aws:iam::*:user/${aws:username}"}"#;
        assert_eq!(grant(own).way(), None);
        let all = r#"{"Effect": "Allow", "Action": "iam:*AccessKey*", "Resource": "arn:aws:iam::1:user/*"}"#;
        assert_eq!(grant(all).way().as_deref(), Some("iam:CreateAccessKey"));
        let deny = r#"{"Effect": "Deny", "Action": "iam:CreateAccessKey", "Resource": "*"}"#;
        assert_eq!((grant(all) | grant(deny)).way(), None);
    }

    #[test]
    fn a_boundary_must_be_asked_for_to_hold_back() {
        let way = |condition: &str| {
            let text = format!(r#"{{"Effect": "Allow", "Action": "iam:AttachUserPolicy", "Resource": "*", "Condition": {{{condition}}}}}"#);
            grant(&text).way()
        };
        for operator in ["StringEquals", "StringLike", "ArnEquals", "ArnLike"] {
            assert_eq!(way(&format!(r#""{operator}": {{"iam:PermissionsBoundary": "arn:aws:iam::1:policy/edge"}}"#)), None, "{operator}");
        }
        for loose in [
            r#""StringNotEquals": {"iam:PermissionsBoundary": "arn:aws:iam::1:policy/edge"}"#,
            r#""StringEqualsIfExists": {"iam:PermissionsBoundary": "arn:aws:iam::1:policy/edge"}"#,
            r#""Null": {"iam:PermissionsBoundary": "true"}"#,
            r#""StringLike": {"iam:PermissionsBoundary": "*"}"#,
            r#""ArnLike": {"iam:PermissionsBoundary": "arn:aws:iam::${aws:PrincipalAccount}:policy/edge"}"#,
            r#""StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"}"#,
        ] {
            assert_eq!(way(loose).as_deref(), Some("iam:AttachUserPolicy"), "{loose}");
        }
    }

    #[test]
    fn a_pipeline_runs_what_it_is_told_as_the_role_it_is_passed() {
        let all = ["iam:PassRole", "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"];
        let allow = |actions: &[&str]| {
            let one = |action: &&str| grant(&format!(r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}"#));
            actions.iter().map(one).fold(Grant::default(), BitOr::bitor).way()
        };
        assert_eq!(allow(&all), Some(all.join(" with ")));
        assert_eq!(allow(&all[..3]), None);
    }
}
