//! The two streams: results on stdout, everything said to a person on stderr.

use std::io::{self, IsTerminal as _, Write as _};

use muster_core::text::escaped_lines;

use crate::args::{Color, Global, LogFormat};
use crate::env;
use crate::error::CommandError;
use crate::render::style::{Accent, Style};

/// Where output goes and how it looks.
pub(crate) struct Terminal {
    /// Look of stdout.
    pub(crate) out_style: Style,
    /// Look of stderr.
    pub(crate) err_style: Style,
    quiet: bool,
    log: LogFormat,
}

impl Terminal {
    /// As the flags and the terminal want it.
    pub(crate) fn new(global: &Global) -> Self {
        let unicode = env::first(&[env::LC_ALL, env::LC_CTYPE, env::LANG]).is_none_or(|locale| is_utf8(&locale));
        let width = width();
        let out = wants_color(global.color, anstream::AutoStream::choice(&io::stdout()));
        let err = wants_color(global.color, anstream::AutoStream::choice(&io::stderr()));
        Self {
            out_style: Style { color: out, unicode, width },
            err_style: Style { color: err, unicode, width },
            quiet: global.quiet,
            log: global.log,
        }
    }

    /// Writes a result to stdout.
    pub(crate) fn result(&self, text: &str) -> Result<(), CommandError> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(self.out_style.finish(text).as_bytes())?;
        Ok(stdout.flush()?)
    }

    /// Writes bytes to stdout as they are.
    pub(crate) fn script(&self, bytes: &[u8]) -> Result<(), CommandError> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        Ok(stdout.flush()?)
    }

    /// Writes a JSON document to stdout.
    pub(crate) fn json(&self, value: &impl serde::Serialize) -> Result<(), CommandError> {
        let text = serde_json::to_string_pretty(value).map_err(|error| CommandError::failed("the answer is not JSON").because(error))?;
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{text}")?;
        Ok(stdout.flush()?)
    }

    /// Says something on stderr, unless `--quiet`.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            self.message("info", text);
        }
    }

    /// Says something on stderr, whatever `--quiet` says: what needs an eye.
    pub(crate) fn warn(&self, text: &str) {
        self.message("warning", text);
    }

    /// An error with its causes and hints, on stderr.
    pub(crate) fn error(&self, error: &CommandError) {
        if error.message.is_empty() {
            return;
        }
        if self.log == LogFormat::Json {
            let causes = error.chain().split_off(1);
            self.write_err(
                &serde_json::json!({"level": "error", "message": error.message, "causes": causes, "hints": error.hints}).to_string(),
            );
            return;
        }
        let style = self.err_style;
        let mut text = String::new();
        for (at, line) in error.chain().iter().enumerate() {
            let label = if at == 0 { "error" } else { "because" };
            text.push_str(&format!("{}: {line}\n", style.paint(Accent::Destroy, label)));
        }
        for hint in &error.hints {
            text.push_str(&format!("{}: {}\n", style.paint(Accent::Name, "next"), escaped_lines(hint.clone())));
        }
        self.write_err(text.trim_end());
    }

    /// Text that is laid out already (diagnostics, tables), on stderr.
    pub(crate) fn block(&self, text: &str) {
        if self.log == LogFormat::Text {
            self.write_err(text.trim_end_matches('\n'));
        } else {
            self.message("info", text);
        }
    }

    /// True when a person can be asked.
    pub(crate) fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// True when progress may redraw a line.
    pub(crate) fn is_live(&self) -> bool {
        !self.quiet && self.log == LogFormat::Text && io::stderr().is_terminal()
    }

    /// Draws over the present line of stderr; an empty text clears it.
    pub(crate) fn redraw(&self, text: &str) {
        let _gone = write!(io::stderr().lock(), "\r\x1b[2K{}", self.err_style.finish(text));
    }

    /// Asks a question and returns the answer. The answer is read on a thread of its own, so that Ctrl-C is
    /// heard while nobody types.
    pub(crate) async fn ask(&self, question: &str) -> Result<String, CommandError> {
        {
            let mut stderr = io::stderr().lock();
            write!(stderr, "{} ", self.err_style.finish(question))?;
            stderr.flush()?;
        }
        let read = tokio::task::spawn_blocking(|| {
            let mut answer = String::new();
            io::stdin().read_line(&mut answer).map(|_| answer)
        });
        let answer = read.await.map_err(io::Error::other)??;
        Ok(answer.trim().to_owned())
    }

    fn message(&self, level: &str, text: &str) {
        match self.log {
            LogFormat::Text => self.write_err(text),
            LogFormat::Json => self.write_err(&serde_json::json!({"level": level, "message": text}).to_string()),
        }
    }

    /// Nobody can be told that stderr is gone.
    fn write_err(&self, text: &str) {
        let _gone = writeln!(io::stderr().lock(), "{}", self.err_style.finish(text));
    }
}

fn wants_color(flag: Color, automatic: anstream::ColorChoice) -> bool {
    match flag {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => automatic != anstream::ColorChoice::Never,
    }
}

fn is_utf8(locale: &str) -> bool {
    let folded = locale.to_ascii_lowercase();
    folded.contains("utf-8") || folded.contains("utf8")
}

fn width() -> usize {
    let asked = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let told = || env::get(env::COLUMNS).and_then(|text| text.parse().ok());
    asked.or_else(told).unwrap_or(100).clamp(60, 200)
}
