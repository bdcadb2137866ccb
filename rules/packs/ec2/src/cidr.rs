//! Networks as ranges of addresses, and how much of the internet several of them hold together.

use std::net::{Ipv4Addr, Ipv6Addr};

/// First and last address.
pub type Range = (u128, u128);

/// A family of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// 32 bits.
    V4,
    /// 128 bits.
    V6,
}

impl Family {
    const fn bits(self) -> u32 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }

    /// Networks that no packet from the internet comes from (RFC 6890); all others may.
    fn private(self) -> Vec<Range> {
        let networks: &[&str] = match self {
            Self::V4 => &[
                "0.0.0.0/8",
                "10.0.0.0/8",
                "100.64.0.0/10",
                "127.0.0.0/8",
                "169.254.0.0/16",
                "172.16.0.0/12",
                "192.168.0.0/16",
                "224.0.0.0/3",
            ],
            Self::V6 => &["::/3", "4000::/2", "8000::/1"],
        };
        networks.iter().filter_map(|network| range(network)).map(|(_, range)| range).collect()
    }

    /// True when the ranges together hold more public addresses than one network of this prefix length.
    pub fn is_wider(self, ranges: &[Range], prefix: i64) -> bool {
        let hidden = self.private();
        let public: u128 =
            union(ranges).iter().map(|range| size(*range) - hidden.iter().map(|private| shared(*range, *private)).sum::<u128>()).sum();
        let host_bits = u32::try_from(i64::from(self.bits()) - prefix).unwrap_or(0);
        public > 1_u128.checked_shl(host_bits).unwrap_or(u128::MAX)
    }
}

/// A CIDR as a range; nothing when it is none.
pub fn range(cidr: &str) -> Option<(Family, Range)> {
    let (address, length) = cidr.split_once('/')?;
    let (family, first) = match address.parse::<Ipv4Addr>() {
        Ok(address) => (Family::V4, u128::from(address.to_bits())),
        Err(_) => (Family::V6, address.parse::<Ipv6Addr>().ok()?.to_bits()),
    };
    let host_bits = family.bits().checked_sub(length.parse().ok()?)?;
    let hosts = 1_u128.checked_shl(host_bits).map_or(u128::MAX, |size| size - 1);
    Some((family, (first & !hosts, first | hosts)))
}

/// Addresses of a range. All of IPv6 is one too many to count, and counts as one less.
const fn size((first, last): Range) -> u128 {
    (last - first).saturating_add(1)
}

/// Addresses that are in both.
fn shared(a: Range, b: Range) -> u128 {
    let (first, last) = (a.0.max(b.0), a.1.min(b.1));
    if first > last { 0 } else { size((first, last)) }
}

/// The same addresses in ranges that do not touch.
fn union(ranges: &[Range]) -> Vec<Range> {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    let mut union: Vec<Range> = Vec::with_capacity(sorted.len());
    for (first, last) in sorted {
        match union.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => union.push((first, last)),
        }
    }
    union
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wider(cidrs: &[&str], prefix: i64) -> bool {
        let ranges: Vec<(Family, Range)> = cidrs.iter().map(|cidr| range(cidr).expect("a network")).collect();
        ranges[0].0.is_wider(&ranges.iter().map(|(_, range)| *range).collect::<Vec<_>>(), prefix)
    }

    #[test]
    fn parts_that_make_up_the_internet_are_the_internet() {
        assert!(wider(&["0.0.0.0/0"], 8) && wider(&["0.0.0.0/1", "128.0.0.0/1"], 1) && wider(&["::/0"], 8));
        assert!(wider(&["2000::/4", "3000::/4"], 8));
        assert!(!wider(&["0.0.0.0/1"], 1), "half of it, private networks left out, is less than half");
    }

    #[test]
    fn the_prefix_is_the_boundary() {
        assert!(!wider(&["52.0.0.0/8"], 8) && wider(&["52.0.0.0/8", "54.0.0.0/32"], 8) && wider(&["52.0.0.0/7"], 8));
        assert!(!wider(&["52.0.0.0/9", "52.0.0.0/9", "52.128.0.0/9"], 8), "twice the same is once");
        assert!(!wider(&["2600::/8"], 8) && wider(&["2600::/7"], 8));
    }

    #[test]
    fn private_networks_are_not_the_internet() {
        assert!(!wider(&["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"], 32));
        assert!(!wider(&["fd00::/8"], 128));
    }

    #[test]
    fn what_is_no_network_is_none() {
        for text in ["10.0.0.0", "10.0.0.0/33", "pl-1/8", "::/129", ""] {
            assert_eq!(range(text), None, "{text}");
        }
        assert_eq!(range("10.0.0.7/32"), Some((Family::V4, (0x0a00_0007, 0x0a00_0007))));
    }
}
