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

/// The mend is an edit of fleet.yaml, so the text says what stands where; a rule about something of AWS has a command.
#[cfg(test)]
#[test]
fn every_rule_says_what_to_write_where_or_has_a_command() {
    let places = ["entry", "users.defaults", "databases.defaults", "overrides", "at the top of fleet.yaml"];
    for rule in RULES {
        let (text, command) = (rule.remediation.text, rule.remediation.command);
        assert!(command.starts_with("aws ") || (text.contains('`') && places.iter().any(|place| text.contains(place))), "{}", rule.id);
    }
}
