//! What further calls tell of instances.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::operation::describe_instance_attribute::DescribeInstanceAttributeOutput;
use aws_sdk_ec2::types::{Image, InstanceAttributeName, InstanceTypeInfo};
use aws_sdk_ssm::types::InstanceInformation;
use futures::future::try_join_all;
use muster_core::cloud::CloudError;
use muster_core::facet::ec2::{ImageInfo, SsmInfo, TypeInfo};
use muster_core::facet::{Fact, KindSpec, Members, Metric};
use serde_json::{Value, json};

use super::super::gather::{Gather, whole};
use super::super::metrics::{self, Query};
use super::{FILTER_VALUES, decoded, rfc3339, told};
use crate::convert::text;
use crate::ec2::filter;
use crate::paging;
use crate::region::Scope;

const ATTRIBUTE: &str = "ec2:DescribeInstanceAttribute";
const TYPES: &str = "ec2:DescribeInstanceTypes";
const IMAGES: &str = "ec2:DescribeImages";
const SSM: &str = "ssm:DescribeInstanceInformation";
/// Most types of a page.
const TYPES_PAGE: i32 = 100;
/// Most instances of a page of Systems Manager.
const SSM_PAGE: i32 = 50;

/// The facts with every facet that is wanted of them.
pub(super) async fn added(gather: &Gather<'_>, kind: &'static KindSpec, facts: Vec<Fact>) -> Vec<Fact> {
    let scope = gather.scope;
    let facts = gather.each(kind, "termination-protection", facts, async |fact| protection(scope, &fact.id).await).await;
    let mut facts = gather.each(kind, "user-data", facts, async |fact| user_data(scope, &fact.id).await).await;
    let (types, images) = (named(&facts, "InstanceType"), named(&facts, "ImageId"));
    gather.bulk(kind, "type", &mut facts, all_types(scope, types), |types, fact| put(fact, "TypeInfo", "InstanceType", types)).await;
    gather.bulk(kind, "image", &mut facts, all_images(scope, images), |images, fact| put(fact, "Image", "ImageId", images)).await;
    gather.bulk(kind, "ssm", &mut facts, all_managed(scope), |known, fact| put(fact, "InstanceInformation", "InstanceId", known)).await;
    let ids = named(&facts, "InstanceId");
    let cpu = metrics::daily_by(gather, queries(&ids, "CPUUtilization", &["Average", "Maximum"]));
    gather.bulk(kind, "cpu", &mut facts, cpu, |cpu, fact| put_metric(fact, "Cpu", cpu, "CPUUtilization")).await;
    let both = queries(&ids, "NetworkIn", &["Sum"]).into_iter().chain(queries(&ids, "NetworkOut", &["Sum"])).collect();
    let traffic = metrics::daily_by(gather, both);
    let members = ["NetworkIn", "NetworkOut"];
    gather
        .bulk(kind, "network-traffic", &mut facts, traffic, |traffic, fact| {
            members.into_iter().for_each(|member| put_metric(fact, member, traffic, member));
        })
        .await;
    facts
}

/// What the facts say in a member, each once.
fn named(facts: &[Fact], member: &str) -> BTreeSet<String> {
    facts.iter().filter_map(|fact| fact.body.get(member)?.as_str()).map(str::to_owned).collect()
}

/// What `all` knows of the thing that `by` names; null when it knows nothing.
fn put(fact: &mut Fact, member: &str, by: &str, all: &BTreeMap<String, Value>) {
    let known = fact.body.get(by).and_then(Value::as_str).and_then(|name| all.get(name)).cloned();
    fact.put(member, known.unwrap_or_default());
}

async fn attribute(scope: Scope<'_>, id: &str, name: InstanceAttributeName) -> Result<DescribeInstanceAttributeOutput, CloudError> {
    let request = scope.region.ec2().describe_instance_attribute().instance_id(id).attribute(name);
    scope.call(ATTRIBUTE, request.send()).await
}

async fn protection(scope: Scope<'_>, id: &str) -> Result<Members, CloudError> {
    let answer = attribute(scope, id, InstanceAttributeName::DisableApiTermination).await?;
    let protected = answer.disable_api_termination().and_then(|value| value.value()).unwrap_or_default();
    Ok(Members::from_iter([("DisableApiTermination".to_owned(), protected.into())]))
}

async fn user_data(scope: Scope<'_>, id: &str) -> Result<Members, CloudError> {
    let answer = attribute(scope, id, InstanceAttributeName::UserData).await?;
    let data = answer.user_data().and_then(|value| value.value()).filter(|data| !data.is_empty()).map(decoded);
    Ok(Members::from_iter([("UserData".to_owned(), data.into())]))
}

async fn all_types(scope: Scope<'_>, names: BTreeSet<String>) -> Result<BTreeMap<String, Value>, CloudError> {
    let names: Vec<String> = names.into_iter().collect();
    let answers = try_join_all(names.chunks(FILTER_VALUES).map(async |names| {
        let pages = paging::all(TYPES, async |token| {
            let request = scope.region.ec2().describe_instance_types().filters(filter("instance-type", names.to_vec()));
            let page = scope.call(TYPES, request.max_results(TYPES_PAGE).set_next_token(token).send()).await?;
            Ok((page.instance_types().iter().map(type_info).collect(), page.next_token().map(str::to_owned)))
        });
        whole(pages.await)
    }));
    Ok(answers.await?.into_iter().flatten().collect())
}

fn type_info(from: &InstanceTypeInfo) -> (String, Value) {
    let architectures = from.processor_info().map(|processor| processor.supported_architectures()).unwrap_or_default();
    let info = TypeInfo {
        current_generation: from.current_generation().unwrap_or_default(),
        supported_architectures: architectures.iter().map(|architecture| architecture.as_str().to_owned()).collect(),
        default_v_cpus: from.v_cpu_info().and_then(|vcpus| vcpus.default_v_cpus()).unwrap_or_default().into(),
        size_in_mi_b: from.memory_info().and_then(|memory| memory.size_in_mib()).unwrap_or_default(),
    };
    (text(from.instance_type().map(|kind| kind.as_str())), json!(info))
}

/// By a filter rather than by id: one id that is gone fails a whole call.
async fn all_images(scope: Scope<'_>, ids: BTreeSet<String>) -> Result<BTreeMap<String, Value>, CloudError> {
    let ids: Vec<String> = ids.into_iter().collect();
    let answers = try_join_all(ids.chunks(FILTER_VALUES).map(async |ids| {
        let pages = paging::all(IMAGES, async |token| {
            let request = scope.region.ec2().describe_images().include_deprecated(true).include_disabled(true);
            let page = scope.call(IMAGES, request.filters(filter("image-id", ids.to_vec())).set_next_token(token).send()).await?;
            Ok((page.images().iter().map(image_info).collect(), page.next_token().map(str::to_owned)))
        });
        whole(pages.await)
    }));
    Ok(answers.await?.into_iter().flatten().collect())
}

fn image_info(from: &Image) -> (String, Value) {
    let info = ImageInfo {
        name: told(from.name()),
        owner_id: told(from.owner_id()),
        creation_date: told(from.creation_date()),
        deprecation_time: told(from.deprecation_time()),
    };
    (text(from.image_id()), json!(info))
}

async fn all_managed(scope: Scope<'_>) -> Result<BTreeMap<String, Value>, CloudError> {
    let pages = paging::all(SSM, async |token| {
        let request = scope.region.ssm().describe_instance_information().max_results(SSM_PAGE).set_next_token(token);
        let page = scope.call(SSM, request.send()).await?;
        Ok((page.instance_information_list().iter().map(managed).collect(), page.next_token().map(str::to_owned)))
    });
    Ok(whole(pages.await)?.into_iter().collect())
}

fn managed(from: &InstanceInformation) -> (String, Value) {
    let info = SsmInfo {
        ping_status: text(from.ping_status().map(|status| status.as_str())),
        last_ping_date_time: rfc3339(from.last_ping_date_time()),
    };
    (text(from.instance_id()), json!(info))
}

/// A metric of each instance, by instance and metric.
fn queries(ids: &BTreeSet<String>, name: &'static str, stats: &'static [&'static str]) -> Vec<((String, &'static str), Query)> {
    let query = |id: &String| Query { namespace: "AWS/EC2", name, dimensions: vec![("InstanceId", id.clone())], stats };
    ids.iter().map(|id| ((id.clone(), name), query(id))).collect()
}

fn put_metric(fact: &mut Fact, member: &str, all: &BTreeMap<(String, &'static str), Metric>, name: &'static str) {
    let known = all.get(&(fact.id.clone(), name)).cloned().unwrap_or_default();
    fact.put(member, json!(known));
}
