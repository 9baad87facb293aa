/// The owners of the files of an unpacked image: the same user and group IDs, or other ones, as a user namespace maps
/// them (user_namespaces(7)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owners {
    first: u32,
    count: u32,
}

/// A namespace needs `nobody` (65534) and the usual IDs above it.
const LEAST: u64 = 1 << 16;

impl Owners {
    /// The IDs in the image.
    pub const SAME: Self = Self {
        first: 0,
        count: u32::MAX,
    };

    /// The upper half of the `reach` available IDs from 0, so that no file belongs to an ID of the lower half, which
    /// the users of this machine have; `None` if a half has fewer than 65,536 IDs.
    pub fn upper_half(reach: u64) -> Option<Self> {
        let reach = reach.min(u64::from(u32::MAX));
        let half = reach / 2 / LEAST * LEAST;
        let half = u32::try_from(half).ok().filter(|half| *half > 0)?;
        Some(Self {
            first: half,
            count: half,
        })
    }

    /// Maps a user or group ID of the image; `None` if it has no ID in the range.
    pub fn of(self, id: u32) -> Option<u32> {
        if id < self.count {
            self.first.checked_add(id)
        } else {
            None
        }
    }

    /// The line of `uid_map` and `gid_map`: first ID inside, first ID outside, count.
    pub fn to_map(self) -> String {
        format!("0 {} {}\n", self.first, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_upper_half_of_the_ids() {
        let all = Owners::upper_half(4_294_967_295).unwrap();
        assert_eq!(all.to_map(), "0 2147418112 2147418112\n");
        assert_eq!(all.of(0), Some(0x7fff_0000));
        assert_eq!(all.of(65532), Some(0x7fff_fffc));
        assert_eq!(all.of(0x7fff_0000), None);
        assert_eq!(Owners::upper_half(131_072).unwrap().of(0), Some(65536));
        assert_eq!(Owners::upper_half(131_071), None);
        assert_eq!(Owners::upper_half(0), None);
        assert_eq!(Owners::SAME.of(7), Some(7));
        assert_eq!(Owners::SAME.of(u32::MAX), None);
    }
}
