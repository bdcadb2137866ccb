//! What an instance type says about itself.

/// Families the embedded region offers; all of them count towards the quota of standard vCPUs.
const FAMILIES: [&str; 32] = [
    "t2", "t3", "t3a", "t4g", "m5", "m5a", "m5d", "m6a", "m6g", "m6i", "m7a", "m7g", "m7i", "m8g", "c5", "c5a", "c6a", "c6g", "c6i", "c7a",
    "c7g", "c7i", "r5", "r5a", "r6a", "r6g", "r6i", "r7a", "r7g", "r7i", "i3", "i4i",
];

/// Architecture and vCPUs of a type, nothing for a type that is not offered.
pub(crate) fn describe(instance_type: &str) -> Option<(&'static str, u32)> {
    let (family, size) = instance_type.split_once('.')?;
    let known = FAMILIES.iter().find(|known| **known == family)?;
    let arm = known.ends_with('g') && known.chars().any(|c| c.is_ascii_digit());
    Some((if arm { "arm64" } else { "x86_64" }, vcpus(family, size)?))
}

/// Memory of a type in MiB, nothing for a type that is not offered: by the ratio of its family.
pub(crate) fn memory_mib(instance_type: &str) -> Option<i64> {
    let (family, size) = instance_type.split_once('.')?;
    let gib_per_vcpu = match family.chars().next()? {
        't' => return burstable_mib(size),
        'c' => 2,
        'r' | 'i' => 8,
        _ => 4,
    };
    describe(instance_type).map(|(_, vcpus)| i64::from(vcpus) * gib_per_vcpu * 1024)
}

fn burstable_mib(size: &str) -> Option<i64> {
    Some(match size {
        "nano" => 512,
        "micro" => 1024,
        "small" => 2048,
        "medium" => 4096,
        "large" => 8192,
        "xlarge" => 16_384,
        "2xlarge" => 32_768,
        _ => return None,
    })
}

fn vcpus(family: &str, size: &str) -> Option<u32> {
    let burstable = family.starts_with('t');
    match size {
        "nano" | "micro" | "small" if family == "t2" => Some(1),
        "nano" | "micro" | "small" if burstable => Some(2),
        "medium" => Some(if burstable { 2 } else { 1 }),
        "large" => Some(2),
        "xlarge" => Some(4),
        _ => size.strip_suffix("xlarge")?.parse::<u32>().ok().filter(|n| (2..=48).contains(n)).map(|n| n * 4),
    }
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn types_have_memory() {
        let types = ["t3.micro", "c5.large", "m6i.xlarge", "r5.large", "t3.24xlarge"];
        assert_eq!(types.map(super::memory_mib), [Some(1024), Some(4096), Some(16_384), Some(16_384), None]);
    }

    #[test]
    fn types_have_vcpus_and_an_architecture() {
        assert_eq!(describe("t3.small"), Some(("x86_64", 2)));
        assert_eq!(describe("t4g.medium"), Some(("arm64", 2)));
        assert_eq!(describe("m7g.medium"), Some(("arm64", 1)));
        assert_eq!(describe("c7i.4xlarge"), Some(("x86_64", 16)));
        for unknown in ["t9.small", "t3.huge", "m5.small", "t3", "c7i.1000xlarge"] {
            assert_eq!(describe(unknown), None, "{unknown}");
        }
    }
}
