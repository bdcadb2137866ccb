//! `muster lock`.

use std::collections::BTreeMap;

use muster_core::cloud::{Image, Reader as _, Snapshot};
use muster_core::fleet::{Fleet, ImageChoice, User};
use muster_core::lock::{Lock as File, LockedImage};
use muster_core::plan;

use crate::app::App;
use crate::args::{Lock, LockCommand};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::project::{LOCK_FILE, write_lock};
use crate::render::count;
use crate::session::Session;
use crate::world::Access;

/// Which entries may move.
enum Moving<'a> {
    /// None: only what is missing is added.
    Nothing,
    /// All.
    Everything,
    /// Those of this name.
    Named(&'a str),
}

/// Writes fleet.lock.
pub(crate) async fn run(app: &App, args: &Lock) -> Result<Exit, CommandError> {
    let moving = match &args.command {
        None => Moving::Nothing,
        Some(LockCommand::Update { name: None }) => Moving::Everything,
        Some(LockCommand::Update { name: Some(name) }) => Moving::Named(name),
    };
    let session = Session::open(app, false, Access::Read).await?;
    write(app, &session, &moving).await
}

/// Adds what is missing; for `init`.
pub(crate) async fn add_missing(app: &App, session: &Session) -> Result<Exit, CommandError> {
    write(app, session, &Moving::Nothing).await
}

async fn write(app: &App, session: &Session, moving: &Moving<'_>) -> Result<Exit, CommandError> {
    let fleet = &session.project.fleet;
    let snapshot = session.world.observe(&plan::images_to_lock(fleet, session.now)).await?;
    let wanted = resolve(fleet, &snapshot)?;
    if let Moving::Named(name) = moving {
        refuse_unknown(&wanted, name)?;
    }
    let lock = merged(&session.project.lock, wanted, moving);
    let lines = differences(&session.project.lock, &lock);
    if lines.is_empty() && session.project.is_locked {
        app.terminal.say(&format!("{LOCK_FILE} is up to date: {}", count(lock.images.len(), "image")));
        return Ok(Exit::Done);
    }
    write_lock(&session.project.folder, &lock)?;
    app.terminal.say(&format!("{LOCK_FILE} pins {}", count(lock.images.len(), "image")));
    lines.iter().for_each(|line| app.terminal.say(line));
    Ok(Exit::Done)
}

/// The newest image for every name, region and architecture of the file.
fn resolve(fleet: &Fleet, snapshot: &Snapshot) -> Result<BTreeMap<String, LockedImage>, CommandError> {
    let mut wanted = BTreeMap::new();
    for user in fleet.users.values().filter(|user| !matches!(user.image.value, ImageChoice::Id(_))) {
        let key = File::key(&user.place.region, &user.architecture, &user.image.value.lock_name());
        if wanted.contains_key(&key) {
            continue;
        }
        if let Some(image) = image_of(user, snapshot)? {
            wanted.insert(key, LockedImage::from(image));
        }
    }
    Ok(wanted)
}

/// The image of a user; nothing for one who is no longer current, whose image was not asked for.
fn image_of<'s>(user: &User, snapshot: &'s Snapshot) -> Result<Option<&'s Image>, CommandError> {
    let query = plan::image_query(&user.image.value, &user.architecture);
    let answer = snapshot.places.get(&user.place).and_then(|view| view.images.get(&query));
    match answer {
        Some(Some(image)) => Ok(Some(image)),
        Some(None) => Err(CommandError::failed(format!("no image matches `{}` in {}", user.image.value.lock_name(), user.place))
            .hint(format!("check `image` at {}", user.image.span))),
        None => match snapshot.gaps.iter().find(|gap| gap.region == user.place.region) {
            Some(gap) => Err(CommandError::new(
                if gap.unreachable { Exit::Unreachable } else { Exit::Denied },
                format!("{}: {}", gap.action, gap.error),
            )
            .hint("`muster iam --plan` prints the policy that reading needs")),
            None => Ok(None),
        },
    }
}

fn refuse_unknown(wanted: &BTreeMap<String, LockedImage>, name: &str) -> Result<(), CommandError> {
    if wanted.keys().any(|key| is_named(key, name)) {
        return Ok(());
    }
    let list = wanted.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    Err(CommandError::usage(format!("the fleet uses no image called `{name}`")).hint(format!("it uses {list}")))
}

/// `ap-northeast-2/x86_64/ubuntu-24.04` is named by itself and by its last part.
fn is_named(key: &str, name: &str) -> bool {
    key == name || key.splitn(3, '/').nth(2) == Some(name)
}

/// Entries that nobody uses any more fall out.
fn merged(old: &File, wanted: BTreeMap<String, LockedImage>, moving: &Moving<'_>) -> File {
    let keep = |key: &str| match moving {
        Moving::Nothing => true,
        Moving::Everything => false,
        Moving::Named(name) => !is_named(key, name),
    };
    let chosen = |(key, new): (String, LockedImage)| {
        let kept = old.images.get(&key).filter(|_| keep(&key)).cloned();
        (key, kept.unwrap_or(new))
    };
    // Packs are locked by whoever looked at them, `muster rule lock`.
    File { format: muster_core::lock::FORMAT, images: wanted.into_iter().map(chosen).collect(), packs: old.packs.clone() }
}

fn differences(old: &File, new: &File) -> Vec<String> {
    let mut lines = Vec::new();
    for (key, image) in &new.images {
        match old.images.get(key) {
            None => lines.push(format!("  + {key}: {} ({})", image.id, image.name)),
            Some(before) if before != image => lines.push(format!("  ~ {key}: {} → {} ({})", before.id, image.id, image.name)),
            Some(_) => {}
        }
    }
    lines.extend(old.images.keys().filter(|key| !new.images.contains_key(*key)).map(|key| format!("  - {key}: nobody uses it any more")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(id: &str) -> LockedImage {
        LockedImage { id: id.to_owned(), name: "noble".to_owned(), date: String::new(), root_device: String::new(), source: String::new() }
    }

    fn lock(id: &str) -> File {
        File { format: 1, images: [("r/x86_64/ubuntu-24.04".to_owned(), image(id))].into(), ..File::default() }
    }

    #[test]
    fn only_an_update_moves_an_entry() {
        let old = lock("ami-1");
        assert_eq!(merged(&old, lock("ami-2").images, &Moving::Nothing), old);
        assert_eq!(merged(&old, lock("ami-2").images, &Moving::Everything), lock("ami-2"));
        assert_eq!(merged(&old, lock("ami-2").images, &Moving::Named("ubuntu-24.04")), lock("ami-2"));
        assert_eq!(merged(&old, lock("ami-2").images, &Moving::Named("other")), old);
        assert_eq!(merged(&old, BTreeMap::new(), &Moving::Nothing).images.len(), 0, "what nobody uses falls out");
    }

    #[test]
    fn a_change_shows_both_ids() {
        let lines = differences(&lock("ami-1"), &lock("ami-2"));
        assert_eq!(lines, ["  ~ r/x86_64/ubuntu-24.04: ami-1 → ami-2 (noble)"]);
    }
}
