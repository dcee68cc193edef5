//! Staff keys: who holds one may read what only staff may. Kept as hashes, compared without
//! telling by time how near a guess was.

use std::fmt::Write as _;

use rand::distr::{Alphanumeric, SampleString as _};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

/// What a key begins with, so that scanners for leaked secrets can know it.
const KEY_PREFIX: &str = "spravka_";
/// Random characters of a key: 190 bits.
const KEY_LENGTH: usize = 32;
/// What a hash begins with.
const HASH_PREFIX: &str = "sha256:";

/// The hashes of the keys that open the staff side. None: it is closed.
#[derive(Debug, Clone, Default)]
pub struct StaffKeys(Vec<[u8; 32]>);

/// The hash of a key that opens, or did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyHash([u8; 32]);

/// Why a text cannot be the hash of a staff key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "staff key number {number} is not a hash: write `sha256:` and 64 hexadecimal digits, as \
     `spravka key new` prints it"
)]
pub struct InvalidKeyHash {
    /// Which one, from 1: the text itself may be a key by mistake, and is not repeated.
    pub number: usize,
}

impl StaffKeys {
    /// Reads hashes as `spravka key new` prints them: `sha256:` and 64 hexadecimal digits.
    pub fn parse<T: AsRef<str>>(
        hashes: impl IntoIterator<Item = T>,
    ) -> Result<Self, InvalidKeyHash> {
        let parsed = hashes.into_iter().enumerate().map(|(at, text)| {
            parse_hash(text.as_ref().trim()).ok_or(InvalidKeyHash { number: at + 1 })
        });
        parsed.collect::<Result<Vec<_>, _>>().map(Self)
    }

    /// A new key and its hash: the key is for its holder, the hash for the configuration.
    pub fn generate() -> (String, String) {
        let key =
            format!("{KEY_PREFIX}{}", Alphanumeric.sample_string(&mut rand::rng(), KEY_LENGTH));
        let mut hash = HASH_PREFIX.to_owned();
        for byte in hash_of(&key) {
            // Writing to a string never fails.
            let _ = write!(hash, "{byte:02x}");
        }
        (key, hash)
    }

    /// Whether there is none: then nothing for staff is at any address.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this is one of the keys.
    pub(crate) fn holds(&self, key: &str) -> bool {
        self.holder(key).is_some()
    }

    /// The hash of this key, when it is one of them.
    pub(crate) fn holder(&self, key: &str) -> Option<KeyHash> {
        let hash = KeyHash(hash_of(key));
        self.knows(hash).then_some(hash)
    }

    /// Whether a key of this hash is one of them. Every hash is compared to its end.
    pub(crate) fn knows(&self, hash: KeyHash) -> bool {
        let same = |found, known: &[u8; 32]| found | known.ct_eq(&hash.0);
        self.0.iter().fold(Choice::from(0), same).into()
    }
}

fn hash_of(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

fn parse_hash(text: &str) -> Option<[u8; 32]> {
    let digits = text.strip_prefix(HASH_PREFIX)?.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |c: u8| char::from(c).to_digit(16);
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_key_opens_what_its_hash_closes() {
        let (key, hash) = StaffKeys::generate();
        assert!(key.starts_with("spravka_") && key.len() == 40, "{key}");
        let keys = StaffKeys::parse([&hash]).unwrap();
        assert!(keys.holds(&key));
        assert!(!keys.holds(&key[..39]));
        assert!(!keys.holds(&hash));
        assert!(!StaffKeys::default().holds(&key));
    }

    #[test]
    fn what_is_no_hash_is_refused_by_its_number_and_not_repeated() {
        let (key, hash) = StaffKeys::generate();
        for wrong in [key.as_str(), "", "sha256:00", &hash[..70], &hash.replace("sha256", "md5")] {
            let error = StaffKeys::parse([hash.as_str(), wrong]).unwrap_err();
            assert_eq!(error, InvalidKeyHash { number: 2 });
            assert!(!error.to_string().contains(&key));
        }
    }
}
