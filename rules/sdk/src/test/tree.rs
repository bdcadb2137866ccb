//! JSON as tests write it, in any order and with any blanks, made canonical as the host would give it.

use std::collections::BTreeMap;

use crate::json::Value;
use crate::write;

/// Deepest nesting of a test's document.
const MAX_DEPTH: usize = 100;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tree {
    /// A number, `true`, `false` or `null`, as it is written.
    Plain(String),
    Text(String),
    List(Vec<Tree>),
    Object(BTreeMap<String, Tree>),
}

impl Tree {
    /// Reads JSON strictly: what a test gives must be what it looks like.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader { text, at: 0 };
        let tree = reader.value(MAX_DEPTH)?;
        reader.blank();
        if reader.at == text.len() { Ok(tree) } else { Err(reader.wrong("the end")) }
    }

    /// Canonical JSON in ASCII.
    pub(super) fn canonical(&self) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Text(text) => write::json(text),
            Self::List(items) => format!("[{}]", items.iter().map(Self::canonical).collect::<Vec<_>>().join(",")),
            Self::Object(members) => {
                let members: Vec<String> =
                    members.iter().map(|(name, value)| format!("{}:{}", write::json(name), value.canonical())).collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn blank(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\n', '\r', '\t']).len();
    }

    fn wrong(&self, wanted: &str) -> String {
        format!("{wanted} is wanted at `{}`", self.rest().chars().take(20).collect::<String>())
    }

    /// Steps over `mark` if it is next.
    fn takes(&mut self, mark: char) -> bool {
        self.blank();
        let next = self.rest().starts_with(mark);
        self.at += if next { mark.len_utf8() } else { 0 };
        next
    }

    fn value(&mut self, depth: usize) -> Result<Tree, String> {
        let depth = depth.checked_sub(1).ok_or("it is nested too deep")?;
        self.blank();
        match self.rest().chars().next() {
            Some('{') => self.object(depth),
            Some('[') => self.list(depth),
            Some('"') => self.string().map(Tree::Text),
            _ => self.plain(),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Tree, String> {
        let mut members = BTreeMap::new();
        self.takes('{');
        while !self.takes('}') {
            if !members.is_empty() && !self.takes(',') {
                return Err(self.wrong("`,` or `}`"));
            }
            self.blank();
            let name = self.string()?;
            if !self.takes(':') {
                return Err(self.wrong("`:`"));
            }
            let value = self.value(depth)?;
            if members.insert(name.clone(), value).is_some() {
                return Err(format!("`{name}` stands twice"));
            }
        }
        Ok(Tree::Object(members))
    }

    fn list(&mut self, depth: usize) -> Result<Tree, String> {
        let mut items = Vec::new();
        self.takes('[');
        while !self.takes(']') {
            if !items.is_empty() && !self.takes(',') {
                return Err(self.wrong("`,` or `]`"));
            }
            items.push(self.value(depth)?);
        }
        Ok(Tree::List(items))
    }

    fn string(&mut self) -> Result<String, String> {
        let rest = self.rest();
        let mut escaped = true;
        // The opening quote counts as escaped.
        let end = rest.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let text =
            end.filter(|_| rest.starts_with('"')).and_then(|end| Value::parse(&rest[..=end]).text().map(|text| (end, text.into_owned())));
        let Some((end, text)) = text else { return Err(self.wrong("a text")) };
        self.at += end + 1;
        Ok(text)
    }

    fn plain(&mut self) -> Result<Tree, String> {
        let rest = self.rest();
        let word = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.')).unwrap_or(rest.len())];
        let known = matches!(word, "true" | "false" | "null") || Value::parse(word).number().is_some();
        if !known {
            return Err(self.wrong("a value"));
        }
        let word = word.to_owned();
        self.at += word.len();
        Ok(Tree::Plain(word))
    }
}
