//! The URL of a webhook: whoever knows it can post, so it is shown by scheme and host only.

use std::fmt;
use std::net::IpAddr;

/// Longest URL that is taken.
const MAX_BYTES: usize = 4096;

/// A URL of HTTP. `Display` and `Debug` show scheme and host.
#[derive(Clone, PartialEq, Eq)]
pub struct HookUrl {
    whole: String,
    tls: bool,
    host: String,
    port: u16,
    path: String,
}

/// Why a text is no URL to post to. Never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// Neither `https://` nor `http://`.
    #[error("it does not begin with `https://`")]
    Scheme,
    /// Nothing that can be a host.
    #[error("its host cannot be read")]
    Host,
    /// User and password before the host.
    #[error("it holds a user or password before the host, which a webhook does not take")]
    Login,
    /// Blanks, control characters, other scripts, or too long.
    #[error("it holds a character that no URL has, or is longer than 4096 characters")]
    Characters,
    /// HTTP to another machine.
    #[error("it is plain HTTP to another machine, so anybody on the way could read it; `https://` is taken")]
    Plain,
}

impl HookUrl {
    /// Reads a URL: HTTPS, or HTTP to this machine.
    ///
    /// # Errors
    /// See [`BadUrl`].
    pub fn parse(text: &str) -> Result<Self, BadUrl> {
        if text.len() > MAX_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadUrl::Characters);
        }
        let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
        let (tls, rest) = match (lower.starts_with("https://"), lower.starts_with("http://")) {
            (true, _) => (true, &text[8..]),
            (false, true) => (false, &text[7..]),
            (false, false) => return Err(BadUrl::Scheme),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains('@') {
            return Err(BadUrl::Login);
        }
        let (host, port) = host_and_port(authority).ok_or(BadUrl::Host)?;
        let path = path.split('#').next().unwrap_or_default();
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let address = Self { whole: text.to_owned(), tls, host, port: port.unwrap_or(if tls { 443 } else { 80 }), path };
        if address.tls || address.is_loopback() { Ok(address) } else { Err(BadUrl::Plain) }
    }

    /// The whole URL, for the one who posts to it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.whole
    }

    /// True for HTTPS.
    #[must_use]
    pub const fn is_tls(&self) -> bool {
        self.tls
    }

    /// True when it leads to this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Host without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Port, the scheme's own where none is written.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Path and query, a secret like the whole.
    #[must_use]
    pub fn expose_path(&self) -> &str {
        &self.path
    }
}

fn host_and_port(authority: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(v6) => {
            let (host, rest) = v6.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.is_empty() || !host.chars().all(fits) {
        return None;
    }
    let port = port.map(|port| port.parse::<u16>().ok().filter(|port| *port > 0)).map_or(Some(None), |port| port.map(Some))?;
    Some((host.to_ascii_lowercase(), port))
}

impl fmt::Display for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        if self.host.contains(':') { write!(f, "{scheme}://[{}]", self.host) } else { write!(f, "{scheme}://{}", self.host) }
    }
}

impl fmt::Debug for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HookUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_url_scheme_and_host_are_shown() {
        let url = HookUrl::parse("https://Hooks.Slack.com/services/T0/B0/s3cret?x=1#y").expect("url");
        assert_eq!((url.to_string(), url.port(), url.expose_path()), ("https://hooks.slack.com".into(), 443, "/services/T0/B0/s3cret?x=1"));
        assert_eq!(format!("{url:?}"), "HookUrl(https://hooks.slack.com)");
        let local = HookUrl::parse("http://[::1]:8080?q").expect("url");
        assert_eq!((local.to_string(), local.port(), local.expose_path(), local.is_loopback()), ("http://[::1]".into(), 8080, "/?q", true));
    }

    #[test]
    fn what_is_no_url_is_refused_without_repeating_it() {
        for (text, why) in [
            ("s3cret", BadUrl::Scheme),
            ("postgres://u:s3cret@h/db", BadUrl::Scheme),
            ("https://u:s3cret@h/x", BadUrl::Login),
            ("https:///s3cret", BadUrl::Host),
            ("https://h:0/", BadUrl::Host),
            ("https://h:99999/", BadUrl::Host),
            ("https://[::1/", BadUrl::Host),
            ("https://h\u{e9}/", BadUrl::Characters),
            ("https://h/a b", BadUrl::Characters),
            ("https://h/\r\nX: y", BadUrl::Characters),
            ("http://hooks.example/s3cret", BadUrl::Plain),
            ("http://127.0.0.1.example/s3cret", BadUrl::Plain),
            ("\u{e9}", BadUrl::Characters),
        ] {
            let error = HookUrl::parse(text).expect_err(text);
            assert_eq!(error, why, "{text}");
            assert!(!error.to_string().contains("s3cret"));
        }
    }
}
