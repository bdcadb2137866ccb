//! CloudWatch.

use crate::service::{is_whole, names_what_is_refused};

#[test]
fn every_kind_is_whole() {
    is_whole("cloudwatch");
}

#[test]
fn what_is_refused_is_named() {
    names_what_is_refused("cloudwatch");
}
