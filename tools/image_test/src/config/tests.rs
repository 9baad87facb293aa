use super::*;

const WHOLE: &str = r#"
schemaVersion: 2.0.0
globalEnvVars:
  - {key: VIRTUAL_ENV, value: /env}
commandTests:
  - name: greets
    setup: [[mkdir, /work], ["touch", "/work/a b"]]
    teardown: [[rm, -r, /work]]
    envVars: [{key: LANG, value: C}]
    exitCode: 0x2
    command: sh
    args: [-c, "echo $HOME", 7]
    expectedOutput: ['^hello\s']
    excludedOutput: [bye]
    expectedError: [warn]
    excludedError: [fatal]
fileExistenceTests:
  - name: root
    path: /
    permissions: drwxr-xr-x
    uid: 0
    gid: -1
    isExecutableBy: any
  - {name: none, path: /nope, shouldExist: no}
fileContentTests:
  - name: users
    path: /etc/passwd
    expectedContents: ["root:x:0"]
    excludedContents: ["evil"]
metadataTest:
  envVars: [{key: PATH, value: "/bin", isRegex: true}, {key: EMPTY}]
  unboundEnvVars: [{key: SECRET}]
  exposedPorts: [8080]
  unexposedPorts: ["22"]
  entrypoint: []
  cmd: [run]
  workdir: /app
  volumes: [/data]
  unmountedVolumes: [/tmp]
  labels: [{key: vendor, value: us}]
  user: 65532
licenseTests:
  - debian: true
    files: [/LICENSE]
containerRunOptions:
  user: nobody:users
  privileged: false
  envVars: [TOKEN]
  envFile: some/.env
  capabilities: [sys_admin, CAP_NET_RAW]
  bindMounts: ["data:/mnt:ro", "/a:/b"]
"#;

fn parse(text: &str) -> Result<Config> {
    Config::parse("tests.yaml", text.as_bytes())
}

/// The error of a file, without the file's name.
fn error(text: &str) -> String {
    let error = parse(text).unwrap_err().to_string();
    let rest = error.strip_prefix("cannot read tests `tests.yaml`: ");
    rest.unwrap_or_else(|| panic!("{error}")).to_owned()
}

/// The error of fields of schema 2.
fn error_in(fields: &str) -> String {
    error(&format!("schemaVersion: 2.0.0\n{fields}"))
}

#[test]
fn every_field_of_schema_2() {
    let config = parse(WHOLE).unwrap();
    assert_eq!(
        (config.name.as_str(), config.schema),
        ("tests.yaml", Schema::Two)
    );
    let variable = |key: &str, value: &str| Variable {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    assert_eq!(config.global_env, [variable("VIRTUAL_ENV", "/env")]);
    let [command] = &config.commands[..] else {
        panic!("{:?}", config.commands)
    };
    assert_eq!(command.name, "greets");
    assert_eq!(
        command.setup,
        [vec!["mkdir", "/work"], vec!["touch", "/work/a b"]]
    );
    assert_eq!(command.teardown, [["rm", "-r", "/work"]]);
    assert_eq!(command.env, [variable("LANG", "C")]);
    assert_eq!(command.exit_code, 2);
    assert_eq!(command.command, ["sh", "-c", "echo $HOME", "7"]);
    let sources = [
        &command.expected_output,
        &command.excluded_output,
        &command.expected_error,
        &command.excluded_error,
    ];
    let sources = sources.map(|patterns| patterns.iter().map(Pattern::source).collect::<Vec<_>>());
    assert_eq!(sources, [[r"^hello\s"], ["bye"], ["warn"], ["fatal"]]);
    let [root, none] = &config.existence[..] else {
        panic!("{:?}", config.existence)
    };
    assert_eq!(
        (root.uid, root.gid, root.should_exist),
        (Some(0), None, true)
    );
    assert_eq!(root.permissions.as_deref(), Some("drwxr-xr-x"));
    assert_eq!(root.executable_by, Some(ExecutableBy::Any));
    assert!(!none.should_exist && none.executable_by.is_none());
    assert_eq!(config.contents[0].path, "/etc/passwd");
    assert_eq!(config.contents[0].expected[0].source(), "root:x:0");
    assert_eq!(config.contents[0].excluded[0].source(), "evil");
    let metadata = config.metadata.unwrap();
    let matches = ExpectedValue::Matches(Pattern::new("/bin").unwrap());
    assert_eq!(metadata.env[0].value, matches);
    assert_eq!(metadata.env[1].value, ExpectedValue::Is(String::new()));
    assert_eq!(metadata.unbound_env, ["SECRET"]);
    assert_eq!(metadata.exposed_ports, ["8080"]);
    assert_eq!(metadata.unexposed_ports, ["22"]);
    assert_eq!(metadata.entrypoint, Some(Vec::new()));
    assert_eq!(metadata.cmd, Some(vec!["run".to_owned()]));
    assert_eq!(metadata.workdir.as_deref(), Some("/app"));
    assert_eq!(
        (metadata.volumes, metadata.unmounted_volumes),
        (vec!["/data".to_owned()], vec!["/tmp".to_owned()])
    );
    assert_eq!(metadata.labels[0].value, ExpectedValue::Is("us".to_owned()));
    assert_eq!(metadata.user.as_deref(), Some("65532"));
    assert!(config.licenses[0].debian);
    assert_eq!(config.licenses[0].files, ["/LICENSE"]);
    assert_eq!(config.run.user.as_deref(), Some("nobody:users"));
    assert_eq!(config.run.env_vars, ["TOKEN"]);
    assert_eq!(config.run.env_file.as_deref(), Some("some/.env"));
    assert_eq!(config.run.capabilities, [21, 13]);
    let mounts = config.run.bind_mounts.iter();
    let mounts: Vec<_> = mounts
        .map(|m| (m.source.as_str(), m.target.as_str(), m.read_only))
        .collect();
    assert_eq!(mounts, [("data", "/mnt", true), ("/a", "/b", false)]);
}

#[test]
fn schema_1_has_a_command_as_a_list() {
    let config =
        parse("schemaVersion: '1.0.0'\ncommandTests: [{name: a, command: [ls, -l]}]\n").unwrap();
    assert_eq!(
        (config.schema, &config.commands[0].command),
        (Schema::One, &vec!["ls".to_owned(), "-l".to_owned()])
    );
    assert_eq!(
        error("schemaVersion: 1.0.0\nmetadataTest: {user: a}\n"),
        "unknown field `metadataTest` at line 2 column 1\nhint: this field needs schemaVersion 2.0.0"
    );
    assert_eq!(
        error("schemaVersion: 1.0.0\ncommandTests: [{name: a, command: ls}]\n"),
        "expected a list, found `ls` at line 2 column 35"
    );
}

#[test]
fn json_is_read_as_go_reads_it() {
    let text = r#"{
	"SchemaVersion": "2.0.0",
	"fileexistencetests": [{"name": "a\/\u00e9", "path": "/", "isExecutableBy": "other"}],
	"containerRunOptions": {"tty": false}
}"#;
    let config = Config::parse("tests.json", text.as_bytes()).unwrap();
    assert_eq!(config.existence[0].name, "a/é");
    assert_eq!(config.existence[0].executable_by, Some(ExecutableBy::Other));
    assert_eq!(
        Config::parse("tests.json", b"{\"schemaVersion\": \"2.0.0\", \"metadataTest\": []}").unwrap_err().to_string(),
        "cannot read tests `tests.json`: expected a metadata test, found a list at line 1 column 44"
    );
}

#[test]
fn fields_that_are_not_known() {
    assert_eq!(
        error_in("fileExistanceTests: []\n"),
        "unknown field `fileExistanceTests` at line 2 column 1\nhint: did you mean `fileExistenceTests`?"
    );
    assert_eq!(
        error_in("fileExistenceTests:\n  - name: a\n    path: /\n    shouldexist: true\n"),
        "unknown field `shouldexist` at line 5 column 5\nhint: did you mean `shouldExist`?"
    );
    assert_eq!(
        error_in("licenseTests: [{apache: true}]\n"),
        "unknown field `apache` at line 2 column 17\nhint: expected one of debian, files"
    );
}

#[test]
fn values_of_another_type() {
    assert_eq!(
        error_in("commandTests: [{name: a, command: [ls]}]\n"),
        "expected a string, found a list at line 2 column 35"
    );
    assert_eq!(
        error_in("commandTests:\n- {name: a, command: ls, args: -l}\n"),
        "expected a list, found `-l` at line 3 column 32"
    );
    assert_eq!(
        error_in("commandTests:\n- {name: a, command: ls, exitCode: '1'}\n"),
        "expected a whole number, found the string `1` at line 3 column 36"
    );
    assert_eq!(
        error_in("commandTests:\n- {name: a, command: ls, exitCode: 256}\n"),
        "expected an exit code from 0 to 255, found `256` at line 3 column 36"
    );
    assert_eq!(
        error_in("commandTests:\n- {name: a, command: ls, setup: [ls]}\n"),
        "expected a list, found `ls` at line 3 column 34"
    );
    assert_eq!(
        error_in("commandTests:\n- {name: a, command: ls, setup: [[]]}\n"),
        "expected a command, found an empty one at line 3 column 34"
    );
    assert_eq!(
        error_in("fileExistenceTests:\n- {name: a, path: /, shouldExist: perhaps}\n"),
        "expected true or false, found `perhaps` at line 3 column 35"
    );
    assert_eq!(
        error_in("fileExistenceTests:\n- {name: a, path: /, uid: -2}\n"),
        "expected a number of at least 0, found `-2` at line 3 column 27"
    );
    assert_eq!(
        error_in("fileExistenceTests:\n- {name: a, path: /, isExecutableBy: grup}\n"),
        "expected one of any, owner, group, other, found `grup` at line 3 column 38\nhint: did you mean `group`?"
    );
    assert_eq!(
        error_in("metadataTest: /\n"),
        "expected a metadata test, found `/` at line 2 column 15"
    );
    assert_eq!(
        error("- a\n"),
        "expected a test file, found a list at line 1 column 1"
    );
}

#[test]
fn required_fields() {
    assert_eq!(
        error_in("commandTests:\n- {command: ls}\n"),
        "expected a `name` at line 3 column 3"
    );
    assert_eq!(
        error_in("commandTests:\n- name: a\n"),
        "expected a `command` at line 3 column 3"
    );
    assert_eq!(
        error_in("fileContentTests:\n- {name: a, path: ''}\n"),
        "expected a `path` at line 3 column 19"
    );
    assert_eq!(
        error_in("globalEnvVars: [{key: A}]\n"),
        "expected a `value` at line 2 column 17"
    );
    assert_eq!(
        error_in("metadataTest: {exposedPorts: ['']}\n"),
        "expected a string, found an empty one at line 2 column 31"
    );
    assert_eq!(
        error_in("metadataTest: {}\n"),
        "it has no tests\nhint: add one to commandTests, fileExistenceTests, fileContentTests, licenseTests, metadataTest"
    );
    assert_eq!(error(""), "it is empty");
}

#[test]
fn versions_that_are_not_known() {
    assert_eq!(
        error("schemaVersion: 3.0.0\nnew: 1\n"),
        "unknown `schemaVersion` `3.0.0` at line 1 column 16\nhint: expected one of 1.0.0, 2.0.0"
    );
    assert_eq!(
        error("schemaVersion: 2\n"),
        "unknown `schemaVersion` `2` at line 1 column 16\nhint: expected one of 1.0.0, 2.0.0"
    );
    assert_eq!(
        error("licenseTests: []\n"),
        "expected a `schemaVersion` at line 1 column 1\nhint: expected one of 1.0.0, 2.0.0"
    );
}

#[test]
fn keys_that_come_twice() {
    assert_eq!(
        error_in("licenseTests: [{debian: true, debian: true}]\n"),
        "duplicate field `debian` at line 2 column 31"
    );
}

#[test]
fn anchors_and_merges() {
    let config = parse(
        "schemaVersion: 2.0.0\nfileExistenceTests:\n- &first {name: a, path: /a, uid: 1}\n- {<<: *first, path: /b}\n- <<: [{name: c}, *first]\n",
    )
    .unwrap();
    let seen: Vec<_> = config
        .existence
        .iter()
        .map(|t| (t.name.as_str(), t.path.as_str(), t.uid))
        .collect();
    assert_eq!(
        seen,
        [
            ("a", "/a", Some(1)),
            ("a", "/b", Some(1)),
            ("c", "/a", Some(1))
        ]
    );
    assert_eq!(
        error_in("fileExistenceTests: [{<<: 1}]\n"),
        "expected a mapping to merge, found `1` at line 2 column 27"
    );
}

#[test]
fn hostile_yaml() {
    assert_eq!(
        error_in("x: &a [*a]\n"),
        "an alias that contains itself at line 2 column 8"
    );
    assert_eq!(
        error(&"- ".repeat(40)),
        "nested more than 32 levels deep at line 1 column 65"
    );
    assert_eq!(
        error_in("licenseTests: [{debian: true}]\n---\na: 1\n"),
        "expected one document, found a second one at line 3 column 1"
    );
    let deep = error(&"[".repeat(100_000));
    assert!(deep.contains("at line 1 column"), "{deep}");
    let bomb: String = (1..40)
        .map(|i| format!("a{i}: &a{i} [*a{0}, *a{0}]\n", i - 1))
        .collect();
    assert_eq!(
        error(&format!("schemaVersion: 2.0.0\na0: &a0 [x, x]\n{bomb}")),
        "with its aliases, it has more than 16777216 bytes at line 1 column 1"
    );
    assert!(
        error("a: [1\nb: 2\n").contains("line 2"),
        "{}",
        error("a: [1\nb: 2\n")
    );
    let bytes = b"schemaVersion: 2.0.0\n# \xe9\n";
    assert_eq!(
        Config::parse("a.yml", bytes).unwrap_err().to_string(),
        "cannot read tests `a.yml`: line 2 is not UTF-8"
    );
}

/// Each alias counts as the text that it repeats, and each field name is compared with all others.
#[test]
fn expanded_aliases_have_a_limit() {
    let patterns = "x, ".repeat(1_000);
    let tests = "*t, ".repeat(1_000);
    let bomb = format!(
        "schemaVersion: 2.0.0\nfileContentTests: [&t {{name: a, path: /a, expectedContents: [{patterns}]}}, {tests}]\n"
    );
    assert_eq!(
        error(&bomb),
        "with its aliases, it has more than 16777216 bytes at line 2 column 19"
    );
    let fields: String = (0..1_001).map(|number| format!("a{number}: 1\n")).collect();
    assert_eq!(
        error(&fields),
        "more than 1000 fields at line 1001 column 1"
    );
}

#[test]
fn expressions_are_checked_where_they_stand() {
    assert_eq!(
        error_in("fileContentTests: [{name: a, path: /a, expectedContents: ['a(b']}]\n"),
        "cannot use the regular expression `a(b`: missing closing ): `a(b` at line 2 column 59"
    );
}

#[test]
fn options_that_are_not_supported() {
    let of = |options: &str| {
        error_in(&format!(
            "licenseTests: [{{debian: true}}]\ncontainerRunOptions: {options}\n"
        ))
    };
    assert_eq!(
        of("{privileged: true}"),
        "`privileged` is not supported: commands have no access to the devices of the machine at line 3 column 35\nhint: list the required capabilities in `capabilities`"
    );
    assert_eq!(
        of("{allocateTty: true}"),
        "a terminal is not supported: it would merge standard error into standard output at line 3 column 36\nhint: remove the field"
    );
    assert_eq!(
        of("{capabilities: [sys_admim]}"),
        "expected a Linux capability, found `sys_admim` at line 3 column 38\nhint: did you mean `SYS_ADMIN`?"
    );
    assert_eq!(
        of("{bindMounts: [/a]}"),
        "expected SOURCE:TARGET or SOURCE:TARGET:ro, found `/a` at line 3 column 36"
    );
    assert_eq!(
        of("{bindMounts: ['/a:../b']}"),
        "expected SOURCE:TARGET with an absolute TARGET, found the string `/a:../b` at line 3 column 36"
    );
}

/// One of them is no more than a test file may have; all of them took gigabytes.
#[test]
fn expressions_that_are_large_together_are_refused() {
    let parsed = |list: &str| {
        let text = format!(
            "schemaVersion: 2.0.0\nfileContentTests: [{{name: a, path: /f, expectedContents: [{list}]}}]\n"
        );
        Config::parse("t.yaml", text.as_bytes()).map(|_| ())
    };
    parsed(&vec![r"'hello \d+ [a-z]*'"; 4000].join(", ")).unwrap();
    let refused = parsed(r"'\pL{1000}', '\pL'").unwrap_err().to_string();
    let cause = "cannot use the regular expression `\\\\pL`: the regular expressions of this file need more than 44040192 bytes at line 2 column";
    assert!(refused.contains(cause), "{refused}");
}
