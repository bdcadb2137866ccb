//! Which rules a line of a policy is about.

use std::fmt;

/// `ec2/open-ports`, `ec2/*` or `*/*`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RulePattern {
    /// Every rule of every pack.
    All,
    /// Every rule of a pack.
    Pack(String),
    /// One rule.
    Rule(String, String),
}

/// Why a text names no rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Not two words with a slash between them.
    #[error("a rule is written `PACK/RULE`, such as `ec2/open-ports`; `ec2/*` is a whole pack, `'*/*'` everything")]
    Shape,
    /// A star where it means nothing.
    #[error("`*` stands for a whole word and not for a part of one: `ec2/*`, `'*/*'`")]
    Star,
    /// A character that no pack and no rule has.
    #[error("`{0}` stands in no name of a pack or rule: lower-case letters, digits and hyphens do")]
    Character(char),
}

impl RulePattern {
    /// Reads one.
    ///
    /// # Errors
    /// When it is none of the three forms.
    pub fn read(text: &str) -> Result<Self, PatternError> {
        let (pack, rule) = text.split_once('/').ok_or(PatternError::Shape)?;
        if let Some(strange) = [pack, rule].into_iter().filter(|word| *word != "*").flat_map(str::chars).find(|c| !is_legal(*c)) {
            return Err(if strange == '*' { PatternError::Star } else { PatternError::Character(strange) });
        }
        match (pack, rule) {
            ("", _) | (_, "") => Err(PatternError::Shape),
            ("*", "*") => Ok(Self::All),
            ("*", _) => Err(PatternError::Star),
            (pack, "*") => Ok(Self::Pack(pack.to_owned())),
            (pack, rule) => Ok(Self::Rule(pack.to_owned(), rule.to_owned())),
        }
    }

    /// Whether it names this rule.
    #[must_use]
    pub fn matches(&self, pack: &str, rule: &str) -> bool {
        match self {
            Self::All => true,
            Self::Pack(own) => own == pack,
            Self::Rule(own, name) => own == pack && name == rule,
        }
    }

    /// How narrow it is: within one file the narrower goes before the wider, wherever either stands.
    #[must_use]
    pub const fn rank(&self) -> u8 {
        match self {
            Self::All => 0,
            Self::Pack(_) => 1,
            Self::Rule(..) => 2,
        }
    }
}

const fn is_legal(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

impl fmt::Display for RulePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("*/*"),
            Self::Pack(pack) => write!(f, "{pack}/*"),
            Self::Rule(pack, rule) => write!(f, "{pack}/{rule}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_forms_and_nothing_else() {
        for (text, rank) in [("*/*", 0), ("ec2/*", 1), ("ec2/open-ports", 2)] {
            let pattern = RulePattern::read(text).expect("a pattern");
            assert_eq!((pattern.to_string().as_str(), pattern.rank()), (text, rank));
        }
        for (text, why) in [
            ("ec2", PatternError::Shape),
            ("", PatternError::Shape),
            ("/x", PatternError::Shape),
            ("ec2/", PatternError::Shape),
            ("*/open-ports", PatternError::Star),
            ("ec2/open-*", PatternError::Star),
            ("e*/x", PatternError::Star),
            ("ec2/Open", PatternError::Character('O')),
            ("ec2/a/b", PatternError::Character('/')),
        ] {
            assert_eq!(RulePattern::read(text), Err(why), "{text}");
        }
    }

    #[test]
    fn wider_patterns_name_what_narrower_do() {
        let matching = |text: &str| RulePattern::read(text).expect("a pattern").matches("ec2", "open-ports");
        assert!(matching("*/*") && matching("ec2/*") && matching("ec2/open-ports"));
        assert!(!matching("s3/*") && !matching("ec2/open-port") && !matching("s3/open-ports"));
    }
}
