//! The forms of a requested package in a manifest, other than a name.

use archive_fixture::{Archive, Stanza};
use lock_update::Manifest;

use crate::support::{listing, manifest, source, World};

fn package(name: &str, depends: &str) -> Stanza {
    match depends {
        "" => Stanza::new(name, "1"),
        depends => Stanza::new(name, "1").with("Depends", depends),
    }
}

/// An editor that needs libraries, one of them only on amd64.
fn world() -> World {
    let both = ["amd64", "armhf"];
    let archive = Archive::new("bookworm")
        .packages(
            &both,
            &package("editor", "libtext (>= 1), libspell | spell"),
        )
        .packages(&both, &package("libtext", "libc6"))
        .packages(&both, &package("libspell", ""))
        .packages(&both, &package("libc6", ""))
        .packages(&both, &package("init", "").with("Essential", "yes"))
        .package("amd64", &package("turbo", "libc6"));
    World::of(&[archive])
}

fn closure(packages: &[&str]) -> Manifest {
    Manifest {
        resolve: true,
        ..manifest(&["amd64"], packages)
    }
}

#[test]
fn everything_that_is_needed() {
    let lock = world().update(&closure(&["editor"])).unwrap();
    let reasons = lock.packages.iter().map(|(name, files)| {
        let file = &files["amd64"];
        format!(
            "{name}: {}, needs [{}]",
            file.reason,
            file.depends.join(" ")
        )
    });
    assert_eq!(
        Vec::from_iter(reasons),
        [
            "editor: requested, needs [libspell libtext]",
            "libc6: dependency of libtext, needs []",
            "libspell: dependency of editor, needs []",
            "libtext: dependency of editor, needs [libc6]",
        ]
    );
    let why = |name| lock::why(&lock, name, None).unwrap();
    assert_eq!(why("editor"), ["editor 1 (bookworm): requested [amd64]"]);
    assert_eq!(
        why("libc6"),
        [
            "libc6 1 (bookworm): editor → libtext → libc6 [amd64]",
            "  needed by libtext"
        ]
    );
    let error = lock::why(&lock, "libtex", None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot find package `libtex`: the lock does not have it\nhint: similar names: libtext"
    );
}

#[test]
fn essential_packages_on_demand() {
    let mut manifest = closure(&["libc6"]);
    let names = |manifest: &Manifest| {
        let lock = world().update(manifest).unwrap();
        Vec::from_iter(lock.packages.into_keys()).join(" ")
    };
    assert_eq!(names(&manifest), "libc6");
    manifest.essential = true;
    assert_eq!(names(&manifest), "init libc6");
    assert_eq!(
        world().update(&manifest).unwrap().packages["init"]["amd64"].reason,
        "essential"
    );
}

#[test]
fn what_is_kept_out_is_reported_where_it_is_missed() {
    let manifest = closure(&["editor", "-libspell", "-libc6"]);
    let world = world();
    let lock = world.update(&manifest).unwrap();
    assert_eq!(
        listing(&lock),
        ["editor amd64 1 bookworm", "libtext amd64 1 bookworm"]
    );
    assert_eq!(lock.packages["editor"]["amd64"].unmet, ["libspell | spell"]);
    assert_eq!(
        world.notes(&manifest),
        [
            "unmet editor amd64: libspell | spell",
            "unmet libtext amd64: libc6"
        ]
    );
    let text = lock.to_json();
    assert_eq!(lock::Lock::parse("lock", &text).unwrap(), lock);
}

#[test]
fn for_some_architectures_only() {
    let both = ["amd64", "armhf"];
    let world = world();
    let mut manifest = manifest(&both, &["libc6 [!armhf]", "turbo [amd64]"]);
    let lock = world.update(&manifest).unwrap();
    let expected = ["libc6 amd64 1 bookworm", "turbo amd64 1 bookworm"];
    assert_eq!(listing(&lock), expected);
    manifest.packages = vec!["libc6 [amd64]".to_owned(), "turbo".to_owned()];
    assert_eq!(
        world.error(&manifest),
        "cannot find package `turbo`: there is none for armhf (searched bookworm)"
    );
    manifest.skip_missing = vec!["turbo".to_owned()];
    assert_eq!(listing(&world.update(&manifest).unwrap()), expected);
    assert_eq!(world.notes(&manifest), ["skipped turbo armhf"]);
    manifest.skip_missing = vec!["turbo".to_owned(), "turbi".to_owned()];
    assert_eq!(
        world.error(&manifest),
        "cannot use key `skip_missing`: turbi is not in `packages`"
    );
    manifest.packages = vec!["libc6 [riscv64]".to_owned()];
    assert_eq!(
        world.error(&manifest),
        "cannot use key `packages`: libc6 names riscv64, which is not in `archs`"
    );
}

#[test]
fn a_version_or_a_source_by_name() {
    let main = Archive::new("bookworm").package("amd64", &Stanza::new("git", "2.39"));
    let backports = Archive::new("bookworm-backports")
        .with("NotAutomatic", "yes")
        .with("ButAutomaticUpgrades", "yes")
        .package("amd64", &Stanza::new("git", "2.47~bpo12"));
    let world = World::of(&[main, backports]);
    let mut manifest = manifest(&["amd64"], &["git"]);
    manifest.sources.push(source("bookworm-backports main"));
    let mut taken = |item: &str| {
        manifest.packages = vec![item.to_owned()];
        world.update(&manifest).map(|lock| listing(&lock).join(" "))
    };
    assert_eq!(taken("git").unwrap(), "git amd64 2.39 bookworm");
    for item in ["git/bookworm-backports", "git=2.47~bpo12"] {
        let backport = "git amd64 2.47~bpo12 bookworm-backports";
        assert_eq!(taken(item).unwrap(), backport);
    }
    assert_eq!(
        taken("git=2.40").unwrap_err().to_string(),
        "cannot find package `git`: there is no version 2.40 for amd64 (searched bookworm, bookworm-backports); \
         available versions: 2.39 (bookworm), 2.47~bpo12 (bookworm-backports)"
    );
    assert_eq!(
        taken("git/sid").unwrap_err().to_string(),
        "cannot find package `git`: there is none of source sid for amd64 (searched bookworm, bookworm-backports); \
         available versions: 2.39 (bookworm), 2.47~bpo12 (bookworm-backports)\n\
         hint: `sources` has no `sid`; add it, such as `channel: sid main`"
    );
}

#[test]
fn a_virtual_package_is_none() {
    let mta = |name| Stanza::new(name, "1").with("Provides", "mail-transport-agent");
    let archive = Archive::new("bookworm")
        .package("amd64", &mta("postfix"))
        .package("amd64", &mta("exim4"));
    assert_eq!(
        World::of(&[archive]).error(&closure(&["mail-transport-agent"])),
        "cannot find package `mail-transport-agent`: there is none for amd64 (searched bookworm)\n\
         hint: `mail-transport-agent` is a virtual package; request a package that provides it: exim4, postfix"
    );
}

#[test]
fn only_some_packages_anew() {
    let packages = |date: &str, text: &str, editor: &Stanza| {
        let archive = Archive::new("bookworm")
            .with("Date", date)
            .package("amd64", &Stanza::new("libtext", text))
            .package("amd64", editor);
        World::of(&[archive])
    };
    let depends = |version, libtext| Stanza::new("editor", version).with("Depends", libtext);
    let manifest = closure(&["editor"]);
    let friday = "Fri, 10 Jul 2026 10:16:37 UTC";
    let old = packages(friday, "1", &depends("1", "libtext"));
    let old = old.update(&manifest).unwrap();

    let saturday = "Sat, 11 Jul 2026 10:16:37 UTC";
    let keep = |new: &World, only: &str| {
        let update = new.update_with_notes(&manifest).unwrap();
        lock::keep_others(&old, update.lock, &update.relations, &[only.to_owned()])
    };
    let new = packages(saturday, "2", &depends("2", "libtext"));
    let lock = keep(&new, "libtext").unwrap();
    assert_eq!(
        listing(&lock),
        [
            "editor amd64 1 bookworm@2026-07-10T10:16:37Z",
            "libtext amd64 2 bookworm"
        ]
    );
    assert_eq!(
        Vec::from_iter(lock.sources.keys()),
        ["bookworm", "bookworm@2026-07-10T10:16:37Z"]
    );
    assert_eq!(lock::Lock::parse("lock", &lock.to_json()).unwrap(), lock);
    let nothing = packages(friday, "1", &depends("1", "libtext"));
    assert_eq!(
        keep(&nothing, "libtext").unwrap(),
        old,
        "not a byte without a change"
    );

    let needy = packages(saturday, "2", &depends("2", "libtext (>= 2)"));
    assert_eq!(
        keep(&needy, "editor").unwrap_err().to_string(),
        "cannot lock only `editor`: it needs libtext (>= 2), and the lock keeps libtext 1 (amd64)\n\
         hint: add `--only libtext`, or lock all packages again"
    );
    assert_eq!(
        keep(&new, "edito").unwrap_err().to_string(),
        "cannot lock only `edito`: neither the old nor the new lock has it\nhint: similar names: editor"
    );
}

#[test]
fn an_excluded_package_must_be_somewhere() {
    let libfoo = Stanza::new("aa", "1")
        .with("Depends", "libfoo | bar")
        .with("Provides", "virtual");
    let mut archive = Archive::new("bookworm").package("amd64", &libfoo);
    archive = archive.package("amd64", &Stanza::new("libfoo", "1"));
    archive.index_mut("main", "armhf");
    let world = World::of(&[archive]);
    let manifest_of = |word: &str| {
        let mut manifest = manifest(&["amd64", "armhf"], &["aa [amd64]", word]);
        manifest.resolve = true;
        manifest
    };
    for known in ["-bar", "-virtual", "-bar [amd64]"] {
        assert!(world.update(&manifest_of(known)).is_ok(), "{known}");
    }
    assert_eq!(
        world.error(&manifest_of("-libfo")),
        "cannot exclude package `libfo`: no source has it, and no package depends on it\n\
         hint: similar names: libfoo"
    );
    assert_eq!(
        world.error(&manifest_of("-something-else")),
        "cannot exclude package `something-else`: no source has it, and no package depends on it\n\
         hint: remove `-something-else` from `packages`"
    );
    assert!(world
        .error(&manifest_of("-bar [armhf]"))
        .contains("cannot exclude package `bar`"));
}
