//! What RDS offers: engines, versions, families, ports, and parameters that need a reboot.

/// Engine, prefix of the versions of a family, newest version of it.
const VERSIONS: [(&str, &str, &str); 14] = [
    ("mysql", "5.7", "5.7.44"),
    ("mysql", "8.0", "8.0.39"),
    ("mysql", "8.4", "8.4.3"),
    ("mariadb", "10.6", "10.6.19"),
    ("mariadb", "10.11", "10.11.9"),
    ("mariadb", "11.4", "11.4.3"),
    ("postgres", "13", "13.16"),
    ("postgres", "14", "14.13"),
    ("postgres", "15", "15.8"),
    ("postgres", "16", "16.4"),
    ("postgres", "17", "17.2"),
    ("sqlserver-ex", "15.00", "15.00.4390.2.v1"),
    ("sqlserver-se", "15.00", "15.00.4390.2.v1"),
    ("oracle-se2", "19", "19.0.0.0.ru-2024-07.rur-2024-07.r1"),
];

/// Parameters that come into force after a reboot, by engine.
const STATIC: [(&str, &[&str]); 3] = [
    ("mysql", &["innodb_buffer_pool_instances", "lower_case_table_names", "performance_schema", "skip_name_resolve", "gtid_mode"]),
    ("mariadb", &["innodb_buffer_pool_instances", "lower_case_table_names", "performance_schema", "skip_name_resolve"]),
    ("postgres", &["max_connections", "shared_buffers", "shared_preload_libraries", "wal_buffers", "max_worker_processes"]),
];

/// The full version behind a version or a prefix of one.
pub(crate) fn resolve(engine: &str, version: &str) -> Option<String> {
    let fits = |full: &str| full == version || full.strip_prefix(version).is_some_and(|rest| rest.starts_with('.'));
    let known = VERSIONS.iter().find(|(name, _, full)| *name == engine && fits(full));
    known.map(|(_, _, full)| (*full).to_owned()).or_else(|| minor(engine, version))
}

/// An older minor version of a family counts too: RDS offers several.
fn minor(engine: &str, version: &str) -> Option<String> {
    let in_family = |prefix: &str| version.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.'));
    let rest = VERSIONS.iter().filter(|(name, ..)| *name == engine).find_map(|(_, prefix, _)| in_family(prefix))?;
    rest.chars().all(|c| c.is_ascii_digit()).then(|| version.to_owned())
}

/// True for an engine RDS has.
pub(crate) fn is_known(engine: &str) -> bool {
    VERSIONS.iter().any(|(name, ..)| *name == engine)
}

/// Parameter group family: `mysql8.0`.
pub(crate) fn family(engine: &str, version: &str) -> String {
    let fits = |prefix: &str| version == prefix || version.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'));
    let known = VERSIONS.iter().find(|(name, prefix, _)| *name == engine && fits(prefix));
    known.map_or_else(|| format!("{engine}{version}"), |(_, prefix, _)| format!("{engine}{prefix}"))
}

/// True for a family some engine has.
pub(crate) fn is_family(family: &str) -> bool {
    VERSIONS.iter().any(|(engine, prefix, _)| family.strip_prefix(engine) == Some(prefix))
}

/// The engine's own port.
pub(crate) fn port(engine: &str) -> Option<u16> {
    match engine {
        "mysql" | "mariadb" => Some(3306),
        "postgres" => Some(5432),
        "sqlserver-ex" | "sqlserver-se" => Some(1433),
        "oracle-se2" => Some(1521),
        _ => None,
    }
}

/// True when a change of the parameter needs a reboot.
pub(crate) fn is_static(family: &str, parameter: &str) -> bool {
    STATIC.iter().any(|(engine, names)| family.starts_with(engine) && names.contains(&parameter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_resolve_and_belong_to_a_family() {
        assert_eq!(resolve("mysql", "8.0").as_deref(), Some("8.0.39"));
        assert_eq!(resolve("mysql", "8.0.35").as_deref(), Some("8.0.35"));
        assert_eq!(resolve("postgres", "16").as_deref(), Some("16.4"));
        for (engine, version) in [("mysql", "9.9"), ("mysql", "8.0.x"), ("mongo", "7"), ("postgres", "1")] {
            assert_eq!(resolve(engine, version), None, "{engine} {version}");
        }
        assert_eq!(family("mysql", "8.0.39"), "mysql8.0");
        assert_eq!(family("mariadb", "10.11.9"), "mariadb10.11");
        assert!(is_family("postgres16") && !is_family("postgres99"));
        assert!(is_static("postgres16", "max_connections") && !is_static("mysql8.0", "max_connections"));
    }
}
