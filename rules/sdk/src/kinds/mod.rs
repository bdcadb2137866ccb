//! Views of documents, a module for each service.

pub mod ec2;
pub mod lambda;
pub mod s3;

use crate::kind::Kind;

/// Every kind there is, by name.
pub const KINDS: &[Kind] = &[ec2::VOLUME, lambda::FUNCTION, s3::ACCOUNT, s3::BUCKET];
