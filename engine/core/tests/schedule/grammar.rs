//! What can be written, what it becomes, and what is said about the rest.

use muster_core::schedule::Window;

use super::support::{World, at, day, schedule, window};

/// What is written and its canonical text.
const FORMS: [(&str, &str); 48] = [
    ("daily 09:00-19:00", "daily 09:00-19:00"),
    ("22:00-06:00", "daily 22:00-06:00"),
    ("  MON - FRI   9:00 - 19:00 ", "mon-fri 09:00-19:00"),
    ("monday-friday 09:00-19:00", "mon-fri 09:00-19:00"),
    ("mon-fri,sun 00:00-24:00", "sun-fri 00:00-24:00"),
    ("sat,sun 10:00-12:00", "sat,sun 10:00-12:00"),
    ("fri-mon 20:00-21:00", "fri-mon 20:00-21:00"),
    ("sun-mon 20:00-21:00", "mon,sun 20:00-21:00"),
    ("mon,tue,wed,thu,fri,sat,sun 08:00-09:00", "daily 08:00-09:00"),
    ("mon-sun & daily & jan-dec 08:00-09:00", "daily 08:00-09:00"),
    ("tue#2 02:00-08:00", "tue#2 02:00-08:00"),
    ("first sat 02:00-08:00", "sat#1 02:00-08:00"),
    ("last fri 20:00-22:00", "last fri 20:00-22:00"),
    ("tue#2,tue#4,last fri 20:00-22:00", "tue#2,tue#4,last fri 20:00-22:00"),
    ("mon,third sat 20:00-22:00", "mon,sat#3 20:00-22:00"),
    ("first sat after tue#2 02:00-08:00", "first sat after tue#2 02:00-08:00"),
    ("sat#1 after second tue 02:00-08:00", "first sat after tue#2 02:00-08:00"),
    ("second mon after last fri 02:00-08:00", "second mon after last fri 02:00-08:00"),
    ("day 1-7,15 09:00-12:00", "day 1-7,15 09:00-12:00"),
    ("day 15 , 1 - 7 09:00-12:00", "day 1-7,15 09:00-12:00"),
    ("day 28-3 09:00-12:00", "day 28-3 09:00-12:00"),
    ("day 25-L 09:00-12:00", "day 25-31 09:00-12:00"),
    ("day L 22:00-24:00", "day L 22:00-24:00"),
    ("day l-2 22:00-24:00", "day L-2 22:00-24:00"),
    ("day L-0 22:00-24:00", "day L 22:00-24:00"),
    ("day 15W 22:00-24:00", "day 15W 22:00-24:00"),
    ("day 1,lw 22:00-24:00", "day 1,LW 22:00-24:00"),
    ("jan-jun 09:00-12:00", "jan-jun 09:00-12:00"),
    ("November-February 09:00-12:00", "nov-feb 09:00-12:00"),
    ("dec,jan 09:00-12:00", "jan,dec 09:00-12:00"),
    ("workday#3 09:00-12:00", "workday#3 09:00-12:00"),
    ("workday#-1 18:00 - +14h", "workday#-1 18:00 - +14h"),
    ("workday#1,workday#-1 18:00-20:00", "workday#-1,workday#1 18:00-20:00"),
    ("every 2 weeks from 2026-09-07 20:00-22:00", "every 2 weeks from 2026-09-07 20:00-22:00"),
    ("every week from 2026-09-07 20:00-22:00", "every 1 weeks from 2026-09-07 20:00-22:00"),
    ("2026-11-27 00:00-24:00", "2026-11-27 00:00-24:00"),
    ("2026-11-27..2026-11-30 00:00-24:00", "2026-11-27..2026-11-30 00:00-24:00"),
    ("2026-12-01,2026-11-27 .. 2026-11-30 08:00-09:00", "2026-11-27..2026-12-01 08:00-09:00"),
    ("day 1-7&mon-fri&jan-jun 09:00-12:00", "mon-fri & day 1-7 & jan-jun 09:00-12:00"),
    ("every 2 weeks from 2026-09-07 & mon 20:00-22:00", "mon & every 2 weeks from 2026-09-07 20:00-22:00"),
    ("fri 20:00 - mon 08:00", "fri 20:00 - mon 08:00"),
    ("sun 22:00-fri 20:00 Europe/London", "sun 22:00 - fri 20:00 Europe/London"),
    ("18:00-+90m", "daily 18:00 - +1h30m"),
    ("18:00 - +1h30m", "daily 18:00 - +1h30m"),
    ("18:00 - +48h", "daily 18:00 - +2d"),
    ("sat 10:00-13:00 europe/LONDON", "sat 10:00-13:00 Europe/London"),
    ("sat 10:00-13:00 utc", "sat 10:00-13:00 UTC"),
    ("sat 10:00-13:00 America/Port-au-Prince", "sat 10:00-13:00 America/Port-au-Prince"),
];

#[test]
fn every_form_has_one_canonical_text() {
    for (written, canonical) in FORMS {
        assert_eq!(window(written).to_string(), canonical, "{written}");
        assert_eq!(window(canonical), window(written), "{written}");
    }
}

/// What is written, the part that is marked, the message, the help.
const ERRORS: [(&str, &str, &str, &str); 40] = [
    ("", "", "a window cannot be empty", "a window reads like `mon-fri 09:00-19:00`"),
    ("mno-fri 09:00-19:00", "mno", "`mno` is not a day, a month or a word of windows", "did you mean `mon`?"),
    ("mon-fry 09:00-19:00", "fry", "`fry` is not a day, a month or a word of windows", "did you mean `fri`?"),
    ("dayly 09:00-19:00", "dayly", "`dayly` is not a day, a month or a word of windows", "did you mean `daily`?"),
    ("weekdays 09:00-19:00", "weekdays", "`weekdays` is not a day, a month or a word of windows", "did you mean `mon-fri`?"),
    ("weekend 09:00-19:00", "weekend", "`weekend` is not a day, a month or a word of windows", "did you mean `sat,sun`?"),
    (
        "holidays 09:00-19:00",
        "holidays",
        "`holidays` is not a day, a month or a word of windows",
        "a window reads like `mon-fri 09:00-19:00`",
    ),
    ("월-금 09:00-19:00", "월", "`월` is not a day, a month or a word of windows", "a window reads like `mon-fri 09:00-19:00`"),
    ("mon,jan 09:00-19:00", "jan", "`jan` is a month in a list of weekdays", "join them: `mon & jan`"),
    ("jan,mon 09:00-19:00", "mon", "`mon` is a weekday in a list of months", "join them: `jan & mon`"),
    ("mon-fri", "", "the window ends where a time should stand", "times are 00:00 to 24:00, such as `09:00-19:00`"),
    ("mon-fri 9-19", "9", "`9` stands where a time should", "times are 00:00 to 24:00, such as `09:00-19:00`"),
    ("mon-fri 09:00", "", "the window ends where `-` and the end should stand", "times are 00:00 to 24:00, such as `09:00-19:00`"),
    ("mon-fri 09:00-", "", "the window ends where a time should stand", "times are 00:00 to 24:00, such as `09:00-19:00`"),
    ("mon-fri 09:00–19:00", "–", "`–` stands where `-` and the end should", "times are 00:00 to 24:00, such as `09:00-19:00`"),
    ("mon-fri 09:00-25:00", "25:00", "`25:00` is not a time of day", "times are 00:00 to 24:00, such as `09:00-19:00`"),
    ("mon-fri 09:00-24:01", "24:01", "`24:01` is not a time of day", "times are 00:00 to 24:00, such as `09:00-19:00`"),
    ("mon-fri 1109:00-19:00", "1109:00", "`1109:00` is not a time of day", "times are 00:00 to 24:00, such as `09:00-19:00`"),
    ("mon-fri 09:0-19:00", "09:0", "`09:0` is not a time of day", "times are 00:00 to 24:00, such as `09:00-19:00`"),
    ("mon-fri 09:00:30-19:00", "09:00:30", "`09:00:30` is not a time of day", "times are 00:00 to 24:00, such as `09:00-19:00`"),
    ("tue#6 09:00-19:00", "6", "6 is not a place in the month", "1 to 5"),
    ("tue# 09:00-19:00", "09", "9 is not a place in the month", "1 to 5"),
    ("day 32 09:00-19:00", "32", "32 is not a day of the month", "1 to 31"),
    (
        "day x 09:00-19:00",
        "x",
        "`x` stands where a day of the month should",
        "days of the month are `day 1-7,15`, `day L`, `day L-2` or `day 15W`",
    ),
    ("day L-31 09:00-19:00", "31", "31 is not a number of days before the last", "0 to 30"),
    ("workday#0 09:00-19:00", "0", "0 is not a workday of the month", "1 to 31"),
    (
        "workday 09:00-19:00",
        "09",
        "`09` stands where `#` should",
        "`workday#1` is the first of the month, `workday#-1` the last; every one is `mon-fri`",
    ),
    ("every 0 weeks from 2026-01-01 09:00-19:00", "0", "0 is not a number of weeks", "1 to 104"),
    (
        "every 2 days 09:00-19:00",
        "days",
        "`days` stands where `weeks` should",
        "such as `every 2 weeks from 2026-09-07`; every day is `daily`",
    ),
    ("every 2 weeks 09:00-19:00", "09", "`09` stands where `from` should", "such as `every 2 weeks from 2026-09-07`; every day is `daily`"),
    ("2026-02-30 09:00-19:00", "2026-02-30", "`2026-02-30` is not a date of the calendar", "dates are year-month-day, such as 2026-12-31"),
    (
        "2026-12-02..2026-12-01 09:00-19:00",
        "2026-12-02..2026-12-01",
        "the range ends before it begins",
        "write the earlier date first: `2026-12-01..2026-12-02`",
    ),
    ("sat after tue#2 09:00-19:00", "after", "`after` follows one counted weekday", "such as `first sat after tue#2`"),
    ("first sat after tue 09:00-19:00", "after", "`after` needs one day of the month", "such as `first sat after tue#2`"),
    ("09:00 - +0h", "0h", "a window needs a duration after `+`", "durations are `90m`, `14h`, `1h30m` or `2d`, at most 31 days"),
    (
        "09:00 - +745h",
        "745h",
        "a window lasts at most 31 days",
        "a longer one is a range of dates, such as `2026-11-27..2027-01-31 00:00-24:00`",
    ),
    (
        "09:00 - +2",
        "",
        "the window ends where `d`, `h` or `m` should stand",
        "durations are `90m`, `14h`, `1h30m` or `2d`, at most 31 days",
    ),
    (
        "mon-fri 20:00 - sat 08:00",
        "sat",
        "an end on a weekday needs a begin on one weekday",
        "write how long it lasts instead, such as `20:00 - +60h`",
    ),
    ("mon 09:00-19:00 Asia/Soul", "Asia/Soul", "`Asia/Soul` is not a time zone", "did you mean `Asia/Seoul`?"),
    (
        "mon 09:00-12:00, 13:00-19:00",
        ", 13:00-19:00",
        "`, 13:00-19:00` cannot stand behind the times",
        "a window has one span; write a second window",
    ),
];

#[test]
fn an_error_marks_what_is_wrong_and_says_what_would_be_right() {
    for (written, marked, message, help) in ERRORS {
        let error = Window::parse(written).expect_err(written);
        assert_eq!((&written[error.range.clone()], error.message.as_str()), (marked, message), "{written}");
        assert_eq!(error.help.as_deref(), Some(help), "{written}");
    }
}

#[test]
fn no_text_makes_the_parser_fail_otherwise() {
    let pieces = [
        "mon",
        "day ",
        "L",
        "-",
        "#",
        "1",
        "2026-01-01",
        "..",
        "09:00",
        "24:00",
        "&",
        ",",
        "+",
        "h",
        " ",
        "é",
        "첫",
        "after ",
        "first ",
        "W",
    ];
    let mut runner = super::support::runner();
    let texts = proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..9);
    let outcome = runner.run(&texts, |words| {
        let text = words.concat();
        match Window::parse(&text) {
            Ok(window) => proptest::prop_assert_eq!(Window::parse(&window.to_string()), Ok(window)),
            Err(error) => proptest::prop_assert!(text.get(error.range.clone()).is_some(), "{:?} in {:?}", error.range, text),
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

/// The dates of a stretch of days on which a condition holds, by the edges of a schedule in UTC.
fn dates(condition: &str, from: &str, to: &str) -> Vec<String> {
    let schedule = schedule("UTC", &[&format!("{condition} 12:00-13:00")]);
    let world = World::default();
    let edges = schedule.edges(at(&format!("{from}T00:00Z")), at(&format!("{to}T00:00Z")), &world.context());
    edges.iter().step_by(2).map(|edge| edge.at.to_string()[..10].to_owned()).collect()
}

#[test]
fn each_condition_means_the_days_it_says() {
    let november =
        |condition: &str| dates(condition, "2026-11-01", "2026-12-01").iter().map(|date| date[8..].to_owned()).collect::<Vec<_>>();
    assert_eq!(november("tue#2"), ["10"]);
    assert_eq!(november("mon#5"), ["30"]);
    assert_eq!(november("fri#5"), Vec::<String>::new());
    assert_eq!(november("last sat"), ["28"]);
    assert_eq!(november("first sat after tue#2"), ["14"]);
    assert_eq!(november("first tue after tue#2"), ["17"]);
    assert_eq!(november("mon-fri & day 1-7"), ["02", "03", "04", "05", "06"]);
    assert_eq!(november("day L,L-2"), ["28", "30"]);
    assert_eq!(november("day 31"), Vec::<String>::new());
    assert_eq!(november("day 15W"), ["16"]);
    assert_eq!(november("day 1W"), ["02"]);
    assert_eq!(november("day 28W"), ["27"]);
    assert_eq!(november("workday#1,workday#-1"), ["02", "30"]);
    assert_eq!(november("every 2 weeks from 2026-11-04 & mon,thu"), ["05", "16", "19", "30"]);
    assert_eq!(november("2026-11-27..2026-11-29,2026-11-02"), ["02", "27", "28", "29"]);
    assert_eq!(dates("day 1W", "2026-08-01", "2026-08-31"), ["2026-08-03"]);
    assert_eq!(dates("day 31W", "2026-05-01", "2026-05-31"), ["2026-05-29"]);
    assert_eq!(dates("day LW", "2026-05-01", "2026-07-01"), ["2026-05-29", "2026-06-30"]);
    assert_eq!(dates("first mon after last wed", "2026-09-01", "2026-11-30"), ["2026-10-05", "2026-11-02", "2026-11-30"][..2]);
    assert_eq!(dates("day 29 & feb", "2026-01-01", "2029-01-01"), ["2028-02-29"]);
}

#[test]
fn a_workday_is_counted_by_the_schedule_and_its_calendar() {
    let mut schedule = schedule("Asia/Seoul", &["workday#1 09:00-10:00"]);
    let world = World::default().calendar("kr", [day("2027-01-01"), day("2027-01-04")]);
    let first =
        |schedule: &muster_core::schedule::Schedule| schedule.next_edge(at("2026-12-31T15:00Z"), &world.context()).map(|edge| edge.at);
    assert_eq!(first(&schedule), Some(at("2027-01-01T00:00Z")));
    schedule.workdays.except = Some(super::support::name("kr"));
    assert_eq!(first(&schedule), Some(at("2027-01-05T00:00Z")));
    schedule.workdays.days.insert(7);
    assert_eq!(first(&schedule), Some(at("2027-01-03T00:00Z")));
}
