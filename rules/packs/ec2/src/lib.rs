//! Rules about EC2: instances, volumes, snapshots, networks.

mod volumes;

muster_rule::pack![volumes::ENCRYPTED];

#[cfg(test)]
#[test]
fn every_rule_is_well_formed() {
    muster_rule::test::well_formed(RULES);
}
