//! The user's key pair.

use super::super::draft::{Draft, marked};
use super::super::fields::Fields;
use super::super::mark::Mark;
use super::super::model::{Action, Op, Step};
use super::super::site::Site;
use super::super::standing::{Standing, Wanted, standing};
use super::super::words;
use crate::address::{Address, Part};
use crate::aws_name::{aws_name, aws_name_prefix};
use crate::cloud::{Change, KeyMaterial, KeyPair, Kind, SecretRef};
use crate::fleet::{Fleet, KeySource, User};
use crate::name::FleetName;

/// What the `key` field says of a generated pair: its public half differs at every generation.
const GENERATED: &str = "generate";

/// Where the private half of a pair of this name is kept.
fn secret(fleet: &FleetName, name: &str) -> SecretRef {
    SecretRef { parameter: format!("/muster/{fleet}/{name}") }
}

/// Every parameter that may hold the private half of a user's generated pair: a rename of fleet or user leaves it
/// where it was made.
#[must_use]
pub fn secrets(fleet: &Fleet, user: &User) -> Vec<SecretRef> {
    let names = std::iter::once(&user.name).chain(&user.was);
    names.flat_map(|name| derived(fleet, &Address::user(name, Part::Key))).collect()
}

/// Where the private half of the pair of this name may be stored; a new one is stored in the first.
///
/// That is under the fleet the pair was made by. An adopted pair is called as somebody else called it, so its private
/// half is where a pair of muster's own would have it: there its user looks for it.
#[must_use]
pub fn secrets_of_pair(fleet: &Fleet, address: &Address, pair: &str) -> Vec<SecretRef> {
    let (all, own): (Vec<SecretRef>, Vec<SecretRef>) = match fleet.users.get(address.entry_name()) {
        Some(user) => {
            let all = secrets(fleet, user);
            let own = all.iter().filter(|secret| secret.pair() == pair).cloned().collect();
            (all, own)
        }
        // A removed entry has taken its former names with it; of the fleet the pair's name still tells.
        None => {
            let made_by = fleets(fleet).filter(|name| pair.starts_with(&aws_name_prefix(name)));
            (derived(fleet, address), made_by.map(|name| secret(name, pair)).collect())
        }
    };
    if own.is_empty() { all } else { own }
}

fn derived(fleet: &Fleet, address: &Address) -> Vec<SecretRef> {
    fleets(fleet).map(|name| secret(name, &aws_name(name, address))).collect()
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
    let wanted = Wanted { address: &address, place: &user.place, kind: Kind::KeyPair, protect: None, span: &user.span };
    match standing(draft, &wanted, Site::key) {
        Standing::Absent => create(draft, user, address),
        Standing::Ours(owned) => update(draft, user, address, owned.item, owned.mark.digest.as_deref()),
        Standing::Untouchable => {}
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
    draft.push(step);
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
    draft.push(step);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::{FileSource, LoadOptions, load};
    use crate::name::Name;

    struct NoFiles;

    impl FileSource for NoFiles {
        fn read(&self, relative: &str) -> Result<Vec<u8>, String> {
            Err(format!("{relative} is not there"))
        }
    }

    /// A fleet that was renamed twice, with a user who was renamed once.
    fn renamed() -> Fleet {
        let text = "fleet: lms-3\nwas: [lms-2, lms]\ncloud: {provider: sandbox}\nusers:\n  bob.lee: {was: bob, key: generate, ssh-from: [203.0.113.0/24]}\n";
        load("fleet.yaml", text.as_bytes(), &NoFiles, &LoadOptions { region: None, sandbox: true }).fleet.expect("a fleet")
    }

    fn pair(fleet: &str, user: &str) -> String {
        aws_name(&FleetName::new(fleet).expect("fleet"), &key(user))
    }

    fn key(user: &str) -> Address {
        Address::user(&Name::new(user).expect("name"), Part::Key)
    }

    fn stored(address: &Address, pair: &str) -> Vec<String> {
        secrets_of_pair(&renamed(), address, pair).into_iter().map(|secret| secret.parameter).collect()
    }

    #[test]
    fn a_pair_is_stored_under_the_fleet_that_made_it() {
        for (fleet, user) in [("lms-3", "bob.lee"), ("lms-2", "bob.lee"), ("lms-2", "bob"), ("lms", "bob")] {
            let pair = pair(fleet, user);
            assert_eq!(stored(&key("bob.lee"), &pair), [format!("/muster/{fleet}/{pair}")]);
        }
    }

    #[test]
    fn the_private_half_of_an_adopted_pair_is_where_its_user_looks() {
        let looked_for: Vec<String> = secrets(&renamed(), &renamed().users[0]).into_iter().map(|secret| secret.parameter).collect();
        assert_eq!(looked_for.len(), 6, "three names of the fleet, two of the user");
        assert_eq!(stored(&key("bob.lee"), "bobs-own"), looked_for);
        assert_eq!(looked_for[0], format!("/muster/lms-3/{}", pair("lms-3", "bob.lee")), "a new one is stored under the present names");
    }

    #[test]
    fn of_a_user_who_is_gone_the_name_of_the_pair_tells_the_fleet() {
        let gone = pair("lms-2", "eve");
        // `lms` is how `lms-2` begins, so both are looked at.
        assert_eq!(stored(&key("eve"), &gone), [format!("/muster/lms-2/{gone}"), format!("/muster/lms/{gone}")]);
        assert_eq!(stored(&key("eve"), "eves-own").len(), 3);
    }
}
