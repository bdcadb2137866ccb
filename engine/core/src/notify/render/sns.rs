//! Mails and text messages over SNS: a subject, and text without markup.

use super::super::notice::{Happening, Notice};
use super::super::text::{Words, count};
use super::{SHOWN, SNS_MAX_BYTES, fitted};
use crate::plan::words;

/// Most characters of a subject; ASCII only, no line ends (Amazon SNS API Reference, "Publish").
const SUBJECT_MAX: usize = 100;

/// What stands in the subject of a mail. Names of other scripts are left out, since it takes ASCII only.
pub(super) fn subject(notice: &Notice) -> String {
    let fleet = notice.fleet.as_deref().unwrap_or("muster");
    let what = match &notice.what {
        Happening::Stop(stop) => {
            let machines = count(stop.resources.len(), "machine");
            let verb = if stop.resources.len() == 1 { "stops" } else { "stop" };
            format!("{machines} {verb} in {}{}", words::duration(stop.at.duration_since(notice.at)), of("by", &stop.schedule))
        }
        Happening::Failure { subject, steps, .. } => format!("{}{} failed", count(steps.len(), "step"), of("of", subject)),
    };
    let sandbox = if notice.sandbox { " [sandbox]" } else { "" };
    let ascii: String = format!("{fleet}: {what}{sandbox}").chars().filter(|c| (' '..='~').contains(c)).collect();
    if ascii.len() > SUBJECT_MAX { format!("{}...", &ascii[..SUBJECT_MAX - 3]) } else { ascii }
}

fn of(word: &str, name: &str) -> String {
    if name.chars().all(|c| c.is_ascii_graphic()) { format!(" {word} {name}") } else { String::new() }
}

/// The message.
pub(super) fn text(notice: &Notice) -> String {
    let words = Words::of(notice);
    let write = |shown| written(&words, shown);
    fitted(words.lines.len(), SHOWN, write, |text| text.len() <= SNS_MAX_BYTES)
}

fn written(words: &Words, shown: usize) -> String {
    let mut out = format!("{}\n{}\n\n", words.title, words.summary);
    let (lines, more) = words.listed(shown);
    lines.iter().for_each(|line| out.push_str(&format!("  {}  {}\n", line.name, line.detail)));
    out.extend(more.map(|more| format!("  {more}\n")));
    out.push('\n');
    words.advice.iter().for_each(|advice| out.push_str(&format!("{advice}\n")));
    out.push_str(&format!("\n{}\n", words.footer));
    out
}
