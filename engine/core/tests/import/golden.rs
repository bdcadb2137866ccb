//! Documented examples, and every note there is.

use muster_core::import::{Source, import_all, yaml};
use serde_json::{Value, json};

use super::support::imported;

fn is(source: Source, line: &Value, wanted: &Value) {
    let found = imported(source, line);
    assert_eq!(found["schedule"], *wanted, "{line}\n{found}");
}

fn notes(source: Source, line: &Value) -> Vec<String> {
    let found = imported(source, line);
    assert!(found["error"].is_null(), "{found}");
    found["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap().to_owned()).collect()
}

fn error(source: Source, line: &Value) -> String {
    imported(source, line)["error"].as_str().unwrap_or_else(|| panic!("accepted: {line}")).to_owned()
}

#[test]
fn instance_scheduler_examples() {
    let source = Source::InstanceScheduler;
    let period = |period: Value| json!({"timezone": "UTC", "periods": [period]});
    is(
        source,
        &period(json!({"name": "office", "begintime": "09:00", "endtime": "17:00", "weekdays": "mon-fri"})),
        &json!({"timezone": "UTC", "run": ["mon-fri 09:00-17:00"]}),
    );
    is(
        source,
        &period(json!({"name": "first-monday", "begintime": "9:00", "endtime": "17:00", "weekdays": ["mon#1"]})),
        &json!({"timezone": "UTC", "run": ["mon#1 09:00-17:00"]}),
    );
    is(
        source,
        &period(json!({"name": "q", "weekdays": "sat-mon", "months": "jan/3", "monthdays": "L,1-7"})),
        &json!({"timezone": "UTC", "run": ["sat-mon & day 1-7,L & jan,apr,jul,oct 00:00-24:00"]}),
    );
    is(
        source,
        &period(json!({"begintime": "09:00", "weekdays": "mon-fri"})),
        &json!({"timezone": "UTC", "run": ["mon-fri 09:00-24:00"], "leave": ["mon-fri 00:00-09:00"]}),
    );
    is(source, &period(json!({"endtime": "17:00"})), &json!({"timezone": "UTC", "leave": ["daily 00:00-17:00"]}));
    is(source, &period(json!({"begintime": "09:00", "endtime": "09:00"})), &json!({"timezone": "UTC", "otherwise": "stopped"}));
    is(
        source,
        &json!({"Timezone": "Asia/Seoul", "Enforced": "True", "Hibernate": true, "UseMaintenanceWindow": false, "Periods": [{"Description": "d", "BeginTime": "09:00", "EndTime": "17:00", "WeekDays": "Mon-Fri"}]}),
        &json!({"timezone": "Asia/Seoul", "run": ["mon-fri 09:00-17:00"], "manual": "enforce", "hibernate": true, "rds": {"maintenance": "ignore"}}),
    );
}

/// 23:59 and 00:00 are one night, on the days on which both periods have it and on no other.
#[test]
fn instance_scheduler_nights() {
    let nights = |late: &str, early: &str| {
        json!({"timezone": "UTC", "periods": [
            {"name": "late", "begintime": "20:00", "endtime": "23:59", "weekdays": late},
            {"name": "early", "begintime": "00:00", "endtime": "06:00", "weekdays": early}]})
    };
    is(
        Source::InstanceScheduler,
        &nights("mon-fri", "tue-sat"),
        &json!({"timezone": "UTC", "run": ["mon-fri 20:00-24:00", "tue-sat 00:00-06:00"]}),
    );
    is(
        Source::InstanceScheduler,
        &nights("mon-fri", "mon-fri"),
        &json!({"timezone": "UTC", "run": ["mon-fri 20:00-23:59", "mon-fri 00:00-06:00", "mon-thu 23:59-24:00"]}),
    );
    is(
        Source::InstanceScheduler,
        &json!({"timezone": "UTC", "periods": [{"begintime": "20:00", "endtime": "23:59"}]}),
        &json!({"timezone": "UTC", "run": ["daily 20:00-23:59"]}),
    );
}

#[test]
fn instance_scheduler_sizes() {
    let line = json!({"timezone": "UTC", "periods": [
        {"name": "day@t3.large", "begintime": "06:00", "endtime": "18:00"},
        {"name": "noon", "begintime": "10:00", "endtime": "16:00", "weekdays": "mon-fri", "instance_type": "m7i.large"}]});
    is(
        Source::InstanceScheduler,
        &line,
        &json!({"timezone": "UTC", "run": ["daily 06:00-18:00", "mon-fri 10:00-16:00"], "sizes": [
            {"in": "daily 06:00-10:00", "types": ["t3.large"]}, {"in": "mon-fri 10:00-16:00", "types": ["m7i.large"]},
            {"in": "sat,sun 10:00-16:00", "types": ["t3.large"]}, {"in": "daily 16:00-18:00", "types": ["t3.large"]}]}),
    );
}

#[test]
fn instance_scheduler_overrides_and_flags() {
    let line = json!({"override_status": "Running", "retain_running": true, "stop_new_instances": false, "ssm_maintenance_window": "mw",
        "periods": [{"begintime": "09:00", "endtime": "17:00"}]});
    is(Source::InstanceScheduler, &line, &json!({"timezone": "UTC", "otherwise": "running"}));
    assert_eq!(
        notes(Source::InstanceScheduler, &line),
        [
            "timezone is not given; Instance Scheduler takes its stack's default, UTC is taken here",
            "override_status keeps it running always; its periods without it: run ['daily 09:00-17:00']",
            "retain_running does not carry over: what somebody started before a period is stopped at its end; `manual: hold` is the nearest, \
             it lets every start and stop by hand stand until it is undone by hand",
            "stop_new_instances: false does not carry over: what is new outside of the windows is stopped; `leave` windows spare it",
            "SSM maintenance windows do not carry over; write their times into `run`: `mw`",
        ]
    );
    let defects = json!({"timezone": "America/New_York", "periods": [
        {"name": "a", "begintime": "01:30", "endtime": "03:30", "monthdays": "31W,1/10", "instance_type": "t3.large"},
        {"name": "b", "begintime": "01:30", "endtime": "01:30", "instance_type": "t3.small"},
        {"name": "c", "begintime": "01:30", "endtime": "05:00", "instance_type": "t3.nano"}]});
    assert_eq!(
        notes(Source::InstanceScheduler, &defects),
        [
            "monthdays `1/10`: the step is 10 here; Instance Scheduler 3.2.8 never ends on it",
            "period `a`: `31W` is no day in a month without day 31; Instance Scheduler 3.2.8 fails there, and with it every other schedule",
            "period `b` begins when it ends and never runs",
            "periods `a` and `c` begin together with different types; the first one listed counts here, chance decides in Instance Scheduler",
            "in the hour that America/New_York has twice when clocks go back, Instance Scheduler judges the wall clock and may start or stop \
             twice; here a window is one run, from the first time of its begin to the last of its end",
        ]
    );
}

#[test]
fn instance_scheduler_refusals() {
    for (line, wanted) in [
        (json!({"periods": []}), "it has no periods; Instance Scheduler refuses such a schedule"),
        (json!({"periods": [{"name": "a"}]}), "period `a`: it needs one of begintime, endtime, weekdays, months and monthdays"),
        (
            json!({"periods": [{"name": "a", "begintime": "20:00", "endtime": "06:00"}]}),
            "period `a`: it ends before it begins; Instance Scheduler refuses that, a night is two periods to it",
        ),
        (json!({"periods": [{"begintime": "24:00"}]}), "period `period 1`: begintime `24:00` is not a time from 00:00 to 23:59"),
        (
            json!({"periods": [{"name": "a", "weekdays": "fri-L"}]}),
            "period `a`: weekdays `fri-l`: `L` does not stand there in a range of weekdays",
        ),
        (json!({"override_status": "paused", "periods": [{"weekdays": "mon"}]}), "override_status `paused` is neither running nor stopped"),
        (json!({"timezone": "Mars/Base", "periods": [{"weekdays": "mon"}]}), "`Mars/Base` is not a time zone"),
        (json!({"periods": [{"begin": "09:00"}]}), "unknown field `begin`"),
        (json!({"periods": [{"weekdays": "mon", "instance_type": "huge"}]}), "it cannot be said here: "),
        (json!([1]), "not understood: "),
    ] {
        let found = error(Source::InstanceScheduler, &line);
        assert!(found.contains(wanted), "{found}\nwanted {wanted}");
    }
}

#[test]
fn custodian_examples() {
    let source = Source::Custodian;
    let tag = |tag: &str| json!({"tag": tag, "options": {"default_tz": "utc"}});
    is(source, &tag("off=(M-F,19);on=(M-F,7)"), &json!({"timezone": "Etc/UTC", "run": ["mon-fri 07:00-19:00"]}));
    is(
        source,
        &tag("off=[(M-F,21),(U,18)];on=[(M-F,6),(U,10)];tz=pt"),
        &json!({"timezone": "America/Los_Angeles", "run": ["mon-fri 06:00-21:00", "sun 10:00-18:00"]}),
    );
    is(source, &tag("off=(m-f,6);on=(m-f,22)"), &json!({"timezone": "Etc/UTC", "run": ["mon-thu 22:00-06:00", "fri 22:00 - mon 06:00"]}));
    is(source, &tag("off"), &json!({"timezone": "Etc/UTC", "otherwise": "leave"}));
    let option = |options: Value| json!({"tag": "on", "options": options});
    is(
        source,
        &option(json!({"default_tz": "utc", "weekends-only": true})),
        &json!({"timezone": "Etc/UTC", "run": ["mon 07:00 - fri 19:00"]}),
    );
    is(
        source,
        &option(json!({"default_tz": "utc", "weekends": false, "onhour": 8})),
        &json!({"timezone": "Etc/UTC", "run": ["daily 08:00-19:00"]}),
    );
    is(source, &json!({"options": {"default_tz": "utc"}}), &json!({"timezone": "Etc/UTC", "otherwise": "leave"}));
    is(
        source,
        &json!({"options": {"default_tz": "utc", "opt-out": true}}),
        &json!({"timezone": "Etc/UTC", "run": ["mon-fri 07:00-19:00"]}),
    );
    is(
        source,
        &json!({"options": {"default_tz": "utc", "fallback-schedule": "off=(m-f,18);on=(m-f,8);tz=jst"}}),
        &json!({"timezone": "Asia/Tokyo", "run": ["mon-fri 08:00-18:00"]}),
    );
    is(
        source,
        &option(json!({"default_tz": "utc", "skip-days": ["2026-12-25", "2027-01-04"], "weekends-only": true})),
        &json!({"timezone": "Etc/UTC", "run": ["mon 07:00 - fri 19:00", "2026-12-25 19:00 - +60h"], "stop": ["2027-01-04 07:00 - +108h"]}),
    );
}

#[test]
fn custodian_refusals_and_notes() {
    for tag in ["off=(m, 7)", "off=(m-f,24)", "down=(m-f,7)"] {
        let found = error(Source::Custodian, &json!({"tag": tag}));
        assert!(found.starts_with(&format!("`{tag}`")) && found.contains("never acts on it"), "{found}");
    }
    assert!(error(Source::Custodian, &json!({"tag": "tz=mars"})).starts_with("`mars` is not a time zone; "));
    let found = notes(Source::Custodian, &json!({"tag": "off=(m-f,1)", "options": {"onhour": 2, "skip-days": ["2026-12-25T00:00"]}}));
    for wanted in
        ["default_tz is not given", "gives no `on`", "`2026-12-25T00:00` is no date", "clocks skip", "comes twice", "a run that is missed"]
    {
        assert!(found.iter().any(|note| note.contains(wanted)), "{wanted}: {found:?}");
    }
}

#[test]
fn kube_downscaler_examples() {
    let source = Source::KubeDownscaler;
    let spec = |spec: &str| json!({"spec": spec});
    let enforced = |mut schedule: Value| {
        schedule["manual"] = "enforce".into();
        schedule
    };
    is(source, &spec("Mon-Fri 07:30-20:30 Europe/Berlin"), &enforced(json!({"timezone": "Europe/Berlin", "run": ["mon-fri 07:30-20:30"]})));
    is(
        source,
        &spec("Mon-Sun 09:00-24:00 Asia/Seoul, Sat-Sun 10:00-12:00 UTC"),
        &enforced(json!({"timezone": "Asia/Seoul", "run": ["daily 09:00-24:00", "sat,sun 10:00-12:00 UTC"]})),
    );
    is(
        source,
        &spec("Mon-Fri 22:00-06:00 UTC"),
        &enforced(json!({"timezone": "UTC", "run": ["mon-fri 00:00-06:00", "mon-fri 22:00-24:00"]})),
    );
    is(
        source,
        &spec("2019-01-01T00:00:00+00:00-2019-01-02T12:34:56+00:00"),
        &enforced(json!({"timezone": "UTC", "run": ["2019-01-01 00:00 - +2195m"]})),
    );
    is(
        source,
        &spec("2019-01-01T06:00:00Z - 2019-06-01T18:00:00Z"),
        &enforced(
            json!({"timezone": "UTC", "run": ["2019-01-01 06:00-24:00", "2019-06-01 00:00-18:00", "2019-01-02..2019-05-31 00:00-24:00"]}),
        ),
    );
    is(source, &spec("always"), &enforced(json!({"timezone": "UTC", "otherwise": "running"})));
    is(source, &spec("never"), &enforced(json!({"timezone": "UTC", "otherwise": "stopped"})));
    is(
        source,
        &json!({"downscaler/downtime": "Sat-Sun 00:00-24:00 UTC", "downscaler/uptime": "Always"}),
        &enforced(json!({"timezone": "UTC", "stop": ["sat,sun 00:00-24:00"], "otherwise": "running"})),
    );
    is(
        source,
        &json!({"spec": "07:00-19:00", "default_timezone": "Asia/Tokyo", "default_weekframe": "Mon-Fri"}),
        &enforced(json!({"timezone": "Asia/Tokyo", "run": ["mon-fri 07:00-19:00"]})),
    );
    is(source, &spec("from 2026-03-02T00:00:00Z"), &enforced(json!({"timezone": "UTC", "run": ["2026-03-02..9999-12-30 00:00-24:00"]})));
    for (text, wanted) in [
        ("Mon-Fri 07:30-20:30", "no default_timezone"),
        ("07:30-20:30 UTC", "no default_weekframe"),
        ("Mon-Fri 7:30-20:30 UTC", "`7:30` is not a time"),
        ("Mon-Fri 07:30-25:00 UTC", "`25:00` is not a time"),
        ("Moo-Fri 07:30-20:30 UTC", "`Moo-Fri` are no weekdays"),
        ("Mon-Fri 07:30-20:30 Nowhere", "`Nowhere` is not a time zone"),
        ("", "no default_weekframe"),
    ] {
        let found = error(source, &spec(text));
        assert!(found.contains(wanted), "{text}: {found}");
    }
}

fn entry(name: &str, expression: &str, call: &str, input: &Value) -> Value {
    json!({
        "Name": name, "ScheduleExpression": expression, "ScheduleExpressionTimezone": "Asia/Seoul", "State": "ENABLED",
        "Target": {"Arn": format!("arn:aws:scheduler:::aws-sdk:{call}"), "Input": input.to_string()},
    })
}

#[test]
fn eventbridge_examples() {
    let source = Source::Eventbridge;
    let ids = json!({"InstanceIds": ["i-0a", "i-0b"]});
    let pair = |on: &str, off: &str| json!({"schedules": [entry("up", on, "ec2:startInstances", &ids), entry("down", off, "ec2:stopInstances", &ids)]});
    for (on, off, wanted) in [
        ("cron(0 9 ? * MON-FRI *)", "cron(0 18 ? * MON-FRI *)", json!(["mon-fri 09:00-18:00"])),
        ("cron(0 20 ? * MON-FRI *)", "cron(30 6 ? * * *)", json!(["mon-fri 20:00-06:30"])),
        ("cron(0 8 ? * MON *)", "cron(0 18 ? * FRI *)", json!(["mon 08:00 - fri 18:00"])),
        ("cron(0 9 ? * 3#2 *)", "cron(0 18 * * ? *)", json!(["tue#2 09:00-18:00"])),
        ("cron(0 9 1 * ? *)", "cron(0 18 3 * ? *)", json!(["day 1 09:00 - +3420m"])),
        ("cron(0 9 ? * MON 2026)", "cron(0 18 ? * MON *)", json!(["mon & 2026-01-01..2026-12-31 09:00-18:00"])),
        ("at(2026-12-01T09:00:00)", "at(2026-12-24T18:00:00)", json!(["2026-12-01 09:00 - +33660m"])),
    ] {
        is(source, &pair(on, off), &json!({"timezone": "Asia/Seoul", "run": wanted}));
    }
    is(
        source,
        &entry("down", "cron(0 19 ? * MON-FRI *)", "ec2:stopInstances", &ids),
        &json!({"timezone": "Asia/Seoul", "stop": ["mon-fri 19:00-20:00"], "otherwise": "leave"}),
    );
    let rule = json!({"Name": "r", "ScheduleExpression": "cron(0 22 ? * MON-FRI *)", "State": "ENABLED", "Targets": [
        {"Id": "1", "Arn": "arn:aws:ssm:eu-west-1:123456789012:automation-definition/AWS-StartRdsInstance:$DEFAULT", "Input": {"InstanceId": ["db-1"]}}]});
    is(source, &rule, &json!({"timezone": "UTC", "run": ["mon-fri 22:00-23:00"], "otherwise": "leave"}));
    let tagged =
        |name: &str| json!({"DocumentName": name, "TargetParameterName": "InstanceId", "Targets": [{"Key": "tag:env", "Values": ["dev"]}]});
    let by_tag = json!({"schedules": [
        entry("up", "cron(0 9 * * ? *)", "ssm:startAutomationExecution", &tagged("AWS-StartEC2Instance")),
        entry("down", "cron(0 18 * * ? *)", "ssm:startAutomationExecution", &tagged("AWS-StopEC2Instance"))]});
    is(
        source,
        &by_tag,
        &json!({"timezone": "Asia/Seoul", "select": {"services": ["ec2"], "tags": {"env": ["dev"]}}, "run": ["daily 09:00-18:00"]}),
    );
    let service = |count: u8| json!({"Cluster": "c", "Service": "arn:aws:ecs:eu-west-1:123456789012:service/c/web", "DesiredCount": count});
    let counts = json!({"schedules": [entry("up", "cron(0 9 * * ? *)", "ecs:updateService", &service(3)), entry("down", "cron(0 18 * * ? *)", "ecs:updateService", &service(0))]});
    is(source, &counts, &json!({"timezone": "Asia/Seoul", "run": ["daily 09:00-18:00"], "capacity": [{"else": {"desired": 3}}]}));
}

#[test]
fn eventbridge_refusals_and_notes() {
    let source = Source::Eventbridge;
    let ids = json!({"InstanceIds": ["i-0a"]});
    for (line, wanted) in [
        (entry("x", "rate(5 minutes)", "ec2:startInstances", &ids), "`x`: `rate` has no time of day"),
        (entry("x", "cron(0/5 * * * ? *)", "ec2:startInstances", &ids), "`x`: it happens 288 times a day"),
        (entry("x", "cron(0 9 * * ? *)", "ec2:terminateInstances", &ids), "`x`: `ec2:terminateInstances` neither starts nor stops"),
        (entry("x", "cron(0 9 * * ? *)", "ec2:startInstances", &json!({})), "`x`: its input names no ec2"),
        (entry("x", "cron(0 9 * * * *)", "ec2:startInstances", &ids), "`x`: "),
        (json!({"Name": "x"}), "not understood"),
    ] {
        let found = error(source, &line);
        assert!(found.starts_with(wanted), "{found}");
    }
    let mut bounded = entry("up", "cron(0 9 ? * MON-FRI *)", "ec2:startInstances", &ids);
    bounded["StartDate"] = "2026-03-02T10:00:00+09:00".into();
    bounded["EndDate"] = "2026-12-18T09:00:00+09:00".into();
    bounded["FlexibleTimeWindow"] = json!({"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15});
    let mut disabled = entry("off-too", "cron(0 3 ? * * *)", "ec2:stopInstances", &ids);
    disabled["State"] = "DISABLED".into();
    let line = json!({"schedules": [bounded, entry("down", "cron(0 18 ? * * *)", "ec2:stopInstances", &ids), disabled]});
    is(source, &line, &json!({"timezone": "Asia/Seoul", "run": ["mon-fri & 2026-03-03..2026-12-17 09:00-18:00"]}));
    let found = notes(source, &line);
    for wanted in ["up to 15 minutes late", "`off-too` is disabled", "tag ec2 i-0a and write `select`", "start and end dates"] {
        assert!(found.iter().any(|note| note.contains(wanted)), "{wanted}: {found:?}");
    }
    let two = json!({"schedules": [entry("a", "cron(0 9 * * ? *)", "ec2:startInstances", &ids), entry("b", "cron(0 9 * * ? *)", "rds:startDBInstance", &json!({"DbInstanceIdentifier": "db"}))]});
    assert_eq!(imported(source, &two)["schedules"].as_array().unwrap().len(), 2);
}

#[test]
fn as_a_piece_of_fleet_yaml() {
    let pages = [
        json!({"name": "office hours", "timezone": "Europe/London", "retain_running": true, "periods": [{"begintime": "09:00", "endtime": "17:00", "weekdays": "mon-fri", "instance_type": "t3.large"}]}),
        json!({"name": "office hours", "timezone": "UTC", "override_status": "stopped", "periods": []}),
    ];
    let all: Vec<_> = pages.iter().flat_map(|page| import_all(Source::InstanceScheduler, &page.to_string()).unwrap()).collect();
    let text = yaml(&all);
    assert_eq!(
        text,
        "schedules:\n  \
           # retain_running does not carry over: what somebody started before a period is stopped at its end; `manual: hold` is\n  \
           # the nearest, it lets every start and stop by hand stand until it is undone by hand\n  \
           office-hours:\n    \
             timezone: Europe/London\n    \
             run: ['mon-fri 09:00-17:00']\n    \
             sizes: [{in: 'mon-fri 09:00-17:00', types: [t3.large]}]\n  \
           # override_status keeps it stopped always\n  \
           office-hours-2:\n    \
             timezone: UTC\n    \
             otherwise: stopped\n"
    );
    struct NoFiles;
    impl muster_core::fleet::FileSource for NoFiles {
        fn read(&self, _: &str) -> Result<Vec<u8>, String> {
            Err("no file".to_owned())
        }
    }
    let loaded = muster_core::fleet::load(
        "fleet.yaml",
        text.as_bytes(),
        &NoFiles,
        &muster_core::fleet::LoadOptions { sandbox: true, ..Default::default() },
    );
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
}
