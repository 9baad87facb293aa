use crate::{compress, tar, Item};

/// A builder of packages.
#[derive(Clone, Debug)]
pub struct Deb {
    control: String,
    control_items: Vec<Item>,
    control_ending: String,
    data: Vec<Item>,
    data_ending: String,
}

impl Deb {
    /// `hello` 1.0-1 for amd64, without files, its members compressed by xz.
    pub fn new() -> Self {
        let control = "Package: hello\nVersion: 1.0-1\nArchitecture: amd64\nDescription: test\n";
        Self {
            control: control.to_owned(),
            control_items: Vec::new(),
            control_ending: ".xz".to_owned(),
            data: vec![Item::directory("./")],
            data_ending: ".xz".to_owned(),
        }
    }

    /// Sets the `control` file.
    pub fn control(mut self, text: &str) -> Self {
        self.control = text.to_owned();
        self
    }

    /// Adds a control file.
    pub fn control_item(mut self, item: Item) -> Self {
        self.control_items.push(item);
        self
    }

    /// Adds an entry.
    pub fn item(mut self, item: Item) -> Self {
        self.data.push(item);
        self
    }

    /// Replaces all entries.
    pub fn items(mut self, items: &[Item]) -> Self {
        self.data = items.to_vec();
        self
    }

    /// Sets the compression of both members by a file name suffix.
    pub fn compression(mut self, ending: &str) -> Self {
        self.control_ending = ending.to_owned();
        self.data_ending = ending.to_owned();
        self
    }

    /// The compressed `control.tar`.
    pub fn control_member(&self) -> Vec<u8> {
        let mut items = vec![
            Item::directory("./"),
            Item::file("./control", &self.control),
        ];
        items.extend(self.control_items.iter().cloned());
        compress(&self.control_ending, &tar(&items))
    }

    /// The compressed `data.tar`.
    pub fn data_member(&self) -> Vec<u8> {
        compress(&self.data_ending, &tar(&self.data))
    }

    /// The package file.
    pub fn build(&self) -> Vec<u8> {
        let control = format!("control.tar{}", self.control_ending);
        let data = format!("data.tar{}", self.data_ending);
        ar(&[
            ("debian-binary", b"2.0\n"),
            (&control, &self.control_member()),
            (&data, &self.data_member()),
        ])
    }
}

impl Default for Deb {
    fn default() -> Self {
        Self::new()
    }
}

/// An ar archive of these members, in the form that dpkg-deb writes.
pub fn ar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = b"!<arch>\n".to_vec();
    for (name, content) in members {
        let size = content.len();
        let (date, owner, mode) = (1_000_000_000, 0, "100644");
        let header = format!("{name:<16}{date:<12}{owner:<6}{owner:<6}{mode:<8}{size:<10}`\n");
        archive.extend_from_slice(header.as_bytes());
        archive.extend_from_slice(content);
        if size % 2 == 1 {
            archive.push(b'\n');
        }
    }
    archive
}
