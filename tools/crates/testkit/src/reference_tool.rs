//! Programs that are not ours, which `./bazelw test` brings (`tests/conformance/tools`).

use std::path::{Path, PathBuf};

/// The path of a reference tool; `None` if this machine does not have it, which is reported. The file `missing.txt` must
/// name a tool that could not be fetched.
pub fn reference_tool(name: &str) -> Option<PathBuf> {
    let tools = std::env::var("DISTROLESS_REFERENCE_TOOLS").unwrap_or_default();
    let program = Path::new(&tools).join("bin").join(name);
    if program.exists() {
        return Some(program);
    }
    let missing = std::fs::read_to_string(Path::new(&tools).join("missing.txt"));
    let line = format!("{name}: ");
    let is_known = tools.is_empty() || missing.is_ok_and(|text| text.contains(&line));
    assert!(is_known, "{name} is neither in `{tools}` nor missing");
    eprintln!("SKIPPED: no {name} among the reference tools");
    None
}
