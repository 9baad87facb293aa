//! Writes the page section by section.

use crate::comparison::model::{Comparison, Image, Update};
use crate::number::megabytes;
use crate::table::{code, Table};

/// The whole page in Markdown.
pub(crate) fn page(comparison: &Comparison) -> String {
    let sections = [
        introduction(comparison),
        content(comparison),
        published(comparison),
        issues(comparison),
        start(comparison),
        updates(comparison),
        include_str!("page/assessment.md").to_owned(),
        method(comparison),
        missing(comparison),
    ];
    sections.join("\n").trim_end().to_owned() + "\n"
}

fn introduction(comparison: &Comparison) -> String {
    let Comparison {
        date,
        commit,
        machine,
        ..
    } = comparison;
    format!(
        "# Comparison with other images

<!-- Written by `./bazelw run //bench:comparison`; `//docs:comparison_test` compares it with comparison.json. Do not edit. -->

Images for Debian 12 and amd64, measured on {date} with commit `{commit}`. Each number below is from
[comparison.json](comparison.json), which one command writes: [how to repeat it](#method). MB are
1,000,000 bytes. Later updates change the numbers of all images.

Machine: {}, {} cores, Linux {}, runc {}, umoci {}, skopeo {}. Other programs were running: the load
was {} before the measurement. It affects times, and no other value.
",
        machine.processor.trim(),
        machine.cores,
        machine.kernel,
        machine.runc,
        machine.umoci,
        machine.skopeo,
        machine.load,
    )
}

fn content(comparison: &Comparison) -> String {
    let mut images = Table::new([
        "image",
        "compressed, MB",
        "unpacked, MB",
        "layers",
        "packages",
        "files",
        "programs",
        "setuid, setgid",
    ]);
    let mut programs = Table::new(["image", "shells", "interpreters", "package managers"]);
    for image in ordered(comparison) {
        let sizes = [image.compressed_bytes, image.unpacked_bytes].map(megabytes);
        let counts = [
            image.layers,
            image.packages,
            image.files,
            image.programs,
            image.setuid,
        ];
        let counts = counts.map(|count| count.to_string());
        images.row(name(image), sizes.into_iter().chain(counts));
        let lists = [&image.shells, &image.interpreters, &image.package_managers];
        programs.row(name(image), lists.map(none_or_code));
    }
    let mut descriptions = Table::new(["image", "content", "digest"]);
    for image in ordered(comparison) {
        let digest = format!("`{}`", image.digest);
        descriptions.row(name(image), [image.description.clone(), digest]);
    }
    format!(
        "## Sizes and content

The images are in groups: an image of ours, then the images that a Dockerfile would use instead.

{}Programs are executable files in directories such as `/usr/bin`. These are the ones that help an
attacker, and that people expect in a shell:

{}The measured images:

{}",
        images.markdown(),
        programs.markdown(),
        descriptions.markdown(),
    )
}

fn published(comparison: &Comparison) -> String {
    let mut table = Table::new(["image", "compressed, MB", "digest", "source"]);
    for image in &comparison.published {
        let digest = format!("`{}`", image.digest);
        let source = format!("[list of the publisher]({})", image.source);
        table.row(
            format!("`{}`", image.name),
            [megabytes(image.compressed_bytes), digest, source],
        );
    }
    format!(
        "## Published sizes

These images were not available for a measurement. Their publisher states the size of the compressed
layers. The first row shows how close our `slim` is to the published image.

{}",
        table.markdown(),
    )
}

fn issues(comparison: &Comparison) -> String {
    let mut table = Table::new(["image", "open issues", "unimportant issues"]);
    for image in ordered(comparison) {
        if let Some(issues) = &image.issues {
            let counts = [issues.open, issues.unimportant];
            table.row(name(image), counts.map(|count| count.to_string()));
        }
    }
    let counted = comparison.images.iter().any(|image| image.issues.is_some());
    let text = if counted {
        "Issues of the image's source packages in Debian's security tracker that are open, or fixed in a
newer version. Debian does not fix the ones that it calls unimportant. All images are counted by the
same rule (`bench/comparison/issues.py`); the tracker has no packages of Alpine.

"
        .to_owned()
            + &table.markdown()
    } else {
        "**Not measured.** Debian's security tracker was not available on the machine, and neither were the
databases of scanners. With `--tracker FILE`, the command counts the issues of all images of Debian's
packages by the same rule (`bench/comparison/issues.py`), and this section has the numbers. The number
of packages above is a rough bound: an issue of a package that an image does not have does not affect
it.
"
        .to_owned()
    };
    format!("## Known issues\n\n{text}")
}

fn start(comparison: &Comparison) -> String {
    let mut table = Table::new(["image", "unpack, s", "start and end, s"]);
    for image in ordered(comparison) {
        let seconds = [image.unpack_seconds, image.start_seconds];
        table.row(name(image), seconds.map(|seconds| format!("{seconds:.3}")));
    }
    format!(
        "## Start

The median of {} rounds: umoci unpacks the image from a local layout, as an engine does after the
first pull; then runc starts a static program (`busybox true`) in it, and the program ends. The size
of an image decides the first time; it has no effect on the second one.

{}",
        comparison.runs,
        table.markdown(),
    )
}

fn updates(comparison: &Comparison) -> String {
    let mut table = Table::new([
        "image",
        "update",
        "first pull, MB",
        "requests",
        "pull of the update, MB",
        "requests",
    ]);
    for update in &comparison.updates {
        let Update {
            name,
            how,
            old,
            new,
            ..
        } = update;
        table.row(
            format!("`{name}`"),
            [
                how.clone(),
                megabytes(old.bytes),
                old.requests.to_string(),
                megabytes(new.bytes),
                new.requests.to_string(),
            ],
        );
    }
    let mut changes = Table::new(["image", "packages that the update changes"]);
    let mut known = Vec::new();
    for update in &comparison.updates {
        if !known.contains(&&update.name) {
            known.push(&update.name);
            changes.row(format!("`{}`", update.name), [changed(update)]);
        }
    }
    format!(
        "## Update

The update is a real one: from the last point release of Debian 12 to its updates and security
updates on the day of the measurement. skopeo pulls the old image from a registry on the same
machine, then the new one to the same store, as a node does.

{}Only changed layers are pulled again. On slim, the first layer has all of Debian's base system, so a
new slim image is pulled as a whole, and all layers on it are made again. `apt-get upgrade` in a
Dockerfile avoids that, but the old files stay in the lower layers.

{}",
        table.markdown(),
        changes.markdown(),
    )
}

fn changed(update: &Update) -> String {
    let changes = update
        .packages
        .iter()
        .map(|change| format!("{} {} → {}", change.package, change.old, change.new));
    changes.collect::<Vec<_>>().join(", ")
}

fn method(comparison: &Comparison) -> String {
    format!(
        "## Method

```text
./bazelw run //bench:comparison -- --alpine FILE --tracker FILE --runs {}
```

The command needs root, and mmdebstrap, apt, umoci, runc and skopeo on `PATH`. It takes about 10
minutes, writes `docs/comparison.json` and this page, and downloads Debian's packages as
`/etc/apt/sources.list.d/debian.sources` says (`--sources`).

{}",
        comparison.runs,
        include_str!("page/method.md"),
    )
}

fn missing(comparison: &Comparison) -> String {
    let mut table = Table::new(["image", "reason"]);
    for missing in &comparison.missing {
        table.row(&missing.name, [&missing.reason]);
    }
    format!(
        "## Missing images\n\nNo value of these images is known:\n\n{}",
        table.markdown()
    )
}

/// The images in their groups: first ours, then those that it is compared with.
fn ordered(comparison: &Comparison) -> Vec<&Image> {
    let mut groups: Vec<&str> = Vec::new();
    for image in &comparison.images {
        if !groups.contains(&image.group.as_str()) {
            groups.push(&image.group);
        }
    }
    let in_group = |group: &&str| {
        let group = (*group).to_owned();
        let images = comparison.images.iter();
        images.filter(move |image| image.group == group)
    };
    groups.iter().flat_map(in_group).collect()
}

fn name(image: &Image) -> String {
    format!("`{}`", image.name)
}

fn none_or_code(words: &Vec<String>) -> String {
    if words.is_empty() {
        "none".to_owned()
    } else {
        code(words)
    }
}

#[cfg(test)]
mod tests;
