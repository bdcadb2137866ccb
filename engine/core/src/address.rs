//! Addresses: what a thing is called in fleet.yaml, in plans and in the `muster:address` tag.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::name::Name;

/// The parts of a user or database that are AWS resources of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// `user/N/security-group`, `database/N/security-group`.
    SecurityGroup,
    /// `user/N/key`.
    Key,
    /// `user/N/instance`, `database/N/instance`.
    Instance,
    /// `user/N/alarm`.
    Alarm,
}

impl Part {
    /// The last word of the address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SecurityGroup => "security-group",
            Self::Key => "key",
            Self::Instance => "instance",
            Self::Alarm => "alarm",
        }
    }
}

/// A section of fleet.yaml whose entries own resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// `users`.
    User,
    /// `databases`.
    Database,
    /// `parameter-groups`.
    ParameterGroup,
}

impl Section {
    /// First word of the address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Database => "database",
            Self::ParameterGroup => "parameter-group",
        }
    }
}

/// `user/alice/instance`, `database/app/instance`, `parameter-group/mysql-seoul`; for what is not ours
/// `ec2/i-0abc`, `rds/old-db`, `rds-cluster/shop`, `asg/web`, `ecs/main/api`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Address(String);

impl Address {
    /// A part of a user.
    #[must_use]
    pub fn user(name: &Name, part: Part) -> Self {
        Self(format!("user/{name}/{}", part.as_str()))
    }

    /// A part of a database: its instance or its security group.
    #[must_use]
    pub fn database(name: &Name, part: Part) -> Self {
        Self(format!("database/{name}/{}", part.as_str()))
    }

    /// A parameter group shared by name.
    #[must_use]
    pub fn parameter_group(name: &Name) -> Self {
        Self(format!("parameter-group/{name}"))
    }

    /// The parameter group of one database, made from its inline `parameters`.
    #[must_use]
    pub fn database_parameter_group(name: &Name) -> Self {
        Self(format!("database/{name}/parameter-group"))
    }

    /// An EC2 instance that is not ours.
    #[must_use]
    pub fn foreign_instance(id: &str) -> Self {
        Self(format!("ec2/{id}"))
    }

    /// An RDS instance that is not ours.
    #[must_use]
    pub fn foreign_database(id: &str) -> Self {
        Self(format!("rds/{id}"))
    }

    /// An RDS cluster; a member of one has no address of its own.
    #[must_use]
    pub fn foreign_cluster(id: &str) -> Self {
        Self(format!("rds-cluster/{id}"))
    }

    /// An Auto Scaling group.
    #[must_use]
    pub fn scaling_group(name: &str) -> Self {
        Self(format!("asg/{name}"))
    }

    /// A service of ECS.
    #[must_use]
    pub fn ecs_service(cluster: &str, service: &str) -> Self {
        Self(format!("ecs/{cluster}/{service}"))
    }

    /// An address as it was written in a tag, a description or on a command line; nothing is checked.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The entry it belongs to: `user/alice` of `user/alice/instance`. A service of ECS belongs to none: its cluster is no entry.
    #[must_use]
    pub fn entry(&self) -> &str {
        match self.0.match_indices('/').nth(1).filter(|_| self.section() != "ecs") {
            Some((at, _)) => &self.0[..at],
            None => &self.0,
        }
    }

    /// First word: `user` of `user/alice/instance`.
    #[must_use]
    pub fn section(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }

    /// Second word: `alice` of `user/alice/instance`.
    #[must_use]
    pub fn entry_name(&self) -> &str {
        self.0.split('/').nth(1).unwrap_or_default()
    }

    /// Last word of a part, nothing for an entry: `instance` of `user/alice/instance`.
    #[must_use]
    pub fn part(&self) -> Option<&str> {
        self.0.split('/').nth(2).filter(|_| self.section() != "ecs")
    }

    /// True when `wanted` names this address or the entry it belongs to.
    #[must_use]
    pub fn is_under(&self, wanted: &str) -> bool {
        self.0 == wanted || self.0.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('/'))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_an_address() {
        let address = Address::user(&Name::new("alice").expect("name"), Part::SecurityGroup);
        assert_eq!(address.as_str(), "user/alice/security-group");
        assert_eq!(
            (address.entry(), address.section(), address.entry_name(), address.part()),
            ("user/alice", "user", "alice", Some("security-group"))
        );
        let group = Address::parameter_group(&Name::new("seoul").expect("name"));
        assert_eq!((group.entry(), group.part()), ("parameter-group/seoul", None));
        assert!(address.is_under("user/alice") && address.is_under("user/alice/security-group"));
        assert!(!address.is_under("user/ali"), "a name that only begins alike is another user");
        let service = Address::ecs_service("main", "api");
        assert_eq!((service.entry(), service.part(), service.section()), ("ecs/main/api", None, "ecs"));
        assert!(service.is_under("ecs/main"), "all services of a cluster can be named together");
    }
}
