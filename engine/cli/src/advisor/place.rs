//! Where compiled rules are kept: the user's cache folder.

use std::path::PathBuf;
use std::time::SystemTime;

use muster_host::{Cache, Host, HostError, Limits};

use crate::app::App;
use crate::env;
use crate::error::CommandError;
use crate::exit::Exit;

/// The folder, as the XDG Base Directory Specification has it: a relative path there does not count.
fn folder() -> Option<PathBuf> {
    let absolute = |text: String| Some(PathBuf::from(text)).filter(|path| path.is_absolute());
    let base = env::get(env::CACHE_HOME).and_then(absolute);
    let base = base.or_else(|| env::get(env::HOME).and_then(absolute).map(|home| home.join(".cache")))?;
    Some(base.join("muster").join("cwasm"))
}

/// A host that keeps what it compiles, where that can be; else it says once why it does not.
pub(crate) fn host(app: &App) -> Result<Host, CommandError> {
    let note = |why: &str| app.terminal.say(&format!("note: {why}; rules are compiled at every run"));
    let cache = match folder().map(|folder| Cache::open(&folder)) {
        Some(Ok(cache)) => Some(cache),
        Some(Err(error)) => {
            note(&error.to_string());
            None
        }
        None => {
            note("neither XDG_CACHE_HOME nor HOME names a folder for compiled rules");
            None
        }
    };
    Ok(Host::new(Limits::default(), cache)?)
}

/// Removes compiled code that nobody needs. What cannot be removed today is tried again tomorrow.
pub(crate) fn clean(host: &Host) {
    let _later = host.clean_cache(SystemTime::now());
}

impl From<HostError> for CommandError {
    fn from(error: HostError) -> Self {
        Self::new(Exit::Failed, "rules cannot be run here").because(error)
    }
}
