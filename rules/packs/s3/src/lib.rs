//! Rules about S3 buckets.

muster_rule::pack![];
