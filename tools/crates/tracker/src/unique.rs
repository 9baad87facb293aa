//! JSON objects in which each key is used once, with a limit on their number.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde::Deserialize;

/// A JSON object with at most `MAX` keys.
#[derive(Debug)]
pub(crate) struct Unique<T, const MAX: usize>(pub(crate) BTreeMap<String, T>);

impl<T, const MAX: usize> Default for Unique<T, MAX> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for Unique<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UniqueVisitor(PhantomData))
    }
}

struct UniqueVisitor<T, const MAX: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for UniqueVisitor<T, MAX> {
    type Value = Unique<T, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value()?;
            if entries.len() >= MAX {
                return Err(A::Error::custom(format!("it has more than {MAX} keys")));
            }
            insert(&mut entries, key, value)?;
        }
        Ok(Unique(entries))
    }
}

/// Adds an entry.
///
/// # Errors
///
/// The key exists.
pub(crate) fn insert<T, E: serde::de::Error>(
    entries: &mut BTreeMap<String, T>,
    key: String,
    value: T,
) -> Result<(), E> {
    if entries.contains_key(&key) {
        let key: String = key.escape_debug().take(80).collect();
        return Err(E::custom(format!("the key `{key}` occurs twice")));
    }
    entries.insert(key, value);
    Ok(())
}
