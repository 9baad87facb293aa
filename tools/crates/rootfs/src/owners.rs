/// Who owns the files of an image where it is unpacked: users and groups as they are, or with other numbers, as a user namespace
/// maps them (user_namespaces(7)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owners {
    first: u32,
    count: u32,
}

/// A namespace has to have `nobody` (65534) and what is usual above it.
const LEAST: u64 = 1 << 16;

impl Owners {
    /// The numbers that the image has.
    pub const SAME: Self = Self {
        first: 0,
        count: u32::MAX,
    };

    /// The upper half of the `reach` numbers from 0 that there are, so that nobody has a number of the lower half, which users of
    /// this machine have; none where a half is smaller than 65,536.
    pub fn upper_half(reach: u64) -> Option<Self> {
        let reach = reach.min(u64::from(u32::MAX));
        let half = reach / 2 / LEAST * LEAST;
        let half = u32::try_from(half).ok().filter(|half| *half > 0)?;
        Some(Self {
            first: half,
            count: half,
        })
    }

    /// The number that stands for a user or group of the image; none where there is none.
    pub fn of(self, id: u32) -> Option<u32> {
        match id < self.count {
            true => self.first.checked_add(id),
            false => None,
        }
    }

    /// The line of `uid_map` and `gid_map`: the first number inside, the first one outside, and how many.
    pub fn to_map(self) -> String {
        format!("0 {} {}\n", self.first, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves() {
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
