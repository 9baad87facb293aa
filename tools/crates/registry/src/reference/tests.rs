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

const FORM: &str = "write HOST[:PORT]/PATH[:TAG][@sha256:DIGEST]";

fn check(text: &str, cause: &str, hint: &str) {
    let error = Reference::parse(text).unwrap_err().to_string();
    let shown = message::shorten(text);
    let expected = format!("cannot read image reference `{shown}`: {cause}\nhint: {hint}");
    assert_eq!(error, expected);
}

#[test]
fn refused_paths() {
    for text in ["", "r.example/"] {
        check(text, "it has no path", FORM);
    }
    let hint = "write lower-case letters and digits, with `.`, `_`, `__`, `-` or `/` between them";
    for path in ["a..b", "a/../b", "a___b", "/a", "a b", "é", "a-", ".a"] {
        let text = format!("r.example/{path}");
        check(&text, "its path does not have the form of a path", hint);
    }
    let hint = "write the path in lower case";
    check("r.example/Debian", "its path has capital letters", hint);
    let long = format!("r.example/{}", "a".repeat(256));
    check(&long, "its path has more than 255 bytes", FORM);
    check(&"a".repeat(1 << 20), "it has more than 1024 bytes", FORM);
    let id = format!("r.example/{}", "a".repeat(64));
    check(&id, "it is the ID of an image, not a name", FORM);
}

#[test]
fn refused_hosts() {
    for host in [
        "r.example:0",
        "r.example:65536",
        "r.example:+1",
        "-r.example",
        "[::g]",
        "[::1]x",
        "a..b",
    ] {
        let text = format!("{host}/a");
        check(&text, "its host does not have the form of a host", FORM);
    }
    let hint = "remove `https://`: write HOST[:PORT]/PATH[:TAG]";
    check("https://r.example/a", "it is a URL", hint);
    let error = Reference::parse("me:secret@r.example/a").unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[test]
fn refused_tags_and_digests() {
    let cause = "its digest does not have the form of a digest";
    check("r.example/a@sha256:12", cause, FORM);
    let cause = "its digest is not SHA-256";
    check("r.example/a@sha512:12", cause, "use the digest `sha256:…`");
    for tag in ["", "-b", "b c", &"b".repeat(129)] {
        let error = Reference::parse(&format!("a:{tag}"))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("the tag does not have the form of a tag"),
            "{error}"
        );
    }
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
