use serde::{Deserialize, Serialize};

/// A person or an organization, as in the field `Maintainer`
/// ([Debian Policy, 5.6.2](https://www.debian.org/doc/debian-policy/ch-controlfields.html#maintainer)).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The name: `GNU Libc Maintainers`.
    pub name: String,
    /// The email address: `debian-glibc@lists.debian.org`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl Contact {
    /// Parses `NAME <EMAIL>`; a text of another form is a name. `None` if the text is empty.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let pair = text
            .strip_suffix('>')
            .and_then(|text| text.rsplit_once('<'));
        let (name, email) = match pair {
            Some((name, email)) if is_email(email) => (name.trim(), Some(email)),
            _ => (text, None),
        };
        let name = match (name, email) {
            ("", None) => return None,
            ("", Some(email)) => email,
            (name, _) => name,
        };
        Some(Self {
            name: name.to_owned(),
            email: email.map(str::to_owned),
        })
    }

    /// The form of the field: `NAME <EMAIL>`.
    pub fn text(&self) -> String {
        match &self.email {
            Some(email) => format!("{} <{email}>", self.name),
            None => self.name.clone(),
        }
    }

    /// The actor of SPDX 2.3: `Organization: NAME (EMAIL)`. Debian does not say whether a maintainer is a person.
    pub fn actor(&self) -> String {
        match &self.email {
            Some(email) => format!("Organization: {} ({email})", self.name),
            None => format!("Organization: {}", self.name),
        }
    }
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    let complete = |(user, host): (&str, &str)| !user.is_empty() && !host.is_empty();
    parts.is_some_and(complete) && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maintainers() {
        for (text, name, email) in [
            ("GNU Libc <a@b.org>", "GNU Libc", Some("a@b.org")),
            ("\"A, B\" <a@b.org>", "\"A, B\"", Some("a@b.org")),
            ("<a@b.org>", "a@b.org", Some("a@b.org")),
            ("Debian <>", "Debian <>", None),
            ("Debian <nobody>", "Debian <nobody>", None),
            ("Debian", "Debian", None),
            (" a@b.org>", "a@b.org>", None),
        ] {
            let contact = Contact::parse(text).unwrap();
            assert_eq!((&*contact.name, contact.email.as_deref()), (name, email));
        }
        assert_eq!(Contact::parse("  "), None);
    }
}
