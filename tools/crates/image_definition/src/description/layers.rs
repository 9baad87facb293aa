//! The layers that a definition adds.

use super::forms::{
    ANY, FILE, FILE_KIND, GROUP, KEY, MAX_TIME, MODE, OS_RELEASE_KEY, OS_RELEASE_VALUE, OWNER,
    PACKAGE, PACKAGE_KIND, PASSWD, PATH, RELATIVE, SHA256, TEXT,
};
use super::kind::{Field, Kind, Object};

const OWNER_TEXT: &str = "user and group, as numbers";

static FILE_ENTRY: Object = Object {
    name: "a file",
    text: "A file of a layer.",
    markers: &["source", "content"],
    exclusive: true,
    fields: &[
        Field::new("source", Kind::Text(&FILE), "path of the file").example("\"server\""),
        Field::new(
            "content",
            Kind::Text(&ANY),
            "text of the file, instead of `source`",
        )
        .example("\"hosts: files dns\\n\""),
        Field::new("mode", Kind::Text(&MODE), "mode")
            .default("`\"0644\"`")
            .example("\"0755\""),
        Field::new("owner", Kind::Text(&OWNER), OWNER_TEXT)
            .default("`\"0:0\"`")
            .example("\"1000:1000\""),
    ],
};

static DIRECTORY_ENTRY: Object = Object {
    name: "a directory",
    text: "A directory of a layer.",
    markers: &[],
    exclusive: false,
    fields: &[
        Field::new("mode", Kind::Text(&MODE), "mode")
            .default("`\"0755\"`")
            .example("\"1777\""),
        Field::new("owner", Kind::Text(&OWNER), OWNER_TEXT)
            .default("`\"0:0\"`")
            .example("\"1000:1000\""),
    ],
};

static SYMLINK_ENTRY: Object = Object {
    name: "a symbolic link",
    text: "A symbolic link of a layer.",
    markers: &[],
    exclusive: false,
    fields: &[
        Field::new(
            "target",
            Kind::Text(&TEXT),
            "target of the link, which is not changed",
        )
        .required()
        .example("\"/app/server\""),
        Field::new("mode", Kind::Text(&MODE), "mode")
            .default("`\"0777\"`")
            .example("\"0777\""),
        Field::new("owner", Kind::Text(&OWNER), OWNER_TEXT)
            .default("`\"0:0\"`")
            .example("\"0:0\""),
    ],
};

static FILE_KIND_OF_ENTRY: Kind = Kind::Object(&FILE_ENTRY);
static DIRECTORY_KIND: Kind = Kind::Object(&DIRECTORY_ENTRY);
static SYMLINK_KIND: Kind = Kind::Object(&SYMLINK_ENTRY);
static RELATIVE_KIND: Kind = Kind::Text(&RELATIVE);
static SHA256_KIND: Kind = Kind::Text(&SHA256);
static ANY_KIND: Kind = Kind::Text(&ANY);
static PASSWD_KIND: Kind = Kind::Text(&PASSWD);
static GROUP_KIND: Kind = Kind::Text(&GROUP);
static OS_RELEASE_KIND: Kind = Kind::Text(&OS_RELEASE_VALUE);

const fn mtime() -> Field {
    Field::new(
        "mtime",
        Kind::Number(0, MAX_TIME),
        "modification time of all entries, in seconds since 1970-01-01 UTC",
    )
    .default("`0`")
    .example("1514722362")
}

const fn created_by() -> Field {
    Field::new(
        "created_by",
        Kind::Text(&TEXT),
        "text in the history of the image",
    )
    .example("\"app\"")
}

static ENTRIES: Object = Object {
    name: "a layer of files",
    text: "Files, directories and links, as the rule `layer` makes them. Missing parent directories are added with mode \
           0755 and owner root.",
    markers: &["files", "directories", "symlinks"],
    exclusive: false,
    fields: &[
        Field::new("files", Kind::filled_map(&PATH, &FILE_KIND_OF_ENTRY), "absolute path → [file](#file)")
            .example(r#"{"/server": {"source": "server", "mode": "0755", "owner": "0:0"}}"#),
        Field::new("directories", Kind::filled_map(&PATH, &DIRECTORY_KIND), "absolute path → [directory](#directory)")
            .example(r#"{"/data": {"mode": "0700", "owner": "1000:1000"}}"#),
        Field::new("symlinks", Kind::filled_map(&PATH, &SYMLINK_KIND), "absolute path → [symbolic link](#symbolic-link)")
            .example(r#"{"/usr/bin/server": {"target": "/server", "mode": "0777", "owner": "0:0"}}"#),
        mtime(),
        created_by().default("`layer`, the name of the image and the number of the layer"),
    ],
};

static PACKAGE_LAYER: Object = Object {
    name: "a layer of a package",
    text: "A package of the lock, as the rule `deb_layer` makes it.",
    markers: &["package"],
    exclusive: false,
    fields: &[
        Field::new("package", Kind::Text(&PACKAGE), "name of the package")
            .required()
            .example("\"netbase\""),
        Field::new(
            "include",
            Kind::set(&RELATIVE_KIND, 0),
            "paths to keep; a directory is kept with all files below it",
        )
        .default("all")
        .example(r#"["etc/protocols"]"#),
        Field::new("merged_usr", Kind::Truth, "as the field of the definition")
            .default("the field of the definition")
            .example("true"),
    ],
};

static ARCHIVE: Object = Object {
    name: "a layer of an archive",
    text: "Files of a release archive, as the rule `archive_layer` makes them. The archive is a `.tar.gz` file with one \
           top-level directory.",
    markers: &["archive"],
    exclusive: false,
    fields: &[
        Field::new("archive", Kind::Text(&FILE), "path of the archive")
            .required()
            .example("\"node.tar.gz\""),
        Field::new("sha256", Kind::Text(&SHA256), "expected SHA-256 of the archive")
            .example("\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\""),
        Field::new(
            "extract",
            Kind::filled_map(&PATH, &RELATIVE_KIND),
            "absolute path in the image → path below the top-level directory of the archive",
        )
        .required()
        .example(r#"{"/nodejs/bin/node": "bin/node"}"#),
        Field::new(
            "file_sha256",
            Kind::map(&RELATIVE, &SHA256_KIND),
            "path below the top-level directory → expected SHA-256",
        )
        .example(r#"{"bin/node": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}"#),
        Field::new("mode", Kind::Text(&MODE), "mode of all files")
            .default("`\"0644\"`")
            .example("\"0555\""),
        mtime(),
        Field::new("annotations", Kind::map(&KEY, &ANY_KIND), "annotations of the layer's descriptor")
            .example(r#"{"com.example.kind": "runtime"}"#),
        created_by().default("`archive`, the name of the image and the number of the layer"),
        Field::new(
            "size",
            Kind::Number(0, 1 << 40),
            "approximate size of the layer in bytes, for `layering`",
        )
        .default("32 MiB")
        .example("1000000"),
    ],
};

static PASSWD_LAYER: Object = Object {
    name: "a layer of `/etc/passwd`",
    text: "`/etc/passwd`, as the rule `passwd` makes it.",
    markers: &["passwd"],
    exclusive: false,
    fields: &[Field::new(
        "passwd",
        Kind::List {
            item: &PASSWD_KIND,
            least: 1,
            unique: true,
        },
        "lines of the file, in the form `NAME:PASSWORD:UID:GID:GECOS:HOME:SHELL`",
    )
    .required()
    .example(r#"["root:x:0:0:root:/root:/sbin/nologin"]"#)],
};

static GROUP_LAYER: Object = Object {
    name: "a layer of `/etc/group`",
    text: "`/etc/group`, as the rule `group` makes it.",
    markers: &["group"],
    exclusive: false,
    fields: &[Field::new(
        "group",
        Kind::List {
            item: &GROUP_KIND,
            least: 1,
            unique: true,
        },
        "lines of the file, in the form `NAME:PASSWORD:GID:USERS`",
    )
    .required()
    .example(r#"["root:x:0:"]"#)],
};

static HOME: Object = Object {
    name: "a layer of home directories",
    text: "Home directories, as the rule `home` makes them.",
    markers: &["home"],
    exclusive: false,
    fields: &[Field::new(
        "home",
        Kind::filled_map(&PATH, &DIRECTORY_KIND),
        "absolute path → [directory](#directory)",
    )
    .required()
    .example(r#"{"/home/app": {"mode": "0700", "owner": "1000:1000"}}"#)],
};

static OS_RELEASE: Object = Object {
    name: "a layer of `/usr/lib/os-release`",
    text: "`/usr/lib/os-release`, as the rule `os_release` makes it.",
    markers: &["os_release"],
    exclusive: false,
    fields: &[Field::new(
        "os_release",
        Kind::filled_map(&OS_RELEASE_KEY, &OS_RELEASE_KIND),
        "keys and values, in the order of the file",
    )
    .required()
    .example(r#"{"ID": "debian", "VERSION_ID": "12"}"#)],
};

const EXTRA: &str = "paths of files with further certificates, PEM or DER";

const fn extra() -> Field {
    Field::new("extra", Kind::set(&FILE_KIND, 0), EXTRA).example(r#"["company.pem"]"#)
}

const fn certificate_mode() -> Field {
    Field::new("mode", Kind::Text(&MODE), "mode of each file")
        .default("`\"0644\"`")
        .example("\"0444\"")
}

static CERTIFICATES: Object = Object {
    name: "certificates",
    text: "The certificates of the package ca-certificates of the lock, and further ones.",
    markers: &[],
    exclusive: false,
    fields: &[extra(), certificate_mode()],
};

static KEYSTORE: Object = Object {
    name: "a key store",
    text: "The same certificates as a key store for Java.",
    markers: &[],
    exclusive: false,
    fields: &[
        extra(),
        certificate_mode(),
        Field::new(
            "format",
            Kind::Choice(&["jks", "pkcs12"]),
            "format of the key store",
        )
        .default("`jks`")
        .example("\"pkcs12\""),
    ],
};

static NO_OPTIONS: Object = Object {
    name: "BusyBox",
    text: "No options.",
    markers: &[],
    exclusive: false,
    fields: &[],
};

static LD_SO_CACHE_OPTIONS: Object = Object {
    name: "the loader's cache",
    text: "The packages whose libraries are in the cache are those of the image.",
    markers: &[],
    exclusive: false,
    fields: &[Field::new(
        "base_packages",
        Kind::set(&PACKAGE_KIND, 0),
        "packages of the lock that are in the base image, in the order of its layers",
    )
    .example(r#"["base-files", "libc-bin", "libc6"]"#)],
};

static LOCALE_OPTIONS: Object = Object {
    name: "a locale",
    text: "One locale of the package libc-bin of the lock.",
    markers: &[],
    exclusive: false,
    fields: &[
        Field::new(
            "charset",
            Kind::Text(&PACKAGE),
            "directory below `/usr/lib/locale`",
        )
        .default("`C.utf8`")
        .example("\"C.UTF-8\""),
        Field::new(
            "mtime",
            Kind::Number(0, MAX_TIME),
            "modification time of all entries, in seconds since 1970-01-01 UTC",
        )
        .default("the times of the package")
        .example("0"),
        Field::new(
            "registered",
            Kind::Truth,
            "whether the layer has the files below `/var/lib/dpkg/status.d`",
        )
        .default("`true`")
        .example("false"),
    ],
};

/// A layer with one field, whose value has the options.
macro_rules! derived {
    ($object:ident, $field:literal, $options:expr, $name:literal, $text:literal, $example:literal) => {
        static $object: Object = Object {
            name: $name,
            text: $text,
            markers: &[$field],
            exclusive: false,
            fields: &[Field::new(
                $field,
                Kind::Object($options),
                "options; `{}` for the defaults",
            )
            .required()
            .example($example)],
        };
    };
}

derived!(
    CACERTS,
    "cacerts",
    &CERTIFICATES,
    "a layer of the CA bundle",
    "`/etc/ssl/certs/ca-certificates.crt`, as the rule `cacerts` makes it.",
    r#"{"extra": ["company.pem"], "mode": "0444"}"#
);
derived!(
    CA_DIRECTORY,
    "ca_directory",
    &CERTIFICATES,
    "a layer of certificates",
    "`/etc/ssl/certs` with one file for each certificate, as the rule `ca_folder` makes it.",
    r#"{"extra": ["company.pem"], "mode": "0444"}"#
);
derived!(
    JAVA_KEYSTORE,
    "java_keystore",
    &KEYSTORE,
    "a layer of a key store",
    "`/etc/ssl/certs/java/cacerts`, as the rule `java_keystore` makes it.",
    r#"{"extra": ["company.pem"], "mode": "0444", "format": "pkcs12"}"#
);
derived!(
    BUSYBOX,
    "busybox",
    &NO_OPTIONS,
    "a layer of BusyBox",
    "`/busybox`, as the rule `busybox` makes it from the package busybox-static of the lock.",
    "{}"
);
derived!(
    LD_SO_CACHE,
    "ld_so_cache",
    &LD_SO_CACHE_OPTIONS,
    "a layer of the loader's cache",
    "`/etc/ld.so.cache`, as the rule `ld_so_cache` makes it.",
    r#"{"base_packages": ["base-files", "libc-bin", "libc6"]}"#
);
derived!(
    LOCALE,
    "locale",
    &LOCALE_OPTIONS,
    "a layer of a locale",
    "`/usr/lib/locale/CHARSET`, as the rule `locale` makes it.",
    r#"{"charset": "C.UTF-8", "mtime": 0, "registered": false}"#
);

/// The kinds of layers.
pub(super) static LAYER: Kind = Kind::OneOf(&[
    &ENTRIES,
    &PACKAGE_LAYER,
    &ARCHIVE,
    &PASSWD_LAYER,
    &GROUP_LAYER,
    &HOME,
    &OS_RELEASE,
    &CACERTS,
    &CA_DIRECTORY,
    &JAVA_KEYSTORE,
    &BUSYBOX,
    &LD_SO_CACHE,
    &LOCALE,
]);
