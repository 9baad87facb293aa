-- The tables of grype's database (schema 6) with the issues of document.json, all without a fix. grype adds the others
-- when it imports the file.
CREATE TABLE blobs (id INTEGER PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE db_metadata (build_timestamp DATETIME NOT NULL, model INTEGER NOT NULL, revision INTEGER NOT NULL, addition INTEGER NOT NULL);
CREATE TABLE providers (id TEXT PRIMARY KEY, version TEXT, processor TEXT, date_captured DATETIME, input_digest TEXT);
CREATE TABLE operating_systems (id INTEGER PRIMARY KEY, name TEXT, release_id TEXT, major_version TEXT, minor_version TEXT, label_version TEXT, codename TEXT);
CREATE TABLE packages (id INTEGER PRIMARY KEY, ecosystem TEXT, name TEXT);
CREATE TABLE vulnerability_handles (id INTEGER PRIMARY KEY, name TEXT NOT NULL, status TEXT NOT NULL, published_date DATETIME, modified_date DATETIME, withdrawn_date DATETIME, provider_id TEXT NOT NULL, blob_id INTEGER UNIQUE);
CREATE TABLE affected_package_handles (id INTEGER PRIMARY KEY, vulnerability_id INTEGER NOT NULL, operating_system_id INTEGER, package_id INTEGER, blob_id INTEGER);

INSERT INTO db_metadata VALUES ('2026-11-27 00:00:00+00:00', 6, 0, 2);
INSERT INTO providers VALUES ('debian', '1', 'test', '2026-11-27 00:00:00+00:00', 'sha256:0');
INSERT INTO operating_systems VALUES (1, 'debian', 'debian', '12', '', '', 'bookworm');
INSERT INTO packages VALUES (1, 'deb', 'openssl'), (2, 'deb', 'zlib'), (3, 'deb', 'bzip2'), (4, 'deb', 'gcc-12');
INSERT INTO blobs VALUES (100, '{"ranges":[{"version":{"type":"dpkg","constraint":"< 99:99"},"fix":{"state":"not-fixed"}}]}');
-- The last two digits of each issue, and the package.
CREATE TEMPORARY TABLE issues AS SELECT json_extract(value, '$[0]') AS issue, json_extract(value, '$[1]') AS package
  FROM json_each('[[1,1],[2,1],[3,1],[4,1],[5,1],[11,2],[12,2],[13,2],[21,3],[22,3],[31,4],[32,4]]');
INSERT INTO blobs SELECT issue, json_object('id', printf('CVE-2024-900%02d', issue), 'description', 'Invented, for tests.') FROM issues;
INSERT INTO vulnerability_handles SELECT issue, printf('CVE-2024-900%02d', issue), 'active', NULL, NULL, NULL, 'debian', issue FROM issues;
INSERT INTO affected_package_handles SELECT issue, issue, 1, package, 100 FROM issues;
