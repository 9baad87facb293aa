//! Differences between versions of glibc.

use blob::{Error, Result};
use deb::Version;

/// A release of Debian's glibc, by the version of its packages.
#[derive(Clone, Debug)]
pub(crate) struct Glibc {
    package: String,
    upstream: String,
    number: (u64, u64),
}

impl Glibc {
    /// The glibc of a version of `libc6` or `libc-bin`, which are built from the same source package.
    pub(crate) fn new(version: &Version) -> Result<Self> {
        let package = version.to_string();
        let upstream = package.split('-').next().unwrap_or_default().to_owned();
        let mut parts = upstream.split('.').map(str::parse::<u64>);
        let number = match (parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => (major, minor),
            _ => {
                return Err(Error::cannot(
                    "use",
                    version,
                    "it is not a version of glibc",
                ))
            }
        };
        if number < (2, 31) {
            let cause = "caches of glibc before 2.31 have an older format";
            return Err(
                Error::cannot("use", version, cause).hint("use packages of Debian 11 or later")
            );
        }
        Ok(Self {
            package,
            upstream,
            number,
        })
    }

    /// Whether strings are shared and the cache ends with an extension block (since 2.33, `elf/cache.c`).
    pub(crate) fn has_extensions(&self) -> bool {
        self.number >= (2, 33)
    }

    /// Whether subdirectories of `glibc-hwcaps` are searched (since 2.33).
    pub(crate) fn has_hwcaps_directories(&self) -> bool {
        self.number >= (2, 33)
    }

    /// Whether entries contain the kernel version that the library requires (up to 2.35).
    pub(crate) fn keeps_kernel_version(&self) -> bool {
        self.number < (2, 36)
    }

    /// Whether platform directories such as `tls` are searched (up to 2.36).
    pub(crate) fn has_platform_directories(&self) -> bool {
        self.number < (2, 37)
    }

    /// Whether temporary files of dpkg and RPM are skipped (since 2.39).
    pub(crate) fn skips_temporary_files(&self) -> bool {
        self.number >= (2, 39)
    }

    /// The generator, as compiled into ldconfig: `PKGVERSION`, `RELEASE` and `VERSION` (`version.h`). Debian's
    /// `debian/rules.d/build.mk` sets the first one to the package version.
    pub(crate) fn generator(&self) -> String {
        format!(
            "ldconfig (Debian GLIBC {}) stable release version {}",
            self.package, self.upstream
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glibc(version: &str) -> Result<Glibc> {
        Glibc::new(&version.parse().unwrap())
    }

    #[test]
    fn glibc_versions_of_debian() {
        let (eleven, twelve, thirteen) = (
            glibc("2.31-13+deb11u13").unwrap(),
            glibc("2.36-9+deb12u14").unwrap(),
            glibc("2.41-12+deb13u4").unwrap(),
        );
        let facts = |glibc: &Glibc| {
            [
                glibc.has_extensions(),
                glibc.has_hwcaps_directories(),
                glibc.keeps_kernel_version(),
                glibc.has_platform_directories(),
                glibc.skips_temporary_files(),
            ]
        };
        assert_eq!(facts(&eleven), [false, false, true, true, false]);
        assert_eq!(facts(&twelve), [true, true, false, true, false]);
        assert_eq!(facts(&thirteen), [true, true, false, false, true]);
        assert_eq!(
            twelve.generator(),
            "ldconfig (Debian GLIBC 2.36-9+deb12u14) stable release version 2.36"
        );
    }

    #[test]
    fn other_versions_of_glibc() {
        assert_eq!(
            glibc("2.28-10").unwrap_err().to_string(),
            "cannot use `2.28-10`: caches of glibc before 2.31 have an older format\nhint: use packages of Debian 11 or later"
        );
        assert_eq!(
            glibc("1").unwrap_err().to_string(),
            "cannot use `1`: it is not a version of glibc"
        );
    }
}
