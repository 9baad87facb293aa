//! The template of references: a text in the language of Jinja
//! (<https://docs.rs/minijinja/latest/minijinja/syntax/index.html>).

use blob::{Error, Result};
use minijinja::{context, Environment, UndefinedBehavior};

use crate::content::PlanImage;

/// The template if neither the plan nor the command line has one.
pub(super) const DEFAULT: &str = "{{ name }}-{{ distro }}:{{ tag }}";

/// Operations of a template, which may have loops.
const FUEL: u64 = 10_000;

const HINT: &str =
    "the fields are `name`, `distro`, `tag`, `variant`, `architecture`, `date` and `runtime`";

/// A template.
pub(super) struct Template<'a> {
    environment: Environment<'a>,
    text: &'a str,
}

impl<'a> Template<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        Self { environment, text }
    }

    /// `PATH:TAG`, or `PATH`, for an image and one of its tags.
    ///
    /// # Errors
    ///
    /// The template is invalid, or uses a field that does not exist.
    pub(super) fn render(&self, image: &PlanImage, tag: &str) -> Result<String> {
        let values = context! {
            name => &image.name,
            distro => &image.distro,
            tag => tag,
            variant => &image.variant,
            architecture => &image.architecture,
            date => image.day().unwrap_or_default(),
            runtime => &image.runtime,
        };
        let rendered = self.environment.render_str(self.text, values);
        rendered.map_err(|error| {
            let cause = match error.detail() {
                Some(detail) => detail.to_owned(),
                None => error.kind().to_string(),
            };
            Error::cannot("use template", self.text, cause).hint(HINT)
        })
    }
}
