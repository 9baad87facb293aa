//! `KEY=VALUE` arguments.

use std::collections::HashMap;

use blob::{Error, Result};

/// Keys and values in the given order. Keys are unique.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Parses the values of one option. `flag` is the option (`--env`), for messages.
    ///
    /// # Errors
    ///
    /// A value is not `KEY=VALUE`, or a key occurs twice.
    pub fn parse(flag: &str, values: &[String]) -> Result<Self> {
        let mut pairs: Vec<(String, String)> = Vec::with_capacity(values.len());
        for value in values {
            let refused = |cause: String| Error::cannot("read", format!("{flag} {value}"), cause);
            let (key, text) = value
                .split_once('=')
                .filter(|(key, _)| !key.is_empty())
                .ok_or_else(|| refused("expected KEY=VALUE".into()))?;
            if let Some((_, first)) = pairs.iter().find(|(known, _)| known == key) {
                return Err(refused(format!(
                    "`{key}` is given twice, first as `{first}`"
                )));
            }
            pairs.push((key.to_owned(), text.to_owned()));
        }
        Ok(Self(pairs))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Adds these pairs to others and replaces equal keys; `None` if the result is empty. Order does not matter,
    /// because JSON is written sorted.
    pub(crate) fn over(
        &self,
        mut merged: HashMap<String, String>,
    ) -> Option<HashMap<String, String>> {
        merged.extend(self.0.iter().cloned());
        (!merged.is_empty()).then_some(merged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_may_contain_any_text() {
        let pairs = Pairs::parse("--env", &["A=b=c".into(), "B=".into()]).unwrap();
        assert_eq!(pairs.iter().collect::<Vec<_>>(), [("A", "b=c"), ("B", "")]);
    }

    #[test]
    fn bad_pairs_are_refused() {
        for (values, message) in [
            (
                &["PATH"][..],
                "cannot read `--env PATH`: expected KEY=VALUE",
            ),
            (&["=x"], "cannot read `--env =x`: expected KEY=VALUE"),
            (
                &["A=1", "A=2"],
                "cannot read `--env A=2`: `A` is given twice, first as `1`",
            ),
        ] {
            let values: Vec<_> = values.iter().map(|value| (*value).to_owned()).collect();
            assert_eq!(
                Pairs::parse("--env", &values).unwrap_err().to_string(),
                message
            );
        }
    }
}
