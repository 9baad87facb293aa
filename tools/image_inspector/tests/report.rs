//! The report on an image's packages and their scripts, tested through the command line.

#![allow(clippy::unwrap_used)]

use testkit::{Deb, Item, Workspace};

fn package(name: &str) -> Deb {
    Deb::new().control(&format!(
        "Package: {name}\nVersion: 1:2-3\nArchitecture: amd64\nSource: src (1:2-2)\nMaintainer: A <a@example.org>\n"
    ))
}

fn script(name: &str, text: &str) -> Item {
    Item::file(format!("./{name}"), text).mode(0o755)
}

fn write(workspace: &Workspace, paths: &[&str]) {
    let mut list = String::new();
    for path in paths {
        list +=
            &format!("./{path} type=file mode=0644 uid=0 gid=0 time=0.0 size=0 sha256digest=aa\n");
    }
    workspace.write("l.mtree", list);
    workspace.write(
        "l.json",
        r#"{"annotations":{"com.google.distroless.purl":"pkg:generic/nodejs@1","com.google.distroless.licenses":"MIT"},"name":"l"}"#,
    );
    let acting = "#!/bin/sh\nset -e\nmkdir /x\necho done\n";
    let idle = "#!/bin/sh\nset -e\nexit 0\n";
    for (file, deb) in [
        (
            "netbase.deb",
            package("netbase").control_item(script("postinst", acting)),
        ),
        (
            "openssl.deb",
            package("openssl").control_item(script("postinst", acting)),
        ),
        (
            "own.deb",
            package("own")
                .control_item(script("preinst", idle))
                .control_item(script("postinst", acting))
                .control_item(script("prerm", acting))
                .control_item(Item::file(
                    "./triggers",
                    "# x\nactivate-noawait ldconfig\ninterest /usr/x\n",
                )),
        ),
        (
            "lib.deb",
            package("lib").control_item(Item::file(
                "./triggers",
                "activate ldconfig\nactivate-noawait update-initramfs\n",
            )),
        ),
        (
            "part.deb",
            package("libc6").control_item(script("postinst", acting)),
        ),
    ] {
        workspace.write(file, deb.build());
    }
}

fn report(workspace: &Workspace) -> (i32, String) {
    let outcome = workspace.run(
        env!("CARGO_BIN_EXE_image_inspector"),
        [
            "report",
            "--image=//app:image",
            "--platform=linux/amd64",
            "--metadata=l.json",
            "--mtree=l.mtree",
            "--deb=netbase.deb",
            "--deb=openssl.deb",
            "--deb=own.deb",
            "--deb=lib.deb",
            "--part=part.deb",
            "--output=report",
        ],
    );
    (outcome.code, outcome.stderr)
}

#[test]
fn packages_and_scripts() {
    let workspace = Workspace::new();
    write(&workspace, &["etc/hosts", "usr/lib/ssl"]);
    assert_eq!(report(&workspace), (0, String::new()));
    assert_eq!(
        workspace.text("report"),
        include_str!("report/without_cache.txt")
    );
    write(
        &workspace,
        &["etc/hosts", "etc/ld.so.cache", "etc/networks"],
    );
    assert_eq!(report(&workspace), (0, String::new()));
    assert_eq!(
        workspace.text("report"),
        include_str!("report/with_cache.txt")
    );
}

#[test]
fn a_damaged_package_leaves_the_old_report() {
    let workspace = Workspace::new();
    write(&workspace, &[]);
    workspace.write("report", "old");
    workspace.write("own.deb", &package("own").build()[..150]);
    let (code, message) = report(&workspace);
    assert_eq!(code, 1);
    assert!(
        message.starts_with("error: cannot read `own.deb`: cannot "),
        "{message}"
    );
    assert_eq!(workspace.text("report"), "old");
}

#[test]
fn reports_are_joined_in_their_order() {
    let workspace = Workspace::new();
    workspace.write("a", "A\n");
    workspace.write("b", "B\n");
    let program = env!("CARGO_BIN_EXE_image_inspector");
    let outcome = workspace.run(program, ["join", "--report=b", "--report=a", "--output=c"]);
    assert_eq!(
        (outcome.code, workspace.text("c").as_str()),
        (0, "B\n\nA\n")
    );
}
