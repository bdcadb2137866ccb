//! What must never be shown of a file, blacked out before anything can show it.

use crate::diag::Sources;
use crate::span::Span;

/// Begin and end of a private key in PEM form.
const PEM: (&str, &str) = ("-----BEGIN ", "-----END ");
/// What stands in place of each byte.
const BLACK: u8 = b'*';

/// Blacks out marked stretches, private keys and the paths of URLs. Lengths and line ends stay, so that spans do.
pub(crate) fn black_out(sources: &mut Sources, marked: &[Span]) {
    for (file, text) in &mut sources.0 {
        let mut ranges: Vec<(usize, usize)> = marked.iter().filter(|span| span.file == *file).map(|span| (span.start, span.end)).collect();
        ranges.extend(private_keys(text));
        ranges.extend(url_paths(text));
        if ranges.is_empty() {
            continue;
        }
        let mut bytes = text.as_bytes().to_vec();
        for (start, end) in ranges {
            bytes[start..end].iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = BLACK);
        }
        if let Ok(hidden) = String::from_utf8(bytes) {
            *text = hidden.into();
        }
    }
}

fn private_keys(text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    for (at, _) in text.match_indices(PEM.0).filter(|(at, _)| text[*at..].lines().next().is_some_and(|line| line.contains("PRIVATE KEY"))) {
        let end = text[at..].find(PEM.1).map_or(text.len(), |end| at + end);
        out.push((at, end));
    }
    out
}

/// Of a URL only scheme and host are shown.
fn url_paths(text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    for (at, scheme) in text.match_indices("://") {
        let authority = at + scheme.len();
        let end_of = |stops: &[char], from: usize| {
            text[from..].find(|c: char| c.is_whitespace() || stops.contains(&c)).map_or(text.len(), |end| from + end)
        };
        let end = end_of(&['"', '\'', ',', '}', ']', '`', '>', ')'], authority);
        let host = text[authority..end].rfind('@').map_or(authority, |user| authority + user);
        out.push((authority, host));
        let path = end_of(&['/', '?', '#', '"', '\'', ',', '}', ']', '`', '>', ')'], host);
        if path < end {
            out.push((path + 1, end));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> String {
        let mut sources = Sources::default();
        sources.0.insert("f".into(), text.into());
        black_out(&mut sources, &[]);
        sources.0["f"].to_string()
    }

    #[test]
    fn urls_keep_scheme_and_host() {
        assert_eq!(hidden("to: https://hooks.example.com/T0/B1/xyz, x"), "to: https://hooks.example.com/*********, x");
        assert_eq!(hidden("to: 'https://u:pw@h/p'"), "to: 'https://****@h/*'");
        assert_eq!(hidden("http://127.0.0.1:5000"), "http://127.0.0.1:5000");
    }

    #[test]
    fn private_keys_disappear_and_lines_stay() {
        let text = "key: |\n  -----BEGIN OPENSSH PRIVATE KEY-----\n  b3Bl\n  -----END OPENSSH PRIVATE KEY-----\nx: 1\n";
        let out = hidden(text);
        assert!(!out.contains("b3Bl") && out.len() == text.len() && out.lines().count() == text.lines().count() && out.ends_with("x: 1\n"));
    }
}
