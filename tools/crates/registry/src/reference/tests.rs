use super::*;

#[test]
fn references() {
    let hex = "a".repeat(64);
    for (text, host, path, tag, has_digest) in [
        ("debian", "docker.io", "library/debian", None, false),
        (
            "debian:12",
            "docker.io",
            "library/debian",
            Some("12"),
            false,
        ),
        ("me/debian", "docker.io", "me/debian", None, false),
        (
            "index.docker.io/debian",
            "docker.io",
            "library/debian",
            None,
            false,
        ),
        ("localhost/a", "localhost", "a", None, false),
        (
            "localhost:5000/a:b",
            "localhost:5000",
            "a",
            Some("b"),
            false,
        ),
        ("[::1]:5000/a/b", "[::1]:5000", "a/b", None, false),
        ("[2001:db8::1]/a", "[2001:db8::1]", "a", None, false),
        ("Host/a", "Host", "a", None, false),
        (
            "r.example/a__b.c-d---e/f_g:V1.2-x",
            "r.example",
            "a__b.c-d---e/f_g",
            Some("V1.2-x"),
            false,
        ),
        (
            &format!("r.example/a:t@sha256:{hex}"),
            "r.example",
            "a",
            Some("t"),
            true,
        ),
        (
            &format!("r.example:1/a@sha256:{hex}"),
            "r.example:1",
            "a",
            None,
            true,
        ),
    ] {
        let reference = Reference::parse(text).unwrap();
        assert_eq!(reference.repository().host(), host, "{text}");
        assert_eq!(reference.repository().path(), path, "{text}");
        assert_eq!(reference.tag(), tag, "{text}");
        assert_eq!(reference.digest().is_some(), has_digest, "{text}");
        assert_eq!(Reference::parse(&reference.to_string()).unwrap(), reference);
    }
}

#[test]
fn refused_references() {
    let form = "write HOST[:PORT]/PATH[:TAG][@sha256:DIGEST]";
    let path = "write lower-case letters and digits, with `.`, `_`, `__`, `-` or `/` between them";
    let long = format!("r.example/{}", "a".repeat(256));
    let endless = "a".repeat(1 << 20);
    let id = "a".repeat(64);
    let id = format!("r.example/{id}");
    for (text, cause, hint) in [
        ("", "it has no path", form),
        ("r.example/", "it has no path", form),
        (
            "https://r.example/a",
            "it is a URL",
            "remove `https://`: write HOST[:PORT]/PATH[:TAG]",
        ),
        (
            "r.example/Debian",
            "its path has capital letters",
            "write the path in lower case",
        ),
        (
            "r.example/a..b",
            "its path does not have the form of a path",
            path,
        ),
        (
            "r.example/a/../b",
            "its path does not have the form of a path",
            path,
        ),
        (
            "r.example/a___b",
            "its path does not have the form of a path",
            path,
        ),
        (
            "r.example//a",
            "its path does not have the form of a path",
            path,
        ),
        (
            "r.example/a b",
            "its path does not have the form of a path",
            path,
        ),
        (
            "r.example/é",
            "its path does not have the form of a path",
            path,
        ),
        (
            "r.example:0/a",
            "its host does not have the form of a host",
            form,
        ),
        (
            "r.example:65536/a",
            "its host does not have the form of a host",
            form,
        ),
        (
            "r.example:+1/a",
            "its host does not have the form of a host",
            form,
        ),
        (
            "-r.example/a",
            "its host does not have the form of a host",
            form,
        ),
        ("[::g]/a", "its host does not have the form of a host", form),
        (
            "[::1]x/a",
            "its host does not have the form of a host",
            form,
        ),
        (
            "r.example/a@sha256:12",
            "its digest does not have the form of a digest",
            form,
        ),
        (
            "r.example/a@sha512:12",
            "its digest is not SHA-256",
            "use the digest `sha256:…`",
        ),
        (&long, "its path has more than 255 bytes", form),
        (&endless, "it has more than 1024 bytes", form),
        (&id, "it is the ID of an image, not a name", form),
    ] {
        let error = Reference::parse(text).unwrap_err().to_string();
        let shown = message::shorten(text);
        let expected = format!("cannot read image reference `{shown}`: {cause}\nhint: {hint}");
        assert_eq!(error, expected);
    }
    for tag in ["a:", "a:-b", "a:b c", &format!("a:{}", "b".repeat(129))] {
        let error = Reference::parse(tag).unwrap_err().to_string();
        assert!(
            error.contains("the tag does not have the form of a tag"),
            "{error}"
        );
    }
    let error = Reference::parse("me:secret@r.example/a").unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[test]
fn repositories_have_no_tag() {
    let repository = Repository::parse("r.example:5000/a/b").unwrap();
    assert_eq!(repository.to_string(), "r.example:5000/a/b");
    assert_eq!(
        Repository::parse("r.example/a:b").unwrap_err().to_string(),
        "cannot read repository `r.example/a:b`: it has a tag or a digest\nhint: write HOST[:PORT]/PATH"
    );
    let hub = Repository::parse("docker.io/a/b").unwrap();
    assert_eq!(
        (hub.host(), hub.api_host()),
        ("docker.io", "registry-1.docker.io")
    );
}
