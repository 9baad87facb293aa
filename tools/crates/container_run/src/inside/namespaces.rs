//! Creates namespaces (namespaces(7)).

use rustix::thread::UnshareFlags;

/// Creates new namespaces for this thread and its children.
pub(super) fn unshare(flags: UnshareFlags) -> std::io::Result<()> {
    // The other function is `unsafe` because of `CLONE_FILES`, which is not used here.
    #[allow(deprecated)]
    rustix::thread::unshare(flags).map_err(Into::into)
}
