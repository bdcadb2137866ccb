//! Overrides from the command line: tags that end.

use super::support::*;

const FLEET: &str = "  s: {select: {tags: {env: dev}}, run: ['mon-fri 09:00-19:00']}\n";

fn with(over: &str) -> Vec<(&'static str, String)> {
    vec![("env", "dev".to_owned()), ("muster:override", over.to_owned())]
}

fn tags<'a>(pairs: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    pairs.iter().map(|(key, value)| (*key, value.as_str())).collect()
}

#[test]
fn it_holds_until_its_end_and_its_tag_goes_behind_the_stop_that_follows() {
    let fleet = schedules(FLEET);
    let pairs = with("running until=2026-11-16T23:00+09:00 by=kim");
    let account = Account::of(vec![running("i-1", "Mon 20:00", &tags(&pairs))]);
    assert_eq!(account.says(&fleet, "Mon 22:59"), [""; 0]);
    assert_eq!(account.says(&fleet, "Mon 23:00"), ["stop ec2/i-1", "tag ec2/i-1"], "a start in its time was not by hand");
    let pairs = with("stopped until=2026-11-16T12:00+09:00");
    let account = Account::of(vec![stopped("i-1", "Mon 09:00", "Mon 10:00", &tags(&pairs))]);
    assert_eq!(account.says(&fleet, "Mon 11:00"), [""; 0]);
    assert_eq!(account.says(&fleet, "Mon 12:00"), ["start ec2/i-1", "tag ec2/i-1"]);
}

#[test]
fn what_cannot_be_done_yet_keeps_the_tag_that_explains_it() {
    let pairs = with("running until=2026-11-16T23:00+09:00");
    let mut account = Account::of(vec![running("i-1", "Mon 20:00", &tags(&pairs))]);
    account.view.stop_protection.insert("i-1".to_owned(), true);
    let says = account.says(&schedules(FLEET), "Mon 23:30");
    assert_eq!(says.len(), 1, "{says:?}");
    assert!(says[0].starts_with("held ec2/i-1: it is protected from being stopped"), "{says:?}");
}

#[test]
fn the_tag_stays_while_it_alone_explains_the_last_change() {
    let pairs = with("running until=2026-11-16T12:00+09:00");
    // Started in its time, and from nine on its schedule wants it so as well.
    let account = Account::of(vec![running("i-1", "Mon 06:00", &tags(&pairs))]);
    for (manual, at_its_end) in [("until-next-edge", &["tag ec2/i-1"][..]), ("hold", &[]), ("enforce", &[])] {
        let fleet = schedules(&FLEET.replace("run:", &format!("manual: {manual}, run:")));
        assert_eq!(account.says(&fleet, "Mon 12:00"), at_its_end, "{manual}");
        assert_eq!(account.says(&fleet, "Mon 19:00"), ["stop ec2/i-1", "tag ec2/i-1"], "{manual}: the start was not by hand");
    }
    let started_later = Account::of(vec![running("i-1", "Mon 13:00", &tags(&pairs))]);
    assert_eq!(started_later.says(&schedules(&FLEET.replace("run:", "manual: hold, run:")), "Mon 14:00"), ["tag ec2/i-1"]);
}

#[test]
fn a_tag_that_says_nothing_is_no_override() {
    for text in ["running", "running until=tomorrow", "off until=2026-11-16T23:00Z", ""] {
        let pairs = with(text);
        let account = Account::of(vec![running("i-1", "Mon 10:00", &tags(&pairs))]);
        assert_eq!(account.says(&schedules(FLEET), "Mon 20:00"), ["stop ec2/i-1"], "{text}");
    }
}
