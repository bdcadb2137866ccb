//! SSH keys: reading public halves, making pairs.

use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{Algorithm, LineEnding, PrivateKey, PublicKey};

/// A fresh pair. `Debug` shows no secret.
pub struct GeneratedKey {
    /// Public half in OpenSSH's form.
    pub public: String,
    private: String,
}

impl GeneratedKey {
    /// The private half in OpenSSH's PEM form. Goes to the cloud's secret store and nowhere else.
    #[must_use]
    pub fn private(&self) -> &str {
        &self.private
    }
}

impl std::fmt::Debug for GeneratedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GeneratedKey").field("public", &self.public).finish_non_exhaustive()
    }
}

/// Why a key was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is a private key; its text is not repeated.
    #[error("this is a private key; give the public half (the file that ends in .pub)")]
    Private,
    /// Not a public key in OpenSSH's form.
    #[error("this is not a public key in OpenSSH's form (`ssh-ed25519 AAAA…` or `ssh-rsa AAAA…`)")]
    NotPublic,
    /// EC2 takes ed25519 and RSA only.
    #[error("EC2 takes ed25519 and RSA keys, this one is {0}")]
    Algorithm(String),
    /// The pair could not be made.
    #[error("the key pair could not be encoded")]
    Encoding,
}

/// Makes an ed25519 pair from 32 random bytes, which the caller draws.
///
/// # Errors
/// When the pair cannot be encoded, which would be a bug.
pub fn generate(seed: [u8; 32]) -> Result<GeneratedKey, KeyError> {
    let pair = Ed25519Keypair::from_seed(&seed);
    let private = PrivateKey::new(KeypairData::Ed25519(pair), "").map_err(|_| KeyError::Encoding)?;
    let public = private.public_key().to_openssh().map_err(|_| KeyError::Encoding)?;
    let private = private.to_openssh(LineEnding::LF).map_err(|_| KeyError::Encoding)?.to_string();
    Ok(GeneratedKey { public: public.trim().to_owned(), private })
}

/// Checks a public key and drops its comment, so that two spellings of one key are equal.
///
/// # Errors
/// When it is a private key, no key, or of an algorithm EC2 does not take. The text is never echoed.
pub fn canonical_public(text: &str) -> Result<String, KeyError> {
    if text.contains("PRIVATE KEY") {
        return Err(KeyError::Private);
    }
    let mut key = PublicKey::from_openssh(text.trim()).map_err(|_| KeyError::NotPublic)?;
    if !matches!(key.algorithm(), Algorithm::Ed25519 | Algorithm::Rsa { .. }) {
        return Err(KeyError::Algorithm(key.algorithm().to_string()));
    }
    key.set_comment("");
    key.to_openssh().map(|text| text.trim().to_owned()).map_err(|_| KeyError::NotPublic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_a_function_of_its_seed_and_hides_its_private_half() {
        let one = generate([7; 32]).expect("pair");
        assert_eq!(one.public, generate([7; 32]).expect("pair").public);
        assert_ne!(one.public, generate([8; 32]).expect("pair").public);
        assert!(one.private().starts_with("-----BEGIN OPENSSH PRIVATE KEY-----"));
        assert!(!format!("{one:?}").contains("PRIVATE"));
        assert_eq!(canonical_public(&format!("{} alice@laptop", one.public)), Ok(one.public));
    }

    #[test]
    fn what_is_not_a_public_key_is_refused_without_being_echoed() {
        let private = generate([7; 32]).expect("pair").private().to_owned();
        assert_eq!(canonical_public(&private), Err(KeyError::Private));
        assert_eq!(canonical_public("ssh-ed25519 nonsense"), Err(KeyError::NotPublic));
        assert_eq!(canonical_public(""), Err(KeyError::NotPublic));
    }
}
