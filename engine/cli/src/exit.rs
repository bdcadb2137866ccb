//! Exit codes: one table, from which the documentation is made too.

use std::process::ExitCode;

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// Changes are pending.
    Pending,
    /// World, fleet or digest moved.
    Stale,
    /// Findings at or over `--fail-on`.
    Findings,
    /// Applied in part.
    Partial,
    /// A rule errored.
    RuleErrored,
    /// Wrong usage.
    Usage,
    /// A file is not valid.
    Invalid,
    /// AWS cannot be reached.
    Unreachable,
    /// A bug.
    Bug,
    /// Credentials or permission.
    Denied,
    /// Ctrl-C before the first change.
    Interrupted,
}

/// Every code with its meaning, in the order of the numbers.
pub(crate) const TABLE: [(Exit, u8, &str, &str); 13] = [
    (Exit::Done, 0, "done", "nothing; an empty plan and a plan with changes both end so"),
    (Exit::Failed, 1, "failed", "read the reason; `muster plan` shows what is left"),
    (Exit::Pending, 2, "changes pending", "only with `plan --detailed-exitcode`: `muster apply`"),
    (Exit::Stale, 3, "stale: the account, the fleet or the digest moved", "look at a fresh `muster plan` and approve that"),
    (Exit::Findings, 4, "findings at or over `--fail-on`", "mend them, or write an exception with an owner and an end"),
    (Exit::Partial, 5, "applied in part", "`muster apply` again: it does what is left"),
    (Exit::RuleErrored, 6, "a rule errored", "the finding names pack, rule and limit"),
    (Exit::Usage, 64, "wrong usage, or a feature that is not in this build", "`muster help COMMAND`"),
    (Exit::Invalid, 65, "fleet, policy or lock is not valid", "`muster validate` shows every error with its line"),
    (Exit::Unreachable, 69, "AWS cannot be reached, or refuses for the moment", "try again; `muster doctor` looks at the way there"),
    (Exit::Bug, 70, "a bug in muster", "report it with the message"),
    (
        Exit::Denied,
        77,
        "credentials or permission, or a gap that touched what was asked",
        "`muster doctor`, then `muster iam` for the policy",
    ),
    (Exit::Interrupted, 130, "interrupted before anything was changed", "nothing"),
];

/// Which code wins when several apply. 64, 65 and 130 end a run before any of them.
pub(crate) const ORDER: [Exit; 9] = [
    Exit::Bug,
    Exit::Partial,
    Exit::Stale,
    Exit::Denied,
    Exit::Unreachable,
    Exit::Failed,
    Exit::RuleErrored,
    Exit::Findings,
    Exit::Pending,
];

impl Exit {
    /// The number.
    pub(crate) fn code(self) -> u8 {
        TABLE.iter().find(|row| row.0 == self).map_or(70, |row| row.1)
    }

    /// The one that wins.
    pub(crate) fn of(several: impl IntoIterator<Item = Self>) -> Self {
        let all: Vec<Self> = several.into_iter().filter(|exit| *exit != Self::Done).collect();
        let early = all.iter().find(|exit| !ORDER.contains(exit));
        let ranked = ORDER.iter().find(|exit| all.contains(exit));
        early.or(ranked).copied().unwrap_or(Self::Done)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_when_several_apply() {
        assert_eq!(Exit::of([]), Exit::Done);
        assert_eq!(Exit::of([Exit::Pending, Exit::Denied, Exit::Unreachable]), Exit::Denied);
        assert_eq!(Exit::of([Exit::Failed, Exit::Stale, Exit::Partial]), Exit::Partial);
        assert_eq!(Exit::of([Exit::Done, Exit::Pending]), Exit::Pending);
        assert_eq!(Exit::of([Exit::Failed, Exit::Invalid]), Exit::Invalid);
    }

    #[test]
    fn every_code_stands_in_the_table_once() {
        for exit in ORDER {
            assert_eq!(TABLE.iter().filter(|row| row.0 == exit).count(), 1);
        }
        let mut codes: Vec<u8> = TABLE.iter().map(|row| row.1).collect();
        codes.dedup();
        assert_eq!(codes.len(), TABLE.len());
        assert_eq!(Exit::Denied.code(), 77);
    }
}
