use std::collections::{BTreeMap, BTreeSet};

use image_contents::Image;

use crate::report::SettingChange;

/// The fields of the configuration and the annotations that differ, in a fixed order.
pub(super) fn compare(old: &Image, new: &Image) -> Vec<SettingChange> {
    let (left, right) = (&old.settings, &new.settings);
    let mut changes = Changes::default();
    changes.text("distro", &distro(old), &distro(new));
    changes.text("created", &old.created, &new.created);
    changes.text("user", &left.user, &right.user);
    changes.text("workdir", &left.workdir, &right.workdir);
    changes.list("entrypoint", &left.entrypoint, &right.entrypoint);
    changes.list("cmd", &left.cmd, &right.cmd);
    changes.map("env", &variables(&left.env), &variables(&right.env));
    changes.list("exposed ports", &left.exposed_ports, &right.exposed_ports);
    changes.list("volumes", &left.volumes, &right.volumes);
    changes.text("stop signal", &left.stop_signal, &right.stop_signal);
    changes.map("label", &left.labels, &right.labels);
    changes.map("annotation", &old.annotations, &new.annotations);
    changes.0
}

fn distro(image: &Image) -> String {
    let distro = image.distro.as_ref();
    distro
        .map(|distro| format!("{} {}", distro.id, distro.version))
        .unwrap_or_default()
}

/// The environment variables by name. Of several with one name, a program gets the last.
fn variables(env: &[String]) -> BTreeMap<String, String> {
    let pairs = env
        .iter()
        .map(|text| text.split_once('=').unwrap_or((text, "")));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[derive(Default)]
struct Changes(Vec<SettingChange>);

impl Changes {
    /// An empty text is a missing value.
    fn text(&mut self, setting: &str, old: &str, new: &str) {
        let value = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        self.add(setting.to_owned(), value(old), value(new));
    }

    /// Lists are shown as JSON, because their items may have blanks.
    fn list(&mut self, setting: &str, old: &[String], new: &[String]) {
        let value = |items: &[String]| {
            let text = serde_json::to_string(items).unwrap_or_default();
            (!items.is_empty()).then_some(text)
        };
        self.add(setting.to_owned(), value(old), value(new));
    }

    fn map(&mut self, kind: &str, old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) {
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            self.add(
                format!("{kind} {key}"),
                old.get(key).cloned(),
                new.get(key).cloned(),
            );
        }
    }

    fn add(&mut self, setting: String, old: Option<String>, new: Option<String>) {
        if old != new {
            self.0.push(SettingChange { setting, old, new });
        }
    }
}
