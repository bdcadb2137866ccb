//! `muster schedule import`.

use std::fs;
use std::path::Path;

use muster_core::import::{self, Imported, Source};
use serde_json::Value;

use super::lines;
use crate::app::App;
use crate::args::{ImportFrom, ScheduleImport};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::reason;

/// Largest file that is read.
const MAX_BYTES: u64 = 10 * 1024 * 1024;

/// Reads schedules of another tool.
pub(crate) async fn run(app: &App, args: &ScheduleImport) -> Result<Exit, CommandError> {
    let source = source(args.from);
    match &args.file {
        Some(path) => file(app, source, path),
        None if args.stdin => lines::answer(|line, out| import::answer(source, line, out)),
        None if source == Source::Eventbridge => super::live::run(app).await,
        None => Err(CommandError::usage("FILE is missing: a JSON file with the tool's schedules")
            .hint("`--stdin` reads JSON lines; only `--from eventbridge` reads an account")),
    }
}

const fn source(from: ImportFrom) -> Source {
    match from {
        ImportFrom::InstanceScheduler => Source::InstanceScheduler,
        ImportFrom::Custodian => Source::Custodian,
        ImportFrom::KubeDownscaler => Source::KubeDownscaler,
        ImportFrom::Eventbridge => Source::Eventbridge,
    }
}

/// Prints the schedules of a file as a piece of fleet.yaml.
fn file(app: &App, source: Source, path: &Path) -> Result<Exit, CommandError> {
    let entries = entries(&read(path)?, path)?;
    let mut imported: Vec<Imported> = Vec::new();
    let mut refused = 0;
    for (index, entry) in entries.iter().enumerate() {
        match import::import_all(source, &entry.to_string()) {
            Ok(all) => imported.extend(all),
            Err(why) => {
                refused += 1;
                app.terminal.warn(&format!("{}, entry {}: {why}", path.display(), index + 1));
            }
        }
    }
    if !imported.is_empty() {
        app.terminal.script(import::yaml(&imported).as_bytes())?;
    }
    match refused {
        0 => Ok(Exit::Done),
        _ => Err(CommandError::failed(format!("{refused} of {} entries of {} could not be imported", entries.len(), path.display()))),
    }
}

fn read(path: &Path) -> Result<String, CommandError> {
    let name = path.display();
    let size = fs::metadata(path).map_err(|error| CommandError::failed(format!("{name} could not be read: {}", reason(&error))))?.len();
    if size > MAX_BYTES {
        return Err(CommandError::failed(format!("{name} has {size} bytes; at most {MAX_BYTES} are read")));
    }
    fs::read_to_string(path).map_err(|error| CommandError::failed(format!("{name} could not be read: {}", reason(&error))))
}

/// A list of entries, one entry, or one on each line.
fn entries(text: &str, path: &Path) -> Result<Vec<Value>, CommandError> {
    let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(text).into_iter().collect();
    let values = values.map_err(|error| CommandError::failed(format!("{} is not JSON: {error}", path.display())))?;
    let flat: Vec<Value> = values.into_iter().flat_map(|value| if let Value::Array(items) = value { items } else { vec![value] }).collect();
    if flat.is_empty() {
        return Err(CommandError::failed(format!("{} holds no schedule", path.display())));
    }
    Ok(flat)
}
