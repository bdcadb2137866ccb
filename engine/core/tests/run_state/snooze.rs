//! `snooze`: a tag that puts a stop off.

use super::support::*;

fn office(more: &str) -> muster_core::fleet::Fleet {
    schedules(&format!("  s: {{select: {{tags: {{env: dev}}}}, run: ['mon-fri 09:00-19:00'], snooze: {{tag: keep, max: 3h}}{more}}}\n"))
}

fn kept(since: &str, until: &str) -> Account {
    Account::of(vec![running("i-1", since, &[("env", "dev"), ("keep", until)])])
}

#[test]
fn the_stop_waits_until_the_instant_of_the_tag() {
    let account = kept("Mon 09:00", "2026-11-16T20:30+09:00");
    let says = account.says(&office(""), "Mon 19:00");
    assert_eq!(says, ["held ec2/i-1: its tag `keep` puts the stop off until Mon 2026-11-16 20:30 KST (11:30 UTC)"]);
    assert_eq!(account.says(&office(""), "Mon 20:30"), ["stop ec2/i-1"]);
    assert_eq!(account.says(&office(""), "Mon 18:00"), [""; 0], "nothing to put off yet");
}

#[test]
fn max_counts_from_the_stop_that_was_due() {
    let account = kept("Mon 09:00", "2027-01-01T00:00Z");
    assert!(account.says(&office(""), "Mon 21:59")[0].contains("until Mon 2026-11-16 22:00 KST"));
    assert_eq!(account.says(&office(""), "Mon 22:00"), ["stop ec2/i-1"], "a tag nobody takes away ends by itself");
    assert_eq!(account.says(&office(""), "Tue 06:00"), ["stop ec2/i-1"]);
}

#[test]
fn what_was_started_later_counts_from_its_start() {
    let account = kept("Mon 23:00", "2027-01-01T00:00Z");
    let enforced = office(", manual: enforce");
    assert!(account.says(&enforced, "Tue 01:59")[0].contains("puts the stop off until Tue 2026-11-17 02:00 KST"));
    assert_eq!(account.says(&enforced, "Tue 02:00"), ["stop ec2/i-1"]);
}

#[test]
fn it_delays_the_limit_and_never_starts_anything() {
    let capped = office(", limit: {max-runtime: 4h}");
    let account = kept("Mon 09:00", "2026-11-16T14:00+09:00");
    assert!(account.says(&capped, "Mon 13:30")[0].contains("puts the stop off until Mon 2026-11-16 14:00 KST"));
    assert_eq!(account.says(&capped, "Mon 14:00"), ["stop ec2/i-1"]);
    let off = Account::of(vec![stopped("i-1", "Mon 09:00", "Mon 19:00", &[("env", "dev"), ("keep", "2026-11-16T23:00+09:00")])]);
    assert_eq!(off.says(&office(""), "Mon 20:00"), [""; 0]);
}

#[test]
fn an_override_is_a_later_word() {
    let pairs = [("env", "dev"), ("keep", "2026-11-16T23:00+09:00"), ("muster:override", "stopped until=2026-11-16T22:00+09:00")];
    let account = Account::of(vec![running("i-1", "Mon 09:00", &pairs)]);
    assert_eq!(account.says(&office(""), "Mon 20:00"), ["stop ec2/i-1"]);
}

#[test]
fn what_is_no_instant_is_said_and_delays_nothing() {
    let account = kept("Mon 09:00", "tomorrow");
    let plan = account.plan(&office(""), "Mon 19:00");
    assert_eq!(only(&plan).action.as_str(), "stop");
    assert_eq!(
        plan.notes,
        ["ec2/i-1: its tag `keep` says `tomorrow`, which is no instant such as `2026-10-02T11:00Z`, so it delays nothing"]
    );
}
