//! Slack's Block Kit, as an incoming webhook takes it.
//!
//! Names, tags and reasons are other people's text. `&`, `<` and `>` are escaped, so that none becomes a link or calls a channel;
//! `verbatim` keeps Slack from finding links by itself; and each stands in a code span, in which `*` and `_` mean nothing.

use serde_json::{Value, json};

use super::super::notice::Notice;
use super::super::text::{Line, Words};
use super::{SHOWN, fitted};

/// Most characters of the text of a section. Source: Slack API, "Section block".
const SECTION_MAX: usize = 3_000;
/// Most blocks of a message. Source: Slack API, "Blocks".
const BLOCKS_MAX: usize = 50;
/// Most characters of a header. Source: Slack API, "Header block".
const HEADER_MAX: usize = 150;
/// Most bytes of a line, so that each fits into a section of its own.
const LINE_MAX: usize = 1_400;

/// The JSON to post.
pub(super) fn body(notice: &Notice) -> String {
    let words = Words::of(notice);
    let write = |shown| whole(&words, shown).to_string();
    fitted(words.lines.len(), SHOWN, write, fits)
}

/// Blocks within Slack's bounds; the sections are, as they are made.
fn fits(text: &str) -> bool {
    let message: Value = serde_json::from_str(text).unwrap_or_default();
    message["blocks"].as_array().is_none_or(|blocks| blocks.len() <= BLOCKS_MAX)
}

fn whole(words: &Words, shown: usize) -> Value {
    let mut blocks = vec![json!({"type": "header", "text": {"type": "plain_text", "text": cut(&words.title, HEADER_MAX), "emoji": false}})];
    blocks.push(section(&escaped(&words.summary)));
    blocks.extend(sections(words, shown));
    if !words.advice.is_empty() {
        blocks.push(section(&cut(&words.advice.iter().map(|advice| escaped(advice)).collect::<Vec<_>>().join("\n"), SECTION_MAX)));
    }
    blocks.push(json!({"type": "context", "elements": [markdown(&escaped(&words.footer))]}));
    json!({"text": escaped(&words.title), "blocks": blocks})
}

/// The list, in as many sections as its length takes.
fn sections(words: &Words, shown: usize) -> Vec<Value> {
    let (lines, more) = words.listed(shown);
    let mut texts = vec![String::new()];
    for line in lines.iter().map(bullet).chain(more) {
        let last = texts.last().map_or(0, |text| units(text));
        if last + units(&line) + 1 > SECTION_MAX {
            texts.push(String::new());
        }
        if let Some(text) = texts.last_mut() {
            text.push_str(if text.is_empty() { "" } else { "\n" });
            text.push_str(&line);
        }
    }
    texts.retain(|text| !text.is_empty());
    texts.iter().map(|text| section(text)).collect()
}

fn bullet(line: &Line) -> String {
    let (name, detail) = (code(&line.name), code(&line.detail));
    format!("• {name}  {detail}")
}

/// A code span. It has no escape of its own, so a backtick becomes a quotation mark.
fn code(text: &str) -> String {
    let plain = text.replace('`', "'");
    let plain = if plain.is_empty() { "-".to_owned() } else { plain };
    format!("`{}`", cut(&escaped(&plain), LINE_MAX))
}

fn section(text: &str) -> Value {
    json!({"type": "section", "text": markdown(text)})
}

fn markdown(text: &str) -> Value {
    json!({"type": "mrkdwn", "text": text, "verbatim": true})
}

/// Source: Slack API, "Formatting text for app surfaces", "Escaping text".
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Slack counts as JavaScript does.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The beginning of a text that is too long, and a sign that it is. An entity is not cut through.
fn cut(text: &str, most: usize) -> String {
    if units(text) <= most {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.len_utf16();
        if used >= most {
            break;
        }
        kept.push(c);
    }
    if let Some(at) = kept.rfind('&').filter(|at| !kept[*at..].contains(';')) {
        kept.truncate(at);
    }
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_markup() {
        assert_eq!(code("<!channel> & *b* `c`"), "`&lt;!channel&gt; &amp; *b* 'c'`");
        assert_eq!(code(""), "`-`");
    }

    #[test]
    fn an_entity_is_whole_or_gone() {
        assert_eq!(cut("ab&lt;cd", 5), "ab…");
        assert_eq!(cut("abcd", 4), "abcd");
        assert_eq!(units(&cut(&"😀".repeat(100), 9)), 9);
    }
}
