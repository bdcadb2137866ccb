//! Which VPC and subnet a new resource goes to.

use super::draft::Draft;
use crate::cloud::{Listing, Place, Subnet, Vpc};
use crate::fleet::VpcChoice;
use crate::tags::Tags;

/// The id of the chosen VPC.
///
/// # Errors
/// Why it cannot be said, and what next.
pub fn vpc(draft: &Draft<'_>, place: &Place, choice: &VpcChoice) -> Result<String, String> {
    let Some(site) = draft.sites.get(place) else { return Err(format!("{place} was not read")) };
    let vpcs = &site.view.vpcs;
    match choice {
        VpcChoice::Id(id) => Ok(id.clone()),
        VpcChoice::Default => match vpcs.seen().iter().find(|vpc| vpc.is_default) {
            Some(vpc) => Ok(vpc.id.clone()),
            None if vpcs.is_complete() => Err(format!(
                "{place} has no default VPC; name one with `network: {{vpc: vpc-…, subnet: subnet-…}}` or make one with `aws ec2 create-default-vpc`"
            )),
            None => Err("the VPCs could not be read, see gaps".to_owned()),
        },
        VpcChoice::Tags(tags) => only(vpcs, |vpc: &Vpc| has(&vpc.tags, tags), |vpc| &vpc.id, "VPC"),
    }
}

/// The id of the chosen subnet; nothing lets EC2 take a default one of some zone.
///
/// # Errors
/// Why it cannot be said, and what next.
pub fn subnet(draft: &Draft<'_>, place: &Place, choice: &VpcChoice, vpc: &str) -> Result<Option<String>, String> {
    let Some(site) = draft.sites.get(place) else { return Err(format!("{place} was not read")) };
    let is_default_vpc = || site.view.vpcs.seen().iter().any(|known| known.is_default && known.id == vpc);
    match choice {
        VpcChoice::Id(id) => Ok(Some(id.clone())),
        VpcChoice::Default if is_default_vpc() => Ok(None),
        VpcChoice::Default => {
            Err(format!("{vpc} is not the default VPC, so it has no default subnet; name one with `network: {{subnet: subnet-…}}`"))
        }
        VpcChoice::Tags(tags) => {
            let fits = |subnet: &Subnet| subnet.vpc == vpc && has(&subnet.tags, tags);
            only(&site.view.subnets, fits, |subnet| &subnet.id, "subnet").map(Some)
        }
    }
}

fn has(all: &Tags, wanted: &Tags) -> bool {
    wanted.iter().all(|(key, value)| all.get(key) == Some(value))
}

fn only<T>(listing: &Listing<T>, fits: impl Fn(&T) -> bool, id: impl Fn(&T) -> &String, what: &str) -> Result<String, String> {
    let matching: Vec<&String> = listing.seen().iter().filter(|item| fits(item)).map(id).collect();
    match matching.as_slice() {
        [one] if listing.is_complete() => Ok((*one).clone()),
        [] if listing.is_complete() => Err(format!("no {what} carries these tags; tag one or name it by id")),
        [_, _, ..] => Err(format!(
            "{} {what}s carry these tags ({}); tags must match exactly one",
            matching.len(),
            matching.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", ")
        )),
        _ => Err(format!("the {what}s could not be read in full, see gaps")),
    }
}
