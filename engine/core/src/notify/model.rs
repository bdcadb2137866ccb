//! `notify` of fleet.yaml, resolved.

use jiff::SignedDuration;

use super::url::HookUrl;
use crate::digest::sha256_hex;
use crate::span::Span;

/// How long before a stop people are warned when `before-stop` does not say.
pub const BEFORE_STOP: SignedDuration = SignedDuration::from_mins(15);

/// Who is told, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// Where it stands.
    pub span: Span,
    /// How long before a stop; nothing when stops are not announced.
    pub before_stop: Option<SignedDuration>,
    /// Failures are told too.
    pub failure: bool,
    /// Whom, each once.
    pub to: Vec<Target>,
}

/// One receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// How it is reached.
    pub way: Way,
    /// Form of the message.
    pub format: Format,
}

/// How a receiver is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// A topic of SNS.
    Sns {
        /// `arn:aws:sns:ap-northeast-2:123456789012:ops`.
        arn: String,
    },
    /// An HTTP POST.
    Webhook(Source),
    /// A command and its arguments; the notice comes on stdin.
    Exec(Vec<String>),
}

/// Where the URL of a webhook comes from. It is a secret unless it leads to this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A variable of the environment.
    Env(String),
    /// Written in the file, on this machine.
    Loopback(HookUrl),
}

/// Form of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people, without markup.
    Text,
    /// For programs.
    Json,
    /// Slack's Block Kit.
    Slack,
    /// An Adaptive Card for Teams.
    Teams,
}

impl Format {
    /// The word of fleet.yaml.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Slack => "slack",
            Self::Teams => "teams",
        }
    }
}

impl Target {
    /// What a person knows it by. Never a URL: at most its scheme and host, and of a command the first word.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.way {
            Way::Sns { arn } => format!("sns {arn}"),
            Way::Webhook(Source::Env(name)) => format!("webhook {name}"),
            Way::Webhook(Source::Loopback(url)) => format!("webhook {url}"),
            Way::Exec(words) => format!("exec {}", words.first().map(String::as_str).unwrap_or_default()),
        }
    }

    /// What the ledger knows it by: as [`Target::label`], told apart by a hash from others that read alike.
    #[must_use]
    pub fn id(&self) -> String {
        let whole = match &self.way {
            Way::Webhook(Source::Loopback(url)) => url.expose(),
            Way::Exec(words) => &words.join("\0"),
            Way::Sns { .. } | Way::Webhook(Source::Env(_)) => "",
        };
        format!("{} {}", self.label(), &sha256_hex(format!("{}\0{whole}", self.format.as_str()).as_bytes())[..8])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receivers_are_known_by_what_is_no_secret() {
        let hook = |text: &str| {
            let way = Way::Webhook(Source::Loopback(HookUrl::parse(text).expect("url")));
            Target { way, format: Format::Json }
        };
        let (one, two) = (hook("http://127.0.0.1:9/hook?key=s3cret"), hook("http://127.0.0.1:9/other"));
        assert_eq!((one.label(), one.label()), ("webhook http://127.0.0.1".to_owned(), two.label()));
        assert_ne!(one.id(), two.id());
        assert!(!one.id().contains("s3cret") && !format!("{one:?}").contains("s3cret"));
        let exec = |words: &[&str]| Target { way: Way::Exec(words.iter().map(|word| (*word).to_owned()).collect()), format: Format::Json };
        assert_eq!(exec(&["page.sh", "--token", "s3cret"]).label(), "exec page.sh");
        assert_ne!(exec(&["page.sh", "a"]).id(), exec(&["page.sh", "b"]).id());
    }
}
