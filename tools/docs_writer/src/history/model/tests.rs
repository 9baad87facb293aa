use super::*;

fn image(digest: &str) -> Image {
    let platform = Platform {
        digest: digest.to_owned(),
        size: 1,
    };
    Image {
        packages: BTreeMap::new(),
        tags: BTreeMap::from([(
            "latest".to_owned(),
            Tag {
                architectures: BTreeMap::from([("amd64".to_owned(), platform)]),
                digest: None,
            },
        )]),
    }
}

fn images(images: &[(&str, &str)]) -> Images {
    images
        .iter()
        .map(|(name, digest)| ((*name).to_owned(), image(digest)))
        .collect()
}

fn locks(time: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("debian12".to_owned(), time.to_owned())])
}

fn empty() -> History {
    History {
        version: VERSION,
        records: Vec::new(),
    }
}

#[test]
fn a_record_has_the_images_that_changed() {
    let mut history = empty();
    history.add(locks("1"), images(&[("a", "a1"), ("b", "b1"), ("c", "c1")]));
    history.add(locks("2"), images(&[("a", "a1"), ("b", "b2"), ("d", "d1")]));
    assert_eq!(history.records.len(), 2);
    assert_eq!(history.records[0].images.len(), 3);
    assert_eq!(history.records[1].locks, locks("2"));
    assert_eq!(
        history.records[1].images,
        BTreeMap::from([
            ("b".to_owned(), Some(image("b2"))),
            ("c".to_owned(), None),
            ("d".to_owned(), Some(image("d1"))),
        ])
    );
    assert_eq!(
        history.state(),
        images(&[("a", "a1"), ("b", "b2"), ("d", "d1")])
    );
}

#[test]
fn the_same_images_are_no_new_record() {
    let mut history = empty();
    history.add(locks("1"), images(&[("a", "a1")]));
    history.add(locks("2"), images(&[("a", "a1")]));
    assert_eq!(history.records.len(), 1);
    assert_eq!(history.records[0].locks, locks("1"));
}

#[test]
fn an_image_that_returns_to_an_older_digest_is_a_change() {
    let mut history = empty();
    for digest in ["a1", "a2", "a1"] {
        history.add(locks("1"), images(&[("a", digest)]));
    }
    assert_eq!(history.records.len(), 3);
}

#[test]
fn the_oldest_records_are_removed_and_no_image_is_lost() {
    let mut history = empty();
    for number in 0..=RECORDS {
        let changing = format!("b{number}");
        let mut now = images(&[("a", "a1"), ("b", &changing)]);
        if number == 0 {
            now.extend(images(&[("removed", "r")]));
        }
        history.add(locks(&number.to_string()), now);
    }
    assert_eq!(history.records.len(), RECORDS);
    assert_eq!(history.records[0].locks, locks("1"));
    assert_eq!(
        history.records[0].images,
        BTreeMap::from([
            ("a".to_owned(), Some(image("a1"))),
            ("b".to_owned(), Some(image("b1"))),
        ])
    );
}

#[test]
fn wrong_histories_are_named_with_their_place() {
    let message = |text: &str| {
        History::parse("history.json", text.as_bytes())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        message(r#"{"version": 2, "records": []}"#),
        "cannot read `history.json`: at `version`: expected 1, found 2"
    );
    let error = message(r#"{"version": 1, "records": [{"locks": {}, "images": {"a": 1}}]}"#);
    assert!(
        error.starts_with("cannot read `history.json`: at `records[0].images.a`: invalid type"),
        "{error}"
    );
}
