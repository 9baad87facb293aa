use std::process::Command;

use super::*;

/// Makes a layout of one image with one layer, changes it by a script, and checks it.
fn tested(change: &str) -> std::result::Result<(), String> {
    let directory = tempfile::tempdir().unwrap();
    let script = format!("set -eu; cd \"$0\"; {MAKE}\n{change}");
    let made = Command::new("bash")
        .args(["-c", &script])
        .arg(directory.path())
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let tools = ReferenceTools::new().unwrap();
    let layout = Layout::open(directory.path()).map_err(|error| error.to_string())?;
    check_blobs(&layout, &tools, &mut Sums::default()).map_err(|error| format!("{error:#}"))
}

/// `put FILE` moves a file to its path among the blobs and sets `digest` and `size`.
const MAKE: &str = r#"
put() {
  digest=sha256:$(sha256sum <"$1" | cut -c1-64) size=$(stat -c %s "$1")
  mv "$1" "blobs/sha256/${digest#sha256:}"
}
type=application/vnd.oci.image
mkdir -p blobs/sha256
printf '{"imageLayoutVersion":"1.0.0"}' >oci-layout
image() {
  echo content >file
  diff_id=${diff_id:-sha256:$(sha256sum <file | cut -c1-64)}
  gzip -n file && mv file.gz layer && put layer
  layer="{\"mediaType\":\"${layer_type:-$type.layer.v1.tar+gzip}\",\"digest\":\"$digest\",\"size\":${layer_size:-$size}}"
  printf '{"rootfs":{"type":"layers","diff_ids":["%s"]}}' "$diff_id" >config && put config
  printf '{"config":{"mediaType":"%s","digest":"%s","size":%s},"layers":[%s]}' $type.config.v1+json $digest $size "$layer" >manifest
  put manifest
  printf '{"manifests":[{"mediaType":"%s","digest":"%s","size":%s}]}' $type.manifest.v1+json $digest $size >index.json
}
image
"#;

const AGAIN: &str = "rm -r blobs/sha256/* file* 2>/dev/null || true;";

#[test]
fn a_right_layout_passes() {
    assert_eq!(tested(""), Ok(()));
    assert_eq!(tested(&format!("{AGAIN} unset diff_id; image")), Ok(()));
}

#[test]
fn every_wrong_fact_is_seen() {
    let zeros = "0".repeat(64);
    let cases = [
        (
            format!("{AGAIN} diff_id=sha256:{zeros}; image"),
            "unpacks to sha256:",
        ),
        (format!("{AGAIN} layer_size=1; image"), " bytes: {"),
        (
            format!("{AGAIN} layer_type=application/octet-stream; image"),
            "expected media type",
        ),
        (
            "for blob in blobs/sha256/*; do printf ' ' >>$blob; done".into(),
            "sha256sum says",
        ),
        (
            format!("echo more >blobs/sha256/{zeros}"),
            "nothing refers to the blobs",
        ),
        ("mkdir blobs/md5".into(), "blobs of other algorithms"),
        ("touch more".into(), "expected three entries"),
        ("echo '{}' >oci-layout".into(), "wrong oci-layout"),
        (
            "cd blobs/sha256; blob=$(ls | head -n 1); mv $blob other; ln -s other $blob".into(),
            "is no real file",
        ),
        (
            "sed -i 's/\\[/[{},/' index.json".into(),
            "exactly one descriptor",
        ),
    ];
    for (change, expected) in cases {
        let said = tested(&change).unwrap_err();
        assert!(said.contains(expected), "{change}: {said}");
    }
}

/// A correct layout that `script` then changes.
fn made(script: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let layout = directory.path().join("layout");
    std::fs::create_dir(&layout).unwrap();
    let script = format!("set -eu; cd \"$0\"; {MAKE}\n{script}");
    let made = Command::new("bash")
        .args(["-c", &script])
        .arg(&layout)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{said}");
    directory
}

const SPOIL: &str = "for blob in blobs/sha256/*; do printf ' ' >>$blob; done";

#[test]
fn what_is_known_of_a_file_is_not_believed_of_a_copy() {
    let directory = made(&format!(
        "cp -rl . ../links; cp -r . ../copy; cd ../copy; {SPOIL}"
    ));
    let (tools, mut known) = (ReferenceTools::new().unwrap(), Sums::default());
    let mut check = |name: &str| {
        let layout = Layout::open(&directory.path().join(name)).unwrap();
        check_blobs(&layout, &tools, &mut known).map_err(|error| format!("{error:#}"))
    };
    assert_eq!(check("layout"), Ok(()));
    assert_eq!(check("links"), Ok(()));
    assert!(check("copy").unwrap_err().contains("sha256sum says"));
}

#[test]
fn a_wrong_layer_in_an_archive_is_seen() {
    let directory = made(&format!(
        "tar -cf ../right.tar .; cp -r . ../copy; cd ../copy; {SPOIL}; tar -cf ../wrong.tar ."
    ));
    let tools = ReferenceTools::new().unwrap();
    let layout = Layout::open(&directory.path().join("layout")).unwrap();
    let image = layout.only_image().unwrap();
    let check = |name: &str| {
        let checked = check_archived_layers(&directory.path().join(name), &image, &tools);
        checked.map_err(|error| format!("{error:#}"))
    };
    assert_eq!(check("right.tar"), Ok(()));
    assert!(check("wrong.tar").unwrap_err().contains("sha256sum says"));
}
