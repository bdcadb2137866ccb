//! Events of the library to a tree, within limits.

use std::collections::HashMap;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span as Marks};

use super::place::Places;
use super::{MAX_DEPTH, MAX_NODES, MAX_PROBLEMS, MAX_TEXT_BYTES, Node, Scalar, Value};
use crate::diag::Diagnostic;
use crate::span::Span;

/// Reads the one document of `text`. Broken syntax is one problem and no tree; duplicate keys, tags and merge keys are
/// problems of a tree that is there. An empty document is `None` without a problem.
#[must_use]
pub fn parse(file: &Arc<str>, text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    let mut builder = Builder::new(Places::new(file, text));
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        let taken = match next {
            Ok((event, marks)) => builder.take(event, marks),
            Err(error) => Err(Box::new(syntax(&builder.places, &error))),
        };
        if let Err(problem) = taken {
            builder.problems.push(*problem);
            return (None, builder.problems);
        }
    }
    (builder.root, builder.problems)
}

type Taken = Result<(), Box<Diagnostic>>;

/// A collection that is still open.
struct Frame {
    span: Span,
    anchor: usize,
    items: Vec<Node>,
    /// Where each key of a map stands; `None` for a list.
    keys: Option<HashMap<String, Span>>,
    pending: Option<Node>,
}

/// What an alias repeats.
struct Anchored {
    node: Node,
    extent: Extent,
}

/// How large a tree is.
#[derive(Clone, Copy, Default)]
struct Extent {
    nodes: usize,
    depth: usize,
    /// Bytes of all its texts.
    text: usize,
}

struct Builder<'a> {
    places: Places<'a>,
    stack: Vec<Frame>,
    anchors: HashMap<usize, Anchored>,
    nodes: usize,
    text: usize,
    documents: usize,
    root: Option<Node>,
    problems: Vec<Diagnostic>,
}

impl<'a> Builder<'a> {
    fn new(places: Places<'a>) -> Self {
        Self { places, stack: Vec::new(), anchors: HashMap::new(), nodes: 0, text: 0, documents: 0, root: None, problems: Vec::new() }
    }

    fn take(&mut self, event: Event<'_>, marks: Marks) -> Taken {
        match event {
            Event::DocumentStart(_) => self.document(marks),
            Event::Scalar(text, style, anchor, tag) => {
                let span = self.scalar_span(&text, style, marks);
                self.tagged(tag.map(|tag| tag.to_string()), &span);
                let scalar = Scalar { text: text.into_owned(), quoted: style != ScalarStyle::Plain };
                self.add(Node { span, value: Value::Scalar(scalar) }, anchor)
            }
            Event::SequenceStart(anchor, tag) => self.open(marks, anchor, tag.map(|tag| tag.to_string()), None),
            Event::MappingStart(anchor, tag) => self.open(marks, anchor, tag.map(|tag| tag.to_string()), Some(HashMap::new())),
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => self.alias(anchor, marks),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn document(&mut self, marks: Marks) -> Taken {
        self.documents += 1;
        if self.documents == 1 {
            return Ok(());
        }
        let problem = Diagnostic::error("a second document begins here", self.places.span(&marks.start, &marks.end));
        Err(Box::new(problem.help("one file is one fleet: remove the `---` and what follows, or put it into a file of its own")))
    }

    fn scalar_span(&self, text: &str, style: ScalarStyle, marks: Marks) -> Span {
        let mut span = self.places.span(&marks.start, &marks.end);
        if text.is_empty() && style == ScalarStyle::Plain {
            span.end = span.start;
        } else {
            self.places.trim(&mut span);
        }
        span
    }

    /// Tags would change what a value is; nothing here needs one.
    fn tagged(&mut self, tag: Option<String>, span: &Span) {
        if let Some(tag) = tag.filter(|_| self.problems.len() < MAX_PROBLEMS) {
            let problem = Diagnostic::error(format!("the tag `{tag}` is not read here"), span.clone());
            self.problems.push(problem.help("leave it out; text that looks like a number stands in quotes"));
        }
    }

    fn open(&mut self, marks: Marks, anchor: usize, tag: Option<String>, keys: Option<HashMap<String, Span>>) -> Taken {
        let span = self.places.point(&marks.start);
        self.tagged(tag, &span);
        self.count(Extent { nodes: 1, ..Extent::default() }, &span)?;
        if self.stack.len() >= MAX_DEPTH {
            return Err(Box::new(too_deep(span)));
        }
        self.stack.push(Frame { span, anchor, items: Vec::new(), keys, pending: None });
        Ok(())
    }

    fn close(&mut self) -> Taken {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        let value = match frame.keys {
            None => Value::Seq(frame.items),
            Some(_) => Value::Map(pairs(frame.items)),
        };
        self.place(Node { span: frame.span, value }, frame.anchor)
    }

    fn add(&mut self, node: Node, anchor: usize) -> Taken {
        self.count(measure(&node), &node.span)?;
        self.place(node, anchor)
    }

    fn alias(&mut self, anchor: usize, marks: Marks) -> Taken {
        let span = self.places.span(&marks.start, &marks.end);
        let Some(anchored) = self.anchors.get(&anchor) else {
            return Err(Box::new(Diagnostic::error("an alias inside of what it repeats", span).help("write the value out")));
        };
        let extent = anchored.extent;
        if self.stack.len() + extent.depth > MAX_DEPTH {
            return Err(Box::new(too_deep(span)));
        }
        // Before it is copied: a megabyte that is repeated a thousand times is never there.
        self.count(extent, &span)?;
        let node = self.anchors.get(&anchor).map(|anchored| anchored.node.clone());
        node.map_or(Ok(()), |node| self.place(node, 0))
    }

    /// Counts values and their text before they are made, so that a bomb is refused and not built.
    fn count(&mut self, more: Extent, span: &Span) -> Taken {
        self.nodes += more.nodes;
        self.text += more.text;
        if self.text > MAX_TEXT_BYTES {
            let said = format!("more than {} MiB of text, repetitions by aliases included", MAX_TEXT_BYTES / 1024 / 1024);
            return Err(Box::new(Diagnostic::error(said, span.clone()).help("write what is repeated once, and less of it")));
        }
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        let problem = Diagnostic::error(format!("more than {MAX_NODES} values, repetitions by aliases included"), span.clone());
        Err(Box::new(problem.help("a fleet of thousands of users fits; put users into a roster (`users: {from: students.csv}`)")))
    }

    fn place(&mut self, node: Node, anchor: usize) -> Taken {
        if anchor != 0 {
            let extent = measure(&node);
            self.count(extent, &node.span)?;
            self.anchors.insert(anchor, Anchored { node: node.clone(), extent });
        }
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        let Some(keys) = &mut frame.keys else {
            frame.items.push(node);
            return Ok(());
        };
        match frame.pending.take() {
            Some(key) => frame.items.extend([key, node]),
            None => {
                let problem = key_problem(keys, &node)?;
                self.problems.extend(problem.filter(|_| self.problems.len() < MAX_PROBLEMS));
                frame.pending = Some(node);
            }
        }
        Ok(())
    }
}

/// What is wrong with a key: fatal when it is no scalar, else it is kept out of the tree by its problem.
fn key_problem(keys: &mut HashMap<String, Span>, key: &Node) -> Result<Option<Diagnostic>, Box<Diagnostic>> {
    let Some(scalar) = key.scalar() else {
        let problem = Diagnostic::error(format!("a key has to be a word, this one is {}", key.kind()), key.span.clone());
        return Err(Box::new(problem.help("text that begins with `{` or `[` stands in quotes")));
    };
    if scalar.text == "<<" && !scalar.quoted {
        let problem = Diagnostic::error("merge keys (`<<`) are not read", key.span.clone());
        return Ok(Some(problem.help("YAML 1.2 has none: write shared keys under `defaults`, or repeat a whole value by an alias")));
    }
    let Some(first) = keys.insert(scalar.text.clone(), key.span.clone()) else { return Ok(None) };
    let problem = Diagnostic::error(format!("the key `{}` stands twice", scalar.text), key.span.clone());
    Ok(Some(problem.label("again here").also(first, "first here").help("keep one of them")))
}

fn pairs(items: Vec<Node>) -> Vec<(Node, Node)> {
    let mut items = items.into_iter();
    let mut out = Vec::with_capacity(items.len() / 2);
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        out.push((key, value));
    }
    out
}

/// Values, levels and text of a tree; its depth is bounded, so this recursion is.
fn measure(node: &Node) -> Extent {
    let below = |children: &mut dyn Iterator<Item = &Node>| {
        children.map(measure).fold(Extent { nodes: 1, ..Extent::default() }, |sum, more| Extent {
            nodes: sum.nodes + more.nodes,
            depth: sum.depth.max(more.depth),
            text: sum.text + more.text,
        })
    };
    let sum = match &node.value {
        Value::Scalar(scalar) => return Extent { nodes: 1, depth: 0, text: scalar.text.len() },
        Value::Seq(items) => below(&mut items.iter()),
        Value::Map(entries) => below(&mut entries.iter().flat_map(|(key, value)| [key, value])),
    };
    Extent { depth: sum.depth + 1, ..sum }
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(format!("nested deeper than {MAX_DEPTH} levels"), span).help("fleet.yaml needs 7 levels at most")
}

/// What the library's words mean to who wrote the file: a part of its message, and ours.
const SYNTAX: [(&str, &str, &str); 17] = [
    ("tab", "a tab where only blanks can indent", "replace tabs by blanks"),
    ("mapping values are not allowed", "a `:` where no key can stand", "check the indentation of this line, or quote the text"),
    ("found unexpected end of stream", "the quotes of this text are never closed", "close them; a file that was cut off ends so too"),
    (
        "expected ',' or '}'",
        "a `,` or `}` is missing before this",
        "close the `{` or separate its entries; a file that was cut off ends so too",
    ),
    (
        "expected ',' or ']'",
        "a `,` or `]` is missing before this",
        "close the `[` or separate its entries; a file that was cut off ends so too",
    ),
    ("unexpected eof", "the file ends in the middle of a value", "was it cut off?"),
    ("misplaced bracket", "a closing bracket that nothing opened", "remove it, or quote the text"),
    ("unknown anchor", "an alias of what is nowhere written", "write the `&anchor` before it, or quote text that begins with `*`"),
    ("did not find expected '-'", "neither a `-` of this list nor a key outside of it", "check the indentation of this line"),
    ("did not find expected key", "no key where one is expected", "check the indentation of this line"),
    ("simple key expect", "a word without its `:`", "write `key: value`; check the indentation of this line"),
    ("invalid indentation", "this line is indented less than what it belongs to", "indent it like the line above"),
    ("unknown escape", "an unknown `\\` sequence in double quotes", "use single quotes, in which `\\` is itself"),
    ("unexpected character", "a character that cannot begin a value", "quote the text"),
    ("recursion limit", "nested too deep", "fleet.yaml needs 7 levels at most"),
    ("invalid trailing content", "something stands behind the closing quote", "quote the whole value"),
    ("block sequence entries are not allowed", "a `-` where no list can begin", "put it on a line of its own, indented under its key"),
];

fn syntax(places: &Places<'_>, error: &ScanError) -> Diagnostic {
    let span = places.point(error.marker());
    match SYNTAX.iter().find(|(theirs, _, _)| error.info().contains(theirs)) {
        Some((_, ours, help)) => Diagnostic::error(*ours, span).help(*help),
        None => Diagnostic::error(format!("this is not YAML: {}", error.info()), span).help("check indentation and quotes near this place"),
    }
}
