//! How the planning of a tagged part begins: what stands at its address, with muster's own marks on it kept right.

use super::claim::{Claimable, Owned};
use super::draft::{Draft, Marked, tend_marks};
use super::site::{Found, Site};
use crate::address::Address;
use crate::cloud::{Kind, Place};
use crate::span::Span;

/// A part of an entry.
#[derive(Debug)]
pub struct Wanted<'r> {
    /// Its address.
    pub address: &'r Address,
    /// Where.
    pub place: &'r Place,
    /// What it is.
    pub kind: Kind,
    /// What the entry says of its protection; nothing for kinds that go with another part.
    pub protect: Option<bool>,
    /// Where the entry stands.
    pub span: &'r Span,
}

/// What stands at an address.
#[derive(Debug)]
pub enum Standing<'a, T> {
    /// Nothing: it is to be made.
    Absent,
    /// Ours, with proof: it is to be compared.
    Ours(Owned<'a, T>),
    /// It cannot be said, or must not be touched: a line has been held back, and that is all.
    Untouchable,
}

/// Looks an address up, and plans what its marks lack.
pub fn standing<'a, T: Claimable + Clone>(
    draft: &mut Draft<'a>,
    wanted: &Wanted<'_>,
    find: impl for<'s> Fn(&'s Site<'a>, &Address) -> Found<'s, 'a, T>,
) -> Standing<'a, T> {
    let Some(site) = draft.sites.get(wanted.place) else { return Standing::Untouchable };
    let owned = match find(site, wanted.address) {
        Found::Absent => return Standing::Absent,
        Found::One(owned) => owned.clone(),
        Found::Hold(why) => {
            draft.hold(wanted.place, wanted.address, why, Some(wanted.span));
            return Standing::Untouchable;
        }
    };
    let marked = Marked {
        address: wanted.address,
        place: wanted.place,
        kind: wanted.kind,
        id: owned.item.tagged_by(),
        self_id: owned.item.id(),
        mark: &owned.mark,
        renamed: owned.renamed,
        protect: wanted.protect.unwrap_or(owned.mark.protect),
        span: wanted.span,
    };
    tend_marks(draft, &marked);
    Standing::Ours(owned)
}
