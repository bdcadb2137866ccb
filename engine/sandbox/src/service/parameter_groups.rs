//! rds: parameter groups.

use std::collections::BTreeMap;

use muster_core::cloud::{CloudError, ErrorKind, ParameterGroup, Receipt};
use muster_core::tags::Tags;

use super::{Call, engines, made};
use crate::world::Group;

/// Most parameters of one call.
const PARAMETERS_MAX: usize = 20;
/// Longest name.
const NAME_MAX: usize = 255;

impl Call<'_> {
    pub(super) fn create_parameter_group(self, name: &str, family: &str, description: &str, tags: &Tags) -> Result<Receipt, CloudError> {
        self.check_tags(tags)?;
        self.check_identifier(name, NAME_MAX)?;
        if self.region.parameter_groups.get(name).is_some() {
            let message = format!("Parameter group {name} already exists");
            return Err(self.refuse(ErrorKind::AlreadyExists, "DBParameterGroupAlreadyExists", message));
        }
        if !engines::is_family(family) {
            return Err(self.invalid(format!("ParameterGroupFamily {family} is not a valid parameter group family")));
        }
        let arn = format!("arn:aws:rds:{}:{}:pg:{name}", self.region_name, self.account_id);
        let view = ParameterGroup { name: name.to_owned(), arn, family: family.to_owned(), description: description.to_owned() };
        self.region.parameter_groups.insert(name, Group { view, parameters: BTreeMap::new(), tags: tags.clone() }, self.lag);
        Ok(made(name))
    }

    pub(super) fn set_parameters(self, name: &str, parameters: &BTreeMap<String, String>) -> Result<Receipt, CloudError> {
        let group = self.known_parameter_group(name)?;
        if parameters.len() > PARAMETERS_MAX {
            let message = format!("{} parameters in one call, at most {PARAMETERS_MAX} are accepted", parameters.len());
            return Err(self.invalid(message));
        }
        if let Some(bad) =
            parameters.keys().find(|key| key.is_empty() || !key.chars().all(|c| c.is_ascii_alphanumeric() || "_.".contains(c)))
        {
            return Err(self.invalid(format!("Could not find parameter with name: {bad}")));
        }
        let changed = |(key, value): &(&String, &String)| group.parameters.get(*key) != Some(*value);
        let reboot = parameters.iter().filter(changed).any(|(key, _)| engines::is_static(&group.view.family, key));
        if let Some(group) = self.region.parameter_groups.edit(name, self.lag) {
            group.parameters.extend(parameters.clone());
        }
        for server in self.region.servers.values_mut().filter(|_| reboot) {
            if let Some((_, status)) = server.view.parameter_group.as_mut().filter(|(group, _)| group == name) {
                "pending-reboot".clone_into(status);
            }
        }
        Ok(made(name))
    }

    pub(super) fn delete_parameter_group(self, name: &str) -> Result<Receipt, CloudError> {
        let uses = |group: &Option<(String, String)>| group.as_ref().is_some_and(|(group, _)| group == name);
        if let Some(server) = self.region.servers.values().find(|server| uses(&server.view.parameter_group)) {
            let message = format!("One or more database instances are still members of this parameter group {name}: {}", server.view.name);
            return Err(self.refuse(ErrorKind::WrongState, "InvalidDBParameterGroupState", message));
        }
        if name.starts_with("default.") {
            return Err(self.invalid(format!("The default parameter group {name} cannot be deleted")));
        }
        self.region.parameter_groups.remove(name, self.lag);
        Ok(made(name))
    }

    /// A parameter group that a call may name and change.
    pub(super) fn known_parameter_group(&self, name: &str) -> Result<&Group, CloudError> {
        let known = self.region.parameter_groups.get(name).filter(|_| self.region.parameter_groups.is_known(name, self.now));
        known.ok_or_else(|| self.refuse(ErrorKind::NotFound, "DBParameterGroupNotFound", format!("DBParameterGroup not found: {name}")))
    }

    /// RDS's rule for identifiers.
    pub(super) fn check_identifier(&self, name: &str, longest: usize) -> Result<(), CloudError> {
        let fine = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.len() <= longest
            && !name.contains("--")
            && !name.ends_with('-')
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if fine {
            return Ok(());
        }
        Err(self.invalid(format!(
            "{name} is not a valid identifier: letters, digits and hyphens, beginning with a letter, no two hyphens together or at the end"
        )))
    }
}
