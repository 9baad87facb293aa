//! The environment variables of an image and its base image.

use crate::Pairs;

/// The base's variables in their order; those in `own` are replaced in place, new ones are appended.
///
/// If the base has a variable twice and `own` sets it, only its first position remains. Otherwise a reader of the
/// config would see the base's value.
pub(crate) fn merge(base: &[String], own: &Pairs) -> Vec<String> {
    let mut merged: Vec<String> = Vec::with_capacity(base.len());
    let mut new: Vec<_> = own.iter().map(Some).collect();
    for variable in base {
        let key = variable
            .split_once('=')
            .map_or(variable.as_str(), |(key, _)| key);
        match own.iter().position(|(own, _)| own == key) {
            None => merged.push(variable.clone()),
            Some(position) => {
                if let Some((key, value)) = new[position].take() {
                    merged.push(format!("{key}={value}"));
                }
            }
        }
    }
    merged.extend(
        new.into_iter()
            .flatten()
            .map(|(key, value)| format!("{key}={value}")),
    );
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_kept_and_new_variables_follow() {
        let base = ["PATH=/bin", "X", "SSL=/etc", "PATH=/sbin"].map(str::to_owned);
        let own = ["Z=1", "SSL=/other", "PATH=/busybox", "A=2"].map(str::to_owned);
        let own = Pairs::parse("--env", &own).unwrap();
        let expected = ["PATH=/busybox", "X", "SSL=/other", "Z=1", "A=2"];
        assert_eq!(merge(&base, &own), expected);
        assert_eq!(merge(&base, &Pairs::default()), base);
    }
}
