use std::collections::BTreeMap;

use image_contents::Settings;
use oci::ImageConfiguration;

/// The object `config` of a configuration.
pub fn settings(config: &ImageConfiguration) -> Settings {
    let execution = config.config().clone().unwrap_or_default();
    let labels = execution.labels().clone().unwrap_or_default();
    Settings {
        cmd: execution.cmd().clone().unwrap_or_default(),
        entrypoint: execution.entrypoint().clone().unwrap_or_default(),
        env: execution.env().clone().unwrap_or_default(),
        exposed_ports: execution.exposed_ports().clone().unwrap_or_default(),
        labels: labels.into_iter().collect::<BTreeMap<_, _>>(),
        stop_signal: execution.stop_signal().clone().unwrap_or_default(),
        user: execution.user().clone().unwrap_or_default(),
        volumes: execution.volumes().clone().unwrap_or_default(),
        workdir: execution.working_dir().clone().unwrap_or_default(),
    }
}
