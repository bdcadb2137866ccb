//! Key pairs, and where generated ones are kept.

use muster_core::cloud::{Change, Clock, Cloud, ErrorKind, KeyMaterial, Need, PlaceView, SecretRef};
use muster_core::keys::canonical_public;

use super::Held;
use super::stage::{Stage, public_key, same};

pub(super) async fn a_name_is_taken_once<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let name = stage.key("key").await?;
    let again = Change::ImportKeyPair { name, key: KeyMaterial::Public(public_key(2)?), tags: stage.tags("key") };
    stage.refused(again, &[ErrorKind::AlreadyExists]).await
}

pub(super) async fn the_public_half_is_read_back<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let name = stage.key("key").await?;
    let find = |view: &PlaceView| view.keys.seen().iter().find(|key| key.name == name).cloned();
    let key = stage.until("the key pair", Need::KeyPairs, find).await?;
    same("its tags", key.tags, stage.tags("key"))?;
    let read = key.public_key.as_deref().map(canonical_public).transpose().map_err(|why| why.to_string())?;
    same("its public half", read, Some(public_key(1)?))?;
    stage.done(Change::DeleteKeyPair { name: name.clone() }).await?;
    let gone = |view: &PlaceView| view.keys.seen().iter().all(|key| key.name != name).then_some(());
    stage.until("a list without it", Need::KeyPairs, gone).await
}

fn secret<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> SecretRef {
    SecretRef { parameter: format!("/muster/conformance/{}", stage.name("key")) }
}

pub(super) async fn a_stored_key_is_never_overwritten<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let store = Change::StoreGeneratedKey { secret: secret(stage), tags: stage.tags("key") };
    let first = stage.done(store.clone()).await?.public_key;
    let second = stage.done(store).await?.public_key;
    if first.is_none() {
        return Err("storing a key must answer its public half".to_owned());
    }
    same("the public half of the key that was there", second, first)
}

pub(super) async fn a_stored_key_is_read_and_deleted<C: Cloud, K: Clock>(stage: &Stage<'_, C, K>) -> Held {
    let secret = secret(stage);
    let name = secret.parameter.clone();
    let public = stage.done(Change::StoreGeneratedKey { secret: secret.clone(), tags: stage.tags("key") }).await?.public_key;
    let find = |view: &PlaceView| view.key_parameters.seen().iter().find(|there| there.name == name).cloned();
    let listed = stage.until("the stored key in the list", Need::KeyParameters(name.clone()), find).await?;
    same("its description", Some(listed.description), public)?;
    let private = stage.read_secret(&name).await.map_err(|error| error.to_string())?;
    if !private.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----") {
        return Err("the stored key must be a private key in OpenSSH's form".to_owned());
    }
    stage.done(Change::DeleteStoredKey { secret: secret.clone() }).await?;
    stage.done(Change::DeleteStoredKey { secret }).await?;
    let gone = |view: &PlaceView| view.key_parameters.seen().iter().all(|there| there.name != name).then_some(());
    stage.until("a list without it", Need::KeyParameters(name.clone()), gone).await?;
    match stage.read_secret(&name).await {
        Err(error) if error.kind == ErrorKind::NotFound => Ok(()),
        other => Err(format!("reading a deleted key must be NotFound, not {:?}", other.map(|_| "a key"))),
    }
}
