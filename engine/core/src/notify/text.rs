//! The words of a notice, the same in every form.

use jiff::{SignedDuration, Timestamp};

use super::notice::{Failed, Happening, Notice, Resource, Snooze, Stop};
use crate::plan::words;

/// Longest piece of somebody else's text (a tag, a reason), in characters.
const PIECE_MAX_CHARS: usize = 300;
/// How much longer a machine is kept in the examples.
const EXAMPLE: SignedDuration = SignedDuration::from_hours(2);

/// One line of a list: what, and what there is to say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) detail: String,
}

/// A notice in words, without a form. Commands stand in backticks; nothing else does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    /// `class stops 3 machines in 15 min`.
    pub(super) title: String,
    /// When, or how bad.
    pub(super) summary: String,
    /// What is concerned.
    pub(super) lines: Vec<Line>,
    /// What to do.
    pub(super) advice: Vec<String>,
    /// Where it comes from.
    pub(super) footer: String,
}

impl Words {
    pub(super) fn of(notice: &Notice) -> Self {
        let (title, summary, lines, advice) = match &notice.what {
            Happening::Stop(stop) => (
                format!("{} {}", clean(&stop.schedule), stops(stop, notice.at)),
                format!("The stop is at {}, in {}.", words::instant(stop.at, &notice.timezone), left(stop.at, notice.at)),
                stop.resources.iter().map(machine).collect(),
                advice(stop),
            ),
            Happening::Failure { subject, since, steps } => (
                format!("{} of {} failed", count(steps.len(), "step"), clean(subject)),
                failing_since(notice, *since),
                steps.iter().map(failed).collect(),
                nexts(steps),
            ),
        };
        let title = if notice.sandbox { format!("[sandbox] {title}") } else { title };
        Self { title, summary, lines, advice, footer: footer(notice) }
    }

    /// The list as far as `shown` lines go, with a last line that says how many are left out.
    pub(super) fn listed(&self, shown: usize) -> (&[Line], Option<String>) {
        let shown = shown.min(self.lines.len());
        let more = self.lines.len() - shown;
        (&self.lines[..shown], (more > 0).then(|| format!("and {more} more")))
    }
}

/// `3 machines`.
pub(super) fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

fn stops(stop: &Stop, now: Timestamp) -> String {
    format!("stops {} in {}", count(stop.resources.len(), "machine"), left(stop.at, now))
}

fn left(at: Timestamp, now: Timestamp) -> String {
    words::duration(at.duration_since(now))
}

fn machine(resource: &Resource) -> Line {
    let title = resource.title.as_deref().map(clean).filter(|title| !title.is_empty());
    let id = (resource.name != resource.id || title.is_some()).then(|| resource.id.clone());
    let hibernates = (resource.action == "hibernate").then(|| "hibernates".to_owned());
    let details: Vec<String> = [id, Some(resource.place.clone()), hibernates].into_iter().flatten().collect();
    Line { name: title.unwrap_or_else(|| clean(&resource.name)), detail: clean(&details.join(", ")) }
}

fn failed(step: &Failed) -> Line {
    let code = step.code.as_deref().filter(|code| !step.why.contains(*code)).map(|code| format!("{code}: ")).unwrap_or_default();
    let request = step.request.as_deref().map(|id| format!(" (request {id})")).unwrap_or_default();
    let id = step.id.as_deref().map(|id| format!(" {id}")).unwrap_or_default();
    let name = format!("{} {}{id}", step.action, step.address);
    Line { name: clean(&name), detail: clean(&format!("{code}{}{request}, {}", step.why, step.place)) }
}

fn failing_since(notice: &Notice, since: Timestamp) -> String {
    let at = words::instant(notice.at, &notice.timezone);
    if since == notice.at {
        format!("At {at}.")
    } else {
        format!("At {at}; something of it has failed since {}.", words::instant(since, &notice.timezone))
    }
}

fn nexts(steps: &[Failed]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for step in steps {
        if !all.iter().any(|said| said == step.next) {
            all.push(step.next.to_owned());
        }
    }
    all
}

fn advice(stop: &Stop) -> Vec<String> {
    let mut all = vec![by_command(stop)];
    all.extend(stop.snooze.as_ref().map(|snooze| by_tag(stop, snooze)));
    if !stop.unread.is_empty() {
        all.push(format!("more may be stopped than stands here: {} could not be read", clean(&stop.unread.join(", ")).replace('`', "'")));
    }
    all
}

fn by_command(stop: &Stop) -> String {
    let name = stop.resources.first().map(|resource| clean(&resource.name)).unwrap_or_default();
    match stop.resources.len() {
        1 => format!("`muster start {name} --for 2h` keeps it running"),
        _ => format!("`muster start NAME --for 2h` keeps one running, such as `muster start {name} --for 2h`"),
    }
}

/// The value is an example: as far after the stop as the tag allows.
fn by_tag(stop: &Stop, snooze: &Snooze) -> String {
    let longest = snooze.max.map_or(EXAMPLE, |max| max.min(EXAMPLE));
    let until = stop.at.saturating_add(longest).unwrap_or(stop.at);
    let most = snooze.max.map(|max| format!(", at most {} later", words::duration(max))).unwrap_or_default();
    format!("so does the tag `{}` on it with an instant as its value, such as `{until}`{most}", clean(&snooze.tag).replace('`', "'"))
}

fn footer(notice: &Notice) -> String {
    let fleet = notice.fleet.as_deref().map(|name| format!("fleet {name}"));
    let parts = [fleet, notice.origin.as_deref().map(clean), Some(format!("key {}", clean(&notice.key)))];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Somebody else's text on one line: no control characters, none that turn the direction of writing or have no width, and not too long.
pub(super) fn clean(text: &str) -> String {
    let visible = |c: char| if c.is_control() || c.is_whitespace() { ' ' } else { c };
    let hidden = |c: &char| !matches!(*c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    let line = text
        .chars()
        .filter(hidden)
        .map(visible)
        .collect::<String>()
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    match line.char_indices().nth(PIECE_MAX_CHARS) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_else_s_text_is_one_visible_line() {
        assert_eq!(clean("a\r\n\tb\u{0}c  d"), "a b c d");
        assert_eq!(clean("ab\u{202e}cd\u{2066}\u{200b}e\u{feff}"), "abcde");
        assert_eq!(clean("김철수 É"), "김철수 É");
        assert_eq!(clean(&"x".repeat(400)).chars().count(), PIECE_MAX_CHARS + 1);
    }
}
