//! Boolean values of control fields.

/// Whether apt reads a value as true (`StringToBool`): `yes`, `true`, `with`, `on`, `enable` or a number that is not
/// zero.
pub fn is_yes(value: &str) -> bool {
    let words = ["yes", "true", "with", "on", "enable"];
    let number = value.parse().is_ok_and(|number: i64| number != 0);
    number || words.iter().any(|word| word.eq_ignore_ascii_case(value))
}
