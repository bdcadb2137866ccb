//! Small sets of weekdays, months and month days.

/// A set of numbers from 1 to 31.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mask(u32);

impl Mask {
    /// The set without a member.
    pub const EMPTY: Self = Self(0);

    /// All numbers from `first` to `last`; through the end and on from 1 when `last` is the smaller, as in `nov-feb`.
    #[must_use]
    pub fn range(first: u8, last: u8, highest: u8) -> Self {
        let mut mask = Self::EMPTY;
        let mut n = first;
        mask.insert(n);
        while n != last {
            n = n % highest + 1;
            mask.insert(n);
        }
        mask
    }

    /// Adds a number.
    pub fn insert(&mut self, n: u8) {
        self.0 |= 1 << u32::from(n);
    }

    /// Adds all of another set.
    pub fn extend(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Whether a number is in the set.
    #[must_use]
    pub fn contains(self, n: u8) -> bool {
        self.0 >> u32::from(n) & 1 == 1
    }

    /// Whether nothing is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of 1 to `highest` are in the set.
    #[must_use]
    pub fn is_full(self, highest: u8) -> bool {
        self == Self::range(1, highest, highest)
    }

    /// How many numbers are in the set.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The canonical ranges: neighbours in threes or more become one, going round the end.
    #[must_use]
    pub fn ranges(self, highest: u8) -> Vec<(u8, u8)> {
        if self.is_full(highest) {
            return vec![(1, highest)];
        }
        let before = |n: u8| if n == 1 { highest } else { n - 1 };
        let starts = (1..=highest).filter(|n| self.contains(*n) && !self.contains(before(*n)));
        let mut out = Vec::with_capacity(usize::from(highest / 2));
        for first in starts {
            let after = |n: u8| n % highest + 1;
            let last = std::iter::successors(Some(first), |n| Some(after(*n)).filter(|n| self.contains(*n))).last().unwrap_or(first);
            match last {
                _ if last == first => out.push((first, first)),
                _ if last == after(first) => out.extend([(first, first), (last, last)]),
                _ => out.push((first, last)),
            }
        }
        out.sort_unstable();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_go_round_the_end_and_pairs_stay_apart() {
        let weekend = Mask::range(6, 1, 7);
        assert_eq!(weekend.ranges(7), [(6, 1)]);
        assert_eq!(Mask::range(6, 7, 7).ranges(7), [(6, 6), (7, 7)]);
        assert_eq!(Mask::range(1, 7, 7).ranges(7), [(1, 7)]);
        let mut some = Mask::range(1, 5, 7);
        some.insert(7);
        assert_eq!(some.ranges(7), [(7, 5)]);
    }
}
