//! `muster-rule.toml`: what a folder makes a pack of.

use toml_edit::{DocumentMut, Item, TableLike};

use super::language::Language;

/// Name of the file in the folder of a pack.
pub const RECIPE_FILE: &str = "muster-rule.toml";
/// Longest name of a pack, in characters.
pub(super) const NAME_MAX_CHARS: usize = 40;

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// Name of the pack, by which policies call its rules, and of the file that is built.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it is written in.
    pub language: Language,
    /// The compiler and its arguments. No shell is between.
    pub build: Vec<String>,
    /// The file the compiler writes: a core module, or a component.
    pub module: String,
    /// Variables set for the compiler.
    pub env: Vec<(String, String)>,
}

/// Why the file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecipeError {
    /// Not TOML.
    #[error("{RECIPE_FILE}:{line} is not TOML: {why}")]
    Syntax {
        /// Where.
        line: usize,
        /// What the parser said.
        why: String,
    },
    /// A key is missing or is something else.
    #[error("{RECIPE_FILE} needs `{key}`, {wanted}")]
    Key {
        /// Which.
        key: &'static str,
        /// What it is.
        wanted: &'static str,
    },
    /// A key nobody reads.
    #[error("{RECIPE_FILE} has a key `{0}` that muster does not know; it knows name, version, language, build, module and env")]
    Unknown(String),
    /// A name no policy could write.
    #[error("`{0}` is no name of a pack: 1 to {NAME_MAX_CHARS} lower-case letters, digits and hyphens are, beginning with a letter")]
    Name(String),
    /// A language nobody knows.
    #[error("`{word}` is no language that muster knows; it knows {all}", all = Language::ALL.map(Language::word).join(", "))]
    Language {
        /// What stands there.
        word: String,
    },
    /// The compiler would write outside of the pack.
    #[error("{RECIPE_FILE}: `module = \"{0}\"` leads out of the folder of the pack; it is a path in it")]
    Outside(String),
}

/// Holds a pack's name against what policies can write.
///
/// # Errors
/// When it is empty, too long, or has other characters than lower-case letters, digits and hyphens.
pub fn check_name(name: &str) -> Result<(), RecipeError> {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let ok = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.len() <= NAME_MAX_CHARS && name.chars().all(legal);
    if ok { Ok(()) } else { Err(RecipeError::Name(name.chars().take(NAME_MAX_CHARS).flat_map(char::escape_debug).collect())) }
}

impl Recipe {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is not TOML, lacks a key, has one nobody reads, or says something that cannot be.
    pub fn read(text: &str) -> Result<Self, RecipeError> {
        let document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| syntax(text, &error))?;
        let table = document.as_table();
        if let Some((key, _)) = table.iter().find(|(key, _)| !KEYS.contains(key)) {
            return Err(RecipeError::Unknown(key.to_owned()));
        }
        let recipe = Self {
            name: text_of(table, "name", "the name of the pack")?,
            version: text_of(table, "version", "its version, as `0.1.0`")?,
            language: language(&text_of(table, "language", "a word such as `rust` or `c`")?)?,
            build: words(table)?,
            module: text_of(table, "module", "the file that the compiler writes")?,
            env: variables(table)?,
        };
        check_name(&recipe.name)?;
        let path = std::path::Path::new(&recipe.module);
        if path.components().any(|part| !matches!(part, std::path::Component::Normal(_) | std::path::Component::CurDir)) {
            return Err(RecipeError::Outside(recipe.module));
        }
        Ok(recipe)
    }
}

const KEYS: [&str; 6] = ["name", "version", "language", "build", "module", "env"];

fn syntax(text: &str, error: &toml_edit::TomlError) -> RecipeError {
    let at = error.span().map_or(0, |span| span.start).min(text.len());
    let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    RecipeError::Syntax { line, why: error.message().split_whitespace().collect::<Vec<_>>().join(" ") }
}

fn text_of(table: &dyn TableLike, key: &'static str, wanted: &'static str) -> Result<String, RecipeError> {
    let text = table.get(key).and_then(Item::as_str).filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or(RecipeError::Key { key, wanted })
}

fn language(word: &str) -> Result<Language, RecipeError> {
    Language::of(word)
        .ok_or_else(|| RecipeError::Language { word: word.chars().take(NAME_MAX_CHARS).flat_map(char::escape_debug).collect() })
}

fn words(table: &dyn TableLike) -> Result<Vec<String>, RecipeError> {
    let error = RecipeError::Key { key: "build", wanted: "a list: the compiler and its arguments" };
    let list = table.get("build").and_then(Item::as_array).ok_or_else(|| error.clone())?;
    let words: Option<Vec<String>> = list.iter().map(|word| word.as_str().map(str::to_owned)).collect();
    words.filter(|words| !words.is_empty()).ok_or(error)
}

fn variables(table: &dyn TableLike) -> Result<Vec<(String, String)>, RecipeError> {
    let Some(env) = table.get("env") else { return Ok(Vec::new()) };
    let error = RecipeError::Key { key: "env", wanted: "a table of texts" };
    let env = env.as_table_like().ok_or_else(|| error.clone())?;
    env.iter().map(|(name, value)| Some((name.to_owned(), value.as_str()?.to_owned()))).collect::<Option<_>>().ok_or(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "name = \"naming\"\nversion = \"0.1.0\"\nlanguage = \"go\"\nbuild = [\"go\", \"build\"]\nmodule = \"rule.core.wasm\"\n";

    #[test]
    fn a_recipe_is_read() {
        let recipe = Recipe::read(&format!("{GOOD}[env]\nGOOS = \"wasip1\"\n")).expect("a recipe");
        assert_eq!((recipe.name.as_str(), recipe.language, recipe.build.len()), ("naming", Language::Go, 2));
        assert_eq!(recipe.env, [("GOOS".to_owned(), "wasip1".to_owned())]);
    }

    #[test]
    fn what_is_wrong_with_one_is_said() {
        let said = |text: &str| Recipe::read(text).expect_err("refused").to_string();
        let with = |from: &str, to: &str| said(&GOOD.replace(from, to));
        assert_eq!(with("name = \"naming\"\n", ""), "muster-rule.toml needs `name`, the name of the pack");
        assert_eq!(
            with("\"naming\"", "\"Naming\""),
            "`Naming` is no name of a pack: 1 to 40 lower-case letters, digits and hyphens are, beginning with a letter"
        );
        assert_eq!(with("[\"go\", \"build\"]", "\"go build\""), "muster-rule.toml needs `build`, a list: the compiler and its arguments");
        assert_eq!(
            with("\"go\"\n", "\"cobol\"\n"),
            "`cobol` is no language that muster knows; it knows rust, c, cpp, zig, javascript, assemblyscript, python, go"
        );
        assert_eq!(
            with("rule.core.wasm", "../rule.wasm"),
            "muster-rule.toml: `module = \"../rule.wasm\"` leads out of the folder of the pack; it is a path in it"
        );
        assert_eq!(
            said(&format!("{GOOD}lang = 1\n")),
            "muster-rule.toml has a key `lang` that muster does not know; it knows name, version, language, build, module and env"
        );
        assert!(said(&format!("{GOOD}x = \n")).starts_with("muster-rule.toml:6 is not TOML: "));
    }
}
