//! Rules about what fleet.yaml says, before anything is made of it, and about alarms that call nobody.

mod alarms;
mod databases;
mod network;
mod overrides;
mod production;
mod schedules;
mod users;
mod whole;

muster_rule::pack![
    alarms::WITHOUT_ACTION,
    databases::BACKUP,
    databases::DELETION_PROTECTION,
    databases::ENCRYPTION,
    databases::FINAL_SNAPSHOT,
    databases::OPEN,
    databases::PROTECT,
    databases::SCHEDULE,
    overrides::ENDED,
    overrides::LONG,
    overrides::REASON,
    schedules::ALWAYS_ON,
    schedules::UNANNOUNCED,
    schedules::UNUSED,
    users::DISK_ENCRYPTION,
    users::ENDED,
    users::IDLE_STOP,
    users::IMDS,
    users::PROTECT,
    users::SCHEDULE,
    users::SSH_OPEN,
    users::UNTIL,
    whole::HISTORY,
    whole::NOTIFY,
    whole::RETIRE
];

#[cfg(test)]
#[test]
fn every_rule_is_well_formed() {
    muster_rule::test::well_formed(RULES);
}
