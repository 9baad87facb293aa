use super::go_table::{TABLE, TEXTS};
use super::*;

fn found(pattern: &str, text: impl AsRef<[u8]>) -> bool {
    Pattern::new(pattern).unwrap().is_in(text.as_ref())
}

#[test]
fn expressions_are_those_of_go() {
    let mut different = Vec::new();
    for (source, expected) in &TABLE {
        let ours = match Pattern::new(source) {
            Ok(pattern) => {
                let regex = &pattern.regex;
                let is_found = |text: &[u8]| regex.is_match(&readable(text));
                let digit = |text: &&[u8]| if is_found(text) { '1' } else { '0' };
                TEXTS.iter().map(digit).collect()
            }
            Err(cause) => format!("! {cause}"),
        };
        if ours != *expected {
            different.push(format!("{source}\n  Go:   {expected}\n  ours: {ours}"));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn every_name_of_a_class_is_known_to_the_engine() {
    for name in names::all() {
        for class in [format!("\\p{{{name}}}"), format!("[\\P{{{name}}}a]")] {
            assert_eq!(Pattern::new(&class).err(), None, "{class}");
        }
    }
    assert!(found(r"\p{Old_Italic}", "𐌀") && found(r"\p{olditalic}", "𐌀"));
}

#[test]
fn groups_have_a_limit_of_depth() {
    let nested = |depth| format!("{}a*{}", "(".repeat(depth), "|b)*".repeat(depth));
    // The stack of a main thread: compilation needs more than the stack of a test thread.
    let thread = std::thread::Builder::new().stack_size(8 << 20);
    let run = thread.spawn(move || {
        let deeper = Pattern::new(&nested(101)).unwrap_err();
        (found(&nested(100), "a"), deeper)
    });
    let (is_found, deeper) = run.unwrap().join().unwrap();
    assert!(is_found);
    assert_eq!(deeper, "expression nests too deeply");
}

#[test]
fn a_large_expression_is_refused() {
    let large = r"\pL{900}".repeat(9);
    assert_eq!(Pattern::new(&large).unwrap_err(), "expression too large");
}

/// Each is small until it is read: a class is a few letters, and has thousands of ranges.
#[test]
fn expanded_expressions_have_a_limit() {
    for (piece, most) in [
        (r"\pL", 250),
        (r"[\P{Greek}]", 250),
        (r"(?i:[\x{41}-\x{10ffff}])", 250),
        (r"(?i:\D)", 250),
        ("a", 16 << 10),
    ] {
        // Compiling the largest takes long where nothing is optimised.
        assert!(parser::parse(&piece.repeat(most)).is_ok(), "{piece}");
        let error = Pattern::new(&piece.repeat(most + 1)).unwrap_err();
        assert_eq!(error, "expression too large", "{piece}");
    }
    assert_eq!(Pattern::new(&"a".repeat(16 << 10)).err(), None);
    assert_eq!(Pattern::new(r"\pL{1000}").err(), None);
}
