//! Security groups and their ingress rules.
//!
//! DescribeSecurityGroups knows no rule ids, and a second list for them would cost every plan a call. So an
//! observed rule is named by what it says, and the id is looked up right before it is revoked.

use std::net::{Ipv4Addr, Ipv6Addr};

use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, ResourceType, SecurityGroup as SdkGroup, SecurityGroupRule, UserIdGroupPair,
};
use muster_core::cloud::{CloudError, ErrorKind, IdRef, IngressRule, Receipt, SecurityGroup};
use muster_core::tags::Tags;

use super::{filter, tag_specification};
use crate::convert::{gone_is_done, known, receipt, text};
use crate::paging::{self, Found};
use crate::region::Scope;

const DESCRIBE: &str = "ec2:DescribeSecurityGroups";
const DESCRIBE_RULES: &str = "ec2:DescribeSecurityGroupRules";
const AUTHORIZE: &str = "ec2:AuthorizeSecurityGroupIngress";
const REVOKE: &str = "ec2:RevokeSecurityGroupIngress";
/// Most groups or rules of a page.
const PAGE: i32 = 1000;
/// EC2's word for every protocol, and the port that stands for every port.
const ALL_PROTOCOLS: &str = "-1";
const ALL_PORTS: i32 = -1;

/// All security groups.
pub(crate) async fn all(scope: Scope<'_>) -> Found<SecurityGroup> {
    paging::all(DESCRIBE, async |token| {
        let request = scope.region.ec2().describe_security_groups().max_results(PAGE).set_next_token(token);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((page.security_groups().iter().map(group).collect(), page.next_token().map(str::to_owned)))
    })
    .await
}

fn group(from: &SdkGroup) -> SecurityGroup {
    let mut ingress: Vec<IngressRule> = from.ip_permissions().iter().flat_map(rules).collect();
    ingress.sort();
    SecurityGroup {
        id: text(from.group_id()),
        name: text(from.group_name()),
        description: text(from.description()),
        vpc: from.vpc_id().map(str::to_owned),
        ingress,
        tags: super::tags(from.tags()),
    }
}

/// The rules of a permission, one a source.
fn rules(from: &IpPermission) -> Vec<IngressRule> {
    let v4 = from.ip_ranges().iter().filter_map(|range| range.cidr_ip()).map(canonical_cidr);
    let v6 = from.ipv6_ranges().iter().filter_map(|range| range.cidr_ipv6()).map(canonical_cidr);
    let lists = from.prefix_list_ids().iter().filter_map(|list| list.prefix_list_id()).map(str::to_owned);
    let groups = from.user_id_group_pairs().iter().filter_map(|pair| pair.group_id()).map(str::to_owned);
    v4.chain(v6)
        .chain(lists)
        .chain(groups)
        .map(|source| {
            let rule = IngressRule {
                protocol: text(from.ip_protocol()),
                from_port: from.from_port().unwrap_or(ALL_PORTS),
                to_port: from.to_port().unwrap_or(ALL_PORTS),
                source,
                rule_id: None,
            };
            IngressRule { rule_id: Some(handle(&rule)), ..rule }
        })
        .collect()
}

/// What stands for a rule until its id is looked up: `tcp/22/22/203.0.113.0/24`.
fn handle(rule: &IngressRule) -> String {
    format!("{}/{}/{}/{}", rule.protocol, rule.from_port, rule.to_port, rule.source)
}

/// A CIDR with its host bits cleared; what is no CIDR stays as it is.
fn canonical_cidr(cidr: &str) -> String {
    let parsed = cidr.split_once('/').and_then(|(address, bits)| Some((address, bits.parse::<u32>().ok()?)));
    let Some((address, bits)) = parsed else { return cidr.to_owned() };
    if let (Ok(v4), 0..=32) = (address.parse::<Ipv4Addr>(), bits) {
        let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
        return format!("{}/{bits}", Ipv4Addr::from_bits(v4.to_bits() & mask));
    }
    if let (Ok(v6), 0..=128) = (address.parse::<Ipv6Addr>(), bits) {
        let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
        return format!("{}/{bits}", Ipv6Addr::from_bits(v6.to_bits() & mask));
    }
    cidr.to_owned()
}

/// ec2:CreateSecurityGroup.
pub(crate) async fn create(scope: Scope<'_>, name: &str, description: &str, vpc: &str, tags: &Tags) -> Result<Receipt, CloudError> {
    let request = scope
        .region
        .ec2()
        .create_security_group()
        .group_name(name)
        .description(description)
        .vpc_id(vpc)
        .set_tag_specifications(tag_specification(ResourceType::SecurityGroup, tags).map(|tags| vec![tags]));
    let answer = scope.call("ec2:CreateSecurityGroup", request.send()).await?;
    Ok(receipt(&answer, answer.group_id()))
}

/// ec2:AuthorizeSecurityGroupIngress. One rule that is there makes EC2 refuse all of them, so after such a
/// refusal only those are sent that are missing.
pub(crate) async fn authorize(scope: Scope<'_>, group: &IdRef, rules: &[IngressRule]) -> Result<Receipt, CloudError> {
    let group = known(AUTHORIZE, group)?;
    match send_authorize(scope, group, rules).await {
        Err(error) if error.kind == ErrorKind::AlreadyExists => {
            let present: Vec<String> = present_rules(scope, group).await?.into_iter().map(|(handle, _)| handle).collect();
            let missing: Vec<IngressRule> = rules.iter().filter(|rule| !present.contains(&handle(rule))).cloned().collect();
            if missing.is_empty() {
                return Ok(Receipt { id: Some(group.to_owned()), public_key: None, request_id: error.request_id });
            }
            send_authorize(scope, group, &missing).await
        }
        other => other,
    }
}

async fn send_authorize(scope: Scope<'_>, group: &str, rules: &[IngressRule]) -> Result<Receipt, CloudError> {
    let permissions = rules.iter().map(permission).collect();
    let request = scope.region.ec2().authorize_security_group_ingress().group_id(group).set_ip_permissions(Some(permissions));
    let answer = scope.call(AUTHORIZE, request.send()).await?;
    Ok(receipt(&answer, Some(group)))
}

fn permission(rule: &IngressRule) -> IpPermission {
    let permission = IpPermission::builder().ip_protocol(&rule.protocol);
    let permission = match rule.protocol.as_str() {
        ALL_PROTOCOLS => permission,
        _ => permission.from_port(rule.from_port).to_port(rule.to_port),
    };
    let source = rule.source.as_str();
    let permission = if source.starts_with("sg-") {
        permission.user_id_group_pairs(UserIdGroupPair::builder().group_id(source).build())
    } else if source.starts_with("pl-") {
        permission.prefix_list_ids(PrefixListId::builder().prefix_list_id(source).build())
    } else if source.contains(':') {
        permission.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(source).build())
    } else {
        permission.ip_ranges(IpRange::builder().cidr_ip(source).build())
    };
    permission.build()
}

/// ec2:RevokeSecurityGroupIngress by rule id.
pub(crate) async fn revoke(scope: Scope<'_>, group: &IdRef, wanted: &[String]) -> Result<Receipt, CloudError> {
    let group = known(REVOKE, group)?;
    let present = match present_rules(scope, group).await {
        Ok(present) => present,
        Err(error) => return gone_is_done(Err(error)),
    };
    let ids: Vec<String> =
        present.into_iter().filter(|(handle, id)| wanted.contains(handle) || wanted.contains(id)).map(|(_, id)| id).collect();
    if ids.is_empty() {
        return Ok(Receipt { id: Some(group.to_owned()), ..Receipt::default() });
    }
    let request = scope.region.ec2().revoke_security_group_ingress().group_id(group).set_security_group_rule_ids(Some(ids));
    gone_is_done(scope.call(REVOKE, request.send()).await.map(|answer| receipt(&answer, Some(group))))
}

/// Handle and id of the ingress rules a group has now.
async fn present_rules(scope: Scope<'_>, group: &str) -> Result<Vec<(String, String)>, CloudError> {
    let found = paging::all(DESCRIBE_RULES, async |token| {
        let request = scope
            .region
            .ec2()
            .describe_security_group_rules()
            .filters(filter("group-id", [group.to_owned()]))
            .max_results(PAGE)
            .set_next_token(token);
        let page = scope.call(DESCRIBE_RULES, request.send()).await?;
        let rules = page.security_group_rules().iter().filter(|rule| rule.is_egress() != Some(true));
        Ok((rules.map(|rule| (rule_handle(rule), text(rule.security_group_rule_id()))).collect(), page.next_token().map(str::to_owned)))
    })
    .await;
    match found.failures.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(found.items),
    }
}

fn rule_handle(from: &SecurityGroupRule) -> String {
    let cidr = from.cidr_ipv4().or(from.cidr_ipv6()).map(canonical_cidr);
    let referenced = from.referenced_group_info().and_then(|group| group.group_id()).map(str::to_owned);
    let source = cidr.or_else(|| from.prefix_list_id().map(str::to_owned)).or(referenced).unwrap_or_default();
    handle(&IngressRule {
        protocol: text(from.ip_protocol()),
        from_port: from.from_port().unwrap_or(ALL_PORTS),
        to_port: from.to_port().unwrap_or(ALL_PORTS),
        source,
        rule_id: None,
    })
}

/// ec2:DeleteSecurityGroup.
pub(crate) async fn delete(scope: Scope<'_>, group: &str) -> Result<Receipt, CloudError> {
    let request = scope.region.ec2().delete_security_group().group_id(group);
    gone_is_done(scope.call("ec2:DeleteSecurityGroup", request.send()).await.map(|answer| receipt(&answer, Some(group))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cidrs_lose_their_host_bits() {
        for (cidr, canonical) in [
            ("10.0.0.9/24", "10.0.0.0/24"),
            ("203.0.113.7/32", "203.0.113.7/32"),
            ("1.2.3.4/0", "0.0.0.0/0"),
            ("2001:db8::1/32", "2001:db8::/32"),
            ("::1/0", "::/0"),
            ("10.0.0.0/33", "10.0.0.0/33"),
            ("sg-1", "sg-1"),
        ] {
            assert_eq!(canonical_cidr(cidr), canonical);
        }
    }

    #[test]
    fn a_rule_survives_the_way_to_aws_and_back() {
        for (protocol, port, source) in
            [("tcp", 22, "203.0.113.0/24"), ("udp", 53, "2001:db8::/32"), ("tcp", 3306, "sg-0abc"), ("-1", -1, "pl-0abc")]
        {
            let rule =
                IngressRule { protocol: protocol.to_owned(), from_port: port, to_port: port, source: source.to_owned(), rule_id: None };
            let back = rules(&permission(&rule));
            assert_eq!(back.len(), 1);
            assert_eq!(back[0].wanted(), rule);
            assert_eq!(back[0].rule_id.as_deref(), Some(&*format!("{protocol}/{port}/{port}/{source}")));
        }
    }
}
