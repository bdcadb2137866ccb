//! What a kind's documents hold.

/// A kind, its members and which facet they belong to. The table is [`KINDS`](crate::kinds::KINDS).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// `ec2.volume`.
    pub word: &'static str,
    /// Members that are always collected.
    pub base: &'static [&'static str],
    /// Members that are collected for rules that declare the facet.
    pub facets: &'static [(&'static str, &'static [&'static str])],
}

impl Kind {
    /// The kind of this name.
    #[must_use]
    pub fn of(word: &str) -> Option<&'static Self> {
        crate::kinds::KINDS.iter().find(|kind| kind.word == word)
    }

    /// The facet a member belongs to: `Some("")` for one that is always there, `None` for one that the kind does not have.
    #[must_use]
    pub fn facet_of(&self, member: &str) -> Option<&'static str> {
        if self.base.contains(&member) {
            return Some("");
        }
        self.facets.iter().find(|(_, members)| members.contains(&member)).map(|(facet, _)| *facet)
    }
}
