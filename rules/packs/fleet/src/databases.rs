//! Databases of fleet.yaml.

use crate::network;
use crate::production::{self, PRODUCTION};
use muster_rule::fleet::Database;
use muster_rule::prelude::*;

const DATABASE: &[Need] = &[Need { kind: "fleet.database", facets: &[] }];
const TAGGED: &[Need] = &[Need { kind: "fleet.database", facets: &["tags"] }];

pub const BACKUP: Rule = Rule {
    id: "database-backup",
    title: "Database keeps backups for too few days",
    category: Category::Reliability,
    severity: Severity::High,
    needs: DATABASE,
    params: &[Param::integer("retention", 7, "Fewest days of backups").min(1).max(35)],
    risk: "What was deleted or broken is often noticed after a weekend, when no backup from before is left.",
    remediation: Remediation { text: "Write `backup: {retention: 7d}` in the database's entry or in `databases.defaults`.", command: "" },
    controls: &["FSBP RDS.11"],
    check: Check::each(|ask, doc| {
        let (days, wanted) = (Database(doc.body).backup_retention_period().unwrap_or(0), ask.params.integer("retention"));
        if days >= wanted {
            return pass();
        }
        let unit = if days == 1 { "day" } else { "days" };
        fail(format!("retention {days} {unit}, at least {wanted} wanted")).with("BackupRetentionPeriod", days)
    }),
    ..Rule::EMPTY
};

pub const ENCRYPTION: Rule = Rule {
    id: "database-encryption",
    title: "Storage of a database is not encrypted",
    category: Category::Security,
    severity: Severity::High,
    needs: DATABASE,
    risk: "Whoever gets at a snapshot reads the whole database, and RDS cannot encrypt it afterwards.",
    remediation: Remediation {
        text: "Write `storage: {encrypted: true}` in the database's entry or in `databases.defaults` before it is made; later it takes an encrypted copy.",
        command: "",
    },
    controls: &["CIS 3.2.1", "FSBP RDS.3"],
    check: Check::each(|_, doc| match Database(doc.body).storage_encrypted() {
        Some(true) => pass(),
        said => fail("not encrypted").with("StorageEncrypted", said),
    }),
    ..Rule::EMPTY
};

pub const DELETION_PROTECTION: Rule = Rule {
    id: "database-deletion-protection",
    title: "Database can be deleted by one call",
    category: Category::Reliability,
    severity: Severity::Medium,
    needs: DATABASE,
    risk: "One mistaken call or script deletes the database with its automated backups.",
    remediation: Remediation { text: "Write `deletion-protection: true` in the database's entry or in `databases.defaults`.", command: "" },
    controls: &["FSBP RDS.8"],
    check: Check::each(|_, doc| match Database(doc.body).deletion_protection() {
        Some(true) => pass(),
        said => fail("no deletion protection").with("DeletionProtection", said),
    }),
    ..Rule::EMPTY
};

pub const FINAL_SNAPSHOT: Rule = Rule {
    id: "database-final-snapshot",
    title: "Database leaves no snapshot when it ends",
    category: Category::Reliability,
    severity: Severity::Medium,
    needs: DATABASE,
    risk: "When the entry is taken out, its data is gone for good after the grace period.",
    remediation: Remediation {
        text: "Write `final-snapshot: true` in the database's entry or in `databases.defaults`, or take `final-snapshot` out: it is the default.",
        command: "",
    },
    check: Check::each(|_, doc| match Database(doc.body).final_snapshot() {
        Some(true) => pass(),
        said => fail("no final snapshot").with("FinalSnapshot", said),
    }),
    ..Rule::EMPTY
};

pub const OPEN: Rule = Rule {
    id: "database-open",
    title: "Database is open to the world",
    category: Category::Security,
    severity: Severity::High,
    needs: DATABASE,
    params: &[network::PREFIX, network::PREFIX_V6],
    risk: "Everybody on the internet can try passwords against it.",
    remediation: Remediation {
        text: "Write who needs it in the database's entry, `allow: [{user: alice}]`, and take `public` out.",
        command: "",
    },
    controls: &["CIS 3.2.3", "FSBP RDS.2"],
    help: "A public address alone fails too: its security group is one line away from letting everybody in.",
    check: Check::each(|ask, doc| {
        let public = Database(doc.body).publicly_accessible();
        let open = network::open(ask, Database(doc.body).allowed_cidrs());
        match (public, open.first()) {
            (Some(true), Some(first)) => fail(format!("public, and allow has {first}")),
            (Some(true), None) => fail("public address"),
            (_, Some(first)) => fail(format!("allow has {first}")),
            (_, None) => return pass(),
        }
        .with("PubliclyAccessible", public)
        .with("AllowedCidrs", open)
    }),
};

pub const PROTECT: Rule = Rule {
    id: "database-protect",
    title: "Production database is not protected",
    category: Category::Reliability,
    severity: Severity::High,
    needs: TAGGED,
    params: &[PRODUCTION],
    risk: "A line deleted by mistake retires the database at the next apply.",
    remediation: Remediation { text: "Write `protect: true` in the database's entry.", command: "" },
    check: Check::each(|ask, doc| {
        let Some(mark) = production::mark(ask, &doc) else { return skip() };
        match Database(doc.body).protect() {
            Some(true) => pass(),
            said => fail(format!("production by {mark}, and not protected")).with("Protect", said),
        }
    }),
    ..Rule::EMPTY
};

pub const SCHEDULE: Rule = Rule {
    id: "database-schedule",
    title: "Database that is not production has no schedule",
    category: Category::Cost,
    severity: Severity::Low,
    needs: TAGGED,
    params: &[PRODUCTION],
    risk: "A database for tests that runs nights and weekends costs three times what it is used for.",
    remediation: Remediation { text: "Name one, in the database's entry or in `databases.defaults`: `schedule: db-office`.", command: "" },
    check: Check::each(|ask, doc| {
        if production::mark(ask, &doc).is_some() {
            return skip();
        }
        let selected = Database(doc.body).selected_by().next().is_some();
        if selected || Database(doc.body).schedule().is_some() {
            return pass();
        }
        fail("no schedule").with("Schedule", Database(doc.body).schedule()).with("Class", Database(doc.body).class())
    }),
    ..Rule::EMPTY
};

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule::test::Case;

    fn said(rule: &'static Rule, body: &str) -> String {
        Case::of(rule).given("app", body).run().of("app").to_string()
    }

    #[test]
    fn backups_are_kept_for_days() {
        assert_eq!(said(&BACKUP, r#"{"BackupRetentionPeriod": 7}"#), "pass");
        let six = said(&BACKUP, r#"{"BackupRetentionPeriod": 6}"#);
        assert_eq!(six, r#"fail: retention 6 days, at least 7 wanted {"BackupRetentionPeriod":6}"#);
        let one = Case::of(&BACKUP).params(r#"{"retention": 2}"#).given("app", r#"{"BackupRetentionPeriod": 1}"#).run();
        assert!(one.of("app").starts_with("fail: retention 1 day, at least 2 wanted"));
    }

    #[test]
    fn switches_of_a_database() {
        for (rule, member) in
            [(&ENCRYPTION, "StorageEncrypted"), (&DELETION_PROTECTION, "DeletionProtection"), (&FINAL_SNAPSHOT, "FinalSnapshot")]
        {
            assert_eq!(said(rule, &format!(r#"{{"{member}": true}}"#)), "pass");
            assert!(said(rule, &format!(r#"{{"{member}": false}}"#)).starts_with("fail"), "{member}");
        }
    }

    #[test]
    fn open_is_public_or_wide() {
        let of = |public: bool, range: &str| said(&OPEN, &format!(r#"{{"PubliclyAccessible": {public}, "AllowedCidrs": ["{range}"]}}"#));
        assert_eq!(of(false, "10.0.0.0/16"), "pass");
        assert!(of(true, "10.0.0.0/16").starts_with("fail: public address"));
        assert!(of(false, "0.0.0.0/0").starts_with("fail: allow has 0.0.0.0/0"));
        assert!(of(true, "0.0.0.0/0").starts_with("fail: public, and allow has 0.0.0.0/0"));
    }

    #[test]
    fn production_is_protected_and_the_rest_has_a_schedule() {
        let of = |rule, env: &str, rest: &str| said(rule, &format!(r#"{{"Tags": {{"env": "{env}"}}{rest}}}"#));
        assert_eq!(of(&PROTECT, "prod", r#", "Protect": true"#), "pass");
        assert!(of(&PROTECT, "prod", r#", "Protect": false"#).starts_with("fail"));
        assert_eq!(of(&PROTECT, "dev", r#", "Protect": false"#), "skip");
        assert_eq!(of(&SCHEDULE, "prod", ""), "skip");
        assert_eq!(of(&SCHEDULE, "dev", r#", "Schedule": "office""#), "pass");
        assert_eq!(of(&SCHEDULE, "dev", r#", "SelectedBy": ["lab"]"#), "pass");
        assert!(of(&SCHEDULE, "dev", r#", "SelectedBy": []"#).starts_with("fail: no schedule"));
    }
}
