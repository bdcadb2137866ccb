//! What things are called at AWS, and the tokens that make a request for one the same request again.

use crate::address::Address;
use crate::digest::sha256_hex;
use crate::name::FleetName;

/// Longest readable part of an AWS name, in characters.
const AWS_PART_MAX_CHARS: usize = 20;

/// The AWS name of the thing at `address`: `muster-{fleet}-{ASCII part}-{8 hex of sha256(address)}`.
///
/// It is a function of fleet and address alone, so it is its own idempotency token: whoever makes the thing
/// asks for this name, and a Duplicate error means it is there. It fits every kind's rules: lower case (RDS
/// folds case), starts with a letter, no double or trailing hyphen, at most 63 characters.
#[must_use]
pub fn aws_name(fleet: &FleetName, address: &Address) -> String {
    let readable = ascii_part(address.entry_name());
    let hash = &sha256_hex(address.as_str().as_bytes())[..8];
    let fleet = fleet.as_str().to_ascii_lowercase();
    let joined = format!("muster-{fleet}-{readable}-{hash}");
    joined.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// Start of every AWS name of a fleet, for listings by prefix.
#[must_use]
pub fn aws_name_prefix(fleet: &FleetName) -> String {
    let joined = format!("muster-{}", fleet.as_str().to_ascii_lowercase());
    let clean = joined.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    format!("{clean}-")
}

fn ascii_part(name: &str) -> String {
    let kept = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let mut out = String::new();
    for c in kept {
        if out.len() == AWS_PART_MAX_CHARS {
            break;
        }
        if c != '-' || !(out.is_empty() || out.ends_with('-')) {
            out.push(c);
        }
    }
    out.trim_matches('-').to_owned()
}

/// Link `n` of the chain of client tokens for the instance at `address`.
///
/// Every racer walks the same chain from 0, so two runs at once ask EC2 for the same instance and nothing
/// has to be stored. EC2 takes at most 64 ASCII characters.
#[must_use]
pub fn client_token(fleet: &FleetName, address: &Address, account: &str, region: &str, n: u32) -> String {
    let text = format!("muster/{fleet}/{address}/{account}/{region}/{n}");
    format!("muster-{}", &sha256_hex(text.as_bytes())[..48])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Name;

    fn aws(fleet: &str, user: &str) -> String {
        let fleet = FleetName::new(fleet).expect("fleet");
        aws_name(&fleet, &Address::user(&Name::new(user).expect("name"), crate::address::Part::Instance))
    }

    #[test]
    fn aws_names_fit_every_kind() {
        for (fleet, user) in [("f", "김철수"), ("A--b-", "bob.lee"), (&"f".repeat(24)[..], &"x".repeat(40)[..]), ("f", "-._@"), ("f", "É")]
        {
            let name = aws(fleet, user);
            assert!(name.len() <= 63, "{name}");
            assert!(!name.contains("--") && !name.ends_with('-'), "{name}");
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{name}");
            assert!(name.starts_with(&aws_name_prefix(&FleetName::new(fleet).expect("fleet"))), "{name}");
        }
    }

    #[test]
    fn names_that_look_alike_stay_apart() {
        assert_ne!(aws("f", "bob.lee"), aws("f", "bob-lee"));
        assert_ne!(aws("f", "김철수"), aws("f", "이영희"));
    }

    #[test]
    fn tokens_form_a_chain() {
        let fleet = FleetName::new("f").expect("fleet");
        let address = Address::user(&Name::new("alice").expect("name"), crate::address::Part::Instance);
        let chain: std::collections::BTreeSet<String> = (0..10).map(|n| client_token(&fleet, &address, "1", "r", n)).collect();
        assert_eq!(chain.len(), 10);
        assert!(chain.iter().all(|token| token.len() <= 64));
        assert_eq!(client_token(&fleet, &address, "1", "r", 3), client_token(&fleet, &address, "1", "r", 3));
        assert_ne!(client_token(&fleet, &address, "1", "r", 0), client_token(&fleet, &address, "2", "r", 0));
    }
}
