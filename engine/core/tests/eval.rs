//! Lines of `muster schedule eval`.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

use muster_core::eval::Evaluator;
use serde_json::{Value, json};

fn answer(line: &str) -> Value {
    let mut out = Vec::new();
    Evaluator::new(None).answer(line.as_bytes(), &mut out);
    assert_eq!(out.pop(), Some(b'\n'));
    serde_json::from_slice(&out).unwrap()
}

fn ask(schedule: &Value, at: &str) -> Value {
    answer(&json!({"schedule": schedule, "at": at}).to_string())
}

fn error(line: &Value) -> String {
    let found = answer(&line.to_string());
    found["error"].as_str().unwrap_or_else(|| panic!("answered: {found}")).to_owned()
}

#[test]
fn state_rule_and_next_edge() {
    let office = json!({"timezone": "Asia/Seoul", "run": ["mon-fri 09:00-19:00"]});
    assert_eq!(
        ask(&office, "2026-11-23T10:00:00+09:00"),
        json!({"state": "running", "size": null, "rule": "run `mon-fri 09:00-19:00`", "next": {"at": "2026-11-23T10:00:00Z", "state": "stopped"}})
    );
    assert_eq!(
        ask(&office, "2026-11-21T10:00:00Z"),
        json!({"state": "stopped", "size": null, "rule": "otherwise stopped", "next": {"at": "2026-11-23T00:00:00Z", "state": "running"}})
    );
    let always = ask(&json!({"timezone": "UTC", "otherwise": "leave"}), "2026-11-21T10:00:00Z");
    assert_eq!((&always["state"], &always["next"]), (&json!("leave"), &Value::Null));
}

#[test]
fn the_size_is_the_first_type_the_others_are_fallbacks() {
    let farm = json!({"timezone": "Europe/London", "run": "sun 22:00 - fri 20:00",
        "sizes": [{"in": "mon-fri 08:00-18:00", "types": ["c7i.4xlarge", "c7a.4xlarge"]}, {"else": "c7i.large"}]});
    let by_day = ask(&farm, "2026-11-23T09:00:00Z");
    assert_eq!((&by_day["size"], &by_day["fallbacks"]), (&json!("c7i.4xlarge"), &json!(["c7a.4xlarge"])));
    assert_eq!(by_day["next"], json!({"at": "2026-11-27T20:00:00Z", "state": "stopped"}), "a change of size is no edge");
    assert_eq!(by_day["next-size"], json!({"at": "2026-11-23T18:00:00Z", "size": "c7i.large"}));
    let weekend = ask(&farm, "2026-11-21T09:00:00Z");
    assert_eq!((&weekend["state"], &weekend["size"], weekend.get("fallbacks")), (&json!("stopped"), &json!("c7i.large"), None));
}

#[test]
fn numbers_are_an_object() {
    let web = json!({"timezone": "UTC", "run": "mon-fri 06:00-20:00", "capacity": [{"in": "mon-fri 08:00-18:00", "min": 2, "desired": 4, "max": 8}, {"else": {"desired": 1}}]});
    assert_eq!(ask(&web, "2026-11-23T09:00:00Z")["size"], json!({"min": 2, "desired": 4, "max": 8}));
    assert_eq!(ask(&web, "2026-11-23T07:00:00Z")["size"], json!({"desired": 1}));
    let mut both = web;
    both["sizes"] = json!([{"else": "t3.large"}]);
    assert_eq!(ask(&both, "2026-11-23T07:00:00Z")["size"], json!({"type": "t3.large", "desired": 1}));
}

#[test]
fn two_sizes_at_once_are_an_error_when_they_meet_and_differ() {
    let sizes = |second: &str| {
        json!({"timezone": "UTC", "run": "daily 06:00-20:00",
            "sizes": [{"in": "daily 08:00-12:00", "types": ["t3.large"]}, {"in": "mon 11:00-13:00", "types": [second]}]})
    };
    assert_eq!(
        ask(&sizes("t3.small"), "2026-11-23T11:30:00Z"),
        json!({"error": "two sizes at once: `daily 08:00-12:00` and `mon 11:00-13:00` hold together and want different ones"})
    );
    assert_eq!(ask(&sizes("t3.small"), "2026-11-24T11:30:00Z")["size"], json!("t3.large"));
    assert_eq!(ask(&sizes("t3.large"), "2026-11-23T11:30:00Z")["size"], json!("t3.large"));
}

#[test]
fn calendars_and_overrides_come_with_the_line() {
    let line = |at: &str| {
        json!({
            "schedule": {"timezone": "Asia/Seoul", "run": ["daily 09:00-19:00", "workday#1 20:00-21:00"], "workdays": {"except": "kr"}, "except": [{"calendar": "kr", "state": "stopped"}]},
            "at": at,
            "calendars": {"kr": {"dates": ["2026-12-01..2026-12-02"]}},
            "overrides": [
                {"state": "stopped", "until": "2026-12-03T05:00:00Z"},
                {"state": "running", "from": "2026-12-01T01:00:00Z", "until": "2026-12-01T02:00:00Z", "reason": "release", "only": "ec2/i-1"}],
        })
    };
    let asked = |at: &str| answer(&line(at).to_string());
    assert_eq!(asked("2026-12-01T01:30:00Z")["rule"], json!("override, running until Tue 2026-12-01 11:00 KST (02:00 UTC): release"));
    assert_eq!(
        asked("2026-12-01T02:00:00Z")["rule"],
        json!("override, stopped until Thu 2026-12-03 14:00 KST (05:00 UTC): no reason given")
    );
    assert_eq!(asked("2026-12-03T05:00:00Z")["rule"], json!("run `daily 09:00-19:00`"));
    assert_eq!(asked("2026-12-03T11:30:00Z")["rule"], json!("run `workday#1 20:00-21:00`"), "the first workday after the holidays");
    let mut alone = line("2026-12-01T01:30:00Z");
    alone["overrides"] = Value::Null;
    assert_eq!(answer(&alone.to_string())["rule"], json!("except `kr`: stopped"));
}

#[test]
fn a_zone_comes_from_the_schedule_or_from_the_fleet() {
    let line = r#"{"schedule": {"run": "daily 09:00-10:00"}, "at": "2026-11-23T00:30:00Z"}"#;
    let found = answer(line)["error"].as_str().unwrap().to_owned();
    assert!(found.starts_with("`schedule` has no time zone"), "{found}");
    let mut out = Vec::new();
    Evaluator::new(Some("Asia/Seoul".to_owned())).answer(line.as_bytes(), &mut out);
    assert!(String::from_utf8(out).unwrap().contains(r#""state":"running""#));
}

#[test]
fn what_cannot_be_answered_says_why() {
    let at = "2026-11-23T00:30:00Z";
    let with = |schedule: Value| json!({"schedule": schedule, "at": at});
    for (line, wanted) in [
        (json!({"at": at}), "`schedule` is missing"),
        (json!({"schedule": {}}), "`at` is missing"),
        (
            json!({"schedule": {}, "at": at, "shedule": 1}),
            "unknown key `shedule`; did you mean `schedule`?; keys here: schedule, at, calendars, overrides",
        ),
        (
            json!({"schedule": {}, "at": "2026-11-23T00:30:00"}),
            "`at` wants an instant with its offset such as \"2026-10-02T20:00+09:00\", not \"2026-11-23T00:30:00\"",
        ),
        (json!({"schedule": {}, "at": 5}), "`at` wants an instant with its offset such as \"2026-10-02T20:00+09:00\", not 5"),
        (with(json!([])), "`schedule` wants a map, this is a list"),
        (
            with(json!({"timezone": "UTC"})),
            "`schedule` has no window; write `run: ['mon-fri 09:00-19:00']`, or `otherwise: running` for what never stops",
        ),
        (
            with(json!({"timezone": "UTC", "runs": "daily 09:00-10:00", "otherwise": "leave"})),
            "unknown key `runs` in `schedule`; did you mean `run`?",
        ),
        (with(json!({"timezone": "UTC", "run": "moonday 09:00-10:00"})), "`moonday` is not a day"),
        (
            with(json!({"timezone": "UTC", "run": "daily 09:00-10:00", "except": [{"calendar": "kr", "state": "stopped"}]})),
            "unknown calendar `kr`",
        ),
        (with(json!({"timezone": "Asia/Soul", "run": "daily 09:00-10:00"})), "did you mean `Asia/Seoul`?"),
        (with(json!({"timezone": "UTC", "run": "daily 09:00-10:00", "priority": "10"})), "take the quotes off"),
        (
            json!({"schedule": {}, "at": at, "calendars": {"kr": {"files": ["kr.ics"]}}}),
            "cannot read `kr.ics`: a line reads no files; write the days into `dates`",
        ),
        (json!({"schedule": {}, "at": at, "overrides": [{"state": "running"}]}), "`until` is missing in `overrides`"),
        (
            json!({"schedule": {}, "at": at, "overrides": [{"state": "running", "from": at, "until": at}]}),
            "this override ends before it begins",
        ),
    ] {
        let found = error(&line);
        assert!(found.contains(wanted), "{found}\nwanted {wanted}");
    }
    assert_eq!(answer("[]")["error"], json!("not a JSON object: `[` at column 1, where `{` should stand"));
    assert!(
        answer(r#"{"schedule":{"run":"a","run":"b"},"at":"2026-11-23T00:30:00Z"}"#)["error"]
            .as_str()
            .unwrap()
            .contains("`run` stands twice")
    );
}

/// Keys that ask for other things of a fleet are checked, and need none of them.
#[test]
fn every_key_of_a_schedule_is_known() {
    let all = json!({
        "timezone": "Asia/Seoul", "select": {"services": ["ec2"], "tags": {"env": ["dev"], "owner": "*"}, "in": ["main/ap-northeast-2"]},
        "run": ["mon-fri 09:00-19:00"], "stop": ["daily 23:00-24:00"], "leave": ["mon 00:00-02:00"], "otherwise": "leave", "workdays": {"days": "mon-sat"},
        "manual": "hold", "priority": 10, "hibernate": true, "limit": {"max-runtime": "14h"},
        "delivery": {"by": "both", "resolve": "ids", "horizon": "90d", "dead-letter": true}, "snooze": {"tag": "muster-hold-until", "max": "12h"},
        "notify": {"when": ["failure"], "to": [{"webhook": {"env": "SLACK"}, "format": "slack"}]},
        "rds": {"maintenance": "honour", "snapshot": {"before-stop": true, "keep": 3}, "auto-restart": "re-stop"}, "after": [{"schedule": "db", "ready": true}],
    });
    assert_eq!(ask(&all, "2026-11-23T01:00:00Z")["state"], json!("running"));
}

/// What is remembered is what would be answered anew.
#[test]
fn a_remembered_schedule_answers_as_a_new_one() {
    let mut evaluator = Evaluator::new(None);
    for hour in 0..200_i64 {
        let at = "2026-03-27T00:00:00Z".parse::<jiff::Timestamp>().unwrap() + jiff::SignedDuration::from_hours(hour);
        let zone = ["Europe/London", "America/New_York", "Mars/Base"][usize::try_from(hour).unwrap() % 3];
        let line = json!({"schedule": {"timezone": zone, "run": "mon-fri 09:00-19:00"}, "at": at}).to_string();
        let mut out = Vec::new();
        evaluator.answer(line.as_bytes(), &mut out);
        assert_eq!(serde_json::from_slice::<Value>(&out).unwrap(), answer(&line));
    }
}

/// In one pass and remembered, an answer is what the functions of a schedule say one by one.
#[test]
fn one_pass_finds_what_each_function_finds() {
    let schedules = [
        json!({"run": ["mon-fri 09:00-19:00", "sat 10:00-13:00 Europe/London"], "stop": "daily 12:00-12:30"}),
        json!({"run": "daily 00:00-24:00", "leave": "mon 03:00-04:00", "stop": ["last fri & jan-jun 20:00-22:00", "day L 01:15-01:45"]}),
        json!({"run": ["workday#-1 18:00 - +14h", "first sat after tue#2 02:00-08:00"], "otherwise": "leave", "except": [{"calendar": "kr", "state": "running"}]}),
        json!({"otherwise": "running", "run": ["2026-11-02..2026-11-04 09:00-10:00", "every 3 weeks from 2026-10-05 & tue 01:30-02:30"],
            "sizes": [{"in": "daily 01:30-09:00", "types": ["t3.large"]}, {"in": "sun 00:00-01:30", "types": ["t3.small"]}, {"in": "daily 20:00-21:00", "types": ["t3.nano", "t3.micro"]}]}),
        json!({"run": "fri 20:00 - mon 01:30", "capacity": [{"in": "sat 00:00-24:00", "min": 1, "desired": 2, "max": 3}, {"else": {"desired": 0}}]}),
        json!({"run": "2020-01-01 09:00-10:00"}),
    ];
    let calendars = json!({"kr": {"dates": ["2026-11-01", "2026-12-25..2026-12-27"]}});
    let overrides = json!([{"state": "stopped", "from": "2026-11-01T06:10:00Z", "until": "2026-11-01T06:20:00Z"}]);
    for (n, schedule) in schedules.into_iter().enumerate() {
        let mut schedule = schedule;
        schedule["timezone"] = ["America/New_York", "Asia/Seoul", "Australia/Lord_Howe"][n % 3].into();
        let mut evaluator = Evaluator::new(None);
        let mut minutes = 7_i64;
        for turn in 0..600 {
            // All over two years, and often around the clock change of 1 November 2026.
            minutes = (minutes * 48_271 + 11) % 2_147_483_647;
            let span = if turn % 2 == 0 { 2 * 366 * 24 * 60 } else { 4 * 24 * 60 };
            let base = if turn % 2 == 0 { "2026-01-01T00:00:00Z" } else { "2026-10-30T00:00:00Z" };
            let at = base.parse::<jiff::Timestamp>().unwrap() + jiff::SignedDuration::from_mins(minutes % span);
            let line = json!({"schedule": schedule, "at": at, "calendars": calendars, "overrides": overrides}).to_string();
            let mut out = Vec::new();
            evaluator.answer(line.as_bytes(), &mut out);
            let found: Value = serde_json::from_slice(&out).unwrap();
            assert_eq!(found, direct(&schedule, &calendars, &overrides, at), "{line}");
        }
    }
}

/// The answer by `decide`, `next_edge`, `size` and `next_size`.
fn direct(schedule: &Value, calendars: &Value, overrides: &Value, at: jiff::Timestamp) -> Value {
    use muster_core::fleet::line;
    use muster_core::schedule::{Context, Size};
    let node = |value: &Value| muster_core::yaml::from_json(&"line".into(), &value.to_string()).unwrap();
    let (calendars, overrides) = (line::calendars(&node(calendars)).unwrap(), line::overrides(&node(overrides)).unwrap());
    let schedule = line::schedule(&node(schedule), None, &calendars).unwrap();
    let ctx = Context { calendars: &calendars, overrides: &overrides };
    let size = |size: Size<'_>| match (size.types.first(), size.numbers) {
        (Some(first), _) => json!(first),
        (None, numbers) => json!(numbers),
    };
    let (decision, next) = (schedule.decide(at, &ctx), schedule.next_edge(at, &ctx));
    let wanted = match schedule.size(at, &ctx) {
        Ok(size) => size,
        Err(error) => return json!({"error": error.to_string()}),
    };
    let mut answer = json!({"state": decision.state, "size": size(wanted), "rule": decision.rule, "next": next.map(|edge| json!({"at": edge.at, "state": edge.state}))});
    if wanted.types.len() > 1 {
        answer["fallbacks"] = json!(wanted.types[1..]);
    }
    if let Some(at) = schedule.next_size(at, &ctx) {
        answer["next-size"] = json!({"at": at, "size": schedule.size(at, &ctx).map_or(Value::Null, size)});
    }
    answer
}
