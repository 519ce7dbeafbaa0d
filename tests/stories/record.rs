//! The record: files in the room and privately, what is found again, and what a new incident is told of old ones.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::{Value, json};
use siaga::export::{ExportArgs, Format};
use siaga::settings::Settings;

use crate::harness::{Story, story};

/// Search is slow, Agus fixes it. No postmortem is asked for.
async fn search_is_fixed(s: &Story) {
    s.search_is_slow().await;
    s.agus().press("Acknowledge").await.done();
    s.agus().slash_in("INC-1", "/note", json!({ "text": "one node has *no* heap left" })).await.done();
    s.advance(15).await;
    s.alert("search").warning().resolves().await;
    s.agus().press("Resolve").await.done();
    s.agus().fills(&[Some("restarted node 3")]).await.done();
}

#[test]
fn the_record_stands_in_the_room_when_no_postmortem_is_needed() {
    story(async |s| {
        search_is_fixed(s).await;
        assert_snapshot!(s.news("INC-1").await, @r"
        Siaga: Agus was paged [03:10]. SEV-3 INC-1 Search answers in 2.4 s
        Siaga: (its card)
        Siaga (silent): Opened because severity=warning on search. First step: Look at the number of searches per second: twice as many as last week is a crawler or a campaign.
          [Why] [Runbook]
        Siaga (silent): Agus acknowledged, [03:10]. Dewi will not be paged.
        Siaga (silent): Note by Agus: one node has \*no\* heap left
        Siaga (silent): All alerts resolved. It stays open until somebody resolves it.
        Siaga (silent): Resolved after 15 minutes by Agus: restarted node 3.
          (files: inc-1.md, inc-1.json)
        ");
        let files = s.files("agus", "INC-1").await;
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["inc-1.md", "inc-1.json"]);
        assert_snapshot!(files[0].1, @r"
        # INC-1 Search answers in 2.4 s

        - **Severity:** SEV-3
        - **Status:** resolved
        - **Service:** search (owner Platform)
        - **Opened:** 2026-03-02 03:10
        - **Acknowledged:** 2026-03-02 03:10, after 0 seconds, by Agus
        - **Resolved:** 2026-03-02 03:25, after 15 minutes, by Agus
        - **Impact:** not stated
        - **Who knew first:** nobody has confirmed it; as it looks, a monitor of ours ([what shows it](https://prometheus.example.com/graph))
        - **What fixed it:** restarted node 3

        Times are of Asia/Jakarta.

        ## Links

        - [Dashboard](https://grafana.example.com/d/search)
        - [Source](https://prometheus.example.com/graph)
        - Runbook: search-latency

        ## Timeline

        - 2026-03-02 03:10:00 Opened by an alert of alertmanager as SEV-3: Search answers in 2.4 s
        - 2026-03-02 03:10:00 Alert fires: Search answers in 2.4 s
        - 2026-03-02 03:10:00 Step 1 of platform; the next one 2026-03-02 03:15.
        - 2026-03-02 03:10:00 Agus was paged: on call for platform, step 1 of platform.
        - 2026-03-02 03:10:00 Agus acknowledged.
        - 2026-03-02 03:10:00 Escalation stopped: somebody has it.
        - 2026-03-02 03:10:00 Page 1 answered by Agus.
        - 2026-03-02 03:10:00 Agus: one node has \*no\* heap left
        - 2026-03-02 03:25:00 An alert resolved.
        - 2026-03-02 03:25:00 All alerts resolved.
        - 2026-03-02 03:25:00 Resolved by Agus: restarted node 3.

        ## Notes

        - 2026-03-02 03:10, Agus: one node has \*no\* heap left

        ## Postmortem

        No postmortem was asked for.
        ");
        let record: Value = serde_json::from_str(&files[1].1).unwrap();
        assert_eq!(record["version"], 1);
        assert_eq!(record["incident"]["label"], "INC-1");
        assert_eq!(record["incident"]["fixed"], "restarted node 3");
        let kinds: Vec<&str> = record["timeline"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["event"]["kind"].as_str().unwrap())
            .collect();
        assert_eq!((kinds.first(), kinds.last()), (Some(&"opened"), Some(&"resolved")));
        assert!(kinds.contains(&"noted"), "{kinds:?}");
        // Nobody's phone makes a sound.
        assert!(!s.phone("agus").await.contains("rings #INC-1 Search answers in 2.4 s: Record"));
        s.read_all().await;
    });
}

#[test]
fn the_record_is_sent_once_even_if_discords_answer_is_lost() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.alert("search").warning().resolves().await;
        s.agus().press("Resolve").await.done();
        // The post about the end, and the record behind it, arrive; we never hear of it.
        let lost = json!({
            "method": "POST", "route": "/channels/{channel_id}/messages", "bot": "siaga", "at": "applied", "do": "drop",
            "count": 3,
        });
        s.fault(&lost).await;
        s.agus().fills(&[Some("restarted node 3")]).await.done();
        let place = s.place("agus", "INC-1").await;
        let messages = s.control.messages("agus", &place).await;
        let with_files =
            messages.iter().filter(|message| message["attachments"].as_array().is_some_and(|all| !all.is_empty()));
        assert_eq!(with_files.count(), 1);
        s.read_all().await;
    });
}

#[test]
fn anybody_takes_the_record_along_as_files() {
    story(async |s| {
        search_is_fixed(s).await;
        s.read_all().await;
        assert_snapshot!(s.sari().slash_in("INC-1", "/incident export", json!({})).await, @"
        Siaga (private): The record of INC-1 as files.
          (files: inc-1.md, inc-1.json)
        ");
        let files = s.files("sari", "INC-1").await;
        assert!(files[0].1.contains("restarted node 3") && files[1].1.contains("restarted node 3"));
        // Before it is over the record is what there is so far.
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.sari().slash("/incident export", json!({ "incident": "2" })).await.done();
        assert!(s.files("sari", "#general").await[0].1.contains("> The incident is still open."));
        assert_snapshot!(s.sari().slash("/incident export", json!({ "incident": "9" })).await, @"Siaga (private): There is no INC-9. `/incident list` shows what there is.");
        s.budi().slash("/postmortem", json!({ "incident": "2" })).await.done();
        assert_snapshot!(s.budi().press_in("#general", "Draft").await, @"
        Siaga (private): The draft of INC-2 as a file. It is not closed yet.
          (files: inc-2.md)
        ");
        let files = s.files("budi", "#general").await;
        assert!(files[0].0 == "inc-2.md" && files[0].1.starts_with("# "), "{files:?}");
        s.read_all().await;
    });
}

#[test]
fn newcomers_find_what_happened_and_what_fixed_it() {
    story(async |s| {
        search_is_fixed(s).await;
        s.checkout_breaks().await;
        s.read_all().await;
        let list = async |query: &str| s.sari().slash("/incident list", json!({ "query": query })).await.to_string();
        assert_snapshot!(list("heap").await, @"
        Siaga (private): Found: 1 incident
          INC-1 · SEV-3 · Search answers in 2.4 s · Agus · resolved [now] · fixed by: restarted node 3 · #INC-1 Search answers in 2.4 s
        ");
        assert_snapshot!(list("INC-1").await, @"
        Siaga (private): Found: 1 incident
          INC-1 · SEV-3 · Search answers in 2.4 s · Agus · resolved [now] · fixed by: restarted node 3 · #INC-1 Search answers in 2.4 s
        ");
        assert_snapshot!(list("2").await, @"
        Siaga (private): Found: 2 incidents
          INC-2 · SEV-1 · Checkout errors 12 % · triggered · [now] · #inc-2-checkout
          INC-1 · SEV-3 · Search answers in 2.4 s · Agus · resolved [now] · fixed by: restarted node 3 · #INC-1 Search answers in 2.4 s
        ");
        assert_snapshot!(list("coffee").await, @"Siaga (private): No incident has coffee. Fewer words find more.");
        let open = json!({ "query": "heap", "filter": "open" });
        assert_snapshot!(s.sari().slash("/incident list", open).await, @"Siaga (private): No open incident has heap. `/incident list` with `filter:recent` looks at all of them.");
        let longest = "x".repeat(100);
        for hostile in [
            "\" OR 1",
            "NEAR(a b, 5)",
            "title:*",
            "a AND NOT",
            "'; DROP TABLE incidents; --",
            "*",
            "^",
            "99999999999999",
            &longest,
        ] {
            s.sari().slash("/incident list", json!({ "query": hostile })).await.done();
            s.sari().slash("/runbook search", json!({ "query": hostile })).await.done();
        }
        assert_snapshot!(s.sari().slash("/runbook search", json!({ "query": "node" })).await, @"
        Siaga (private): 1 runbook; `/runbook show` opens one:
          - search-latency: Search is slow (owner Platform)
          Past incidents:
          - INC-1 Search answers in 2.4 s, fixed by: restarted node 3
        ");
        assert_snapshot!(s.sari().slash("/runbook search", json!({ "query": "restarted node 3" })).await, @"
        Siaga (private): No runbook holds restarted node 3. `/runbook search` takes fewer words too.
          Past incidents:
          - INC-1 Search answers in 2.4 s, fixed by: restarted node 3
        ");
        let shown = s.sari().slash("/runbook show", json!({ "name": "search-latency" })).await.to_string();
        assert_snapshot!(shown.lines().nth(2).unwrap(), @"  Used in: INC-1 Search answers in 2.4 s, fixed by: restarted node 3");
    });
}

#[test]
fn a_new_incident_is_told_what_fixed_the_last_one_and_what_was_never_done() {
    story(async |s| {
        search_is_fixed(s).await;
        s.agus().slash_in("INC-1", "/postmortem", json!({})).await.done();
        s.agus().press_in("INC-1", "Add action item").await.done();
        s.agus().fills(&[Some("Give the nodes more heap"), Some("30d")]).await.done();
        s.agus().press_in("INC-1", "Back").await.done();
        s.advance(60).await;
        s.read_all().await;
        s.alert("search").warning().numbered(2).fires().await;
        assert_snapshot!(s.news("INC-2").await, @"
        Siaga: @Agus SEV-3 INC-2 Search answers in 2.4 s. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: (its card)
        Siaga (silent): Opened because severity=warning on search. First step: Look at the number of searches per second: twice as many as last week is a crawler or a campaign.
          [Why] [Runbook]
        Siaga (silent): Seen before:
          - INC-1 Search answers in 2.4 s · Fixed by: restarted node 3. · Not done yet: Give the nodes more heap.
        ");
        // Once is enough, also when more alerts join and the bot starts anew.
        s.alert("search").warning().numbered(3).fires().await;
        s.restart().await;
        assert_eq!(s.thread("INC-2").await.matches("Seen before").count(), 1);
        s.read_all().await;
    });
}

#[test]
fn the_command_line_writes_records_while_the_bot_runs() {
    story(async |s| {
        search_is_fixed(s).await;
        s.checkout_breaks().await;
        s.read_all().await;
        let settings = Settings {
            token: None,
            config: concat!(env!("CARGO_MANIFEST_DIR"), "/examples/siaga.toml").into(),
            database: s.database(),
            listen: "127.0.0.1:0".parse().unwrap(),
            listen_links: None,
            discord: None,
            log: String::new(),
            color: false,
        };
        let folder = s.file("out");
        let args = |incident: Option<&str>, format| ExportArgs {
            incident: incident.map(str::to_owned),
            all: incident.is_none(),
            format,
            output_dir: Some(folder.clone()),
        };
        siaga::export::run(&args(Some("inc-1"), Format::Json), &settings).await.unwrap();
        siaga::export::run(&args(None, Format::Markdown), &settings).await.unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let record: Value = serde_json::from_str(&read("inc-1.json")).unwrap();
        assert_eq!(record["incident"]["fixed"], "restarted node 3");
        assert!(read("inc-1.md").contains("Times are of Asia/Jakarta."));
        assert!(read("inc-2.md").contains("- warehouse: not checked") || read("inc-2.md").contains("still open"));
        let refused = async |args: ExportArgs, settings: &Settings| {
            siaga::export::run(&args, settings).await.unwrap_err().to_string()
        };
        assert_snapshot!(refused(args(Some("INC-9"), Format::Json), &settings).await, @"there is no INC-9: `/incident list` on Discord shows what there is");
        assert_snapshot!(refused(args(Some("nine"), Format::Json), &settings).await, @"nine is no incident: write it like INC-7 or 7");
        // Without the configuration it is English and UTC; without the database it says so.
        let lonely = Settings { config: s.file("none.toml"), ..settings.clone() };
        siaga::export::run(&args(Some("1"), Format::Markdown), &lonely).await.unwrap();
        assert!(read("inc-1.md").contains("Times are of UTC."));
        // The same when nobody else has the database open.
        s.stop_bot().await;
        siaga::export::run(&args(Some("1"), Format::Markdown), &settings).await.unwrap();
        let nowhere = Settings { database: "nowhere.db".into(), ..settings.clone() };
        assert_snapshot!(refused(args(Some("1"), Format::Json), &nowhere).await, @"there is no database at nowhere.db: SIAGA_DATABASE names another one");
    });
}
