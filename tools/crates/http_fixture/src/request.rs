//! The requests of the client.

use std::io::BufRead;

/// A request.
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) range: Option<usize>,
    if_range: Option<String>,
}

impl Request {
    pub(crate) fn line(&self) -> String {
        let words = [
            self.authorization.clone(),
            self.range.map(|start| format!("from {start}")),
            self.if_range.clone(),
        ];
        let mut line = self.path.clone();
        for word in words.into_iter().flatten() {
            line.push(' ');
            line.push_str(&word);
        }
        line
    }
}

/// Reads a request; `None` at the end of the connection.
pub(crate) fn request(reader: &mut impl BufRead) -> Option<Request> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let path = lines.first()?.split(' ').nth(1)?.to_owned();
    let header = |wanted: &str| {
        lines.iter().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case(wanted).then(|| value.to_owned())
        })
    };
    let range = header("range");
    let range = range.and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    Some(Request {
        path,
        authorization: header("authorization"),
        range,
        if_range: header("if-range"),
    })
}
