//! Addresses that are too many to be somebody's.

use muster_rule::prelude::*;

pub const PREFIX: Param = Param::integer("prefix", 8, "IPv4 ranges with a shorter prefix are open to the world").min(1).max(32);
pub const PREFIX_V6: Param = Param::integer("prefix-v6", 16, "IPv6 ranges with a shorter prefix are open to the world").min(1).max(128);

/// Those of the ranges that are wider than the parameters [`PREFIX`] and [`PREFIX_V6`] allow. Halves of the world count, not only all of it.
pub fn open<'a>(ask: &Ask<'_>, ranges: impl Iterator<Item = Text<'a>>) -> Vec<String> {
    let (v4, v6) = (ask.params.integer("prefix"), ask.params.integer("prefix-v6"));
    let wide = |range: &str| {
        let prefix = range.split_once('/').and_then(|(_, prefix)| prefix.parse::<i64>().ok());
        prefix.is_some_and(|prefix| prefix < if range.contains(':') { v6 } else { v4 })
    };
    ranges.filter(|range| wide(range)).map(Text::into_owned).collect()
}
