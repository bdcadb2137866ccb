//! The host against guests, good and bad. Guests are WAT in `tests/guests`, made into components here.

mod bombs;
mod cache;
mod calls;
mod examples;
mod faults;
mod fixture;
mod fuzz;
mod hostile;
mod interface;
mod large;
mod limits;
mod museum;
mod packs;
mod parallel;
mod reader;
mod replay;
mod support;
