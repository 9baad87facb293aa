//! Formats a value that may differ between architectures as one short text.

/// `VALUE` if all architectures have the same value; else the values in order of frequency, where the first has no
/// architectures and the others have them in brackets. If some architectures have no value, every value has its
/// architectures.
pub(crate) fn spread<'a>(values: impl IntoIterator<Item = (&'a str, Option<String>)>) -> String {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    let mut missing = false;
    for (architecture, value) in values {
        let Some(value) = value else {
            missing = true;
            continue;
        };
        match groups.iter_mut().find(|(known, _)| *known == value) {
            Some((_, architectures)) => architectures.push(architecture),
            None => groups.push((value, vec![architecture])),
        }
    }
    // Stable sort: equally frequent values stay in the order of the architectures.
    groups.sort_by_key(|(_, architectures)| std::cmp::Reverse(architectures.len()));
    let texts = groups
        .into_iter()
        .enumerate()
        .map(|(position, (value, architectures))| {
            if position == 0 && !missing {
                return value;
            }
            format!("{value} ({})", architectures.join(" "))
        });
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(&str, &str)]) -> String {
        spread(
            values
                .iter()
                .map(|(architecture, value)| (*architecture, Some((*value).to_owned()))),
        )
    }

    #[test]
    fn equal_values_are_one() {
        assert_eq!(of(&[("amd64", "1"), ("arm64", "1")]), "1");
    }

    #[test]
    fn the_most_frequent_is_first_and_bare() {
        assert_eq!(
            of(&[("amd64", "1"), ("arm", "2"), ("arm64", "2"), ("s390x", "3")]),
            "2, 1 (amd64), 3 (s390x)"
        );
    }

    #[test]
    fn values_of_some_images_name_these_images() {
        let values = [("amd64", None), ("arm", Some("1".to_owned()))];
        assert_eq!(spread(values), "1 (arm)");
        assert_eq!(spread([("amd64", None)]), "");
    }
}
