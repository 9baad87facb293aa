//! Enables the loopback interface, which is down in a new network namespace. Programs that connect to themselves need
//! it.

use rustix::io::Errno;
use rustix::net::{recv, send, socket_with, AddressFamily, RecvFlags, SendFlags};
use rustix::net::{SocketFlags, SocketType};

/// Sets `IFF_UP` of interface number 1 (rtnetlink(7), `RTM_NEWLINK`).
pub(super) fn bring_up() -> std::io::Result<()> {
    const NEW_LINK: u16 = 16;
    const REQUEST_AND_ACKNOWLEDGE: u16 = 1 | 4;
    const UP: u32 = 1;
    let socket = socket_with(
        AddressFamily::NETLINK,
        SocketType::RAW,
        SocketFlags::CLOEXEC,
        // NETLINK_ROUTE.
        None,
    )?;
    // struct nlmsghdr: length, type, flags, sequence, port; struct ifinfomsg: family and kind, index, flags, their
    // mask.
    let halves = [NEW_LINK, REQUEST_AND_ACKNOWLEDGE]
        .map(u16::to_ne_bytes)
        .concat();
    let words = |words: &[u32]| {
        words
            .iter()
            .flat_map(|word| word.to_ne_bytes())
            .collect::<Vec<_>>()
    };
    let message = [words(&[32]), halves, words(&[1, 0]), words(&[0, 1, UP, UP])].concat();
    send(&socket, &message, SendFlags::empty())?;
    // The response is a struct nlmsgerr: after the header, 0 or a negative error number.
    let mut response = [0; 128];
    let (_, length) = recv(&socket, &mut response[..], RecvFlags::empty())?;
    let error = response[..length]
        .get(16..20)
        .and_then(|bytes| bytes.try_into().ok());
    match error.map(i32::from_ne_bytes) {
        Some(0) => Ok(()),
        Some(error) => Err(Errno::from_raw_os_error(error.wrapping_neg()).into()),
        None => Err(std::io::Error::other(
            "the response of the kernel is incomplete",
        )),
    }
}
