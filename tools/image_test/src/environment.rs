//! The environment variables of a command.

use std::collections::BTreeMap;
use std::path::Path;

use blob::{Error, Result, ResultExt};
use container_run::HOST_NAME;

use crate::config::{expand, CommandTest, Config, Variable};

/// The default of container engines for images without a `PATH`.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The longest `envFile`.
const MAX_VARIABLES: u64 = 1 << 20;

/// Variables, with their names as keys.
pub(crate) type Environment = BTreeMap<String, String>;

/// The variables in the image's `Env`.
pub(crate) fn of_image(env: &[String]) -> Environment {
    let pairs = env.iter().filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

/// The variables of the image and of a file's `globalEnvVars`.
pub(crate) fn with_global(image: &Environment, config: &Config) -> Environment {
    set(image.clone(), image, &config.global_env)
}

/// Sets all variables at once: no value can refer to another variable of the list.
fn set(mut env: Environment, seen: &Environment, variables: &[Variable]) -> Environment {
    for Variable { key, value } in variables {
        env.insert(key.clone(), expand(value, |name| seen.get(name).cloned()));
    }
    env
}

/// Replaces variables in the command by the values of the image and of the file. If there is a setup, also by those of
/// the test: container-structure-test builds a new image from a setup.
pub(crate) fn words(test: &CommandTest, global: &Environment) -> Vec<String> {
    let variables = if test.setup.is_empty() {
        global.clone()
    } else {
        set(global.clone(), global, &test.env)
    };
    let words = test.command.iter();
    words
        .map(|word| expand(word, |name| variables.get(name).cloned()))
        .collect()
}

/// All variables for the commands of a test.
pub(crate) fn of_test(
    test: &CommandTest,
    global: &Environment,
    options: &Environment,
) -> Vec<(String, String)> {
    let mut env = global.clone();
    env.extend(
        options
            .iter()
            .map(|(key, value)| (key.clone(), value.clone())),
    );
    let mut env = set(env, global, &test.env);
    for (key, value) in [("PATH", PATH), ("HOSTNAME", HOST_NAME)] {
        env.entry(key.to_owned())
            .or_insert_with(|| value.to_owned());
    }
    env.into_iter().collect()
}

/// The variables that `containerRunOptions` names: those of a file, and those of the environment of the test.
pub(crate) fn of_options(
    config: &Config,
    get: impl Fn(&str) -> Option<String>,
) -> Result<Environment> {
    let mut env = Environment::new();
    if let Some(path) = &config.run.env_file {
        let text = blob::read_text(Path::new(path), MAX_VARIABLES).cannot("read", path)?;
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let line = line.strip_prefix("export ").unwrap_or(line);
            let Some((key, value)) = line.split_once('=') else {
                let cause = format!("expected KEY=VALUE at line {}", number + 1);
                return Err(Error::cannot("read variables", path, cause));
            };
            env.insert(key.trim().to_owned(), unquoted(value.trim()).to_owned());
        }
    }
    for key in &config.run.env_vars {
        if let Some(value) = get(key).filter(|value| !value.is_empty()) {
            env.insert(key.clone(), value);
        }
    }
    Ok(env)
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        let inner = value
            .strip_prefix(quote)
            .and_then(|v| v.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(fields: &str) -> Config {
        let text = format!("schemaVersion: 2.0.0\n{fields}");
        Config::parse("tests.yaml", text.as_bytes()).unwrap()
    }

    fn image() -> Environment {
        of_image(&["PATH=/bin".to_owned(), "A=1".to_owned(), "odd".to_owned()])
    }

    #[test]
    fn variables_of_the_test_override_the_file_and_the_image() {
        let config = config(
            "globalEnvVars: [{key: PATH, value: '/env:$PATH'}, {key: B, value: '$PATH$C'}]\ncommandTests:\n- {name: a, command: '$A', args: ['$B', '$C'], envVars: [{key: A, value: 2}, {key: C, value: '$A$B'}]}\n",
        );
        let global = with_global(&image(), &config);
        let test = &config.commands[0];
        assert_eq!(words(test, &global), ["1", "/bin", ""]);
        let env = of_test(test, &global, &Environment::new());
        let env: Vec<String> = env.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(
            env,
            [
                "A=2",
                "B=/bin",
                "C=1/bin",
                "HOSTNAME=image-test",
                "PATH=/env:/bin"
            ]
        );
    }

    #[test]
    fn a_setup_makes_variables_of_the_test_part_of_the_image() {
        let config = config(
            "commandTests:\n- {name: a, command: '$C', setup: [[ls]], envVars: [{key: C, value: 3}]}\n",
        );
        assert_eq!(words(&config.commands[0], &image()), ["3"]);
    }

    #[test]
    fn variables_of_a_file_and_of_the_machine() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("env");
        std::fs::write(&path, "# none\n\nexport A=\"a b\"\nB = 'c'\nD=d=e\n").unwrap();
        let config = config(&format!(
            "licenseTests: [{{debian: true}}]\ncontainerRunOptions: {{envFile: '{}', envVars: [HERE, NOT_HERE]}}\n",
            path.display()
        ));
        let get = |key: &str| (key == "HERE").then(|| "yes".to_owned());
        let env = of_options(&config, get).unwrap();
        let env: Vec<String> = env.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(env, ["A=a b", "B=c", "D=d=e", "HERE=yes"]);
        std::fs::write(&path, "A\n").unwrap();
        let error = of_options(&config, get).unwrap_err().to_string();
        let path = path.display();
        assert_eq!(
            error,
            format!("cannot read variables `{path}`: expected KEY=VALUE at line 1")
        );
    }

    #[test]
    fn an_endless_file_of_variables_is_refused() {
        let config =
            config("licenseTests: [{debian: true}]\ncontainerRunOptions: {envFile: /dev/zero}\n");
        let error = of_options(&config, |_| None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot read `/dev/zero`: it is not a regular file"
        );
    }
}
