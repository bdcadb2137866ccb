//! KMS keys that fleet.yaml names. Keys it does not name are AWS's own, which allow whoever may use the service.

use super::scope::Scope;
use super::statement::{Conditions, Statement};
use crate::arn::partition;
use crate::digest::sha256_hex;

/// What a disk under a customer key asks of its user, besides the grant (K: EBS User Guide, "Amazon EBS encryption", and RDS User
/// Guide, "AWS KMS key management").
const USE: [&str; 6] = [
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
];

/// Two statements for each key: using it through the service, and letting the service's own grant be made.
pub(super) fn statements(scope: &Scope) -> Vec<Statement> {
    scope.customer_keys().into_iter().flat_map(|(key, service)| of_key(scope, key, service)).collect()
}

fn of_key(scope: &Scope, key: &str, service: &str) -> [Statement; 2] {
    let (pattern, which) = key_pattern(key);
    let resources = scope.arns(&pattern);
    let sid = format!("{}{}", if service == "ec2" { "Disk" } else { "Database" }, &sha256_hex(key.as_bytes())[..8]);
    let services = scope.fleet.cloud.regions.iter().flat_map(|region| hosts(service, region));
    let through = which.clone().with("StringEquals", "kms:ViaService", services);
    // Only a grant for an AWS service, so that the key cannot be lent to anybody else (same pages).
    let granting = which.with("Bool", "kms:GrantIsForAWSResource", ["true"]);
    [
        Statement { sid: format!("UseKeyOf{sid}"), actions: USE.into(), resources: resources.clone(), conditions: through },
        Statement { sid: format!("GrantKeyOf{sid}"), actions: ["kms:CreateGrant"].into(), resources, conditions: granting },
    ]
}

/// What `kms:ViaService` says of a service of a region. AWS's pages name one domain for all, and in China services have another:
/// there both are accepted, since both are AWS's (K: KMS Developer Guide, "kms:ViaService").
pub(super) fn hosts(service: &str, region: &str) -> Vec<String> {
    let host = format!("{service}.{region}.amazonaws.com");
    if partition(region) == "aws-cn" { vec![format!("{host}.cn"), host] } else { vec![host] }
}

/// The key's ARN, or all keys narrowed to an alias: an alias cannot stand in `Resource` (K: KMS Developer Guide, "Use aliases to
/// control access to KMS keys").
fn key_pattern(key: &str) -> (String, Conditions) {
    let alias =
        key.rsplit_once(":alias/").map(|(_, name)| format!("alias/{name}")).or_else(|| key.starts_with("alias/").then(|| key.to_owned()));
    let any_key = "arn:{partition}:kms:{region}:{account}:key/";
    match alias {
        Some(alias) => (format!("{any_key}*"), Conditions::default().with("ForAnyValue:StringEquals", "kms:ResourceAliases", [alias])),
        None if key.starts_with("arn:") => (key.to_owned(), Conditions::default()),
        None => (format!("{any_key}{key}"), Conditions::default()),
    }
}
