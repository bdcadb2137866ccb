//! An Adaptive Card for Teams, in the envelope that a webhook of the Workflows app takes.
//!
//! Other people's text stands in text runs, which know no markdown. `{{` begins a date function in every text of a card, so it is
//! taken apart.

use serde_json::{Value, json};

use super::super::notice::Notice;
use super::super::text::{Line, Words};
use super::{SHOWN, fitted};

/// Most bytes of a message, said as 28 KB. Source: Microsoft Teams, "Limits and specifications", "Incoming webhook message size".
const MAX_BYTES: usize = 28 * 1_000;

/// The JSON to post.
pub(super) fn body(notice: &Notice) -> String {
    let words = Words::of(notice);
    let write = |shown| whole(&words, shown).to_string();
    fitted(words.lines.len(), SHOWN, write, |text| text.len() <= MAX_BYTES)
}

fn whole(words: &Words, shown: usize) -> Value {
    let (lines, more) = words.listed(shown);
    let mut body = vec![text(&words.title, true), text(&words.summary, false)];
    body.extend(lines.iter().map(item));
    body.extend(more.map(|more| text(&more, false)));
    body.extend(words.advice.iter().map(|advice| paragraph(&commands(advice), false)));
    body.push(paragraph(&[run(&words.footer, json!({"size": "Small", "isSubtle": true}))], true));
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "fallbackText": unbraced(&words.title),
        "body": body,
    });
    json!({
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": card}],
    })
}

fn text(text: &str, heading: bool) -> Value {
    let look = if heading { json!({"size": "Medium", "weight": "Bolder"}) } else { json!({}) };
    paragraph(&[run(text, look)], false)
}

fn item(line: &Line) -> Value {
    paragraph(&[run(&line.name, json!({"weight": "Bolder"})), run(&format!("  {}", line.detail), json!({"isSubtle": true}))], false)
}

fn paragraph(runs: &[Value], separated: bool) -> Value {
    let spacing = if separated { "Medium" } else { "Small" };
    json!({"type": "RichTextBlock", "spacing": spacing, "separator": separated, "inlines": runs})
}

/// What stands between backticks is shown as code.
fn commands(advice: &str) -> Vec<Value> {
    let pieces = advice.split('`').enumerate().filter(|(_, piece)| !piece.is_empty());
    let look = |at: usize| if at % 2 == 1 { json!({"fontType": "Monospace"}) } else { json!({}) };
    pieces.map(|(at, piece)| run(piece, look(at))).collect()
}

fn run(text: &str, look: Value) -> Value {
    let mut run = look;
    run["type"] = json!("TextRun");
    run["text"] = json!(unbraced(text));
    run
}

fn unbraced(text: &str) -> String {
    let mut out = text.to_owned();
    while out.contains("{{") {
        out = out.replace("{{", "{ {");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_functions_are_taken_apart() {
        assert_eq!(unbraced("{{DATE(2026-01-01T00:00:00Z)}} {{{x"), "{ {DATE(2026-01-01T00:00:00Z)}} { { {x");
    }

    #[test]
    fn commands_are_shown_as_code() {
        let runs = commands("`a b` keeps it");
        assert_eq!((runs[0]["text"].as_str(), runs[0]["fontType"].as_str()), (Some("a b"), Some("Monospace")));
        assert_eq!((runs[1]["text"].as_str(), runs[1]["fontType"].as_str()), (Some(" keeps it"), None));
    }
}
