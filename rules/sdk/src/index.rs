//! Where the members of the document are that is being read: a rule that asks for five members steps over the document
//! once, and no further than the last of them.

use std::cell::RefCell;

use crate::walk::{self, FIRST, Member, Step};

thread_local! {
    static INDEX: RefCell<Index> = const { RefCell::new(Index::NONE) };
}

/// The members of one document that were stepped over so far.
struct Index {
    /// Address and length of the document's text. It stays where it is for as long as the call that brought it.
    of: (usize, usize),
    members: Vec<Member>,
    at: usize,
}

impl Index {
    const NONE: Self = Self { of: (0, 0), members: Vec::new(), at: FIRST };

    fn turn_to(&mut self, of: (usize, usize)) {
        if self.of != of {
            self.of = of;
            self.members.clear();
            self.at = FIRST;
        }
    }

    /// The member behind all that are known.
    fn next(&mut self, bytes: &[u8]) -> Option<Member> {
        let member = walk::member(bytes, self.at)?;
        self.at = member.value.1;
        self.members.push(member);
        Some(member)
    }
}

/// The value of the member of that name in a canonical document.
pub(crate) fn find(text: &str, name: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    INDEX.with_borrow_mut(|index| {
        index.turn_to((text.as_ptr() as usize, text.len()));
        let mut known = 0;
        loop {
            let member = match index.members.get(known) {
                Some(member) => *member,
                None => index.next(bytes)?,
            };
            match walk::step(bytes, &member, name) {
                Step::Found => return Some(member.value),
                Step::Past => return None,
                Step::On => known += 1,
            }
        }
    })
}

/// Forgets the document: another call's text may come to lie where this one's was.
pub(crate) fn forget() {
    INDEX.set(Index::NONE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_in_any_order_and_documents_do_not_mix() {
        let (one, two) = (r#"{"A":1,"C":[{"A":9}],"\u00fc":4}"#, r#"{"A":2,"B":3}"#);
        let read = |text: &'static str, name: &str| find(text, name).map(|(start, end)| &text[start..end]);
        for _ in 0..2 {
            assert_eq!((read(one, "C"), read(one, "A"), read(one, "B")), (Some(r#"[{"A":9}]"#), Some("1"), None));
            assert_eq!((read(one, "ü"), read(one, "D"), read(one, "A")), (Some("4"), None, Some("1")));
            assert_eq!((read(two, "A"), read(two, "C"), read(two, "B"), read(two, "")), (Some("2"), None, Some("3"), None));
        }
        forget();
        assert_eq!((read(one, "Z"), find("{", "A"), find("", "A")), (None, None, None));
    }
}
