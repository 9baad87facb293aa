//! The URL of a cache: `grpc://HOST[:PORT][/INSTANCE]`, or `grpcs://` with TLS.

/// Where a cache is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) is_encrypted: bool,
    /// A name or an IP address, without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The name of the instance; empty if there is none.
    pub(crate) instance: String,
}

impl Location {
    /// Parses a URL. The cause of an error does not repeat it: it may have a password.
    pub(crate) fn parse(url: &str) -> Result<Self, &'static str> {
        let form = "expected grpc://HOST[:PORT][/INSTANCE] or grpcs://HOST[:PORT][/INSTANCE]";
        let (scheme, rest) = url.split_once("://").ok_or(form)?;
        let is_encrypted = match scheme {
            "grpc" => false,
            "grpcs" => true,
            _ => return Err(form),
        };
        let (authority, instance) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains('@') {
            return Err("it has a user or password, which gRPC does not send");
        }
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (host, port) = rest.split_once(']').ok_or(form)?;
                (
                    host,
                    port.strip_prefix(':').or(port.is_empty().then_some("")),
                )
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, Some("")),
            },
        };
        let port = match (port.ok_or(form)?, is_encrypted) {
            ("", true) => 443,
            ("", false) => 80,
            (port, _) => port.parse().map_err(|_| form)?,
        };
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte);
        if host.is_empty() || !host.bytes().all(good) {
            return Err(form);
        }
        Ok(Self {
            is_encrypted,
            host: host.to_owned(),
            port,
            instance: instance.trim_end_matches('/').to_owned(),
        })
    }

    /// `HOST:PORT`, with brackets around an address of version 6.
    pub(crate) fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (url, expected) in [
            ("grpc://a.example", Ok("a.example:80 false ")),
            ("grpcs://a.example/", Ok("a.example:443 true ")),
            (
                "grpcs://a.example:8443/main/x/",
                Ok("a.example:8443 true main/x"),
            ),
            ("grpc://[::1]:9092", Ok("[::1]:9092 false ")),
            ("grpc://[::1]", Ok("[::1]:80 false ")),
            ("grpc://[::1]9", Err("expected")),
            ("grpc://", Err("expected")),
            ("grpc://a.example:x", Err("expected")),
            ("grpc://a b", Err("expected")),
            ("http://a.example", Err("expected")),
            ("grpc://user:secret@a.example", Err("it has a user")),
        ] {
            let found = Location::parse(url);
            match (expected, found) {
                (Ok(expected), Ok(found)) => assert_eq!(
                    format!(
                        "{} {} {}",
                        found.authority(),
                        found.is_encrypted,
                        found.instance
                    ),
                    expected
                ),
                (Err(expected), Err(found)) => assert!(found.starts_with(expected), "{url}"),
                (expected, found) => panic!("{url}: {expected:?} {found:?}"),
            }
        }
    }
}
