//! Advice on a terminal: what to mend, worst first; what else needs an eye; and what is fine, counted.

use std::collections::BTreeMap;

use muster_core::advice::{Advice, Judgement, Note, RuleRow, saves};
use muster_core::finding::{Severity, Verdict};
use serde_json::Value;

use super::style::{Accent, Style};
use super::table::{Cell, Table, truncate_middle};
use super::{count, local_time, short_account};

/// Resources shown of one rule, where more than one rule was asked: the rest is counted.
const ROWS: usize = 10;
/// Faults of one rule that are shown.
const FAULTS: usize = 3;
/// Members of evidence shown beside a finding.
const MEMBERS: usize = 4;
/// Columns of one of them.
const VALUE_COLUMNS: usize = 48;
/// The member of evidence that has words of its own.
const SAVES: &str = "saves";

/// What a renderer says besides the advice.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// The fleet's name, or the file's when it has none.
    pub(crate) fleet: String,
    /// Zone in which times are shown.
    pub(crate) timezone: Option<String>,
    /// `main (1234…9012) ap-northeast-2`, one for each account.
    pub(crate) places: Vec<String>,
    /// True for the embedded account.
    pub(crate) sandbox: bool,
    /// How long reading and judging took; nothing on the sandbox.
    pub(crate) seconds: Option<f64>,
    /// Policies that chose: `baseline`, `our`.
    pub(crate) policies: Vec<String>,
    /// Only some rules were asked for, so each is shown whole.
    pub(crate) whole: bool,
    /// Things that were looked at.
    pub(crate) resources: usize,
    /// Folder of the replay files, when there are any.
    pub(crate) replays: Option<String>,
}

/// The whole text.
pub(crate) fn render(advice: &Advice, frame: &Frame, style: &Style) -> String {
    let mut blocks = vec![incomplete(advice, style), heading(advice, frame, style)];
    blocks.extend(failing(advice).into_iter().map(|(row, found)| rule(row, &found, frame, style)));
    blocks.push(aside(advice, frame, style));
    blocks.push(format!("{}\n{}", closing(advice, frame), savings(advice)));
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n")
}

/// What could not be read, first of all.
fn incomplete(advice: &Advice, style: &Style) -> String {
    let felt: Vec<_> = advice.felt().collect();
    if felt.is_empty() {
        return String::new();
    }
    let what = format!("incomplete: {} could not be made; rules that need them answer unknown", count(felt.len(), "read"));
    let mut table = Table::indented(2);
    for row in felt {
        let gap = &row.gap;
        let about = if gap.resources.is_empty() { gap.kind.to_owned() } else { format!("{} {}", gap.resources.len(), gap.kind) };
        let place = format!("{} {}", gap.account, gap.region);
        let rules = format!("{}; needed by {}", gap.error, listed(row.rules.iter().map(|rule| &**rule)));
        table.row(vec![Cell::new(&gap.action), Cell::new(place.trim()), Cell::new(about), Cell::painted(Accent::Held, rules)]);
    }
    format!("{}\n{}", style.paint(Accent::Destroy, &what), table.render(style))
}

/// At most three words, and how many more.
fn listed<'w>(words: impl ExactSizeIterator<Item = &'w str>) -> String {
    let more = words.len().saturating_sub(3);
    let first: Vec<&str> = words.take(3).collect();
    if more == 0 { first.join(", ") } else { format!("{} and {more} more", first.join(", ")) }
}

fn heading(advice: &Advice, frame: &Frame, style: &Style) -> String {
    let kind = if frame.sandbox { "sandbox account " } else { "" };
    let took = frame.seconds.map(|seconds| format!(" in {seconds:.1} s")).unwrap_or_default();
    let when = local_time(advice.at, frame.timezone.as_deref());
    let calls = count(usize::try_from(advice.calls).unwrap_or(usize::MAX), "call");
    format!(
        "{} → {kind}{}, read {calls}{took}, {when}, by {}\n",
        style.paint(Accent::Name, &frame.fleet),
        frame.places.join("; "),
        frame.policies.join(", ")
    )
}

/// Rules that fail somewhere with where they do: worst first, then those with most to mend.
fn failing(advice: &Advice) -> Vec<(&RuleRow, Vec<&Judgement>)> {
    let mut by_rule: BTreeMap<&str, Vec<&Judgement>> = BTreeMap::new();
    for found in advice.findings.iter().filter(|found| found.verdict == Verdict::Fail) {
        by_rule.entry(&found.rule).or_default().push(found);
    }
    let mut rules: Vec<_> = advice.rules.iter().filter_map(|row| Some((row, by_rule.remove(&*row.id)?))).collect();
    rules.sort_by(|(a, found_a), (b, found_b)| (b.severity, found_b.len()).cmp(&(a.severity, found_a.len())).then_with(|| a.id.cmp(&b.id)));
    rules
}

const fn accent(severity: Severity) -> Accent {
    match severity {
        Severity::Critical | Severity::High => Accent::Destroy,
        Severity::Medium => Accent::Change,
        Severity::Low | Severity::Info => Accent::Held,
    }
}

fn rule(row: &RuleRow, found: &[&Judgement], frame: &Frame, style: &Style) -> String {
    let judged = row.tally.pass + row.tally.fail + row.tally.exempt;
    let mut out = format!(
        "  {}  {}  {}  {}\n",
        style.paint(accent(row.severity), &format!("{:<8}", row.severity.word())),
        style.paint(Accent::Name, &row.id),
        row.title,
        style.paint(Accent::Held, &format!("{} of {judged}", found.len()))
    );
    let shown = if frame.whole { found.len() } else { found.len().min(ROWS) };
    let mut table = Table::indented(4);
    for one in &found[..shown] {
        table.row(finding(one, frame));
    }
    out.push_str(&table.render(style));
    let more = found.len() - shown;
    if more > 0 {
        out.push_str(&format!(
            "    {}\n",
            style.paint(Accent::Held, &format!("and {more} more; `muster advise --rule {}` lists all", row.id))
        ));
    }
    if let Some(command) = found.iter().find_map(|one| one.command.as_ref()) {
        out.push_str(&format!("    {}\n", style.paint(Accent::Held, &format!("→  {command}"))));
    } else if !row.remediation.is_empty() {
        let mut table = Table::indented(4);
        table.row(vec![Cell::painted(Accent::Held, "→"), Cell::painted(Accent::Held, &row.remediation)]);
        out.push_str(&table.render(style));
    }
    out
}

/// Name, id, place where there are several, and why.
fn finding(one: &Judgement, frame: &Frame) -> Vec<Cell> {
    let only = frame.places.len() == 1 && !frame.places[0].contains(',');
    let place = format!("{} {}", short_account(&one.account), one.region);
    let place = if only || one.account.is_empty() { String::new() } else { place.trim_end().to_owned() };
    let name = one.name.clone().or_else(|| one.origin.clone()).unwrap_or_default();
    let evidence = evidence(one);
    let why = if evidence.is_empty() { one.message.clone() } else { format!("{} ({evidence})", one.message) };
    vec![Cell::new(name), Cell::painted(Accent::Held, &*one.resource), Cell::painted(Accent::Held, place), Cell::new(why)]
}

/// `Encrypted=false, Size=8, saves 3.20 USD/month`.
fn evidence(one: &Judgement) -> String {
    let members = one.evidence.iter().filter(|(name, _)| *name != SAVES);
    let mut parts: Vec<String> = members.clone().take(MEMBERS).map(|(name, value)| format!("{name}={}", short(value))).collect();
    if members.count() > MEMBERS {
        parts.push("…".to_owned());
    }
    parts.extend(saves(one).map(|saving| format!("saves {:.2} {}/month", saving.amount, saving.currency)));
    parts.join(", ")
}

fn short(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(short).collect::<Vec<_>>().join("+"),
        other => other.to_string(),
    };
    truncate_middle(&text, VALUE_COLUMNS)
}

/// What is neither to mend nor fine.
fn aside(advice: &Advice, frame: &Frame, style: &Style) -> String {
    let mut table = Table::indented(2);
    let word = |word: &str, accent: Accent| Cell::painted(accent, word);
    for (rule, message) in errored(advice) {
        table.row(vec![word("errored", Accent::Destroy), Cell::new(rule), Cell::new(message)]);
    }
    for ((rule, message), found) in grouped(advice, Verdict::Unknown) {
        let about = if let [one] = found.as_slice() { label(one) } else { format!("{} {}", found.len(), found[0].kind) };
        table.row(vec![word("unknown", Accent::Change), Cell::new(rule), Cell::new(format!("{about}: {message}"))]);
    }
    for one in advice.findings.iter().filter(|found| found.verdict == Verdict::Exempt) {
        let Some(cover) = &one.exception else { continue };
        let why = format!("{}: {}; {}, until {}, {}", label(one), cover.reason, cover.owner, cover.until, cover.origin);
        table.row(vec![word("exempt", Accent::Held), Cell::new(&*one.rule), Cell::painted(Accent::Held, why)]);
    }
    for Note { about, message } in &advice.notes {
        table.row(vec![word("note", Accent::Held), Cell::new(about), Cell::painted(Accent::Held, message)]);
    }
    let mut out = table.render(style);
    if let Some(folder) = &frame.replays {
        out.push_str(&format!("  {}\n", style.paint(Accent::Held, &format!("replay files are in {folder}"))));
    }
    out
}

fn label(one: &Judgement) -> String {
    one.name.as_ref().map_or_else(|| one.resource.to_string(), |name| format!("{name} {}", one.resource))
}

/// A line for each fault, which may stand behind many findings; of one rule a few, and how many more.
fn errored(advice: &Advice) -> Vec<(&str, String)> {
    let mut by_rule: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ((rule, message), found) in grouped(advice, Verdict::Errored) {
        let many = if found.len() > 1 { format!(" ({})", count(found.len(), "finding")) } else { String::new() };
        by_rule.entry(rule).or_default().push(format!("{message}{many}"));
    }
    by_rule.into_iter().flat_map(|(rule, lines)| few(lines).into_iter().map(move |line| (rule, line))).collect()
}

fn few(mut lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(FAULTS);
    lines.truncate(FAULTS);
    lines.extend((more > 0).then(|| format!("and {} like these", count(more, "fault"))));
    lines
}

fn grouped(advice: &Advice, verdict: Verdict) -> BTreeMap<(&str, &str), Vec<&Judgement>> {
    let mut groups: BTreeMap<(&str, &str), Vec<&Judgement>> = BTreeMap::new();
    for found in advice.findings.iter().filter(|found| found.verdict == verdict) {
        groups.entry((&found.rule, &found.message)).or_default().push(found);
    }
    groups
}

/// `12 to mend: 1 critical, 3 high, 8 medium; 2 exempt; 230 pass by 40 rules on 123 resources.`
fn closing(advice: &Advice, frame: &Frame) -> String {
    let severities: Vec<String> = advice.by_severity().into_iter().map(|(severity, n)| format!("{n} {}", severity.word())).collect();
    let tally = advice.tally;
    let mend = if tally.fail == 0 { "nothing to mend".to_owned() } else { format!("{} to mend: {}", tally.fail, severities.join(", ")) };
    let others = [(tally.exempt, "exempt"), (tally.unknown, "unknown"), (tally.errored, "errored")];
    let others: String = others.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("; {n} {word}")).collect();
    let looked = format!("{} pass by {} on {}", tally.pass, count(advice.rules.len(), "rule"), count(frame.resources, "resource"));
    format!("{mend}{others}; {looked}.")
}

/// `could save 96.40 USD a month on 7 resources: 41.00 exact, 55.40 by metrics`.
fn savings(advice: &Advice) -> String {
    let savings = &advice.savings;
    let line = |(currency, amount): (&String, &f64)| {
        let sure = savings.by_confidence.get(currency).into_iter().flatten();
        let sure: Vec<String> = sure.map(|(word, amount)| format!("{amount:.2} {}", confidence(word))).collect();
        format!("could save {amount:.2} {currency} a month on {}: {}\n", count(savings.resources, "resource"), sure.join(", "))
    };
    savings.monthly.iter().map(line).collect()
}

fn confidence(word: &str) -> &str {
    match word {
        "metric" => "by metrics",
        "static" => "by rule of thumb",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_core::advice::{Exempted, GapRow, Savings, Tally};
    use muster_core::facet::Gap;
    use muster_core::finding::Category;
    use serde_json::json;

    const STYLE: Style = Style { color: false, unicode: true, width: 100 };

    fn found(rule: &str, verdict: Verdict, severity: Severity, resource: &str) -> Judgement {
        Judgement {
            rule: rule.into(),
            verdict,
            severity,
            kind: "ec2.volume".into(),
            resource: resource.into(),
            name: None,
            arn: None,
            account: "123456789012".into(),
            region: "ap-northeast-2".into(),
            message: "not encrypted".to_owned(),
            evidence: serde_json::Map::new(),
            origin: None,
            command: None,
            exception: None,
            fault: None,
            key: resource.into(),
        }
    }

    fn row(id: &str, severity: Severity, findings: &[Judgement]) -> RuleRow {
        RuleRow {
            id: id.into(),
            title: "EBS volume is not encrypted".to_owned(),
            category: Category::Security,
            severity,
            kind: "ec2.volume".to_owned(),
            pack: "ec2 1.0.0".to_owned(),
            params: serde_json::Map::new(),
            risk: String::new(),
            remediation: "Copy it encrypted.".to_owned(),
            controls: Vec::new(),
            origin: "our.yaml:3".to_owned(),
            tally: Tally::of(findings.iter().filter(|found| &*found.rule == id).map(|found| found.verdict)),
            not_applicable: 0,
        }
    }

    fn advice(findings: Vec<Judgement>, rules: &[(&str, Severity)]) -> Advice {
        Advice {
            at: "2026-11-21T09:02:00Z".parse().expect("an instant"),
            gaps: Vec::new(),
            rules: rules.iter().map(|(id, severity)| row(id, *severity, &findings)).collect(),
            tally: Tally::of(findings.iter().map(|found| found.verdict)),
            savings: Savings::of(&findings),
            findings,
            notes: Vec::new(),
            calls: 3,
        }
    }

    fn frame() -> Frame {
        Frame {
            fleet: "lms-2026".to_owned(),
            timezone: Some("Asia/Seoul".to_owned()),
            places: vec!["main (1234…9012) ap-northeast-2".to_owned()],
            sandbox: false,
            seconds: Some(0.42),
            policies: vec!["baseline".to_owned(), "our".to_owned()],
            whole: false,
            resources: 40,
            replays: None,
        }
    }

    #[test]
    fn what_to_mend_worst_first_and_what_is_fine_counted() {
        let mut first = found("ec2/volume-encryption", Verdict::Fail, Severity::High, "vol-1");
        first.name = Some("user/alice/instance".to_owned());
        first.command = Some("aws ec2 create-snapshot --volume-id vol-1".to_owned());
        first.evidence = json!({"Encrypted": false, "Size": 8}).as_object().expect("an object").clone();
        let mut cheap = found("ec2/unattached", Verdict::Fail, Severity::Low, "vol-2");
        cheap.message = "attached to nothing for 40 days".to_owned();
        cheap.evidence =
            json!({"saves": {"amount": 3.2, "currency": "USD", "per": "month", "confidence": "exact"}}).as_object().expect("one").clone();
        let mut excepted = found("ec2/volume-encryption", Verdict::Exempt, Severity::High, "vol-3");
        excepted.exception = Some(Exempted {
            owner: "lab".to_owned(),
            reason: "holds nothing".to_owned(),
            until: "2026-12-31".to_owned(),
            origin: "our.yaml:9".to_owned(),
        });
        let pass = found("ec2/unattached", Verdict::Pass, Severity::Low, "vol-1");
        let rules = [("ec2/unattached", Severity::Low), ("ec2/volume-encryption", Severity::High)];
        let mut advice = advice(vec![cheap, pass, first, excepted], &rules);
        advice.notes = vec![Note { about: "lambda/runtime".to_owned(), message: "its data is of 2026-01-01".to_owned() }];
        let expected = "\
lms-2026 → main (1234…9012) ap-northeast-2, read 3 calls in 0.4 s, 2026-11-21 18:02 KST, by baseline, our

  high      ec2/volume-encryption  EBS volume is not encrypted  1 of 2
    user/alice/instance  vol-1  not encrypted (Encrypted=false, Size=8)
    →  aws ec2 create-snapshot --volume-id vol-1

  low       ec2/unattached  EBS volume is not encrypted  1 of 2
    vol-2  attached to nothing for 40 days (saves 3.20 USD/month)
    →  Copy it encrypted.

  exempt  ec2/volume-encryption  vol-3: holds nothing; lab, until 2026-12-31, our.yaml:9
  note    lambda/runtime         its data is of 2026-01-01

2 to mend: 1 high, 1 low; 1 exempt; 1 pass by 2 rules on 40 resources.
could save 3.20 USD a month on 1 resource: 3.20 exact
";
        assert_eq!(render(&advice, &frame(), &STYLE), expected);
    }

    #[test]
    fn what_could_not_be_read_comes_first() {
        let mut advice = advice(
            vec![found("s3/public", Verdict::Unknown, Severity::High, "b-1"), found("s3/public", Verdict::Unknown, Severity::High, "b-2")],
            &[("s3/public", Severity::High)],
        );
        let gap = Gap {
            action: "s3:GetBucketPolicy".to_owned(),
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            kind: "s3.bucket",
            facet: Some("policy"),
            resources: ["b-1".to_owned(), "b-2".to_owned()].into(),
            error: "AccessDenied".to_owned(),
            unreachable: false,
        };
        advice.gaps = vec![GapRow { gap: gap.clone(), rules: ["s3/public".into()].into() }, GapRow { gap, rules: Default::default() }];
        let text = render(&advice, &frame(), &STYLE);
        let expected = "\
incomplete: 1 read could not be made; rules that need them answer unknown
  s3:GetBucketPolicy  123456789012 us-east-1  2 s3.bucket  AccessDenied; needed by s3/public
";
        assert!(text.starts_with(expected), "{text}");
        assert!(text.contains("  unknown  s3/public  2 ec2.volume: not encrypted\n"), "{text}");
        assert!(text.ends_with("nothing to mend; 2 unknown; 0 pass by 1 rule on 40 resources.\n"), "{text}");
    }

    #[test]
    fn many_are_counted_unless_one_asks() {
        let all: Vec<Judgement> =
            (0..25).map(|n| found("ec2/volume-encryption", Verdict::Fail, Severity::High, &format!("vol-{n:02}"))).collect();
        let advice = advice(all, &[("ec2/volume-encryption", Severity::High)]);
        let text = render(&advice, &frame(), &STYLE);
        assert!(text.contains("    and 15 more; `muster advise --rule ec2/volume-encryption` lists all\n"), "{text}");
        let whole = render(&advice, &Frame { whole: true, ..frame() }, &STYLE);
        assert!(whole.contains("vol-24") && !whole.contains("more;"), "{whole}");
    }

    #[test]
    fn places_are_shown_where_there_are_several() {
        let advice = advice(
            vec![found("ec2/volume-encryption", Verdict::Fail, Severity::High, "vol-1")],
            &[("ec2/volume-encryption", Severity::High)],
        );
        let two = Frame { places: vec!["main (1234…9012) ap-northeast-2, us-east-1".to_owned()], ..frame() };
        assert!(render(&advice, &two, &STYLE).contains("vol-1  1234…9012 ap-northeast-2  not encrypted"));
        assert!(!render(&advice, &frame(), &STYLE).contains("vol-1  1234"));
    }
}
