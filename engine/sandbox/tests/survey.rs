//! A survey of an embedded account: what it writes is a fleet.yaml, and its numbers are those of a count by the minute.

use futures::executor::block_on;
use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use muster_core::cloud::{Place, Reader as _, Snapshot};
use muster_core::fleet::{FileSource, Fleet, LoadOptions, Provider, load};
use muster_core::price::Prices;
use muster_core::schedule::{Context, WantedState, Zone};
use muster_core::survey::{self, Cloud, IDLE_PERCENT, Input, Options, Survey, WEEKS};
use muster_sandbox::{Estate, Faults, Sandbox};

const REGION: &str = "ap-northeast-2";

struct NoFiles;

impl FileSource for NoFiles {
    fn read(&self, _: &str) -> Result<Vec<u8>, String> {
        Err("there are none".to_owned())
    }
}

fn snapshot(estate: &str) -> (Snapshot, Timestamp) {
    let sandbox = Sandbox::in_memory(Estate::parse("estate.yaml", estate).expect("an estate"), Faults::default());
    let place = Place { account: "default".to_owned(), region: REGION.to_owned() };
    let mut snapshot = block_on(sandbox.observe(&survey::needs(&[place]))).expect("observed");
    let now = snapshot.taken;
    for needs in [survey::follow_up(&snapshot, now), survey::price_needs(&snapshot)] {
        snapshot.merge(block_on(sandbox.observe(&needs)).expect("observed"));
    }
    assert_eq!(snapshot.gaps, []);
    (snapshot, now)
}

fn options(run: &str, zone: &str) -> Options {
    let cloud = Cloud { provider: Provider::Sandbox, regions: vec![REGION.to_owned()], estate: None };
    Options { zone: Zone::find(zone).expect("a zone"), run: run.to_owned(), idle: IDLE_PERCENT, cloud }
}

/// The survey and its file.
fn look(snapshot: &Snapshot, now: Timestamp, options: &Options) -> (Survey, String) {
    let prices = Prices::default().with_answers(snapshot);
    let input = Input { snapshot, now, options, prices: &prices };
    let survey = survey::survey(&input).expect("a window");
    let text = survey::text(&input, &survey);
    (survey, text)
}

fn loaded(text: &str) -> Fleet {
    let loaded = load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true });
    loaded.fleet.unwrap_or_else(|| panic!("{}\n{text}", muster_core::diag::render(&loaded.diagnostics, &loaded.sources, false, 120)))
}

/// Every `#` in the first column taken away from `schedules:` on.
fn chosen(text: &str) -> String {
    let from = text.find("#schedules:").expect("the section");
    let lines = text[from..].lines().map(|line| line.strip_prefix('#').unwrap_or(line));
    lines.fold(text[..from].to_owned(), |out, line| out + line + "\n")
}

fn estate(instances: &str) -> String {
    format!(
        "now: 2026-11-09T10:30:00Z
images: [{{id: ami-1, name: u, architecture: x86_64, created: d, owner: '1'}}]
price-list: {{t3.small: 0.026}}
places:
- region: {REGION}
  instances:
{instances}"
    )
}

#[test]
fn as_written_nothing_is_selected_and_every_proposal_counts_without_its_number_sign() {
    let (snapshot, now) = snapshot(include_str!("../../../examples/estates/platform.yaml"));
    let (survey, text) = look(&snapshot, now, &options("mon-fri 09:00-19:00", "Asia/Seoul"));
    assert!(loaded(&text).schedules.is_empty());
    assert!(muster_core::plan::needs(&loaded(&text)).is_empty(), "a plan asks for nothing");
    let proposed: Vec<_> = survey.proposals.iter().filter(|proposal| !proposal.schedule.is_empty()).collect();
    let fleet = loaded(&chosen(&text));
    assert!(proposed.len() >= 3 && fleet.schedules.len() == proposed.len(), "{text}");
}

#[test]
fn a_live_account_is_pinned_and_the_file_loads() {
    let (snapshot, now) = snapshot(include_str!("../../../examples/estates/office.yaml"));
    let mut options = options("mon-fri 09:00-19:00", "Asia/Seoul");
    options.cloud = Cloud { provider: Provider::Aws, regions: vec![REGION.to_owned(), "us-east-1".to_owned()], estate: None };
    let (_, text) = look(&snapshot, now, &options);
    let cloud = loaded(&text).cloud;
    assert_eq!((cloud.provider, cloud.regions.len()), (Some(Provider::Aws), 2));
    assert_eq!(cloud.accounts["default"].id.as_deref(), Some("123456789012"));
    assert_eq!(text, look(&snapshot, now, &options).1, "twice the same is the same");
}

/// What tags hold is not ours: it ends no comment, opens no key and selects nothing else.
#[test]
fn hostile_tags_stay_within_their_comment_and_their_select() {
    let values = [
        "a'b",
        "x: y",
        "# no",
        "line\nbreak: 1",
        "{a}",
        "*",
        "",
        "null",
        "yes",
        "on",
        "12",
        "1e3",
        "일본",
        "\\",
        "`tick",
        "tab\there",
        "- item",
        "&anchor",
        "!tag",
        "%",
        "@",
        "prod ",
        "\u{2028}x",
        "{fleet}",
        "a, b",
        "\"q\"",
        "~",
        "09:00",
        "office\u{0}x",
    ];
    let quoted = |value: &str| serde_json::to_string(value).expect("JSON");
    // Two machines each, so that the key is not taken for a name.
    let line = |(n, value): (usize, &&str)| {
        let key = quoted(&format!("k{}: '", n / 2));
        format!("  - {{image: ami-1, type: t3.small, launched: 2026-10-01T00:00:00Z, tags: {{{key}: {}}}}}\n", quoted(value))
    };
    let doubled: Vec<&str> = values.iter().flat_map(|value| [*value, *value]).collect();
    let (snapshot, now) = snapshot(&estate(&doubled.iter().enumerate().map(line).collect::<String>()));
    let (survey, text) = look(&snapshot, now, &options("mon-fri 09:00-19:00", "Asia/Seoul"));
    assert!(loaded(&text).schedules.is_empty());
    let fleet = loaded(&chosen(&text));
    let proposed: Vec<_> = survey.proposals.iter().filter(|proposal| !proposal.schedule.is_empty()).collect();
    assert!(proposed.len() >= values.len() - 2 && fleet.schedules.len() == proposed.len());
    for (schedule, proposal) in fleet.schedules.values().zip(proposed) {
        let select = schedule.select.as_ref().expect("a select");
        let fits = |at: &usize| select.matches(survey.machines[*at].service, &survey.machines[*at].tags, &survey.machines[*at].place);
        let selected: Vec<usize> = (0..survey.machines.len()).filter(fits).collect();
        assert_eq!(selected, proposal.effect.as_ref().expect("an effect").machines, "{}", proposal.name);
    }
}

/// Hours as the survey has them, against each minute asked on its own; clocks in New York went back within the two weeks.
#[test]
fn hours_outside_are_those_of_a_count_by_the_minute() {
    let machine = "  - {image: ami-1, type: t3.small, launched: 2026-10-28T05:40:00Z, cpu: {idle: 2, busy: 50, days: [2, 6], hours: [7, 23]}, tags: {env: dev}}\n";
    let (snapshot, now) = snapshot(&estate(machine));
    for run in
        ["mon-fri 09:00-19:00", "daily 22:30-06:15", "sat 10:20-13:05", "fri 20:00 - mon 08:00", "daily 00:00-24:00", "day 1-7 01:00-02:00"]
    {
        for zone in ["America/New_York", "Asia/Kolkata", "UTC"] {
            let options = options(run, zone);
            let (survey, _) = look(&snapshot, now, &options);
            let effect = survey.proposals[0].effect.as_ref().expect("an effect");
            let office = survey::reference(&options).expect("a window");
            let cpu = survey.machines[0].cpu.as_ref().expect("measured");
            let calendars = IndexMap::new();
            let ctx = Context { calendars: &calendars, overrides: &[] };
            let off = |hour: &muster_core::schedule::Stretch| {
                let minutes = (0..60).map(|n| hour.from + SignedDuration::from_mins(n));
                minutes.filter(|at| office.decide(*at, &ctx).state == WantedState::Stopped).count()
            };
            let minutes = |hours: &[muster_core::schedule::Stretch]| hours.iter().map(off).sum::<usize>();
            let a_week = |minutes: usize| f64::from(u32::try_from(minutes).expect("two weeks")) / 60.0 / f64::from(WEEKS);
            assert!((effect.hours.outside - a_week(minutes(&cpu.hours))).abs() < 1e-6, "{run} in {zone}");
            assert!((effect.hours.busy - a_week(minutes(&cpu.busy))).abs() < 1e-6, "{run} in {zone}");
            let amount = effect.amount.as_ref().expect("a price");
            assert!((amount.value - 0.026 * effect.hours.outside).abs() < 1e-9);
        }
    }
}
