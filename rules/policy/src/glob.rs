//! Patterns of actions and resources.

/// True when `text` fits `pattern`, in which `*` stands for any text and `?` for one character; case does not count, which is so
/// for actions and can only find more of resources.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(byte) if *byte == b'?' || byte.eq_ignore_ascii_case(&text[t]) => {
                p += 1;
                t += 1;
            }
            // The last star takes one more character.
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

/// True when every text that begins with `prefix` and goes on fits `pattern`; of patterns that do not end in a star, none is said to.
#[must_use]
pub fn takes_all(pattern: &str, prefix: &str) -> bool {
    // What stands for the rest in this text meets a `?` or a star of the pattern, and the star at its end takes whatever else comes.
    pattern.ends_with('*') && matches(pattern, &format!("{prefix}*"))
}

#[cfg(test)]
mod tests {
    use super::{matches, takes_all};

    #[test]
    fn all_that_begins_with_a_text() {
        for pattern in ["*", "b*", "b/*", "b/**", "b/?*", "?/*", "*/*"] {
            assert!(takes_all(pattern, "b/"), "{pattern}");
        }
        for pattern in ["", "b", "b/", "b/?", "b/o*", "b/*.txt", "b/*o*", "b/??*", "c/*", "b/object"] {
            assert!(!takes_all(pattern, "b/"), "{pattern}");
        }
    }

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text) in
            [("*", ""), ("s3:*", "s3:GetObject"), ("s3:get?bject", "s3:GetObject"), ("*Object*", "s3:GetObjectAcl"), ("a*b*c", "aXbYbZc")]
        {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("s3:Get*", "s3:PutObject"), ("?", ""), ("a*b", "aXc"), ("", "a")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        let (pattern, text) = ("a*".repeat(40) + "b", "a".repeat(4000));
        assert!(!matches(&pattern, &text));
    }
}
