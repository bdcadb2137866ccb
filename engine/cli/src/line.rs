//! From the words of the command line to an exit code.

use clap::Parser as _;
use jiff::Timestamp;
use muster_core::event::{Event, What};

use crate::app::App;
use crate::args::{self, Cli, Command};
use crate::commands;
use crate::error::CommandError;
use crate::events::Events;
use crate::exit::Exit;
use crate::interrupt::{self, Interrupt};
use crate::terminal::Terminal;

/// Runs a command line.
pub(crate) fn main(words: impl Iterator<Item = String>) -> Exit {
    let cli = match Cli::try_parse_from(args::cut_sandbox(words)) {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    let terminal = Terminal::new(&cli.global);
    match run(cli, terminal) {
        Ok(exit) => exit,
        Err((terminal, error)) => {
            terminal.error(&error);
            error.exit
        }
    }
}

/// Help and version are answers; anything else is wrong usage, whose code is not clap's own 2.
fn refused(error: &clap::Error) -> Exit {
    let _gone = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}

fn run(mut cli: Cli, terminal: Terminal) -> Result<Exit, (Terminal, CommandError)> {
    let events = match Events::open(cli.global.events.as_deref()) {
        Ok(events) => events,
        Err(error) => return Err((terminal, error)),
    };
    if matches!(cli.command, Command::Tour) && cli.global.sandbox.is_none() {
        // A tour changes the embedded account and nothing else, whatever the file says.
        cli.global.sandbox = Some(String::new());
    }
    let app = App { global: cli.global, terminal, interrupt: Interrupt::default(), events };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Err((app.terminal, CommandError::new(Exit::Bug, "the runtime could not be started").because(error))),
    };
    let work = commands::run(&app, cli.command);
    let ended = runtime.block_on(app.interrupt.guard(work, interrupt::signals(), |text| app.terminal.say(text)));
    // A thread that still waits for an answer nobody will give must not keep the process.
    runtime.shutdown_background();
    match ended {
        Ok(Ok(exit)) => Ok(exit),
        Ok(Err(error)) => {
            if !error.message.is_empty() {
                app.events.write(&Event { at: Timestamp::now(), what: What::Error { message: error.message.clone() } });
            }
            Err((app.terminal, error))
        }
        Err(interrupt::Abandoned) => Ok(abandoned(&app)),
    }
}

fn abandoned(app: &App) -> Exit {
    if app.interrupt.changes_begun() {
        app.terminal.warn("abandoned with calls in flight, which may or may not have taken effect; `muster apply` completes it");
        return Exit::Partial;
    }
    app.terminal.say("interrupted; nothing was changed");
    Exit::Interrupted
}
