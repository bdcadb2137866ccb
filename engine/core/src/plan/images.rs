//! Which image a new instance is made from.

use super::draft::Input;
use crate::cloud::{ImageQuery, Place};
use crate::fleet::{ImageChoice, User};

/// An image that a new instance can be made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// AMI id.
    pub id: String,
    /// Device name of its root volume.
    pub root_device: String,
    /// Its name, for people.
    pub name: String,
}

/// What the lock and the snapshot know about an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// It is known.
    Known(Resolved),
    /// It has to be asked for.
    Ask(ImageQuery),
    /// It was asked for and there is none, or the question was refused; the text says why and what next.
    None(String),
}

/// The query behind a choice.
#[must_use]
pub fn query(choice: &ImageChoice, architecture: &str) -> ImageQuery {
    match choice {
        ImageChoice::Ubuntu2404 => ImageQuery::Ubuntu2404 { architecture: architecture.to_owned() },
        ImageChoice::Id(id) => ImageQuery::Id(id.clone()),
        ImageChoice::Ssm(path) => ImageQuery::Ssm(path.clone()),
        ImageChoice::Newest { owner, name } => {
            ImageQuery::Newest { owner: owner.clone(), name: name.clone(), architecture: architecture.to_owned() }
        }
    }
}

/// Looks an image up: fleet.lock first, then what was observed.
#[must_use]
pub fn lookup(input: &Input<'_>, place: &Place, user: &User) -> Lookup {
    let choice = &user.image.value;
    if let Some(locked) = input.lock.image(&place.region, &user.architecture, &choice.lock_name()) {
        return Lookup::Known(Resolved { id: locked.id.clone(), root_device: locked.root_device.clone(), name: locked.name.clone() });
    }
    let query = query(choice, &user.architecture);
    let view = input.snapshot.places.get(place);
    match view.and_then(|view| view.images.get(&query)) {
        Some(Some(image)) if image.architecture == user.architecture => {
            Lookup::Known(Resolved { id: image.id.clone(), root_device: image.root_device.clone(), name: image.name.clone() })
        }
        Some(Some(image)) => Lookup::None(format!(
            "image {} is for {}, but type `{}` is {}; choose an image or a type of the same architecture",
            image.id, image.architecture, user.instance_type.value, user.architecture
        )),
        Some(None) => Lookup::None(format!("no image matches `{}` in {}; check `image` and the region", choice.lock_name(), place.region)),
        None if was_refused(input, place) => {
            Lookup::None(format!("the image `{}` could not be looked up, see gaps; `muster lock` pins it once it can", choice.lock_name()))
        }
        None => Lookup::Ask(query),
    }
}

fn was_refused(input: &Input<'_>, place: &Place) -> bool {
    let account = input.snapshot.account_id(&place.account);
    input.snapshot.gaps.iter().any(|gap| gap.kind == crate::cloud::Kind::Image && gap.region == place.region && gap.account == account)
}
