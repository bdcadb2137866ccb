//! Diagnostics as text for a terminal: the source line, a mark under the wrong part, what next.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{Diagnostic, Severity, Sources};
use crate::span::Span;

/// The lines of the box.
struct Glyphs {
    open: &'static str,
    side: &'static str,
    gap: &'static str,
    close: &'static str,
    end: &'static str,
    cut: &'static str,
}

const GLYPHS: Glyphs = Glyphs { open: "╭─", side: "│", gap: "┆", close: "╰─", end: "╵", cut: "…" };

/// Narrowest and widest output, in columns: below, nothing can be shown; above, nobody reads along the line.
const WIDTHS: (usize, usize) = (40, 200);
/// Longest mark, in columns: a long value is marked at its beginning.
const MARK_MAX: usize = 60;

/// Characters of a line looked at on either side of a mark's begin: more than any width shows, however long the line is.
const LINE_CHARS: usize = 512;

/// One colour for one meaning.
struct Paint {
    error: &'static str,
    warning: &'static str,
    dim: &'static str,
    bold: &'static str,
    off: &'static str,
}

const COLORS: Paint = Paint { error: "\x1b[1;31m", warning: "\x1b[1;33m", dim: "\x1b[90m", bold: "\x1b[1m", off: "\x1b[0m" };
const PLAIN: Paint = Paint { error: "", warning: "", dim: "", bold: "", off: "" };

/// All diagnostics, sorted by place, with an empty line between two. Every line ends in a line break.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, color: bool, width: usize) -> String {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    let first_file = diagnostics.iter().find_map(|one| one.span.as_ref()).map(|span| span.file.clone());
    sorted.sort_by_key(|one| one.span.as_ref().map(|span| (Some(&span.file) != first_file.as_ref(), span.file.clone(), span.start)));
    let printer = Printer { sources, paint: if color { &COLORS } else { &PLAIN }, width: width.clamp(WIDTHS.0, WIDTHS.1) };
    sorted.into_iter().map(|one| printer.one(one)).collect::<Vec<_>>().join("\n")
}

/// A marked stretch of one line.
struct Mark<'a> {
    span: &'a Span,
    label: &'a str,
    main: bool,
}

struct Printer<'a> {
    sources: &'a Sources,
    paint: &'a Paint,
    width: usize,
}

impl Printer<'_> {
    fn one(&self, one: &Diagnostic) -> String {
        let (accent, word) = match one.severity {
            Severity::Error => (self.paint.error, "error"),
            Severity::Warning => (self.paint.warning, "warning"),
        };
        let Paint { bold, off, .. } = self.paint;
        let head = wrapped(&clean(&one.message), self.width, word.len() + 2);
        let mut out = format!("{accent}{word}{off}{bold}: {}{off}\n", head.join("\n"));
        match &one.span {
            Some(span) => out.push_str(&self.place(one, span, accent)),
            None => one
                .help
                .iter()
                .flat_map(|help| wrapped(&clean(help), self.width, 2))
                .for_each(|line| out.push_str(&format!("  {}\n", line.trim_start()))),
        }
        out
    }

    fn place(&self, one: &Diagnostic, span: &Span, accent: &str) -> String {
        let also = one.also.iter().map(|(span, label)| Mark { span, label, main: false });
        let mut marks: Vec<Mark<'_>> = also.collect();
        marks.push(Mark { span, label: one.label.as_deref().unwrap_or_default(), main: true });
        marks.retain(|mark| self.line(mark.span).is_some());
        marks.sort_by_key(|mark| (mark.span.file != span.file, mark.span.file.clone(), mark.span.start));
        let gutter = marks.iter().map(|mark| mark.span.line.to_string().len()).max().unwrap_or(1).max(2);
        let Paint { dim, off, .. } = self.paint;
        let pad = " ".repeat(gutter);
        let mut out = format!("{pad}{dim}{}{off} {span}\n", GLYPHS.open);
        let mut last: Option<&Span> = None;
        for mark in &marks {
            out.push_str(&self.step(last, mark.span, &pad));
            let repeat = last.is_some_and(|last| last.file == mark.span.file && last.line == mark.span.line);
            out.push_str(&self.marked(mark, gutter, accent, repeat));
            last = Some(mark.span);
        }
        out.push_str(&self.help(&one.help, &pad));
        out
    }

    /// What stands between two marked lines.
    fn step(&self, last: Option<&Span>, next: &Span, pad: &str) -> String {
        let Paint { dim, off, .. } = self.paint;
        match last {
            Some(last) if last.file != next.file => format!("{pad}{dim}{}{off} {next}\n", GLYPHS.gap),
            Some(last) if next.line > last.line + 1 => format!("{pad}{dim}{}{off}\n", GLYPHS.gap),
            _ => String::new(),
        }
    }

    /// The line a span begins on, as far as it can matter: what stands before the span, and the span with what follows.
    fn line(&self, span: &Span) -> Option<(&str, &str)> {
        let text = self.sources.0.get(&span.file)?;
        let (before, after) = (text.get(..span.start)?, text.get(span.start..)?);
        let before = &before[before.rfind('\n').map_or(0, |newline| newline + 1)..];
        let after = after.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let first = before.char_indices().rev().nth(LINE_CHARS).map_or(0, |(at, _)| at);
        let end = after.char_indices().nth(LINE_CHARS).map_or(after.len(), |(at, _)| at);
        Some((&before[first..], &after[..end]))
    }

    fn marked(&self, mark: &Mark<'_>, gutter: usize, accent: &str, repeat: bool) -> String {
        let Some((before, after)) = self.line(mark.span) else { return String::new() };
        let Paint { dim, off, .. } = self.paint;
        let chars: Vec<char> = before.chars().chain(after.chars()).collect();
        let from = before.chars().count();
        let bytes = mark.span.end.saturating_sub(mark.span.start);
        let length = after.char_indices().take_while(|(at, _)| *at < bytes).count();
        let view = View::of(&chars, from, from + length, self.width.saturating_sub(gutter + 2));
        let (sign, color) = if mark.main { ("^", accent) } else { ("-", *dim) };
        let number = mark.span.line;
        let source = format!("{dim}{number:>gutter$}{}{off} {}", GLYPHS.side, view.text);
        // A line that was cut is shown again for its second mark, since it is cut elsewhere.
        let mut out = if repeat && !view.text.starts_with(GLYPHS.cut) { String::new() } else { format!("{}\n", source.trim_end()) };
        for under in labelled(&view, sign, &clean(mark.label), self.width.saturating_sub(gutter + 2)) {
            let indent = under.len() - under.trim_start().len();
            out.push_str(&format!(
                "{}{dim}{}{off} {}{color}{}{off}\n",
                " ".repeat(gutter),
                GLYPHS.side,
                &under[..indent],
                &under[indent..]
            ));
        }
        out
    }

    fn help(&self, help: &[String], pad: &str) -> String {
        let Paint { dim, off, .. } = self.paint;
        if help.is_empty() {
            return format!("{pad}{dim}{}{off}\n", GLYPHS.end);
        }
        let lines: Vec<String> = help
            .iter()
            .flat_map(|help| wrapped(&clean(help), self.width, pad.len() + 3))
            .map(|line| line.trim_start().to_owned())
            .collect();
        let before = |at: usize| if at == 0 { format!("{dim}{}{off}", GLYPHS.close) } else { "  ".to_owned() };
        lines.iter().enumerate().map(|(at, line)| format!("{pad}{} {line}\n", before(at))).collect()
    }
}

/// The mark with its words behind it, or below where they do not fit.
fn labelled(view: &View, sign: &str, label: &str, room: usize) -> Vec<String> {
    let mark = format!("{}{}", " ".repeat(view.before), sign.repeat(view.marked));
    if label.is_empty() {
        return vec![mark];
    }
    if view.before + view.marked + 1 + label.width() <= room {
        return vec![format!("{mark} {label}")];
    }
    let indent = view.before.min(room.saturating_sub(label.width()));
    let below = wrapped(label, room, indent).into_iter().enumerate();
    let below = below.map(|(at, line)| if at == 0 { format!("{}{line}", " ".repeat(indent)) } else { line });
    std::iter::once(mark).chain(below).collect()
}

/// A source line cut so that its marked part is visible.
struct View {
    text: String,
    before: usize,
    marked: usize,
}

impl View {
    fn of(chars: &[char], from: usize, to: usize, room: usize) -> Self {
        let marked = columns(&chars[from..to]).clamp(1, MARK_MAX.min(room / 2));
        let mut start = 0;
        // As little as possible is cut from the left: just so much that the mark and a little after it fit.
        while start < from && columns(&chars[start..from]) + marked + 2 > room {
            start += 1;
        }
        let head = if start > 0 { GLYPHS.cut } else { "" };
        let mut text = head.to_owned();
        let mut used = head.width();
        for (at, c) in chars.iter().enumerate().skip(start) {
            let wide = shown(*c).1;
            let more = at + 1 < chars.len();
            if used + wide > room.saturating_sub(usize::from(more)) {
                text.push_str(GLYPHS.cut);
                break;
            }
            text.push(shown(*c).0);
            used += wide;
        }
        Self { text, before: head.width() + columns(&chars[start..from]), marked }
    }
}

fn columns(chars: &[char]) -> usize {
    chars.iter().map(|c| shown(*c).1).sum()
}

/// What is printed for a character, and how wide: what could steer a terminal is replaced.
fn shown(c: char) -> (char, usize) {
    match c {
        '\t' => (' ', 1),
        // Marks that turn the direction of text could make a line read as another.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => ('\u{fffd}', 1),
        c => c.width().map_or(('\u{fffd}', 1), |width| (c, width)),
    }
}

fn clean(text: &str) -> String {
    text.chars().map(|c| shown(c).0).collect()
}

/// Breaks a text at blanks so that it fits; lines after the first are indented by `indent`, which the first has in front of it.
fn wrapped(text: &str, width: usize, indent: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last().map_or(0, |line| line.width());
        let start = if lines.len() == 1 { indent } else { 0 };
        match lines.last_mut() {
            Some(last) if line == 0 || start + line + 1 + word.width() <= width => {
                if line > 0 {
                    last.push(' ');
                }
                last.push_str(word);
            }
            _ => lines.push(format!("{}{word}", " ".repeat(indent))),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(text: &str) -> Sources {
        Sources([("fleet.yaml".into(), text.into())].into())
    }

    fn span(text: &str, part: &str) -> Span {
        let start = text.find(part).expect("part");
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let count = |n: usize| u32::try_from(n).expect("small");
        let line = count(text[..start].matches('\n').count() + 1);
        Span { file: "fleet.yaml".into(), start, end: start + part.len(), line, column: count(text[line_start..start].chars().count() + 1) }
    }

    #[test]
    fn the_form_of_look_md() {
        let text = "users:\n  alice: {schedule: offce, type: t3.medium}\n";
        let one = Diagnostic::error("unknown schedule `offce`", span(text, "offce"))
            .label("did you mean `office`?")
            .help("schedules of this fleet: class, db-office, office");
        assert_eq!(
            render(&[one], &sources(text), false, 100),
            "error: unknown schedule `offce`\n  ╭─ fleet.yaml:2:21\n 2│   alice: {schedule: offce, type: t3.medium}\n  │                     ^^^^^ did you mean `office`?\n  ╰─ schedules of this fleet: class, db-office, office\n"
        );
    }

    #[test]
    fn wide_characters_take_two_columns_and_control_characters_are_replaced() {
        let text = "a: 김철수 offce \u{1b}[2J\n";
        let out = render(&[Diagnostic::error("x", span(text, "offce"))], &sources(text), false, 100);
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines[2], " 1│ a: 김철수 offce \u{fffd}[2J");
        assert_eq!(lines[3], "  │           ^^^^^");
    }

    #[test]
    fn long_lines_are_cut_around_the_mark() {
        let text = format!("{}offce{}\n", "x".repeat(300), "y".repeat(300));
        for width in [40, 60, 200] {
            let out =
                render(&[Diagnostic::error("m ".repeat(80), span(&text, "offce")).help("h ".repeat(100))], &sources(&text), true, width);
            assert!(out.contains("offce") && out.contains("^^^^^"), "{out}");
            let plain: String = strip(&out);
            assert!(plain.lines().all(|line| line.width() <= width), "{plain}");
        }
    }

    fn strip(text: &str) -> String {
        let mut parts = text.split('\x1b');
        let first = parts.next().unwrap_or_default().to_owned();
        first + &parts.map(|part| part.split_once('m').map_or("", |(_, rest)| rest)).collect::<String>()
    }

    #[test]
    fn without_a_source_the_place_still_stands() {
        let one = Diagnostic::error("x", Span::start_of(&"f".into())).help("why");
        assert_eq!(render(&[one], &Sources::default(), false, 80), "error: x\n  ╭─ f:1:1\n  ╰─ why\n");
    }
}
