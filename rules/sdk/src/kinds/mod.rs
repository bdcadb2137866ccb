//! Views of documents, a module for each service.

pub mod ec2;

use crate::kind::Kind;

/// Every kind there is, by name.
pub const KINDS: &[Kind] = &[ec2::VOLUME];
