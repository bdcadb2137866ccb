//! The user's key pair.

use super::super::draft::{Draft, Marked, marked, tend_marks};
use super::super::fields::Fields;
use super::super::mark::Mark;
use super::super::model::{Action, Op, Step};
use super::super::site::Found;
use super::super::words;
use crate::address::{Address, Part};
use crate::cloud::{Change, KeyMaterial, KeyPair, Kind, SecretRef};
use crate::fleet::{Fleet, KeySource, User};
use crate::name::{FleetName, aws_name, aws_name_prefix};

/// What the `key` field says of a generated pair: its public half differs at every generation.
const GENERATED: &str = "generate";

/// Where the private half of a generated pair is kept.
#[must_use]
pub fn secret(fleet: &FleetName, name: &str) -> SecretRef {
    SecretRef { parameter: format!("/muster/{fleet}/{name}") }
}

/// Every parameter that may hold the private half of a user's generated pair: a rename of fleet or user leaves it
/// where it was made.
#[must_use]
pub fn secrets(fleet: &Fleet, user: &User) -> Vec<SecretRef> {
    let addresses = std::iter::once(&user.name).chain(&user.was).map(|name| Address::user(name, Part::Key));
    addresses.flat_map(|address| fleets(fleet).map(move |name| secret(name, &aws_name(name, &address))).collect::<Vec<_>>()).collect()
}

/// Where the private half of the pair of this name may be stored; a new one is stored in the first.
///
/// That is under the fleet the pair was made by. An adopted pair is called as somebody else called it, so its private
/// half is looked for where a pair of muster's own would have it.
#[must_use]
pub fn secrets_of_pair(fleet: &Fleet, address: &Address, pair: &str) -> Vec<SecretRef> {
    let derived: Vec<SecretRef> = match fleet.users.get(address.entry_name()) {
        Some(user) => secrets(fleet, user),
        None => fleets(fleet).map(|name| secret(name, &aws_name(name, address))).collect(),
    };
    let own: Vec<SecretRef> = derived.iter().filter(|secret| secret.pair() == pair).cloned().collect();
    // A removed entry has taken its former names with it; of the fleet the pair's name still tells.
    let made_by = || fleets(fleet).filter(|name| pair.starts_with(&aws_name_prefix(name))).map(|name| secret(name, pair)).collect();
    let found = if own.is_empty() { made_by() } else { own };
    if found.is_empty() { derived } else { found }
}

fn fleets(fleet: &Fleet) -> impl Iterator<Item = &FleetName> {
    fleet.name.iter().chain(&fleet.was)
}

/// True when the marks say that the pair was generated, so that its private half is stored.
#[must_use]
pub fn is_generated(mark: &Mark) -> bool {
    was_generated(mark.digest.as_deref())
}

fn was_generated(digest: Option<&str>) -> bool {
    digest == Some(generated_digest().as_str())
}

/// Whether a living pair was generated is known by its digest alone.
fn generated_digest() -> String {
    Fields::default().exact("key", GENERATED, None).digest()
}

pub(super) fn plan(draft: &mut Draft<'_>, user: &User) {
    let address = Address::user(&user.name, Part::Key);
    let Some(site) = draft.sites.get(&user.place) else { return };
    let found = match site.key(&address) {
        Found::Absent => None,
        Found::One(owned) => Some(owned.clone()),
        Found::Hold(why) => return draft.hold(&user.place.clone(), &address, why, Some(&user.span)),
    };
    match found {
        None => create(draft, user, address),
        Some(owned) => {
            tend_marks(
                draft,
                &Marked {
                    address: &address,
                    place: &user.place,
                    kind: Kind::KeyPair,
                    id: &owned.item.id,
                    self_id: &owned.item.id,
                    mark: &owned.mark,
                    renamed: owned.renamed,
                    protect: owned.mark.protect,
                    span: &user.span,
                },
            );
            update(draft, user, address, owned.item, owned.mark.digest.as_deref());
        }
    }
}

fn compare(user: &User, live: Option<&KeyPair>, digest: Option<&str>) -> Fields {
    let wanted = match &user.key.value {
        KeySource::Public(text) => text.clone(),
        KeySource::Generate => GENERATED.to_owned(),
    };
    let live = live.and_then(|pair| if was_generated(digest) { Some(GENERATED.to_owned()) } else { pair.public_key.clone() });
    let mut fields = Fields::default();
    fields.exact("key", wanted, live);
    fields
}

fn material(draft: &Draft<'_>, user: &User, name: &str, tags: &crate::tags::Tags) -> Vec<Op> {
    let address = Address::user(&user.name, Part::Key);
    let Some(secret) = secrets_of_pair(draft.input.fleet, &address, name).into_iter().next() else { return Vec::new() };
    let import = |key| Op::Do(Change::ImportKeyPair { name: name.to_owned(), key, tags: tags.clone() });
    match &user.key.value {
        KeySource::Public(text) => vec![import(KeyMaterial::Public(text.clone()))],
        // Stored before it is imported: a run that dies in between has lost nothing.
        KeySource::Generate => {
            vec![Op::Do(Change::StoreGeneratedKey { secret, tags: tags.clone() }), import(KeyMaterial::Generated)]
        }
    }
}

fn create(draft: &mut Draft<'_>, user: &User, address: Address) {
    let Some(fleet) = &draft.input.fleet.name else { return };
    if super::waits_for_request(draft, user) {
        return;
    }
    let fields = compare(user, None, None);
    let (cause, reason) = super::missing(draft, user);
    let name = aws_name(fleet, &address);
    let tags = marked(&user.tags, &super::mark(draft, &address, fields.digest()));
    let mut step = Step::new(address, user.place.clone(), Kind::KeyPair, Action::Create, cause);
    step.reason = reason;
    step.fields = fields.wanted();
    step.origin = Some(user.span.file_line());
    step.ops = material(draft, user, &name, &tags);
    draft.steps.push(step);
}

fn update(draft: &mut Draft<'_>, user: &User, address: Address, live: &KeyPair, digest: Option<&str>) {
    let fields = compare(user, Some(live), digest);
    if fields.differing().next().is_none() {
        return;
    }
    let (cause, reason) = fields.cause(digest);
    let tags = marked(&user.tags, &super::mark(draft, &address, fields.digest()));
    let mut step = Step::new(address.clone(), user.place.clone(), Kind::KeyPair, Action::Update, cause);
    step.id = Some(live.id.clone());
    step.reason = reason;
    step.fields = fields.changes();
    step.precondition = fields.precondition();
    step.origin = Some(user.key.span.file_line());
    if was_generated(digest) {
        step.reason = words::joined(&step.reason, "the private half that muster keeps is deleted");
        step.ops = delete_secrets(secrets_of_pair(draft.input.fleet, &address, &live.name));
    }
    step.ops.push(Op::Do(Change::DeleteKeyPair { name: live.name.clone() }));
    step.ops.extend(material(draft, user, &live.name, &tags));
    draft.steps.push(step);
    hold_for_the_living(draft, user, &address);
}

/// Deletes stored halves. They go before their pair: its marks alone show that there are any, so a run that dies in
/// between leaves what the next plan finds.
#[must_use]
pub fn delete_secrets(secrets: Vec<SecretRef>) -> Vec<Op> {
    secrets.into_iter().map(|secret| Op::Do(Change::DeleteStoredKey { secret })).collect()
}

/// A running machine keeps the key it was born with; the plan says how the new one gets in.
fn hold_for_the_living(draft: &mut Draft<'_>, user: &User, address: &Address) {
    let instance = Address::user(&user.name, Part::Instance);
    let lives = draft.sites.get(&user.place).is_some_and(|site| site.instances.ours.contains_key(&instance));
    if lives {
        let why = format!(
            "the new key counts for the next instance; on the living one, `muster key {} --rotate` pushes it through EC2 Instance Connect, Session Manager lets you add it by hand",
            user.name
        );
        draft.hold(&user.place, address, why, Some(&user.key.span));
    }
}
