//! Instance Scheduler on AWS, as its version 3.2.8 decides.
//!
//! A period whose weekday, month and month day match the local date wants running from its begin until before its end.
//! With a begin alone it wants nothing before ("any") and running after; with an end alone nothing before and stopped
//! after; with neither running all day. Of all periods running beats any, and any beats stopped. With two periods or more a
//! minute of stopped between two of running is running. The type is that of the running period that began last.

mod fields;
mod period;
mod raw;
mod rules;

use serde_json::json;

use super::Imported;
use super::clocks::{goes_back_over, zone};
use super::draft::{Draft, window};
use super::object;
use period::Period;
use raw::Raw;

/// Reads one schedule.
pub(super) fn import(text: &str) -> Result<Imported, String> {
    let mut raw: Raw = object(text)?;
    let zone = zone(raw.timezone.as_deref().unwrap_or("UTC"))?;
    let mut draft = Draft::new(zone.name());
    if raw.timezone.is_none() {
        draft.note("timezone is not given; Instance Scheduler takes its stack's default, UTC is taken here");
    }
    let periods = periods(&mut raw, &mut draft)?;
    match raw.override_status()? {
        Some(state) => overridden(state, &periods, &mut draft),
        None => {
            refuse_nothing(&raw, &periods)?;
            rules::write(&periods, &mut draft);
            note_clocks(&zone, &periods, &mut draft);
        }
    }
    carry_over(&raw, &mut draft);
    Ok(draft.done(raw.name))
}

fn periods(raw: &mut Raw, draft: &mut Draft) -> Result<Vec<Period>, String> {
    let raw = std::mem::take(&mut raw.periods);
    raw.into_iter().enumerate().map(|(index, period)| Period::read(index, period, &mut draft.notes)).collect()
}

fn refuse_nothing(raw: &Raw, periods: &[Period]) -> Result<(), String> {
    if periods.is_empty() && raw.ssm_maintenance_window.is_empty() {
        return Err("it has no periods; Instance Scheduler refuses such a schedule".to_owned());
    }
    Ok(())
}

/// A schedule that `override_status` holds in one state.
fn overridden(state: &'static str, periods: &[Period], draft: &mut Draft) {
    draft.otherwise = Some(state);
    let mut usual = Draft::default();
    rules::write(periods, &mut usual);
    let windows = usual.run.join("', '");
    let periods = if windows.is_empty() { String::new() } else { format!("; its periods without it: run ['{windows}']") };
    draft.note(format!("override_status keeps it {state} always{periods}"));
}

fn note_clocks(zone: &crate::schedule::Zone, periods: &[Period], draft: &mut Draft) {
    let edges: Vec<u16> = periods.iter().flat_map(Period::edges).collect();
    if goes_back_over(zone.tz(), &edges) {
        draft.note(format!(
            "in the hour that {} has twice when clocks go back, Instance Scheduler judges the wall clock and may start or stop twice; \
             here a window is one run, from the first time of its begin to the last of its end",
            zone.name()
        ));
    }
}

/// Everything but when.
fn carry_over(raw: &Raw, draft: &mut Draft) {
    draft.hibernate = raw.hibernate == Some(true);
    draft.manual = (raw.enforced == Some(true)).then_some("enforce");
    if let Some(honour) = raw.use_maintenance_window {
        draft.rds = Some(json!({"maintenance": if honour { "honour" } else { "ignore" }}));
    }
    if raw.retain_running == Some(true) {
        draft.note(match raw.enforced {
            Some(true) => "retain_running does nothing beside enforced",
            _ => {
                "retain_running does not carry over: what somebody started before a period is stopped at its end; \
                 `manual: hold` is the nearest, it lets every start and stop by hand stand until it is undone by hand"
            }
        });
    }
    if raw.stop_new_instances == Some(false) {
        draft
            .note("stop_new_instances: false does not carry over: what is new outside of the windows is stopped; `leave` windows spare it");
    }
    if !raw.ssm_maintenance_window.is_empty() {
        let names = raw.ssm_maintenance_window.join("`, `");
        draft.note(format!("SSM maintenance windows do not carry over; write their times into `run`: `{names}`"));
    }
}

/// A window of a period.
fn window_of(period: &Period, begin: u16, end: u16) -> String {
    window(&period.conditions(), begin, end)
}
