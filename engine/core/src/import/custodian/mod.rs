//! Cloud Custodian's `offhour` and `onhour` filters.
//!
//! They are events: each hourly run stops what is due to stop in that hour of the resource's zone, starts what is due to
//! start, and does nothing else. Between events the last one holds, unless somebody starts or stops by hand; that is what
//! `manual: until-next-edge` says, and so the hours between an `on` and the next `off` become windows.

mod tag;
mod week;

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::Imported;
use super::clocks::{goes_back_over, skips, zone};
use super::draft::Draft;
use super::object;
use tag::{Hours, Managed};

/// Hour of the `offhour` policy when it gives none.
const OFF_HOUR: u8 = 19;
/// Hour of the `onhour` policy when it gives none.
const ON_HOUR: u8 = 7;

/// A tag's value, and the options of the two policies in one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    name: Option<String>,
    /// The tag's value; nothing for a resource without the tag.
    #[serde(default)]
    tag: Option<String>,
    #[serde(default)]
    options: Option<Options>,
}

/// Keys of the filters.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Options {
    #[serde(default)]
    onhour: Option<u8>,
    #[serde(default)]
    offhour: Option<u8>,
    #[serde(default, rename = "default_tz", alias = "default-tz")]
    default_tz: Option<String>,
    #[serde(default)]
    weekends: Option<bool>,
    #[serde(default)]
    weekends_only: Option<bool>,
    #[serde(default)]
    opt_out: Option<bool>,
    #[serde(default)]
    skip_days: Option<Vec<String>>,
    #[serde(default)]
    skip_days_from: Option<Value>,
    #[serde(default, alias = "fallback_schedule")]
    fallback_schedule: Option<String>,
    /// Name of the tag.
    #[serde(default, rename = "tag")]
    _tag: Option<String>,
    /// `offhour` or `onhour`.
    #[serde(default, rename = "type")]
    _type: Option<String>,
}

/// Reads one tag.
pub(super) fn import(text: &str) -> Result<Imported, String> {
    let raw: Raw = object(text)?;
    let options = raw.options.unwrap_or_default();
    let mut notes = Vec::new();
    let defaults = options.defaults(&mut notes)?;
    let found = raw.tag.as_deref().or_else(|| options.fallback_schedule.as_deref().filter(|text| !text.is_empty()));
    let managed = match found {
        None if options.opt_out != Some(true) => {
            Managed::Nothing("it has no tag, and the policy acts on what has one only (opt-out is false)")
        }
        found => tag::read(found.unwrap_or_default(), &defaults, &mut notes)?,
    };
    let zone = zone(tag::place(managed.zone().unwrap_or(&defaults.zone)))?;
    let mut draft = Draft { notes, ..Draft::new(zone.name()) };
    match managed {
        Managed::Nothing(why) => {
            draft.otherwise = Some("leave");
            draft.note(format!("Custodian never starts or stops it: {why}"));
        }
        Managed::Hours(hours) => write(&hours, &options.skipped(&mut draft)?, zone.tz(), &mut draft),
    }
    if options.skip_days_from.is_some() {
        draft.note("skip-days-from does not carry over: put its days into a calendar and add `except` to the schedule");
    }
    Ok(draft.done(raw.name))
}

impl Options {
    /// What counts where the tag says nothing.
    fn defaults(&self, notes: &mut Vec<String>) -> Result<Hours, String> {
        if self.default_tz.is_none() {
            notes.push("default_tz is not given; Custodian's own default counts, et (America/New_York)".to_owned());
        }
        let (off_days, on_days) = match (self.weekends_only, self.weekends) {
            (Some(true), _) => (1 << 4, 1),
            (_, Some(false)) => (0x7f, 0x7f),
            _ => (0x1f, 0x1f),
        };
        let hour = |key: &str, hour: u8| if hour < 24 { Ok(hour) } else { Err(format!("{key} {hour} is not from 0 to 23")) };
        Ok(Hours {
            on: vec![(on_days, hour("onhour", self.onhour.unwrap_or(ON_HOUR))?)],
            off: vec![(off_days, hour("offhour", self.offhour.unwrap_or(OFF_HOUR))?)],
            zone: self.default_tz.clone().unwrap_or_else(|| "et".to_owned()),
        })
    }

    /// The days without events.
    fn skipped(&self, draft: &mut Draft) -> Result<BTreeSet<Date>, String> {
        if self.skip_days.is_some() && self.skip_days_from.is_some() {
            return Err("skip-days and skip-days-from cannot both be given; Custodian refuses that".to_owned());
        }
        let mut days = BTreeSet::new();
        for text in self.skip_days.iter().flatten() {
            // Custodian compares texts, so only a plain date is ever met.
            match text.parse::<Date>().ok().filter(|_| text.len() == "2017-12-25".len()) {
                Some(day) => _ = days.insert(day),
                None => draft.note(format!("skip-days `{text}` is no date that Custodian ever meets; it is left out")),
            }
        }
        Ok(days)
    }
}

fn write(hours: &Hours, skipped: &BTreeSet<Date>, tz: &jiff::tz::TimeZone, draft: &mut Draft) {
    let week = week::Week::new(&hours.on, &hours.off);
    draft.run = week.windows();
    let exceptions = week.exceptions(skipped);
    draft.run.extend(exceptions.running);
    draft.stop = exceptions.stopped;
    if week.clashes() {
        draft.note("in some hour both policies act, on and off; which comes last is chance in Custodian, here it is off");
    }
    if !skipped.is_empty() {
        draft.note("skip-days are written as windows with dates: nothing happens on them, so the state of the day before goes on");
    }
    let minutes: Vec<u16> = hours.on.iter().chain(&hours.off).map(|(_, hour)| u16::from(*hour) * 60).collect();
    let through: Vec<u16> = minutes.iter().flat_map(|minute| [*minute, minute + 30]).collect();
    if skips(tz, &through) {
        draft.note("an hour that clocks skip has no event in Custodian that day; here its window begins or ends right after it");
    }
    if goes_back_over(tz, &through) {
        draft.note("an hour that comes twice when clocks go back has two events in Custodian; here a window ends with the second");
    }
    draft.note(
        "Custodian acts once, in its hourly run within the hour, and a run that is missed is a day that is missed; \
         here the window begins and ends on the hour and what was missed is made up for",
    );
}
