//! What the rules of a pack ask for and this muster does not have: they would have nothing to judge, and `lock` would refuse them.

use std::fmt;

use muster_core::facet;
use muster_core::finding::{Need, Rule};
use muster_core::fleet::did_you_mean;
use muster_core::policy::Parameters;

/// Something that a rule says of itself and that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The rule.
    pub rule: String,
    /// The word in question, as the source has it: a kind, a facet. Empty when there is no single one.
    pub word: String,
    /// What is wrong.
    pub why: String,
    /// The nearest word there is: ``did you mean `tags`?``.
    pub near: Option<String>,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rule `{}` {}", self.rule, self.why)?;
        self.near.as_ref().map_or(Ok(()), |near| write!(f, "; {near}"))
    }
}

/// Everything of that sort in the rules of a pack.
#[must_use]
pub fn misfits(rules: &[Rule]) -> Vec<Misfit> {
    rules.iter().flat_map(|rule| rule.needs.iter().flat_map(|need| needs(rule, need)).chain(params(rule))).collect()
}

fn needs(rule: &Rule, need: &Need) -> Vec<Misfit> {
    let misfit = |word: &str, why: String, near| Misfit { rule: rule.id.clone(), word: word.to_owned(), why, near };
    let Some(kind) = facet::kind(&need.kind) else {
        let why = format!("needs `{}`, and there is no such kind", need.kind);
        return vec![misfit(&need.kind, why, did_you_mean(&need.kind, facet::kinds().map(|kind| kind.word)))];
    };
    let words: Vec<&str> = kind.facets.iter().map(|facet| facet.word).collect();
    let unknown = need.facets.iter().filter(|facet| kind.facet(facet).is_none());
    unknown
        .map(|facet| {
            let has = if words.is_empty() { "none".to_owned() } else { words.join(", ") };
            let why = format!("needs facet `{facet}` of {}, which has: {has}", kind.word);
            misfit(facet, why, did_you_mean(facet, words.iter().copied()))
        })
        .collect()
}

fn params(rule: &Rule) -> Option<Misfit> {
    let why = Parameters::read(rule).err()?.to_string();
    let why = format!("describes its parameters in a way that no policy could give them: {why}");
    Some(Misfit { rule: rule.id.clone(), word: String::new(), why, near: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(needs: &str, params: &str) -> Vec<String> {
        let body = format!(r#"{{"title":"T","category":"cost","severity":"low","needs":{needs},"params":{params}}}"#);
        misfits(&[Rule::read("large", &body).expect("a rule")]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_there_is_fits() {
        assert_eq!(said(r#"[{"kind":"ec2.volume","facets":["tags"]}]"#, "{}"), Vec::<String>::new());
    }

    #[test]
    fn a_slip_is_named_with_the_nearest_word() {
        assert_eq!(
            said(r#"[{"kind":"ec2-instanse"},{"kind":"ec2.volume","facets":["tag"]}]"#, "{}"),
            [
                "rule `large` needs `ec2-instanse`, and there is no such kind; did you mean `ec2.instance`?",
                "rule `large` needs facet `tag` of ec2.volume, which has: tags; did you mean `tags`?",
            ]
        );
    }

    #[test]
    fn parameters_that_no_policy_could_give_are_refused() {
        let said = said(r#"[{"kind":"ec2.volume"}]"#, r#"{"properties":{"a":{"type":"integer","default":"b"}}}"#);
        assert!(
            said[0].starts_with("rule `large` describes its parameters in a way that no policy could give them: parameter `a`"),
            "{said:?}"
        );
    }
}
