//! What rules may read of the audit estate, an account known good and bad: every kind is there, whole and as its schema says, and
//! what is refused is named.

mod ec2;
mod schema;
mod service;
