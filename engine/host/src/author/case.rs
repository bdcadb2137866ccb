//! Golden cases of a pack: `cases/*.yaml`, each what a rule is given and what it must find.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use muster_core::diag::Diagnostic;
use muster_core::facet::{self, BodySchema, Fact, Home, KindSpec};
use muster_core::finding::{Rule, Verdict};
use muster_core::fleet::did_you_mean;
use muster_core::policy::Parameters;
use muster_core::span::Span;
use muster_core::yaml::{self, Node, Value as Yaml};
use serde_json::{Map, Value};

/// Account and region of documents that name none.
const ACCOUNT: &str = "123456789012";
const REGION: &str = "us-east-1";
/// The time of cases that name none.
const NOW: &str = "2026-11-21T09:00:00Z";
const KEYS: [&str; 6] = ["about", "rule", "params", "now", "given", "expect"];

/// A case, ready to be tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The file.
    pub file: Arc<str>,
    /// Place of the rule among the pack's.
    pub rule: usize,
    /// Its parameters, defaults filled in.
    pub params: Map<String, Value>,
    /// When it is asked.
    pub now: Timestamp,
    /// What it is given.
    pub given: Vec<Fact>,
    /// What it must find, in any order.
    pub expect: Vec<Expected>,
}

/// A finding that a case wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// AWS id of the resource.
    pub resource: String,
    /// The verdict.
    pub verdict: String,
    /// The message; a pass often has none.
    pub message: String,
    /// What it looked at.
    pub evidence: Map<String, Value>,
}

/// Reads a case of a pack with these rules.
///
/// # Errors
/// With everything that is wrong with it, each with its place.
pub fn read(file: &str, bytes: &[u8], rules: &[Rule]) -> Result<Case, Vec<Diagnostic>> {
    let file: Arc<str> = file.into();
    let text = yaml::decode_utf8(&file, bytes).map_err(|problem| vec![*problem])?;
    let (root, mut problems) = yaml::parse(&file, text);
    let case = root.and_then(|root| Reader { file: &file, rules, schemas: BTreeMap::new(), problems: &mut problems }.case(&root));
    match case {
        Some(case) if problems.is_empty() => Ok(case),
        _ if problems.is_empty() => Err(vec![Diagnostic::error(format!("{file} is empty"), Span::start_of(&file)).help(EXAMPLE)]),
        _ => Err(problems),
    }
}

const EXAMPLE: &str = "a case has `given:` (a list of `{kind, body}`) and `expect:` (a list of `{resource, verdict, message, evidence}`)";

struct Reader<'a> {
    file: &'a Arc<str>,
    rules: &'a [Rule],
    /// Of the kinds met so far.
    schemas: BTreeMap<&'static str, BodySchema>,
    problems: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn case(mut self, root: &Node) -> Option<Case> {
        self.known(root, &KEYS);
        let rule = self.rule(root)?;
        let spec = &self.rules[rule];
        let params = self.params(root, spec);
        let now = self.now(get(root, "now"));
        let given = self.list(root, "given").into_iter().filter_map(|item| self.fact(item, spec)).collect();
        let expect = self.list(root, "expect").into_iter().filter_map(|item| self.expected(item)).collect();
        Some(Case { file: self.file.clone(), rule, params, now: now?, given, expect })
    }

    fn error(&mut self, span: &Span, message: impl Into<String>, help: Option<String>) {
        let problem = Diagnostic::error(message.into(), span.clone());
        self.problems.push(match help {
            Some(help) => problem.help(help),
            None => problem,
        });
    }

    /// Refuses keys nobody reads.
    fn known(&mut self, map: &Node, keys: &[&str]) {
        if !matches!(map.value, Yaml::Map(_)) {
            self.error(&map.span, format!("expected a map with {}, not {}", keys.join(", "), map.kind()), None);
        }
        for (key, _) in map.entries() {
            let word = key.key_text();
            if !keys.contains(&word) {
                let near = did_you_mean(word, keys.iter().copied());
                self.error(&key.span, format!("unknown key `{word}`; there are {}", keys.join(", ")), near);
            }
        }
    }

    fn rule(&mut self, root: &Node) -> Option<usize> {
        let Some(node) = get(root, "rule") else {
            if self.rules.len() == 1 {
                return Some(0);
            }
            let help = format!("add a line `rule: {}`", self.rules.first().map_or("…", |rule| &rule.id));
            self.error(&root.span, format!("the pack has {} rules; the case does not say which it is about", self.rules.len()), Some(help));
            return None;
        };
        let id = text(node).unwrap_or_default();
        let found = self.rules.iter().position(|rule| rule.id == id);
        if found.is_none() {
            let near = did_you_mean(&id, self.rules.iter().map(|rule| rule.id.as_str()));
            self.error(&node.span, format!("the pack has no rule `{id}`"), near);
        }
        found
    }

    /// The parameters with defaults filled in, held against what the rule says of them, as a policy's are.
    fn params(&mut self, root: &Node, rule: &Rule) -> Map<String, Value> {
        let of = format!("rule `{}`", rule.id);
        let node = get(root, "params").filter(|node| !node.is_null());
        if let Some(node) = node.filter(|node| !matches!(node.value, Yaml::Map(_))) {
            self.error(&node.span, format!("`params` is a map, not {}", node.kind()), None);
            return Map::new();
        }
        match Parameters::read(rule) {
            Ok(schema) => {
                let (entries, span) = node.map_or((&[][..], &root.span), |node| (node.entries(), &node.span));
                schema.values(&of, entries, span, self.problems)
            }
            Err(why) => {
                self.error(&root.span, format!("{of} describes its parameters in a way that no policy could give them: {why}"), None);
                Map::new()
            }
        }
    }

    fn now(&mut self, node: Option<&Node>) -> Option<Timestamp> {
        let written = node.map_or_else(|| NOW.to_owned(), |node| text(node).unwrap_or_default());
        let now = written.parse().ok();
        if let (None, Some(node)) = (now, node) {
            self.error(&node.span, format!("`{written}` is no instant; one reads `{NOW}`"), None);
        }
        now
    }

    fn list<'n>(&mut self, root: &'n Node, key: &str) -> Vec<&'n Node> {
        match get(root, key).map(|node| (&node.value, node)) {
            Some((Yaml::Seq(items), _)) => items.iter().collect(),
            Some((_, node)) if node.is_null() => Vec::new(),
            Some((_, node)) => {
                self.error(&node.span, format!("`{key}` is a list, not {}", node.kind()), None);
                Vec::new()
            }
            None => {
                self.error(&root.span, format!("the case has no `{key}`"), Some(EXAMPLE.to_owned()));
                Vec::new()
            }
        }
    }

    fn fact(&mut self, item: &Node, rule: &Rule) -> Option<Fact> {
        self.known(item, &["kind", "account", "region", "body"]);
        let kind = self.kind(item, rule)?;
        let Some(node) = get(item, "body").filter(|node| matches!(node.value, Yaml::Map(_))) else {
            self.error(&item.span, format!("a document of {} needs a `body`, the map that the rule reads", kind.word), None);
            return None;
        };
        self.schemas.entry(kind.word).or_insert_with(|| BodySchema::of(kind)).check(node, self.problems);
        let Value::Object(body) = node.to_json() else { return None };
        if !kind.id.is_empty() && !body.contains_key(kind.id) {
            self.error(&node.span, format!("the body of {} needs `{}`, by which findings name it", kind.word, kind.id), None);
            return None;
        }
        let home = |key, default: &str| get(item, key).and_then(text).unwrap_or_else(|| default.to_owned());
        let account = home("account", if kind.home == Home::File { "" } else { ACCOUNT });
        let region = home("region", if kind.home == Home::Region { REGION } else { "" });
        Some(Fact::new(kind, (&account, &region), body))
    }

    /// The kind of a document: one that the rule reads, else nobody would look at it.
    fn kind(&mut self, item: &Node, rule: &Rule) -> Option<&'static KindSpec> {
        let written = get(item, "kind");
        let word = written.and_then(text).unwrap_or_else(|| rule.subject().to_owned());
        let span = written.map_or(&item.span, |node| &node.span);
        let Some(kind) = facet::kind(&word) else {
            let near = did_you_mean(&word, facet::kinds().map(|kind| kind.word));
            self.error(span, format!("there is no kind `{word}`"), near);
            return None;
        };
        if !rule.needs.iter().any(|need| need.kind == word) {
            let reads: Vec<&str> = rule.needs.iter().map(|need| need.kind.as_str()).collect();
            let help = format!("it reads {}; what it does not name among its `needs` it is not given", reads.join(", "));
            self.error(span, format!("rule `{}` does not read {word}", rule.id), Some(help));
            return None;
        }
        Some(kind)
    }

    fn expected(&mut self, item: &Node) -> Option<Expected> {
        self.known(item, &["resource", "verdict", "message", "evidence"]);
        let word = |key| get(item, key).and_then(text).unwrap_or_default();
        let (resource, verdict) = (word("resource"), word("verdict"));
        if resource.is_empty() || ![Verdict::Pass, Verdict::Fail, Verdict::Unknown].iter().any(|known| known.word() == verdict) {
            self.error(&item.span, "a finding has `resource`, the id of a document, and `verdict`: pass, fail or unknown", None);
            return None;
        }
        let evidence = match get(item, "evidence").map(|node| (node.to_json(), node)) {
            Some((Value::Object(evidence), _)) => evidence,
            Some((value, node)) if !value.is_null() => {
                self.error(&node.span, format!("`evidence` is a map, not {}", node.kind()), None);
                return None;
            }
            _ => Map::new(),
        };
        Some(Expected { resource, verdict, message: word("message"), evidence })
    }
}

/// The value of a key of a map.
fn get<'n>(map: &'n Node, key: &str) -> Option<&'n Node> {
    map.entries().iter().find(|(name, _)| name.key_text() == key).map(|(_, value)| value)
}

/// A scalar as it is written.
fn text(node: &Node) -> Option<String> {
    node.scalar().filter(|_| !node.is_null()).map(|scalar| scalar.text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rules() -> Vec<Rule> {
        let body = json!({
            "title": "Volume is large", "category": "cost", "severity": "low", "needs": [{"kind": "ec2.volume"}],
            "params": {"type": "object", "properties": {"max-size": {"type": "integer", "default": 100}}},
        });
        vec![Rule::read("large", &body.to_string()).expect("a rule")]
    }

    fn said(text: &str) -> Vec<String> {
        let problems = read("cases/a.yaml", text.as_bytes(), &rules()).expect_err("refused");
        let place = |problem: &Diagnostic| problem.span.as_ref().map_or((0, 0), |span| (span.line, span.column));
        let line = |problem: &Diagnostic| format!("{}:{} {}", place(problem).0, place(problem).1, problem.message);
        problems.iter().map(line).collect()
    }

    #[test]
    fn a_case_is_read_with_its_defaults() {
        let text = "given:\n  - body: {VolumeId: vol-1, Size: 8}\n  - {region: eu-west-1, body: {VolumeId: vol-2, Size: 800}}\nexpect:\n  \
                    - {resource: vol-2, verdict: fail, message: large, evidence: {Size: 800}}\n";
        let case = read("cases/a.yaml", text.as_bytes(), &rules()).expect("a case");
        assert_eq!((case.rule, case.now.to_string().as_str()), (0, NOW));
        assert_eq!(Value::Object(case.params), json!({"max-size": 100}));
        let keys: Vec<&str> = case.given.iter().map(|fact| fact.key.as_str()).collect();
        assert_eq!(keys, ["arn:aws:ec2:us-east-1:123456789012:volume/vol-1", "arn:aws:ec2:eu-west-1:123456789012:volume/vol-2"]);
        assert_eq!(case.expect[0].evidence.get("Size"), Some(&json!(800)));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        assert_eq!(said("rule: larg\ngiven: []\nexpect: []\n"), ["1:7 the pack has no rule `larg`"]);
        assert_eq!(
            said("params: {max: 1}\nnow: today\ngiven: [{kind: ec2.volum, body: {}}]\nexpects: []\n"),
            [
                "4:1 unknown key `expects`; there are about, rule, params, now, given, expect",
                "1:10 rule `large` has no parameter `max`",
                "2:6 `today` is no instant; one reads `2026-11-21T09:00:00Z`",
                "3:16 there is no kind `ec2.volum`",
                "1:1 the case has no `expect`",
            ]
        );
        assert_eq!(
            said("given: [{body: {Size: 1}}]\nexpect: [{resource: vol-1, verdict: bad}]\n"),
            [
                "1:16 the body of ec2.volume needs `VolumeId`, by which findings name it",
                "2:10 a finding has `resource`, the id of a document, and `verdict`: pass, fail or unknown",
            ]
        );
        assert_eq!(said(""), ["1:1 cases/a.yaml is empty"]);
        assert_eq!(
            said("given: []\nexpect: [{resource: vol-1, verdict: fail, evidence: [Size]}]\n"),
            ["2:53 `evidence` is a map, not a list"]
        );
    }

    #[test]
    fn a_slip_in_a_body_or_a_parameter_is_no_silent_pass() {
        assert_eq!(said("given: [{body: {VolumeId: vol-1, Sise: 800}}]\nexpect: []\n"), ["1:34 ec2.volume has no member `Sise`"]);
        assert_eq!(
            said("params: {max-size: big}\ngiven: [{body: {VolumeId: vol-1, Size: '800'}}]\nexpect: []\n"),
            ["1:20 `max-size` wants a whole number, this is text", "2:40 `Size` of ec2.volume wants a whole number, this is text"]
        );
        assert_eq!(said("params: [1]\ngiven: []\nexpect: []\n"), ["1:9 `params` is a map, not a list"]);
    }

    #[test]
    fn a_document_that_the_rule_does_not_read_is_refused() {
        assert_eq!(
            said("given: [{kind: ec2.snapshot, body: {SnapshotId: snap-1}}]\nexpect: []\n"),
            ["1:16 rule `large` does not read ec2.snapshot"]
        );
    }
}
