//! Which image a query stands for.

use aws_sdk_ec2::types::Image as SdkImage;
use muster_core::cloud::{CloudError, ErrorKind, Image, ImageQuery};

use super::filter;
use crate::convert::{text, unsigned};
use crate::region::Scope;
use crate::{paging, ssm};

const DESCRIBE: &str = "ec2:DescribeImages";
/// Most images of a page.
const PAGE: i32 = 1000;
/// Canonical's account.
const CANONICAL: &str = "099720109477";

/// The query as a person would say it.
pub(crate) fn words(query: &ImageQuery) -> String {
    match query {
        ImageQuery::Id(id) => id.clone(),
        ImageQuery::Ssm(parameter) => format!("ssm:{parameter}"),
        ImageQuery::Newest { owner, name, architecture } => format!("newest {name} of {owner}, {architecture}"),
        ImageQuery::Ubuntu2404 { architecture } => format!("ubuntu-24.04, {architecture}"),
    }
}

/// The image of a query; nothing when none matches.
pub(crate) async fn resolve(scope: Scope<'_>, query: &ImageQuery) -> Result<Option<Image>, CloudError> {
    match query {
        ImageQuery::Id(id) => by_id(scope, id, "id").await,
        ImageQuery::Ssm(parameter) => by_parameter(scope, parameter).await,
        ImageQuery::Newest { owner, name, architecture } => newest(scope, owner, name, architecture).await,
        ImageQuery::Ubuntu2404 { architecture } => ubuntu(scope, architecture).await,
    }
}

/// Canonical's parameter names the newest image; where it cannot be read, the newest by date is looked up.
async fn ubuntu(scope: Scope<'_>, architecture: &str) -> Result<Option<Image>, CloudError> {
    let word = canonicals_word(architecture);
    let parameter = format!("/aws/service/canonical/ubuntu/server/24.04/stable/current/{word}/hvm/ebs-gp3/ami-id");
    match by_parameter(scope, &parameter).await {
        Ok(Some(image)) => Ok(Some(image)),
        first => {
            let name = format!("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{word}-server-*");
            let second = newest(scope, CANONICAL, &name, architecture).await;
            second.or_else(|error| first.and(Err(error)))
        }
    }
}

/// Canonical says amd64 where EC2 says `x86_64`.
fn canonicals_word(architecture: &str) -> &str {
    if architecture == "x86_64" { "amd64" } else { architecture }
}

async fn by_parameter(scope: Scope<'_>, parameter: &str) -> Result<Option<Image>, CloudError> {
    match ssm::public_parameter(scope, parameter).await? {
        Some(id) => by_id(scope, &id, &format!("ssm:{parameter}")).await,
        None => Ok(None),
    }
}

async fn by_id(scope: Scope<'_>, id: &str, source: &str) -> Result<Option<Image>, CloudError> {
    let request = scope.region.ec2().describe_images().image_ids(id);
    match scope.call(DESCRIBE, request.send()).await {
        Ok(answer) => Ok(answer.images().first().map(|found| image(found, source))),
        Err(error) if error.kind == ErrorKind::NotFound || error.code.starts_with("InvalidAMIID.") => Ok(None),
        Err(error) => Err(error),
    }
}

async fn newest(scope: Scope<'_>, owner: &str, name: &str, architecture: &str) -> Result<Option<Image>, CloudError> {
    let source = format!("describe-images {owner}");
    let found = paging::all(DESCRIBE, async |token| {
        let request = scope
            .region
            .ec2()
            .describe_images()
            .owners(owner)
            .filters(filter("name", [name.to_owned()]))
            .filters(filter("architecture", [architecture.to_owned()]))
            .filters(filter("state", ["available".to_owned()]))
            .max_results(PAGE)
            .set_next_token(token);
        let page = scope.call(DESCRIBE, request.send()).await?;
        Ok((page.images().iter().map(|found| image(found, &source)).collect(), page.next_token().map(str::to_owned)))
    })
    .await;
    match found.failures.into_iter().next() {
        // The newest may stand on the page that is missing.
        Some(error) => Err(error),
        None => Ok(found.items.into_iter().max_by(|a, b| (&a.created, &a.id).cmp(&(&b.created, &b.id)))),
    }
}

fn image(from: &SdkImage, source: &str) -> Image {
    let root_name = from.root_device_name();
    let root = from.block_device_mappings().iter().find(|device| device.device_name() == root_name).and_then(|device| device.ebs());
    Image {
        id: text(from.image_id()),
        name: text(from.name()),
        architecture: text(from.architecture().map(|architecture| architecture.as_str())),
        created: text(from.creation_date()),
        root_device: text(root_name),
        min_size_gib: unsigned(root.and_then(|ebs| ebs.volume_size())),
        source: source.to_owned(),
    }
}
