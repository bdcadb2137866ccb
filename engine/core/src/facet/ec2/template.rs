//! Launch templates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TAGS;
use super::instance::{MetadataOptions, Profile};
use crate::facet::table::{Arn, Call, FacetSpec, Home, KindSpec};
use crate::tags::Tags;

pub(super) const LAUNCH_TEMPLATE: KindSpec = KindSpec {
    word: "ec2.launch-template",
    says: "A launch template.",
    home: Home::Region,
    id: "LaunchTemplateId",
    arn: Arn::Of("arn:{partition}:ec2:{region}:{account}:launch-template/{id}"),
    calls: &[Call::once("ec2:DescribeLaunchTemplates")],
    facets: &[
        TAGS,
        FacetSpec {
            word: "data",
            says: "What its default version says.",
            members: &["LaunchTemplateData"],
            calls: &[Call::once("ec2:DescribeLaunchTemplateVersions")],
        },
    ],
    schema: |generator| LaunchTemplate::json_schema(generator),
};

/// A launch template, as `aws ec2 describe-launch-templates` prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct LaunchTemplate {
    /// Its id.
    pub launch_template_id: String,
    /// Its name.
    pub launch_template_name: String,
    /// The version that counts when none is named.
    pub default_version_number: i64,
    /// Facet `data`: its default version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub launch_template_data: Option<TemplateData>,
    /// Facet `tags`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tags: Option<Tags>,
}

/// What a version of a launch template says, out of `aws ec2 describe-launch-template-versions`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TemplateData {
    /// The image, or a parameter that names it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub image_id: Option<String>,
    /// The type.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub instance_type: Option<String>,
    /// The role.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub iam_instance_profile: Option<Profile>,
    /// What instances run at their first start: the decoded text, what is no UTF-8 replaced.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_data: Option<String>,
    /// How the metadata service is set.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub metadata_options: Option<MetadataOptions>,
    /// Ids of security groups, those of its network interfaces among them.
    pub security_group_ids: Vec<String>,
}
