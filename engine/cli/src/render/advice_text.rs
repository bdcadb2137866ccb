//! Advice on a terminal: what to mend, worst first; what else needs an eye; and what is fine, counted.

use std::collections::BTreeMap;

use muster_core::advise::{self, Advised, Confidence, Group, Note};
use muster_core::finding::{Severity, Verdict};
use serde_json::Value;

use super::advice::Shown;
use super::advice_gaps;
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
/// The member beside it that only the sum reads.
const COVERS: &str = "covers";

/// The whole text.
pub(crate) fn render(shown: &Shown<'_>, style: &Style) -> String {
    let view = advise::view(shown.advice);
    let mut blocks = vec![advice_gaps::block(shown, style), heading(shown, style)];
    blocks.extend(view.failed.iter().map(|group| rule(group, shown, style)));
    blocks.push(aside(&view, shown, style));
    blocks.push(closing(&view, shown));
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n")
}

fn heading(shown: &Shown<'_>, style: &Style) -> String {
    let frame = shown.frame;
    let kind = if frame.sandbox { "sandbox account " } else { "" };
    let took = frame.seconds.map(|seconds| format!(" in {seconds:.1} s")).unwrap_or_default();
    let when = local_time(shown.advice.at, frame.timezone.as_deref());
    let calls = count(usize::try_from(frame.calls).unwrap_or(usize::MAX), "call");
    let by = shown.advice.policies.join(", ");
    format!("{} → {kind}{}, read {calls}{took}, {when}, by {by}\n", style.paint(Accent::Name, &frame.fleet), frame.places.join("; "))
}

const fn accent(severity: Severity) -> Accent {
    match severity {
        Severity::Critical | Severity::High => Accent::Destroy,
        Severity::Medium => Accent::Change,
        Severity::Low | Severity::Info => Accent::Held,
    }
}

/// A rule that fails somewhere, where it does, and what mends it.
fn rule(group: &Group<'_>, shown: &Shown<'_>, style: &Style) -> String {
    let run = shown.advice.rules.iter().find(|run| *run.id == *group.id);
    let judged = run.map_or(0, |run| run.pass + run.fail + run.exempt);
    let mut out = format!(
        "  {}  {}  {}  {}\n",
        style.paint(accent(group.severity), &format!("{:<8}", group.severity.word())),
        style.paint(Accent::Name, group.id),
        group.title,
        style.paint(Accent::Held, &format!("{} of {judged}", group.findings.len()))
    );
    let rows = if shown.frame.narrowed { group.findings.len() } else { group.findings.len().min(ROWS) };
    let mut table = Table::indented(4);
    group.findings[..rows].iter().for_each(|one| table.row(finding(one, shown)));
    out.push_str(&table.render(style));
    let more = group.findings.len() - rows;
    if more > 0 {
        let more = format!("and {more} more; `muster advise --rule {}` lists all", group.id);
        out.push_str(&format!("    {}\n", style.paint(Accent::Held, &more)));
    }
    out.push_str(&remedy(group, shown, style));
    out
}

/// What to do in words, and the command for the first of them: where it names no single thing, one mends all.
fn remedy(group: &Group<'_>, shown: &Shown<'_>, style: &Style) -> String {
    let words = shown.rule(group.id).map(|rule| rule.remediation.text.as_str()).unwrap_or_default();
    let mut out = String::new();
    if !words.is_empty() {
        let mut table = Table::indented(4);
        table.row(vec![Cell::painted(Accent::Held, "→"), Cell::painted(Accent::Held, words)]);
        out.push_str(&table.render(style));
    }
    let mut commands: Vec<String> = Vec::new();
    for command in group.findings.iter().filter_map(|one| shown.command(one)) {
        if !commands.contains(&command) {
            commands.push(command);
        }
    }
    if let Some(command) = commands.first() {
        // One command is about one thing, and what it is said below stays one line to copy.
        let others = match commands.len() - 1 {
            0 => String::new(),
            more => format!("  # and {more} more: --format json"),
        };
        out.push_str(&format!("       {}\n", style.paint(Accent::Held, &format!("{command}{others}"))));
    }
    out
}

/// Name, id, place where there are several, and why.
fn finding(one: &Advised, shown: &Shown<'_>) -> Vec<Cell> {
    let (found, places) = (&one.finding, &shown.frame.places);
    let only = places.len() == 1 && !places[0].contains(',');
    let place = format!("{} {}", short_account(&found.account), found.region);
    let place = if only || found.account.is_empty() { String::new() } else { place.trim_end().to_owned() };
    let name = shown.name(one).or_else(|| one.at.as_ref().map(muster_core::span::Span::file_line)).unwrap_or_default();
    let evidence = evidence(one);
    let why = if evidence.is_empty() { found.message.clone() } else { format!("{} ({evidence})", found.message) };
    vec![Cell::new(name), Cell::painted(Accent::Held, &*found.resource).whole(), Cell::painted(Accent::Held, place), Cell::new(why)]
}

/// `Encrypted=false, Size=8, saves 3.20 USD/month`.
fn evidence(one: &Advised) -> String {
    let covers = one.saves.as_ref().is_some_and(|saves| !saves.covers.is_empty());
    let members = one.finding.evidence.iter().filter(|(name, _)| *name != SAVES && !(covers && *name == COVERS));
    let mut parts: Vec<String> = members.clone().take(MEMBERS).map(|(name, value)| format!("{name}={}", short(value))).collect();
    if members.count() > MEMBERS {
        parts.push("…".to_owned());
    }
    parts.extend(one.saves.as_ref().map(|saves| format!("saves {:.2} {}/month", saves.amount, saves.currency)));
    parts.join(", ")
}

/// A value as one reads it in passing: long words are cut, ids and ARNs are not, of many the first are named.
fn short(value: &Value) -> String {
    match value {
        Value::String(text) if is_id(text) => text.clone(),
        Value::String(text) => truncate_middle(text, VALUE_COLUMNS),
        Value::Array(items) => some(items.iter().map(short), "+"),
        Value::Object(members) => format!("{{{}}}", some(members.iter().map(|(name, value)| format!("{name}: {}", short(value))), ", ")),
        other => other.to_string(),
    }
}

/// Whether a text can be an id, a name or an ARN, which is of no use when its middle is gone.
fn is_id(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:/@+=*".contains(c))
}

/// As many as there is room for, the first in any case, and how many more.
fn some(parts: impl Iterator<Item = String>, between: &str) -> String {
    let (mut out, mut more) = (String::new(), 0);
    for part in parts {
        if more == 0 && (out.is_empty() || out.len() + between.len() + part.len() <= VALUE_COLUMNS) {
            out.push_str(if out.is_empty() { "" } else { between });
            out.push_str(&part);
        } else {
            more += 1;
        }
    }
    if more > 0 { format!("{out} and {more} more") } else { out }
}

/// What is neither to mend nor fine.
fn aside(view: &advise::View<'_>, shown: &Shown<'_>, style: &Style) -> String {
    let mut table = Table::indented(2);
    let mut row = |word: &str, accent: Accent, about: &str, what: String| {
        table.row(vec![
            Cell::painted(accent, word),
            Cell::new(about).whole(),
            Cell::painted(if accent == Accent::Held { accent } else { Accent::Plain }, what),
        ]);
    };
    for group in &view.errored {
        few(told(&group.findings, shown)).into_iter().for_each(|line| row("errored", Accent::Destroy, group.id, line));
    }
    for (about, line) in unknown(view, shown) {
        row("unknown", Accent::Change, &about, line);
    }
    for group in &view.exempt {
        for one in &group.findings {
            let cover = one.exception.as_ref().map(covered).unwrap_or_default();
            row("exempt", Accent::Held, group.id, format!("{}: {cover}", label(one, shown)));
        }
    }
    for ended in shown.advice.expired.iter().filter(|ended| ended.fails > 0) {
        let (fails, note) =
            (if ended.fails == 1 { "1 fail counts".to_owned() } else { format!("{} fails count", ended.fails) }, &ended.note);
        row(
            "expired",
            Accent::Change,
            &note.rule,
            format!("{fails} again: the exception of {} ended on {}, {}", note.owner, note.until, note.at.file_line()),
        );
    }
    for note in &shown.advice.unused {
        row("note", Accent::Held, &note.rule, format!("the exception of {} covers nothing; take out {}", note.owner, note.at.file_line()));
    }
    for remark in &shown.frame.remarks {
        row("note", Accent::Held, &remark.about, remark.message.clone());
    }
    for elsewhere in &shown.advice.elsewhere {
        table.row(vec![Cell::painted(Accent::Change, "note"), Cell::new(elsewhere.kind), Cell::new(elsewhere.to_string())]);
    }
    let mut out = table.render(style);
    if let Some(folder) = &shown.frame.replays {
        out.push_str(&format!(
            "  {}\n",
            style.paint(Accent::Held, &format!("replay files are in {folder}; they hold what was observed of the account"))
        ));
    }
    out
}

/// What is unknown, by rule: that which was said above is referred to, and rules of which the same is to be said share a line.
fn unknown(view: &advise::View<'_>, shown: &Shown<'_>) -> Vec<(String, String)> {
    let (mut own, mut shared) = (Vec::new(), Vec::<(String, Vec<&str>)>::new());
    for group in &view.unknown {
        let (wanting, others) = advice_gaps::wanting(&group.findings, shown);
        own.extend(told(&others, shown).into_iter().map(|line| (group.id.to_owned(), line)));
        for line in wanting {
            match shared.iter_mut().find(|(same, _)| *same == line) {
                Some((_, rules)) => rules.push(group.id),
                None => shared.push((line, vec![group.id])),
            }
        }
    }
    let line = |(line, rules): (String, Vec<&str>)| match rules.as_slice() {
        [rule] => ((*rule).to_owned(), line),
        many => (count(many.len(), "rule"), format!("{line}: {}", many.join(", "))),
    };
    own.into_iter().chain(shared.into_iter().map(line)).collect()
}

/// One line for each message of a rule, with what it is about.
fn told(findings: &[&Advised], shown: &Shown<'_>) -> Vec<String> {
    let mut by_message: BTreeMap<&str, Vec<&Advised>> = BTreeMap::new();
    findings.iter().for_each(|one| by_message.entry(&one.finding.message).or_default().push(one));
    let line = |(message, found): (&str, Vec<&Advised>)| match found.as_slice() {
        // A fault names its resource itself.
        [one] if one.finding.fault.is_some() => message.to_owned(),
        [one] => format!("{}: {message}", label(one, shown)),
        many => format!("{}: {message}", count(many.len(), "resource")),
    };
    by_message.into_iter().map(line).collect()
}

fn few(mut lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(FAULTS);
    lines.truncate(FAULTS);
    lines.extend((more > 0).then(|| format!("and {} like these", count(more, "fault"))));
    lines
}

pub(super) fn label(one: &Advised, shown: &Shown<'_>) -> String {
    shown.name(one).map_or_else(|| one.finding.resource.to_string(), |name| format!("{name} {}", one.finding.resource))
}

fn covered(note: &Note) -> String {
    format!("{}; {}, until {}, {}", note.reason, note.owner, note.until, note.at.file_line())
}

/// `12 to mend: 1 critical, 11 low; 2 exempt; 9 not applicable; 230 pass by 40 rules on 123 resources.` That there is nothing
/// to mend is said only where all was judged.
fn closing(view: &advise::View<'_>, shown: &Shown<'_>) -> String {
    let advice = shown.advice;
    if advice.rules.is_empty() {
        return "no policy turns a rule on, so nothing was judged.\n".to_owned();
    }
    let number = |verdict| advice.of(verdict).count();
    let severities: Vec<String> = view.severities.iter().map(|(severity, n)| format!("{n} {}", severity.word())).collect();
    let fails = number(Verdict::Fail);
    let unjudged = number(Verdict::Unknown) + number(Verdict::Errored) > 0 || advice.felt().next().is_some();
    let mend = match fails {
        0 if unjudged => "no fail, but not all could be judged".to_owned(),
        0 => "nothing to mend".to_owned(),
        _ => format!("{fails} to mend: {}", severities.join(", ")),
    };
    let others = [Verdict::Exempt, Verdict::Unknown, Verdict::Errored].map(|verdict| (number(verdict), verdict.word()));
    let beside = (advice.rules.iter().map(|run| run.not_applicable).sum(), "not applicable");
    let others: String = others.iter().chain([&beside]).filter(|(n, _)| *n > 0).map(|(n, word)| format!("; {n} {word}")).collect();
    let looked = format!("{} pass by {} on {}", view.pass, count(advice.rules.len(), "rule"), count(shown.frame.resources, "resource"));
    format!("{mend}{others}; {looked}.\n{}", savings(view, shown))
}

/// `could save 96.40 USD a month, 41.00 of it for sure`.
fn savings(view: &advise::View<'_>, shown: &Shown<'_>) -> String {
    let exact = shown.advice.of(Verdict::Fail).filter_map(|one| Some((&*one.finding.key, one.saves.as_ref()?)));
    let exact = advise::Savings::of(exact.filter(|(_, saves)| saves.confidence == Confidence::Exact));
    let line = |(currency, amount): (&String, &f64)| {
        let sure =
            exact.0.get(currency).filter(|sure| **sure < *amount).map(|sure| format!(", {sure:.2} of it for sure")).unwrap_or_default();
        format!("could save {amount:.2} {currency} a month{sure}\n")
    };
    view.savings.0.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use muster_core::facet::Fact;
    use muster_core::finding::Finding;
    use serde_json::json;

    use super::*;
    use crate::render::advice::Frame;
    use crate::render::advice_sample::{facts, found, frame, refused, shown, volume};

    const STYLE: Style = Style { color: false, unicode: true, width: 100 };

    /// Advice on what `findings` makes of these volumes, as text.
    fn text(ids: &[&str], frame: &Frame, findings: impl Fn(&[Fact]) -> Vec<Finding>) -> String {
        shown(facts(ids, Vec::new()), frame, findings, |shown| render(shown, &STYLE))
    }

    #[test]
    fn what_to_mend_worst_first_and_what_is_fine_counted() {
        let saves = json!({"saves": {"amount": 3.2, "currency": "USD", "per": "month", "confidence": "exact", "basis": "8 GiB"}});
        let seen = text(&["vol-1", "vol-2", "vol-3"], &frame(), |facts| {
            vec![
                found("volume-encryption", &facts[0], Verdict::Fail, "not encrypted", json!({"Encrypted": false, "Size": 8})),
                found("volume-encryption", &facts[2], Verdict::Fail, "not encrypted", json!({})),
                found("unattached", &facts[0], Verdict::Pass, "", json!({})),
                found("unattached", &facts[1], Verdict::Fail, "attached to nothing for 40 days", saves.clone()),
            ]
        });
        let expected = "\
lms-2026 → main (1234…9012) ap-northeast-2, read 3 calls in 0.4 s, 2026-11-21 18:02 KST, by our

  high      ec2/volume-encryption  EBS volume is not encrypted  1 of 2
    user/alice/instance  vol-1  not encrypted (Encrypted=false, Size=8)
    →  Delete it.
       aws ec2 create-snapshot --volume-id vol-1

  low       ec2/unattached  EBS volume is attached to nothing  1 of 2
    vol-2  attached to nothing for 40 days (saves 3.20 USD/month)
    →  Delete it.
       aws ec2 set --region ap-northeast-2

  exempt  ec2/volume-encryption  vol-3: holds nothing; lab, until 2026-12-31, our.yaml:6
  note    ec2/unattached         its prices are of 2026-01-01

2 to mend: 1 high, 1 low; 1 exempt; 2 not applicable; 1 pass by 2 rules on 4 resources.
could save 3.20 USD a month
";
        assert_eq!(seen, expected);
    }

    #[test]
    fn nothing_to_mend_is_said_only_where_all_was_judged() {
        let by = |verdict| {
            text(&["vol-1", "vol-2"], &frame(), |facts| {
                vec![found("unattached", &facts[0], verdict, "its tags could not be read", json!({}))]
            })
        };
        let counted = "3 not applicable; 1 pass by 2 rules on 4 resources.";
        assert!(by(Verdict::Pass).contains(&format!("\nnothing to mend; {counted}")), "{}", by(Verdict::Pass));
        for (verdict, word) in [(Verdict::Unknown, "unknown"), (Verdict::Errored, "errored")] {
            let seen = by(verdict);
            assert!(seen.contains(&format!("\nno fail, but not all could be judged; 1 {word}; 3 not applicable; 0 pass")), "{seen}");
        }
    }

    #[test]
    fn many_are_counted_unless_one_asks() {
        let ids: Vec<String> = (0..25).map(|n| format!("vol-x{n:02}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let all = |facts: &[Fact]| {
            facts.iter().map(|fact| found("volume-encryption", fact, Verdict::Fail, "not encrypted", json!({}))).collect::<Vec<_>>()
        };
        let seen = text(&ids, &frame(), all);
        assert!(seen.contains("    and 15 more; `muster advise --rule ec2/volume-encryption` lists all\n"), "{seen}");
        let whole = text(&ids, &Frame { narrowed: true, ..frame() }, all);
        assert!(whole.contains("vol-x24") && !whole.contains("more;"), "{whole}");
    }

    #[test]
    fn places_are_shown_where_there_are_several() {
        let one = |facts: &[Fact]| vec![found("volume-encryption", &facts[0], Verdict::Fail, "not encrypted", json!({}))];
        let two = Frame { places: vec!["main (1234…9012) ap-northeast-2, us-east-1".to_owned()], ..frame() };
        assert!(text(&["vol-1"], &two, one).contains("vol-1  1234…9012 ap-northeast-2  not encrypted"));
        assert!(!text(&["vol-1"], &frame(), one).contains("vol-1  1234"));
    }

    #[test]
    fn only_commands_about_one_thing_are_said_to_be_several() {
        let both = |rule: &str| {
            text(&["vol-1", "vol-2"], &frame(), |facts| {
                facts.iter().map(|fact| found(rule, fact, Verdict::Fail, "wrong", json!({}))).collect()
            })
        };
        let each = both("volume-encryption");
        assert!(each.contains("aws ec2 create-snapshot --volume-id vol-1  # and 1 more: --format json\n"), "{each}");
        let once = both("unattached");
        assert!(once.contains("       aws ec2 set --region ap-northeast-2\n"), "{once}");
    }

    #[test]
    fn an_id_is_whole_wherever_it_stands() {
        let arn = "arn:aws:iam::123456789012:role/service-role/nightly-export-of-all-grades-to-the-archive";
        let value = json!({"Role": arn, "Why": "a text of many words that nobody copies from here", "Groups": ["sg-0123456789abcdef0", "sg-0123456789abcdef1", "sg-2"]});
        let seen = text(&["vol-1"], &frame(), |facts| vec![found("unattached", &facts[0], Verdict::Fail, "odd", value.clone())]);
        let words: Vec<&str> = seen.split_whitespace().collect();
        assert!(words.contains(&format!("(Role={arn},").as_str()) || words.contains(&format!("Role={arn},").as_str()), "{seen}");
        assert!(words.contains(&"Groups=sg-0123456789abcdef0+sg-0123456789abcdef1+sg-2)"), "{seen}");
        assert!(seen.contains("…"), "other words may be cut: {seen}");
        assert_eq!(short(&json!([arn, "sg-1"])), format!("{arn} and 1 more"));
    }

    #[test]
    fn a_refusal_is_told_once_and_then_referred_to() {
        let all = ["vol-1", "vol-2"];
        let gaps = vec![
            refused("ec2:DescribeTags", "ap-northeast-2", Some("tags"), &[&volume("vol-1"), &volume("vol-2")]),
            refused("ec2:DescribeVolumes", "eu-west-1", None, &[]),
            refused("ec2:DescribeVolumes", "us-east-1", None, &[]),
        ];
        let seen = shown(facts(&all, gaps), &frame(), |_| Vec::new(), |shown| render(shown, &STYLE));
        let (head, rows) = seen.split_once("\n\n").expect("two blocks");
        let expected = "\
incomplete: 2 reads could not be made, for want of which 2 rules answer unknown
  ec2:DescribeTags     tags of 2 ec2.volume in 123456789012 ap-northeast-2; needed by
                       ec2/unattached, ec2/volume-encryption
  ec2:DescribeVolumes  ec2.volume in 123456789012 eu-west-1, us-east-1; needed by ec2/unattached,
                       ec2/volume-encryption
  UnauthorizedOperation: User: arn:aws:iam::123456789012:user/kim is not authorized to perform:
  ec2:DescribeTags; likewise 1 more
  next: `muster iam --advise` prints the policy that allows it
";
        assert_eq!(format!("{head}\n"), expected);
        let words = rows.split_whitespace().collect::<Vec<_>>().join(" ");
        let both = "ec2/volume-encryption, ec2/unattached";
        assert!(words.contains(&format!("unknown 2 rules 2 resources, for want of ec2:DescribeTags: {both} unknown")), "{rows}");
        assert!(words.contains(&format!("unknown 2 rules for want of ec2:DescribeVolumes: {both} note")), "{rows}");
        assert!(!rows.contains("not authorized"), "{rows}");
    }
}
