use image_contents::Distro;

/// The distro from the text of
/// [os-release(5)](https://www.freedesktop.org/software/systemd/man/latest/os-release.html); `None` if it lacks `ID` or
/// `VERSION_ID`.
pub fn distro(os_release: &str) -> Option<Distro> {
    let value = |key: &str| {
        let mut pairs = os_release.lines().filter_map(|line| line.split_once('='));
        let (_, value) = pairs.find(|(name, _)| *name == key)?;
        let value = value.trim_matches(['"', '\'']);
        (!value.is_empty()).then(|| value.to_owned())
    };
    let id = value("ID")?;
    let vendor = value("VENDOR_NAME");
    // Debian is the name of the project. NAME is that of the system, `Debian GNU/Linux`.
    let vendor = vendor.or_else(|| (id == "debian").then(|| "Debian".to_owned()));
    Some(Distro {
        version: value("VERSION_ID")?,
        // Some lack VERSION_CODENAME; Google's images do.
        codename: value("VERSION_CODENAME").or_else(|| in_parentheses(&value("VERSION")?)),
        vendor: vendor.or_else(|| value("NAME")),
        id,
    })
}

/// The codename in a version: `Debian GNU/Linux 12 (bookworm)`.
fn in_parentheses(version: &str) -> Option<String> {
    let (_, name) = version.strip_suffix(')')?.rsplit_once('(')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    is_name.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_os_release() {
        let text =
            "NAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n";
        let distro_12 = distro(text).unwrap();
        assert_eq!((&*distro_12.id, &*distro_12.version), ("debian", "12"));
        assert_eq!(distro_12.codename.as_deref(), Some("bookworm"));
        assert_eq!(distro_12.vendor.as_deref(), Some("Debian"));
        let google =
            distro("ID=debian\nVERSION_ID=12\nVERSION=\"Debian GNU/Linux 12 (bookworm)\"\n");
        assert_eq!(google.unwrap().codename.as_deref(), Some("bookworm"));
        let other = distro("NAME=A\nID=a\nVERSION_ID='1'\n").unwrap();
        assert_eq!((&*other.version, other.vendor.as_deref()), ("1", Some("A")));
        assert_eq!(distro("ID=debian\nVERSION_ID=\n"), None);
    }
}
