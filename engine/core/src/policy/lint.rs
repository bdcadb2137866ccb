//! What a policy may say and most likely does not mean.
//!
//! What refuses a policy is found by [`super::select`]; everything here leaves it working.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use super::{Choice, Enabled, Granted, Ground, Parameters, Policies, Policy, RulePattern, Scope, Selection, Setting, Tuning, Where};
use crate::diag::Diagnostic;
use crate::finding::{PackId, Rule};
use crate::span::{At, Span};

/// An exception that ends within this time is spoken of: long enough to mend what it covers, or to renew it.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

macro_rules! codes {
    ($($variant:ident = $word:literal, $what:literal;)+) => {
        /// What may be the matter.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum LintCode {
            $(#[doc = $what] $variant,)+
        }

        impl LintCode {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in output and documentation; it never changes.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// One line about it.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self { $(Self::$variant => $what,)+ }
            }
        }
    };
}

codes! {
    NeverRuns = "never-runs", "a rule is set, and a later line turns it off";
    OffAlready = "off-already", "`off` for what nothing before it turns on";
    IdlePack = "idle-pack", "no rule of a pack runs";
    Nowhere = "nowhere", "a scope that takes no account and region of the fleet";
    SameAsDefault = "same-as-default", "a parameter or severity that is the rule's own anyway";
    SetTwice = "set-twice", "two policies of the list set a rule differently, and the later one wins";
    ExceptionOver = "exception-over", "an exception whose last day has passed";
    ExceptionEndsSoon = "exception-ends-soon", "an exception that ends within 30 days";
    ExceptionForNothing = "exception-for-nothing", "an exception from rules that do not run, or where they do not";
    AccountUntold = "account-untold", "an account by its id, where fleet.yaml does not say which account it is about";
    NothingOn = "nothing-on", "no rule is on, or none anywhere in the fleet, so that nothing would be judged";
    ExceptionForAll = "exception-for-all", "an exception that takes every account and region of the fleet and names nothing else";
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// What is the matter.
    pub code: LintCode,
    /// In words, one line.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// Where.
    pub span: Span,
    /// Another place that belongs to it, with words for it.
    pub also: Option<(Span, String)>,
}

impl Lint {
    /// As a message about the file.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let mut problem = Diagnostic::warning(format!("{} [{}]", self.message, self.code.as_str()), self.span.clone());
        problem.also.extend(self.also.clone());
        problem.help(&self.help).code(self.code.as_str())
    }
}

/// Looks through policies that [`super::select`] has held against the same catalogue and ground. Built-in ones are ours to
/// look through. Sorted by place.
#[must_use]
pub fn lint(policies: &Policies, catalogue: &[(PackId, Vec<Rule>)], ground: &Ground, selection: &Selection, now: Timestamp) -> Vec<Lint> {
    let linter = Linter { policies, catalogue, ground, selection, now };
    let own = policies.layers.iter().filter(|policy| !is_built_in(policy));
    let mut all: Vec<Lint> = own.flat_map(|policy| linter.policy(policy)).collect();
    all.extend(selection.exceptions.iter().filter_map(|granted| linter.exception(granted)));
    all.extend(linter.idle_packs());
    all.extend(own_scopes(policies).flat_map(|scope| ground.untold(scope)).map(untold));
    all.extend(super::idle(policies, ground, selection));
    all.sort_by(|a, b| (&a.span.file, a.span.start, a.code).cmp(&(&b.span.file, b.span.start, b.code)));
    all
}

fn own_scopes(policies: &Policies) -> impl Iterator<Item = &Where> {
    policies.layers.iter().filter(|policy| !is_built_in(policy)).flat_map(Policy::scopes)
}

fn untold(id: &At<String>) -> Lint {
    Lint {
        code: LintCode::AccountUntold,
        message: format!("fleet.yaml gives no id for its account, so whether {} is it is not known", id.value),
        help: "leave `accounts` out where there is one account, or name it with its `id` under `cloud.accounts`".to_owned(),
        span: id.span.clone(),
        also: None,
    }
}

pub(super) fn is_built_in(policy: &Policy) -> bool {
    super::BUILT_IN.iter().any(|built_in| built_in.file == &*policy.file)
}

struct Linter<'a> {
    policies: &'a Policies,
    catalogue: &'a [(PackId, Vec<Rule>)],
    ground: &'a Ground,
    selection: &'a Selection,
    now: Timestamp,
}

impl<'a> Linter<'a> {
    fn policy(&self, policy: &'a Policy) -> Vec<Lint> {
        let mut all = Vec::new();
        for setting in &policy.rules {
            match &setting.choice {
                Choice::Off => all.extend(self.off_already(policy, setting)),
                Choice::On(tuning) => {
                    all.extend(self.never_runs(policy, setting));
                    all.extend(tuning.scope.as_ref().and_then(|scope| self.nowhere(&setting.pattern.value, scope)));
                    all.extend(self.same_as_default(&setting.pattern.value, tuning));
                    all.extend(self.set_twice(policy, setting, tuning));
                }
            }
        }
        all
    }

    /// Everything said of rules before a setting, in the order in which it is laid over each other.
    fn laid(&self) -> impl Iterator<Item = (&'a Policy, &'a Setting)> {
        self.policies.layers.iter().flat_map(|policy| {
            let mut settings: Vec<&Setting> = policy.rules.iter().collect();
            settings.sort_by_key(|setting| setting.pattern.value.rank());
            settings.into_iter().map(move |setting| (policy, setting))
        })
    }

    fn rules_of(&self, pattern: &'a RulePattern) -> impl Iterator<Item = (&'a PackId, &'a Rule)> {
        let all = self.catalogue.iter().flat_map(|(pack, rules)| rules.iter().map(move |rule| (pack, rule)));
        all.filter(|(pack, rule)| pattern.matches(&pack.name, &rule.id))
    }

    fn is_on(&self, pack: &PackId, rule: &Rule) -> bool {
        self.selection.enabled.iter().any(|enabled| *enabled.pack == *pack && enabled.rule.id == rule.id)
    }

    fn never_runs(&self, policy: &Policy, setting: &'a Setting) -> Option<Lint> {
        let mut rules = self.rules_of(&setting.pattern.value).peekable();
        rules.peek()?;
        if rules.any(|(pack, rule)| self.is_on(pack, rule)) {
            return None;
        }
        let off =
            |(_, other): &(&Policy, &Setting)| matches!(other.choice, Choice::Off) && overlap(&other.pattern.value, &setting.pattern.value);
        let last = self.laid().filter(off).last();
        let also = last.map(|(by, other)| (other.pattern.span.clone(), format!("`{}` turns it off", by.name)));
        Some(Lint {
            code: LintCode::NeverRuns,
            message: format!("`{}` is set in `{}` and never runs", setting.pattern.value, policy.name),
            help: "take one of the two lines out".to_owned(),
            span: setting.pattern.span.clone(),
            also,
        })
    }

    fn off_already(&self, policy: &Policy, setting: &Setting) -> Option<Lint> {
        let before = self.laid().take_while(|(_, other)| !std::ptr::eq(*other, setting));
        let turned_on = before
            .into_iter()
            .any(|(_, other)| matches!(other.choice, Choice::On(_)) && overlap(&other.pattern.value, &setting.pattern.value));
        (!turned_on).then(|| Lint {
            code: LintCode::OffAlready,
            message: format!("`{}` is off without this line of `{}`", setting.pattern.value, policy.name),
            help: "rules that no policy names are off; take the line out, or list the policy that turns it on before this one".to_owned(),
            span: setting.pattern.span.clone(),
            also: None,
        })
    }

    fn nowhere(&self, pattern: &RulePattern, scope: &At<Where>) -> Option<Lint> {
        self.is_nowhere(&scope.value).then(|| Lint {
            code: LintCode::Nowhere,
            message: format!("`{pattern}` runs nowhere: its `where` takes no account and region of this fleet"),
            help: "compare it with `cloud` in fleet.yaml".to_owned(),
            span: scope.span.clone(),
            also: None,
        })
    }

    fn is_nowhere(&self, written: &Where) -> bool {
        let scope = Scope::of(written, self.ground);
        let bounded = scope.accounts.is_some() || scope.regions.is_some() || scope.not.is_some();
        let mut places = self.ground.places().peekable();
        bounded && places.peek().is_some() && !places.any(|(account, region)| scope.reaches(account, region))
    }

    fn same_as_default(&self, pattern: &'a RulePattern, tuning: &Tuning) -> Vec<Lint> {
        let Some((_, rule)) = self.rules_of(pattern).next().filter(|_| matches!(pattern, RulePattern::Rule(..))) else { return Vec::new() };
        let lint = |message: String, span: &Span| Lint {
            code: LintCode::SameAsDefault,
            message,
            help: "take it out, so that a better default of the pack reaches you".to_owned(),
            span: span.clone(),
            also: None,
        };
        let mut all = Vec::new();
        if let Some(severity) = tuning.severity.as_ref().filter(|severity| severity.value == rule.severity) {
            all.push(lint(format!("`{pattern}` is of severity {} anyway", rule.severity), &severity.span));
        }
        let Ok(schema) = Parameters::read(rule) else { return all };
        for (name, node) in &tuning.params {
            let value = schema.member("", name, node, &mut Vec::new());
            if value.is_some() && value == schema.default_of(&name.value) {
                all.push(lint(format!("`{}` of `{pattern}` is {} anyway", name.value, shown(value.as_ref())), &name.span));
            }
        }
        all
    }

    /// The first policy before this one that says something else of the same rule, and that this one is not built on.
    fn set_twice(&self, policy: &Policy, setting: &Setting, tuning: &Tuning) -> Option<Lint> {
        let before = self.laid().take_while(|(_, other)| !std::ptr::eq(*other, setting));
        let stranger = |other: &Policy| other.file != policy.file && !policy.extends.contains(&other.file) && !is_built_in(other);
        let mut same = before.filter(|(other, earlier)| stranger(other) && earlier.pattern.value == setting.pattern.value);
        same.find_map(|(other, earlier)| {
            let Choice::On(before) = &earlier.choice else { return None };
            let what = differs(before, tuning)?;
            Some(Lint {
                code: LintCode::SetTwice,
                message: format!(
                    "`{}` gets {what} from `{}` and from `{}`; the later one counts",
                    setting.pattern.value, other.name, policy.name
                ),
                help: format!("take one out, or say that it is meant: `extends:` `{}` in `{}`", other.file, policy.file),
                span: setting.pattern.span.clone(),
                also: Some((earlier.pattern.span.clone(), "first here".to_owned())),
            })
        })
    }

    fn exception(&self, granted: &Granted) -> Option<Lint> {
        let exception = &granted.exception;
        let lint = |code, message: String, help: &str, span: &Span| {
            Some(Lint { code, message, help: help.to_owned(), span: span.clone(), also: None })
        };
        let (rule, until) = (&exception.rule.value, &exception.until);
        let who = format!("`{rule}` of {}", exception.owner);
        if granted.is_over(self.now) {
            let message = format!("the exception from {who} ended on {}, and what it covered counts again", until.value);
            return lint(LintCode::ExceptionOver, message, "mend what it covers and take it out, or give it a new day", &until.span);
        }
        let about = |enabled: &Enabled| rule.matches(&enabled.pack.name, &enabled.rule.id);
        if !self.selection.enabled.iter().any(about) {
            let message = format!("the exception from {who} is for a rule that does not run");
            return lint(LintCode::ExceptionForNothing, message, "take it out, or turn the rule on", &exception.rule.span);
        }
        if self.is_nowhere(&exception.scope) {
            let message = format!("the exception from {who} takes no account and region of this fleet");
            return lint(LintCode::ExceptionForNothing, message, "compare it with `cloud` in fleet.yaml", &exception.span);
        }
        if self.is_for_all(granted) && self.ground.untold(&exception.scope).next().is_none() {
            let message = format!("the exception from {who} takes every account and region of this fleet");
            return lint(LintCode::ExceptionForAll, message, "name resources or tags; a rule that is not wanted is `off`", &exception.span);
        }
        if granted.ends.duration_since(self.now) <= SOON {
            let days = granted.ends.duration_since(self.now).as_hours() / 24;
            let message = format!("the exception from {who} ends on {}, in {days} {}", until.value, if days == 1 { "day" } else { "days" });
            return lint(LintCode::ExceptionEndsSoon, message, "mend what it covers, or give it a new day", &until.span);
        }
        None
    }

    /// Whether an exception covers whatever the fleet has.
    fn is_for_all(&self, granted: &Granted) -> bool {
        let scope = &granted.scope;
        let mut accounts = self.ground.accounts.iter().map(|(name, id)| id.as_deref().unwrap_or(name));
        let regions = || self.ground.regions.iter().all(|region| scope.regions.as_ref().is_none_or(|set| set.contains(region)));
        // Which regions there are is not known of a fleet that names none.
        let told = scope.regions.is_none() || !self.ground.regions.is_empty();
        let any = granted.exception.resources.is_empty() || granted.exception.resources.iter().any(|glob| glob.value.is_any());
        any && told
            && scope.tags.is_empty()
            && regions()
            && accounts.all(|account| scope.accounts.as_ref().is_none_or(|set| set.contains(account)))
    }

    /// Packs that only this fleet names and that then do nothing. A built-in pack is there without being asked for.
    fn idle_packs(&self) -> Vec<Lint> {
        let named: BTreeMap<&str, &Span> = self.ground.packs.iter().map(|(name, span)| (name.as_str(), span)).collect();
        let runs = |name: &str| self.selection.enabled.iter().any(|enabled| enabled.pack.name == name);
        let idle = named.into_iter().filter(|(name, _)| !runs(name));
        idle.map(|(name, span)| Lint {
            code: LintCode::IdlePack,
            message: format!("no rule of pack `{name}` runs"),
            help: format!("turn them on in a policy, `{name}/*: on`, or take the pack out"),
            span: span.clone(),
            also: None,
        })
        .collect()
    }
}

/// Whether two patterns can name one rule.
fn overlap(a: &RulePattern, b: &RulePattern) -> bool {
    match (a, b) {
        (RulePattern::All, _) | (_, RulePattern::All) => true,
        (RulePattern::Pack(a), RulePattern::Pack(b) | RulePattern::Rule(b, _)) | (RulePattern::Rule(a, _), RulePattern::Pack(b)) => a == b,
        (RulePattern::Rule(..), RulePattern::Rule(..)) => a == b,
    }
}

/// What two tunings say differently, in words.
fn differs(before: &Tuning, after: &Tuning) -> Option<String> {
    let severity = |tuning: &Tuning| tuning.severity.as_ref().map(|severity| severity.value);
    if severity(before).zip(severity(after)).is_some_and(|(a, b)| a != b) {
        return Some("a severity".to_owned());
    }
    let scopes = before.scope.as_ref().zip(after.scope.as_ref());
    if scopes.is_some_and(|(a, b)| a.value != b.value) {
        return Some("a `where`".to_owned());
    }
    let other = |(name, value): &&(At<String>, crate::yaml::Node)| {
        before.params.iter().any(|(own, was)| own == name && was.to_json() != value.to_json())
    };
    after.params.iter().find(other).map(|(name, _)| format!("the parameter `{}`", name.value))
}

fn shown(value: Option<&Json>) -> String {
    match value {
        Some(Json::String(text)) => format!("`{text}`"),
        Some(other) => format!("`{other}`"),
        None => String::new(),
    }
}
