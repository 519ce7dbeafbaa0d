//! Who is pinned to which account, and which names operators know to be wrong: kept, told once, forgotten when a person says so.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use domain::{ChatUserId, Effect, PersonId, Pin, Timestamp, Wrong};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use store::Store;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_395_800 + second).unwrap()
}

fn pin(person: &str, user: u64, username: &str) -> Pin {
    Pin {
        person: PersonId::from(person),
        discord: username.into(),
        user: ChatUserId(user),
        username: username.into(),
        username_now: username.into(),
        shown: username.to_uppercase(),
        since: at(0),
    }
}

fn wrong(about: &str, what: &str) -> Wrong {
    Wrong { about: about.into(), what: what.into(), sentence: format!("{about} is {what}"), everybody: false }
}

fn notices(new: &[Wrong]) -> Vec<Effect> {
    let lines: Vec<&str> = new.iter().map(|one| one.sentence.as_str()).collect();
    vec![Effect::Operators { text: lines.join("\n"), everybody: false }]
}

async fn told(store: &Store) -> Vec<String> {
    let letters = store.letters(100).await.unwrap();
    let text = |effect: Effect| match effect {
        Effect::Operators { text, .. } => Some(text),
        _ => None,
    };
    letters.into_iter().filter_map(|letter| text(letter.effect.ok()?)).collect()
}

#[tokio::test]
async fn what_an_older_version_remembered_by_display_names_is_forgotten_and_nobody_is_pinned_by_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("siaga.db");
    let pool =
        SqlitePool::connect_with(SqliteConnectOptions::new().filename(&path).create_if_missing(true)).await.unwrap();
    sqlx::migrate!("../../migrations/sqlite").run_to(8, &pool).await.unwrap();
    sqlx::query("INSERT INTO meta (name, value) VALUES ('people', '{\"budi\":[666,\"Mallory\"]}'), ('guild', '7')")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.pins().await.unwrap(), []);
    assert_eq!((store.meta("people").await.unwrap(), store.meta("guild").await.unwrap()), (None, Some("7".into())));
}

#[tokio::test]
async fn a_pin_holds_until_a_person_takes_it_away_and_what_is_seen_never_brings_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("siaga.db")).await.unwrap();
    store.pin(&pin("budi", 5, "budi"), None, at(0)).await.unwrap();
    let renamed = Pin { username_now: "budi.two".into(), ..pin("budi", 5, "budi") };
    store.pin_seen(&renamed).await.unwrap();
    assert_eq!(store.pins().await.unwrap().as_slice(), std::slice::from_ref(&renamed));
    // Somebody else's account says nothing about this one.
    store.pin_seen(&Pin { user: ChatUserId(6), shown: "x".into(), ..renamed.clone() }).await.unwrap();
    assert_eq!(store.pins().await.unwrap().as_slice(), std::slice::from_ref(&renamed));
    assert!(store.unpin(&PersonId::from("budi")).await.unwrap());
    assert!(!store.unpin(&PersonId::from("budi")).await.unwrap());
    store.pin_seen(&renamed).await.unwrap();
    assert_eq!(store.pins().await.unwrap(), []);
    let notice = Effect::Operators { text: "budi is found".into(), everybody: false };
    store.pin(&pin("budi", 9, "budi"), Some(&notice), at(5)).await.unwrap();
    store.pin(&pin("budi", 9, "budi"), Some(&notice), at(5)).await.unwrap();
    assert_eq!(told(&store).await, ["budi is found"]);
}

#[tokio::test]
async fn a_wrong_name_is_told_once_and_again_only_after_it_was_well_or_is_wrong_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("siaga.db");
    let store = Store::open(&path).await.unwrap();
    let none = BTreeSet::new();
    let now = [wrong("person:budi", "nobody"), wrong("person:rina", "left")];
    let changed = store.names_wrong("person:", &now, &none, at(0), notices).await.unwrap();
    assert_eq!(changed.new, now);
    store.close().await;
    let store = Store::open(&path).await.unwrap();
    let changed = store.names_wrong("person:", &now, &none, at(1), notices).await.unwrap();
    assert_eq!(changed, store::Changed::default());
    // Places are no people: a look at one says nothing about the other.
    store.names_wrong("name:", &[wrong("name:discord.category", "Incidents")], &none, at(2), notices).await.unwrap();
    // Nothing is known of Rina at the moment, and Budi is wrong in another way.
    let unsure = BTreeSet::from(["person:rina".to_owned()]);
    let changed = store.names_wrong("person:", &[wrong("person:budi", "bot")], &unsure, at(3), notices).await.unwrap();
    assert_eq!((changed.new.len(), changed.over.len()), (1, 0));
    let changed = store.names_wrong("person:", &[], &none, at(4), notices).await.unwrap();
    assert_eq!(changed.over, BTreeSet::from(["person:budi".to_owned(), "person:rina".to_owned()]));
    assert_eq!(store.names_told().await.unwrap().keys().collect::<Vec<_>>(), ["name:discord.category"]);
    assert_eq!(
        told(&store).await,
        ["person:budi is nobody\nperson:rina is left", "name:discord.category is Incidents", "person:budi is bot"]
    );
}
