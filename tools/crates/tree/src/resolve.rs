use std::borrow::Cow;

/// The limit of Linux for the links in one path (path_resolution(7)).
const MAX_LINKS: usize = 40;

/// The type of a file, as far as it matters for the files below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A directory.
    Directory,
    /// A symbolic link with its target.
    Link(&'a [u8]),
    /// Another file.
    File,
}

/// The reason why a path cannot be resolved, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The reason.
    pub reason: Reason,
    /// The path up to the failing component, all links before it resolved: the missing file, the file that is not a
    /// directory, or the link of a loop.
    pub at: Vec<u8>,
    /// The last symbolic link that was followed, with its target.
    pub link: Option<(Vec<u8>, Vec<u8>)>,
}

/// Why the resolution of a path ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The file does not exist.
    Missing,
    /// Links form a loop, or more than 40 follow each other.
    Loop,
    /// The links of the image exceed the limit on followed components.
    TooLong,
    /// The path continues below something that is not a directory.
    NotADirectory,
}

/// The real path: all symbolic links followed, including the last one. It never leaves the root: `..` of the root is
/// the root.
///
/// `look` returns the file at a path, whose parents are directories; or why the resolution ends there. It is not called
/// for the root.
///
/// # Errors
///
/// The path does not exist, continues below something that is not a directory, has too many links, or `look` ends the
/// resolution.
pub fn resolve<'a>(
    path: &[u8],
    look: impl FnMut(&[u8]) -> Result<Step<'a>, Reason>,
) -> Result<Vec<u8>, Unresolved> {
    let mut walk = Walk {
        at: Vec::new(),
        link: None,
        followed: 0,
    };
    match walk.follow(path, look) {
        Ok(()) => Ok(walk.at),
        Err(reason) => Err(Unresolved {
            reason,
            at: walk.at,
            link: walk.link,
        }),
    }
}

/// The state of the resolution of a path.
struct Walk {
    at: Vec<u8>,
    link: Option<(Vec<u8>, Vec<u8>)>,
    followed: usize,
}

impl Walk {
    fn follow<'a>(
        &mut self,
        path: &[u8],
        mut look: impl FnMut(&[u8]) -> Result<Step<'a>, Reason>,
    ) -> Result<(), Reason> {
        // Remaining components, the next one last.
        let mut parts: Vec<Cow<'_, [u8]>> = components(path).map(Cow::Borrowed).collect();
        while let Some(part) = parts.pop() {
            match &*part {
                b"" | b"." => continue,
                b".." => {
                    let end = self.at.iter().rposition(|byte| *byte == b'/');
                    self.at.truncate(end.unwrap_or(0));
                    continue;
                }
                _ => {}
            }
            let directory = self.at.len();
            if directory > 0 {
                self.at.push(b'/');
            }
            self.at.extend_from_slice(&part);
            match look(&self.at)? {
                Step::Link(target) => {
                    if self.followed == MAX_LINKS {
                        return Err(Reason::Loop);
                    }
                    self.followed += 1;
                    self.link = Some((self.at.clone(), target.to_vec()));
                    let is_absolute = target.starts_with(b"/");
                    self.at.truncate(if is_absolute { 0 } else { directory });
                    parts.extend(components(target).map(|part| Cow::Owned(part.to_vec())));
                }
                Step::Directory => {}
                Step::File => {
                    if parts.iter().any(|part| !matches!(&**part, b"" | b".")) {
                        return Err(Reason::NotADirectory);
                    }
                }
            }
        }
        Ok(())
    }
}

/// The components of a path in reverse order.
fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.rsplit(|byte| *byte == b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [(&str, Step<'_>); 8] = [
        ("bin", Step::Link(b"usr/bin")),
        ("usr", Step::Directory),
        ("usr/bin", Step::Directory),
        ("usr/bin/sh", Step::Link(b"/./bin/dash")),
        ("usr/bin/dash", Step::File),
        ("loop", Step::Link(b"./loop/")),
        ("up", Step::Link(b"../../usr/../usr/bin/dash")),
        ("dangling", Step::Link(b"usr/gone")),
    ];

    fn real(path: &str) -> Result<String, (Reason, String)> {
        let text = |bytes| String::from_utf8(bytes).unwrap_or_default();
        let look = |at: &[u8]| {
            let found = FILES.iter().find(|(path, _)| path.as_bytes() == at);
            found.map(|(_, step)| *step).ok_or(Reason::Missing)
        };
        let real = resolve(path.as_bytes(), look);
        real.map(text).map_err(|why| (why.reason, text(why.at)))
    }

    #[test]
    fn links_are_followed_as_linux_follows_them() {
        for path in ["/bin/sh", "bin/dash", "up", "usr//bin/./sh/", "../bin/sh"] {
            assert_eq!(real(path), Ok("usr/bin/dash".to_owned()), "{path}");
        }
        assert_eq!(real("/"), Ok(String::new()));
        assert_eq!(real("bin/../.."), Ok(String::new()));
        for (path, reason, at) in [
            ("bin/none/..", Reason::Missing, "usr/bin/none"),
            ("dangling", Reason::Missing, "usr/gone"),
            ("loop/x", Reason::Loop, "loop"),
            ("bin/sh/..", Reason::NotADirectory, "usr/bin/dash"),
            ("bin/sh/x", Reason::NotADirectory, "usr/bin/dash"),
        ] {
            assert_eq!(real(path), Err((reason, at.to_owned())), "{path}");
        }
    }

    #[test]
    fn at_most_40_links() {
        let target = |at: &[u8]| -> usize {
            let digits = std::str::from_utf8(&at[1..]).unwrap_or_default();
            digits.parse().unwrap_or_default()
        };
        let names: Vec<String> = (0..=42).map(|number| format!("l{number}")).collect();
        let look = |at: &[u8]| match target(at) {
            0 => Ok(Step::File),
            number => Ok(Step::Link(names[number - 1].as_bytes())),
        };
        assert_eq!(resolve(b"l40", look).as_deref(), Ok(&b"l0"[..]));
        let error = resolve(b"l41", look).map_err(|error| (error.reason, error.at));
        assert_eq!(error, Err((Reason::Loop, b"l1".to_vec())));
    }
}
