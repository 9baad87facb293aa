//! Limits the capabilities of commands (capabilities(7)).

use rustix::thread::{
    capabilities, clear_ambient_capability_set, configure_capability_in_ambient_set,
    remove_capability_from_bounding_set, set_capabilities, CapabilitySet, CapabilitySets,
};

use super::attempt::{OrCannot, Result};

/// Lets child processes keep the capabilities, for any user.
pub(super) fn pass_to_children() -> Result<()> {
    let own = capabilities(None).or_cannot("read capabilities")?;
    let sets = CapabilitySets {
        inheritable: own.permitted,
        ..own
    };
    set_capabilities(None, sets).or_cannot("set ambient capabilities")?;
    for capability in own.permitted.iter() {
        configure_capability_in_ambient_set(capability, true)
            .or_cannot("set ambient capabilities")?;
    }
    Ok(())
}

/// Permanently drops all capabilities except these numbers.
pub(super) fn keep_only(numbers: &[u32]) -> Result<()> {
    clear_ambient_capability_set().or_cannot("drop capabilities")?;
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
                Err(error) => return Err(error).or_cannot("drop capabilities"),
            }
        }
    }
    Ok(())
}
