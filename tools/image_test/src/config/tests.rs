use super::*;

fn parse(text: &str) -> Result<Config> {
    Config::parse("tests.yaml", text.as_bytes())
}

fn error(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}
