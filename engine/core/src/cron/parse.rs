//! Reading expressions.

use std::ops::Range;

use jiff::civil::DateTime;

use super::error::CronError;
use super::fields::{Field, ORDER, Set};
use super::model::{Cron, Days, Years};
use super::{Expression, Rate, Unit};

type Parsed<T> = Result<T, CronError>;

/// A part of the expression that knows where it stands.
#[derive(Clone, Copy)]
struct Part<'a> {
    whole: &'a str,
    field: Field,
    start: usize,
    end: usize,
}

impl<'a> Part<'a> {
    fn text(&self) -> &'a str {
        &self.whole[self.start..self.end]
    }

    const fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The part of it from byte `from` to before byte `to`.
    fn slice(self, from: usize, to: usize) -> Self {
        Self { start: self.start + from, end: self.start + to, ..self }
    }

    /// What stands between separators, with empty parts.
    fn split(self, separator: char) -> impl Iterator<Item = Self> {
        let text = self.text();
        let mut at = 0;
        text.split(separator).map(move |piece| {
            let part = self.slice(at, at + piece.len());
            at += piece.len() + separator.len_utf8();
            part
        })
    }

    /// What stands on either side of a separator.
    fn split_once(self, separator: char) -> Option<(Self, Self)> {
        let at = self.text().find(separator)?;
        Some((self.slice(0, at), self.slice(at + separator.len_utf8(), self.text().len())))
    }

    fn words(self) -> Vec<Self> {
        let text = self.text();
        let place = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
        text.split_whitespace().map(|word| self.slice(place(word), place(word) + word.len())).collect()
    }

    fn is(&self, word: &str) -> bool {
        self.text().eq_ignore_ascii_case(word)
    }

    /// What stands before a letter at its end.
    fn before(self, letter: char) -> Option<Self> {
        let last = self.text().chars().next_back()?;
        last.eq_ignore_ascii_case(&letter).then(|| self.slice(0, self.text().len() - last.len_utf8()))
    }

    fn wrong(&self, why: impl Into<String>) -> CronError {
        CronError::new(self.field, self.whole, self.range(), why)
    }
}

pub(super) fn expression(whole: &str) -> Parsed<Expression> {
    let trimmed = whole.trim();
    let start = whole.len() - whole.trim_start().len();
    let all = Part { whole, field: Field::Expression, start, end: start + trimmed.len() };
    if all.text().is_empty() {
        return Err(all.wrong("it is empty"));
    }
    let Some((word, rest)) = all.split_once('(') else {
        return Err(all.wrong("an expression begins with `cron(`, `rate(` or `at(`"));
    };
    let Some(inner) = rest.before(')') else {
        return Err(all.slice(trimmed.len(), trimmed.len()).wrong("the closing `)` is missing"));
    };
    match word.text().to_ascii_lowercase().as_str() {
        "cron" => cron(inner).map(Expression::Cron),
        "rate" => rate(inner).map(Expression::Rate),
        "at" => at(inner).map(Expression::At),
        _ => Err(word.wrong("an expression begins with `cron(`, `rate(` or `at(`")),
    }
}

fn cron(inner: Part<'_>) -> Parsed<Cron> {
    let words = inner.words();
    if !matches!(words.len(), 5 | 6) {
        return Err(inner.wrong(format!("it has {} fields, where cron has six", words.len())));
    }
    let field = |at: usize| words.get(at).map(|word| Part { field: ORDER[at], ..*word });
    let set = |at: usize| field(at).map_or_else(|| Ok(Set::default()), numbers);
    // One by one, so that the first field that is wrong is the one that is named.
    let (minutes, hours) = (set(0)?, set(1)?);
    let (of_month, months) = (field(2), set(3)?);
    let days = match (of_month, field(4)) {
        (Some(of_month), Some(of_week)) => days(of_month, of_week)?,
        _ => Days::every(),
    };
    let years = field(5).map_or_else(|| Ok(Years::every()), years)?;
    Ok(Cron { minutes, hours, days, months, years })
}

/// Of the two day fields one says `?` and the other which days.
fn days(of_month: Part<'_>, of_week: Part<'_>) -> Parsed<Days> {
    match (of_month.is("?"), of_week.is("?")) {
        (false, true) => days_of_month(of_month),
        (true, false) => days_of_week(of_week),
        (true, true) => Err(of_week.wrong("both day fields are `?`, so that no day is meant").instead("`*` in one of them for every day")),
        (false, false) => {
            let why = format!("day-of-month is `{}` already, and days are said by one field only", of_month.text());
            Err(of_week.wrong(why).instead("`?` here, or `?` in day-of-month"))
        }
    }
}

fn days_of_month(part: Part<'_>) -> Parsed<Days> {
    if part.is("LW") {
        return Ok(Days::NearestLast);
    }
    if part.is("L") {
        return Ok(Days::BeforeLast(0));
    }
    if let Some((_, before)) = part.split_once('-').filter(|(letter, _)| letter.is("L")) {
        return number(before, (0, 30)).map(Days::BeforeLast);
    }
    if let Some(day) = part.before('W').filter(|day| digits(*day)) {
        return number(day, Field::DayOfMonth.bounds()).map(Days::Nearest);
    }
    alone(part, &['L', 'W'])?;
    numbers(part).map(Days::OfMonth)
}

fn days_of_week(part: Part<'_>) -> Parsed<Days> {
    alone(part, &['#', 'L'])?;
    if part.is("L") {
        return Ok(Days::OfWeek(std::iter::once(7).collect()));
    }
    if let Some((day, n)) = part.split_once('#') {
        return Ok(Days::Nth { weekday: value(day)?, n: number(n, (1, 5))? });
    }
    if let Some(day) = part.before('L').filter(|day| !day.text().contains([',', '-', '/'])) {
        return value(day).map(Days::LastOfWeek);
    }
    numbers(part).map(Days::of_week)
}

/// A sign that makes a list impossible is refused in one, with that as the reason.
fn alone(part: Part<'_>, signs: &[char]) -> Parsed<()> {
    let listed = part.text().contains(',');
    let sign = part.text().chars().find(|c| signs.iter().any(|sign| sign.eq_ignore_ascii_case(c)));
    match sign {
        Some(sign) if listed => Err(part.wrong(format!("`{sign}` is one expression and cannot stand in a list"))),
        _ => Ok(()),
    }
}

fn numbers(part: Part<'_>) -> Parsed<Set> {
    Ok(values(part)?.into_iter().collect())
}

fn years(part: Part<'_>) -> Parsed<Years> {
    Ok(values(part)?.into_iter().filter_map(|year| i16::try_from(year).ok()).collect())
}

/// All values of a list.
fn values(part: Part<'_>) -> Parsed<Vec<u32>> {
    if part.is("?") {
        return Err(part.wrong("`?` is for the two day fields").instead(format!("`*`, or {}", part.field.accepts())));
    }
    let listed = part.text().contains(',');
    let mut all = Vec::new();
    for item in part.split(',') {
        if listed && item.is("*") {
            return Err(item.wrong("in a list `*` would leave nothing to add").instead("`*` alone, or the list without it"));
        }
        all.extend(item_values(item)?);
    }
    Ok(all)
}

/// `5`, `1-5`, `*`, and each of them with a step.
fn item_values(item: Part<'_>) -> Parsed<Vec<u32>> {
    if item.text().is_empty() {
        return Err(item.wrong("a value is missing"));
    }
    let (low, high) = item.field.bounds();
    let (base, step) = match item.split_once('/') {
        Some((base, step)) => (base, Some(number(step, (1, high))?)),
        None => (item, None),
    };
    let (first, last) = match base.split_once('-') {
        Some((first, last)) => (value(first)?, value(last)?),
        None if base.is("*") => (low, high),
        None if step.is_some() => (value(base)?, high),
        None => value(base).map(|one| (one, one))?,
    };
    let span = high - low + 1;
    if last < first && base.field == Field::Year {
        return Err(base.wrong("the range ends before it begins"));
    }
    let count = (last + span - first) % span + 1;
    Ok((0..count).step_by(step.unwrap_or(1) as usize).map(|n| low + (first - low + n) % span).collect())
}

/// One value by number or name.
fn value(part: Part<'_>) -> Parsed<u32> {
    let (low, _) = part.field.bounds();
    let named = (low..).zip(part.field.names()).find(|(_, name)| part.is(name));
    match named {
        Some((n, _)) => Ok(n),
        None => number(part, part.field.bounds()),
    }
}

fn digits(part: Part<'_>) -> bool {
    !part.text().is_empty() && part.text().bytes().all(|byte| byte.is_ascii_digit())
}

/// A whole number within bounds.
fn number(part: Part<'_>, (low, high): (u32, u32)) -> Parsed<u32> {
    if part.text().is_empty() {
        return Err(part.wrong("a value is missing"));
    }
    if !digits(part) {
        return Err(part.wrong(if part.field.names().is_empty() { "this is no number" } else { "this is neither a number nor a name" }));
    }
    let n = part.text().parse().ok().filter(|n| (low..=high).contains(n));
    n.ok_or_else(|| part.wrong(format!("it must be from {low} to {high}")))
}

/// `5 minutes`.
fn rate(inner: Part<'_>) -> Parsed<Rate> {
    let accepted = "a number and `minutes`, `hours` or `days`, such as `rate(5 minutes)`";
    let words = inner.words();
    let [value, unit] = words.as_slice() else {
        return Err(inner.wrong(format!("it has {} words, where a rate has two", words.len())).instead(accepted));
    };
    let value = number(*value, (1, u32::MAX)).map_err(|error| error.instead(accepted))?;
    let of = |word: &str| [Unit::Minute, Unit::Hour, Unit::Day].into_iter().find(|unit| unit.as_str() == word);
    // The documents ask for the singular after 1 and write `rate(1 days)` themselves: both are read.
    let singular = unit.text().strip_suffix('s').unwrap_or(unit.text());
    let unit = of(singular).ok_or_else(|| unit.wrong("this is no unit of a rate").instead(accepted))?;
    Ok(Rate { value, unit })
}

/// `2026-11-21T09:00:00`.
fn at(inner: Part<'_>) -> Parsed<DateTime> {
    const FORM: &str = "0000-00-00T00:00:00";
    let fits = |(have, want): (u8, u8)| if want == b'0' { have.is_ascii_digit() } else { have == want };
    let formed = inner.text().len() == FORM.len() && inner.text().bytes().zip(FORM.bytes()).all(fits);
    let accepted = "a local date and time such as `at(2026-11-21T09:00:00)`";
    if !formed {
        return Err(inner.wrong("it is not of the form `yyyy-mm-ddThh:mm:ss`").instead(accepted));
    }
    let time = inner.text().parse::<DateTime>().ok().filter(|time| !inner.text().ends_with("60") && time.year() > 0);
    time.ok_or_else(|| inner.wrong("the calendar has no such date or time").instead(accepted))
}
