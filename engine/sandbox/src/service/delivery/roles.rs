//! iam: the roles that schedules work with.

use muster_core::arn::partition;
use muster_core::cloud::{CloudError, ErrorKind, Receipt, Role};
use muster_core::digest::canonical;
use muster_core::tags::Tags;
use serde_json::Value;

use super::Call;
use crate::service::made;
use crate::world::RoleRow;

/// Longest name.
const NAME_MAX: usize = 64;
/// Longest description.
const DESCRIPTION_MAX: usize = 1000;
/// Most characters of a trust policy, blanks not counted (K: IAM User Guide, "IAM and AWS STS quotas").
const TRUST_MAX: usize = 2_048;
/// Most characters of all inline policies of a role, blanks not counted.
const POLICY_MAX: usize = 10_240;

impl Call<'_> {
    pub(in crate::service) fn create_role(
        self,
        (name, path): (&str, &str),
        description: &str,
        trust: &str,
        boundary: Option<&str>,
        tags: &Tags,
    ) -> Result<Receipt, CloudError> {
        self.check_tags(tags)?;
        self.check_role_name(name, path)?;
        self.check_role_description(description)?;
        let trust = self.trust_document(trust)?;
        if self.roles.get(name).is_some() {
            let message = format!("Role with name {name} already exists.");
            return Err(self.refuse(ErrorKind::AlreadyExists, "EntityAlreadyExists", message));
        }
        let view = Role {
            name: name.to_owned(),
            arn: format!("arn:{}:iam::{}:role{path}{name}", partition(self.region_name), self.account_id),
            path: path.to_owned(),
            description: description.to_owned(),
            trust,
            policy: None,
        };
        let row = RoleRow { view, boundary: boundary.map(str::to_owned), tags: tags.clone() };
        self.roles.insert(name, row, self.lag);
        Ok(made(name))
    }

    pub(in crate::service) fn set_role_trust(self, name: &str, trust: &str) -> Result<Receipt, CloudError> {
        let trust = self.trust_document(trust)?;
        self.known_role(name)?;
        if let Some(row) = self.roles.edit(name, self.lag) {
            row.view.trust = trust;
        }
        Ok(made(name))
    }

    pub(in crate::service) fn describe_role(self, name: &str, description: &str) -> Result<Receipt, CloudError> {
        self.check_role_description(description)?;
        self.known_role(name)?;
        if let Some(row) = self.roles.edit(name, self.lag) {
            description.clone_into(&mut row.view.description);
        }
        Ok(made(name))
    }

    pub(in crate::service) fn put_role_policy(self, name: &str, policy: &str) -> Result<Receipt, CloudError> {
        let policy = self.document(policy)?;
        self.known_role(name)?;
        if length(&policy) > POLICY_MAX {
            let message = format!("Maximum policy size of {POLICY_MAX} bytes exceeded for role {name}");
            return Err(self.refuse(ErrorKind::Quota, "LimitExceeded", message));
        }
        if let Some(row) = self.roles.edit(name, self.lag) {
            row.view.policy = Some(policy);
        }
        Ok(made(name))
    }

    pub(in crate::service) fn delete_role_policy(self, name: &str) -> Result<Receipt, CloudError> {
        if let Some(row) = self.roles.edit(name, self.lag) {
            row.view.policy = None;
        }
        Ok(made(name))
    }

    pub(in crate::service) fn delete_role(self, name: &str) -> Result<Receipt, CloudError> {
        if self.roles.get(name).is_some_and(|row| row.view.policy.is_some()) {
            let message = "Cannot delete entity, must delete policies first.";
            return Err(self.refuse(ErrorKind::DependencyViolation, "DeleteConflict", message));
        }
        self.roles.remove(name, self.lag);
        Ok(made(name))
    }

    fn known_role(&self, name: &str) -> Result<&RoleRow, CloudError> {
        let known = self.roles.get(name).filter(|_| self.roles.is_known(name, self.now));
        let message = || format!("The role with name {name} cannot be found.");
        known.ok_or_else(|| self.refuse(ErrorKind::NotFound, "NoSuchEntity", message()))
    }

    fn check_role_name(&self, name: &str, path: &str) -> Result<(), CloudError> {
        let fine = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "+=,.@-_".contains(c));
        if name.is_empty() || name.len() > NAME_MAX || !fine(name) {
            let message = format!("1 validation error detected: Value '{name}' at 'roleName' failed to satisfy constraint");
            return Err(self.refuse(ErrorKind::Invalid, "ValidationError", message));
        }
        if !(path.starts_with('/') && path.ends_with('/') && path.chars().all(|c| c.is_ascii_graphic())) {
            let message = "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.";
            return Err(self.refuse(ErrorKind::Invalid, "ValidationError", message));
        }
        Ok(())
    }

    fn check_role_description(&self, description: &str) -> Result<(), CloudError> {
        if description.chars().count() <= DESCRIPTION_MAX {
            return Ok(());
        }
        Err(self.refuse(ErrorKind::Invalid, "ValidationError", format!("a description has at most {DESCRIPTION_MAX} characters")))
    }

    fn trust_document(&self, text: &str) -> Result<String, CloudError> {
        let trust = self.document(text)?;
        if length(&trust) > TRUST_MAX {
            let message = format!("Cannot exceed quota for ACLSizePerRole: {TRUST_MAX}");
            return Err(self.refuse(ErrorKind::Quota, "LimitExceeded", message));
        }
        Ok(trust)
    }

    /// A policy as canonical JSON.
    fn document(&self, text: &str) -> Result<String, CloudError> {
        match serde_json::from_str::<Value>(text) {
            Ok(value) if !value["Statement"].is_null() => Ok(canonical(&value)),
            Ok(_) => Err(self.malformed("Missing required field Statement")),
            Err(_) => Err(self.malformed("This policy contains invalid Json")),
        }
    }

    fn malformed(&self, message: &str) -> CloudError {
        self.refuse(ErrorKind::Invalid, "MalformedPolicyDocument", message)
    }
}

/// How IAM counts a policy.
fn length(document: &str) -> usize {
    document.chars().filter(|c| !c.is_whitespace()).count()
}
