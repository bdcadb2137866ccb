//! What a rule is: words about itself, and the function that judges.

use crate::answer::{Answer, skip};
use crate::ask::{Ask, Batch, Doc, Failure, Findings};
use crate::param::Param;

/// A rule. Write it as a constant, end with `..Rule::EMPTY`.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Unique in the pack: lower-case words with hyphens, without the service's name: `volume-encryption`.
    pub id: &'static str,
    /// One line, sentence case: what is wrong when it fails.
    pub title: &'static str,
    /// What it is about.
    pub category: Category,
    /// How much it matters, unless a policy says otherwise.
    pub severity: Severity,
    /// What it reads. The first kind is the one it judges.
    pub needs: &'static [Need],
    /// What a policy can set.
    pub params: &'static [Param],
    /// Why it matters, in a sentence or two.
    pub risk: &'static str,
    /// How to mend it.
    pub remediation: Remediation,
    /// Ids of the controls it implements: `CIS 6.1.1`, `FSBP EC2.3`.
    pub controls: &'static [&'static str],
    /// More for those who ask, as Markdown.
    pub help: &'static str,
    /// How it judges.
    pub check: Check,
}

impl Rule {
    /// What is not said.
    pub const EMPTY: Self = Self {
        id: "",
        title: "",
        category: Category::Operations,
        severity: Severity::Low,
        needs: &[],
        params: &[],
        risk: "",
        remediation: Remediation { text: "", command: "" },
        controls: &[],
        help: "",
        check: Check::each(|_, _| skip()),
    };

    /// The kind it judges.
    #[must_use]
    pub const fn subject(&self) -> &'static str {
        match self.needs {
            [first, ..] => first.kind,
            [] => "",
        }
    }
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// The word in descriptions.
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

/// How much a failing rule matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// The word in descriptions.
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

/// A kind of thing a rule reads, and what of it beyond its base members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// `ec2.volume`.
    pub kind: &'static str,
    /// `tags`, `imds`.
    pub facets: &'static [&'static str],
}

/// How to mend what a rule found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remediation {
    /// In words.
    pub text: &'static str,
    /// As a command, with `{resource}`, `{region}` and `{account}` to be filled in; empty when there is none.
    pub command: &'static str,
}

/// Judges one document.
pub type Each = fn(&Ask<'_>, Doc<'_>) -> Answer;
/// Judges many documents together.
pub type All = for<'a> fn(&Ask<'_>, &Batch<'a>, &mut Findings<'a>) -> Result<(), Failure>;

/// How a rule judges, which also says what it must see at once.
#[derive(Debug, Clone, Copy)]
pub struct Check(pub(crate) Grouping);

/// See [`Check`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Grouping {
    Each(Each),
    Scope(All),
    Fleet(All),
}

impl Check {
    /// Each document of the kind it judges alone. The cheapest: the host may cut batches anywhere.
    #[must_use]
    pub const fn each(check: Each) -> Self {
        Self(Grouping::Each(check))
    }

    /// All documents of one account and region at once.
    #[must_use]
    pub const fn scope(check: All) -> Self {
        Self(Grouping::Scope(check))
    }

    /// All documents there are at once.
    #[must_use]
    pub const fn fleet(check: All) -> Self {
        Self(Grouping::Fleet(check))
    }

    /// The word in descriptions.
    pub(crate) const fn word(self) -> &'static str {
        match self.0 {
            Grouping::Each(_) => "each",
            Grouping::Scope(_) => "scope",
            Grouping::Fleet(_) => "fleet",
        }
    }
}
