//! The examples under `examples/rules`: what is checked in says of itself what it says when it is asked, and finds what its cases say.

use std::fs;
use std::path::{Path, PathBuf};

use muster_host::author::{Language, Manifest, Outcome, pin, read_case, try_case};
use muster_host::{Host, Limits};

/// Whose components are small enough to be checked in; the others are built where their compiler installs by name.
const CHECKED_IN: [Language; 5] = [Language::Rust, Language::C, Language::Cpp, Language::Zig, Language::AssemblyScript];

fn folder(language: Language) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/rules").join(language.word())
}

#[test]
fn every_checked_in_example_finds_what_its_cases_say() {
    let host = Host::new(Limits::default(), None).expect("a host");
    for language in CHECKED_IN {
        let folder = folder(language);
        let bytes = fs::read(folder.join(format!("example-{language}.wasm"))).unwrap_or_else(|error| panic!("{language}: {error}"));
        let manifest = Manifest::of(&bytes).expect("a component").expect("a manifest");
        assert_eq!(manifest.language, language.word());
        let pack = host.load(manifest.id(), &bytes).unwrap_or_else(|error| panic!("{error}"));
        let rules = manifest.described().expect("rules").rules;
        assert_eq!(host.describe(&pack).expect("it describes itself").rules, rules, "{language}: the manifest says what describe says");
        assert_eq!(pin::unknown(&pin::pinned(&bytes, &manifest, &rules).needs), Vec::<String>::new());
        let mut cases = 0;
        for entry in fs::read_dir(folder.join("cases")).expect("cases") {
            let path = entry.expect("an entry").path();
            let case = read_case(&path.display().to_string(), &fs::read(&path).expect("a case"), &rules)
                .unwrap_or_else(|problems| panic!("{}: {problems:?}", path.display()));
            let tried = try_case(&host, &pack, &rules, &case).expect("tried");
            assert_eq!(tried.outcome, Outcome::Passed, "{}", path.display());
            cases += 1;
        }
        assert!(cases >= 1, "{language}: no case");
    }
}

/// The glue is the same for C and C++.
#[test]
fn the_header_of_c_and_cpp_is_one() {
    let read = |language: Language| fs::read_to_string(folder(language).join("muster.h")).expect("muster.h");
    assert_eq!(read(Language::C), read(Language::Cpp));
}
