//! What the AWS documents say, line by line, and what other implementations got wrong.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use muster_core::cron::{Days, Expression};

use crate::effort::Effort;

fn parse(text: &str) -> Expression {
    Expression::parse(text).unwrap_or_else(|error| panic!("`{text}`: {error}"))
}

/// The first firings after a local time, as local times.
fn next(text: &str, zone: &str, after: &str, n: usize) -> Vec<String> {
    let tz = TimeZone::get(zone).expect("zone");
    let after = format!("{after}[{zone}]").parse::<jiff::Zoned>().expect("time").timestamp();
    let shown = |at: Timestamp| tz.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string();
    parse(text).firings(&tz, after).take(n).map(shown).collect()
}

fn utc(text: &str, after: &str, n: usize) -> Vec<String> {
    next(text, "UTC", after, n)
}

/// Months and days of the firings of a year, all at midnight.
fn days(text: &str, year: i16) -> Vec<String> {
    let from = jiff::civil::date(year - 1, 12, 31).at(23, 59, 0, 0).to_zoned(TimeZone::UTC).expect("time").timestamp();
    let expression = parse(text);
    let utc = TimeZone::UTC;
    let all = expression.firings(&utc, from).map(|at| utc.to_datetime(at));
    all.take_while(|at| at.year() == year).map(|at| at.strftime("%m-%d").to_string()).collect()
}

#[test]
fn examples_of_the_documents() {
    assert_eq!(utc("cron(15 10 * * ? *)", "2026-11-21T10:15", 2), ["2026-11-22 10:15", "2026-11-23 10:15"]);
    assert_eq!(utc("cron(0 18 ? * MON-FRI *)", "2026-11-20T18:00", 2), ["2026-11-23 18:00", "2026-11-24 18:00"]);
    assert_eq!(utc("cron(0 8 1 * ? *)", "2026-11-21T00:00", 2), ["2026-12-01 08:00", "2027-01-01 08:00"]);
    assert_eq!(utc("cron(0/10 * ? * MON-FRI *)", "2026-11-20T23:45", 2), ["2026-11-20 23:50", "2026-11-23 00:00"]);
    assert_eq!(utc("cron(0/5 8-17 ? * MON-FRI *)", "2026-11-20T17:50", 2), ["2026-11-20 17:55", "2026-11-23 08:00"]);
    assert_eq!(utc("cron(0 9 ? * 2#1 *)", "2026-11-21T00:00", 2), ["2026-12-07 09:00", "2027-01-04 09:00"]);
    assert_eq!(utc("cron(30 8 * * ? *)", "2026-11-21T08:29", 1), ["2026-11-21 08:30"]);
    assert_eq!(utc("cron(0/30 20-23 ? * MON-FRI *)", "2026-11-20T23:00", 2), ["2026-11-20 23:30", "2026-11-23 20:00"]);
    assert_eq!(utc("at(2022-11-20T13:00:00)", "2022-11-01T00:00", 5), ["2022-11-20 13:00"]);
    assert_eq!(next("at(2022-11-20T13:00:00)", "America/Los_Angeles", "2022-11-01T00:00", 5), ["2022-11-20 13:00"]);
    assert!(utc("at(2022-11-20T13:00:00)", "2022-11-20T13:00", 5).is_empty());
}

#[test]
fn the_last_friday_in_two_years_and_no_later() {
    let all = utc("cron(15 10 ? * 6L 2022-2023)", "2022-10-28T10:15", 100);
    assert_eq!(all.len(), 14);
    assert_eq!((all[0].as_str(), all[13].as_str()), ("2022-11-25 10:15", "2023-12-29 10:15"));
}

#[test]
fn wildcards_of_the_documents() {
    assert_eq!(utc("cron(1/10 9 * * ? *)", "2026-11-21T00:00", 4).last().map(String::as_str), Some("2026-11-21 09:31"));
    assert_eq!(days("cron(0 0 1 JAN,FEB,MAR ? *)", 2026), ["01-01", "02-01", "03-01"]);
    assert_eq!(days("cron(0 0 1-15 JUN ? *)", 2026).len(), 15);
    assert_eq!(days("cron(0 0 L 1-4 ? *)", 2028), ["01-31", "02-29", "03-31", "04-30"]);
    assert_eq!(days("cron(0 0 ? 8 L *)", 2026), ["08-01", "08-08", "08-15", "08-22", "08-29"], "L is Saturday");
    assert_eq!(days("cron(0 0 3W * ? *)", 2026)[..5], ["01-02", "02-03", "03-03", "04-03", "05-04"]);
    assert_eq!(days("cron(0 0 ? * 3#2 *)", 2026)[..3], ["01-13", "02-10", "03-10"]);
    assert_eq!(days("cron(0 0 ? 1-9 2#5 *)", 2026), ["03-30", "06-29", "08-31"], "only where there is a fifth");
    assert_eq!(parse("cron(0 0 ? * * *)"), parse("cron(0 0 * * ? *)"));
    assert_eq!(parse("cron(0 0 ? * MON-FRI)"), parse("cron(0 0 ? * MON-FRI *)"), "the year may be left out");
}

#[test]
fn names_are_read_in_any_case_and_blanks_do_not_matter() {
    let plain = parse("cron(0 9 ? JAN-MAR MON-FRI *)");
    assert_eq!(parse("  cron( 00   09 ? jan-Mar\tmOn-fRI * ) "), plain);
    assert_eq!(parse("cron(0 9 ? 1-3 2-6 *)"), plain);
    assert_eq!(parse("cron(0 9 ? * fril *)"), parse("cron(0 9 ? * 6L *)"));
    assert_eq!(parse("cron(0 9 ? * tue#2 *)"), parse("cron(0 9 ? * 3#2 *)"));
    assert_eq!(parse("cron(0 9 lw * ? *)"), parse("cron(0 9 LW * ? *)"));
}

#[test]
fn steps_have_as_many_digits_as_they_have() {
    assert_eq!(days("cron(0 0 1/10 6 ? *)", 2026), ["06-01", "06-11", "06-21"]);
    assert_eq!(days("cron(0 0 1-31/20 6 ? *)", 2026), ["06-01", "06-21"]);
    assert_eq!(days("cron(0 0 1/15 6 ? *)", 2026), ["06-01", "06-16"]);
    assert_eq!(days("cron(0 0 1 1-12/12 ? *)", 2026), ["01-01"]);
    assert_eq!(days("cron(0 0 1 1/10 ? *)", 2026), ["01-01", "11-01"]);
    assert_eq!(days("cron(0 0 ? 6 1-7/3 *)", 2026)[..3], ["06-03", "06-06", "06-07"]);
    assert_eq!(days("cron(0 0 ? 6 MON/2 *)", 2026)[..3], ["06-01", "06-03", "06-05"], "not Mondays only");
    assert_eq!(utc("cron(*/45 9 * * ? *)", "2026-11-21T00:00", 3), ["2026-11-21 09:00", "2026-11-21 09:45", "2026-11-22 09:00"]);
    // Accepted by AWS as users found: ranges with steps, ranges of one.
    assert_eq!(utc("cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)", "2026-11-21T08:14", 2), ["2026-11-21 08:15", "2026-11-23 08:00"]);
    assert_eq!(utc("cron(1-31/30 1-1 ? * 1,7 *)", "2026-11-21T00:00", 2), ["2026-11-21 01:01", "2026-11-21 01:31"]);
}

#[test]
fn ranges_go_round_the_end() {
    assert_eq!(days("cron(0 0 ? 6 FRI-MON *)", 2026)[..5], ["06-01", "06-05", "06-06", "06-07", "06-08"]);
    assert_eq!(days("cron(0 0 1 NOV-FEB ? *)", 2026), ["01-01", "02-01", "11-01", "12-01"]);
    assert_eq!(days("cron(0 0 ? 6 FRI-MON/2 *)", 2026)[..3], ["06-05", "06-07", "06-12"], "Friday, Sunday");
    assert_eq!(utc("cron(0 22-2/2 * * ? *)", "2026-11-21T01:00", 3), ["2026-11-21 02:00", "2026-11-21 22:00", "2026-11-22 00:00"]);
}

#[test]
fn a_month_without_the_day_has_no_run_and_the_others_are_not_affected() {
    assert_eq!(days("cron(0 0 30W 1-4 ? *)", 2026), ["01-30", "03-30", "04-30"]);
    assert_eq!(days("cron(0 0 31W 1-4 ? *)", 2026), ["01-30", "03-31"]);
    assert_eq!(days("cron(0 0 29W 2 ? *)", 2026).len(), 0, "no clamping to the 28th");
    assert_eq!(days("cron(0 0 29-31 1-3 ? *)", 2026), ["01-29", "01-30", "01-31", "03-29", "03-30", "03-31"]);
    assert_eq!(days("cron(0 0 L-29 1-4 ? *)", 2026), ["01-02", "03-02", "04-01"]);
    assert_eq!(days("cron(0 0 1W 8 ? *)", 2026), ["08-03"], "the 1st is a Saturday, and July is another month");
    assert_eq!(days("cron(0 0 31W 5 ? *)", 2026), ["05-29"], "the 31st is a Sunday, and June is another month");
    assert_eq!(days("cron(0 0 LW 5-6 ? *)", 2026), ["05-29", "06-30"]);
}

#[test]
fn a_leap_day_and_what_never_comes_are_answered_at_once() {
    assert_eq!(utc("cron(0 0 29 2 ? *)", "2096-03-01T00:00", 2), ["2104-02-29 00:00", "2108-02-29 00:00"], "2100 has none");
    let begun = Effort::begin();
    for dead in
        ["cron(0 0 30 2 ? *)", "cron(0 0 31 2,4,6,9,11 ? *)", "cron(* * * * ? 1970-2025)", "cron(0 0 31W 2 ? *)", "cron(* * L-30 2 ? *)"]
    {
        assert!(utc(dead, "2026-11-21T00:00", 1).is_empty(), "{dead}");
    }
    assert_eq!(utc("cron(59 23 31 12 ? *)", "2199-12-01T00:00", 5), ["2199-12-31 23:59"], "2199 is the last year");
    assert!(begun.taken() < Duration::from_secs(1), "{:?}", begun.taken());
}

#[test]
fn a_skipped_hour_skips_the_run() {
    let at_half_two = |zone, after| next("cron(30 2 * * ? *)", zone, after, 2);
    assert_eq!(at_half_two("America/Los_Angeles", "2026-03-07T12:00"), ["2026-03-09 02:30", "2026-03-10 02:30"]);
    assert_eq!(next("cron(0 0 * * ? *)", "America/Havana", "2026-03-07T12:00", 2), ["2026-03-09 00:00", "2026-03-10 00:00"]);
    assert_eq!(next("cron(30 12 30 12 ? *)", "Pacific/Apia", "2010-12-31T00:00", 1), ["2012-12-30 12:30"], "a day that never was");
    assert_eq!(next("cron(10 2 * * ? *)", "Australia/Lord_Howe", "2026-10-03T12:00", 1), ["2026-10-05 02:10"]);
    assert!(next("at(2026-03-08T02:30:00)", "America/Los_Angeles", "2026-01-01T00:00", 1).is_empty());
}

/// "EventBridge Scheduler runs the schedule only once at 2:30 a.m. before the shift occurs" is the document's example; its
/// clock times are off by an hour, in Los Angeles 1:30 is what comes twice.
#[test]
fn a_repeated_hour_runs_once_before_the_shift() {
    let tz = TimeZone::get("America/Los_Angeles").expect("zone");
    let from: Timestamp = "2026-10-31T12:00Z".parse().expect("instant");
    let all = |text| parse(text).firings(&tz, from).take(3).map(|at| at.to_string()).collect::<Vec<_>>();
    assert_eq!(all("cron(30 1 * * ? *)"), ["2026-11-01T08:30:00Z", "2026-11-02T09:30:00Z", "2026-11-03T09:30:00Z"]);
    assert_eq!(all("at(2026-11-01T01:30:00)"), ["2026-11-01T08:30:00Z"]);
    let from: Timestamp = "2026-11-01T09:10Z".parse().expect("instant");
    let first = parse("cron(30 1 * * ? *)").next(&tz, from);
    assert_eq!(first, "2026-11-02T09:30:00Z".parse().ok(), "the second 01:30 is no run, whoever asks between the two");
    let lord_howe = TimeZone::get("Australia/Lord_Howe").expect("zone");
    let autumn = parse("cron(45 1 * * ? *)").next(&lord_howe, "2026-04-04T12:00Z".parse().expect("instant"));
    assert_eq!(autumn, "2026-04-04T14:45:00Z".parse().ok());
}

#[test]
fn rates_count_real_time_from_the_instant_asked() {
    assert_eq!(utc("rate(5 minutes)", "2026-11-21T09:01", 2), ["2026-11-21 09:06", "2026-11-21 09:11"]);
    assert_eq!(next("rate(1 day)", "America/New_York", "2026-10-31T09:00", 1), ["2026-11-01 08:00"], "24 hours, not a calendar day");
    assert_eq!(parse("rate(1 days)").to_string(), "rate(1 day)");
    assert_eq!(parse("rate( 12 hour )").to_string(), "rate(12 hours)");
}

#[test]
fn each_expression_has_one_text() {
    for (written, canonical) in [
        ("cron(00 09 ? * mon,tue,wed,thu,fri *)", "cron(0 9 ? * MON-FRI *)"),
        ("cron(0 9 ? * SAT-SUN *)", "cron(0 9 ? * SUN,SAT *)"),
        ("cron(0 9 ? * 1-7 *)", "cron(0 9 * * ? *)"),
        ("cron(0 9 ? * L)", "cron(0 9 ? * SAT *)"),
        ("cron(0,15,30,45 * * * ? *)", "cron(0/15 * * * ? *)"),
        ("cron(*/10 */6 1,2,3,15 1-12 ? 1970-2199)", "cron(0/10 0/6 1-3,15 * ? *)"),
        ("cron(5,10 0,12 L-0 2,1 ? 2026,2027,2029)", "cron(5,10 0,12 L JAN,FEB ? 2026-2027,2029)"),
        ("cron(0 0 LW nov-feb ? *)", "cron(0 0 LW JAN,FEB,NOV,DEC ? *)"),
        ("cron(0 0 ? 1/3 FRIL *)", "cron(0 0 ? JAN/3 6L *)"),
        ("cron(0 0 ? * sun#5 *)", "cron(0 0 ? * 1#5 *)"),
        ("cron(0 0 015W * ? *)", "cron(0 0 15W * ? *)"),
        ("cron(0 0 L-3 * ? *)", "cron(0 0 L-3 * ? *)"),
        (" at(2026-11-21T09:00:00) ", "at(2026-11-21T09:00:00)"),
    ] {
        assert_eq!(parse(written).to_string(), canonical, "{written}");
        assert_eq!(parse(canonical), parse(written), "{written}");
    }
    let Expression::Cron(cron) = parse("cron(0 0 ? * 6L *)") else { panic!("a cron") };
    assert_eq!(cron.days, Days::LastOfWeek(6));
}
