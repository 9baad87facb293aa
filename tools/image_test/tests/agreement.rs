//! Compares the check `closure` with the loader of this machine: builds small programs, and runs `ld.so --list` on each
//! in a separate root. Needs gcc, chroot and an x86-64 machine with Debian; otherwise nothing is tested.

#![allow(clippy::panic, clippy::unwrap_used)]

// The seeded faults use the rest of the module.
#[allow(dead_code)]
#[path = "faults/image.rs"]
mod image;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use testkit::{Item, Workspace};

use crate::image::{Image, Layer};

/// The shell functions of the cases. `so NAME [FLAGS]` creates `$T/NAME`, whose soname is the last component;
/// `need NAME` prints the linker argument for a needed library; `program` creates `$T/app/p`.
const PRELUDE: &str = r#"
    # Bazel's PATH has no programs for administrators.
    PATH=$PATH:/usr/sbin:/sbin
    test "$(uname -m)" = x86_64 && command -v gcc >/dev/null && command -v chroot >/dev/null && test -e /lib64/ld-linux-x86-64.so.2 || exit 3
    T=$PWD/tree
    L=lib/x86_64-linux-gnu
    mkdir -p $T/$L $T/lib64 $T/app/lib stubs
    cp -L /$L/libc.so.6 $T/$L/
    cp -L /lib64/ld-linux-x86-64.so.2 $T/lib64/
    echo 'int f(void){return 1;}' >f.c
    echo 'int main(void){return 0;}' >p.c
    N=0
    so() {
        file=$1 soname=${1##*/}
        shift
        mkdir -p $T/${file%/*}
        gcc -shared -fPIC -nostdlib -Wl,--no-as-needed -Wl,-soname,$soname -o $T/$file f.c "$@"
    }
    # A library of this name for the linker to look at, which nobody ships.
    need() {
        N=$((N + 1))
        gcc -shared -fPIC -nostdlib -Wl,-soname,$1 -o stubs/$N.so f.c
        echo stubs/$N.so
    }
    new() { echo -Wl,--enable-new-dtags,-rpath,$1; }
    old() { echo -Wl,--disable-new-dtags,-rpath,$1; }
    musl() { gcc -nostdlib -nostartfiles -Wl,-e,main -Wl,-dynamic-linker,/lib/ld-musl-x86_64.so.1 -Wl,--no-as-needed -Wl,--allow-shlib-undefined -o $T/app/p p.c "$@"; }
    program() { gcc -Wl,--no-as-needed -Wl,--allow-shlib-undefined -o $T/app/p p.c "$@"; }
"#;

/// Runs the loader and prints the names that it does not find, and `failed` for other errors.
const JUDGE: &str = r#"
    chroot $T /bin/true 2>/dev/null || test $? -ne 125 || exit 3
    C=$(command -v chroot)
    cd $T && env -i $C . /lib64/ld-linux-x86-64.so.2 --list /app/p >../out 2>&1 || echo "failed" >>../out
    sed -n 's/^\t\(.*\) => not found$/\1/p; s/^failed$/failed/p' ../out"#;

/// The same for musl: the program of the case has another loader.
const MUSL_JUDGE: &str = r#"
    M=${MUSL_LOADER:-/lib/ld-musl-x86_64.so.1}
    test -e $M || exit 3
    chroot $T /bin/true 2>/dev/null || test $? -ne 125 || exit 3
    C=$(command -v chroot)
    rm -r $T/lib64 $T/$L
    mkdir -p $T/lib
    cp -L $M $T/lib/ld-musl-x86_64.so.1
    cd $T && env -i $C . /lib/ld-musl-x86_64.so.1 --list /app/p >../out 2>&1 || test $? -eq 127
    sed -n 's/^Error loading shared library \([^:]*\): .*/\1/p' ../out"#;

/// `musl` creates the program, which needs no libc and has musl's loader.
const MUSL_CASES: [(&str, &str); 12] = [
    ("loaded already by the program", "so app/lib/libc3.so; so app/lib/libb3.so $(need libc3.so); musl $(need libb3.so) $(need libc3.so) $(new '$ORIGIN/lib')"),
    ("RUNPATH counts for what is loaded", "so app/lib/libc3.so; so app/lib/libb3.so $(need libc3.so); musl $(need libb3.so) $(new '$ORIGIN/lib')"),
    ("RUNPATH of a library too, after its own", "so app/x/libd.so $(need libe.so); so app/x/libe.so; so app/lib/liba.so $(need libd.so) $(new /app/x); musl $(need liba.so) $(new /app/lib)"),
    ("but not for its sister", "so app/x/libd.so; so app/lib/liba.so $(need libd.so) $(new /app/x); so app/x/libe.so; so app/lib/libb.so $(need libe.so); musl $(need liba.so) $(need libb.so) $(new /app/lib)"),
    ("the default directories", "so lib/liba.so; so usr/local/lib/libb.so; so usr/lib/libc3.so; so lib/x86_64-linux-gnu/libd.so; cp $T/lib/x86_64-linux-gnu/libd.so stubs/; mkdir -p $T/usr/lib/x86_64-linux-gnu; mv stubs/libd.so $T/usr/lib/x86_64-linux-gnu/; musl $(need liba.so) $(need libb.so) $(need libc3.so) $(need libd.so)"),
    ("a list of directories", "so lib/liba.so; so opt/l/libb.so; mkdir -p $T/etc; printf '/opt/l:/none\n/opt/m\n' >$T/etc/ld-musl-x86_64.path; so opt/m/libe.so; musl $(need libb.so) $(need libe.so) $(need liba.so)"),
    ("an empty list", "so lib/liba.so; mkdir -p $T/etc; : >$T/etc/ld-musl-x86_64.path; musl $(need liba.so)"),
    ("other tokens make it count for nothing", "so app/lib/liba.so; musl $(need liba.so) $(new '/app/lib:/app/$LIB')"),
    ("the cache and preloads of glibc count for nothing", "so app/x/liba.so; mkdir -p $T/etc; echo /app/x/liba.so >$T/etc/ld.so.preload; musl $(need liba.so)"),
    ("names of its own", "musl $(need libpthread.so.0) $(need libm.so.6) $(need libc.musl-x86_64.so.1) $(need libutil.so)"),
    ("a name with a slash is no name for others", "so app/abs/libc3.so; so app/abs/libb3.so $(need libc3.so); musl $(need /app/abs/libc3.so) $(need /app/abs/libb3.so)"),
    ("a soname is no name", "so app/lib/libreal.so; mv $T/app/lib/libreal.so $T/app/lib/libalias.so; so app/lib/libb.so $(need libreal.so); musl $(need libalias.so) $(need libb.so) $(new /app/lib)"),
];

const CASES: [(&str, &str); 25] = [
    ("loaded already by the program", "so app/lib/libc3.so; so app/lib/libb3.so $(need libc3.so); program $(need libb3.so) $(need libc3.so) $(new '$ORIGIN/lib')"),
    ("needed by the library only", "so app/lib/libc3.so; so app/lib/libb3.so $(need libc3.so); program $(need libb3.so) $(new '$ORIGIN/lib')"),
    ("needed by the library first, found by the program later", "so app/lib/libc3.so; so app/lib/libb3.so $(need libc3.so); so app/lib/liba3.so $(need libb3.so) $(new '$ORIGIN'); program $(need liba3.so) $(need libc3.so) $(new '$ORIGIN/lib')"),
    ("a search path that leads nowhere", "so app/lib/libc3.so; so app/lib/libb3.so $(need libc3.so) $(new /build/lib); program $(need libb3.so) $(need libc3.so) $(new '$ORIGIN/lib')"),
    ("RPATH of the program counts for libraries", "so app/lib/libc3.so; so app/lib/libb3.so $(need libc3.so); program $(need libb3.so) $(old '$ORIGIN/lib')"),
    ("but not for one with a RUNPATH", "so app/lib/libc3.so; so app/lib/libb3.so $(need libc3.so) $(new /none); program $(need libb3.so) $(old '$ORIGIN/lib')"),
    ("RPATH of a library counts for what it loads", "so app/x/libd.so $(need libe.so); so app/x/libe.so; so app/lib/liba.so $(need libd.so) $(old /app/x); program $(need liba.so) $(new /app/lib)"),
    ("and for no other", "so app/x/libd.so; so app/lib/liba.so $(need libd.so) $(old /app/x); so app/x/libe.so; so app/lib/libb.so $(need libe.so); program $(need liba.so) $(need libb.so) $(new /app/lib)"),
    ("RPATH of whoever loads it first", "so app/x/libd.so; so app/lib/libs.so $(need libd.so); so app/lib/liba.so $(need libs.so) $(new /app/lib); so app/lib/libb.so $(need libs.so) $(old /app/lib:/app/x); program $(need liba.so) $(need libb.so) $(new /app/lib)"),
    ("RPATH of whoever loads it first, which has it", "so app/x/libd.so; so app/lib/libs.so $(need libd.so); so app/lib/liba.so $(need libs.so) $(new /app/lib); so app/lib/libb.so $(need libs.so) $(old /app/lib:/app/x); program $(need libb.so) $(need liba.so) $(new /app/lib)"),
    ("a soname of another name", "so app/lib/libreal.so; mv $T/app/lib/libreal.so $T/app/lib/libalias.so; so app/lib/libb.so $(need libreal.so); program $(need libalias.so) $(need libb.so) $(new /app/lib)"),
    ("names with a slash", "so app/abs/libc3.so; so app/abs/libb3.so $(need /app/abs/libc3.so); program $(need /app/abs/libb3.so)"),
    ("a name with a slash, then the soname", "so app/abs/libc3.so; so app/abs/libb3.so $(need libc3.so); program $(need /app/abs/libc3.so) $(need /app/abs/libb3.so)"),
    ("a name with a slash that is not there", "so app/lib/gone.so; program $(need /app/abs/gone.so) $(new /app/lib)"),
    ("a relative name", "so app/lib/libr.so; program $(need app/lib/libr.so)"),
    ("tokens", "so app/lib/x86_64-linux-gnu/libl.so; so app/x86_64/libp.so; so app/lib/libo.so; program $(need libl.so) $(need libp.so) $(need '$ORIGIN/lib/libo.so') $(new '/app/$LIB:${ORIGIN}/$PLATFORM')"),
    ("what only looks like tokens", "so app/lib/liba.so; program $(need liba.so) $(new '$ORIGINAL/lib:$LIBRARY:/app/${LIB')"),
    ("a link to the library: its own name counts for ORIGIN", "so app/real/libs.so $(need libt.so) $(new '$ORIGIN'); ln -s ../real/libs.so $T/app/lib/libs.so; so app/real/libt.so; program $(need libs.so) $(new /app/lib)"),
    ("a link to a directory", "so app/real/deep/libs.so $(need libt.so) $(new '$ORIGIN/../x'); ln -s real/deep $T/app/l; so app/real/x/libt.so; program $(need libs.so) $(new /app/l)"),
    ("for another machine, then for this", "so app/x/libm.so; printf '\\267' | dd of=$T/app/x/libm.so bs=1 seek=18 conv=notrunc status=none; so app/lib/libm.so; program $(need libm.so) $(new /app/x:/app/lib)"),
    ("no library, then one", "mkdir -p $T/app/x; echo 'INPUT(x)                                                                     ' >$T/app/x/libm.so; so app/lib/libm.so; program $(need libm.so) $(new /app/x:/app/lib)"),
    ("without default directories", "so lib/libd.so; so app/lib/liba.so $(need libd.so) -Wl,-z,nodefaultlib; program $(need liba.so) $(new /app/lib)"),
    ("an auxiliary library may be missing", "so app/lib/liba.so -Wl,-f,libnone.so; program $(need liba.so) $(new /app/lib)"),
    ("a filter's library may not", "so app/lib/liba.so -Wl,-F,libnone.so; program $(need liba.so) $(new /app/lib)"),
    ("preloaded", "so app/x/libc3.so; mkdir -p $T/etc; echo '/app/x/libc3.so # first' >$T/etc/ld.so.preload; so app/lib/libb3.so $(need libc3.so); program $(need libb3.so) $(new /app/lib)"),
];

#[test]
fn the_loader_agrees() {
    agree(&CASES, JUDGE);
}

/// Uses musl's loader if it exists: `/lib/ld-musl-x86_64.so.1`, or the path in `MUSL_LOADER`.
#[test]
fn musl_s_loader_agrees() {
    agree(&MUSL_CASES, MUSL_JUDGE);
}

fn agree(cases: &[(&str, &str)], evaluate: &str) {
    let (mut sound, mut faulty) = (0, 0);
    for (name, script) in cases {
        let workspace = Workspace::new();
        let script = format!("{PRELUDE}\n{script}\n{evaluate}");
        let outcome = workspace.run("/bin/sh", ["-euc", &script]);
        if outcome.code == 3 {
            return;
        }
        assert_eq!(outcome.code, 0, "{name}: {outcome:?}");
        let theirs: BTreeSet<&str> = outcome.stdout.lines().collect();
        let ours = missing(&workspace);
        // If the loader fails, it prints no names.
        if theirs.contains("failed") {
            assert!(!ours.is_empty(), "{name}: ours finds nothing")
        } else {
            assert_eq!(
                ours,
                theirs.into_iter().map(str::to_owned).collect(),
                "{name}"
            )
        }
        if ours.is_empty() {
            sound += 1
        } else {
            faulty += 1
        }
    }
    assert!(sound >= 4 && faulty >= 4, "{sound} {faulty}");
}

/// The names that the check reports for the program of the tree and its libraries.
fn missing(workspace: &Workspace) -> BTreeSet<String> {
    let mut image = Image::sound();
    let mut layer = Layer::new("tree");
    let tree = workspace.path("tree");
    add(&mut layer, &tree, &tree);
    image.layers = vec![layer];
    image.write(&workspace.path("image"));
    let program = env!("CARGO_BIN_EXE_image_test");
    let outcome = workspace.run(program, ["--layout=image", "--check=closure"]);
    assert_eq!(outcome.stderr, "");
    let lines = outcome.stdout.lines().map(str::trim);
    let lines = lines
        .filter(|line| line.starts_with("app/p needs ") || line.ends_with("when `app/p` loads it"));
    let names = lines.filter_map(|line| {
        let (_, rest) = line.split_once(" needs ")?;
        Some(rest.split_once(", ")?.0.to_owned())
    });
    names.collect()
}

fn add(layer: &mut Layer, root: &Path, directory: &Path) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path
            .strip_prefix(root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let metadata = fs::symlink_metadata(&path).unwrap();
        if metadata.is_symlink() {
            let target = fs::read_link(&path).unwrap();
            *layer = layer
                .clone()
                .then(Item::symlink(name, target.to_str().unwrap()));
        } else if metadata.is_dir() {
            add(layer, root, &path);
        } else {
            let mode = metadata.permissions().mode() & 0o777;
            *layer = layer.clone().file(&name, fs::read(&path).unwrap(), mode);
        }
    }
}
