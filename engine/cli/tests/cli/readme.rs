//! The session in the README is what its first command shows.

use std::path::Path;

use super::shell::Shell;

const BEGIN: &str = "<!-- session:first-run -->\n";
const END: &str = "<!-- /session:first-run -->";

#[test]
fn the_readme_shows_the_tour_as_it_is() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the top of the repository");
    let read = |name: &str| std::fs::read_to_string(top.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let shell = Shell::new();
    for name in ["fleet.yaml", "examples/estates/office.yaml"] {
        shell.write(name, read(name));
    }
    let output = shell.muster(&["tour"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let seen = format!("```console\n{}```\n", String::from_utf8(output.stdout).expect("UTF-8"));
    let readme = read("README.md");
    let (before, rest) = readme.split_once(BEGIN).expect("the region begins");
    let (written, after) = rest.split_once(END).expect("the region ends");
    if written == seen {
        return;
    }
    assert!(std::env::var_os("UPDATE").is_some(), "the README shows another session; UPDATE=1 accepts this one:\n{seen}");
    std::fs::write(top.join("README.md"), format!("{before}{BEGIN}{seen}{END}{after}")).expect("the README, written anew");
}
