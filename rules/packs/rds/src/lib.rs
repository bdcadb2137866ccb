//! Rules about RDS databases, clusters and snapshots.

muster_rule::pack![];
