//! Users of fleet.yaml.

use crate::network;
use crate::production::{self, PRODUCTION};
use muster_rule::fleet::User;
use muster_rule::prelude::*;

const USER: &[Need] = &[Need { kind: "fleet.user", facets: &[] }];
const TAGGED: &[Need] = &[Need { kind: "fleet.user", facets: &["tags"] }];

pub const SCHEDULE: Rule = Rule {
    id: "user-schedule",
    title: "User has no schedule",
    category: Category::Cost,
    severity: Severity::Medium,
    needs: USER,
    risk: "An instance without a schedule runs nights and weekends, two thirds of the week in which nobody works with it.",
    remediation: Remediation { text: "Name one, in the user's entry or in `users.defaults`: `schedule: office`.", command: "" },
    help: "A user who names no schedule passes when a schedule selects the tags of their instance.",
    check: Check::each(|_, doc| {
        let selected = User(doc.body).selected_by().next().is_some();
        if selected || User(doc.body).schedule().is_some() {
            return pass();
        }
        fail("no schedule").with("Schedule", User(doc.body).schedule()).with("InstanceType", User(doc.body).instance_type())
    }),
    ..Rule::EMPTY
};

pub const SSH_OPEN: Rule = Rule {
    id: "user-ssh-open",
    title: "SSH of a user is open to the world",
    category: Category::Security,
    severity: Severity::High,
    needs: USER,
    params: &[network::PREFIX, network::PREFIX_V6],
    risk: "Everybody can try keys and flaws of sshd against the instance, and bots do so within minutes.",
    remediation: Remediation {
        text: "Write the networks people come from, in the user's entry or in `users.defaults`: `ssh-from: [203.0.113.0/24]`.",
        command: "",
    },
    controls: &["CIS 6.3", "FSBP EC2.13"],
    check: Check::each(|ask, doc| {
        let open = network::open(ask, User(doc.body).ssh_from());
        match open.first() {
            None => pass(),
            Some(first) => fail(format!("ssh-from has {first}")).with("SshFrom", open),
        }
    }),
    ..Rule::EMPTY
};

pub const UNTIL: Rule = Rule {
    id: "user-until",
    title: "User has no last day, or one far away",
    category: Category::Operations,
    severity: Severity::Low,
    needs: USER,
    params: &[Param::integer("within", 365, "Most days from now to the last day").min(1)],
    risk: "Instances of people who left go on costing money and holding keys, since nobody thinks of taking them out.",
    remediation: Remediation {
        text: "Write a last day in the user's entry, `until: 2026-12-20`, and move it when the person stays.",
        command: "",
    },
    check: Check::each(|ask, doc| {
        let Some(ends) = User(doc.body).ends_at() else { return fail("no last day").with("Until", User(doc.body).until()) };
        let (left, within) = (ends.days_since(ask.now), ask.params.integer("within"));
        if left <= within {
            return pass();
        }
        fail(format!("last day in {left} days, at most {within} wanted")).with("Until", User(doc.body).until())
    }),
    ..Rule::EMPTY
};

pub const ENDED: Rule = Rule {
    id: "user-ended",
    title: "User is past their last day",
    category: Category::Operations,
    severity: Severity::Low,
    needs: USER,
    risk: "The entry no longer keeps an instance: whoever reads the file believes in one that is retired.",
    remediation: Remediation { text: "Take the user's entry out, or move its `until` when the person stays.", command: "" },
    check: Check::each(|ask, doc| {
        let Some(ends) = User(doc.body).ends_at() else { return skip() };
        if ask.now < ends {
            return pass();
        }
        fail(format!("last day was {}", User(doc.body).until().unwrap_or_default())).with("Until", User(doc.body).until())
    }),
    ..Rule::EMPTY
};

pub const IDLE_STOP: Rule = Rule {
    id: "user-idle-stop",
    title: "Idle instance of a user is not stopped",
    category: Category::Cost,
    severity: Severity::Low,
    needs: USER,
    risk: "A machine that somebody forgot within the hours of its schedule is paid for until they end.",
    remediation: Remediation {
        text: "Write `idle-stop: {cpu-below: 5, periods: 6, period: 5m}` in the user's entry or in `users.defaults`.",
        command: "",
    },
    check: Check::each(|_, doc| match User(doc.body).idle_stop() {
        Some(true) => pass(),
        said => fail("no idle-stop").with("IdleStop", said),
    }),
    ..Rule::EMPTY
};

pub const IMDS: Rule = Rule {
    id: "user-imds",
    title: "User does not require IMDSv2",
    category: Category::Security,
    severity: Severity::High,
    needs: USER,
    risk: "A request forged through a program on the instance reads the credentials of its role.",
    remediation: Remediation {
        text: "Write `imds: required` in the user's entry or in `users.defaults`, or take `imds` out: it is the default.",
        command: "",
    },
    controls: &["CIS 6.7", "FSBP EC2.8"],
    check: Check::each(|_, doc| match User(doc.body).imds_required() {
        Some(true) => pass(),
        said => fail("imds is optional").with("ImdsRequired", said),
    }),
    ..Rule::EMPTY
};

pub const DISK_ENCRYPTION: Rule = Rule {
    id: "user-disk-encryption",
    title: "Disk of a user is not encrypted",
    category: Category::Security,
    severity: Severity::High,
    needs: USER,
    risk: "Whoever gets at the disk or one of its snapshots reads everything on it.",
    remediation: Remediation {
        text: "Write `disk: {encrypted: true}` in the user's entry or in `users.defaults`; a disk that exists is replaced with its instance.",
        command: "",
    },
    controls: &["CIS 6.1.1", "FSBP EC2.3"],
    check: Check::each(|_, doc| match User(doc.body).disk_encrypted() {
        Some(true) => pass(),
        said => fail("not encrypted").with("DiskEncrypted", said).with("DiskSize", User(doc.body).disk_size()),
    }),
    ..Rule::EMPTY
};

pub const PROTECT: Rule = Rule {
    id: "user-protect",
    title: "Production user is not protected",
    category: Category::Reliability,
    severity: Severity::Medium,
    needs: TAGGED,
    params: &[PRODUCTION],
    risk: "A line deleted by mistake retires the instance at the next apply.",
    remediation: Remediation { text: "Write `protect: true` in the user's entry.", command: "" },
    check: Check::each(|ask, doc| {
        let Some(mark) = production::mark(ask, &doc) else { return skip() };
        match User(doc.body).protect() {
            Some(true) => pass(),
            said => fail(format!("production by {mark}, and not protected")).with("Protect", said),
        }
    }),
    ..Rule::EMPTY
};

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn said(rule: &'static Rule, body: &str) -> String {
        Case::of(rule).given("//fleet.user/alice", body).run().of("//fleet.user/alice").to_string()
    }

    #[test]
    fn a_schedule_is_named_or_selects() {
        assert_eq!(said(&SCHEDULE, r#"{"Schedule": "office", "SelectedBy": []}"#), "pass");
        assert_eq!(said(&SCHEDULE, r#"{"SelectedBy": ["lab"]}"#), "pass");
        let none = said(&SCHEDULE, r#"{"SelectedBy": [], "InstanceType": "t3.small"}"#);
        assert_eq!(none, r#"fail: no schedule {"InstanceType":"t3.small","Schedule":null}"#);
    }

    #[test]
    fn ssh_is_open_from_a_prefix_on() {
        assert_eq!(said(&SSH_OPEN, r#"{"SshFrom": ["203.0.113.0/24", "10.0.0.0/8", "2001:db8::/32"]}"#), "pass");
        assert_eq!(said(&SSH_OPEN, r#"{"SshFrom": []}"#), "pass");
        let all = said(&SSH_OPEN, r#"{"SshFrom": ["0.0.0.0/0", "203.0.113.0/24"]}"#);
        assert_eq!(all, r#"fail: ssh-from has 0.0.0.0/0 {"SshFrom":["0.0.0.0/0"]}"#);
        let halves = said(&SSH_OPEN, r#"{"SshFrom": ["0.0.0.0/1", "128.0.0.0/1"]}"#);
        assert!(halves.starts_with("fail: ssh-from has 0.0.0.0/1"), "{halves}");
        assert!(said(&SSH_OPEN, r#"{"SshFrom": ["8.0.0.0/7"]}"#).starts_with("fail"));
        assert!(said(&SSH_OPEN, r#"{"SshFrom": ["::/0"]}"#).starts_with("fail"));
    }

    #[test]
    fn a_last_day_is_near_far_or_missing() {
        let of = |ends: &str| said(&UNTIL, &format!(r#"{{"Until": "x", "EndsAt": "{ends}"}}"#));
        assert_eq!(of("2027-11-21T09:00:00Z"), "pass");
        assert_eq!(of("2027-11-22T09:00:00Z"), r#"fail: last day in 366 days, at most 365 wanted {"Until":"x"}"#);
        assert_eq!(said(&UNTIL, "{}"), r#"fail: no last day {"Until":null}"#);
    }

    #[test]
    fn an_entry_ends_with_its_last_day() {
        let of = |ends: &str| said(&ENDED, &format!(r#"{{"Until": "2026-11-20", "EndsAt": "{ends}"}}"#));
        assert_eq!(of("2026-11-21T09:00:01Z"), "pass");
        assert_eq!(of("2026-11-21T09:00:00Z"), r#"fail: last day was 2026-11-20 {"Until":"2026-11-20"}"#);
        assert_eq!(said(&ENDED, "{}"), "skip");
    }

    #[test]
    fn switches_of_a_user() {
        for (rule, member) in [(&IDLE_STOP, "IdleStop"), (&IMDS, "ImdsRequired"), (&DISK_ENCRYPTION, "DiskEncrypted")] {
            assert_eq!(said(rule, &format!(r#"{{"{member}": true}}"#)), "pass");
            assert!(said(rule, &format!(r#"{{"{member}": false}}"#)).starts_with("fail"), "{member}");
        }
    }

    #[test]
    fn production_is_protected() {
        assert_eq!(said(&PROTECT, r#"{"Tags": {"env": "prod"}, "Protect": true}"#), "pass");
        let bare = said(&PROTECT, r#"{"Tags": {"env": "prod"}, "Protect": false}"#);
        assert_eq!(bare, r#"fail: production by env=prod, and not protected {"Protect":false}"#);
        assert_eq!(said(&PROTECT, r#"{"Tags": {"env": "dev"}, "Protect": false}"#), "skip");
        let any = Case::of(&PROTECT).params(r#"{"production": {"tier": "*"}}"#).given("u", r#"{"Tags": {"tier": "1"}, "Protect": false}"#);
        assert!(any.run().of("u").starts_with("fail: production by tier=1"));
    }
}
