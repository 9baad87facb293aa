//! The effects of the maintainer scripts of Debian 11, 12 and 13 at a first installation, determined by reading the
//! scripts.
//!
//! A script without a row has an unknown effect and is reported as such. Paths are relative to the root.

/// The effect of one script.
pub(crate) struct Effect {
    /// The package; `*` matches any package.
    pub(crate) package: &'static str,
    /// `preinst` or `postinst`.
    pub(crate) script: &'static str,
    /// The files, directories and links that it creates on a system without other packages.
    pub(crate) makes: &'static [&'static str],
    /// The reason why it creates nothing; empty otherwise.
    pub(crate) why: &'static str,
}

impl Effect {
    pub(crate) fn is_of(&self, package: &str, script: &str) -> bool {
        let named = match self.package.split_once('*') {
            Some((start, end)) => {
                package.len() > start.len() + end.len()
                    && package.starts_with(start)
                    && package.ends_with(end)
            }
            None => self.package == package,
        };
        named && self.script == script
    }
}

const fn makes(
    package: &'static str,
    script: &'static str,
    makes: &'static [&'static str],
) -> Effect {
    Effect {
        package,
        script,
        makes,
        why: "",
    }
}

const fn nothing(package: &'static str, script: &'static str, why: &'static str) -> Effect {
    Effect {
        package,
        script,
        makes: &[],
        why,
    }
}

const DIVERSIONS: &str = "it guards a later upgrade by diversions";

const UPGRADES: &str = "it acts on upgrades only";

pub(crate) const EFFECTS: &[Effect] = &[
    makes(
        "base-files",
        "postinst",
        &[
            "etc/dpkg/origins/default",
            "etc/motd",
            "etc/profile",
            "media",
            "mnt",
            "opt",
            "root/.bashrc",
            "root/.profile",
            "srv",
            "usr/local/bin",
            "var/lock",
            "var/log/btmp",
            "var/log/lastlog",
            "var/log/wtmp",
            "var/mail",
            "var/run",
        ],
    ),
    nothing("base-files", "preinst", UPGRADES),
    makes(
        "ca-certificates",
        "postinst",
        &[
            "etc/ca-certificates.conf",
            "etc/ssl/certs/ca-certificates.crt",
        ],
    ),
    nothing(
        "dash",
        "postinst",
        "the package has the link that it diverts",
    ),
    makes(
        "fontconfig-config",
        "postinst",
        &[
            "etc/fonts/conf.d/10-hinting-slight.conf",
            "usr/local/share/fonts",
        ],
    ),
    nothing("fontconfig-config", "preinst", UPGRADES),
    makes(
        "libc-bin",
        "postinst",
        &["etc/ld.so.cache", "etc/nsswitch.conf"],
    ),
    nothing("libc6", "preinst", "it checks kernel and environment"),
    nothing("libc6", "postinst", "it restarts services"),
    nothing("libgssapi-krb5-2", "postinst", UPGRADES),
    nothing("libpython*-minimal", "postinst", "it creates no files"),
    nothing("libreadline8t64", "preinst", DIVERSIONS),
    nothing("libssl1.1", "postinst", "it restarts services"),
    nothing("libtirpc3t64", "preinst", DIVERSIONS),
    makes("netbase", "postinst", &["etc/hosts", "etc/networks"]),
    makes(
        "openjdk-*-jre-headless",
        "postinst",
        &["etc/.java/.systemPrefs", "usr/bin/java", "usr/bin/keytool"],
    ),
    makes(
        "openjdk-*-jdk-headless",
        "postinst",
        &["usr/bin/jar", "usr/bin/javac"],
    ),
    nothing("openjdk-*-jdk-headless", "preinst", UPGRADES),
    makes("openssl", "postinst", &["usr/lib/ssl"]),
    makes(
        "python3.9-minimal",
        "postinst",
        &[
            "usr/lib/python3.9/__pycache__",
            "usr/local/lib/python3.9/dist-packages",
        ],
    ),
    makes(
        "python3.11-minimal",
        "postinst",
        &[
            "usr/lib/python3.11/__pycache__",
            "usr/local/lib/python3.11/dist-packages",
        ],
    ),
    makes(
        "python3.13-minimal",
        "postinst",
        &[
            "usr/lib/python3.13/__pycache__",
            "usr/local/lib/python3.13/dist-packages",
        ],
    ),
    nothing(
        "python3.*-minimal",
        "preinst",
        "it records that the package is new",
    ),
    makes("tzdata", "postinst", &["etc/localtime", "etc/timezone"]),
];
