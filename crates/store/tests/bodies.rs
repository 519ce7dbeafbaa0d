//! Bodies that became no alert: the last of each kind are kept, and counted for good.
#![allow(clippy::unwrap_used, reason = "tests")]

use domain::Timestamp;
use store::{BODIES_KEPT, BodyKind, Store};

#[tokio::test]
async fn the_last_bodies_of_each_kind_are_kept_and_all_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("siaga.db")).await.unwrap();
    let at = |second: i64| Timestamp::from_second(1_772_395_800 + second).unwrap();
    for n in 1..=50 {
        store.keep_body("kuma", BodyKind::Skipped, 2, &format!("body {n}"), at(n)).await.unwrap();
    }
    store.keep_body("kuma", BodyKind::Unmapped, 1, "DOWN", at(60)).await.unwrap();
    store.keep_body("backup", BodyKind::Skipped, 1, "x", at(61)).await.unwrap();
    let rows = store.bodies().await.unwrap();
    let skipped: Vec<_> =
        rows.iter().filter(|row| row.integration == "kuma" && row.kind == BodyKind::Skipped).collect();
    assert_eq!(skipped.len(), usize::try_from(BODIES_KEPT).unwrap());
    assert_eq!((skipped[0].number, skipped[0].text.as_str(), skipped[0].at), (100, "body 50", at(50)));
    assert_eq!(rows[0].integration, "backup");
    assert!(rows.iter().any(|row| row.kind == BodyKind::Unmapped && row.number == 1 && row.text == "DOWN"));
}
