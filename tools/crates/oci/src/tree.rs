//! JSON with all its keys in their order, including duplicates.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

/// The maximum number of values in a document. A document has at most 4 MiB (`MAX_DOCUMENT`), and its shortest value is
/// `0,`. A node of this tree takes about 60 bytes, so the tree of any document stays below 60 MB. The configuration of
/// an image with 10,000 layers has 50,000 values.
pub(crate) const MAX_VALUES: usize = 500_000;

/// A value. The members of objects keep their order.
#[derive(Debug)]
pub(crate) enum Tree {
    /// `null`, a boolean, a number or a string.
    Scalar(Value),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// Parses a [`Tree`], and fails if it has more values than the counter permits.
pub(crate) struct Limited<'a>(pub(crate) &'a Cell<usize>);

impl Limited<'_> {
    fn take<E: Error>(&self) -> Result<(), E> {
        let left = self.0.get().checked_sub(1);
        self.0.set(
            left.ok_or_else(|| {
                E::custom(format_args!("it contains more than {MAX_VALUES} values"))
            })?,
        );
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Limited<'_> {
    type Value = Tree;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        self.take()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Limited<'_> {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Scalar(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        let number = Number::from_f64(value);
        Ok(Tree::Scalar(number.map_or(Value::Null, Value::Number)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_string<E>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Limited(self.0))? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree, A::Error> {
        let mut object = Vec::new();
        while let Some(key) = members.next_key::<String>()? {
            object.push((key, members.next_value_seed(Limited(self.0))?));
        }
        Ok(Tree::Object(object))
    }
}
