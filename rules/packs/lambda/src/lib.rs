//! Rules about Lambda: who can invoke functions, what they run on, and whether their settings fit what they do.

mod access;
mod code;
mod events;
mod metrics;
mod money;
mod secrets;
mod size;

muster_rule::pack![
    access::PUBLIC,
    access::URL,
    access::DEPUTY,
    code::RUNTIME,
    code::SIGNING,
    secrets::SECRETS,
    size::MEMORY_EXCESS,
    size::MEMORY_SHORT,
    size::TIMEOUT_EXCESS,
    size::TIMEOUT_SHORT,
    events::DEAD_LETTERS,
    events::ERRORS,
    events::ZONES,
    money::ARM64,
];

#[cfg(test)]
#[test]
fn every_rule_is_well_formed() {
    muster_rule::test::well_formed(RULES);
}
