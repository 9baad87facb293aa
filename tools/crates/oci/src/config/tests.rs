//! Images with base images: values that are kept, replaced, added and refused.

use oci_spec::image::MediaType;

use crate::testing::{hex, layer, pairs, settings, text};
use crate::{image, Base, Created, Document, Image, Settings};

/// A base image in the form of another builder: an unsorted config with fields that OCI does not define.
const CONFIG: &str = r#"{
  "created": "2023-05-04T17:37:03.872958712Z", "author": "somebody", "docker_version": "20",
  "architecture": "arm64", "os": "linux", "variant": "v8",
  "config": {
    "Healthcheck": {"Test": ["NONE"], "Interval": 30000000000}, "User": "7", "WorkingDir": "/base",
    "Env": ["PATH=/bin", "A=1"], "Cmd": ["base"], "Entrypoint": ["/init"],
    "ExposedPorts": {"80/tcp": {}}, "Labels": {"kept": "1", "changed": "2", "org.opencontainers.image.source": "of the base"}
  },
  "rootfs": {"type": "layers", "diff_ids": ["sha256:D"]},
  "history": [{"created_by": "RUN true", "empty_layer": true}, {"created": "2023-05-04T17:37:03.5Z", "created_by": "ADD x"}]
}"#;

fn base_documents(config: &str) -> (Document, Document) {
    let config = Document::new(
        "base.config.json",
        config
            .replace("sha256:D", &format!("sha256:{}", hex('e')))
            .into(),
    );
    let blob = config.blob();
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
        "config":{{"mediaType":"application/vnd.docker.container.image.v1+json","size":{},"digest":"{}"}},
        "layers":[{{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":9,"digest":"sha256:{}"}}],
        "annotations":{{"base":"1","org.opencontainers.image.source":"of the base","over":"2"}}}}"#,
        blob.size,
        blob.digest,
        hex('b')
    );
    (config, Document::new("base.manifest.json", manifest.into()))
}

fn base(config: &str) -> Base {
    let (config, manifest) = base_documents(config);
    Base::read(&config, &manifest).unwrap()
}

fn on_base(change: impl FnOnce(&mut Settings)) -> Image {
    let mut settings = settings("arm64", Some("v8"));
    change(&mut settings);
    image(&settings, Some(&base(CONFIG)), &[layer('a', 7)]).unwrap()
}

fn execution(image: &Image) -> &str {
    let text = text(&image.config);
    let start = text.find(r#""config":"#).unwrap();
    &text[start..text.find(r#","created""#).unwrap()]
}

#[test]
fn without_a_base() {
    let mut settings = settings("arm", Some("v7"));
    settings.created = Some(Created::parse("2026-11-21T02:34:56Z").unwrap());
    settings.env = pairs(&["PATH=/bin", "A=é"]);
    settings.cmd = vec!["-x".into(), String::new()];
    settings.user = Some("65532".into());
    let made = image(&settings, None, &[layer('a', 7), layer('b', 8)]).unwrap();
    assert_eq!(
        text(&made.config),
        format!(
            concat!(
                r#"{{"architecture":"arm","config":{{"Cmd":["-x",""],"Env":["PATH=/bin","A=é"],"User":"65532"}},"#,
                r#""created":"2026-11-21T02:34:56Z","history":[{{"created":"2026-01-02T03:04:05Z","created_by":"deb a"}},"#,
                r#"{{"created":"2026-01-02T03:04:05Z","created_by":"deb b"}}],"os":"linux","#,
                r#""rootfs":{{"diff_ids":["sha256:{0}","sha256:{0}"],"type":"layers"}},"variant":"v7"}}"#
            ),
            hex('d')
        )
    );
    assert_eq!(
        text(&made.manifest),
        format!(
            concat!(
                r#"{{"config":{{"digest":"{}","mediaType":"application/vnd.oci.image.config.v1+json","size":{}}},"#,
                r#""layers":[{{"digest":"sha256:{}","mediaType":"{gzip}","size":7}},"#,
                r#"{{"digest":"sha256:{}","mediaType":"{gzip}","size":8}}],"#,
                r#""mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2}}"#
            ),
            made.config.blob().digest,
            made.config.blob().size,
            hex('a'),
            hex('b'),
            gzip = MediaType::ImageLayerGzip
        )
    );
    let digest = made.manifest.blob().digest.to_string();
    assert_eq!(made.descriptor.digest().as_ref(), digest);
}

#[test]
fn an_empty_image_has_all_that_is_required() {
    let made = image(&settings("amd64", None), None, &[]).unwrap();
    assert_eq!(
        text(&made.config),
        r#"{"architecture":"amd64","config":{},"created":"1970-01-01T00:00:00Z","history":[],"os":"linux","rootfs":{"diff_ids":[],"type":"layers"}}"#
    );
}

#[test]
fn values_that_are_not_given_come_from_the_base() {
    let made = on_base(|_| {});
    assert_eq!(
        execution(&made),
        concat!(
            r#""config":{"Cmd":["base"],"Entrypoint":["/init"],"Env":["PATH=/bin","A=1"],"ExposedPorts":{"80/tcp":{}},"#,
            r#""Healthcheck":{"Interval":30000000000,"Test":["NONE"]},"Labels":{"changed":"2","kept":"1"},"#,
            r#""User":"7","WorkingDir":"/base"}"#
        )
    );
    let text = text(&made.config);
    assert!(
        text.contains(r#""author":"somebody""#) && !text.contains("docker_version"),
        "{text}"
    );
    assert!(
        text.contains(r#""created":"2023-05-04T17:37:03.872958712Z","history""#),
        "{text}"
    );
}

#[test]
fn given_values_replace_those_of_the_base() {
    let made = on_base(|settings| {
        settings.env = pairs(&["A=2", "B=3"]);
        settings.labels = pairs(&["changed=3", "new=4"]);
        settings.user = Some("0".into());
        settings.workdir = Some("/".into());
        settings.cmd = vec!["own".into()];
    });
    assert_eq!(
        execution(&made),
        concat!(
            r#""config":{"Cmd":["own"],"Entrypoint":["/init"],"Env":["PATH=/bin","A=2","B=3"],"ExposedPorts":{"80/tcp":{}},"#,
            r#""Healthcheck":{"Interval":30000000000,"Test":["NONE"]},"Labels":{"changed":"3","kept":"1","new":"4"},"#,
            r#""User":"0","WorkingDir":"/"}"#
        )
    );
}

#[test]
fn a_new_entrypoint_drops_the_arguments_of_the_old_one() {
    let made = on_base(|settings| settings.entrypoint = vec!["/app".into()]);
    let text = execution(&made);
    assert!(
        text.contains(r#""Entrypoint":["/app"]"#) && !text.contains("Cmd"),
        "{text}"
    );
    let made = on_base(|settings| {
        settings.entrypoint = vec!["/app".into()];
        settings.cmd = vec!["go".into()];
    });
    assert!(execution(&made).contains(r#""Cmd":["go"]"#));
}

#[test]
fn layers_and_history_are_appended() {
    let made = on_base(|settings| {
        settings.annotations = pairs(&["over=3", "own=4"]);
        settings.base_name = Some("example.org/base:1".into());
    });
    let config = text(&made.config);
    assert!(
        config.contains(&format!(
            r#""diff_ids":["sha256:{}","sha256:{}"]"#,
            hex('e'),
            hex('d')
        )),
        "{config}"
    );
    assert!(
        config.contains(concat!(
            r#""history":[{"created_by":"RUN true","empty_layer":true},"#,
            r#"{"created":"2023-05-04T17:37:03.5Z","created_by":"ADD x"},"#,
            // The time of the layer is limited to that of the image, which is the base's.
            r#"{"created":"2023-05-04T17:37:03.872958712Z","created_by":"deb a"}]"#
        )),
        "{config}"
    );
    let manifest = text(&made.manifest);
    assert!(
        manifest.starts_with(&format!(
            concat!(
                r#"{{"annotations":{{"base":"1","org.opencontainers.image.base.digest":"{}","#,
                r#""org.opencontainers.image.base.name":"example.org/base:1","over":"3","own":"4"}},"#
            ),
            base_documents(CONFIG).1.blob().digest
        )),
        "{manifest}"
    );
    let gzip = MediaType::ImageLayerGzip;
    assert_eq!(
        manifest
            .matches(&format!(r#""mediaType":"{gzip}""#))
            .count(),
        2,
        "{manifest}"
    );
    assert!(!manifest.contains("docker"), "{manifest}");
}

/// rules_oci, crane and umoci copy a base's manifest with its annotations; they do not copy its descriptor.
#[test]
fn annotations_of_a_base_image_are_at_its_descriptor_only() {
    let made = on_base(|settings| {
        settings.is_base = true;
        settings.annotations = pairs(&["own=4", "org.opencontainers.image.title=base"]);
        settings.base_name = Some("example.org/base:1".into());
    });
    let manifest = text(&made.manifest);
    assert!(
        manifest.starts_with(r#"{"annotations":{"base":"1","over":"2","own":"4"},"config":"#),
        "{manifest}"
    );
    let annotations = made.descriptor.annotations().clone().unwrap_or_default();
    let digest = base_documents(CONFIG).1.blob().digest.to_string();
    let expected = [
        ("org.opencontainers.image.base.digest", digest.as_str()),
        ("org.opencontainers.image.base.name", "example.org/base:1"),
        ("org.opencontainers.image.title", "base"),
    ];
    let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(annotations, expected.into());
}

#[test]
fn a_base_without_annotations_has_none_at_its_descriptor() {
    let mut settings = settings("amd64", None);
    settings.is_base = true;
    let made = image(&settings, None, &[]).unwrap();
    assert!(made.descriptor.annotations().is_none());
    assert!(made.manifest.bytes().starts_with(br#"{"config":"#));
}

#[test]
fn layers_that_are_the_whole_image() {
    let image = on_base(|settings| {
        settings.whole = true;
        settings.base_name = Some("registry.example/base:1".into());
    });
    let (config, manifest) = (text(&image.config), text(&image.manifest));
    assert!(config.contains(r#""User":"7","#), "{config}");
    assert!(
        config.contains(
            r#""history":[{"created":"2023-05-04T17:37:03.872958712Z","created_by":"deb a"}]"#
        ),
        "{config}"
    );
    assert!(
        config.contains(&format!(r#""diff_ids":["sha256:{}"]"#, hex('d'))),
        "{config}"
    );
    assert!(
        !manifest.contains("org.opencontainers.image.base"),
        "{manifest}"
    );
    assert!(!manifest.contains(&hex('b')), "{manifest}");
    assert!(manifest.contains(&hex('a')), "{manifest}");
}

#[test]
fn a_base_without_history_gets_one() {
    let start = CONFIG.find(",\n  \"history\"").unwrap();
    let base = base(&format!("{}}}", &CONFIG[..start]));
    let made = image(&settings("arm64", None), Some(&base), &[layer('a', 7)]).unwrap();
    let text = text(&made.config);
    assert!(text.contains(r#""history":[{},{"created":"#), "{text}");
}

#[test]
fn a_base_for_another_platform_is_refused() {
    for (architecture, variant, message) in [
        (
            "amd64",
            None,
            "cannot use base `base.config.json`: it is for `linux/arm64/v8`, the image for `linux/amd64`",
        ),
        (
            "arm64",
            Some("v9"),
            "cannot use base `base.config.json`: it is for `linux/arm64/v8`, the image for `linux/arm64/v9`",
        ),
    ] {
        let error = image(&settings(architecture, variant), Some(&base(CONFIG)), &[]).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    assert!(image(&settings("arm64", None), Some(&base(CONFIG)), &[]).is_ok());
}

fn refused(config: &Document, manifest: &Document) -> String {
    Base::read(config, manifest).unwrap_err().to_string()
}

#[test]
fn a_base_that_contradicts_itself_is_refused() {
    let (config, manifest) = base_documents(CONFIG);
    let other = Document::new("other.json", b"{}".to_vec());
    assert_eq!(
        refused(&other, &manifest),
        format!(
            "cannot use base `base.manifest.json`: its config is `{}` ({} bytes), but `other.json` is \
             `sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a` (2 bytes)",
            config.blob().digest,
            config.blob().size
        )
    );
    let (config, manifest) = base_documents(&CONFIG.replace(r#"["sha256:D"]"#, "null"));
    assert_eq!(
        refused(&config, &manifest),
        "cannot use base `base.config.json`: the manifest has 1 layers, and the config 0 diff_ids"
    );
}

/// Engines run such images, and BuildKit and Kaniko build on them.
#[test]
fn a_history_of_another_length_is_adjusted() {
    let with = |history: &str| {
        let config = CONFIG.split(r#""history": ["#).next().unwrap();
        let base = base(&format!("{config}{history}}}"));
        let made = image(
            &settings("arm64", Some("v8")),
            Some(&base),
            &[layer('a', 7)],
        )
        .unwrap();
        let text = text(&made.config);
        let start = text.find(r#""history":"#).unwrap();
        text[start..text.find(r#","os""#).unwrap()].to_owned()
    };
    let own = r#"{"created":"2023-05-04T17:37:03.872958712Z","created_by":"deb a"}"#;
    for (history, expected) in [
        (r#""x": 1"#, "{}"),
        (r#""history": null"#, "{}"),
        (r#""history": []"#, "{}"),
        (
            r#""history": [{"created_by": "a", "empty_layer": true}]"#,
            r#"{"created_by":"a","empty_layer":true},{}"#,
        ),
        (
            r#""history": [{"created_by": "a"}, {"created_by": "b"}, {"created_by": "c"}]"#,
            r#"{"created_by":"a","empty_layer":true},{"created_by":"b","empty_layer":true},{"created_by":"c"}"#,
        ),
    ] {
        assert_eq!(with(history), format!(r#""history":[{expected},{own}]"#));
    }
}

/// Go's decoder accepts such keys and uses the last of several: next to our keys, they would win.
#[test]
fn keys_of_the_base_in_another_case_are_replaced_too() {
    let mut config = CONFIG.to_owned();
    for key in [
        "User",
        "WorkingDir",
        "Env",
        "Cmd",
        "Entrypoint",
        "Labels",
        "config",
        "history",
        "rootfs",
        "diff_ids",
    ] {
        let (quoted, other) = (format!("\"{key}\""), format!("\"{}\"", key.to_uppercase()));
        config = config.replace(&quoted, &other);
    }
    let config = config.replace("\"USER\"", "\"u\u{17f}er\"");
    for change in [(|_: &mut Settings| {}) as fn(&mut Settings), |settings| {
        settings.user = Some("65532".into());
        settings.entrypoint = vec!["/server".into()];
        settings.env = pairs(&["A=2"]);
        settings.labels = pairs(&["changed=3"]);
        settings.workdir = Some("/app".into());
    }] {
        let mut settings = settings("arm64", Some("v8"));
        change(&mut settings);
        let made = |config: &str| {
            let made = image(&settings, Some(&base(config)), &[layer('a', 7)]).unwrap();
            text(&made.config).to_owned()
        };
        assert_eq!(made(&config), made(CONFIG));
    }
}

#[test]
fn the_last_of_two_keys_of_the_base_counts() {
    let config = CONFIG.replace(r#""User": "7""#, r#""User": "1", "user": "2", "USER": "7""#);
    let made = image(&settings("arm64", Some("v8")), Some(&base(&config)), &[]).unwrap();
    assert!(execution(&made).contains(r#""User":"7""#) && !execution(&made).contains("user"));
}

#[test]
fn a_base_of_another_format_is_refused() {
    let (config, manifest) = base_documents(CONFIG);
    let changed = |from: &str, to: &str| {
        let text = text(&manifest).replace(from, to);
        Document::new("base.manifest.json", text.into())
    };
    let zstd = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    assert_eq!(
        refused(&config, &changed(zstd, "text/plain")),
        "cannot use base `base.manifest.json`: at `layers[0]`: media type: expected \
         `application/vnd.oci.image.layer.v1.tar+gzip` or `application/vnd.oci.image.layer.v1.tar+zstd` or \
         `application/vnd.oci.image.layer.v1.tar`, found `text/plain`"
    );
    assert_eq!(
        refused(
            &config,
            &changed(
                "application/vnd.docker.container.image.v1+json",
                "text/plain"
            )
        ),
        "cannot use base `base.manifest.json`: at `config`: media type: expected \
         `application/vnd.oci.image.config.v1+json`, found `text/plain`"
    );
    let (config, manifest) =
        base_documents(&CONFIG.replace(r#"["PATH=/bin", "A=1"]"#, r#"["PATH=/bin", 1]"#));
    assert_eq!(
        refused(&config, &manifest),
        "cannot read `base.config.json`: at `config.Env[1]`: invalid type: integer `1`, expected a string at line 6 \
         column 26"
    );
}
