//! Which ports of a security group the internet reaches.

use std::collections::BTreeSet;

use muster_rule::ec2::{IpPermission, SecurityGroup};
use muster_rule::prelude::*;

use crate::cidr::{self, Family, Range};

/// How wide sources are that count as the internet.
pub const WIDER_THAN: Param = Param::integer(
    "wider-than",
    8,
    "Sources that together hold more public addresses than a network of this prefix length count as the internet",
)
.min(0)
.max(32);
/// Protocols that have ports.
const PROTOCOLS: [&str; 2] = ["tcp", "udp"];

/// What a group lets in from networks.
pub struct Openness {
    permissions: Vec<Permission>,
    wider_than: i64,
}

struct Permission {
    /// Nothing for every protocol.
    protocol: Option<&'static str>,
    ports: (i64, i64),
    sources: Vec<(Family, Range, String)>,
    /// Prefix lists, whose networks are not read.
    lists: Vec<String>,
}

/// A port that the internet reaches: protocol and number.
pub type Port = (&'static str, i64);

impl Openness {
    /// Reads a security group.
    pub fn of(ask: &Ask<'_>, group: SecurityGroup<'_>) -> Self {
        let permissions = group.ip_permissions().filter_map(Permission::of).collect();
        Self { permissions, wider_than: ask.params.integer("wider-than") }
    }

    /// Those of `ports` that the internet reaches.
    pub fn open(&self, ports: &[i64]) -> Vec<Port> {
        let asked = PROTOCOLS.iter().flat_map(|protocol| ports.iter().map(|port| (*protocol, *port)));
        asked.filter(|port| self.is_open(*port)).collect()
    }

    /// Any port at all that is open: the first of some permission is, when one is.
    pub fn any(&self) -> Option<Port> {
        let firsts: BTreeSet<i64> = self.permissions.iter().map(|permission| permission.ports.0).collect();
        self.open(&firsts.into_iter().collect::<Vec<_>>()).first().copied()
    }

    /// Unknown when a source that lets one of `ports` in was not read, else a pass: for groups of which nothing else is open.
    pub fn closed(&self, ports: &[i64]) -> Answer {
        let asked = PROTOCOLS.iter().flat_map(|protocol| ports.iter().map(|port| (*protocol, *port)));
        unread(asked.flat_map(|port| self.letting(port)))
    }

    /// True when no port is closed.
    pub fn is_all(&self) -> bool {
        let whole = |permission: &Permission| permission.protocol.is_none() || permission.ports == (0, 65_535);
        self.permissions.iter().any(whole) && self.open(&[0, 65_535]).len() >= 2
    }

    /// The sources that let a port in, as the group writes them.
    pub fn sources(&self, ports: &[Port]) -> Vec<String> {
        let of = ports.iter().flat_map(|port| self.letting(*port));
        let names: BTreeSet<String> = of.flat_map(|permission| permission.sources.iter().map(|(_, _, name)| name.clone())).collect();
        names.into_iter().collect()
    }

    fn letting(&self, (protocol, port): Port) -> impl Iterator<Item = &Permission> {
        let lets = move |permission: &&Permission| {
            permission.protocol.is_none_or(|its| its == protocol) && permission.ports.0 <= port && port <= permission.ports.1
        };
        self.permissions.iter().filter(lets)
    }

    fn is_open(&self, port: Port) -> bool {
        let of = |family: Family| -> Vec<Range> {
            let sources = self.letting(port).flat_map(|permission| &permission.sources);
            sources.filter(|(its, _, _)| *its == family).map(|(_, range, _)| *range).collect()
        };
        [Family::V4, Family::V6].into_iter().any(|family| {
            let ranges = of(family);
            !ranges.is_empty() && family.is_wider(&ranges, self.wider_than)
        })
    }
}

/// As [`Openness::closed`], of several groups and any port at all.
pub fn closed_at_all(groups: &[Openness]) -> Answer {
    unread(groups.iter().flat_map(|group| &group.permissions))
}

fn unread<'a>(permissions: impl Iterator<Item = &'a Permission>) -> Answer {
    let list = permissions.flat_map(|permission| &permission.lists).min();
    list.map_or_else(pass, |list| unknown(format!("source {list} was not read")))
}

impl Permission {
    /// Nothing for a protocol without ports.
    fn of(permission: IpPermission<'_>) -> Option<Self> {
        let protocol = match &*permission.ip_protocol()? {
            "-1" => None,
            "tcp" | "6" => Some("tcp"),
            "udp" | "17" => Some("udp"),
            _ => return None,
        };
        let ports = match protocol {
            Some(_) => (permission.from_port().unwrap_or(0), permission.to_port().unwrap_or(65_535)),
            None => (0, 65_535),
        };
        let named = permission.ip_ranges().chain(permission.ipv6_ranges());
        let sources = named.filter_map(|name| cidr::range(&name).map(|(family, range)| (family, range, name.into_owned()))).collect();
        Some(Self { protocol, ports, sources, lists: permission.prefix_list_ids().map(Text::into_owned).collect() })
    }
}

/// `tcp 22, 3389; udp 53`: ports as messages write them, of each protocol the first eight.
pub fn written(ports: &[Port]) -> String {
    let of = |protocol: &str| {
        let numbers: Vec<String> = ports.iter().filter(|(its, _)| *its == protocol).map(|(_, port)| port.to_string()).collect();
        let more = if numbers.len() > 8 { format!(" and {} more", numbers.len() - 8) } else { String::new() };
        (!numbers.is_empty()).then(|| format!("{protocol} {}{more}", numbers[..numbers.len().min(8)].join(", ")))
    };
    PROTOCOLS.into_iter().filter_map(of).collect::<Vec<_>>().join("; ")
}
