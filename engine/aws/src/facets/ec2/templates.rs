//! Launch templates and what their default versions say.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{LaunchTemplate as SdkTemplate, LaunchTemplateInstanceMetadataOptions, ResponseLaunchTemplateData};
use muster_core::cloud::CloudError;
use muster_core::facet::ec2::{LaunchTemplate, MetadataOptions, Profile, TemplateData};
use muster_core::facet::{Fact, KindSpec};
use serde_json::json;

use super::super::gather::{Gather, members, whole};
use super::{decoded, sorted, told};
use crate::convert::text;
use crate::paging;
use crate::region::Scope;

const DESCRIBE: &str = "ec2:DescribeLaunchTemplates";
const VERSIONS: &str = "ec2:DescribeLaunchTemplateVersions";
/// Most templates or versions of a page.
const PAGE: i32 = 200;

pub(super) async fn gather(gather: &Gather<'_>, kind: &'static KindSpec) {
    let (scope, tags) = (gather.scope, gather.wants_facet(kind, "tags"));
    let found = paging::all(DESCRIBE, async |token| {
        let request = scope.region.ec2().describe_launch_templates().max_results(PAGE).set_next_token(token);
        let page = scope.call(DESCRIBE, request.send()).await?;
        let bodies = page.launch_templates().iter().map(|from| members(&template(from, tags))).collect();
        Ok((bodies, page.next_token().map(str::to_owned)))
    });
    let mut facts = gather.listed(kind, found.await);
    let put = |all: &BTreeMap<String, TemplateData>, fact: &mut Fact| {
        let data = all.get(&fact.id).cloned().unwrap_or_default();
        fact.put("LaunchTemplateData", json!(data));
    };
    gather.bulk(kind, "data", &mut facts, default_versions(scope), put).await;
    gather.keep(facts);
}

fn template(from: &SdkTemplate, tags: bool) -> LaunchTemplate {
    LaunchTemplate {
        launch_template_id: text(from.launch_template_id()),
        launch_template_name: text(from.launch_template_name()),
        default_version_number: from.default_version_number().unwrap_or_default(),
        launch_template_data: None,
        tags: tags.then(|| crate::ec2::tags(from.tags())),
    }
}

/// The default version of every template: a call that names none is answered for all.
async fn default_versions(scope: Scope<'_>) -> Result<BTreeMap<String, TemplateData>, CloudError> {
    let pages = paging::all(VERSIONS, async |token| {
        let request = scope.region.ec2().describe_launch_template_versions().versions("$Default");
        let page = scope.call(VERSIONS, request.max_results(PAGE).set_next_token(token).send()).await?;
        let versions = page.launch_template_versions().iter();
        let read = versions.filter_map(|version| Some((text(version.launch_template_id()), data(version.launch_template_data()?))));
        Ok((read.collect(), page.next_token().map(str::to_owned)))
    });
    Ok(whole(pages.await)?.into_iter().collect())
}

fn data(from: &ResponseLaunchTemplateData) -> TemplateData {
    let of_interfaces = from.network_interfaces().iter().flat_map(|interface| interface.groups());
    let groups = from.security_group_ids().iter().chain(of_interfaces);
    TemplateData {
        image_id: told(from.image_id()),
        instance_type: from.instance_type().map(|kind| kind.as_str().to_owned()),
        iam_instance_profile: from.iam_instance_profile().map(|profile| Profile { arn: text(profile.arn().or(profile.name())) }),
        user_data: from.user_data().filter(|data| !data.is_empty()).map(decoded),
        metadata_options: from.metadata_options().map(metadata),
        security_group_ids: sorted(groups.map(String::as_str)),
    }
}

fn metadata(from: &LaunchTemplateInstanceMetadataOptions) -> MetadataOptions {
    MetadataOptions {
        http_tokens: from.http_tokens().map(|tokens| tokens.as_str().to_owned()),
        http_endpoint: from.http_endpoint().map(|endpoint| endpoint.as_str().to_owned()),
        http_put_response_hop_limit: from.http_put_response_hop_limit().map(i64::from),
    }
}
