//! Work that takes long, beside the thread that hears Ctrl-C.

use crate::error::CommandError;
use crate::exit::Exit;

/// Runs `work` on a thread of its own. Whoever drops this goes on without it, as the whole process does after Ctrl-C: what may
/// never be left half done, such as writing a file, is no part of it.
pub(crate) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, CommandError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| CommandError::new(Exit::Bug, "the rule host stopped").because(error))
}
