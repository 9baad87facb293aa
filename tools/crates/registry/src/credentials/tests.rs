use super::*;

fn credentials(text: &str) -> Credentials {
    Credentials::none()
        .with_config("config.json", text)
        .unwrap()
}

fn found(credentials: &Credentials, repository: &str) -> Option<String> {
    let login = credentials.find(&Repository::parse(repository).unwrap());
    login.unwrap().map(|login| match &login.kind {
        Kind::Password { user, password } => format!("{user}:{}", password.expose()),
        Kind::IdentityToken(token) => format!("identity {}", token.expose()),
        Kind::RegistryToken(token) => format!("registry {}", token.expose()),
    })
}

#[test]
fn the_longest_name_wins() {
    let all = credentials(
        r#"{"auths": {
            "r.example": {"auth": "YTox"},
            "r.example/team": {"username": "b", "password": "2"},
            "r.example/team/app": {"auth": "Yzoz"},
            "https://old.example/v1/": {"auth": "ZDo0OjQ"},
            "https://index.docker.io/v1/": {"auth": "aHViOng="},
            "i.example": {"auth": "eDp5", "identitytoken": "it"},
            "t.example": {"registrytoken": "rt"},
            "empty.example": {},
            "null.example": null
        }, "HttpHeaders": {"X": "y"}}"#,
    );
    for (repository, login) in [
        ("r.example/other", Some("a:1")),
        ("r.example/team", Some("b:2")),
        ("r.example/team/x", Some("b:2")),
        ("r.example/team/app/x", Some("c:3")),
        ("r.example/team-x", Some("a:1")),
        ("r.example:444/team", None),
        ("old.example/x", Some("d:4:4")),
        ("debian", Some("hub:x")),
        ("i.example/x", Some("identity it")),
        ("t.example/x", Some("registry rt")),
        ("empty.example/x", None),
        ("null.example/x", None),
        ("evil.r.example/x", None),
    ] {
        assert_eq!(found(&all, repository).as_deref(), login, "{repository}");
    }
    assert!(!format!("{all:?}").contains("Yzoz"));
}

#[test]
fn sources_have_an_order() {
    let netrc = "machine r.example login n password 1\nmachine n.example login n password 1\n\
                 default login d password secret\n";
    let credentials = credentials(r#"{"auths": {"r.example": {"auth": "YTox"}}}"#)
        .with_config("second", r#"{"auths": {"r.example/x": {"auth": "Yjoy"}}}"#)
        .unwrap()
        .with_netrc(Netrc::parse("netrc".into(), netrc).unwrap());
    assert_eq!(found(&credentials, "r.example/x").as_deref(), Some("a:1"));
    assert_eq!(
        found(&credentials, "n.example:5000/x").as_deref(),
        Some("n:1")
    );
    assert_eq!(found(&credentials, "other.example/x"), None);
}

#[test]
fn broken_files_do_not_show_their_content() {
    for text in [
        r#"{"auths": {"r.example": "secret"}}"#,
        r#"{"auths": {"r.example": {"auth": 5, "password": "secret"}}}"#,
        r#"{"auths": ["secret"]}"#,
        "secret",
        "",
        &"[".repeat(100_000),
    ] {
        let error = Credentials::none().with_config("config.json", text);
        let error = error.unwrap_err().to_string();
        assert!(
            error.starts_with("cannot read `config.json`: unexpected JSON at line "),
            "{error}"
        );
        assert!(!error.contains("secret"), "{error}");
    }
    for auth in ["c2VjcmV0", "?secret", "/w=="] {
        let text = format!(r#"{{"auths": {{"r.example": {{"auth": "{auth}"}}}}}}"#);
        let error = credentials(&text).find(&Repository::parse("r.example/a").unwrap());
        assert_eq!(
            error.unwrap_err().to_string(),
            "cannot read `config.json`: the entry `r.example` has an invalid `auth`\n\
             hint: log in to the registry again, or remove the entry"
        );
    }
}

#[test]
fn files_of_the_environment() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("run/containers/auth.json", "run");
    write("home/.config/containers/auth.json", "config");
    write("home/.docker/config.json", "docker");
    write("other/config.json", "other");
    let texts = |set: &[(&str, &str)]| {
        let variable = |name: &str| {
            let found = set.iter().find(|(known, _)| *known == name)?;
            let text = found.1.replace('@', &root.display().to_string());
            Some(text.into())
        };
        let sources = locations::from(variable);
        sources.map(|found| found.into_iter().map(|(_, text)| text).collect::<Vec<_>>())
    };
    let home = ("HOME", "@/home");
    let run = ("XDG_RUNTIME_DIR", "@/run");
    assert_eq!(texts(&[home]).unwrap(), ["config", "docker"]);
    assert_eq!(texts(&[home, run]).unwrap(), ["run", "config", "docker"]);
    let docker = ("DOCKER_CONFIG", "@/other");
    assert_eq!(texts(&[home, docker]).unwrap(), ["config", "other"]);
    let file = ("REGISTRY_AUTH_FILE", "@/other/config.json");
    let text = ("DOCKER_AUTH_CONFIG", "text");
    assert_eq!(
        texts(&[home, run, file, text]).unwrap(),
        ["text", "other", "docker"]
    );
    assert!(texts(&[]).unwrap().is_empty());
    let missing = texts(&[("REGISTRY_AUTH_FILE", "@/none")]).unwrap_err();
    assert!(missing.to_string().contains("does not exist"), "{missing}");
}
