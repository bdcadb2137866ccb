//! Whose words a member's text is: AWS's, which rules judge by, or somebody's, which tell whose account it is.

/// Ends of members whose text somebody chose.
const ENDS: [&str; 4] = ["Name", "Identifier", "Description", "Comment"];
/// Further members whose text somebody chose.
const CHOSEN: [&str; 23] = [
    "Account",
    "Accounts",
    "AlarmRule",
    "ClientToken",
    "DBClusterMembers",
    "DBClusterParameterGroup",
    "DBParameterGroups",
    "Email",
    "GroupList",
    "Groups",
    "ID",
    "Id",
    "OwnerId",
    "Path",
    "Reason",
    "Schedule",
    "SelectedBy",
    "SerialNumber",
    "Sid",
    "TargetBucket",
    "TargetPrefix",
    "Value",
    "Values",
];
/// Members whose text is one of AWS's words, a size, a time or a place, whatever name somebody may have given to something.
const KEPT: [&str; 76] = [
    "Action",
    "Architecture",
    "Architectures",
    "AuthType",
    "AvailabilityZone",
    "AvailabilityZoneName",
    "AvailabilityZones",
    "CACertificateIdentifier",
    "CAIdentifier",
    "Class",
    "DBInstanceClass",
    "DBInstanceStatus",
    "DBParameterGroupFamily",
    "Day",
    "DefaultVersionId",
    "DeliverLogsStatus",
    "Delivery",
    "Device",
    "DeviceName",
    "Effect",
    "Engine",
    "EngineLifecycleSupport",
    "EngineMode",
    "EngineVersion",
    "EventName",
    "FlowLogStatus",
    "HttpEndpoint",
    "HttpTokens",
    "ImageBlockPublicAccessState",
    "InstanceLifecycle",
    "InstanceType",
    "InterfaceType",
    "IpProtocol",
    "Key",
    "LastUsedService",
    "Leave",
    "MFADelete",
    "MetricName",
    "Mode",
    "Namespace",
    "NotAction",
    "ObjectLockEnabled",
    "ObjectOwnership",
    "Otherwise",
    "PackageType",
    "Parameters",
    "Permission",
    "PingStatus",
    "PlatformDetails",
    "Provider",
    "Region",
    "Regions",
    "RootDeviceName",
    "Run",
    "Runtime",
    "SSEAlgorithm",
    "Service",
    "Services",
    "SnapshotBlockPublicAccessState",
    "State",
    "StateTransitionReason",
    "StateValue",
    "Status",
    "Stop",
    "StorageClass",
    "StorageTier",
    "StorageType",
    "SupportedArchitectures",
    "Timezone",
    "TrafficType",
    "Type",
    "URI",
    "UntrustedArtifactOnDeployment",
    "UserIdGroupPairs",
    "Version",
    "VolumeType",
];

/// Whose words the text of a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// AWS's: it stays.
    Aws,
    /// Somebody's: it goes.
    Somebody,
    /// It tells by its form: ids, ARNs, times, addresses.
    Form,
}

/// As the member's name tells.
pub(super) fn whose(member: &str) -> Whose {
    if KEPT.contains(&member) {
        return Whose::Aws;
    }
    // What a condition of a policy compares with: `aws:PrincipalOrgID`, `s3:prefix`.
    let condition = member.contains(':') && !member.starts_with("arn:");
    let chosen = CHOSEN.contains(&member)
        || condition
        || (ENDS.iter().any(|end| member.ends_with(end)) && !member.to_ascii_lowercase().ends_with("dnsname"));
    if chosen { Whose::Somebody } else { Whose::Form }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use serde_json::Value;

    use super::*;

    /// Members that tell by their form: what is in them is an ARN, an id, a time, an address, or empty of meaning.
    const FORMS: [&str; 27] = [
        "Arn",
        "Id",
        "Time",
        "Date",
        "Ip",
        "Address",
        "Addresses",
        "Ids",
        "Ranges",
        "Cidrs",
        "Url",
        "UserData",
        "Actions",
        "Variables",
        "Tags",
        "LastModified",
        "LastRotated",
        "PasswordLastChanged",
        "PasswordLastUsed",
        "Until",
        "From",
        "EndsAt",
        "ValidTill",
        "KMSMasterKeyID",
        "Restore",
        "SecurityGroups",
        "Subnets",
    ];
    const FORMS_TOO: [&str; 5] = ["SshFrom", "User", "VpcSecurityGroups", "Policy", "Class"];

    /// Every member of a schema under which text stands, lists and maps by their own name.
    fn texts(member: &str, schema: &Value, root: &Value, found: &mut BTreeSet<String>) {
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            return texts(member, &root["$defs"][name], root, found);
        }
        let is = |kind: &str| schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|one| one == kind));
        if is("string") {
            found.insert(member.to_owned());
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            schema[key].as_array().into_iter().flatten().for_each(|option| texts(member, option, root, found));
        }
        texts_below(member, schema, root, found);
    }

    fn texts_below(member: &str, schema: &Value, root: &Value, found: &mut BTreeSet<String>) {
        schema["properties"].as_object().into_iter().flatten().for_each(|(name, below)| texts(name, below, root, found));
        for below in [&schema["items"], &schema["additionalProperties"]] {
            if below.is_object() {
                texts(member, below, root, found);
            }
        }
    }

    #[test]
    fn every_member_of_every_kind_is_decided() {
        let mut found = BTreeSet::new();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/kinds");
        for file in std::fs::read_dir(folder).expect("the schemas") {
            let text = std::fs::read(file.expect("a file").path()).expect("a schema");
            let schema: Value = serde_json::from_slice(&text).expect("JSON");
            texts("", &schema, &schema, &mut found);
        }
        assert!(found.len() > 150, "{}", found.len());
        let undecided: Vec<&String> = found
            .iter()
            .filter(|member| {
                whose(member) == Whose::Form && !FORMS.iter().any(|end| member.ends_with(end)) && !FORMS_TOO.contains(&member.as_str())
            })
            .collect();
        assert!(undecided.is_empty(), "whose words are these? {undecided:?}");
    }
}
