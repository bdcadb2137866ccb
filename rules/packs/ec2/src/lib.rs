//! Rules about EC2: instances, volumes, snapshots, networks.

mod account;
mod addresses;
mod cidr;
mod common;
mod exposure;
mod families;
mod groups;
mod images;
mod imds;
mod load;
mod openness;
mod operations;
mod ports;
mod prices;
mod scan;
mod secrets;
mod sizing;
mod snapshots;
mod stopped;
mod volumes;
mod vpcs;

muster_rule::pack![
    sizing::IDLE,
    sizing::OVERSIZED,
    sizing::OVERLOADED,
    families::PREVIOUS,
    families::GRAVITON,
    ports::ALL,
    ports::OPEN,
    ports::UNAUTHORIZED,
    groups::DEFAULT,
    groups::UNUSED,
    exposure::WITH_PROFILE,
    imds::IMDSV2,
    imds::TEMPLATE,
    imds::DEFAULTS,
    secrets::USER_DATA,
    secrets::TEMPLATE,
    volumes::ENCRYPTED,
    volumes::UNATTACHED,
    volumes::GP2,
    volumes::IO1,
    volumes::OF_STOPPED,
    snapshots::BACKUP,
    snapshots::PUBLIC,
    snapshots::OLD,
    images::PUBLIC,
    images::OUTDATED,
    addresses::IDLE,
    stopped::LONG_STOPPED,
    operations::TERMINATION_PROTECTION,
    operations::DETAILED_MONITORING,
    operations::SSM_MANAGED,
    operations::AGE,
    account::ENCRYPTION,
    account::SNAPSHOTS,
    account::IMAGES,
    vpcs::FLOW_LOGS,
];

#[cfg(test)]
#[test]
fn every_rule_is_well_formed() {
    muster_rule::test::well_formed(RULES);
}
