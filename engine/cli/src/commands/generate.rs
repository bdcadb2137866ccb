//! `muster generate DIR`: everything in the documentation that is made from code.

mod reference;

use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::{Cli, Generate};
use crate::error::CommandError;
use crate::exit::Exit;

/// Writes the files.
pub(crate) fn run(args: &Generate) -> Result<Exit, CommandError> {
    let root = &args.folder;
    put(root, "reference/cli.md", reference::cli().as_bytes())?;
    put(root, "reference/exit-codes.md", reference::exit_codes().as_bytes())?;
    put(root, "reference/environment.md", reference::environment().as_bytes())?;
    put(root, "reference/tags.md", reference::tags().as_bytes())?;
    for (name, schema) in [("fleet", muster_core::fleet::schema()), ("policy", muster_core::policy::schema())] {
        let schema =
            serde_json::to_string_pretty(&schema).map_err(|error| CommandError::failed("the schema is not JSON").because(error))?;
        put(root, &format!("{name}.schema.json"), format!("{schema}\n").as_bytes())?;
    }
    for (shell, name) in [(Shell::Bash, "muster.bash"), (Shell::Zsh, "_muster"), (Shell::Fish, "muster.fish")] {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "muster", &mut script);
        put(root, &format!("completions/{name}"), &script)?;
    }
    man_pages(root)?;
    Ok(Exit::Done)
}

fn man_pages(root: &Path) -> Result<(), CommandError> {
    let mut command = Cli::command();
    command.build();
    page(root, "muster", &command)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
        let name = format!("muster-{}", sub.get_name());
        page(root, &name, sub)?;
    }
    Ok(())
}

fn page(root: &Path, name: &str, command: &clap::Command) -> Result<(), CommandError> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone()).title(name).render(&mut text)?;
    put(root, &format!("man/{name}.1"), &text)
}

fn put(root: &Path, name: &str, bytes: &[u8]) -> Result<(), CommandError> {
    let path = root.join(name);
    let failed = |error: std::io::Error| CommandError::failed(format!("{} could not be written", path.display())).because(error);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    std::fs::write(&path, bytes).map_err(failed)
}
