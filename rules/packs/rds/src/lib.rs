//! Rules about RDS databases, clusters and snapshots.

mod backup;
// The same notion of the internet as that of EC2.
#[path = "../../ec2/src/cidr.rs"]
mod cidr;
mod class;
mod data;
mod encryption;
mod multi_az;
mod network;
mod protection;
mod sizing;
mod snapshots;
mod support;
mod transport;

muster_rule::pack![
    backup::RETENTION,
    backup::CLUSTER_RETENTION,
    encryption::INSTANCE,
    encryption::CLUSTER,
    multi_az::MULTI_AZ,
    network::PUBLIC_ACCESS,
    network::REACHABLE,
    protection::INSTANCE,
    protection::CLUSTER,
    protection::MINOR_UPGRADES,
    sizing::IDLE,
    sizing::OVERSIZED,
    sizing::PREVIOUS_GENERATION,
    snapshots::PUBLIC,
    snapshots::CLUSTER_PUBLIC,
    snapshots::ENCRYPTION,
    snapshots::CLUSTER_ENCRYPTION,
    snapshots::UNUSED,
    snapshots::CLUSTER_UNUSED,
    support::EXTENDED,
    support::ENGINE_VERSION,
    support::CERTIFICATE,
    transport::INSTANCE,
    transport::CLUSTER,
];

#[cfg(test)]
#[test]
fn every_rule_is_well_formed() {
    muster_rule::test::well_formed(RULES);
}

/// `--apply-immediately` applies every modification that waits for the window as well, a change of class among them.
#[cfg(test)]
#[test]
fn no_command_brings_a_restart_forward() {
    for rule in RULES {
        let command = rule.remediation.command;
        assert!(!command.contains("--apply-immediately"), "{}: {command}", rule.id);
        assert!(!command.is_empty(), "{} says no command", rule.id);
    }
}
