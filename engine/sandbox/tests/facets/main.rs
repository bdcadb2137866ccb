//! What rules may read of the audit estate, an account known good and bad: every kind is there, whole and as its schema says, and
//! what is refused is named.

mod attempt;
mod cloudwatch;
mod ec2;
mod iam;
mod lambda;
mod rds;
mod s3;
mod schema;
mod service;
