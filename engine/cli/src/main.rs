//! `muster`: keeps an AWS fleet the way one file says it should be.

mod advisor;
mod app;
mod args;
mod commands;
mod env;
mod error;
mod events;
mod exit;
mod files;
mod git;
mod interrupt;
mod line;
mod links;
mod moved;
mod notify;
mod perform;
mod planfile;
mod project;
mod reach;
mod render;
mod session;
mod terminal;
mod world;

fn main() -> std::process::ExitCode {
    line::main(std::env::args()).into()
}
