//! What a rule says of a document.

use std::borrow::Cow;

use crate::dated::Dated;
use crate::write::{self, Evidence};

/// Bytes of evidence that are sent; the host ends a call at 64 KiB in one finding.
const EVIDENCE_BYTES: usize = 32 << 10;
/// Bytes of a message that are sent; the host ends a call at 4 KiB.
const MESSAGE_BYTES: usize = 1_000;

/// What a rule says of one document: made by [`pass`], [`fail`], [`unknown`] or [`skip`].
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Answer {
    pub(crate) verdict: Verdict,
    pub(crate) message: Cow<'static, str>,
    evidence: Vec<(&'static str, String)>,
    saves: Option<Saving>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Pass,
    Fail,
    Unknown,
    Skip,
}

impl Verdict {
    /// The word the host knows; `skip` is never sent.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Skip => "skip",
        }
    }
}

/// How good a sum of money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    /// From a price and a size that are both known.
    Exact,
    /// From what was measured, which may change.
    Metric,
    /// From a list of prices in the pack, which ages.
    Static,
}

impl Confidence {
    /// The word in evidence.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Metric => "metric",
            Self::Static => "static",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Saving {
    amount: f64,
    confidence: Confidence,
    basis: Cow<'static, str>,
    as_of: Option<String>,
}

/// It is as the rule wants it.
pub const fn pass() -> Answer {
    Answer { verdict: Verdict::Pass, message: Cow::Borrowed(""), evidence: Vec::new(), saves: None }
}

/// The rule does not apply to it.
pub const fn skip() -> Answer {
    Answer { verdict: Verdict::Skip, message: Cow::Borrowed(""), evidence: Vec::new(), saves: None }
}

/// It is not as the rule wants it. `message`: one line that names the number and the threshold, such as
/// `retention 1 day, at least 7 wanted`.
pub fn fail(message: impl Into<Cow<'static, str>>) -> Answer {
    Answer { verdict: Verdict::Fail, message: message.into(), ..pass() }
}

/// It cannot be judged. `message` says what is missing.
pub fn unknown(message: impl Into<Cow<'static, str>>) -> Answer {
    Answer { verdict: Verdict::Unknown, message: message.into(), ..pass() }
}

impl Answer {
    /// Adds what was looked at: AWS's name of the member where it repeats one. The last of a name counts.
    pub fn with(mut self, name: &'static str, value: impl Evidence) -> Self {
        self.evidence.push((name, write::json(value)));
        self
    }

    /// Adds how many USD a month mending it saves, rounded to cents, and how that is known. It becomes the evidence
    /// `saves`.
    pub fn saves(mut self, usd_per_month: f64, confidence: Confidence, basis: impl Into<Cow<'static, str>>) -> Self {
        let amount = (usd_per_month * 100.0).round() / 100.0;
        self.saves = Some(Saving { amount, confidence, basis: basis.into(), as_of: None });
        self
    }

    /// Says that the sum of [`Answer::saves`] rests on `data`, so that its date stands beside it.
    pub fn priced(mut self, data: &Dated) -> Self {
        if let Some(saving) = &mut self.saves {
            saving.as_of = data.as_of().map(Cow::into_owned);
        }
        self
    }

    /// The message, and the evidence as canonical JSON; nothing when there is none.
    pub(crate) fn parts(mut self) -> (Cow<'static, str>, String) {
        if let Some(saving) = &self.saves {
            self.evidence.push(("saves", saving.json()));
        }
        fit(&mut self.evidence);
        let mut out = String::new();
        if !self.evidence.is_empty() {
            write::object(&mut self.evidence, &mut out);
        }
        (shortened(self.message), out)
    }
}

/// Puts a count of bytes for the largest members until the rest is small enough.
fn fit(evidence: &mut [(&'static str, String)]) {
    let size = |evidence: &[(&str, String)]| evidence.iter().map(|(name, value)| name.len() + value.len() + 4).sum::<usize>();
    while size(evidence) > EVIDENCE_BYTES {
        let Some((_, largest)) = evidence.iter_mut().max_by_key(|(_, value)| value.len()) else { return };
        let left_out = write::json(format!("{} bytes left out", largest.len()));
        if left_out.len() >= largest.len() {
            return;
        }
        *largest = left_out;
    }
}

fn shortened(message: Cow<'static, str>) -> Cow<'static, str> {
    if message.len() <= MESSAGE_BYTES {
        return message;
    }
    Cow::Owned(format!("{}…", &message[..message.floor_char_boundary(MESSAGE_BYTES)]))
}

impl Saving {
    fn json(&self) -> String {
        let mut members = vec![
            ("amount", write::json(self.amount)),
            ("basis", write::json(&self.basis)),
            ("confidence", write::json(self.confidence.word())),
            ("currency", write::json("USD")),
            ("per", write::json("month")),
        ];
        if let Some(as_of) = &self.as_of {
            members.push(("as-of", write::json(as_of)));
        }
        let mut out = String::new();
        write::object(&mut members, &mut out);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_canonical() {
        assert_eq!((pass().parts().1, skip().verdict.word()), (String::new(), "skip"));
        let answer = fail("not encrypted").with("Size", Some(8)).with("Encrypted", false);
        assert_eq!(answer.verdict, Verdict::Fail);
        assert_eq!(answer.parts(), ("not encrypted".into(), r#"{"Encrypted":false,"Size":8}"#.to_owned()));
    }

    #[test]
    fn too_much_is_left_out_before_the_host_ends_the_call() {
        let many: Vec<u64> = (0..10_000).collect();
        let (message, body) = fail("보".repeat(2_000)).with("Many", many).with("Size", 8).parts();
        assert_eq!(body, r#"{"Many":"48891 bytes left out","Size":8}"#);
        assert!(message.len() < 1_010 && message.ends_with('…'));
    }

    #[test]
    fn a_sum_says_what_it_rests_on() {
        const PRICES: Dated = Dated::new("prices", r#"{"source": "a list", "as-of": "2026-11-01"}"#);
        let answer = fail("idle").saves(12.345_6, Confidence::Static, "gp2 to gp3").priced(&PRICES);
        let saves = r#"{"amount":12.35,"as-of":"2026-11-01","basis":"gp2 to gp3","confidence":"static","currency":"USD","per":"month"}"#;
        assert_eq!(answer.parts().1, format!(r#"{{"saves":{saves}}}"#));
    }
}
