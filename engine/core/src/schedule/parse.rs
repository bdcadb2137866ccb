//! The grammar of windows, by recursive descent: one function for each thing that can be written.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::Date;

use super::condition::{Condition, MONTHS, MonthDay, Nth, ORDINALS, WEEKDAYS};
use super::cursor::{Cursor, Token, wrong};
use super::mask::Mask;
use super::window::{LONGEST_SPAN_MINUTES, TimeSpan, Window, WindowError};
use super::zone::Zone;

type Parsed<T> = Result<T, WindowError>;

const EXAMPLE: &str = "a window reads like `mon-fri 09:00-19:00`";
const TIME_HELP: &str = "times are 00:00 to 24:00, such as `09:00-19:00`";
const DAY_HELP: &str = "days of the month are `day 1-7,15`, `day L`, `day L-2` or `day 15W`";
/// Words with which a condition may begin, besides weekdays and months.
const KEYWORDS: [&str; 6] = ["daily", "day", "every", "workday", "last", "after"];
/// Highest `n` of `every n weeks`.
const MOST_WEEKS: u32 = 104;

pub(super) fn window(text: &str) -> Parsed<Window> {
    if text.trim().is_empty() {
        return wrong(0..text.len(), "a window cannot be empty", EXAMPLE);
    }
    let cursor = &mut Cursor::new(text);
    let mut conditions = Vec::new();
    if !cursor.sees_time() {
        conditions.extend(condition(cursor)?);
        while cursor.eat("&") {
            conditions.extend(condition(cursor)?);
        }
    }
    let span = span(cursor, &conditions)?;
    Ok(Window::new(conditions, span, zone(cursor)?))
}

/// One condition; nothing for one that holds every day.
fn condition(cursor: &mut Cursor<'_>) -> Parsed<Option<Condition>> {
    if cursor.sees_date() {
        return dates(cursor).map(Some);
    }
    let Some(word) = cursor.peek_word() else {
        return cursor.expected("a day or a time", EXAMPLE);
    };
    match &*word {
        "daily" => Ok(cursor.word().and(None)),
        "day" => month_days(cursor).map(Some),
        "every" => every_weeks(cursor).map(Some),
        "workday" => workdays(cursor).map(Some),
        _ if month_named(&word).is_some() => months(cursor),
        _ => weekdays(cursor),
    }
}

fn position(names: &[&str], long: &[&str], word: &str) -> Option<u8> {
    let found = names.iter().position(|name| *name == word).or_else(|| long.iter().position(|name| *name == word))?;
    u8::try_from(found + 1).ok()
}

fn weekday_named(word: &str) -> Option<u8> {
    position(&WEEKDAYS, &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], word)
}

fn month_named(word: &str) -> Option<u8> {
    let long = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    position(&MONTHS, &long, word)
}

/// `mon`, or an error that says what was probably meant.
fn weekday(cursor: &mut Cursor<'_>) -> Parsed<u8> {
    let Some(token) = cursor.word() else {
        return cursor.expected("a weekday", "weekdays are mon, tue, wed, thu, fri, sat, sun");
    };
    weekday_named(&token.value).map_or_else(|| unknown(&token), Ok)
}

fn unknown<T>(token: &Token<Cow<'_, str>>) -> Parsed<T> {
    let word = &*token.value;
    let message = format!("`{word}` is not a day, a month or a word of windows");
    let known = WEEKDAYS.iter().chain(&MONTHS).chain(&KEYWORDS).chain(&ORDINALS);
    let near = known.map(|name| (strsim::damerau_levenshtein(name, word), name)).min().filter(|(distance, _)| *distance <= 2);
    let help = match (word, near) {
        ("weekday" | "weekdays", _) => "did you mean `mon-fri`?".to_owned(),
        ("weekend" | "weekends", _) => "did you mean `sat,sun`?".to_owned(),
        (_, Some((_, name))) => format!("did you mean `{name}`?"),
        _ => EXAMPLE.to_owned(),
    };
    if month_named(word).is_some() {
        return wrong(token.range.clone(), format!("`{word}` is a month in a list of weekdays"), format!("join them: `mon & {word}`"));
    }
    wrong(token.range.clone(), message, help)
}

/// `mon-fri,sun`, `tue#2`, `first sat`, `first sat after tue#2`.
fn weekdays(cursor: &mut Cursor<'_>) -> Parsed<Option<Condition>> {
    let (mut days, mut nth) = (Mask::EMPTY, BTreeSet::new());
    loop {
        match weekday_item(cursor)? {
            Weekdays::Plain(mask) => days.extend(mask),
            Weekdays::Nth(one) => _ = nth.insert(one),
        }
        if cursor.peek_word().as_deref() == Some("after") {
            return after(cursor, days, &nth).map(Some);
        }
        if !cursor.eat(",") {
            break;
        }
    }
    Ok((!days.is_full(7)).then_some(Condition::Weekdays { days, nth }))
}

enum Weekdays {
    Plain(Mask),
    Nth(Nth),
}

fn weekday_item(cursor: &mut Cursor<'_>) -> Parsed<Weekdays> {
    let ordinal = cursor.peek_word().and_then(|word| ordinal(&word));
    if let Some(n) = ordinal {
        cursor.word();
        return Ok(Weekdays::Nth(Nth { weekday: weekday(cursor)?, n }));
    }
    let first = weekday(cursor)?;
    if cursor.eat("#") {
        return Ok(Weekdays::Nth(Nth { weekday: first, n: Some(number(cursor, 1..=5, "a place in the month")?) }));
    }
    let last = if cursor.eat("-") { weekday(cursor)? } else { first };
    Ok(Weekdays::Plain(Mask::range(first, last, 7)))
}

/// `first` to `fifth`, and `last`, which has no number.
fn ordinal(word: &str) -> Option<Option<u8>> {
    if word == "last" { Some(None) } else { position(&ORDINALS, &[], word).map(Some) }
}

fn after(cursor: &mut Cursor<'_>, days: Mask, nth: &BTreeSet<Nth>) -> Parsed<Condition> {
    let range = cursor.offender();
    cursor.word();
    let counted = nth.iter().next().filter(|_| nth.len() == 1 && days.is_empty());
    let Some(Nth { weekday, n: Some(ordinal) }) = counted.copied() else {
        return wrong(range, "`after` follows one counted weekday", "such as `first sat after tue#2`");
    };
    match weekday_item(cursor)? {
        Weekdays::Nth(anchor) => Ok(Condition::After { ordinal, weekday, anchor }),
        Weekdays::Plain(_) => wrong(range, "`after` needs one day of the month", "such as `first sat after tue#2`"),
    }
}

/// `jan-jun,dec`.
fn months(cursor: &mut Cursor<'_>) -> Parsed<Option<Condition>> {
    let mut mask = Mask::EMPTY;
    loop {
        let first = month(cursor)?;
        let last = if cursor.eat("-") { month(cursor)? } else { first };
        mask.extend(Mask::range(first, last, 12));
        if !cursor.eat(",") {
            break;
        }
    }
    Ok((!mask.is_full(12)).then_some(Condition::Months(mask)))
}

fn month(cursor: &mut Cursor<'_>) -> Parsed<u8> {
    let Some(token) = cursor.word() else {
        return cursor.expected("a month", "months are jan, feb, mar … dec");
    };
    if weekday_named(&token.value).is_some() {
        let help = format!("join them: `jan & {}`", token.value);
        return wrong(token.range, format!("`{}` is a weekday in a list of months", token.value), help);
    }
    month_named(&token.value).map_or_else(|| unknown(&token), Ok)
}

/// A number within bounds.
fn number<N: TryFrom<u32>>(cursor: &mut Cursor<'_>, bounds: std::ops::RangeInclusive<u32>, what: &str) -> Parsed<N> {
    let (low, high) = (bounds.start(), bounds.end());
    let Some(token) = cursor.number() else {
        return cursor.expected(&format!("a number, {what},"), &format!("{low} to {high}"));
    };
    let fits = bounds.contains(&token.value).then(|| N::try_from(token.value).ok()).flatten();
    fits.map_or_else(|| wrong(token.range, format!("{} is not {what}", token.value), format!("{low} to {high}")), Ok)
}

/// `day 1-7,15`, `day L`, `day L-2`, `day 15W`, `day LW`, `day 25-L`.
fn month_days(cursor: &mut Cursor<'_>) -> Parsed<Condition> {
    cursor.word();
    let (mut days, mut special) = (Mask::EMPTY, BTreeSet::new());
    loop {
        match month_day(cursor)? {
            MonthDays::Plain(mask) => days.extend(mask),
            MonthDays::Special(one) => _ = special.insert(one),
        }
        if !cursor.eat(",") {
            return Ok(Condition::MonthDays { days, special });
        }
    }
}

enum MonthDays {
    Plain(Mask),
    Special(MonthDay),
}

fn month_day(cursor: &mut Cursor<'_>) -> Parsed<MonthDays> {
    if let Some(token) = cursor.peek_word() {
        return from_last(cursor, &token).map(MonthDays::Special);
    }
    let first = number(cursor, 1..=31, "a day of the month")?;
    if cursor.peek_word().as_deref() == Some("w") {
        cursor.word();
        return Ok(MonthDays::Special(MonthDay::Nearest(first)));
    }
    if !cursor.eat("-") {
        return Ok(MonthDays::Plain(Mask::range(first, first, 31)));
    }
    if cursor.peek_word().as_deref() == Some("l") {
        cursor.word();
        return Ok(MonthDays::Plain(Mask::range(first, 31, 31)));
    }
    Ok(MonthDays::Plain(Mask::range(first, number(cursor, 1..=31, "a day of the month")?, 31)))
}

fn from_last(cursor: &mut Cursor<'_>, word: &str) -> Parsed<MonthDay> {
    match word {
        "lw" => Ok(cursor.word().map_or(MonthDay::NearestLast, |_| MonthDay::NearestLast)),
        "l" => {
            cursor.word();
            let before = if cursor.eat("-") { number(cursor, 0..=30, "a number of days before the last")? } else { 0 };
            Ok(MonthDay::BeforeLast(before))
        }
        _ => cursor.expected("a day of the month", DAY_HELP),
    }
}

/// `workday#3`, `workday#-1,workday#1`.
fn workdays(cursor: &mut Cursor<'_>) -> Parsed<Condition> {
    const HELP: &str = "`workday#1` is the first of the month, `workday#-1` the last; every one is `mon-fri`";
    let mut numbers = BTreeSet::new();
    loop {
        if cursor.peek_word().as_deref() != Some("workday") {
            return cursor.expected("`workday#` and a number", HELP);
        }
        cursor.word();
        if !cursor.eat("#") {
            return cursor.expected("`#`", HELP);
        }
        let sign = if cursor.eat("-") { -1 } else { 1 };
        numbers.insert(sign * number::<i8>(cursor, 1..=31, "a workday of the month")?);
        if !cursor.eat(",") {
            return Ok(Condition::Workdays(numbers));
        }
    }
}

/// `every 2 weeks from 2026-09-07`.
fn every_weeks(cursor: &mut Cursor<'_>) -> Parsed<Condition> {
    const HELP: &str = "such as `every 2 weeks from 2026-09-07`; every day is `daily`";
    cursor.word();
    let weeks = if cursor.peek_word().is_some() { 1 } else { number(cursor, 1..=MOST_WEEKS, "a number of weeks")? };
    for wanted in [&["week", "weeks"][..], &["from"]] {
        if !cursor.peek_word().is_some_and(|word| wanted.contains(&&*word)) {
            return cursor.expected(&format!("`{}`", wanted[wanted.len() - 1]), HELP);
        }
        cursor.word();
    }
    Ok(Condition::EveryWeeks { weeks, from: date(cursor)?.value })
}

fn date(cursor: &mut Cursor<'_>) -> Parsed<Token<Date>> {
    const HELP: &str = "dates are year-month-day, such as 2026-12-31";
    if !cursor.sees_date() {
        return cursor.expected("a date", HELP);
    }
    let Some(token) = cursor.figures('-') else {
        return cursor.expected("a date", HELP);
    };
    match token.value.parse::<Date>() {
        Ok(value) if token.value.len() == 10 => Ok(Token { value, range: token.range }),
        _ => wrong(token.range, format!("`{}` is not a date of the calendar", token.value), HELP),
    }
}

/// `2026-11-27..2026-11-30,2026-12-31`.
fn dates(cursor: &mut Cursor<'_>) -> Parsed<Condition> {
    let mut ranges = Vec::new();
    loop {
        let first = date(cursor)?;
        let last = if cursor.eat("..") { date(cursor)? } else { Token { value: first.value, range: first.range.clone() } };
        if last.value < first.value {
            let help = format!("write the earlier date first: `{}..{}`", last.value, first.value);
            return wrong(first.range.start..last.range.end, "the range ends before it begins", help);
        }
        ranges.push((first.value, last.value));
        if !cursor.eat(",") {
            return Ok(Condition::Dates(joined(ranges)));
        }
    }
}

/// Ranges of dates in order, those that touch made one.
fn joined(mut ranges: Vec<(Date, Date)>) -> Vec<(Date, Date)> {
    ranges.sort_unstable();
    let mut out: Vec<(Date, Date)> = Vec::new();
    for (first, last) in ranges {
        match out.last_mut() {
            Some(before) if before.1.tomorrow().map_or(true, |next| first <= next) => before.1 = before.1.max(last),
            _ => out.push((first, last)),
        }
    }
    out
}

/// `09:00-19:00`, `18:00 - +14h`, and, after a single weekday, `20:00 - mon 08:00`.
fn span(cursor: &mut Cursor<'_>, conditions: &[Condition]) -> Parsed<TimeSpan> {
    if !cursor.sees_time() {
        return cursor.expected("a time", TIME_HELP);
    }
    let begin = time(cursor)?;
    if !cursor.eat("-") {
        return cursor.expected("`-` and the end", TIME_HELP);
    }
    if cursor.eat("+") {
        return Ok(TimeSpan::Lasting { begin, minutes: duration(cursor)? });
    }
    if cursor.peek_word().is_some() {
        return week_span(cursor, conditions, begin);
    }
    Ok(TimeSpan::Clock { begin, end: time(cursor)? })
}

fn week_span(cursor: &mut Cursor<'_>, conditions: &[Condition], begin: u16) -> Parsed<TimeSpan> {
    let range = cursor.offender();
    let to = weekday(cursor)?;
    let Some(from) = single_weekday(conditions) else {
        let help = "write how long it lasts instead, such as `20:00 - +60h`";
        return wrong(range, "an end on a weekday needs a begin on one weekday", help);
    };
    Ok(TimeSpan::Week { from, begin, to, end: time(cursor)? })
}

fn single_weekday(conditions: &[Condition]) -> Option<u8> {
    match conditions {
        [Condition::Weekdays { days, nth }] if days.len() == 1 && nth.is_empty() => (1..=7).find(|day| days.contains(*day)),
        _ => None,
    }
}

/// Minutes after midnight.
fn time(cursor: &mut Cursor<'_>) -> Parsed<u16> {
    if !cursor.sees_time() {
        return cursor.expected("a time", TIME_HELP);
    }
    let Some(token) = cursor.figures(':') else {
        return cursor.expected("a time", TIME_HELP);
    };
    let minutes = minutes_of(token.value);
    minutes.map_or_else(|| wrong(token.range, format!("`{}` is not a time of day", token.value), TIME_HELP), Ok)
}

fn minutes_of(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let (hour, minute): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let fits = hours.len() <= 2 && minutes.len() == 2 && minute < 60 && (hour < 24 || (hour, minute) == (24, 0));
    fits.then(|| hour * 60 + minute)
}

/// `14h`, `1h30m`, `2d`, in minutes.
fn duration(cursor: &mut Cursor<'_>) -> Parsed<u32> {
    const HELP: &str = "durations are `90m`, `14h`, `1h30m` or `2d`, at most 31 days";
    let whole = cursor.offender();
    let mut minutes = 0u32;
    let mut end = whole.start;
    while let Some(amount) = cursor.number() {
        let unit = match cursor.peek_word().as_deref() {
            Some("d") => 24 * 60,
            Some("h") => 60,
            Some("m") => 1,
            _ => return cursor.expected("`d`, `h` or `m`", HELP),
        };
        end = cursor.word().map_or(end, |unit| unit.range.end);
        minutes = minutes.saturating_add(amount.value.saturating_mul(unit));
        if cursor.sees_time() {
            break;
        }
    }
    checked_duration(minutes, whole.start..end, HELP)
}

fn checked_duration(minutes: u32, range: Range<usize>, help: &str) -> Parsed<u32> {
    match minutes {
        1..=LONGEST_SPAN_MINUTES => Ok(minutes),
        0 => wrong(range, "a window needs a duration after `+`", help),
        _ => {
            wrong(range, "a window lasts at most 31 days", "a longer one is a range of dates, such as `2026-11-27..2027-01-31 00:00-24:00`")
        }
    }
}

/// The zone behind the span, and nothing behind that.
fn zone(cursor: &mut Cursor<'_>) -> Parsed<Option<Zone>> {
    let Some(token) = cursor.remainder() else { return Ok(None) };
    if let Some(help) = misplaced(token.value) {
        return wrong(token.range, format!("`{}` cannot stand behind the times", token.value), help);
    }
    match Zone::find(token.value) {
        Ok(zone) => Ok(Some(zone)),
        Err(error) => {
            let (message, help) = (error.to_string(), Some(error.help()));
            Err(WindowError { message, range: token.range, help, unknown_zone: true })
        }
    }
}

/// What to do about something that is no zone at all.
fn misplaced(text: &str) -> Option<&'static str> {
    match text.chars().next()? {
        '&' => Some("conditions stand before the times: `mon-fri & jan-jun 09:00-12:00`"),
        ',' => Some("a window has one span; write a second window"),
        c if !c.is_alphabetic() => Some(TIME_HELP),
        _ => None,
    }
}
