//! The faults, by the check that must find them.

use serde_json::json;
use testkit::{tar, Item, Library, Machine};

use crate::image::{md5, program, Image, Layer, AARCH64, LIBRARIES};

/// A seeded fault.
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// The only check that finds it.
    pub(crate) check: &'static str,
    pub(crate) harm: fn(&mut Image),
    /// Additional options of the run.
    pub(crate) flags: &'static [&'static str],
}

const fn fault(name: &'static str, check: &'static str, harm: fn(&mut Image)) -> Fault {
    Fault {
        name,
        check,
        harm,
        flags: &[],
    }
}

pub(crate) const FAULTS: [Fault; 60] = [
    fault("a missing library", "closure", |image| {
        image.layers[2].files.clear();
        image.layers[2].after.clear();
    }),
    fault("a library where no loader looks", "closure", |image| {
        image.layers[2].after.clear();
        image.layers[2].files[0].path = "opt/foo/libfoo.so.1".to_owned();
    }),
    fault("a version of symbols that is too new", "closure", |image| {
        image.set_program(program().needs_version("libc.so.6", "GLIBC_2.38"));
    }),
    fault("a loader that is not there", "closure", |image| {
        let loader = "/lib/ld-musl-x86_64.so.1";
        image.set_program(Library::new(Machine::Little64, 62, "app").interpreter(loader));
    }),
    fault("a program for another architecture", "closure", |image| {
        image.set_program(Library::new(Machine::Little64, AARCH64, "app"));
    }),
    fault("a program cut off", "closure", |image| {
        image.app().files[0].content.truncate(200);
    }),
    fault("a cache of the loader that is none", "closure", |image| {
        let base = image.layers[0].clone();
        image.layers[0] = base.file("etc/ld.so.cache", "glibc-ld.so.cache1.1", 0o644);
    }),
    Fault {
        name: "an exception that nothing needs",
        check: "closure",
        harm: |_| {},
        flags: &["--declared", "unneeded.json"],
    },
    fault("diff_ids swapped", "layers", |image| {
        image.edit_config = |config| {
            let ids = config["rootfs"]["diff_ids"].as_array_mut().unwrap();
            ids.swap(0, 1);
        };
    }),
    fault("a diff_id too few", "layers", |image| {
        image.edit_config = |config| {
            let ids = config["rootfs"]["diff_ids"].as_array_mut().unwrap();
            ids.pop();
        };
    }),
    fault("a damaged blob", "layers", |image| image.damaged = Some(2)),
    fault("a missing blob", "layers", |image| image.lost = Some(2)),
    fault("a path twice", "layers", |image| {
        let layer = &mut image.layers[3];
        let file = Item::file("etc/passwd", "root:x:0:0::/:/none\n");
        layer.after.push(file);
    }),
    fault("a file and its whiteout in one layer", "layers", |image| {
        let layer = &mut image.layers[3];
        layer.after.push(Item::file("etc/.wh.passwd", ""));
    }),
    fault("a directory after its whiteout", "layers", |image| {
        let layer = &mut image.layers[3];
        layer.before.push(Item::file(".wh.srv", ""));
        layer.after.push(Item::directory("srv"));
    }),
    fault("a whiteout below a link", "layers", |image| {
        let whiteout = Item::file("usr/share/info/.wh.info", "");
        image.app().after.push(whiteout);
    }),
    fault("a hard link to a lower layer", "layers", |image| {
        let link = Item::hardlink("srv/passwd", "./etc/passwd");
        image.app().after.push(link);
    }),
    fault("a child before its directory", "layers", |image| {
        let file = Item::symlink("usr/games/app", "/usr/bin/app");
        image.app().before.push(file);
        image.app().after.push(Item::directory("usr/games"));
    }),
    fault("an absolute name", "layers", |image| {
        let file = Item::directory("/srv/other");
        image.app().after.push(file);
    }),
    fault("a name that climbs out", "layers", |image| {
        let file = Item::directory("usr/../../srv/other");
        image.app().after.push(file);
    }),
    fault("a directory over a link", "layers", |image| {
        image.app().after.push(Item::directory("usr/share/info"));
    }),
    fault("a package that changes a directory", "layers", |image| {
        image.layers[1]
            .after
            .push(Item::directory("tmp").owner(1000, 7));
        image.app().after.push(Item::directory("srv").mode(0o700));
    }),
    fault("an archive that ends too early", "layers", |image| {
        image.layers[1].end = Some(Vec::new());
    }),
    fault("an archive with half an end", "layers", |image| {
        image.layers[1].end = Some(vec![0; 512]);
    }),
    fault("files behind the end", "layers", |image| {
        let hidden = tar(&[Item::file("hidden", "x")]);
        image.layers[1].end = Some([vec![0; 1024], hidden].concat());
    }),
    fault("a device", "layers", |image| {
        image.app().after.push(Item::new(b'3', "srv/null"));
    }),
    fault("a layer without history", "layers", |image| {
        image.app().history = None
    }),
    fault("a process that no engine starts", "layers", |image| {
        image.edit_config = |config| {
            config["config"]["WorkingDir"] = "srv".into();
            config["config"]["Env"] = json!(["PATH=/usr/bin", "=x", "A=\0"]);
        };
    }),
    fault("an index that names another platform", "layers", |image| {
        image.listed = Some("s390x".to_owned());
    }),
    fault("an owner beyond all numbers", "layers", |image| {
        let directory = Item::directory("srv/data").owner(3_000_000_000, 0);
        image.app().after.push(directory);
    }),
    fault("Docker's media type", "layers", |image| {
        image.app().media_type = "application/vnd.docker.image.rootfs.diff.tar".to_owned();
    }),
    fault(
        "another media type than the bytes are of",
        "layers",
        |image| {
            image.app().media_type = "application/vnd.oci.image.layer.v1.tar+gzip".to_owned();
        },
    ),
    Fault {
        name: "an owner that rootless engines lack",
        check: "layers",
        harm: |image| {
            let directory = Item::directory("srv/data").owner(0, 70_000);
            image.app().after.push(directory);
        },
        flags: &["--profile", "rootless"],
    },
    Fault {
        name: "a file that no function can read",
        check: "layers",
        harm: |image| image.app().files[0].mode = 0o750,
        flags: &["--profile", "lambda"],
    },
    Fault {
        name: "a user by name, and a directory that is not group 0's",
        check: "layers",
        harm: |image| {
            image.edit_config = |config| config["config"]["User"] = "app".into();
            let directory = Item::directory("srv/data").owner(1000, 1000);
            image.app().after.push(directory);
        },
        flags: &[
            "--profile",
            "openshift",
            "--declared=writable.json",
            "--declared=users.json",
        ],
    },
    fault(
        "another content than the package lists",
        "ownership",
        |image| {
            let app = image.app();
            app.sums = Some(app.own_sums());
            app.files[0].content.push(0);
        },
    ),
    fault("a listed file that is not there", "ownership", |image| {
        let app = image.app();
        let mut sums = app.own_sums();
        sums.push((md5(b"gone"), "usr/bin/gone".to_owned()));
        app.sums = Some(sums);
    }),
    fault(
        "a file that its package does not list",
        "ownership",
        |image| {
            let app = image.app().clone();
            let sums = app.own_sums();
            *image.app() = Layer {
                sums: Some(sums),
                ..app.file("usr/share/more", "x", 0o644)
            };
        },
    ),
    fault("a file of no package", "ownership", |image| {
        let passwd = image.layers[3].clone();
        image.layers[3] = passwd.file("opt/data", "x", 0o644);
    }),
    fault("a file of two packages", "ownership", |image| {
        let app = image.app().clone();
        *image.app() = app.file("usr/share/base-files/info", "base\n", 0o644);
    }),
    fault("a file replaced by no package", "ownership", |image| {
        let passwd = image.layers[3].clone();
        image.layers[3] = passwd.file("usr/share/base-files/info", "mine\n", 0o644);
    }),
    fault(
        "a list of a package that is not there",
        "ownership",
        |image| {
            let passwd = image.layers[3].clone();
            image.layers[3] = passwd.file("var/lib/dpkg/status.d/ghost.md5sums", "", 0o644);
        },
    ),
    fault("a link that leads nowhere", "links", |image| {
        let link = Item::symlink("usr/share/doc", "../gone/doc");
        image.app().after.push(link);
    }),
    fault("a link to itself", "links", |image| {
        let link = Item::symlink("usr/share/doc", "doc");
        image.app().after.push(link);
    }),
    fault("a setuid program", "modes", |image| {
        image.app().files[0].mode = 0o4755
    }),
    fault("a directory that all may write to", "modes", |image| {
        image
            .app()
            .after
            .push(Item::directory("srv/data").mode(0o777));
    }),
    fault("a library that all may write to", "modes", |image| {
        image.layers[2].files[0].mode = 0o666;
    }),
    fault("a shell slipped in", "programs", |image| {
        let app = image.app().clone();
        *image.app() = app.file("usr/libexec/bash5", "#!", 0o755);
    }),
    fault("a package manager by another name", "programs", |image| {
        let app = image.app().clone();
        let link = Item::symlink(format!("{LIBRARIES}/apt-get"), "/usr/bin/app");
        *image.app() = app.then(link);
    }),
    fault("a private key", "secrets", |image| {
        let app = image.app().clone();
        let key = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n";
        *image.app() = app.file("usr/share/app/server.pem", key, 0o600);
    }),
    fault(
        "credentials that a later layer removes",
        "secrets",
        |image| {
            let netrc = Item::file("srv/.netrc", "machine a login b password c");
            image.layers[3].before.push(Item::directory("srv"));
            image.layers[3].before.push(netrc);
            image.app().before.push(Item::directory("srv"));
            image.app().before.push(Item::file("srv/.wh..netrc", ""));
        },
    ),
    fault("a password in the environment", "secrets", |image| {
        image.edit_config = |config| {
            config["config"]["Env"] = json!(["PATH=/usr/bin", "DB_PASSWORD=x"]);
        };
    }),
    fault("an argument of a build with a token", "secrets", |image| {
        image.app().history = Some("RUN |1 NPM_TOKEN=npm_x /bin/sh -c npm ci".to_owned());
    }),
    fault("a user that the image does not know", "user", |image| {
        image.edit_config = |config| config["config"]["User"] = "rot".into();
    }),
    fault("a group without a file of groups", "user", |image| {
        image.edit_config = |config| config["config"]["User"] = "root:staff".into();
    }),
    fault("a user id that no engine takes", "user", |image| {
        image.edit_config = |config| config["config"]["User"] = "4294967296:65532".into();
    }),
    fault("a user whose entry has no id", "user", |image| {
        image.edit_config = |config| config["config"]["User"] = "web".into();
        image.layers[3].files[0].content =
            b"root:x:0:0::/root:/none\nweb:x:web:0::/:/none\n".to_vec();
    }),
    fault("users whom only root may read of", "user", |image| {
        image.layers[3].files[0].mode = 0o600;
    }),
    Fault {
        flags: &["--declared=directories.json"],
        ..fault(
            "users in a directory that only root may enter",
            "user",
            |image| {
                image.app().after.push(Item::directory("etc").mode(0o700));
            },
        )
    },
    Fault {
        flags: &["--declared=users.json"],
        ..fault("a declared user that is known", "user", |_| {})
    },
];
