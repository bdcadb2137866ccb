//! ssm: where the private half of a generated key pair is kept.

use muster_core::cloud::{CloudError, ErrorKind, Receipt, SecretRef};
use muster_core::keys::generate;
use muster_core::tags::Tags;

use super::{Call, made};
use crate::world::StoredKey;

impl Call<'_> {
    pub(super) fn store_key(self, secret: &SecretRef, tags: &Tags) -> Result<Receipt, CloudError> {
        self.check_tags(tags)?;
        let name = &secret.parameter;
        if !name.starts_with('/') {
            return Err(self.refuse(ErrorKind::Invalid, "ValidationException", format!("Parameter name {name} must begin with a slash")));
        }
        if let Some(there) = self.region.secrets.get(name) {
            return Ok(Receipt { public_key: Some(there.description.clone()), ..made(name) });
        }
        let pair = generate(self.ids.bytes()).map_err(|why| self.refuse(ErrorKind::Service, "InternalError", why.to_string()))?;
        let key = StoredKey { name: name.clone(), description: pair.public.clone(), value: pair.private().to_owned(), tags: tags.clone() };
        self.region.secrets.insert(name, key, self.lag);
        Ok(Receipt { public_key: Some(pair.public), ..made(name) })
    }

    pub(super) fn delete_stored_key(self, secret: &SecretRef) -> Result<Receipt, CloudError> {
        self.region.secrets.remove(&secret.parameter, self.lag);
        Ok(made(&secret.parameter))
    }
}
