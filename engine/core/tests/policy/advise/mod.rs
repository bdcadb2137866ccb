//! Advice around the rule host: what is read, what is asked, what comes of the answers. The host is played by a function.

mod asking;
mod laws;
mod settling;
mod world;
