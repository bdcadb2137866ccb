//! The files of a new pack: the finished example of its language under another name.

use super::WIT;
use super::language::Language;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Where the SDK for Rust stands, from the top of the repository.
const SDK: &str = "rules/sdk/";
/// How the example in the repository finds it.
const SDK_OF_EXAMPLE: &str = "../../../rules/sdk";
/// Files that name the pack.
const NAMING: [&str; 6] = ["muster-rule.toml", "README.md", "Cargo.toml", "Cargo.lock", "go.mod", "main.go"];

/// A file of a new pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the folder of the pack.
    pub path: String,
    /// What stands in it.
    pub text: String,
}

/// The files of a new pack called `name`, by path.
#[must_use]
pub fn scaffold(language: Language, name: &str) -> Vec<File> {
    let folder = format!("examples/rules/{language}/");
    let own = EMBEDDED.iter().filter_map(|(path, text)| Some((path.strip_prefix(&folder)?, *text)));
    let mut files: Vec<File> = own.map(|(path, text)| File { path: path.to_owned(), text: named(path, text, language, name) }).collect();
    if language == Language::Rust {
        let sdk = EMBEDDED.iter().filter_map(|(path, text)| Some((path.strip_prefix(SDK)?, *text)));
        files.extend(
            sdk.filter(|(path, _)| *path != "Cargo.toml").map(|(path, text)| File { path: format!("sdk/{path}"), text: text.to_owned() }),
        );
        files.push(File { path: "sdk/Cargo.toml".to_owned(), text: SDK_MANIFEST.to_owned() });
    }
    if matches!(language, Language::JavaScript | Language::Python) {
        files.push(File { path: "wit/rule.wit".to_owned(), text: WIT.to_owned() });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// The SDK outside of its workspace.
const SDK_MANIFEST: &str = "\
# The SDK for rules in Rust, as this muster brings it. It depends on nothing.
[package]
name = \"muster-rule\"
version = \"0.1.0\"
edition = \"2024\"
license = \"MIT OR Apache-2.0\"
publish = false
";

fn named(path: &str, text: &str, language: Language, name: &str) -> String {
    if !NAMING.contains(&path) {
        return text.to_owned();
    }
    let example = format!("example-{language}");
    let text = text.replace(&example, name).replace(&example.replace('-', "_"), &name.replace('-', "_"));
    if path == "Cargo.toml" { text.replace(SDK_OF_EXAMPLE, "sdk") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::author::recipe::{RECIPE_FILE, Recipe};

    #[test]
    fn every_language_has_a_finished_pack() {
        for language in Language::ALL {
            let files = scaffold(language, "our-pack");
            let text = |path: &str| files.iter().find(|file| file.path == path).map(|file| file.text.as_str());
            let recipe = Recipe::read(text(RECIPE_FILE).unwrap_or_default()).unwrap_or_else(|error| panic!("{language}: {error}"));
            assert_eq!((recipe.name.as_str(), recipe.language), ("our-pack", language));
            assert!(text("README.md").is_some_and(|readme| readme.contains(language.install())), "{language}: the install line");
            assert!(files.iter().any(|file| file.path.starts_with("cases/") && file.path.ends_with(".yaml")), "{language}: a case");
            assert!(
                files.iter().all(|file| !file.text.contains("example-") || file.path.starts_with("sdk/")),
                "{language}: the example's name"
            );
        }
    }

    #[test]
    fn a_pack_in_rust_brings_its_sdk() {
        let files = scaffold(Language::Rust, "our-pack");
        let text = |path: &str| files.iter().find(|file| file.path == path).map(|file| file.text.as_str()).unwrap_or_default();
        assert!(text("sdk/src/lib.rs").contains("Rules for muster in Rust"));
        assert!(text("Cargo.toml").contains(r#"muster-rule = { path = "sdk" }"#), "{}", text("Cargo.toml"));
        assert!(!text("sdk/Cargo.toml").contains("workspace"));
    }
}
