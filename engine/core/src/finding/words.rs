//! The closed lists of words.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a rule found about a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As the rule wants it.
    Pass,
    /// Not as the rule wants it.
    Fail,
    /// What the rule needs could not be read.
    Unknown,
    /// The rule itself did not come to an end. Never a pass.
    Errored,
    /// It fails, and an exception with an owner and an expiry covers it.
    Exempt,
}

impl Verdict {
    /// The verdict of a pack's word. A word this version does not know is [`Verdict::Unknown`]: a newer pack's
    /// verdict must never read as a pass. Packs cannot say `errored` or `exempt`; those are ours.
    #[must_use]
    pub fn of_pack(word: &str) -> Self {
        match word {
            "pass" => Self::Pass,
            "fail" => Self::Fail,
            _ => Self::Unknown,
        }
    }

    /// The word in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Errored => "errored",
            Self::Exempt => "exempt",
        }
    }
}

/// How much a failing rule matters; ordered, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Mend it when passing by.
    Low,
    /// Plan to mend it.
    Medium,
    /// Mend it this week.
    High,
    /// Mend it now.
    Critical,
}

impl Severity {
    /// The word in policies and output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Who can reach or read what.
    Security,
    /// Money.
    Cost,
    /// Speed.
    Performance,
    /// Staying up and coming back.
    Reliability,
    /// Keeping it manageable.
    Operations,
}

impl Category {
    /// The word in policies and output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::Cost => "cost",
            Self::Performance => "performance",
            Self::Reliability => "reliability",
            Self::Operations => "operations",
        }
    }
}

macro_rules! displayed {
    ($($name:ident)*) => { $(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }
    )* };
}
displayed!(Verdict Severity Category);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_cannot_pass_by_a_word_we_do_not_know() {
        assert_eq!(Verdict::of_pack("pass"), Verdict::Pass);
        assert_eq!(Verdict::of_pack("fail"), Verdict::Fail);
        for word in ["", "PASS", "passed", "errored", "exempt", "warn", "pass "] {
            assert_eq!(Verdict::of_pack(word), Verdict::Unknown, "{word:?}");
        }
    }

    #[test]
    fn words_are_those_of_json_and_the_worst_is_last() {
        for severity in [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical] {
            assert_eq!(serde_json::to_value(severity).expect("a word"), severity.word());
        }
        assert!(Severity::Critical > Severity::High && Severity::Low > Severity::Info);
        assert_eq!(serde_json::to_value(Verdict::Errored).expect("a word"), Verdict::Errored.word());
        assert_eq!(serde_json::to_value(Category::Operations).expect("a word"), Category::Operations.word());
    }
}
