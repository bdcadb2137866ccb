//! Schedules: the grammar, the rules one by one, and all of it against a calendar counted minute by minute.

mod brute;
mod grammar;
mod lint;
mod oracle;
mod rules;
mod selection;
mod sizes;
mod support;
mod week;
