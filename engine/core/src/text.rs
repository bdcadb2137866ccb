//! Text that others wrote, on its way to a terminal or a page: nothing in it may steer either.

/// Whether a character moves a cursor, ends a line, turns the direction of writing or is not seen: C0, C1, marks of
/// direction and of width zero, ends of lines and paragraphs, interlinear marks, and tags of languages.
#[must_use]
pub fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with everything that steers written out, as `\u{1b}`.
#[must_use]
pub fn escaped(text: String) -> String {
    escaped_but(text, |_| false)
}

/// The same of text of several lines: their ends stay.
#[must_use]
pub fn escaped_lines(text: String) -> String {
    escaped_but(text, |c| c == '\n')
}

/// What a reader of JSON has against a text, without the place that its words end in: whoever tells the place tells it once.
#[must_use]
pub fn placeless(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    said.strip_suffix(&place).map_or_else(|| said.clone(), str::to_owned)
}

/// Most text has nothing to escape and is not copied.
fn escaped_but(text: String, stays: fn(char) -> bool) -> String {
    let bad = |c: char| steers(c) && !stays(c);
    if !text.contains(bad) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if bad(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_taken_out_of_the_words_of_a_reader() {
        let error = serde_json::from_str::<u8>("\n  x").expect_err("no number");
        assert_eq!((error.to_string().as_str(), placeless(&error).as_str()), ("expected value at line 2 column 3", "expected value"));
    }

    #[test]
    fn what_steers_is_written_out_and_the_rest_stays() {
        let hostile = "a\u{1b}[2J\u{9b}b\u{202e}c\u{200b}\u{2066}\u{feff}\nd\te";
        assert_eq!(escaped(hostile.to_owned()), r"a\u{1b}[2J\u{9b}b\u{202e}c\u{200b}\u{2066}\u{feff}\u{a}d\u{9}e");
        assert_eq!(escaped_lines("one\r\ntwo".to_owned()), "one\\u{d}\ntwo");
        assert_eq!(escaped("zwei Wörter, 둘".to_owned()), "zwei Wörter, 둘");
    }
}
