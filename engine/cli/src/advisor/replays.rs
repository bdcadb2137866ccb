//! Replay files of a run: what is needed to see a fault again.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use muster_host::Replay;

use crate::app::App;
use crate::project::beside;

/// Most bytes of replay files that one run writes. Each holds a component; who has more faults than this has one cause.
const RUN_MAX_BYTES: usize = 256 << 20;

/// Writes them under `.muster/replay` and says where; nothing when there are none.
pub(crate) fn write(app: &App, folder: &Path, replays: &[Replay]) -> Option<String> {
    if replays.is_empty() {
        return None;
    }
    let folder = beside(folder, ".muster").join("replay");
    let mut written = 0;
    for (at, replay) in replays.iter().enumerate() {
        let bytes = replay.encode();
        written += bytes.len();
        if written > RUN_MAX_BYTES {
            app.terminal.warn(&format!(
                "{} replay files are not written: this run has {} MiB of them",
                replays.len() - at,
                RUN_MAX_BYTES >> 20
            ));
            break;
        }
        if let Err(error) = put(&folder, &replay.file_name(), &bytes) {
            app.terminal.warn(&format!("replay files could not be written below {}: {error}", folder.display()));
            return None;
        }
    }
    Some(folder.display().to_string())
}

/// Written whole or not at all, for the user's eyes only: it holds what was observed of the account.
fn put(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join(name);
    let draft: PathBuf = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&draft).and_then(|mut file| file.write_all(bytes)).and_then(|()| std::fs::rename(&draft, &path));
    if written.is_err() {
        let _gone = std::fs::remove_file(&draft);
    }
    written
}
