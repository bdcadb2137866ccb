//! What is said about expressions that are none.

use muster_core::cron::{Expression, Field};

/// What is written, the part that is marked, and the message.
const ERRORS: [(&str, &str, &str); 35] = [
    ("", "", "expression at character 1: it is empty"),
    ("0 9 ? * MON-FRI *", "0 9 ? * MON-FRI *", "an expression begins with `cron(`, `rate(` or `at(`"),
    ("every(5 minutes)", "every", "an expression begins with `cron(`, `rate(` or `at(`"),
    ("cron(0 9 ? * MON-FRI *", "", "the closing `)` is missing"),
    ("cron(0 9 ? *)", "0 9 ? *", "it has 4 fields, where cron has six"),
    ("cron(0 9 ? * MON-FRI * *)", "0 9 ? * MON-FRI * *", "it has 7 fields, where cron has six"),
    ("cron(60 9 ? * MON *)", "60", "minutes `60` at character 6: it must be from 0 to 59"),
    ("cron(0 24 ? * MON *)", "24", "hours `24` at character 8: it must be from 0 to 23"),
    ("cron(0 9 0 * ? *)", "0", "day-of-month `0` at character 10: it must be from 1 to 31"),
    ("cron(0 9 32W * ? *)", "32", "it must be from 1 to 31"),
    ("cron(0 9 1 13 ? *)", "13", "month `13` at character 12: it must be from 1 to 12"),
    ("cron(0 9 ? * 8 *)", "8", "day-of-week `8` at character 14: it must be from 1 to 7"),
    ("cron(0 9 ? * 0-6 *)", "0", "it must be from 1 to 7"),
    ("cron(0 9 ? * MONDAY *)", "MONDAY", "this is neither a number nor a name"),
    ("cron(0 9 ? * MON-FRY *)", "FRY", "day-of-week `FRY` at character 18: this is neither a number nor a name"),
    ("cron(0 9 * * ? 1969)", "1969", "year `1969` at character 16: it must be from 1970 to 2199"),
    ("cron(0 9 * * ? 2027-2026)", "2027-2026", "the range ends before it begins"),
    ("cron(0 9 * * MON *)", "MON", "day-of-month is `*` already, and days are said by one field only"),
    ("cron(0 9 1 * * *)", "*", "day-of-month is `1` already, and days are said by one field only"),
    ("cron(0 9 ? * ? *)", "?", "both day fields are `?`, so that no day is meant"),
    ("cron(? 9 * * ? *)", "?", "`?` is for the two day fields"),
    ("cron(0 9 ? * 3#1,6#3 *)", "3#1,6#3", "`#` is one expression and cannot stand in a list"),
    ("cron(0 9 ? * 5L,6L *)", "5L,6L", "`L` is one expression and cannot stand in a list"),
    ("cron(0 9 1,L * ? *)", "1,L", "`L` is one expression and cannot stand in a list"),
    ("cron(0 9 1W,15W * ? *)", "1W,15W", "`W` is one expression and cannot stand in a list"),
    ("cron(0 9 ? * 6#6 *)", "6", "it must be from 1 to 5"),
    ("cron(1/7x 9 * * ? *)", "7x", "minutes `7x` at character 8: this is no number"),
    ("cron(0/0 9 * * ? *)", "0", "it must be from 1 to 59"),
    ("cron(0/60 9 * * ? *)", "60", "it must be from 1 to 59"),
    ("cron(0, 9 * * ? *)", "", "minutes at character 8: a value is missing"),
    ("cron(5,* 9 * * ? *)", "*", "in a list `*` would leave nothing to add"),
    ("rate(0 minutes)", "0", "it must be from 1 to 4294967295"),
    ("rate(5 weeks)", "weeks", "this is no unit of a rate"),
    ("at(2026-02-30T09:00:00)", "2026-02-30T09:00:00", "the calendar has no such date or time"),
    ("at(2026-11-21 09:00)", "2026-11-21 09:00", "it is not of the form `yyyy-mm-ddThh:mm:ss`"),
];

#[test]
fn errors_name_field_text_place_and_reason() {
    for (written, marked, message) in ERRORS {
        let error = Expression::parse(written).expect_err(written);
        assert_eq!(&written[error.range.clone()], marked, "{written}");
        assert!(error.to_string().contains(message), "{written}: {error}");
        assert!(!error.accepted.is_empty() && error.to_string().ends_with(&error.accepted), "{written}: {error}");
    }
}

#[test]
fn what_is_accepted_is_said() {
    let error = Expression::parse("cron(0 9 ? * 8 *)").expect_err("no such day");
    assert_eq!(error.field, Field::DayOfWeek);
    assert!(error.accepted.contains("Sunday is 1"), "{error}");
    let error = Expression::parse("cron(0 9 * * MON *)").expect_err("two day fields");
    assert_eq!(error.accepted, "`?` here, or `?` in day-of-month");
}

#[test]
fn nothing_that_is_typed_makes_it_fall_over() {
    for text in [
        "cron(",
        "(",
        ")",
        "cron()",
        "cron(월 9 * * ? *)",
        "cron(0 9 ? * é#1 *)",
        "at()",
        "rate()",
        "cron(- - - - - -)",
        "cron(/ / / / ? /)",
    ] {
        assert!(Expression::parse(text).is_err(), "{text}");
    }
}
