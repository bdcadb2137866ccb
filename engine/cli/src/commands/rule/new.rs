//! `muster rule new`.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use muster_host::author::{File, Language, check_name, scaffold};

use super::misfits;
use crate::app::App;
use crate::args::{Lang, RuleNew};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::reason;

/// Writes a pack.
pub(super) fn run(app: &App, args: &RuleNew) -> Result<Exit, CommandError> {
    check_name(&args.name).map_err(|error| CommandError::usage(error.to_string()))?;
    misfits::free(&args.name)?;
    let folder = args.pack.clone().unwrap_or_else(|| args.name.clone().into());
    let (language, files) = (language(args.lang), scaffold(language(args.lang), &args.name));
    refuse_existing(&folder, &files)?;
    files.iter().try_for_each(|file| write(&folder, file))?;
    let shown: Vec<&str> = files.iter().map(|file| file.path.as_str()).filter(|path| !path.starts_with("sdk/")).collect();
    app.terminal.say(&format!("{} is a pack in {language}: {}", folder.display(), shown.join(", ")));
    app.terminal.say(&format!("its compiler, once: {}", language.install()));
    app.terminal.say(&format!("then: muster rule build --pack {0}; muster rule test --pack {0}", folder.display()));
    Ok(Exit::Done)
}

const fn language(lang: Lang) -> Language {
    match lang {
        Lang::Rust => Language::Rust,
        Lang::C => Language::C,
        Lang::Cpp => Language::Cpp,
        Lang::Zig => Language::Zig,
        Lang::Javascript => Language::JavaScript,
        Lang::Assemblyscript => Language::AssemblyScript,
        Lang::Python => Language::Python,
        Lang::Go => Language::Go,
    }
}

/// Before anything is written: half a pack over somebody's files helps nobody.
fn refuse_existing(folder: &Path, files: &[File]) -> Result<(), CommandError> {
    match files.iter().find(|file| folder.join(&file.path).symlink_metadata().is_ok()) {
        None => Ok(()),
        Some(file) => Err(CommandError::usage(format!("{} is there already; nothing was written", folder.join(&file.path).display()))
            .hint("`--pack DIR` names another folder")),
    }
}

fn write(folder: &Path, file: &File) -> Result<(), CommandError> {
    let path = folder.join(&file.path);
    let parent = path.parent().unwrap_or(folder);
    let written = fs::create_dir_all(parent)
        .and_then(|()| OpenOptions::new().write(true).create_new(true).open(&path))
        .and_then(|mut open| open.write_all(file.text.as_bytes()));
    written.map_err(|error| CommandError::failed(format!("{} could not be written: {}", path.display(), reason(&error))))
}
