//! EventBridge's expressions against the AWS documents and against a clock read minute by minute.

mod brute;
mod errors;
mod table;
