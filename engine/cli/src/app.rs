//! What a command works with.

use crate::args::Global;
use crate::events::Events;
use crate::interrupt::Interrupt;
use crate::terminal::Terminal;

/// What every command is given.
pub(crate) struct App {
    /// Flags of every command.
    pub(crate) global: Global,
    /// The two streams.
    pub(crate) terminal: Terminal,
    /// Ctrl-C.
    pub(crate) interrupt: Interrupt,
    /// `--events`.
    pub(crate) events: Events,
}
