//! Before and after, and what is refused.

use super::*;

fn file() -> Arc<str> {
    Arc::from("fleet.yaml")
}

fn windows(texts: &[&str]) -> NewValue {
    NewValue::List(texts.iter().map(|text| NewScalar::quoted(*text)).collect())
}

fn word(text: &str) -> NewValue {
    NewValue::One(NewScalar::plain(text))
}

/// Sets a key of the schedule `office`.
fn office(before: &str, key: &str, value: &NewValue) -> String {
    let path: Vec<&str> = ["schedules", "office"].into_iter().chain(key.split('.')).collect();
    let after = set(&file(), before, &path, value).unwrap_or_else(|problem| panic!("{problem:?}\n{before}"));
    let (tree, problems) = crate::yaml::parse(&file(), &after);
    assert!(problems.is_empty(), "{problems:?}\n{after}");
    let pointer: String = path.iter().map(|step| format!("/{step}")).collect();
    let read = tree.expect("a tree").to_json().pointer(&pointer).cloned().expect("the value");
    let texts: Vec<serde_json::Value> = match &read {
        serde_json::Value::Array(items) => items.clone(),
        one => vec![one.clone()],
    };
    let wanted: Vec<&str> = match value {
        NewValue::One(scalar) => vec![&scalar.text],
        NewValue::List(items) => items.iter().map(|item| item.text.as_str()).collect(),
    };
    let texts: Vec<String> = texts.iter().map(|text| text.as_str().map_or_else(|| text.to_string(), str::to_owned)).collect();
    assert_eq!(texts, wanted, "{after}");
    after
}

#[test]
fn a_flow_list_changes_item_by_item() {
    let before = "schedules:\n  office: {run: ['a', 'b',\n    'c'], manual: hold}  # ours\n";
    for (new, after) in [
        (&["a", "x", "c"][..], "schedules:\n  office: {run: ['a', 'x',\n    'c'], manual: hold}  # ours\n"),
        (&["a", "b", "c", "d"], "schedules:\n  office: {run: ['a', 'b',\n    'c', 'd'], manual: hold}  # ours\n"),
        (&["z", "a", "b", "c"], "schedules:\n  office: {run: ['z', 'a', 'b',\n    'c'], manual: hold}  # ours\n"),
        (&["a", "c"], "schedules:\n  office: {run: ['a', 'c'], manual: hold}  # ours\n"),
        (&["a"], "schedules:\n  office: {run: ['a'], manual: hold}  # ours\n"),
        (&["c"], "schedules:\n  office: {run: ['c'], manual: hold}  # ours\n"),
        (&["x"], "schedules:\n  office: {run: ['x'], manual: hold}  # ours\n"),
    ] {
        assert_eq!(office(before, "run", &windows(new)), after, "{new:?}");
    }
}

#[test]
fn a_block_list_changes_line_by_line_and_keeps_its_comments() {
    let before = "schedules:\n  office:\n    run:\n      - a   # first\n      # between\n      - 'b'  # second\n    manual: hold\n";
    for (new, after) in [
        (
            &["a", "x"][..],
            "schedules:\n  office:\n    run:\n      - a   # first\n      # between\n      - 'x'  # second\n    manual: hold\n",
        ),
        (
            &["a", "b", "c"],
            "schedules:\n  office:\n    run:\n      - a   # first\n      # between\n      - 'b'  # second\n      - 'c'\n    manual: hold\n",
        ),
        (
            &["z", "a", "b"],
            "schedules:\n  office:\n    run:\n      - 'z'\n      - a   # first\n      # between\n      - 'b'  # second\n    manual: hold\n",
        ),
        (&["b"], "schedules:\n  office:\n    run:\n      # between\n      - 'b'  # second\n    manual: hold\n"),
        (&["a"], "schedules:\n  office:\n    run:\n      - a   # first\n      # between\n    manual: hold\n"),
    ] {
        assert_eq!(office(before, "run", &windows(new)), after, "{new:?}");
    }
}

#[test]
fn a_scalar_stays_one_where_it_can() {
    let before = "schedules:\r\n  office:\r\n    run: 'a'  # x\r\n    timezone: Asia/Seoul\r\n";
    assert_eq!(office(before, "run", &windows(&["b"])), before.replace("'a'", "'b'"));
    assert_eq!(office(before, "run", &windows(&["b", "c"])), before.replace("'a'", "['b', 'c']"));
    assert_eq!(office(before, "timezone", &word("UTC")), before.replace("Asia/Seoul", "UTC"));
    assert_eq!(office(before, "manual", &word("hold")), before.replace("Seoul\r\n", "Seoul\r\n    manual: hold\r\n"));
}

#[test]
fn a_missing_key_goes_behind_the_last() {
    for (before, after) in [
        ("schedules:\n  office: {run: ['a']}\n  b: {}\n", "schedules:\n  office: {run: ['a'], priority: 5}\n  b: {}\n"),
        ("schedules: {office: {run: ['a'],}}", "schedules: {office: {run: ['a'], priority: 5,}}"),
        ("schedules: {office: {}}", "schedules: {office: {priority: 5}}"),
        ("schedules:\n  office:\n  b: {}\n", "schedules:\n  office: {priority: 5}\n  b: {}\n"),
        (
            "schedules:\n  office:\n    run: a # x\n\n  # b\n  b: {}\n",
            "schedules:\n  office:\n    run: a # x\n    priority: 5\n\n  # b\n  b: {}\n",
        ),
        ("schedules:\n  office:\n    run: a", "schedules:\n  office:\n    run: a\n    priority: 5"),
        (
            "schedules:\n  office:\n    run:\n    - a\n    - b # x\nusers: {}\n",
            "schedules:\n  office:\n    run:\n    - a\n    - b # x\n    priority: 5\nusers: {}\n",
        ),
        (
            "schedules:\n  office:\n    select:\n      tags: {김: '#'}\n",
            "schedules:\n  office:\n    select:\n      tags: {김: '#'}\n    priority: 5\n",
        ),
    ] {
        assert_eq!(office(before, "priority", &word("5")), after);
    }
}

#[test]
fn a_nested_key_is_set_or_made() {
    let word = word("14h");
    assert_eq!(
        office("schedules: {office: {limit: {max-runtime: 2h}}}", "limit.max-runtime", &word),
        "schedules: {office: {limit: {max-runtime: 14h}}}"
    );
    assert_eq!(
        office("schedules:\n  office:\n    run: a\n", "limit.max-runtime", &word),
        "schedules:\n  office:\n    run: a\n    limit: {max-runtime: 14h}\n"
    );
}

#[test]
fn quotes_are_doubled_and_what_is_equal_is_not_touched() {
    assert_eq!(office("schedules: {office: {run: a}}", "run", &windows(&["it's"])), "schedules: {office: {run: 'it''s'}}");
    let before = "schedules: {office: {run: [a, \"b\"], manual: \"hold\"}}";
    assert_eq!(office(before, "run", &windows(&["a", "b"])), before);
    assert_eq!(office(before, "manual", &word("hold")), before);
}

#[test]
fn what_would_touch_something_else_is_refused_with_its_line() {
    for (before, key, why) in [
        (
            "schedules:\n  office: &o {run: a}\n  b: *o\n",
            "run",
            "2: this cannot be edited in place: it carries an anchor, and what repeats it would change with it",
        ),
        ("schedules:\n  b: &o {run: a}\n  office: *o\n", "run", "3: this cannot be edited in place: it repeats another place by an alias"),
        (
            "schedules:\n  office: {run: &r [a], stop: *r}\n",
            "run",
            "2: this cannot be edited in place: it carries an anchor, and what repeats it would change with it",
        ),
        ("schedules:\n  office:\n    manual: |\n      hold\n", "manual", "3: this cannot be edited in place: it is text of several lines"),
        (
            "schedules:\n  office: {run: [a, # first\n    b]}\n",
            "run",
            "2: this cannot be edited in place: a comment stands inside of what would be written anew",
        ),
        (
            "schedules:\n  office: {run: {x: 1, # x\n    y: 2}}\n",
            "run",
            "2: this cannot be edited in place: a comment stands inside of what would be written anew",
        ),
        ("schedules:\n  office:\n    run:\n      x: 1\n", "run", "4: this cannot be edited in place: it is written over several lines"),
        ("schedules:\n  office: 5\n", "run", "2: this cannot be edited in place: it is no map"),
    ] {
        let problem = set(&file(), before, &["schedules", "office", key], &windows(&["c"])).expect_err(before);
        let line = problem.span.as_ref().map_or(0, |span| span.line);
        assert_eq!(format!("{line}: {}", problem.message), why, "{before}");
        assert!(problem.help[0].starts_with(&format!("edit line {line} by hand")), "{problem:?}");
    }
}

#[test]
fn an_entry_is_taken_away_with_its_comma_or_its_lines() {
    let without = |before: &str| remove(&file(), before, &["schedules", "office", "stop"]);
    for (before, after) in [
        ("schedules: {office: {run: a, stop: [b, c], leave: d}}", "schedules: {office: {run: a, leave: d}}"),
        ("schedules: {office: {stop: b, run: a}}", "schedules: {office: {run: a}}"),
        ("schedules: {office: {run: a, stop: b}}", "schedules: {office: {run: a}}"),
        (
            "schedules:\n  office:\n    run: a\n    stop:\n      - b\n      - c # x\n    leave: d\n",
            "schedules:\n  office:\n    run: a\n    leave: d\n",
        ),
        ("schedules:\n  office:\n    run: a\n    stop: b", "schedules:\n  office:\n    run: a\n"),
        ("schedules:\n  office:\n    stop:\n    run: a\n", "schedules:\n  office:\n    run: a\n"),
        ("schedules: {office: {run: a}}", "schedules: {office: {run: a}}"),
    ] {
        assert_eq!(without(before).as_deref(), Ok(after), "{before}");
    }
    let problem = without("schedules: {office: {stop: a}}").expect_err("the only key");
    assert_eq!(problem.message, "this cannot be edited in place: it is the only key of its entry");
    assert!(without("schedules:\n  office:\n    run: a\n    stop:\n      - b\n      # a thought\n      - c\n").is_err());
}
