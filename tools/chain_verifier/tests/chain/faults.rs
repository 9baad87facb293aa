//! The faults, by the link that they break.

use archive_fixture::{Key, KeyPlan};
use blob::Digest;
use serde_json::json;
use testkit::{tar, Item};

use crate::world::{control, deb, extracted, hello_items, merged, Layer, World, INDEX, IN_RELEASE};

/// A seeded fault.
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// The only link that it breaks.
    pub(crate) link: &'static str,
    pub(crate) harm: fn(&mut World),
}

const fn fault(name: &'static str, link: &'static str, harm: fn(&mut World)) -> Fault {
    Fault { name, link, harm }
}

/// Flips one bit of a file.
fn flip(world: &mut World, path: &str, at: usize) {
    let bytes = world.files.get_mut(path).unwrap();
    let at = at.min(bytes.len() - 1);
    bytes[at] ^= 1;
}

fn truncate(world: &mut World, path: &str) {
    let bytes = world.files.get_mut(path).unwrap();
    bytes.truncate(bytes.len() / 2);
}

/// Replaces a layer, and all documents of the image.
fn relayer(world: &mut World, at: usize, layer: Layer) {
    world.layers[at] = layer;
    world.make_image();
}

/// Replaces the layer of `hello` by one with these files.
fn hello_layer(world: &mut World, items: &[Item]) {
    let layer = extracted(
        &deb("hello", "2.10-3", "amd64", items),
        "deb hello 2.10-3 amd64",
    );
    relayer(world, 0, layer);
}

/// Adds an entry to the layer of `hello`. A later entry replaces one of the same path.
fn hello_layer_with(world: &mut World, item: Item) {
    let mut items: Vec<Item> = hello_items()[1..].to_vec();
    let record = control("hello", "2.10-3", "amd64");
    items.push(Item::file("var/lib/dpkg/status.d/hello", record));
    items.push(item);
    let layer = Layer {
        archive: tar(&items),
        created_by: "deb hello 2.10-3 amd64".to_owned(),
    };
    relayer(world, 0, layer);
}

/// The text of InRelease with a replaced part, of the same signature.
fn edit_release(world: &mut World, from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(world.files[IN_RELEASE].clone()).unwrap();
    assert!(text.contains(from));
    text.replacen(from, to, 1).into_bytes()
}

pub(crate) const FAULTS: [Fault; 56] = [
    fault("a lock with another snapshot", "lock", |world| {
        world.lock["snapshot"] = "2026-07-12T00:00:00Z".into();
    }),
    fault("a lock of a newer version", "lock", |world| {
        world.lock["version"] = 2.into();
    }),
    fault("a signature by another key", "signature", |world| {
        world.publish(&[&Key::new(2)]);
    }),
    fault("a keyring with another key", "signature", |world| {
        world
            .files
            .insert("key.asc".to_owned(), Key::new(2).public().into_bytes());
    }),
    fault("a signature of another text", "signature", |world| {
        let changed = edit_release(world, "Origin: Test", "Origin: Tess");
        world.set_release(changed);
    }),
    fault("a changed InRelease", "signature", |world| {
        flip(world, IN_RELEASE, 100)
    }),
    fault("a truncated InRelease", "signature", |world| {
        truncate(world, IN_RELEASE)
    }),
    fault("an unsigned InRelease", "signature", |world| {
        let text = world.archive.release().into_bytes();
        world.set_release(text);
    }),
    fault("a signature that had expired", "signature", |world| {
        world.archive.signed -= 10;
        world.archive.lifetime = 1;
        world.publish(&[&Key::new(1)]);
    }),
    fault("a key that was revoked", "signature", |world| {
        let plan = KeyPlan {
            revoked: true,
            ..KeyPlan::default()
        };
        let key = Key::of(&plan).public();
        world.files.insert("key.asc".to_owned(), key.into_bytes());
    }),
    fault(
        "a Release that had expired at its date",
        "signature",
        |world| {
            let end = "Fri, 10 Jul 2026 10:16:37 UTC";
            world.archive = world.archive.clone().with("Valid-Until", end);
            world.publish(&[&Key::new(1)]);
            world.source()["valid_until"] = "2026-07-10T10:16:37Z".into();
        },
    ),
    fault("a lock with another date", "signature", |world| {
        world.source()["date"] = "2026-07-12T00:00:00Z".into();
        world.lock["snapshot"] = "2026-07-12T00:00:00Z".into();
    }),
    fault("a lock with another signer", "signature", |world| {
        world.source()["signed_by"] = json!([Key::new(2).fingerprint()]);
    }),
    fault("another index", "index", |world| {
        let other = archive_fixture::xz(b"Package: hello\n");
        world.files.insert(World::index_path(), other);
    }),
    fault("an index with another bit", "index", |world| {
        flip(world, &World::index_path(), 60)
    }),
    fault("a truncated index", "index", |world| {
        truncate(world, &World::index_path())
    }),
    fault("a lock with another index", "index", |world| {
        world.source()["indexes"][INDEX]["sha256"] = Digest::of(b"").hex().into();
    }),
    fault("a lock with another size of an index", "index", |world| {
        world.source()["indexes"][INDEX]["size"] = 1.into();
    }),
    fault(
        "a lock with an index that the Release lacks",
        "index",
        |world| {
            let mut blob = world.source()["indexes"][INDEX].clone();
            let bytes = world.files[&World::index_path()].clone();
            let path = "contrib/binary-amd64/Packages.xz";
            blob["size"] = bytes.len().into();
            world.source()["indexes"] = json!({ path: blob });
            world
                .files
                .insert(format!("chain/test/bookworm/{path}"), bytes);
        },
    ),
    fault("a lock with another version", "package", |world| {
        world.hello()["version"] = "2.10-4".into();
    }),
    fault(
        "a lock with another digest of a package",
        "package",
        |world| {
            world.hello()["sha256"] = Digest::of(b"").hex().into();
        },
    ),
    fault(
        "a lock with another path of a package",
        "package",
        |world| {
            world.hello()["filename"] = "pool/main/h/hello.deb".into();
        },
    ),
    fault(
        "a lock with another size of a package",
        "package",
        |world| {
            world.hello()["size"] = 1.into();
        },
    ),
    fault("a lock with another source package", "package", |world| {
        world.hello()["source"] = "hallo".into();
    }),
    fault(
        "a lock with another version of the source",
        "package",
        |world| {
            world.hello()["source_version"] = "2.9-1".into();
        },
    ),
    fault(
        "a lock with a package that no index has",
        "package",
        |world| {
            let hello = world.lock["packages"]["hello"].clone();
            world.lock["packages"]["hallo"] = hello;
            let items = [Item::file(
                "var/lib/dpkg/status.d/hallo",
                control("hallo", "2.10-3", "amd64"),
            )];
            relayer(
                world,
                3,
                Layer {
                    archive: tar(&items),
                    created_by: "files hallo".to_owned(),
                },
            );
        },
    ),
    fault("a package with another bit", "deb", |world| {
        flip(world, "debs/hello.deb", usize::MAX)
    }),
    fault("a package with a changed file", "deb", |world| {
        let mut items = hello_items();
        items[3] = Item::file("./usr/bin/hello", "another program").mode(0o755);
        let changed = deb("hello", "2.10-3", "amd64", &items);
        world.files.insert("debs/hello.deb".to_owned(), changed);
    }),
    fault("another version of a package", "deb", |world| {
        let other = deb("hello", "2.10-4", "amd64", &hello_items());
        world.files.insert("debs/hello.deb".to_owned(), other);
    }),
    fault("a file that is not a package", "deb", |world| {
        world
            .files
            .insert("debs/hello.deb".to_owned(), b"!<arch>\n".to_vec());
    }),
    fault("a layer with a changed file", "layer", |world| {
        let mut items = hello_items();
        items[3] = Item::file("./usr/bin/hello", "another program").mode(0o755);
        hello_layer(world, &items);
    }),
    fault("a layer with another mode", "layer", |world| {
        let mut items = hello_items();
        items[3] = Item::file("./usr/bin/hello", "program").mode(0o4755);
        hello_layer(world, &items);
    }),
    fault("a layer with another owner", "layer", |world| {
        let mut items = hello_items();
        items[3] = Item::file("./usr/bin/hello", "program")
            .mode(0o755)
            .owner(7, 7);
        hello_layer(world, &items);
    }),
    fault("a layer with another link", "layer", |world| {
        let mut items = hello_items();
        items[4] = Item::symlink("./usr/bin/hi", "/tmp/hello");
        hello_layer(world, &items);
    }),
    fault("a layer with one more file", "layer", |world| {
        let mut items = hello_items();
        items.push(Item::file("./usr/bin/more", "program"));
        hello_layer(world, &items);
    }),
    // The start of the path of the records.
    fault("a layer with a file `var/l`", "layer", |world| {
        hello_layer_with(world, Item::file("var/l", "program").mode(0o755));
    }),
    fault("a layer with one more file in status.d", "layer", |world| {
        let path = "var/lib/dpkg/status.d/hello.sh";
        hello_layer_with(world, Item::file(path, "program").mode(0o4755));
    }),
    fault("a layer with a changed record", "layer", |world| {
        let record = control("hello", "2.10-3", "amd64") + "Section: admin\n";
        let path = "var/lib/dpkg/status.d/hello";
        hello_layer_with(world, Item::file(path, record));
    }),
    fault(
        "a layer with another directory of records",
        "layer",
        |world| {
            hello_layer_with(world, Item::directory("var/lib/").mode(0o777));
        },
    ),
    fault("a merged layer with a changed file", "layer", |world| {
        let mut items = hello_items()[1..].to_vec();
        items[2] = Item::file("usr/bin/hello", "another program").mode(0o755);
        relayer(world, 2, merged(&items));
    }),
    fault("a blob with another digest", "manifest", |world| {
        let path = format!(
            "layout/blobs/sha256/{}",
            Digest::of(&world.layers[3].archive).hex()
        );
        flip(world, &path, 600);
    }),
    fault("a missing layer", "manifest", |world| {
        let path = format!(
            "layout/blobs/sha256/{}",
            Digest::of(&world.layers[3].archive).hex()
        );
        world.files.remove(&path);
    }),
    fault(
        "another manifest under the same digest",
        "manifest",
        |world| {
            let path = World::blob_path(&world.manifests()[0]);
            flip(world, &path, usize::MAX);
        },
    ),
    fault(
        "another configuration under the same digest",
        "manifest",
        |world| {
            let manifest = world.manifests()[1]["digest"]
                .as_str()
                .unwrap()
                .parse()
                .unwrap();
            let path = World::blob_path(&world.document(&manifest)["config"]);
            flip(world, &path, 40);
        },
    ),
    fault(
        "a configuration with another diff_id",
        "manifest",
        |world| {
            world.make_image_with(&|config, _| {
                if config["author"] == "arm64" {
                    let other = Digest::of(b"other").to_string();
                    config["rootfs"]["diff_ids"][2] = other.into();
                }
            });
        },
    ),
    fault("layers in another order", "manifest", |world| {
        world.make_image_with(&|config, manifest| {
            if config["author"] == "arm64" {
                manifest["layers"].as_array_mut().unwrap().swap(0, 1);
            }
        });
    }),
    fault(
        "a layer with another size in the manifest",
        "manifest",
        |world| {
            world.make_image_with(&|config, manifest| {
                if config["author"] == "arm64" {
                    manifest["layers"][2]["size"] = 1.into();
                }
            });
        },
    ),
    fault(
        "another index under the same digest",
        "image-index",
        |world| {
            let path = format!("layout/blobs/sha256/{}", world.root.hex());
            flip(world, &path, usize::MAX);
        },
    ),
    fault("an index with another platform", "image-index", |world| {
        let mut manifests = world.manifests();
        manifests[1]["platform"]["architecture"] = "s390x".into();
        world.make_index(&manifests);
    }),
    fault(
        "an index with a manifest that is missing",
        "image-index",
        |world| {
            let mut manifests = world.manifests();
            manifests[1]["digest"] = Digest::of(b"other").to_string().into();
            world.make_index(&manifests);
        },
    ),
    fault(
        "an index without one of its manifests",
        "provenance",
        |world| {
            let manifests = world.manifests();
            world.make_index(&manifests[..1]);
        },
    ),
    fault("a provenance of another image", "provenance", |world| {
        let statement = world.statement.as_mut().unwrap();
        statement["subject"][0]["digest"]["sha256"] = Digest::of(b"other").hex().into();
    }),
    fault("a provenance with another lock", "provenance", |world| {
        world.dependencies()[0]["digest"]["sha256"] = Digest::of(b"other").hex().into();
    }),
    fault("a provenance without a package", "provenance", |world| {
        world.dependencies().remove(1);
    }),
    fault(
        "a provenance with one more package",
        "provenance",
        |world| {
            let mut more = world.dependencies()[1].clone();
            more["digest"]["sha256"] = Digest::of(b"more").hex().into();
            world.dependencies().push(more);
        },
    ),
    fault("a provenance without a layer", "provenance", |world| {
        world.byproducts().remove(0);
    }),
];
