//! Which stretch of a text each value covers: what an edit in place has to know and a reader has not.

use saphyr_parser::{Event, Parser, ScalarStyle, Span as Marks};

use super::place::scalar_end;

/// A value and the bytes it covers.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) start: usize,
    /// First byte after it; of a block collection, after its last value.
    pub(super) end: usize,
    pub(super) shape: Shape,
    /// Other places may repeat it.
    pub(super) anchored: bool,
}

#[derive(Debug)]
pub(super) enum Shape {
    /// Text, quoted or plain.
    Scalar(String),
    /// Text of `|` or `>`.
    BlockScalar,
    /// Nothing is written.
    Null,
    /// Repeats another value.
    Alias,
    Seq {
        flow: bool,
        items: Vec<Part>,
    },
    Map {
        flow: bool,
        entries: Vec<(Part, Part)>,
    },
}

impl Part {
    /// The entry of a map with this key.
    pub(super) fn entry(&self, wanted: &str) -> Option<&(Part, Part)> {
        match &self.shape {
            Shape::Map { entries, .. } => entries.iter().find(|(key, _)| key.text() == Some(wanted)),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.shape {
            Shape::Scalar(text) => Some(text),
            _ => None,
        }
    }
}

/// The outline of a text whose syntax is known to be right; nothing when it is not, or holds nothing.
pub(super) fn outline(text: &str) -> Option<Part> {
    let mut builder = Builder { text, offsets: text.char_indices().map(|(at, _)| at).collect(), stack: Vec::new(), root: None };
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let (event, marks) = next.ok()?;
        builder.take(event, marks);
    }
    builder.root
}

/// A collection that is still open.
struct Open {
    start: usize,
    anchored: bool,
    is_map: bool,
    parts: Vec<Part>,
}

struct Builder<'a> {
    text: &'a str,
    /// Byte of each character: the library counts characters.
    offsets: Vec<usize>,
    stack: Vec<Open>,
    root: Option<Part>,
}

impl Builder<'_> {
    fn byte(&self, index: usize) -> usize {
        self.offsets.get(index).copied().unwrap_or(self.text.len())
    }

    fn take(&mut self, event: Event<'_>, marks: Marks) {
        let (start, end) = (self.byte(marks.start.index()), self.byte(marks.end.index()));
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let part = self.scalar(text.into_owned(), style, anchor != 0, start, end);
                self.place(part);
            }
            Event::Alias(_) => self.place(Part { start, end, shape: Shape::Alias, anchored: false }),
            Event::SequenceStart(anchor, _) => self.stack.push(Open { start, anchored: anchor != 0, is_map: false, parts: Vec::new() }),
            Event::MappingStart(anchor, _) => self.stack.push(Open { start, anchored: anchor != 0, is_map: true, parts: Vec::new() }),
            Event::SequenceEnd | Event::MappingEnd => self.close(start),
            _ => {}
        }
    }

    fn scalar(&self, text: String, style: ScalarStyle, anchored: bool, start: usize, end: usize) -> Part {
        let shape = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => Shape::BlockScalar,
            ScalarStyle::Plain if text.is_empty() => Shape::Null,
            _ => Shape::Scalar(text),
        };
        let end = if matches!(shape, Shape::Null) { start } else { scalar_end(self.text, start, end) };
        Part { start, end, shape, anchored }
    }

    fn close(&mut self, mark: usize) {
        let Some(Open { start, anchored, is_map, parts }) = self.stack.pop() else { return };
        let (open, closing) = if is_map { (b'{', b'}') } else { (b'[', b']') };
        let bracket = self.bracket(mark, closing).filter(|_| self.text.as_bytes().get(start) == Some(&open));
        let last = parts.iter().filter(|part| !matches!(part.shape, Shape::Null)).map(|part| part.end).max();
        let (flow, end) = (bracket.is_some(), bracket.map_or_else(|| last.unwrap_or(start), |at| at + 1));
        let shape = if is_map { Shape::Map { flow, entries: pairs(parts) } } else { Shape::Seq { flow, items: parts } };
        self.place(Part { start, end, shape, anchored });
    }

    /// The bracket that closes a flow collection: the library marks the comma before it, where there is one.
    fn bracket(&self, mark: usize, closing: u8) -> Option<usize> {
        let mut in_comment = false;
        let mut between = |byte: &u8| {
            in_comment = (in_comment || *byte == b'#') && *byte != b'\n';
            in_comment || byte.is_ascii_whitespace() || *byte == b','
        };
        let rest = self.text.as_bytes().get(mark..)?;
        let skipped = rest.iter().take_while(|byte| between(byte)).count();
        (rest.get(skipped) == Some(&closing)).then_some(mark + skipped)
    }

    fn place(&mut self, part: Part) {
        match self.stack.last_mut() {
            Some(open) => open.parts.push(part),
            None => self.root = Some(part),
        }
    }
}

fn pairs(parts: Vec<Part>) -> Vec<(Part, Part)> {
    let mut parts = parts.into_iter();
    std::iter::from_fn(|| Some((parts.next()?, parts.next()?))).collect()
}
