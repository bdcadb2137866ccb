//! ec2: security groups.

use std::net::IpAddr;

use muster_core::cloud::{CloudError, ErrorKind, IdRef, IngressRule, QuotaKind, Receipt, SecurityGroup};
use muster_core::tags::Tags;

use super::{Call, made};

/// Longest name and description.
const TEXT_MAX: usize = 255;

impl Call<'_> {
    pub(super) fn create_group(self, name: &str, description: &str, vpc: &str, tags: &Tags) -> Result<Receipt, CloudError> {
        self.check_tags(tags)?;
        if name.is_empty() || name.len() > TEXT_MAX || name.starts_with("sg-") {
            return Err(self.invalid(format!("Invalid security group name '{name}'")));
        }
        if description.is_empty() || description.len() > TEXT_MAX || !description.is_ascii() {
            return Err(self.invalid(format!("Invalid security group description '{description}'")));
        }
        if self.region.vpcs.get(vpc).is_none() {
            return Err(self.refuse(ErrorKind::NotFound, "InvalidVpcID.NotFound", format!("The vpc ID '{vpc}' does not exist")));
        }
        if self.region.groups.values().any(|group| group.name == name && group.vpc.as_deref() == Some(vpc)) {
            let message = format!("The security group '{name}' already exists for VPC '{vpc}'");
            return Err(self.refuse(ErrorKind::AlreadyExists, "InvalidGroup.Duplicate", message));
        }
        let used = self.region.groups.len();
        self.check_quota(QuotaKind::SecurityGroups, used, 1, "SecurityGroupLimitExceeded", "security groups")?;
        let id = self.ids.id("sg");
        let group = SecurityGroup {
            id: id.clone(),
            name: name.to_owned(),
            description: description.to_owned(),
            vpc: Some(vpc.to_owned()),
            ingress: Vec::new(),
            tags: tags.clone(),
        };
        self.region.groups.insert(&id, group, self.lag);
        Ok(made(id))
    }

    pub(super) fn authorize(self, group: &IdRef, rules: &[IngressRule]) -> Result<Receipt, CloudError> {
        let id = self.id(group)?;
        let known = &self.known_group(id)?.ingress;
        let wanted = rules.iter().map(|rule| self.canonical(rule)).collect::<Result<Vec<_>, _>>()?;
        let mut new: Vec<IngressRule> = wanted.into_iter().filter(|rule| !known.iter().any(|have| have.wanted() == *rule)).collect();
        new.sort();
        new.dedup();
        self.check_quota(
            QuotaKind::RulesPerGroup,
            known.len(),
            new.len(),
            "RulesPerSecurityGroupLimitExceeded",
            "rules per security group",
        )?;
        for rule in &mut new {
            rule.rule_id = Some(self.ids.id("sgr"));
        }
        if let Some(row) = self.region.groups.edit(id, self.lag).filter(|_| !new.is_empty()) {
            row.ingress.extend(new);
            row.ingress.sort();
        }
        Ok(made(id))
    }

    pub(super) fn revoke(self, group: &IdRef, rule_ids: &[String]) -> Result<Receipt, CloudError> {
        let id = self.id(group)?;
        self.known_group(id)?;
        if let Some(row) = self.region.groups.edit(id, self.lag) {
            row.ingress.retain(|rule| rule.rule_id.as_ref().is_none_or(|id| !rule_ids.contains(id)));
        }
        Ok(made(id))
    }

    pub(super) fn delete_group(self, id: &str) -> Result<Receipt, CloudError> {
        let Some(group) = self.region.groups.get(id) else { return Ok(made(id)) };
        if group.name == "default" {
            return Err(self.invalid(format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user")));
        }
        if let Some(user) = self.user_of(id) {
            let message = format!("resource {id} has a dependent object: {user}");
            return Err(self.refuse(ErrorKind::DependencyViolation, "DependencyViolation", message));
        }
        self.region.groups.remove(id, self.lag);
        Ok(made(id))
    }

    /// A group that a call may name.
    pub(super) fn known_group(&self, id: &str) -> Result<&SecurityGroup, CloudError> {
        let known = self.region.groups.get(id).filter(|_| self.region.groups.is_known(id, self.now));
        known.ok_or_else(|| self.refuse(ErrorKind::NotFound, "InvalidGroup.NotFound", format!("The security group '{id}' does not exist")))
    }

    /// What keeps a group from being deleted.
    fn user_of(&self, id: &str) -> Option<String> {
        let machine = self.region.machines.values().find(|m| m.holds_groups() && m.view.groups.iter().any(|group| group == id));
        let server = || self.region.servers.values().find(|server| server.view.groups.iter().any(|group| group == id));
        let rule = || {
            let refers = |group: &&SecurityGroup| group.id != id && group.ingress.iter().any(|rule| rule.source == id);
            self.region.groups.values().find(refers)
        };
        machine
            .map(|machine| machine.view.id.clone())
            .or_else(|| server().map(|server| server.view.name.clone()))
            .or_else(|| rule().map(|group| format!("a rule of {}", group.id)))
    }

    /// A rule as EC2 stores it: host bits cleared, no id.
    fn canonical(&self, rule: &IngressRule) -> Result<IngressRule, CloudError> {
        let mut rule = rule.wanted();
        if rule.source.starts_with("sg-") {
            self.known_group(&rule.source)?;
        } else if !rule.source.starts_with("pl-") {
            rule.source = network(&rule.source).ok_or_else(|| self.invalid(format!("CIDR block {} is malformed", rule.source)))?;
        }
        let ports = rule.from_port <= rule.to_port && (-1..=65_535).contains(&rule.from_port) && rule.to_port <= 65_535;
        if !ports {
            return Err(self.invalid(format!("Invalid port range {}-{}", rule.from_port, rule.to_port)));
        }
        Ok(rule)
    }
}

/// A CIDR with its host bits cleared.
fn network(cidr: &str) -> Option<String> {
    let (address, bits) = cidr.split_once('/')?;
    let bits: u32 = bits.parse().ok()?;
    match address.parse().ok()? {
        IpAddr::V4(v4) if bits <= 32 => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            Some(format!("{}/{bits}", std::net::Ipv4Addr::from_bits(v4.to_bits() & mask)))
        }
        IpAddr::V6(v6) if bits <= 128 => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            Some(format!("{}/{bits}", std::net::Ipv6Addr::from_bits(v6.to_bits() & mask)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn cidrs_are_stored_without_host_bits() {
        assert_eq!(network("10.0.0.9/24").as_deref(), Some("10.0.0.0/24"));
        assert_eq!(network("0.0.0.0/0").as_deref(), Some("0.0.0.0/0"));
        assert_eq!(network("2001:db8::1/32").as_deref(), Some("2001:db8::/32"));
        for bad in ["10.0.0.0", "10.0.0.0/33", "x/8", "10.0.0.0/-1"] {
            assert_eq!(network(bad), None, "{bad}");
        }
    }
}
