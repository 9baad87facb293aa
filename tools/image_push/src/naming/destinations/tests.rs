//! Names of images.

use super::*;

const ROOT: &str = "registry.example/team";

fn image(name: &str, tag: &str, runtime: &str) -> PlanImage {
    PlanImage {
        name: name.to_owned(),
        distro: if name.is_empty() { "" } else { "debian12" }.to_owned(),
        tag: tag.to_owned(),
        variant: String::new(),
        architecture: String::new(),
        date: "2026-11-21T02:34:56Z".to_owned(),
        runtime: runtime.to_owned(),
        root: "_main/image.json".to_owned(),
        layout: String::new(),
        documents: Vec::new(),
        layers: Vec::new(),
        tags: Vec::new(),
        tag_files: Vec::new(),
    }
}

fn naming() -> Naming {
    Naming {
        repositories: vec![ROOT.to_owned()],
        template: None,
        has_dates: true,
        revision: None,
        tags: Vec::new(),
    }
}

/// Lines `REPOSITORY:TAG POSITION`, with `!` after an immutable tag; `ROOT/` is left out.
fn names(images: &[PlanImage], naming: &Naming) -> std::result::Result<Vec<String>, String> {
    let named = images.iter().enumerate().map(|(position, image)| Named {
        image,
        digest: Digest::of(&position.to_le_bytes()),
    });
    let named: Vec<_> = named.collect();
    let found = destinations(&named, naming).map_err(|error| error.to_string())?;
    let mut lines = Vec::new();
    for destination in &found {
        for (position, tags) in &destination.images {
            for tag in tags {
                let mark = if tag.is_immutable { "!" } else { "" };
                let line = format!("{}:{}{mark} {position}", destination.repository, tag.name);
                lines.push(line.replace("registry.example/team/", ""));
            }
        }
    }
    Ok(lines)
}

#[test]
fn moving_and_dated_tags() {
    let images = [
        image("static", "latest", ""),
        image("java21", "latest-arm64", "21.0.5"),
        image("java21", "debug-nonroot", "21.0.5"),
    ];
    assert_eq!(
        names(&images, &naming()).unwrap(),
        [
            "java21-debian12:21.0.5-arm64-20261121! 1",
            "java21-debian12:latest-arm64 1",
            "java21-debian12:latest-arm64-20261121! 1",
            "java21-debian12:21.0.5-debug-nonroot-20261121! 2",
            "java21-debian12:debug-nonroot 2",
            "java21-debian12:debug-nonroot-20261121! 2",
            "static-debian12:latest 0",
            "static-debian12:latest-20261121! 0",
        ]
    );
    let revised = Naming {
        revision: Some(2),
        ..naming()
    };
    assert_eq!(
        names(&images[..1], &revised).unwrap(),
        [
            "static-debian12:latest 0",
            "static-debian12:latest-20261121.2! 0"
        ]
    );
    let without = Naming {
        has_dates: false,
        ..naming()
    };
    assert_eq!(
        names(&images[..1], &without).unwrap(),
        ["static-debian12:latest 0"]
    );
}

#[test]
fn images_of_a_user_have_the_name_of_the_repository() {
    let mut own = image("", "", "");
    own.date.clear();
    let tagged = Naming {
        repositories: vec!["a.example/app".into(), "b.example/app/".into()],
        tags: vec!["v1".into()],
        ..naming()
    };
    assert_eq!(
        names(&[own.clone()], &tagged).unwrap(),
        ["a.example/app:v1 0", "b.example/app:v1 0"]
    );
    assert_eq!(
        names(&[own], &naming()).unwrap_err(),
        "cannot push `_main/image.json`: it has no tag\nhint: add `--tag TAG`"
    );
}

#[test]
fn templates() {
    let images = [image("static", "latest", ""), image("base", "latest", "")];
    let rendered = |template: &str| {
        let naming = Naming {
            template: Some(template.to_owned()),
            has_dates: false,
            ..naming()
        };
        names(&images, &naming)
    };
    let all = "images:{{ name }}-{{ distro }}{% if tag != 'latest' %}-{{ tag }}{% endif %}";
    assert_eq!(
        rendered(all).unwrap(),
        ["images:static-debian12 0", "images:base-debian12 1"]
    );
    assert_eq!(
        rendered("{{ name | upper | lower }}").unwrap(),
        ["base:latest 1", "static:latest 0"]
    );
    let hint = "hint: the fields are `name`, `distro`, `tag`, `variant`, `architecture`, `date` and `runtime`";
    for (template, cause) in [
        ("{{ nam }}", "undefined value"),
        (
            "{{ name",
            "unexpected end of input, expected end of variable block",
        ),
        (
            "{% for i in range(9999) %}{{ i }}{{ i }}{% endfor %}",
            "engine ran out of fuel",
        ),
    ] {
        assert_eq!(
            rendered(template).unwrap_err(),
            format!("cannot use template `{template}`: {cause}\n{hint}")
        );
    }
    let (first, second) = (
        Digest::of(&0_usize.to_le_bytes()),
        Digest::of(&1_usize.to_le_bytes()),
    );
    assert_eq!(
        rendered("all:{{ tag }}").unwrap_err(),
        format!("cannot name `2 images`: `{ROOT}/all:latest` is the reference of `static-debian12:latest` ({first}) and of `base-debian12:latest` ({second})\n\
         hint: use more fields in the template, such as `{{{{ tag }}}}`")
    );
    assert_eq!(
        rendered("{{ name }}:{{ tag }}@sha256:00").unwrap_err(),
        format!("cannot name `static-debian12:latest`: cannot read image reference `{ROOT}/static:latest@sha256:00`: its digest does not have the form of a digest\n\
         hint: write HOST[:PORT]/PATH[:TAG][@sha256:DIGEST]")
    );
}

#[test]
fn options_that_do_not_fit() {
    let images = [image("static", "latest", "")];
    let nowhere = Naming {
        repositories: Vec::new(),
        ..naming()
    };
    assert_eq!(
        names(&images, &nowhere).unwrap_err(),
        "cannot push `1 images`: no repository is given\nhint: add `--repository HOST/PATH`"
    );
    let tagged = Naming {
        tags: vec!["v1".into()],
        ..naming()
    };
    assert_eq!(
        names(&images, &tagged).unwrap_err(),
        "cannot use tag `v1`: `static-debian12:latest` has its own tags\n\
         hint: change the tags of the images with `--template`"
    );
}
