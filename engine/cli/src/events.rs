//! `--events FILE`: everything that happens, one JSON object a line, flushed with each.

use std::cell::RefCell;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use muster_core::event::Event;

use crate::error::CommandError;

/// The file, when one is wanted.
pub(crate) struct Events(Option<RefCell<File>>);

impl Events {
    /// Opens the file for appending.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, CommandError> {
        let Some(path) = path else { return Ok(Self(None)) };
        let opened = File::options().create(true).append(true).open(path);
        let file =
            opened.map_err(|error| CommandError::failed(format!("{} could not be opened for events", path.display())).because(error))?;
        Ok(Self(Some(RefCell::new(file))))
    }

    /// Appends an event. A file that cannot be written any more never stops a run that changes an account.
    pub(crate) fn write(&self, event: &Event) {
        let (Some(file), Ok(mut line)) = (&self.0, serde_json::to_vec(event)) else { return };
        line.push(b'\n');
        let mut file = file.borrow_mut();
        let _full = file.write_all(&line).and_then(|()| file.flush());
    }
}
