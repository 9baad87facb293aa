use serde_json::json;

use super::*;

fn packages() -> Packages<'static> {
    let package = |version: &str, source: &str| Package {
        version: version.to_owned(),
        architecture: "amd64".to_owned(),
        source: source.to_owned(),
        ..Package::default()
    };
    let mut packages = Packages::default();
    packages.by_name.insert(
        "libstdc++6".to_owned(),
        package("12.2.0-14+deb12u1", "gcc-12"),
    );
    packages
        .by_name
        .insert("netbase".to_owned(), package("1:6.4", "netbase"));
    packages
}

const SOUND: [&str; 2] = [
    "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12&upstream=gcc-12%4012.2.0-14",
    "pkg:deb/debian/netbase@1:6.4?arch=amd64&distro=debian-12",
];

fn problems(purls: &[&str], declared: &Declared) -> Vec<String> {
    let components: Vec<_> = purls
        .iter()
        .map(|purl| json!({"type": "library", "name": "x", "purl": purl}))
        .collect();
    problems_of(&components, declared)
}

fn problems_of(components: &[serde_json::Value], declared: &Declared) -> Vec<String> {
    let bytes = json!({"bomFormat": "CycloneDX", "components": components}).to_string();
    let sbom = Sbom::parse(bytes.as_bytes(), "sbom").unwrap();
    let results = compare(&sbom, &packages(), Some("debian-12"), declared);
    let problems = results.into_iter().flat_map(|(_, verdict)| match verdict {
        crate::outcome::Verdict::Failed(problems) => problems,
        _ => Vec::new(),
    });
    problems.collect()
}

#[test]
fn exactly_the_packages_of_the_image() {
    assert_eq!(problems(&SOUND, &Declared::default()), Vec::<String>::new());
    let system = json!({"bomFormat": "CycloneDX", "components": [{"type": "operating-system", "name": "debian"}]});
    assert!(Sbom::parse(system.to_string().as_bytes(), "sbom")
        .unwrap()
        .found
        .is_empty());
}

/// As trivy 0.45 writes it: the epoch is a qualifier, the distro has the point release, and the source package is a
/// property.
fn trivys(distro: &str, source: &str) -> Vec<serde_json::Value> {
    let purl = |package: &str, more: &str| {
        format!("pkg:deb/debian/{package}?arch=amd64&distro={distro}{more}")
    };
    vec![
        json!({
            "type": "library", "name": "libstdc++6", "purl": purl("libstdc%2B%2B6@12.2.0-14%2Bdeb12u1", ""),
            "properties": [
                {"name": "aquasecurity:trivy:PkgType", "value": "debian"},
                {"name": "aquasecurity:trivy:SrcName", "value": source},
            ],
        }),
        json!({
            "type": "library", "name": "netbase", "purl": purl("netbase@6.4", "&epoch=1"),
            "properties": [{"name": "aquasecurity:trivy:SrcName", "value": "netbase"}],
        }),
    ]
}

#[test]
fn an_sbom_of_trivy() {
    let problems = |distro, source| problems_of(&trivys(distro, source), &Declared::default());
    assert_eq!(problems("debian-12.15", "gcc-12"), Vec::<String>::new());
    assert_eq!(
        problems("debian-12.15", "gcc"),
        ["package libstdc++6 is found with source `gcc`, but has `gcc-12`"]
    );
    for distro in ["debian-11.15", "debian-12.", "debian-12.x", "debian-1.2.15"] {
        let problems = problems(distro, "gcc-12");
        assert_eq!(problems.len(), 2, "{distro}: {problems:?}");
        assert!(problems[0].ends_with(", but has `debian-12`"), "{distro}");
    }
}

#[test]
fn each_fault_is_named() {
    for (purls, problem) in [
        (vec![SOUND[0]], "package netbase 1:6.4 is not found"),
        (
            vec![SOUND[0], SOUND[1], SOUND[1]],
            "package netbase is found 2 times",
        ),
        (
            vec![
                SOUND[0],
                "pkg:deb/debian/netbase@6.4?arch=amd64&distro=debian-12",
            ],
            "package netbase is found with version `6.4`, but has `1:6.4`",
        ),
        (
            vec![
                SOUND[0],
                "pkg:deb/debian/netbase@1:6.4?arch=arm64&distro=debian-12",
            ],
            "package netbase is found with architecture `arm64`, but has `amd64`",
        ),
        (
            vec![
                SOUND[0],
                "pkg:deb/debian/netbase@1:6.4?arch=amd64&distro=debian-12&upstream=base",
            ],
            "package netbase is found with source `base`, but has `netbase`",
        ),
        (
            vec![SOUND[0], "pkg:deb/debian/netbase@1:6.4?arch=amd64"],
            "package netbase is found with distro none, but has `debian-12`",
        ),
        (
            vec![SOUND[0], SOUND[1], "pkg:maven/jrt-fs/jrt-fs@17.0.21"],
            "`pkg:maven/jrt-fs/jrt-fs@17.0.21` is neither a package of the image nor declared",
        ),
        (
            vec![
                SOUND[0],
                SOUND[1],
                "pkg:deb/debian/bash@5.2?arch=amd64&distro=debian-12",
            ],
            "`pkg:deb/debian/bash@5.2` is neither a package of the image nor declared",
        ),
    ] {
        assert_eq!(problems(&purls, &Declared::default()), [problem]);
    }
}

#[test]
fn texts_that_are_not_an_sbom() {
    for (text, cause) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        (r#"{"bomFormat": "SPDX"}"#, "its bomFormat is `SPDX`"),
        (
            r#"{"spdxVersion": "SPDX-2.3"}"#,
            "missing field `bomFormat` at line 1 column 27",
        ),
    ] {
        assert_eq!(
            Sbom::parse(text.as_bytes(), "sbom")
                .unwrap_err()
                .to_string(),
            format!(
                "cannot read `sbom`: {cause}\nhint: expected an SBOM in CycloneDX JSON, as \
                 `syft -o cyclonedx-json` and `trivy --format cyclonedx` write it"
            )
        );
    }
}

#[test]
fn a_scanner_that_fails() {
    let error_of = |program: &str, arguments: &[&str]| {
        let arguments: Vec<_> = arguments
            .iter()
            .map(|&argument| argument.to_owned())
            .collect();
        run::scan(Path::new(program), &arguments, Path::new("/image"))
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        error_of(
            "/bin/sh",
            &["-c", "echo what a pity >&2; exit 3", "{image}"]
        ),
        "cannot run `/bin/sh`: exit status: 3; standard error: what a pity"
    );
    let long = error_of(
        "/bin/sh",
        &[
            "-c",
            "yes | head -c 9000000 >&2; echo END >&2; exit 1",
            "{image}",
        ],
    );
    assert!(
        long.len() < 4100 && long.ends_with("y\n  y\n  END"),
        "{long}"
    );
    assert!(error_of("/bin/sh", &["-c", "true"])
        .starts_with("cannot run `/bin/sh`: no argument contains `{image}`\nhint: "));
    assert!(error_of("/nowhere/syft", &["{image}"])
        .starts_with("cannot run `/nowhere/syft`: No such file"));
    assert!(error_of("/bin/echo", &["{image}"])
        .starts_with("cannot read `the SBOM of /bin/echo`: expected value"));
}
