//! Where rules run for authors: a host that keeps what it compiled in the user's cache folder.

use std::path::PathBuf;

use muster_host::{Cache, Host, HostError, Limits};

use crate::app::App;
use crate::env;
use crate::error::CommandError;

/// The folder, as the XDG Base Directory Specification has it: a relative path there does not count.
fn folder() -> Option<PathBuf> {
    let absolute = |text: String| Some(PathBuf::from(text)).filter(|path| path.is_absolute());
    let base = env::get(env::CACHE_HOME).and_then(absolute);
    let base = base.or_else(|| env::get(env::HOME).and_then(absolute).map(|home| home.join(".cache")))?;
    Some(base.join("muster").join("cwasm"))
}

/// A host; without a cache it compiles each time, and says so once.
pub(super) fn host(app: &App) -> Result<Host, CommandError> {
    let cache = match folder().map(|folder| Cache::open(&folder)) {
        Some(Err(error)) => {
            app.terminal.say(&format!("note: {error}; rules are compiled at every run"));
            None
        }
        other => other.and_then(Result::ok),
    };
    Host::new(Limits::default(), cache).map_err(unable)
}

/// The error of a host that cannot work.
pub(super) fn unable(error: HostError) -> CommandError {
    CommandError::failed("rules cannot be run here").because(error)
}
