//! ec2: key pairs.

use muster_core::cloud::{CloudError, ErrorKind, KeyMaterial, KeyPair, Receipt};
use muster_core::keys::canonical_public;
use muster_core::tags::Tags;

use super::{Call, made};

impl Call<'_> {
    pub(super) fn import_key(self, name: &str, key: &KeyMaterial, tags: &Tags) -> Result<Receipt, CloudError> {
        self.check_tags(tags)?;
        let KeyMaterial::Public(text) = key else {
            return Err(self.invalid(format!("key pair {name}: its public half is not known yet")));
        };
        let public_key = canonical_public(text).map_err(|why| {
            self.refuse(ErrorKind::Invalid, "InvalidKey.Format", format!("Key is not in valid OpenSSH public key format: {why}"))
        })?;
        if self.region.keys.get(name).is_some() {
            let message = format!("The keypair '{name}' already exists.");
            return Err(self.refuse(ErrorKind::AlreadyExists, "InvalidKeyPair.Duplicate", message));
        }
        let id = self.ids.id("key");
        let pair = KeyPair { id: id.clone(), name: name.to_owned(), public_key: Some(public_key), tags: tags.clone() };
        self.region.keys.insert(name, pair, self.lag);
        Ok(made(id))
    }

    pub(super) fn delete_key(self, name: &str) -> Result<Receipt, CloudError> {
        self.region.keys.remove(name, self.lag);
        Ok(made(name))
    }
}
