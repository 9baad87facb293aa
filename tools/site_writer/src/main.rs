//! Writes the catalogue site.

fn main() {}
