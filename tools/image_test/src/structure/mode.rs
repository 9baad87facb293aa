//! File modes in Go's format, which test files use.

use rootfs::{Kind, Node};

/// `-rw-r--r--`, `drwxr-xr-x`, `Lrwxrwxrwx`; the set-user-ID, set-group-ID and sticky bits precede the permissions:
/// `urwxr-xr-x`, `dtrwxrwxrwx`.
pub(super) fn go_mode(node: &Node) -> String {
    let mode = permissions(node);
    let mut text = match node.kind {
        Kind::File { .. } => "",
        Kind::Directory => "d",
        Kind::Link { .. } => "L",
        Kind::Device { .. } => "D",
        Kind::Fifo => "p",
    }
    .to_owned();
    for (bit, letter) in [(0o4000, 'u'), (0o2000, 'g')] {
        if mode & bit != 0 {
            text.push(letter);
        }
    }
    if matches!(node.kind, Kind::Device { block: false, .. }) {
        text.push('c');
    }
    if mode & 0o1000 != 0 {
        text.push('t');
    }
    if text.is_empty() {
        text.push('-');
    }
    for shift in [6, 3, 0] {
        for (bit, letter) in [(4, 'r'), (2, 'w'), (1, 'x')] {
            let set = mode >> shift & bit != 0;
            text.push(if set { letter } else { '-' });
        }
    }
    text
}

/// The permission bits. Those of a symbolic link are always all set, regardless of the layer.
pub(super) fn permissions(node: &Node) -> u32 {
    match node.kind {
        Kind::Link { .. } => 0o777,
        _ => node.mode,
    }
}
