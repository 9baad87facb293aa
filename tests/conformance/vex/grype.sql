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
INSERT INTO packages VALUES (1, 'deb', 'openssl');
INSERT INTO blobs VALUES (10, '{"ranges":[{"version":{"type":"dpkg","constraint":"< 99"},"fix":{"state":"not-fixed"}}]}');
INSERT INTO blobs SELECT value, json_object('id', 'CVE-2024-9000' || value, 'description', 'Invented, for tests.') FROM json_each('[1,2,3,4,5]');
INSERT INTO vulnerability_handles SELECT value, 'CVE-2024-9000' || value, 'active', NULL, NULL, NULL, 'debian', value FROM json_each('[1,2,3,4,5]');
INSERT INTO affected_package_handles SELECT value, value, 1, 1, 10 FROM json_each('[1,2,3,4,5]');
