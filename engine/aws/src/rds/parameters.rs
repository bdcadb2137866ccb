//! Parameter groups.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::types::{ApplyMethod, DbParameterGroup, Parameter};
use muster_core::cloud::{CloudError, ErrorKind, ParameterGroup, Receipt};
use muster_core::tags::Tags;

use super::PAGE;
use crate::convert::{gone_is_done, receipt, text};
use crate::paging::{self, Found};
use crate::region::Scope;

const DESCRIBE: &str = "rds:DescribeDBParameterGroups";
const DESCRIBE_PARAMETERS: &str = "rds:DescribeDBParameters";

/// Groups whose name begins with one of `prefixes`; RDS itself lists all.
pub(crate) async fn groups(scope: Scope<'_>, prefixes: &BTreeSet<String>) -> Found<ParameterGroup> {
    let ours = |name: &str| prefixes.iter().any(|prefix| name.starts_with(prefix.as_str()));
    paging::all(DESCRIBE, async |marker| {
        let request = scope.region.rds().describe_db_parameter_groups().max_records(PAGE).set_marker(marker);
        let page = scope.call(DESCRIBE, request.send()).await?;
        let groups = page.db_parameter_groups().iter().map(group).filter(|group| ours(&group.name));
        Ok((groups.collect(), page.marker().map(str::to_owned)))
    })
    .await
}

fn group(from: &DbParameterGroup) -> ParameterGroup {
    ParameterGroup {
        name: text(from.db_parameter_group_name()),
        arn: text(from.db_parameter_group_arn()),
        family: text(from.db_parameter_group_family()),
        description: text(from.description()),
    }
}

/// The parameters a person set; nothing when there is no such group.
pub(crate) async fn user_set(scope: Scope<'_>, group: &str) -> Result<Option<BTreeMap<String, String>>, CloudError> {
    match parameters(scope, group, Some("user")).await {
        Ok(parameters) => {
            let value = |parameter: &Parameter| Some((parameter.parameter_name()?.to_owned(), parameter.parameter_value()?.to_owned()));
            Ok(Some(parameters.iter().filter_map(value).collect()))
        }
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

async fn parameters(scope: Scope<'_>, group: &str, source: Option<&str>) -> Result<Vec<Parameter>, CloudError> {
    let found = paging::all(DESCRIBE_PARAMETERS, async |marker| {
        let request = scope
            .region
            .rds()
            .describe_db_parameters()
            .db_parameter_group_name(group)
            .set_source(source.map(str::to_owned))
            .max_records(PAGE)
            .set_marker(marker);
        let page = scope.call(DESCRIBE_PARAMETERS, request.send()).await?;
        Ok((page.parameters().to_vec(), page.marker().map(str::to_owned)))
    })
    .await;
    match found.failures.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(found.items),
    }
}

/// rds:CreateDBParameterGroup.
pub(crate) async fn create(scope: Scope<'_>, name: &str, family: &str, description: &str, tags: &Tags) -> Result<Receipt, CloudError> {
    let request = scope
        .region
        .rds()
        .create_db_parameter_group()
        .db_parameter_group_name(name)
        .db_parameter_group_family(family)
        .description(description)
        .set_tags(super::sdk_tags(tags));
    let answer = scope.call("rds:CreateDBParameterGroup", request.send()).await?;
    Ok(receipt(&answer, Some(name)))
}

/// rds:ModifyDBParameterGroup. RDS refuses to change a static parameter at once, and which one is static only
/// the group itself knows.
pub(crate) async fn set(scope: Scope<'_>, group: &str, values: &BTreeMap<String, String>) -> Result<Receipt, CloudError> {
    let known = parameters(scope, group, None).await?;
    let dynamic: BTreeSet<&str> = known
        .iter()
        .filter(|parameter| parameter.apply_type() == Some("dynamic"))
        .filter_map(|parameter| parameter.parameter_name())
        .collect();
    let parameter = |(name, value): (&String, &String)| {
        let method = if dynamic.contains(name.as_str()) { ApplyMethod::Immediate } else { ApplyMethod::PendingReboot };
        Parameter::builder().parameter_name(name).parameter_value(value).apply_method(method).build()
    };
    let request = scope
        .region
        .rds()
        .modify_db_parameter_group()
        .db_parameter_group_name(group)
        .set_parameters(Some(values.iter().map(parameter).collect()));
    let answer = scope.call("rds:ModifyDBParameterGroup", request.send()).await?;
    Ok(receipt(&answer, Some(group)))
}

/// rds:DeleteDBParameterGroup. RDS calls a group that a database still uses "in a wrong state".
pub(crate) async fn delete(scope: Scope<'_>, group: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.rds().delete_db_parameter_group().db_parameter_group_name(group);
    let result = scope.call("rds:DeleteDBParameterGroup", request.send()).await.map(|answer| receipt(&answer, Some(group)));
    gone_is_done(result).map_err(|error| match error.kind {
        ErrorKind::WrongState => CloudError { kind: ErrorKind::DependencyViolation, ..error },
        _ => error,
    })
}
