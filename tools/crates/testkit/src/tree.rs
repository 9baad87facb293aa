use tar::{Builder, Header};

/// A builder of tar entries. Checks nothing, so that it can make hostile ones.
#[derive(Clone, Debug)]
pub struct Item {
    name: Vec<u8>,
    link: Vec<u8>,
    kind: u8,
    content: Vec<u8>,
    mode: u32,
    owner: (u64, u64),
    mtime: u64,
    size: Option<u64>,
    records: Vec<(String, Vec<u8>)>,
}

impl Item {
    /// An entry of any type with mode 0644, owner root and time 1000000000.
    pub fn new(kind: u8, name: impl AsRef<[u8]>) -> Self {
        Self {
            name: name.as_ref().to_vec(),
            link: Vec::new(),
            kind,
            content: Vec::new(),
            mode: 0o644,
            owner: (0, 0),
            mtime: 1_000_000_000,
            size: None,
            records: Vec::new(),
        }
    }

    /// A directory with mode 0755.
    pub fn directory(name: impl AsRef<[u8]>) -> Self {
        Self::new(b'5', name).mode(0o755)
    }

    /// A file.
    pub fn file(name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Self {
        let content = content.as_ref().to_vec();
        Self {
            content,
            ..Self::new(b'0', name)
        }
    }

    /// A symbolic link with mode 0777.
    pub fn symlink(name: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        Self::new(b'2', name).link(target).mode(0o777)
    }

    /// A hard link.
    pub fn hardlink(name: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        Self::new(b'1', name).link(target)
    }

    /// Sets the type.
    pub fn kind(mut self, kind: u8) -> Self {
        self.kind = kind;
        self
    }

    /// Sets the target.
    pub fn link(mut self, target: impl AsRef<[u8]>) -> Self {
        self.link = target.as_ref().to_vec();
        self
    }

    /// Sets the mode.
    pub fn mode(mut self, mode: u32) -> Self {
        self.mode = mode;
        self
    }

    /// Sets owner and group.
    pub fn owner(mut self, uid: u64, gid: u64) -> Self {
        self.owner = (uid, gid);
        self
    }

    /// Sets the modification time.
    pub fn mtime(mut self, mtime: u64) -> Self {
        self.mtime = mtime;
        self
    }

    /// Sets the size in the header, independent of the content.
    pub fn claiming(mut self, size: u64) -> Self {
        self.size = Some(size);
        self
    }

    /// Adds a PAX record before the entry.
    pub fn record(mut self, key: &str, value: impl AsRef<[u8]>) -> Self {
        self.records.push((key.to_owned(), value.as_ref().to_vec()));
        self
    }

    fn append(&self, builder: &mut Builder<Vec<u8>>) {
        let records = self.records.iter();
        let records = records.map(|(key, value)| (key.as_str(), value.as_slice()));
        if !self.records.is_empty() {
            builder.append_pax_extensions(records).unwrap();
        }
        for (kind, text) in [(b'K', &self.link), (b'L', &self.name)] {
            if text.len() > 100 {
                let mut header = self.header(b"././@LongLink", b"");
                header.as_old_mut().linkflag = [kind];
                header.set_size(text.len() as u64 + 1);
                header.set_cksum();
                let text = [text.as_slice(), b"\0"].concat();
                builder.append(&header, text.as_slice()).unwrap();
            }
        }
        let mut header = self.header(&self.name, &self.link);
        let size = self.size.unwrap_or(self.content.len() as u64);
        header.set_size(size);
        header.set_cksum();
        builder.append(&header, self.content.as_slice()).unwrap();
    }

    fn header(&self, name: &[u8], link: &[u8]) -> Header {
        let mut header = Header::new_gnu();
        let fields = header.as_old_mut();
        put(&mut fields.name, name);
        put(&mut fields.linkname, link);
        fields.linkflag = [self.kind];
        header.set_mode(self.mode);
        header.set_uid(self.owner.0);
        header.set_gid(self.owner.1);
        header.set_mtime(self.mtime);
        header
    }
}

fn put(field: &mut [u8; 100], text: &[u8]) {
    let length = text.len().min(field.len());
    field[..length].copy_from_slice(&text[..length]);
}

/// A GNU tar archive of these entries.
pub fn tar(items: &[Item]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for item in items {
        item.append(&mut builder);
    }
    builder.into_inner().unwrap()
}

/// The content of a tar archive as text, one line for each entry, read by an external crate.
pub fn tar_of(bytes: &[u8]) -> String {
    let mut archive = tar::Archive::new(bytes);
    let lines = archive.entries().unwrap().map(|entry| {
        let entry = entry.unwrap();
        let header = entry.header();
        let (name, link) = (entry.path_bytes(), entry.link_name_bytes());
        let link = link.map(|link| format!(" -> {}", link.escape_ascii()));
        format!(
            "{} {} {:04o} {}:{} {} {}{}\n",
            name.escape_ascii(),
            char::from(header.entry_type().as_byte()),
            header.mode().unwrap(),
            header.uid().unwrap(),
            header.gid().unwrap(),
            header.mtime().unwrap(),
            entry.size(),
            link.unwrap_or_default()
        )
    });
    lines.collect()
}
