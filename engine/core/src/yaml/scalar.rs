//! How a scalar is understood: the core schema of YAML 1.2, and what it leaves for people to trip over.

use super::Scalar;

/// A scalar by the core schema.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Plain {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// Text.
    Text,
}

impl Plain {
    /// What it is, in words.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a truth value",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Text => "text",
        }
    }
}

impl Scalar {
    /// What the scalar is by the core schema.
    #[must_use]
    pub fn plain(&self) -> Plain {
        if self.quoted {
            return Plain::Text;
        }
        match self.text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Plain::Null,
            "true" | "True" | "TRUE" => Plain::Bool(true),
            "false" | "False" | "FALSE" => Plain::Bool(false),
            text => number(text),
        }
    }

    pub(super) fn to_json(&self) -> serde_json::Value {
        match self.plain() {
            Plain::Null => serde_json::Value::Null,
            Plain::Bool(value) => value.into(),
            Plain::Int(value) => value.into(),
            Plain::Float(value) => value.into(),
            Plain::Text => self.text.clone().into(),
        }
    }
}

fn number(text: &str) -> Plain {
    let (base, digits) = match text.get(..2) {
        Some("0o") => (8, &text[2..]),
        Some("0x") => (16, &text[2..]),
        _ => (10, text),
    };
    let looks_whole =
        digits.trim_start_matches(['+', '-']).chars().all(|c| c.is_digit(base)) && digits.ends_with(|c: char| c.is_digit(base));
    if looks_whole && let Ok(value) = i64::from_str_radix(digits, base) {
        return Plain::Int(value);
    }
    let numeric = text.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c)) && text.contains(|c: char| c.is_ascii_digit());
    match text.parse::<f64>() {
        Ok(value) if numeric && base == 10 => Plain::Float(value),
        _ => Plain::Text,
    }
}

/// Reads a truth value.
///
/// # Errors
/// With the reason in words; the words that YAML 1.1 took for truth values are named as such.
pub fn bool_of(scalar: &Scalar) -> Result<bool, String> {
    match scalar.plain() {
        Plain::Bool(value) => Ok(value),
        Plain::Text if scalar.quoted && matches!(scalar.text.as_str(), "true" | "false") => Err("take the quotes off".to_owned()),
        Plain::Text => Err(match scalar.text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "y" => format!("`{}` is text in YAML 1.2; write `true`", scalar.text),
            "no" | "off" | "n" => format!("`{}` is text in YAML 1.2; write `false`", scalar.text),
            _ => "write `true` or `false`".to_owned(),
        }),
        other => Err(format!("this is {}; write `true` or `false`", other.kind())),
    }
}

/// Reads a whole number in decimal.
///
/// # Errors
/// With the reason in words; octal, hexadecimal and base-60 forms are named as such, since YAML 1.1 and 1.2 disagree on them.
pub fn int_of(scalar: &Scalar) -> Result<i64, String> {
    odd_number(scalar)?;
    match scalar.plain() {
        Plain::Int(value) => Ok(value),
        Plain::Float(_) => Err("write a whole number".to_owned()),
        Plain::Text if scalar.quoted && scalar.text.parse::<i64>().is_ok() => Err("take the quotes off".to_owned()),
        other => Err(format!("this is {}", other.kind())),
    }
}

/// Reads a number in decimal.
///
/// # Errors
/// As [`int_of`].
pub fn float_of(scalar: &Scalar) -> Result<f64, String> {
    odd_number(scalar)?;
    match scalar.plain() {
        #[expect(clippy::cast_precision_loss, reason = "prices and percentages are far below 2^52")]
        Plain::Int(value) => Ok(value as f64),
        Plain::Float(value) if value.is_finite() => Ok(value),
        Plain::Text if scalar.quoted && scalar.text.parse::<f64>().is_ok() => Err("take the quotes off".to_owned()),
        other => Err(format!("this is {}", other.kind())),
    }
}

/// Refuses the spellings of numbers that one YAML reads differently from another.
fn odd_number(scalar: &Scalar) -> Result<(), String> {
    let digits = scalar.text.trim_start_matches(['+', '-']);
    let all = |extra: char| digits.chars().all(|c| c.is_ascii_digit() || c == extra) && digits.starts_with(|c: char| c.is_ascii_digit());
    if scalar.quoted || digits.is_empty() {
        Ok(())
    } else if digits.starts_with("0o") || (digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|c| c.is_ascii_digit())) {
        Err("this is octal to some readers of YAML; write it in decimal without a leading zero".to_owned())
    } else if digits.starts_with("0x") {
        Err("this is hexadecimal; write it in decimal".to_owned())
    } else if digits.contains(':') && all(':') {
        Err("this is a base-60 number to readers of YAML 1.1; write it in decimal".to_owned())
    } else if digits.contains('_') && all('_') {
        Err("leave the `_` out".to_owned())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Scalar {
        Scalar { text: text.to_owned(), quoted: false }
    }

    #[test]
    fn the_core_schema() {
        for (text, wanted) in [
            ("~", Plain::Null),
            ("", Plain::Null),
            ("True", Plain::Bool(true)),
            ("yes", Plain::Text),
            ("on", Plain::Text),
            ("-7", Plain::Int(-7)),
            ("0o17", Plain::Int(15)),
            ("0x1F", Plain::Int(31)),
            ("8.0", Plain::Float(8.0)),
            ("1e3", Plain::Float(1000.0)),
            ("09:00", Plain::Text),
            ("2026-12-20", Plain::Text),
            ("inf", Plain::Text),
            ("-", Plain::Text),
            ("1.2.3", Plain::Text),
        ] {
            assert_eq!(plain(text).plain(), wanted, "{text}");
        }
        assert_eq!(Scalar { text: "true".into(), quoted: true }.plain(), Plain::Text);
    }

    #[test]
    fn what_readers_of_yaml_disagree_on_is_refused() {
        for (text, word) in [("010", "octal"), ("0o10", "octal"), ("0x10", "hexadecimal"), ("1:30", "base-60"), ("1_000", "`_`")] {
            assert!(int_of(&plain(text)).expect_err(text).contains(word), "{text}");
            assert!(float_of(&plain(text)).expect_err(text).contains(word), "{text}");
        }
        for (text, word) in [("yes", "`true`"), ("Off", "`false`"), ("1", "a number")] {
            assert!(bool_of(&plain(text)).expect_err(text).contains(word), "{text}");
        }
        assert_eq!((int_of(&plain("0")), int_of(&plain("10")), bool_of(&plain("false"))), (Ok(0), Ok(10), Ok(false)));
    }
}
