//! Purpose: the sandbox itself is killed while bots write; what it answered is there afterwards, exactly once.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::place;
use crate::processes::SandboxProcess;

/// Kills in a row, on one state file.
const KILLS: u64 = 6;
/// Writers at once.
const WRITERS: u64 = 4;

#[tokio::test]
async fn a_killed_sandbox_keeps_what_it_answered() {
    let _place = place().await;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("world.jsonl");
    let limits = folder.path().join("limits.toml");
    std::fs::write(
        &limits,
        "messages_per_channel = 1000000\nglobal = { calls = 100000, per = \"1s\" }\n[[bucket]]\nmethod = \"POST\"\nroute = \"/channels/{channel_id}/messages\"\ncalls = 100000\nper = \"1s\"\n",
    )
    .unwrap();
    let arguments = [OsStr::new("--state"), state.as_os_str(), OsStr::new("--limits"), limits.as_os_str()];
    let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().unwrap();
    // Text to whether it was answered.
    let mut ledger: BTreeMap<String, bool> = BTreeMap::new();
    for round in 0..KILLS {
        let sandbox = SandboxProcess::start_with(&arguments).await;
        let channel = channel(&http, &sandbox).await;
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let url = format!("{}/api/v10/channels/{channel}/messages", sandbox.base);
            let (http, token) = (http.clone(), sandbox.token("author").to_owned());
            writers.spawn(async move {
                let mut written = Vec::new();
                for number in 0.. {
                    let text = format!("{round}/{writer}/{number}");
                    let request = http.post(&url).header("Authorization", format!("Bot {token}"));
                    let answered = match request.json(&json!({ "content": text })).send().await {
                        Ok(response) if response.status() == 200 => response.bytes().await.is_ok(),
                        _ => false,
                    };
                    written.push((text, answered));
                    if !answered {
                        break;
                    }
                }
                written
            });
        }
        tokio::time::sleep(Duration::from_millis(80 + round * 37)).await;
        sandbox.kill().await;
        ledger.extend(writers.join_all().await.into_iter().flatten());
    }
    let sandbox = SandboxProcess::start_with(&arguments).await;
    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    for text in everything(&http, &sandbox).await {
        *shown.entry(text).or_default() += 1;
    }
    let answered = ledger.values().filter(|answered| **answered).count();
    assert!(answered > 50, "only {answered} messages were answered");
    for (text, answered) in &ledger {
        let times = shown.remove(text).unwrap_or(0);
        assert!(times == 1 || (times == 0 && !answered), "{text} (answered: {answered}) is there {times} times");
    }
    assert!(shown.is_empty(), "nobody wrote {shown:?}");
}

async fn channel(http: &reqwest::Client, sandbox: &SandboxProcess) -> String {
    let world: Value = http.get(format!("{}/control/world", sandbox.base)).send().await.unwrap().json().await.unwrap();
    let channels = world["channels"].as_array().unwrap();
    channels.iter().find(|channel| channel["name"] == "general").unwrap()["id"].as_str().unwrap().to_owned()
}

/// Every text in the channel, read over REST, a hundred at a time.
async fn everything(http: &reqwest::Client, sandbox: &SandboxProcess) -> Vec<String> {
    let url = format!("{}/api/v10/channels/{}/messages?limit=100", sandbox.base, channel(http, sandbox).await);
    let (mut texts, mut before) = (Vec::new(), String::new());
    loop {
        let request =
            http.get(format!("{url}{before}")).header("Authorization", format!("Bot {}", sandbox.token("author")));
        let page: Vec<Value> = request.send().await.unwrap().json().await.unwrap();
        let Some(last) = page.last() else { return texts };
        before = format!("&before={}", last["id"].as_str().unwrap());
        texts.extend(page.iter().map(|message| message["content"].as_str().unwrap().to_owned()));
    }
}
