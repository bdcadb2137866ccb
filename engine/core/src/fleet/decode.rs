//! From nodes to typed values: one list of keys makes the struct, its decoder and its JSON Schema.

use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value as Json};

use super::leaf::{Flaw, Leaf};
use super::suggest::{did_you_mean, listed};
use crate::diag::Diagnostic;
use crate::name::Name;
use crate::span::{At, Span};
use crate::yaml::{MAX_PROBLEMS, Node, Scalar, Value};

/// What decoding collects on its way.
pub(crate) struct Cx {
    /// Everything that is wrong so far.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Stretches of sources that must never be shown.
    pub(crate) secrets: Vec<Span>,
    /// The keys whose values are being read, the innermost last, one behind the other.
    keys: String,
    /// Where the innermost begins in `keys`.
    innermost: usize,
    /// Where it stands in the file.
    place: Span,
}

impl Cx {
    pub(crate) fn new(file: &Arc<str>) -> Self {
        Self { diagnostics: Vec::new(), secrets: Vec::new(), keys: file.to_string(), innermost: 0, place: Span::start_of(file) }
    }

    /// Adds a problem. Past the bound nobody reads on, so nothing is added; the file is refused all the same.
    pub(crate) fn push(&mut self, problem: Diagnostic) {
        if !self.is_full() {
            self.diagnostics.push(problem);
        }
    }

    /// True when enough is wrong: what follows is not even looked at, which bounds the time that suggestions take.
    pub(crate) fn is_full(&self) -> bool {
        self.diagnostics.len() >= MAX_PROBLEMS
    }

    /// True when nothing so far refuses the file.
    pub(crate) fn is_clean(&self) -> bool {
        self.diagnostics.iter().all(|problem| problem.severity != crate::diag::Severity::Error)
    }

    /// Reads the value of `key`, which errors below it will name.
    pub(crate) fn under<T>(&mut self, key: &str, span: &Span, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = (self.innermost, std::mem::replace(&mut self.place, span.clone()));
        self.innermost = self.keys.len();
        self.keys.push_str(key);
        let value = read(self);
        self.keys.truncate(self.innermost);
        (self.innermost, self.place) = outer;
        value
    }

    /// The key whose value is being read.
    fn key(&self) -> &str {
        &self.keys[self.innermost..]
    }

    /// The value of a key with its place.
    pub(crate) fn field<T: Decode>(&mut self, key: &Node, node: &Node) -> Option<At<T>> {
        self.under(key.key_text(), &key.span, |cx| T::decode(node, cx)).map(|value| At::new(value, node.span.clone()))
    }

    /// Reports that a value is something else than its key wants.
    pub(crate) fn wrong_kind(&mut self, node: &Node, wanted: &str) {
        let (key, span) = (self.key().to_owned(), self.place.clone());
        if node.is_null() {
            self.push(Diagnostic::error(format!("nothing is written for `{key}`"), span).label(format!("wants {wanted}")));
        } else {
            self.push(Diagnostic::error(format!("`{key}` wants {wanted}, this is {}", node.kind()), node.span.clone()));
        }
    }

    /// Reports why a scalar was refused, at the part of it that is wrong.
    pub(crate) fn flaw(&mut self, key: &str, scalar: &Scalar, span: &Span, wanted: &str, flaw: Flaw) {
        let message = flaw.message.unwrap_or_else(|| format!("`{key}` wants {wanted}, not `{}`", shown(&scalar.text)));
        let place = flaw.range.and_then(|range| part_of(span, scalar, range)).unwrap_or_else(|| span.clone());
        if flaw.secret {
            self.secrets.push(span.clone());
        }
        let mut problem = Diagnostic::error(message, place);
        problem.label = flaw.label;
        problem.help.extend(flaw.help);
        problem.code = flaw.code;
        self.push(problem);
    }
}

/// Longest piece of a value that a message repeats.
const SHOWN_CHARS: usize = 48;

fn shown(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(SHOWN_CHARS) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line.to_owned(),
    }
}

/// The place of a part of a scalar, when its source is its text letter by letter.
fn part_of(span: &Span, scalar: &Scalar, range: std::ops::Range<usize>) -> Option<Span> {
    let quotes = match (span.end - span.start).checked_sub(scalar.text.len())? {
        0 => 0,
        2 if scalar.quoted => 1,
        _ => return None,
    };
    let before = scalar.text.get(..range.start)?.chars().count() + quotes;
    let column = span.column + u32::try_from(before).ok()?;
    let (start, end) = (span.start + quotes + range.start, span.start + quotes + range.end.min(scalar.text.len()));
    Some(Span { file: span.file.clone(), start, end: end.max(start), line: span.line, column })
}

/// What can be read from a node. Problems go to the context; `None` means there was one.
pub(crate) trait Decode: Sized {
    /// Reads it.
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self>;
    /// Lays it over a default: sections key by key, everything else as a whole.
    fn over(self, _base: Self) -> Self {
        self
    }
    /// How an editor checks it.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

/// Lays an optional value over an optional default.
pub(crate) fn laid_over<T: Decode>(own: Option<At<T>>, base: Option<At<T>>) -> Option<At<T>> {
    match (own, base) {
        (Some(own), Some(base)) => Some(At::new(own.value.over(base.value), own.span)),
        (own, base) => own.or(base),
    }
}

impl<T: Leaf> Decode for T {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let Some(scalar) = node.scalar().filter(|_| !node.is_null()) else {
            cx.wrong_kind(node, T::WANTED);
            return None;
        };
        if cx.is_full() {
            return None;
        }
        match T::read(scalar) {
            Ok(value) => Some(value),
            Err(flaw) => {
                let key = cx.key().to_owned();
                cx.flaw(&key, scalar, &node.span, T::WANTED, flaw);
                None
            }
        }
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        T::schema().try_into().unwrap_or_default()
    }
}

/// A list.
impl<T: Decode> Decode for Vec<At<T>> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let Value::Seq(items) = &node.value else {
            cx.wrong_kind(node, "a list");
            return None;
        };
        Some(items.iter().filter_map(|item| Some(At::new(T::decode(item, cx)?, item.span.clone()))).collect())
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let items = T::schema(generator);
        json_schema!({"type": "array", "items": items})
    }
}

/// One value, or a list of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct OneOrMany<T>(pub(crate) Vec<At<T>>);

impl<T: Decode> Decode for OneOrMany<T> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        match &node.value {
            // Of which every item was refused, it says nothing; that is no news.
            Value::Seq(items) => Vec::decode(node, cx).filter(|read: &Vec<At<T>>| items.is_empty() || !read.is_empty()).map(Self),
            _ => Some(Self(vec![At::new(T::decode(node, cx)?, node.span.clone())])),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let (one, many) = (T::schema(generator), <Vec<At<T>>>::schema(generator));
        json_schema!({"anyOf": [one, many]})
    }
}

/// A word, or a section: `role: arn…`, `role: {plan: …, apply: …}`.
#[derive(Debug, Clone)]
pub(crate) enum Either<L, S> {
    /// Written as a scalar.
    Word(L),
    /// Written as a map.
    Section(Box<S>),
}

impl<L: Leaf, S: Section> Decode for Either<L, S> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        match &node.value {
            Value::Map(_) => S::decode(node, cx).map(|section| Self::Section(Box::new(section))),
            _ => L::decode(node, cx).map(Self::Word),
        }
    }

    fn over(self, base: Self) -> Self {
        match (self, base) {
            (Self::Section(own), Self::Section(base)) => Self::Section(Box::new(own.over(*base))),
            (own, _) => own,
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let (word, section) = (<L as Decode>::schema(generator), <S as Decode>::schema(generator));
        json_schema!({"anyOf": [word, section]})
    }
}

/// A map whose keys are free: tags, parameters, prices.
#[derive(Debug, Clone)]
pub(crate) struct Free<T>(pub(crate) Vec<(At<String>, At<T>)>);

impl<T: Decode> Decode for Free<T> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            cx.wrong_kind(node, "a map");
            return None;
        };
        let read = |(key, value): &(Node, Node)| Some((At::new(key.key_text().to_owned(), key.span.clone()), cx.field(key, value)?));
        Some(Self(entries.iter().filter_map(read).collect()))
    }

    /// Key by key: what an entry says wins, what it does not say stays.
    fn over(mut self, base: Self) -> Self {
        let missing = base.0.into_iter().filter(|(key, _)| !self.0.iter().any(|(own, _)| own.value == key.value)).collect::<Vec<_>>();
        self.0.extend(missing);
        self
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let values = T::schema(generator);
        json_schema!({"type": "object", "additionalProperties": values})
    }
}

/// A map of named entries. An entry may be empty: all its keys are then the defaults'.
#[derive(Debug, Clone)]
pub(crate) struct Entries<T>(pub(crate) Vec<(At<Name>, T)>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Section> Entries<T> {
    /// Takes one entry; its name is checked here.
    pub(crate) fn put(&mut self, key: &Node, value: &Node, cx: &mut Cx) -> bool {
        let text = key.key_text();
        let name = Name::new(text).map_err(|why| {
            cx.push(Diagnostic::error(format!("`{}` cannot be a name", shown(text)), key.span.clone()).label(why.to_string()))
        });
        let read = if value.is_null() { Some(T::default()) } else { cx.under(text, &key.span, |cx| T::decode(value, cx)) };
        if let (Ok(name), Some(value)) = (name, read) {
            self.0.push((At::new(name, key.span.clone()), value));
        }
        true
    }

    fn entry_schema(generator: &mut SchemaGenerator) -> Schema {
        let entry = <T as Decode>::schema(generator);
        json_schema!({"anyOf": [entry, {"type": "null"}]})
    }
}

impl<T: Section> Decode for Entries<T> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            cx.wrong_kind(node, "a map of named entries");
            return None;
        };
        let mut out = Self::default();
        for (key, value) in entries {
            out.put(key, value, cx);
        }
        Some(out)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let entry = Self::entry_schema(generator);
        json_schema!({"type": "object", "additionalProperties": entry})
    }
}

/// A section that is checked here and kept as JSON for the part that reads it.
#[derive(Debug, Clone)]
pub(crate) struct Kept<T> {
    /// For checks that need more than the section itself.
    pub(crate) value: T,
    /// For the reader.
    pub(crate) json: Json,
}

impl<T: Decode> Decode for Kept<T> {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        Some(Self { value: T::decode(node, cx)?, json: node.to_json() })
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        T::schema(generator)
    }
}

/// One key of a section, as an editor sees it.
pub(crate) struct Property {
    /// The key.
    pub(crate) key: &'static str,
    /// What it means.
    pub(crate) about: String,
    /// What it takes.
    pub(crate) schema: Schema,
    /// It has to be written.
    pub(crate) required: bool,
}

/// A map with known keys. Written by `section!` only.
pub(crate) trait Section: Default + Decode + JsonSchema {
    /// Takes a key; false when the section does not know it.
    fn put(&mut self, key: &Node, value: &Node, cx: &mut Cx) -> bool;
    /// Known keys.
    fn keys() -> Vec<&'static str>;
    /// Keys that have to be written.
    fn required() -> Vec<&'static str>;
    /// Known keys for the schema.
    fn properties(generator: &mut SchemaGenerator) -> Vec<Property>;
    /// What any other key takes, when there may be others.
    fn rest(_generator: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
    /// Lays it over a default key by key.
    fn laid_over(self, base: Self) -> Self;
}

/// Reads a map with known keys.
pub(crate) fn read_section<S: Section>(node: &Node, cx: &mut Cx) -> Option<S> {
    let Value::Map(entries) = &node.value else {
        cx.wrong_kind(node, "a map");
        return None;
    };
    let mut out = S::default();
    for (key, value) in entries {
        if !out.put(key, value, cx) {
            unknown_key::<S>(key, value, cx);
        }
    }
    for missing in S::required() {
        if !entries.iter().any(|(key, _)| key.key_text() == missing) {
            let (key, span) = (cx.key(), cx.place.clone());
            let of = if span.end == 0 { format!("`{missing}` is missing") } else { format!("`{missing}` is missing in `{key}`") };
            cx.push(Diagnostic::error(of, if span.end == 0 { node.span.clone() } else { span }));
        }
    }
    Some(out)
}

/// Words in a key behind which a secret is likely to stand.
const SECRET_WORDS: [&str; 4] = ["password", "secret", "token", "private"];

fn unknown_key<S: Section>(key: &Node, value: &Node, cx: &mut Cx) {
    let text = key.key_text();
    if text == "<<" || cx.is_full() {
        return;
    }
    if SECRET_WORDS.iter().any(|word| text.to_lowercase().contains(word)) {
        cx.secrets.push(extent(value));
    }
    let keys = S::keys();
    let place = if cx.place.end == 0 { String::new() } else { format!(" in `{}`", cx.key()) };
    let mut problem = Diagnostic::error(format!("unknown key `{}`{place}", shown(text)), key.span.clone());
    problem.label = did_you_mean(text, keys.iter().copied());
    cx.push(problem.help(format!("keys here: {}", keys.join(", "))));
}

/// From the first to the last character of a value.
fn extent(node: &Node) -> Span {
    let last = match &node.value {
        Value::Scalar(_) => None,
        Value::Seq(items) => items.last(),
        Value::Map(entries) => entries.last().map(|(_, value)| value),
    };
    Span { end: last.map_or(node.span.end, |last| extent(last).end), ..node.span.clone() }
}

/// The JSON Schema of a section.
pub(crate) fn section_schema<S: Section>(generator: &mut SchemaGenerator, about: &str) -> Schema {
    let properties = S::properties(generator);
    let required: Vec<&str> = properties.iter().filter(|property| property.required).map(|property| property.key).collect();
    let keys: Map<String, Json> = properties.iter().map(|property| (property.key.to_owned(), described(property))).collect();
    let rest = S::rest(generator).map_or(Json::Bool(false), Json::from);
    json_schema!({"description": about, "type": "object", "properties": keys, "required": required, "additionalProperties": rest})
}

fn described(property: &Property) -> Json {
    let mut schema = property.schema.clone();
    schema.insert("description".to_owned(), property.about.clone().into());
    schema.into()
}

/// A reference to something that is not there, with what is.
pub(crate) fn unknown<'a>(what: &str, word: &str, span: Span, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
    let known: Vec<&str> = known.into_iter().collect();
    let mut problem = Diagnostic::error(format!("unknown {what} `{}`", shown(word)), span);
    problem.label = did_you_mean(word, known.iter().copied());
    let plural = what.strip_suffix('y').map_or_else(|| format!("{what}s"), |stem| format!("{stem}ies"));
    problem.help(format!("{plural} of this fleet: {}", listed(known)))
}

/// Makes a section from one list: `field = "key": Type,` with its meaning as a doc comment; `(required)` behind the key
/// when it has to be written. `..common: Other` takes in the keys of another section, `*entries: Entry` lets every other
/// key be a named entry.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $name:ident {
            $($(#[doc = $doc:literal])+ $field:ident = $key:literal $(($required:ident))?: $ty:ty,)*
            $(..$flat:ident: $flat_ty:ty,)?
            $(*$rest:ident: $rest_ty:ty,)?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Default)]
        pub(crate) struct $name {
            $($(#[doc = $doc])+ pub(crate) $field: Option<$crate::span::At<$ty>>,)*
            $(#[doc = "Keys of another section."] pub(crate) $flat: $flat_ty,)?
            #[doc = "Keys that were written and refused: their absence is no news."]
            pub(crate) refused: Vec<&'static str>,
            $(#[doc = "Named entries."] pub(crate) $rest: $crate::fleet::decode::Entries<$rest_ty>,)?
        }

        impl $crate::fleet::decode::Section for $name {
            fn put(&mut self, key: &$crate::yaml::Node, value: &$crate::yaml::Node, cx: &mut $crate::fleet::decode::Cx) -> bool {
                match key.key_text() {
                    $($key => {
                        self.$field = cx.field(key, value);
                        self.refused.extend(self.$field.is_none().then_some($key));
                        true
                    })*
                    _ => false $(|| self.$flat.put(key, value, cx))? $(|| self.$rest.put(key, value, cx))?,
                }
            }

            fn keys() -> Vec<&'static str> {
                #[allow(unused_mut, reason = "only sections that take in another one change it")]
                let mut keys = vec![$($key),*];
                $(keys.extend(<$flat_ty as $crate::fleet::decode::Section>::keys());)?
                keys
            }

            fn required() -> Vec<&'static str> {
                let all: &[&[&'static str]] = &[$(&[$key $(, stringify!($required))?]),*];
                #[allow(unused_mut, reason = "only sections that take in another one change it")]
                let mut keys: Vec<&'static str> = all.iter().filter(|words| words.len() > 1).map(|words| words[0]).collect();
                $(keys.extend(<$flat_ty as $crate::fleet::decode::Section>::required());)?
                keys
            }

            fn properties(generator: &mut schemars::SchemaGenerator) -> Vec<$crate::fleet::decode::Property> {
                let required = Self::required();
                #[allow(unused_mut, reason = "only sections that take in another one change it")]
                let mut all = vec![$($crate::fleet::decode::Property {
                    key: $key,
                    about: concat!($($doc),+).trim().to_owned(),
                    schema: <$ty as $crate::fleet::decode::Decode>::schema(generator),
                    required: required.contains(&$key),
                }),*];
                $(all.extend(<$flat_ty as $crate::fleet::decode::Section>::properties(generator));)?
                all
            }

            $(fn rest(generator: &mut schemars::SchemaGenerator) -> Option<schemars::Schema> {
                let entry = <$rest_ty as $crate::fleet::decode::Decode>::schema(generator);
                Some(schemars::json_schema!({"anyOf": [entry, {"type": "null"}]}))
            })?

            fn laid_over(self, base: Self) -> Self {
                Self {
                    $($field: $crate::fleet::decode::laid_over(self.$field, base.$field),)*
                    refused: [self.refused, base.refused].concat(),
                    $($flat: $crate::fleet::decode::Section::laid_over(self.$flat, base.$flat),)?
                    $($rest: { let _ = base.$rest; self.$rest },)?
                }
            }
        }

        impl $crate::fleet::decode::Decode for $name {
            fn decode(node: &$crate::yaml::Node, cx: &mut $crate::fleet::decode::Cx) -> Option<Self> {
                $crate::fleet::decode::read_section(node, cx)
            }

            fn over(self, base: Self) -> Self {
                $crate::fleet::decode::Section::laid_over(self, base)
            }

            fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                generator.subschema_for::<Self>()
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $crate::fleet::decode::section_schema::<Self>(generator, concat!($($about),+).trim())
            }
        }
    };
}
pub(crate) use section;
