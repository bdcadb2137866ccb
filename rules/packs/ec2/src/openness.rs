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
pub const PROTOCOLS: [&str; 2] = ["tcp", "udp"];
/// The ports that something can listen on.
const PORTS: (i64, i64) = (1, 65_535);

/// What one or several groups together let in from networks.
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

/// Ports in a row that the internet reaches: protocol, first and last.
pub type Ports = (&'static str, i64, i64);

/// What a prefix list counts as, whose networks are not read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lists {
    /// As nobody.
    Nobody,
    /// As the internet.
    Everybody,
}

impl Openness {
    /// Reads security groups that stand in front of the same thing.
    pub fn of<'a>(ask: &Ask<'_>, groups: impl IntoIterator<Item = SecurityGroup<'a>>) -> Self {
        let permissions = groups.into_iter().flat_map(|group| group.ip_permissions()).filter_map(Permission::of).collect();
        Self { permissions, wider_than: ask.params.integer("wider-than") }
    }

    /// Those of `ports` that the internet reaches.
    pub fn open(&self, ports: &[i64]) -> Vec<Ports> {
        let asked = PROTOCOLS.iter().flat_map(|protocol| ports.iter().map(|port| (*protocol, *port, *port)));
        asked.filter(|(protocol, port, _)| self.is_open(protocol, *port, Lists::Nobody)).collect()
    }

    /// Every port of a protocol that the internet reaches.
    pub fn all_open(&self, protocol: &'static str, lists: Lists) -> Vec<Ports> {
        let mut open: Vec<Ports> = Vec::new();
        for (first, last) in self.steps() {
            if !self.is_open(protocol, first, lists) {
                continue;
            }
            match open.last_mut() {
                Some(before) if before.2 + 1 == first => before.2 = last,
                _ => open.push((protocol, first, last)),
            }
        }
        open
    }

    /// Any port at all that is open: the first of some permission is, when one is.
    pub fn any(&self) -> Option<Ports> {
        let firsts: BTreeSet<i64> = self.permissions.iter().map(|permission| permission.ports.0).collect();
        self.open(&firsts.into_iter().collect::<Vec<_>>()).first().copied()
    }

    /// Unknown when a source that lets one of `ports` in was not read, else a pass: for groups of which nothing else is open.
    pub fn closed(&self, ports: &[i64]) -> Answer {
        let asked = PROTOCOLS.iter().flat_map(|protocol| ports.iter().map(|port| (*protocol, *port)));
        unread(asked.flat_map(|(protocol, port)| self.letting(protocol, port, port))).unwrap_or_else(pass)
    }

    /// Unknown when a source was not read, whatever it lets in to.
    pub fn unread(&self) -> Option<Answer> {
        unread(self.permissions.iter())
    }

    /// The protocols of which no port is closed.
    pub fn whole(&self, lists: Lists) -> Vec<&'static str> {
        let is_whole = |protocol: &&'static str| self.all_open(protocol, lists) == [(*protocol, PORTS.0, PORTS.1)];
        PROTOCOLS.into_iter().filter(is_whole).collect()
    }

    /// The sources that let one of these ports in, as the group writes them.
    pub fn sources(&self, ports: &[Ports]) -> Vec<String> {
        let of = ports.iter().flat_map(|(protocol, first, last)| self.letting(protocol, *first, *last));
        let names: BTreeSet<String> = of.flat_map(|permission| permission.sources.iter().map(|(_, _, name)| name.clone())).collect();
        names.into_iter().collect()
    }

    /// All ports, in rows within which no permission begins or ends.
    fn steps(&self) -> Vec<(i64, i64)> {
        let ends = self.permissions.iter().flat_map(|permission| [permission.ports.0, permission.ports.1 + 1]);
        let inside = ends.filter(|port| (PORTS.0 + 1..=PORTS.1).contains(port));
        let firsts: BTreeSet<i64> = inside.chain([PORTS.0]).collect();
        let lasts = firsts.iter().skip(1).map(|next| next - 1).chain([PORTS.1]);
        firsts.iter().copied().zip(lasts).collect()
    }

    /// What lets one of the ports from `first` to `last` in.
    fn letting(&self, protocol: &str, first: i64, last: i64) -> impl Iterator<Item = &Permission> {
        let lets = move |permission: &&Permission| {
            permission.protocol.is_none_or(|its| its == protocol) && permission.ports.0 <= last && first <= permission.ports.1
        };
        self.permissions.iter().filter(lets)
    }

    fn is_open(&self, protocol: &str, port: i64, lists: Lists) -> bool {
        if lists == Lists::Everybody && self.letting(protocol, port, port).any(|permission| !permission.lists.is_empty()) {
            return true;
        }
        let of = |family: Family| -> Vec<Range> {
            let sources = self.letting(protocol, port, port).flat_map(|permission| &permission.sources);
            sources.filter(|(its, _, _)| *its == family).map(|(_, range, _)| *range).collect()
        };
        [Family::V4, Family::V6].into_iter().any(|family| {
            let ranges = of(family);
            !ranges.is_empty() && family.is_wider(&ranges, self.wider_than)
        })
    }
}

fn unread<'a>(permissions: impl Iterator<Item = &'a Permission>) -> Option<Answer> {
    let list = permissions.flat_map(|permission| &permission.lists).min();
    list.map(|list| unknown(format!("source {list} was not read")))
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

/// `443`, `8000-8100`.
pub fn row(first: i64, last: i64) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

/// `tcp 22, 3389; udp 53`: ports as messages write them, of each protocol the first eight.
pub fn written(ports: &[Ports]) -> String {
    let of = |protocol: &str| {
        let numbers: Vec<String> = ports.iter().filter(|(its, ..)| *its == protocol).map(|(_, first, last)| row(*first, *last)).collect();
        let more = if numbers.len() > 8 { format!(" and {} more", numbers.len() - 8) } else { String::new() };
        (!numbers.is_empty()).then(|| format!("{protocol} {}{more}", numbers[..numbers.len().min(8)].join(", ")))
    };
    PROTOCOLS.into_iter().filter_map(of).collect::<Vec<_>>().join("; ")
}
