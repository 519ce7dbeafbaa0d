//! What the sandbox answers to a rehearsal is written down, so that a rehearsal elsewhere can tell what is different there.

use std::path::Path;
use std::sync::{Arc, Mutex};

use discord::rehearse::{Entry, Ledger, Parts, Recorder, Rehearsal, Shapes};
use discord::rest::{Base, Client, Settings};
use engine::Clock;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::world::{World, guild_without};

const FILE: &str = "crates/discord/src/rehearse/sandbox.json";

/// Remembers what was written down.
#[derive(Default)]
struct Noted(Mutex<Vec<Entry>>);

impl Ledger for Noted {
    fn note(&self, entry: &Entry) -> Result<(), String> {
        self.0.lock().unwrap().push(entry.clone());
        Ok(())
    }
}

/// One rehearsal in this process, which remembers all answers.
async fn answers(w: &World, recorder: &Recorder) {
    let token = SecretString::from(w.sandbox.bot("siaga").unwrap().token);
    let settings = Settings { tap: Some(recorder.tap()), ..Settings::new(token, Base::Sandbox(w.sandbox.base_url())) };
    let text = include_str!("../crash/siaga.toml");
    let setup = config::from_text("siaga.toml", text, &[]).unwrap_or_else(|bad| panic!("{}", bad.render(false))).setup;
    let ledger = Arc::new(Noted::default());
    let parts = Parts {
        client: Client::new(settings).unwrap(),
        recorder: recorder.clone(),
        setup,
        me: "budi".to_owned(),
        token: "abcd2345".to_owned(),
        clock: Clock::system(),
        ledger: Arc::<Noted>::clone(&ledger),
        stop: CancellationToken::new(),
    };
    let mut rehearsal = Rehearsal::begin(parts).await.unwrap();
    ledger.note(&rehearsal.began()).unwrap();
    rehearsal.make_private().await.unwrap();
    rehearsal.run(None).await;
    let noted = ledger.0.lock().unwrap().clone();
    let (_, left) = rehearsal.sweeper().sweep(&noted).await;
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn what_the_sandbox_answers_is_what_is_written_down() {
    let recorder = Recorder::default();
    answers(&World::start().await, &recorder).await;
    // What it says when it refuses and when it limits.
    let w = World::of(guild_without(&["PIN_MESSAGES"])).await;
    let limited = json!({ "method": "PUT", "do": "status", "status": 429, "retry_after": 0.1, "bot": "siaga",
        "route": "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me" });
    w.fault(&limited).await;
    // A message that cannot be deleted at once is found again in its channel.
    let route = "/channels/{channel_id}/messages/{message_id}";
    w.fault(&json!({ "method": "DELETE", "route": route, "do": "status", "status": 500, "count": 4 })).await;
    answers(&w, &recorder).await;

    let shapes = recorder.shapes().without_numbers();
    // A line for each route, so that a change shows where it is.
    let lines: Vec<String> = shapes
        .0
        .iter()
        .map(|(key, shape)| format!("{}: {}", json!(key), serde_json::to_string(shape).unwrap()))
        .collect();
    let text = format!("{{\n{}\n}}\n", lines.join(",\n"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    #[expect(clippy::disallowed_methods, reason = "whoever wants it written anew says so")]
    if std::env::var("UPDATE_DOCS").is_ok() {
        std::fs::write(&path, &text).unwrap();
        return;
    }
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(written == text, "{FILE} is old: UPDATE_DOCS=1 cargo test --test rehearse writes it");
    assert_eq!(shapes.count_beyond(&Shapes::of_the_sandbox()), 0);
}

#[tokio::test]
async fn the_report_is_for_its_owner_only_and_holds_nothing_that_anybody_wrote() {
    use std::os::unix::fs::PermissionsExt as _;
    let w = World::start().await;
    std::fs::write(w.report(), "old").unwrap();
    let said = w.rehearse(&["--me", "budi"]).await;
    assert!(said.out.contains("Discord answers as our sandbox does."), "{}", said.out);
    let mode = std::fs::metadata(w.report()).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let text = std::fs::read_to_string(w.report()).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap();
    let answers = report["answers"].as_object().unwrap();
    assert!(answers.values().all(|told| told.as_object().unwrap().keys().all(|key| key == "limits")), "{report:#}");
    for secret in ["Budi", "budi", "Toko", "INC-", "rehearsal-"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}
