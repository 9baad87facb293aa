//! The keyrings in the program.

/// The keys of Debian's archive, for sources that do not name a keyring. A file of this name in the directory `keyrings` next
/// to a definition replaces them.
pub(crate) const BUILT_IN: &[(&str, &[u8])] = &[(
    "debian-archive-keyring",
    include_bytes!("../../../debian_packages/keyrings/debian-archive-keyring.asc"),
)];
