//! No password, token or key is in an output, in the list of processes, or at another host.

use std::fs;
use std::process::{Command, Stdio};

use http_fixture::{Files, Server};
use registry_fixture::{Account, Auth, Bearer, Fault, Location, Registry, Rule, Settings};
use serde_json::json;

use crate::images::{bytes, Image, PlanFiles};
use crate::support::World;

const PASSWORD: &str = "c0rrect-h0rse";
const WRONG: &str = "wr0ng-h0rse";
const IDENTITY: &str = "1dentity-t0ken";
const HEADER: &str = "h3ader-key";

/// A registry whose token service knows one account.
fn settings() -> Settings {
    let account = Account::new("user", PASSWORD).with_identity_token(IDENTITY);
    Settings {
        auth: Auth::Bearer(Bearer::new(vec![account])),
        ..Settings::default()
    }
}

fn world(settings: Settings, login: &serde_json::Value) -> World {
    let world = World::with(settings);
    world.layout(&Image::new(&[bytes(1, 20_000), bytes(2, 3000)]));
    fs::create_dir(world.path(".docker")).unwrap();
    let config = json!({"auths": {world.registry.address(): login}});
    fs::write(world.path(".docker/config.json"), config.to_string()).unwrap();
    world
}

#[track_caller]
fn assert_clean(text: &str) {
    for secret in [
        PASSWORD,
        WRONG,
        IDENTITY,
        HEADER,
        "dXNlcjpj",
        "dXNlcjp3",
        "1dentity%2D",
    ] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn outputs() {
    let good = json!({"username": "user", "password": PASSWORD});
    let bad = json!({"username": "user", "password": WRONG});
    let token = json!({"identitytoken": IDENTITY});
    let body = |secret: &str| Fault::Body {
        text: json!({"errors": [{"code": secret, "message": format!("bad {secret}")}]}).to_string(),
    };
    let repeats = |header: &str| Fault::Status {
        status: 403,
        code: Some(header.to_owned()),
        retry_after: None,
    };
    for (login, rule, code) in [
        (&good, None, 0),
        (&token, None, 0),
        (&bad, None, 1),
        (
            &good,
            Some(Rule::new(Fault::status(403)).on("PUT", "/manifests/")),
            1,
        ),
        (
            &good,
            Some(Rule::new(Fault::status(503)).on("PUT", "/manifests/")),
            1,
        ),
        (&bad, Some(Rule::new(body(WRONG)).on("GET", "/token")), 1),
        (
            &good,
            Some(Rule::new(repeats("Basic dXNlcjpjMHJyZWN0LWgwcnNl")).on("PUT", "/manifests/")),
            1,
        ),
        (
            &token,
            Some(Rule::new(repeats("refresh_token=1dentity%2Dt0ken")).on("PUT", "/manifests/")),
            1,
        ),
        (
            &good,
            Some(Rule::new(Fault::Garbage).on("GET", "/token").times(1)),
            0,
        ),
        (
            &good,
            Some(Rule::new(Fault::Close).on("PUT", "/blobs/").times(1)),
            0,
        ),
    ] {
        let world = world(settings(), login);
        if let Some(rule) = rule.clone() {
            world.registry.fail(rule);
        }
        let run = world.push("team/app:v1");
        assert_eq!(run.code, Some(code), "{rule:?}: {}", run.errors);
        assert_clean(&run.output);
        assert_clean(&run.errors);
    }
}

#[test]
fn other_hosts() {
    let login = json!({"username": "user", "password": PASSWORD});
    let elsewhere = Registry::new(Settings::default());
    for (location, rule) in [
        (Location::Host(elsewhere.url().to_owned()), None),
        (
            Location::Path,
            Some(
                Rule::new(Fault::Redirect {
                    to: format!("{}{{}}", elsewhere.url()),
                })
                .on("HEAD", "/v2/"),
            ),
        ),
    ] {
        let settings = Settings {
            location,
            ..settings()
        };
        let world = world(settings, &login);
        if let Some(rule) = rule {
            world.registry.fail(rule);
        }
        let run = world.push("team/app:v1");
        assert_clean(&run.errors);
        let requests = elsewhere.take_requests();
        assert!(!requests.is_empty());
        for request in requests {
            assert_eq!(request.header("authorization"), None, "{request}");
        }
    }
}

#[test]
fn processes() {
    let login = json!({"username": "user", "password": PASSWORD});
    let world = world(settings(), &login);
    world.registry.fail(Rule::new(Fault::Delay { millis: 100 }));
    let name = world.name("team/app:v1");
    let mut command = world.command();
    command
        .args(["push", "layout", &name])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut looks = 0;
    while child.try_wait().unwrap().is_none() {
        assert_clean(&command_lines(child.id()));
        looks += 1;
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(looks > 5 && child.wait().unwrap().success());
}

/// The command lines and the titles of a process and of those that it started. Other tests run at the same time.
fn command_lines(root: u32) -> String {
    let is_child = |path: &std::path::Path| {
        let status = fs::read_to_string(path.join("status")).unwrap_or_default();
        status.contains(&format!("\nPPid:\t{root}\n"))
    };
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let processes = processes.map(|process| process.path());
    let own = std::path::PathBuf::from(format!("/proc/{root}"));
    let lines = processes
        .filter(|path| *path == own || is_child(path))
        .map(|path| {
            let line = fs::read(path.join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).replace('\0', " ")
        });
    lines.collect()
}

#[test]
fn remote_caches() {
    let world = World::new();
    let image = Image::new(&[bytes(1, 3000)]);
    let mut plan = PlanFiles::new();
    plan.add(&world.runfiles(), &image, &json!({"tags": ["latest"]}));
    plan.plan["layers"][0]["blob"] = json!("");
    plan.plan["repositories"] = json!([world.name("app")]);
    let plan = world.plan(&plan);
    let server = Server::new(Files::new());
    let url = server
        .root("cache")
        .replace("http://", &format!("http://user:{PASSWORD}@"));
    let mut command: Command = world.command();
    command
        .args([
            "push",
            "--plan",
            &plan,
            "--remote-cache",
            &url,
            "--remote-header",
            "x-key=env://KEY",
        ])
        .env("KEY", HEADER);
    let run = world.finish(&mut command);
    assert_clean(&run.errors);
    let message = run.failure();
    assert!(
        message.contains("the server answered 404 Not Found"),
        "{message}"
    );
    // The credentials were sent.
    let requests = server.requests();
    assert!(
        requests.iter().any(|request| request.contains("Basic ")),
        "{requests:?}"
    );
}
