//! `limit: {max-runtime: …}`.

use super::support::*;

const CAPPED: &str = "  s: {select: {tags: {env: dev}}, run: ['daily 00:00-24:00'], otherwise: leave, limit: {max-runtime: 14h}}\n";
const DEV: &[(&str, &str)] = &[("env", "dev")];

#[test]
fn what_ran_so_long_since_its_last_start_is_stopped() {
    let fleet = schedules(CAPPED);
    let account = Account::of(vec![running("i-1", "Mon 08:00", DEV)]);
    assert_eq!(account.says(&fleet, "Mon 21:59"), [""; 0]);
    let plan = account.plan(&fleet, "Mon 22:00");
    assert_eq!(only(&plan).reason, "limit `max-runtime: 14 h`, reached Mon 2026-11-16 22:00 KST (13:00 UTC), by schedule `s`");
}

#[test]
fn a_start_by_hand_is_capped_too() {
    let fleet = schedules("  s: {select: {tags: {env: dev}}, run: ['mon 09:00-10:00'], limit: {max-runtime: 2h}, manual: hold}\n");
    let account = Account::of(vec![running("i-1", "Tue 20:00", DEV)]);
    assert!(account.says(&fleet, "Tue 21:00")[0].starts_with("held ec2/i-1: started by hand"), "hold lets it stand");
    assert_eq!(account.says(&fleet, "Tue 22:00"), ["stop ec2/i-1"], "and the limit ends it");
}

#[test]
fn its_stop_lasts_until_the_schedule_starts_anew() {
    let fleet = schedules("  s: {select: {tags: {env: dev}}, run: ['daily 08:00-02:00'], limit: {max-runtime: 4h}, manual: enforce}\n");
    let account = Account::of(vec![stopped("i-1", "Mon 08:00", "Mon 12:01", DEV)]);
    assert_eq!(account.says(&fleet, "Mon 12:05"), [""; 0], "even `enforce` does not start what the limit stopped");
    assert_eq!(account.says(&fleet, "Tue 07:59"), [""; 0]);
    assert_eq!(account.says(&fleet, "Tue 08:00"), ["start ec2/i-1"]);
    let hold = schedules("  s: {select: {tags: {env: dev}}, run: ['daily 08:00-02:00'], limit: {max-runtime: 4h}, manual: hold}\n");
    assert_eq!(account.says(&hold, "Tue 08:00"), ["start ec2/i-1"], "the stop was nobody's by hand");
}

#[test]
fn a_stop_by_hand_before_the_limit_stays_a_persons() {
    let fleet = schedules("  s: {select: {tags: {env: dev}}, run: ['daily 08:00-02:00'], limit: {max-runtime: 4h}}\n");
    let account = Account::of(vec![stopped("i-1", "Mon 08:00", "Mon 11:00", DEV)]);
    assert!(account.says(&fleet, "Mon 13:00")[0].starts_with("held ec2/i-1: stopped by hand"));
}

#[test]
fn overrides_and_calendars_stand_above_it() {
    let text = "calendars: {k: {dates: [2026-11-16]}}\nschedules:\n  s: {select: {tags: {env: dev}}, run: ['daily 00:00-24:00'], \
                except: [{calendar: k, state: running}], limit: {max-runtime: 4h}}\n";
    let account = Account::of(vec![running("i-1", "Mon 08:00", DEV)]);
    assert_eq!(account.says(&fleet(text), "Mon 20:00"), [""; 0]);
    assert_eq!(account.says(&fleet(text), "Tue 00:30"), ["stop ec2/i-1"]);
    let kept = [("env", "dev"), ("muster:override", "running until=2026-11-16T23:00+09:00")];
    let account = Account::of(vec![running("i-1", "Mon 08:00", &kept)]);
    assert_eq!(account.says(&schedules(CAPPED), "Mon 22:30"), [""; 0]);
    assert_eq!(account.says(&schedules(CAPPED), "Mon 23:30"), ["stop ec2/i-1", "tag ec2/i-1"]);
}

#[test]
fn a_database_is_capped_by_its_events_and_left_alone_without_them() {
    let fleet = schedules("  s: {select: {tags: {env: dev}}, run: ['daily 00:00-24:00'], limit: {max-runtime: 4h}}\n");
    let account = || Account::with(Vec::new(), vec![database("app", "available", DEV)]);
    let started = account().events(vec![event("app", "Mon 08:00", true)]);
    assert_eq!(started.says(&fleet, "Mon 11:00"), [""; 0]);
    assert_eq!(started.says(&fleet, "Mon 12:00"), ["stop rds/app"]);
    assert_eq!(account().says(&fleet, "Mon 12:00"), ["stop rds/app"], "no start in all the days that RDS remembers");
    let mut unread = account();
    unread.view.db_events = muster_core::cloud::Listing::Incomplete(Vec::new());
    assert_eq!(unread.says(&fleet, "Mon 12:00"), [""; 0], "unknown is not long ago");
}
