//! A plan on a terminal.

use muster_core::plan::{Plan, Step};

use super::groups::{Group, groups};
use super::style::{Accent, Style};
use super::table::{Cell, Table, wrap};
use super::words::{self, Frame, Line};
use super::{count, local_time, short_digest};

/// The whole plan.
pub(crate) fn render(plan: &Plan, frame: &Frame, style: &Style) -> String {
    let blocks = [
        gaps(plan, style),
        destroyed(plan, style),
        reach(frame, style),
        header(plan, frame, style),
        steps(plan, style),
        held(plan, style),
        closing(plan, frame, style),
    ];
    let mut out = blocks.into_iter().filter(|block| !block.is_empty()).collect::<Vec<_>>().join("\n");
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// What could not be read comes before everything else: without it the rest reads as if it were whole.
fn gaps(plan: &Plan, style: &Style) -> String {
    if plan.gaps.is_empty() {
        return String::new();
    }
    let what = format!("incomplete: {} could not be made; what they would have shown is held back", count(plan.gaps.len(), "read"));
    let mut table = Table::indented(2);
    for gap in &plan.gaps {
        table.row(vec![
            Cell::new(&gap.action),
            Cell::new(format!("{} {}", gap.account, gap.region)),
            Cell::painted(Accent::Held, &gap.error),
        ]);
    }
    format!("{}\n{}", style.paint(Accent::Destroy, &what), table.render(style))
}

/// A plan that destroys says so first.
fn destroyed(plan: &Plan, style: &Style) -> String {
    let gone: Vec<&Step> = plan.steps.iter().filter(|step| words::destroys(step)).collect();
    if gone.is_empty() {
        return String::new();
    }
    let mut table = Table::indented(2);
    for step in &gone {
        let id = Cell::painted(Accent::Held, step.id.clone().unwrap_or_default());
        table.row(vec![Cell::painted(Accent::Destroy, step.action.as_str()), Cell::new(step.address.as_str()), id]);
    }
    format!("{}\n{}", style.paint(Accent::Destroy, &format!("destroys {}", count(gone.len(), "resource"))), table.render(style))
}

/// Another account, other people told, other code: whoever approves has to see it before the steps.
fn reach(frame: &Frame, style: &Style) -> String {
    let mut table = Table::default();
    for note in &frame.reach.notes {
        table.row(vec![Cell::painted(Accent::Change, "changed"), Cell::new(note)]);
    }
    table.render(style)
}

fn header(plan: &Plan, frame: &Frame, style: &Style) -> String {
    let account = if frame.sandbox { "sandbox account " } else { "" };
    let time = frame.seconds.map(|seconds| format!(" in {seconds:.1} s")).unwrap_or_default();
    let rest = format!(
        " → {account}{}, read {}{time}, {}",
        frame.places.join("; "),
        count(usize::try_from(frame.calls).unwrap_or(usize::MAX), "call"),
        local_time(plan.now, frame.timezone.as_deref())
    );
    let mut lines = wrap(&format!("{}{rest}", frame.fleet), style.width);
    if let Some(first) = lines.first_mut() {
        let painted = style.paint(Accent::Name, &frame.fleet);
        *first = first.replacen(&frame.fleet, &painted, 1);
    }
    format!("{}\n", lines.join("\n  "))
}

fn steps(plan: &Plan, style: &Style) -> String {
    let mut table = Table::indented(2);
    for group in groups(plan) {
        add_group(&mut table, group);
    }
    table.render(style)
}

fn add_group(table: &mut Table, group: Group) {
    table.heading(group.entry, group.origin);
    for line in group.lines {
        table.row(cells(line));
    }
}

fn cells(line: Line) -> Vec<Cell> {
    vec![
        Cell::painted(line.accent, line.sign),
        Cell::new(line.label),
        Cell::new(line.change),
        Cell::painted(Accent::Held, line.cause.as_str()),
        Cell::painted(Accent::Held, line.reason),
    ]
}

fn held(plan: &Plan, style: &Style) -> String {
    let mut table = Table::indented(2);
    for held in words::held(plan) {
        let word = Cell::painted(Accent::Held, "held");
        table.row(vec![word, Cell::new(held.label), Cell::painted(Accent::Held, held.why)]);
    }
    for note in &plan.notes {
        table.row(vec![Cell::painted(Accent::Held, "note"), Cell::painted(Accent::Held, note)]);
    }
    table.render(style)
}

fn closing(plan: &Plan, frame: &Frame, style: &Style) -> String {
    if plan.is_empty() {
        return format!("{}\n", nothing(plan));
    }
    let price = frame.price.as_ref().map(|price| format!(" {price} while running")).unwrap_or_default();
    let mut out = format!("{}\n", wrap(&format!("{}{price}", sentence(plan)), style.width).join("\n"));
    if frame.next {
        out.push_str(&next(plan, frame, style));
    }
    out
}

/// The digest that can be approved, and the command that does exactly this.
fn next(plan: &Plan, frame: &Frame, style: &Style) -> String {
    let arrow = style.paint(Accent::Name, "→");
    if plan.steps.iter().all(Step::is_run_state) {
        return format!("{arrow}  muster apply{}\n", frame.flags);
    }
    format!("settings digest {}\n{arrow}  muster apply{} --expect {}\n", short_digest(&frame.digest), frame.flags, frame.digest)
}

/// `4 to create, 1 to change; 2 held; nothing destroyed.`
pub(crate) fn sentence(plan: &Plan) -> String {
    let mut parts = vec![words::to_do(&plan.summary)];
    if plan.summary.held > 0 {
        parts.push(format!("{} held", plan.summary.held));
    }
    match plan.steps.iter().filter(|step| words::destroys(step)).count() {
        0 => parts.push("nothing destroyed".to_owned()),
        n => parts.push(format!("{n} destroyed for good")),
    }
    format!("{}.", parts.join("; "))
}

fn nothing(plan: &Plan) -> String {
    let held = if plan.summary.held > 0 { format!("; {} held", plan.summary.held) } else { String::new() };
    match plan.gaps.len() {
        0 if plan.summary.held == 0 => "nothing to do: the account is as the file says.".to_owned(),
        0 => format!("nothing to do{held}."),
        gaps => format!("nothing to do among what could be read{held}; {} missing.", count(gaps, "read")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reach::Remarks;
    use crate::render::sample;
    use unicode_width::UnicodeWidthStr as _;

    const STYLE: Style = Style { color: false, unicode: true, width: 100 };

    #[test]
    fn a_plan_of_everything() {
        let text = render(&sample::plan(), &sample::frame(), &STYLE);
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/src/render/plan_text.golden");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(golden, &text).expect("the golden file, written anew");
        }
        assert_eq!(text, std::fs::read_to_string(golden).expect("the golden file"), "\n{text}");
    }

    #[test]
    fn it_keeps_to_the_width() {
        for width in [60, 80, 120, 200] {
            let text = render(&sample::plan(), &sample::frame(), &Style { width, ..STYLE });
            let wide = text.lines().find(|line| line.width() > width && !line.contains("--expect"));
            assert_eq!(wide, None, "at {width}:\n{text}");
        }
    }

    #[test]
    fn a_gap_is_told_in_the_first_line() {
        let mut plan = sample::plan();
        plan.gaps.push(sample::gap());
        let text = render(&plan, &sample::frame(), &STYLE);
        assert!(text.starts_with("incomplete: 1 read could not be made"), "{text}");
    }

    #[test]
    fn what_reaches_further_is_told_before_the_steps() {
        let reach = Remarks { sections: vec!["cloud".to_owned()], notes: vec!["`cloud` differs from commit 1a2b3c4".to_owned()] };
        let text = render(&sample::plan(), &Frame { reach, ..sample::frame() }, &STYLE);
        let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} in\n{text}"));
        assert!(at("changed  `cloud` differs") < at("lms-2026 →") && at("changed") < at("user/alice "), "{text}");
    }

    #[test]
    fn an_empty_plan_says_so_in_one_sentence() {
        let plan = sample::empty();
        let text = render(&plan, &sample::frame(), &STYLE);
        assert!(text.ends_with("nothing to do: the account is as the file says.\n"), "{text}");
        assert!(!text.contains("digest"), "{text}");
    }
}
