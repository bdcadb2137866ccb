//! One accent for each meaning, and what becomes of it where there is no colour or no Unicode.

use anstyle::{AnsiColor, Style as Ansi};

/// What a colour means. Never the only signal: a glyph or word stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accent {
    /// Nothing.
    Plain,
    /// Created.
    Create,
    /// Changed.
    Change,
    /// Started or stopped.
    Run,
    /// Destroyed, failed.
    Destroy,
    /// Held back, ids, remarks.
    Held,
    /// Names and headings.
    Name,
}

impl Accent {
    const fn ansi(self) -> Ansi {
        match self {
            Self::Plain => Ansi::new(),
            Self::Create => AnsiColor::Green.on_default(),
            Self::Change => AnsiColor::Yellow.on_default(),
            Self::Run => AnsiColor::Blue.on_default(),
            Self::Destroy => AnsiColor::Red.on_default().bold(),
            Self::Held => AnsiColor::BrightBlack.on_default(),
            Self::Name => Ansi::new().bold(),
        }
    }
}

/// How text looks on one stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// Colour.
    pub(crate) color: bool,
    /// Characters outside ASCII in muster's own words; names are never changed.
    pub(crate) unicode: bool,
    /// Columns.
    pub(crate) width: usize,
}

/// muster's own characters and what stands for them in ASCII.
const ASCII: [(char, &str); 18] = [
    ('→', "->"),
    ('…', "..."),
    ('■', "#"),
    ('▶', ">"),
    ('±', "-/+"),
    ('–', "-"),
    ('·', "."),
    ('╭', ","),
    ('╰', "`"),
    ('─', "-"),
    ('│', "|"),
    ('×', "x"),
    ('✓', "ok"),
    ('✗', "no"),
    ('█', "#"),
    ('▌', "#"),
    ('▐', "#"),
    ('░', "."),
];

impl Style {
    /// Text in the colour of its meaning.
    pub(crate) fn paint(&self, accent: Accent, text: &str) -> String {
        if !self.color || accent == Accent::Plain || text.is_empty() {
            return text.to_owned();
        }
        let ansi = accent.ansi();
        format!("{ansi}{text}{ansi:#}")
    }

    /// Text as the stream can show it.
    pub(crate) fn finish(&self, text: &str) -> String {
        if self.unicode {
            return text.to_owned();
        }
        let replaced = |c: char| ASCII.iter().find(|(from, _)| *from == c).map_or_else(|| c.to_string(), |(_, to)| (*to).to_owned());
        text.chars().map(replaced).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_only_where_it_is_wanted() {
        let plain = Style { color: false, unicode: true, width: 80 };
        assert_eq!(plain.paint(Accent::Create, "+"), "+");
        let colour = Style { color: true, ..plain };
        assert_eq!(colour.paint(Accent::Create, "+"), "\u{1b}[32m+\u{1b}[0m");
        assert_eq!(colour.paint(Accent::Create, ""), "");
    }

    #[test]
    fn ascii_keeps_names() {
        let ascii = Style { color: false, unicode: false, width: 80 };
        assert_eq!(ascii.finish("■ user/김철수 → off…"), "# user/김철수 -> off...");
    }
}
