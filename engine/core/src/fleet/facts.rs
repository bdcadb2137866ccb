//! Facts about AWS that a file is checked against, each with where it is from.

/// Families of RDS parameter groups, by engine. Source: the RDS user guide, "Parameter groups for …" of each engine,
/// and DescribeDBEngineVersions (`DBParameterGroupFamily`).
pub(super) const FAMILIES: [(&str, &[&str]); 11] = [
    ("mysql", &["mysql5.7", "mysql8.0", "mysql8.4"]),
    ("mariadb", &["mariadb10.4", "mariadb10.5", "mariadb10.6", "mariadb10.11", "mariadb11.4", "mariadb11.8"]),
    ("postgres", &["postgres11", "postgres12", "postgres13", "postgres14", "postgres15", "postgres16", "postgres17", "postgres18"]),
    ("oracle-ee", &["oracle-ee-19"]),
    ("oracle-ee-cdb", &["oracle-ee-cdb-19", "oracle-ee-cdb-21"]),
    ("oracle-se2", &["oracle-se2-19"]),
    ("oracle-se2-cdb", &["oracle-se2-cdb-19", "oracle-se2-cdb-21"]),
    ("sqlserver-ee", &["sqlserver-ee-13.0", "sqlserver-ee-14.0", "sqlserver-ee-15.0", "sqlserver-ee-16.0"]),
    ("sqlserver-se", &["sqlserver-se-13.0", "sqlserver-se-14.0", "sqlserver-se-15.0", "sqlserver-se-16.0"]),
    ("sqlserver-ex", &["sqlserver-ex-13.0", "sqlserver-ex-14.0", "sqlserver-ex-15.0", "sqlserver-ex-16.0"]),
    ("sqlserver-web", &["sqlserver-web-13.0", "sqlserver-web-14.0", "sqlserver-web-15.0", "sqlserver-web-16.0"]),
];

/// Engines that RDS instances have.
pub(super) fn engines() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().map(|(engine, _)| *engine)
}

/// Every family.
pub(super) fn families() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().flat_map(|(_, families)| families.iter().copied())
}

/// The engine whose family this is.
pub(super) fn engine_of_family(family: &str) -> Option<&'static str> {
    FAMILIES.iter().find(|(_, families)| families.contains(&family)).map(|(engine, _)| *engine)
}

/// The parameter-group family of an engine's version or version prefix; nothing when the prefix leaves it open
/// (`8` of MySQL is 8.0 or 8.4) or the version is unknown. Source: as [`FAMILIES`].
pub(super) fn family_of(engine: &str, version: &str) -> Option<String> {
    let mut parts = version.split('.');
    let (major, minor) = (parts.next()?, parts.next());
    let family = match engine {
        "mysql" | "mariadb" => format!("{engine}{major}.{}", minor?),
        "postgres" => format!("{engine}{major}"),
        _ if engine.starts_with("oracle-") => format!("{engine}-{major}"),
        _ => format!("{engine}-{major}.0"),
    };
    families().any(|known| known == family).then_some(family)
}

/// Port of an engine. Source: RDS user guide, CreateDBInstance, `Port`.
pub(super) fn default_port(engine: &str) -> u16 {
    match engine {
        "mysql" | "mariadb" => 3306,
        "postgres" => 5432,
        _ if engine.starts_with("oracle-") => 1521,
        _ => 1433,
    }
}

/// Master user when none is written. Source: the RDS console's defaults; `admin` is a reserved word of PostgreSQL's.
pub(super) fn default_master_user(engine: &str) -> &'static str {
    if engine == "postgres" { "postgres" } else { "admin" }
}

/// Master users that RDS refuses. Source: CreateDBInstance, `MasterUsername`: "can't be a reserved word for the engine".
pub(super) fn refused_master_user(engine: &str, user: &str) -> bool {
    let refused: &[&str] = match engine {
        "postgres" => &["admin", "rdsadmin"],
        "sqlserver-ee" | "sqlserver-se" | "sqlserver-ex" | "sqlserver-web" => &["sa", "rdsa", "rdsadmin"],
        _ => &["rdsadmin"],
    };
    refused.iter().any(|word| user.eq_ignore_ascii_case(word))
}

/// The parameter that sets an engine's time zone. Source: RDS user guide, "Local time zone"; Oracle has an option
/// instead and SQL Server a setting at creation.
pub(super) fn timezone_parameter(engine: &str) -> Option<&'static str> {
    match engine {
        "mysql" | "mariadb" => Some("time_zone"),
        "postgres" => Some("timezone"),
        _ => None,
    }
}

/// The parameter that bounds connections. Source: RDS user guide, "Maximum number of database connections".
pub(super) fn connections_parameter(engine: &str) -> Option<&'static str> {
    match engine {
        "mysql" | "mariadb" | "postgres" => Some("max_connections"),
        _ if engine.starts_with("oracle-") => Some("sessions"),
        _ if engine.starts_with("sqlserver-") => Some("user connections"),
        _ => None,
    }
}

/// Zones that RDS for MySQL and MariaDB takes for `time_zone`. Source: RDS user guide, "Local time zone for MySQL DB instances".
pub(super) const MYSQL_ZONES: [&str; 82] = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Harare",
    "Africa/Monrovia",
    "Africa/Nairobi",
    "Africa/Tripoli",
    "Africa/Windhoek",
    "America/Araguaina",
    "America/Asuncion",
    "America/Bogota",
    "America/Buenos_Aires",
    "America/Caracas",
    "America/Chihuahua",
    "America/Cuiaba",
    "America/Denver",
    "America/Fortaleza",
    "America/Guatemala",
    "America/Halifax",
    "America/Manaus",
    "America/Matamoros",
    "America/Monterrey",
    "America/Montevideo",
    "America/Phoenix",
    "America/Santiago",
    "America/Tijuana",
    "Asia/Amman",
    "Asia/Ashgabat",
    "Asia/Baghdad",
    "Asia/Baku",
    "Asia/Bangkok",
    "Asia/Beirut",
    "Asia/Calcutta",
    "Asia/Damascus",
    "Asia/Dhaka",
    "Asia/Irkutsk",
    "Asia/Jerusalem",
    "Asia/Kabul",
    "Asia/Karachi",
    "Asia/Kathmandu",
    "Asia/Krasnoyarsk",
    "Asia/Magadan",
    "Asia/Muscat",
    "Asia/Novosibirsk",
    "Asia/Riyadh",
    "Asia/Seoul",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Taipei",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Asia/Ulaanbaatar",
    "Asia/Vladivostok",
    "Asia/Yakutsk",
    "Asia/Yerevan",
    "Atlantic/Azores",
    "Australia/Adelaide",
    "Australia/Brisbane",
    "Australia/Darwin",
    "Australia/Hobart",
    "Australia/Perth",
    "Australia/Sydney",
    "Brazil/East",
    "Canada/Newfoundland",
    "Canada/Saskatchewan",
    "Canada/Yukon",
    "Europe/Amsterdam",
    "Europe/Athens",
    "Europe/Dublin",
    "Europe/Helsinki",
    "Europe/Istanbul",
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Paris",
    "Europe/Prague",
    "Europe/Sarajevo",
    "Pacific/Auckland",
    "Pacific/Fiji",
    "Pacific/Guam",
    "Pacific/Honolulu",
    "Pacific/Samoa",
    "US/Alaska",
    "UTC",
];

/// First words of region names. Source: AWS Regions, docs.aws.amazon.com/global-infrastructure. Their last digit may grow.
pub(super) const REGION_STEMS: [&str; 27] = [
    "af-south",
    "ap-east",
    "ap-northeast",
    "ap-south",
    "ap-southeast",
    "ca-central",
    "ca-west",
    "cn-north",
    "cn-northwest",
    "eu-central",
    "eu-north",
    "eu-south",
    "eu-west",
    "eusc-de-east",
    "il-central",
    "me-central",
    "me-south",
    "mx-central",
    "sa-east",
    "us-east",
    "us-west",
    "us-gov-east",
    "us-gov-west",
    "us-iso-east",
    "us-iso-west",
    "us-isob-east",
    "us-isob-west",
];

/// Sizes of EC2 instances, in growing order. Source: EC2 user guide, "Instance types".
pub(super) const SIZES: [&str; 24] = [
    "nano",
    "micro",
    "small",
    "medium",
    "large",
    "xlarge",
    "2xlarge",
    "3xlarge",
    "4xlarge",
    "6xlarge",
    "8xlarge",
    "9xlarge",
    "10xlarge",
    "12xlarge",
    "16xlarge",
    "18xlarge",
    "24xlarge",
    "32xlarge",
    "48xlarge",
    "56xlarge",
    "96xlarge",
    "112xlarge",
    "metal",
    "metal-24xl",
];

/// True for a word that is the size of an instance: those of the table, and multiples to come.
pub(super) fn is_size(size: &str) -> bool {
    let multiple = |rest: &str| !rest.is_empty() && rest.bytes().all(|c| c.is_ascii_digit());
    SIZES.contains(&size)
        || size.strip_suffix("xlarge").is_some_and(multiple)
        || size.strip_prefix("metal-").and_then(|rest| rest.strip_suffix("xl")).is_some_and(multiple)
}

/// The architecture of an instance family (`t3`, `m7g`), nothing when it is no family. Source: EC2 instance type naming:
/// letters, a generation, then options among which `g` is AWS Graviton; `a1` was named before that.
pub(super) fn architecture(family: &str) -> Option<&'static str> {
    let digits_at = family.find(|c: char| c.is_ascii_digit())?;
    let (series, rest) = family.split_at(digits_at);
    let options = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let word = |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if series.is_empty() || !word(series) || !word(options) || series == "mac" {
        return None;
    }
    let options = options.split('-').next().unwrap_or_default();
    Some(if options.contains('g') || family == "a1" { "arm64" } else { "x86_64" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_follow_from_engine_and_version() {
        for (engine, version, family) in [
            ("mysql", "8.0", Some("mysql8.0")),
            ("mysql", "8.0.39", Some("mysql8.0")),
            ("mysql", "8", None),
            ("postgres", "16", Some("postgres16")),
            ("postgres", "16.4", Some("postgres16")),
            ("mariadb", "10.11", Some("mariadb10.11")),
            ("oracle-se2", "19.0.0.0", Some("oracle-se2-19")),
            ("sqlserver-ex", "15.00", Some("sqlserver-ex-15.0")),
            ("mysql", "9.9", None),
        ] {
            assert_eq!(family_of(engine, version).as_deref(), family, "{engine} {version}");
        }
        assert!(families().all(|family| engine_of_family(family).is_some_and(|engine| family.starts_with(engine))));
    }

    #[test]
    fn architectures_follow_from_the_family() {
        for (family, wanted) in [
            ("t3", "x86_64"),
            ("t4g", "arm64"),
            ("g4dn", "x86_64"),
            ("g5g", "arm64"),
            ("a1", "arm64"),
            ("im4gn", "arm64"),
            ("c7gn", "arm64"),
            ("m7i-flex", "x86_64"),
            ("x2iedn", "x86_64"),
            ("u7i-12tb", "x86_64"),
            ("u-6tb1", "x86_64"),
            ("hpc7g", "arm64"),
            ("p5en", "x86_64"),
        ] {
            assert_eq!(architecture(family), Some(wanted), "{family}");
        }
        assert_eq!((architecture("mac2"), architecture("t"), architecture("3t"), architecture("T3")), (None, None, None, None));
        assert!(is_size("small") && is_size("13xlarge") && is_size("metal-48xl") && !is_size("smal") && !is_size("xlarge2"));
    }
}
