/// The distro as in package URLs, `debian-12`, from the text of
/// [os-release(5)](https://www.freedesktop.org/software/systemd/man/latest/os-release.html); `None` if it lacks `ID` or
/// `VERSION_ID`.
pub fn distro(os_release: &str) -> Option<String> {
    let value = |key: &str| {
        let mut pairs = os_release.lines().filter_map(|line| line.split_once('='));
        let (_, value) = pairs.find(|(name, _)| *name == key)?;
        Some(value.trim_matches(['"', '\'']).to_owned())
    };
    Some(format!("{}-{}", value("ID")?, value("VERSION_ID")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_and_version() {
        let text = "NAME=\"Debian\"\nID=debian\nVERSION_ID=\"12\"\n";
        assert_eq!(distro(text).as_deref(), Some("debian-12"));
        assert_eq!(distro("ID=debian\n"), None);
    }
}
