//! Limits capabilities (capabilities(7)) to those that root has in a container.

use rustix::thread::{
    capabilities, clear_ambient_capability_set, configure_capability_in_ambient_set,
    remove_capability_from_bounding_set, set_capabilities, CapabilitySet, CapabilitySets,
};

use super::{Result, Trying};

/// The default of container engines: CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP,
/// NET_BIND_SERVICE, NET_RAW, SYS_CHROOT, MKNOD, AUDIT_WRITE and SETFCAP.
pub(crate) const USUAL: [u32; 14] = [0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31];

/// Lets child processes keep the capabilities, for any user.
pub(super) fn pass_on() -> Result<()> {
    let held = capabilities(None).trying("see capabilities")?;
    let sets = CapabilitySets {
        inheritable: held.permitted,
        ..held
    };
    set_capabilities(None, sets).trying("pass on capabilities")?;
    for capability in held.permitted.iter() {
        configure_capability_in_ambient_set(capability, true).trying("pass on capabilities")?;
    }
    Ok(())
}

/// Permanently drops all capabilities except these numbers.
pub(super) fn keep_only(numbers: &[u32]) -> Result<()> {
    clear_ambient_capability_set().trying("drop capabilities")?;
    let kept = numbers
        .iter()
        .fold(0, |bits, number| bits | 1_u64 << number);
    for capability in CapabilitySet::all()
        .iter()
        .filter(|c| c.bits().count_ones() == 1)
    {
        if kept & capability.bits() == 0 {
            match remove_capability_from_bounding_set(capability) {
                // The kernel does not have this capability.
                Ok(()) | Err(rustix::io::Errno::INVAL) => {}
                Err(error) => return Err(error).trying("drop capabilities"),
            }
        }
    }
    Ok(())
}
