//! The whole hostile corpus goes through every intake of a real bot. Nobody is called who is not paged, nothing is hidden or
//! reordered, cards stay cards, and every input has an outcome.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;

use sandbox::Rate;
use serde_json::{Value, json};

use crate::harness::control::list;
use crate::harness::phone::PushServer;
use crate::harness::{Options, Story, story_with};

/// The families of `fuzz/hostile`.
const FAMILIES: [&str; 9] = [
    include_str!("../../fuzz/hostile/mentions.json"),
    include_str!("../../fuzz/hostile/markdown.json"),
    include_str!("../../fuzz/hostile/direction.json"),
    include_str!("../../fuzz/hostile/invisible.json"),
    include_str!("../../fuzz/hostile/combining.json"),
    include_str!("../../fuzz/hostile/headers.json"),
    include_str!("../../fuzz/hostile/paths.json"),
    include_str!("../../fuzz/hostile/times.json"),
    include_str!("../../fuzz/hostile/numbers.json"),
];

/// The corpus, and mentions of those who are there.
async fn corpus(s: &Story) -> Vec<String> {
    let mut texts: Vec<String> =
        FAMILIES.iter().flat_map(|family| serde_json::from_str::<Vec<String>>(family).unwrap()).collect();
    let dewi = s.id_of("dewi").await;
    let world = s.control.get("/world").await;
    let role = list(&world["roles"]).iter().find(|role| role["name"] == "sre-lead").unwrap()["id"].clone();
    let channel = s.place("dewi", "#general").await;
    let (role, general) = (role.as_str().unwrap(), &channel);
    texts.extend([
        format!("<@{dewi}>"),
        format!("<@!{dewi}> <@&{role}> <#{general}>"),
        format!("\\<@{dewi}>"),
        format!("`<@&{role}>`"),
        format!("<@\u{200b}{dewi}>"),
        format!("[x](https://evil.example) <@{dewi}>"),
    ]);
    texts
}

/// What is limited elsewhere is not the matter here.
fn fast(options: &mut Options) {
    // Every incident gets its card.
    options.setup.storm.rooms = 0;
    for bucket in &mut options.limits.buckets {
        bucket.rate = Rate::per_seconds(1_000, 1);
    }
}

/// Where a text can stand in an alert, one after another.
const PLACES: [&str; 8] = ["summary", "description", "value", "alertname", "dashboard", "runbook_url", "job", "team"];

/// One alert that says each text somewhere.
fn alert(texts: &[String], number: usize) -> Value {
    let mut said: serde_json::Map<String, Value> =
        PLACES.iter().zip(texts).map(|(place, text)| ((*place).to_owned(), json!(text))).collect();
    said.extend(texts.iter().map(|text| (text.clone(), json!(text))));
    let mut labels = said.clone();
    labels.insert("severity".to_owned(), json!(if number.is_multiple_of(2) { "warning" } else { "info" }));
    // Their own service, so that each is an incident of its own.
    labels.insert("service".to_owned(), json!(format!("{}{number}", texts[0])));
    let last = texts.last().unwrap();
    json!({ "alerts": [{
        "status": "firing", "labels": labels, "annotations": said, "startsAt": last, "endsAt": last,
        "generatorURL": last, "fingerprint": format!("{number}{}", texts[0]),
    }] })
}

#[test]
fn no_text_of_a_sender_calls_anybody_or_breaks_a_card() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| {
            fast(options);
            crate::outside::with_phone(options, &server);
        },
        async move |s| {
            let texts = corpus(s).await;
            let mut accepted = 0_i64;
            for (number, texts) in texts.chunks(PLACES.len()).enumerate() {
                let (status, answer) = s.post_intake(&alert(texts, number)).await;
                assert_eq!(status, 202, "{answer} for {texts:?}");
                accepted += answer["accepted"].as_i64().unwrap();
            }
            for (number, texts) in texts.chunks(40).enumerate() {
                let text = texts.concat();
                let monitor =
                    json!({ "id": number, "name": text, "url": text, "tags": [{ "name": "service", "value": text }] });
                let beat = json!({ "status": 0, "msg": text, "time": texts[0], "ping": texts[1] });
                let body = json!({ "monitor": monitor, "heartbeat": beat }).to_string();
                let (status, answer) = s.post_raw("uptime-kuma", Some(&s.key), body.into_bytes()).await;
                assert_eq!(status, 202, "{answer}");
                accepted += answer["accepted"].as_i64().unwrap();
            }
            for body in wild() {
                let (status, answer) = s.post_raw("alertmanager", Some(&s.key), body).await;
                assert_eq!(status, 202, "{answer}");
                accepted += answer["accepted"].as_i64().unwrap();
            }
            // One who is paged by all means: the alert of the checkout, told by every third text.
            let all: Vec<String> = texts.iter().step_by(3).take(PLACES.len()).cloned().collect();
            s.alert("checkout").critical().saying(&all.concat()).annotation("value", &all[1]).fires().await;
            assert_eq!(s.bot().engine.totals().await.unwrap().accepted, accepted + 1);
            s.settled().await;
            let paged = safe(s).await;
            assert_eq!(paged.keys().copied().collect::<Vec<_>>(), ["agus", "budi"], "{paged:?}");
            cards(s, accepted + 1).await;
            // Nobody answers: the phone, too.
            s.advance(1).await;
            for message in phone.messages("budi") {
                for part in ["title", "message"] {
                    let text = message[part].as_str().unwrap();
                    assert!(!text.contains(hides), "{text:?}");
                }
            }
            safe(s).await;
            s.read_all().await;
        },
    );
}

/// Bodies that are JSON, all the same.
fn wild() -> Vec<Vec<u8>> {
    let labels: serde_json::Map<String, Value> = (0..10_000).map(|n| (format!("l{n}"), json!("@here"))).collect();
    let giant = json!({ "alerts": [{ "status": "firing", "labels": { "alertname": "@everyone ".repeat(50_000), "service": "giant" } }] });
    let many = json!({ "alerts": [{ "status": "firing", "labels": labels, "annotations": { "summary": "many" } }] });
    let deep = format!("{{\"alerts\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let nonsense = json!({ "alerts": [1, null, "@everyone", [], { "labels": "<@11>" }] });
    let unknown = json!({ "@everyone": "<@&90>", "password": "hunter2", "text": "```\n# big" });
    let half = r#"{"alerts":[{"status":"firing","labels":{"alertname":"half \ud83d","service":"half"},"annotations":{"value":1e400}}]}"#;
    let mut bodies: Vec<Vec<u8>> =
        [giant, many, nonsense, unknown].iter().map(|body| body.to_string().into_bytes()).collect();
    bodies.extend([deep.into_bytes(), half.as_bytes().to_vec()]);
    bodies.push(
        b"{\"alerts\":[{\"status\":\"firing\",\"labels\":{\"alertname\":\"caf\xe9\",\"service\":\"latin\"}}]}".to_vec(),
    );
    bodies
}

#[test]
fn no_text_of_a_person_calls_anybody_or_breaks_a_card() {
    story_with(fast, async |s| {
        let texts = corpus(s).await;
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        for texts in texts.chunks(24) {
            let visible = |text: &&String| !text.chars().any(char::is_control);
            let text: String =
                texts.iter().filter(visible).flat_map(|text| text.chars().take(70).chain([' '])).collect();
            let text: String = text.chars().take(900).collect();
            let answers = [
                s.budi().slash_in("INC-1", "/note", json!({ "text": text })).await,
                s.sari().slash("/incident open", json!({ "title": text.chars().take(150).collect::<String>() })).await,
                s.budi().slash_in("INC-1", "/severity", json!({ "level": "SEV-1", "reason": text })).await,
                s.budi().slash("/runbook search", json!({ "query": text.chars().take(90).collect::<String>() })).await,
                s.budi().slash("/ack", json!({ "incident": text.chars().take(90).collect::<String>() })).await,
            ];
            for answer in answers.map(|answer| answer.to_string()) {
                assert!(!answer.contains("(failed)") && !answer.contains("did not work"), "{answer}");
            }
            let update = s.budi().slash_in("INC-1", "/update", json!({})).await.to_string();
            assert!(update.starts_with("form"), "{update}");
            let next: String = texts[0].chars().take(20).collect();
            let told =
                s.budi().fills(&[Some(text.as_str()), Some(text.as_str()), Some(next.as_str())]).await.to_string();
            assert!(!told.contains("(failed)") && !told.contains("did not work"), "{told}");
        }
        // Lines of chat: machines are believed, people are asked.
        for text in texts.iter().filter(|text| !text.trim().is_empty()).step_by(8) {
            s.machine_posts("shop-monitor", "#sre", &json!({ "content": format!("FIRING: {text}") })).await;
        }
        for text in texts.iter().step_by(40) {
            s.sari().says("#support", &format!("Checkout is down {text}")).await;
        }
        s.budi().press("Not an incident").await.done();
        let paged = safe(s).await;
        assert!(paged.keys().all(|name| ["agus", "budi"].contains(name)), "{paged:?}");
        let text: String = texts.iter().step_by(9).flat_map(|text| text.chars().chain(['\n'])).take(900).collect();
        let form = s.budi().slash_in("INC-1", "/resolve", json!({})).await.to_string();
        assert!(form.starts_with("form"), "{form}");
        s.budi().fills(&[Some(&text)]).await.done();
        safe(s).await;
        let totals = s.bot().engine.totals().await.unwrap();
        cards(s, totals.incidents).await;
        s.read_all().await;
    });
}

/// What shows nothing or reorders what stands around it; `u+200b` is ours, it breaks up what would call everybody.
fn hides(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{61c}' | '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Everything everybody saw is safe. Answers who was called, and how often.
async fn safe(s: &Story) -> BTreeMap<&'static str, usize> {
    let us = s.id_of("siaga").await;
    let world = s.control.get("/world").await;
    for (place, _, messages) in s.all_places().await {
        for message in messages.iter().filter(|message| message["author"]["id"] == us.as_str()) {
            let content = message["content"].as_str().unwrap();
            let mut shown = vec![content];
            for embed in message["embeds"].as_array().into_iter().flatten() {
                shown.extend(
                    [&embed["title"], &embed["description"], &embed["footer"]["text"]]
                        .into_iter()
                        .filter_map(Value::as_str),
                );
            }
            for text in &shown {
                assert!(!text.contains(hides), "hidden in {place}: {text:?}");
                assert!(!text.to_lowercase().contains("@everyone") && !text.to_lowercase().contains("@here"), "{text}");
                assert!(!text.contains("```"), "a fence in {place}: {text}");
            }
            assert_eq!(message["mention_everyone"], false, "{content}");
            assert_eq!(list(&message["mention_roles"]), Vec::<Value>::new(), "{content}");
            if !list(&message["mentions"]).is_empty() {
                assert!(content.contains("Tap to answer"), "{place} calls somebody: {content}");
            }
            // Names of rooms are the place's.
            assert!(!place.contains(hides), "{place:?}");
        }
    }
    let mut called = BTreeMap::new();
    for person in list(&world["people"]) {
        let name = person["username"].as_str().unwrap();
        let found = s.control.get(&format!("/people/{name}/notifications")).await;
        for notice in list(&found["notifications"])
            .iter()
            .filter(|notice| notice["from"].as_str().is_some_and(|from| from.eq_ignore_ascii_case("siaga")))
        {
            let is_page = match notice["kind"].as_str().unwrap() {
                "mention" => notice["text"].as_str().unwrap().ends_with("Tap to answer."),
                // The direct message of a page, and what became of it.
                "dm" => true,
                _ => false,
            };
            assert!(is_page, "{name} was called: {notice}");
            if notice["silent"] != true {
                let known = ["agus", "budi", "rina", "sari", "dewi"].into_iter().find(|known| *known == name);
                *called.entry(known.unwrap_or("somebody else")).or_insert(0) += 1;
            }
        }
    }
    called
}

/// Every incident has one card with its number, its severity and its buttons; every report is part of one or known.
async fn cards(s: &Story, most: i64) {
    let totals = s.bot().engine.totals().await.unwrap();
    assert!(totals.incidents > 0 && totals.incidents <= most);
    for number in 1..=totals.incidents {
        let card = s.card_message(&format!("INC-{number}")).await;
        let head = card["embeds"][0]["title"].as_str().unwrap_or_else(|| card["content"].as_str().unwrap());
        assert!(head.contains("SEV-"), "{head}");
        assert!(
            !list(&card["components"]).is_empty() || head.contains("RESOLVED"),
            "INC-{number} has no buttons: {head}"
        );
    }
}
