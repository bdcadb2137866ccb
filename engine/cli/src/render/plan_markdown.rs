//! A plan as a comment on a pull request: the verdict first, what is destroyed next, details folded.

use muster_core::plan::{Plan, Step};

use super::count;
use super::groups::{Group, groups};
use super::words::{self, Frame, Line};

/// Most characters of a comment on GitHub.
const BUDGET: usize = 65_536;
/// Most destroyed things that are listed by name.
const MAX_DESTROYED: usize = 100;
/// Room kept for the sentence that counts what did not fit.
const RESERVE: usize = 200;

/// The comment, at most [`BUDGET`] characters.
pub(crate) fn render(plan: &Plan, frame: &Frame) -> String {
    let head = format!("{}\n\n{}{}{}", verdict(plan, frame), destroyed(plan), reach(frame), gaps(plan));
    let tail = closing(plan, frame);
    let mut blocks: Vec<String> = groups(plan).iter().map(|group| details(group, frame)).collect();
    blocks.extend(held(plan, frame));
    let room = BUDGET.saturating_sub(length(&head) + length(&tail) + RESERVE);
    format!("{head}{}{tail}", fitted(&blocks, room))
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn fitted(blocks: &[String], room: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for (at, block) in blocks.iter().enumerate() {
        used += length(block);
        if used > room {
            out.push_str(&format!(
                "\n{} did not fit here; `muster plan` shows them.\n",
                count(blocks.len() - at, "more entry or held line")
            ));
            break;
        }
        out.push_str(block);
    }
    out
}

fn verdict(plan: &Plan, frame: &Frame) -> String {
    let what = if plan.is_empty() { "nothing to do".to_owned() } else { words::to_do(&plan.summary) };
    let mut parts = vec![format!("**{what}**")];
    let gone = plan.steps.iter().filter(|step| words::destroys(step)).count();
    if gone > 0 {
        parts.push(format!("**destroys {gone}**"));
    }
    if plan.summary.held > 0 {
        parts.push(format!("{} held", plan.summary.held));
    }
    if !plan.gaps.is_empty() {
        parts.push(format!("{} could not be made", count(plan.gaps.len(), "read")));
    }
    parts.extend((!frame.reach.sections.is_empty()).then(|| format!("**{} changed**", escape(&frame.reach.sections.join(", ")))));
    parts.extend(frame.price.clone());
    let account = if frame.sandbox { "sandbox account, " } else { "" };
    parts.push(escape(&format!("{} → {account}{}", frame.fleet, frame.places.join("; "))));
    parts.join(" · ")
}

/// Another account, other people told, other code.
fn reach(frame: &Frame) -> String {
    let lines: String = frame.reach.notes.iter().take(MAX_DESTROYED).map(|note| format!("> - {}\n", escape(note))).collect();
    if lines.is_empty() { lines } else { format!("> [!IMPORTANT]\n> Look at this before the steps.\n{lines}\n") }
}

fn gaps(plan: &Plan) -> String {
    let line = |gap: &muster_core::cloud::Gap| format!("> - `{}` in {} {}: {}\n", gap.action, gap.account, gap.region, escape(&gap.error));
    let shown: String = plan.gaps.iter().take(MAX_DESTROYED).map(line).collect();
    if shown.is_empty() { shown } else { format!("> [!WARNING]\n> Not everything could be read; what is unknown is held back.\n{shown}\n") }
}

fn destroyed(plan: &Plan) -> String {
    let gone: Vec<&Step> = plan.steps.iter().filter(|step| words::destroys(step)).collect();
    if gone.is_empty() {
        return String::new();
    }
    let mut out = format!("> [!CAUTION]\n> **Destroys {}**\n", count(gone.len(), "resource"));
    for step in gone.iter().take(MAX_DESTROYED) {
        let id = step.id.as_deref().unwrap_or("no id");
        out.push_str(&format!("> - {} {} ({})\n", step.action.as_str(), escape(step.address.as_str()), escape(id)));
    }
    if gone.len() > MAX_DESTROYED {
        out.push_str(&format!("> - and {} more\n", gone.len() - MAX_DESTROYED));
    }
    out.push('\n');
    out
}

/// ` · fleet.yaml:31`, a link where there is something to link to. HTML, since no other markup counts in a summary.
fn origin(origin: &str, frame: &Frame) -> String {
    let text = escape(origin);
    match frame.links.as_ref().and_then(|links| links.of(origin)) {
        _ if origin.is_empty() => String::new(),
        Some(link) => format!(" · <a href=\"{link}\">{text}</a>"),
        None => format!(" · {text}"),
    }
}

fn details(group: &Group, frame: &Frame) -> String {
    let origin = origin(&group.origin, frame);
    let labels = group.lines.iter().map(|line| format!("{} {}", line.sign, line.label)).collect::<Vec<_>>().join(", ");
    let rows: String = group.lines.iter().map(row).collect();
    format!(
        "<details><summary><b>{}</b>{origin} · {}</summary>\n\n| | what | change | cause | why |\n|---|---|---|---|---|\n{rows}\n</details>\n",
        escape(&group.entry),
        escape(&labels)
    )
}

fn row(line: &Line) -> String {
    format!("| {} | {} | {} | {} | {} |\n", line.sign, escape(&line.label), escape(&line.change), line.cause.as_str(), escape(&line.reason))
}

fn held(plan: &Plan, frame: &Frame) -> Vec<String> {
    let line = |held: &words::HeldGroup<'_>| {
        let origin = origin(held.origin.unwrap_or_default(), frame);
        format!("- held: **{}**: {}{origin}\n", escape(&held.label), escape(held.why))
    };
    let notes = plan.notes.iter().map(|note| format!("- note: {}\n", escape(note)));
    words::held(plan).iter().map(line).chain(notes).collect()
}

fn closing(plan: &Plan, frame: &Frame) -> String {
    if plan.is_empty() {
        return String::new();
    }
    let command = format!("muster apply{} --expect {}", frame.flags, frame.digest);
    format!("\nsettings digest `{}`, fleet `{}`\n\n```\n{command}\n```\n", frame.digest, plan.fleet_digest)
}

/// Text that can neither make markup nor call somebody's name.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("&#64;"),
            '|' | '*' | '_' | '[' | ']' | '\\' | '~' => out.extend(['\\', c]),
            '\n' | '\r' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::Links;
    use crate::reach::Remarks;
    use crate::render::sample;

    #[test]
    fn the_first_line_is_the_verdict() {
        let text = render(&sample::plan(), &sample::frame());
        let first = text.lines().next().expect("a line");
        assert!(first.starts_with("**4 to create, 1 to change, 1 to delete, 1 to stop** · **destroys 1** · 1 held"), "{first}");
        let caution = text.find("[!CAUTION]").expect("caution");
        assert!(caution < text.find("<details>").expect("details"), "what is destroyed stands before the details");
    }

    #[test]
    fn a_thousand_entries_fit_by_counting() {
        let text = render(&sample::many(3000), &sample::frame());
        assert!(length(&text) <= BUDGET, "{}", length(&text));
        assert!(text.contains("did not fit here"), "what is left out is counted");
        assert!(text.contains("--expect"), "the digest is never left out");
    }

    #[test]
    fn lines_are_links_in_an_action() {
        let links = Links::new("https://github.com", "lms/infra", "1a2b", "", "fleet.yaml");
        let text = render(&sample::plan(), &Frame { links: Some(links), ..sample::frame() });
        let link = "<a href=\"https://github.com/lms/infra/blob/1a2b/fleet.yaml#L";
        assert!(text.contains(&format!("<b>user/alice</b> · {link}31\">fleet.yaml:31</a>")), "{text}");
        assert!(text.contains(&format!("remove its tags · {link}35\">")), "{text}");
        assert!(!render(&sample::plan(), &sample::frame()).contains("<a "), "no link without a place to link to");
    }

    #[test]
    fn what_reaches_further_stands_in_the_verdict_and_before_the_details() {
        let reach = Remarks { sections: vec!["cloud".to_owned()], notes: vec!["`cloud` differs from commit 1a2b3c4".to_owned()] };
        let text = render(&sample::plan(), &Frame { reach, ..sample::frame() });
        assert!(text.lines().next().is_some_and(|line| line.contains("**cloud changed**")), "{text}");
        let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} in\n{text}"));
        assert!(at("[!CAUTION]") < at("[!IMPORTANT]") && at("[!IMPORTANT]") < at("<details>"), "{text}");
    }

    #[test]
    fn names_make_no_markup() {
        assert_eq!(escape("a|b<img>@x\n`y`"), "a\\|b&lt;img&gt;&#64;x `y`");
    }
}
