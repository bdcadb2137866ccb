//! Tags: templates filled in, limits of AWS.

use super::Resolver;
use crate::diag::Diagnostic;
use crate::fleet::decode::Free;
use crate::fleet::leaf::AsWritten;
use crate::fleet::suggest::suggest;
use crate::span::{At, Span};
use crate::tags::{AWS_LIMIT, MOST_ON_ONE, Tags, bad_value_char, is_ours};

/// Longest key and value. Source: EC2 user guide, "Tag restrictions".
const KEY_MAX_CHARS: usize = 128;
const VALUE_MAX_CHARS: usize = 256;
/// Tags a person may give: muster's own have to fit beside them.
const USER_LIMIT: usize = AWS_LIMIT - MOST_ON_ONE;

impl Resolver<'_> {
    /// The tags of an entry; `word` is `user` or `database`, the placeholder that stands for its name.
    pub(super) fn tags(&mut self, raw: Option<At<Free<AsWritten>>>, word: &str, name: &str) -> Tags {
        let Some(raw) = raw else { return Tags::new() };
        if raw.value.0.len() > USER_LIMIT {
            let count = raw.value.0.len();
            self.error(
                Diagnostic::error(format!("{count} tags; {USER_LIMIT} fit"), raw.span.clone())
                    .help(format!("AWS keeps {AWS_LIMIT} on a resource and muster writes up to {}", MOST_ON_ONE)),
            );
        }
        raw.value.0.into_iter().filter_map(|(key, value)| self.tag(&key, &value, word, name)).collect()
    }

    fn tag(&mut self, key: &At<String>, value: &At<AsWritten>, word: &str, name: &str) -> Option<(String, String)> {
        self.tag_key(key);
        let fleet = self.fleet.as_ref().map_or("", crate::name::FleetName::as_str).to_owned();
        let filled = match fill(&value.value.0, &[("fleet", &fleet), (word, name)]) {
            Ok(filled) => filled,
            Err(problem) => {
                let known = [word, "fleet"];
                let mut error = Diagnostic::error(format!("unknown placeholder `{{{problem}}}`"), value.span.clone());
                error.label = suggest(&problem, known).map(|found| format!("did you mean `{{{found}}}`?"));
                self.error(error.help(format!("placeholders here: {{fleet}}, {{{word}}}")));
                return None;
            }
        };
        self.tag_value(key, &filled, &value.span);
        Some((key.value.clone(), filled))
    }

    fn tag_key(&mut self, key: &At<String>) {
        let text = key.value.as_str();
        let why = if text.is_empty() || text.chars().count() > KEY_MAX_CHARS {
            Some(format!("a key has from 1 to {KEY_MAX_CHARS} characters"))
        } else if is_ours(text) || text.to_ascii_lowercase().starts_with("aws:") {
            Some("keys under `muster:` and `aws:` are written by those two alone".to_owned())
        } else {
            bad_value_char(text).map(|c| format!("{c:?} is not accepted by every service; letters, digits, blanks and `_.:/=+-@` are"))
        };
        if let Some(why) = why {
            self.error(Diagnostic::error(format!("`{text}` cannot be the key of a tag"), key.span.clone()).label(why));
        }
    }

    fn tag_value(&mut self, key: &At<String>, value: &str, span: &Span) {
        let why = if value.chars().count() > VALUE_MAX_CHARS {
            Some(format!("at most {VALUE_MAX_CHARS} characters"))
        } else {
            bad_value_char(value).map(|c| format!("{c:?} is not accepted by every service; letters, digits, blanks and `_.:/=+-@` are"))
        };
        if let Some(why) = why {
            self.error(Diagnostic::error(format!("the tag `{}` cannot have this value", key.value), span.clone()).label(why));
        }
    }
}

/// Fills placeholders in.
///
/// # Errors
/// With the placeholder that is unknown.
fn fill(template: &str, values: &[(&str, &str)]) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (word, behind) = after.split_once('}').ok_or_else(|| after.to_owned())?;
        let (_, value) = values.iter().find(|(known, _)| *known == word).ok_or_else(|| word.to_owned())?;
        out.push_str(value);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn templates() {
        let values = [("fleet", "lms"), ("user", "김철수")];
        assert_eq!(fill("{fleet}-{user}", &values).as_deref(), Ok("lms-김철수"));
        assert_eq!(fill("plain", &values).as_deref(), Ok("plain"));
        assert_eq!(fill("{usr}", &values), Err("usr".to_owned()));
        assert_eq!(fill("{user", &values), Err("user".to_owned()));
    }
}
