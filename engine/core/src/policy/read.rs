//! From files to policies: what a policy extends goes before it, each file once.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::builtin::{BUILT_IN, builtin};
use super::exception::{Exception, Glob};
use super::pattern::RulePattern;
use super::raw::{RawException, RawNot, RawPolicy, RawTuning, RawWhere, Switch};
use super::scope::TagSets;
use super::{Choice, Setting, Tuning, Where};
use crate::diag::{Diagnostic, Severity, Sources};
use crate::fleet::decode::{Cx, Decode as _, Either, Free, OneOrMany};
use crate::fleet::leaf::{AsWritten, Flaw, Leaf, Text, text_of};
use crate::fleet::leaf_aws::Region;
use crate::fleet::{FileSource, did_you_mean, secrets};
use crate::span::{At, Span};
use crate::yaml::{self, Scalar};

/// Deepest chain of `extends`: a bound for the reader's recursion, far above what anybody follows.
const MAX_DEPTH: usize = 32;

/// A built-in policy, or a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyRef {
    /// By its word.
    BuiltIn(&'static str),
    /// By its path.
    File(String),
}

impl PolicyRef {
    /// Reads what fleet.yaml, `extends` and `--policy` take: a bare word is built in, whatever has a `/` or ends in
    /// `.yaml` is a path.
    ///
    /// # Errors
    /// When a bare word is none of the built-in ones. The error is the word that was most likely meant, if there is one.
    pub fn of(text: &str) -> Result<Self, Option<String>> {
        if text.contains('/') || text.ends_with(".yaml") || text.ends_with(".yml") {
            return Ok(Self::File(text.to_owned()));
        }
        builtin(text).map(|known| Self::BuiltIn(known.word)).ok_or_else(|| did_you_mean(text, BUILT_IN.map(|one| one.word)))
    }
}

impl std::fmt::Display for PolicyRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::BuiltIn(word) => f.write_str(word),
            Self::File(path) => f.write_str(path),
        }
    }
}

impl Leaf for PolicyRef {
    const WANTED: &'static str = "a built-in policy or a path under this folder";

    fn read(scalar: &Scalar) -> Result<Self, Flaw> {
        let text = text_of(scalar)?;
        Self::of(text).map_err(|label| {
            let flaw = Flaw { label, ..Flaw::default() }.message(format!("unknown policy `{text}`"));
            flaw.help("built in: baseline, cost, strict, cis; a path ends in `.yaml`")
        })
    }

    fn schema() -> Json {
        json!({"type": "string"})
    }
}

/// One file, read.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// The file as messages call it.
    pub file: Arc<str>,
    /// Files it is built on, directly or through another.
    pub extends: BTreeSet<Arc<str>>,
    /// What it says of rules, in the order of the file.
    pub rules: Vec<Setting>,
    /// Its exceptions, in the order of the file.
    pub exceptions: Vec<Exception>,
}

impl Policy {
    /// Where its rules run and its exceptions hold, as far as it says.
    pub(super) fn scopes(&self) -> impl Iterator<Item = &Where> {
        let of_rules = self.rules.iter().filter_map(|setting| match &setting.choice {
            Choice::On(tuning) => tuning.scope.as_ref().map(|scope| &scope.value),
            Choice::Off => None,
        });
        of_rules.chain(self.exceptions.iter().map(|exception| &exception.scope))
    }
}

/// All files that count, in the order in which they are laid over each other: the last one wins.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// Each file once, where it is first asked for; what it extends before it.
    pub layers: Vec<Policy>,
    /// What was wrong with them, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Their texts.
    pub sources: Sources,
}

impl Policies {
    /// True when all files could be read and nothing is wrong with them.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.diagnostics.iter().all(|problem| problem.severity != Severity::Error)
    }

    /// Everywhere that a place is spoken of: where rules run, and where exceptions hold.
    pub(super) fn scopes(&self) -> impl Iterator<Item = &Where> {
        self.layers.iter().flat_map(Policy::scopes)
    }

    /// Their names, the ones that policies extend included, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.layers.iter().map(|policy| policy.name.as_str())
    }
}

/// Reads policies that were named outside of any file: by `--policy`, or by nobody.
#[must_use]
pub fn read(named: &[PolicyRef], files: &dyn FileSource) -> Policies {
    let outside: Arc<str> = "--policy".into();
    let listed: Vec<At<PolicyRef>> = named.iter().map(|policy| At::new(policy.clone(), Span::start_of(&outside))).collect();
    all(&listed, None, files)
}

/// Reads policies that stand in a list of a file.
pub(crate) fn read_listed(listed: &[At<PolicyRef>], files: &dyn FileSource) -> Policies {
    all(listed, Some(""), files)
}

fn all(listed: &[At<PolicyRef>], folder: Option<&str>, files: &dyn FileSource) -> Policies {
    let typed = folder.is_none();
    let mut reader = Reader { files, typed, read: BTreeSet::new(), open: Vec::new(), secrets: Vec::new(), out: Policies::default() };
    for policy in listed {
        reader.again(policy, folder);
        reader.take(policy, folder);
    }
    let mut out = reader.out;
    secrets::black_out(&mut out.sources, &reader.secrets);
    out.diagnostics.sort_by_key(|problem| problem.span.as_ref().map(|span| (span.file.clone(), span.start)));
    out
}

struct Reader<'a> {
    files: &'a dyn FileSource,
    /// They were named by hand, and not by fleet.yaml.
    typed: bool,
    /// Files that were read, by their names in messages.
    read: BTreeSet<Arc<str>>,
    /// Files whose `extends` is being followed, the outermost first.
    open: Vec<Arc<str>>,
    /// What must not be shown.
    secrets: Vec<Span>,
    out: Policies,
}

impl Reader<'_> {
    /// Reads a policy and what it extends, unless that was done. Paths count from `folder`; without one they were given
    /// by hand, and whoever typed them may read them. Answers what messages call its file.
    fn take(&mut self, policy: &At<PolicyRef>, folder: Option<&str>) -> Option<Arc<str>> {
        let file = self.name_of(policy, folder)?;
        if let Some(at) = self.open.iter().position(|open| *open == file) {
            self.cycle(&policy.span, at);
        } else if self.open.len() >= MAX_DEPTH {
            let deep = Diagnostic::error(format!("more than {MAX_DEPTH} policies extend each other"), policy.span.clone());
            self.out.diagnostics.push(deep.help("lay policies side by side in a list instead"));
        } else if self.read.insert(file.clone())
            && let Some(text) = self.text(policy, &file)
        {
            self.out.sources.0.insert(file.clone(), text.clone());
            self.file(&file, &text);
        }
        Some(file)
    }

    /// A policy in the list that another one there has brought along already would seem to win, and does not.
    fn again(&mut self, policy: &At<PolicyRef>, folder: Option<&str>) {
        let before = self.out.diagnostics.len();
        let file = self.name_of(policy, folder);
        self.out.diagnostics.truncate(before);
        if !file.as_ref().is_some_and(|file| self.read.contains(file)) {
            return;
        }
        let by = self.out.layers.iter().find(|layer| file.as_ref().is_some_and(|file| layer.extends.contains(file)));
        let why = by.map_or_else(|| "it stands in the list before".to_owned(), |by| format!("`{}` extends it", by.name));
        let twice = Diagnostic::warning(format!("`{}` counts already: {why}", policy.value), policy.span.clone());
        self.out.diagnostics.push(twice.help("a policy counts once, where it comes first; take it out here, or put it first"));
    }

    /// What messages call the file: the path from the folder of fleet.yaml, or a built-in name.
    fn name_of(&mut self, policy: &At<PolicyRef>, folder: Option<&str>) -> Option<Arc<str>> {
        let path = match &policy.value {
            PolicyRef::BuiltIn(word) => return builtin(word).map(|built_in| built_in.file.into()),
            PolicyRef::File(path) => path,
        };
        let joined = folder.map_or_else(|| Some(path.clone()), |folder| joined(folder, path));
        if joined.is_none() {
            let home = if self.typed { "the policy that was named" } else { "fleet.yaml" };
            let leaves = Diagnostic::error(format!("`{path}` leaves the folder of {home}"), policy.span.clone());
            self.out.diagnostics.push(leaves.help("a pull request edits policies, so they name nothing outside of that folder"));
        }
        joined.map(Arc::from)
    }

    fn cycle(&mut self, span: &Span, at: usize) {
        let chain: Vec<&str> = self.open[at..].iter().chain([&self.open[at]]).map(|file| &**file).collect();
        let problem = Diagnostic::error("this policy extends itself", span.clone()).label(chain.join(" → "));
        self.out.diagnostics.push(problem.help("take one of them out of an `extends`"));
    }

    fn text(&mut self, policy: &At<PolicyRef>, file: &Arc<str>) -> Option<Arc<str>> {
        if let PolicyRef::BuiltIn(word) = policy.value {
            return builtin(word).map(|built_in| built_in.text.into());
        }
        let why = match self.files.read(file) {
            Ok(bytes) if bytes.len() > yaml::MAX_BYTES => format!("it has {} bytes, at most {} are read", bytes.len(), yaml::MAX_BYTES),
            Ok(bytes) => match yaml::decode_utf8(file, &bytes) {
                Ok(text) => return Some(text.into()),
                Err(problem) => {
                    self.out.diagnostics.push(*problem);
                    return None;
                }
            },
            Err(why) => why,
        };
        let problem = Diagnostic::error(format!("cannot read the policy `{file}`: {why}"), policy.span.clone());
        self.out.diagnostics.push(problem.code(UNREADABLE));
        None
    }

    fn file(&mut self, file: &Arc<str>, text: &str) {
        let mut cx = Cx::new(file);
        let (root, problems) = yaml::parse(file, text);
        problems.into_iter().for_each(|problem| cx.push(problem));
        let raw = match root.filter(|root| !root.is_null()) {
            Some(root) => RawPolicy::decode(&root, &mut cx),
            None => {
                if cx.is_clean() {
                    let empty = Diagnostic::error(format!("{file} is empty"), Span::start_of(file));
                    cx.push(empty.help("a policy begins with its name: `policy: our`"));
                }
                None
            }
        };
        let Some(mut raw) = raw else { return self.close(cx) };
        let folder = folder_of(file).to_owned();
        self.open.push(file.clone());
        let extended = raw.extends.take().map(|list| list.value.0).unwrap_or_default();
        let mut extends: BTreeSet<Arc<str>> = extended.iter().filter_map(|policy| self.take(policy, Some(&folder))).collect();
        self.open.pop();
        let further: Vec<Arc<str>> =
            self.out.layers.iter().filter(|layer| extends.contains(&layer.file)).flat_map(|layer| layer.extends.clone()).collect();
        extends.extend(further);
        self.out.layers.push(policy(file, extends, raw, &mut cx));
        self.close(cx);
    }

    fn close(&mut self, cx: Cx) {
        self.out.diagnostics.extend(cx.diagnostics);
        self.secrets.extend(cx.secrets);
    }
}

/// Code of a policy file that is not there. It keeps nobody from planning.
pub const UNREADABLE: &str = "unreadable-policy";

/// The folder of a file, nothing for one beside fleet.yaml and for built-in ones.
fn folder_of(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path from `folder`; nothing when it leads out of where `folder` begins, or is absolute.
fn joined(folder: &str, path: &str) -> Option<String> {
    let absolute = |text: &str| text.starts_with(['/', '\\', '~']) || text.get(1..2) == Some(":");
    if absolute(path) {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').collect();
    parts.retain(|part| *part != ".");
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            parts.pop().filter(|part| !matches!(*part, "" | ".."))?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.strip_prefix(&[""]).filter(|_| folder.is_empty()).unwrap_or(&parts).join("/"))
}

/// A file's own part, typed.
fn policy(file: &Arc<str>, extends: BTreeSet<Arc<str>>, raw: RawPolicy, cx: &mut Cx) -> Policy {
    let name = raw.policy.map_or_else(|| file.to_string(), |name| name.value.as_str().to_owned());
    let rules = raw.rules.map(|rules| rules.value.0).unwrap_or_default();
    let rules = rules.into_iter().map(|(pattern, choice)| setting(pattern, choice, cx)).collect();
    let exceptions = raw.exceptions.map(|list| list.value.0).unwrap_or_default();
    let exceptions = exceptions.into_iter().filter_map(|raw| exception(&name, raw, cx)).collect();
    Policy { name, file: file.clone(), extends, rules, exceptions }
}

fn setting(pattern: At<RulePattern>, choice: Either<Switch, RawTuning>, cx: &mut Cx) -> Setting {
    let choice = match choice {
        Either::Word(Switch::Off) => Choice::Off,
        Either::Word(Switch::On) => Choice::On(Box::default()),
        Either::Section(tuning) => Choice::On(Box::new(tuned(&pattern, *tuning, cx))),
    };
    Setting { pattern, choice }
}

fn tuned(pattern: &At<RulePattern>, raw: RawTuning, cx: &mut Cx) -> Tuning {
    let is_one = matches!(pattern.value, RulePattern::Rule(..));
    if let Some(params) = raw.params.as_ref().filter(|_| !is_one) {
        let many = Diagnostic::error(format!("`{}` is many rules, and parameters belong to one", pattern.value), params.span.clone());
        cx.push(many.help("write a line for the rule: `ec2/open-ports: {params: {…}}`"));
    }
    let scope = raw.scope.map(|raw| At::new(bounds(raw.value, cx), raw.span));
    let params = raw.params.filter(|_| is_one).map(|params| params.value.0).unwrap_or_default();
    Tuning { severity: raw.severity, params, scope }
}

fn bounds(raw: RawWhere, cx: &mut Cx) -> Where {
    let not = raw.not.map(|not| {
        let RawNot { accounts, regions, tags, .. } = not.value;
        Box::new(At::new(parts(accounts, regions, tags, cx), not.span))
    });
    if let Some(not) = not.as_ref().filter(|not| not.value.is_everywhere()) {
        cx.push(Diagnostic::error("an empty `not` leaves nothing out", not.span.clone()).help("write what it leaves out, or take it away"));
    }
    Where { not, ..parts(raw.accounts, raw.regions, raw.tags, cx) }
}

fn parts(
    accounts: Option<At<OneOrMany<Text>>>,
    regions: Option<At<OneOrMany<Region>>>,
    tags: Option<At<Free<OneOrMany<AsWritten>>>>,
    cx: &mut Cx,
) -> Where {
    let accounts = accounts.map(|list| filled("accounts", list.span, list.value.0, |text| text.0, cx));
    let regions = regions.map(|list| filled("regions", list.span, list.value.0, |text| text.0, cx));
    Where { accounts, regions, tags: tags.map(|tags| tag_sets(tags, cx)), not: None }
}

/// A list that may not be empty: it would match nothing, which nobody means.
fn filled<T>(key: &str, span: Span, list: Vec<At<T>>, text: fn(T) -> String, cx: &mut Cx) -> Vec<At<String>> {
    if list.is_empty() {
        cx.push(Diagnostic::error(format!("an empty `{key}` would be nowhere"), span).help("leave the key out for everywhere"));
    }
    list.into_iter().map(|word| word.map(text)).collect()
}

fn tag_sets(tags: At<Free<OneOrMany<AsWritten>>>, cx: &mut Cx) -> At<TagSets> {
    let mut sets = TagSets::new();
    if tags.value.0.is_empty() {
        cx.push(Diagnostic::error("an empty `tags` bounds nothing", tags.span.clone()).help("leave the key out for everywhere"));
    }
    for (key, values) in tags.value.0 {
        if values.value.0.is_empty() {
            let none = Diagnostic::error(format!("no value for the tag `{}`", key.value), values.span.clone());
            cx.push(none.help("`'*'` matches any value"));
        }
        sets.insert(key.value, values.value.0.into_iter().map(|value| value.value.0).collect());
    }
    At::new(sets, tags.span)
}

fn exception(policy: &str, raw: At<RawException>, cx: &mut Cx) -> Option<Exception> {
    let At { value: raw, span } = raw;
    let named = raw.resource.is_some();
    let resources = raw.resource.map(|list| filled("resource", list.span, list.value.0, |text| text.0, cx)).unwrap_or_default();
    let resources: Vec<At<Glob>> = resources.into_iter().map(|text| text.map(Glob)).collect();
    // Among several resources one that fits all makes the others idle.
    let any = resources.iter().find(|glob| glob.value.is_any());
    let bounded = (named && any.is_none()) || raw.tags.is_some() || raw.accounts.is_some() || raw.regions.is_some();
    if !bounded && raw.refused.is_empty() {
        let at = any.map_or(&span, |glob| &glob.span);
        let wide = Diagnostic::error("an exception for everything", at.clone());
        cx.push(wide.help("name what it is for: `resource:`, `tags:`, `accounts:` or `regions:`; a rule that is not wanted is `off`"));
    }
    let scope = parts(raw.accounts, raw.regions, raw.tags, cx);
    let until: At<Date> = raw.until?;
    Some(Exception {
        policy: policy.to_owned(),
        rule: raw.rule?,
        resources,
        scope,
        owner: raw.owner?.value.0,
        reason: raw.reason?.value.0,
        until,
        span,
    })
}
