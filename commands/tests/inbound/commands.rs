//! Purpose: slash commands, buttons, forms and menus, as people meet them.

use serde_json::json;

use crate::world::{World, text};

#[tokio::test]
async fn an_incident_is_opened_taken_given_back_updated_and_resolved() {
    let world = World::start().await;
    let connected = world.connect().await;

    let opened = world
        .slash("budi", "incident open", json!({ "title": "Checkout is slow", "service": "checkout", "severity": 2 }))
        .await;
    assert!(text(&opened).starts_with("INC-1 is open as SEV-3"), "{opened}");
    assert_eq!(opened["ephemeral"], true, "{opened}");

    let taken = world.slash("budi", "ack", json!({ "incident": "INC-1" })).await;
    assert!(text(&taken).contains("First: Check payment-gateway"), "{taken}");
    let undone = world.press("budi", &taken["message"], "v1:undo:1").await;
    assert!(text(&undone).starts_with("You no longer have INC-1"), "{undone}");
    assert_eq!(undone["message"]["id"], taken["message"]["id"], "the answer that is no longer true is replaced");

    let shown = world.slash("budi", "incident show", json!({ "incident": "checkout is" })).await;
    let taken = world.press("budi", &shown["message"], "v1:ack:1").await;
    assert!(text(&taken).starts_with("You have it."), "{taken}");

    let form = world.slash("budi", "update", json!({ "incident": "1" })).await;
    assert_eq!(form["kind"], "modal", "{form}");
    let late = world.submit("budi", &form, json!({ "know": "Slow", "doing": "Look", "next": "soon" })).await;
    assert!(text(&late).contains("soon"), "{late}");
    let form = world.slash("budi", "update", json!({ "incident": "1" })).await;
    let updated = world.submit("budi", &form, json!({ "know": "Slow", "doing": "Look", "next": "30" })).await;
    assert!(text(&updated).starts_with("Update 1 is posted."), "{updated}");

    let form = world.slash("budi", "resolve", json!({ "incident": "1" })).await;
    let resolved = world.submit("budi", &form, json!({ "fixed": "Rolled back" })).await;
    assert!(text(&resolved).starts_with("Resolved after"), "{resolved}");
    let again = world.slash("budi", "resolve", json!({ "incident": "1" })).await;
    assert!(text(&again).contains("already"), "{again}");

    connected.stop().await;
    world.end().await;
}

#[tokio::test]
async fn in_its_room_a_command_means_that_incident_and_elsewhere_it_asks() {
    let world = World::start().await;
    let connected = world.connect().await;
    world.slash("budi", "incident open", json!({ "title": "Login is slow" })).await;
    world.engine.settled().await;

    let asked = world.slash("budi", "note", json!({ "text": "Looking" })).await;
    assert!(text(&asked).starts_with("Which incident?"), "{asked}");
    let threads = world.get("world").await["threads"].clone();
    let room = threads[0]["id"].as_str().unwrap().to_owned();
    let noted = world.slash_in("budi", &room, "note", json!({ "text": "Looking" })).await;
    assert_eq!(text(&noted), "Noted in the timeline of INC-1.");

    connected.stop().await;
    world.end().await;
}

#[tokio::test]
async fn our_own_policy_decides_who_may() {
    let world = World::start().await;
    let connected = world.connect().await;
    world.slash("tono", "incident open", json!({ "title": "Anybody may open what pages nobody", "severity": 3 })).await;
    let refused = world.slash("tono", "ack", json!({ "incident": "INC-1" })).await;
    assert!(text(&refused).starts_with("Only responders can do this: ask an admin"), "{refused}");
    let taken = world.slash("dewi", "ack", json!({ "incident": "INC-1" })).await;
    assert!(text(&taken).starts_with("You have it."), "admins respond too: {taken}");

    let commander = world.slash("dewi", "commander", json!({ "person": world.person("rina"), "incident": "1" })).await;
    assert!(text(&commander).starts_with("Rina is the commander of INC-1."), "{commander}");
    let bot = world.sandbox.bot("siaga").unwrap().id.to_string();
    let refused = world.slash("dewi", "commander", json!({ "person": bot, "incident": "1" })).await;
    assert!(!text(&refused).contains("commander of INC-1"), "{refused}");

    connected.stop().await;
    world.end().await;
}

#[tokio::test]
async fn a_page_reaches_a_person_a_service_or_a_schedule() {
    let world = World::start().await;
    let connected = world.connect().await;
    world.slash("budi", "incident open", json!({ "title": "Slow", "severity": 3 })).await;
    let path = format!("people/{}/autocomplete", world.person("budi"));
    let body = json!({ "channel": world.channel("general"), "command": "page", "options": { "target": "pay" }, "focused": "target" });
    let choices = world.post(&path, body).await;
    let on_call = json!({ "name": "Rina · on call now: payments", "value": "person:rina" });
    let all_of_it = json!({ "name": "on-call:payments", "value": "schedule:payments" });
    assert_eq!(choices["choices"], json!([on_call, all_of_it]), "{choices}");
    for target in
        ["schedule:payments", "service:checkout", "person:rina", "Rina", &format!("<@{}>", world.person("rina"))]
    {
        let paged =
            world.slash("budi", "page", json!({ "target": target, "reason": "Please look", "incident": "1" })).await;
        assert!(text(&paged).contains("Rina"), "{target}: {paged}");
    }
    let unknown = world.slash("budi", "page", json!({ "target": "moon", "reason": "Please", "incident": "1" })).await;
    assert!(text(&unknown).contains("is called moon"), "{unknown}");

    connected.stop().await;
    world.end().await;
}

#[tokio::test]
async fn a_paged_person_answers_in_the_direct_message() {
    let world = World::start().await;
    let connected = world.connect().await;
    world
        .slash("budi", "incident open", json!({ "title": "Checkout is down", "service": "checkout", "severity": 2 }))
        .await;
    world.engine.settled().await;
    let rina = world.person("rina");
    let dms = world.get(&format!("people/{rina}/channels")).await["dms"].clone();
    let dm = dms[0]["id"].as_str().unwrap_or_else(|| panic!("no direct message: {dms}"));
    let messages = world.get(&format!("channels/{dm}/messages?as={rina}")).await["messages"].clone();
    let taken = world.press("rina", &messages[0], "v1:ack:1").await;
    assert!(text(&taken).starts_with("You have it."), "{taken}");

    connected.stop().await;
    world.end().await;
}

#[tokio::test]
async fn the_menu_of_a_message_opens_an_incident_and_keeps_a_line() {
    let world = World::start().await;
    let connected = world.connect().await;
    let (sari, budi) = (world.person("sari"), world.person("budi"));
    let general = world.channel("general");
    let said = world
        .post(
            &format!("people/{sari}/messages"),
            json!({ "channel": general, "content": "Cart is broken\nsince noon" }),
        )
        .await;
    let menu = json!({ "channel": general, "name": "Open incident", "message": said["message"]["id"] });
    let started = world.post(&format!("people/{sari}/menu"), menu).await;
    let form = world.answer(&started).await;
    let odd = world.submit("sari", &form, json!({ "title": "Cart is broken", "severity": "bad" })).await;
    assert!(text(&odd).starts_with("bad is not a severity."), "{odd}");
    let started = world
        .post(
            &format!("people/{sari}/menu"),
            json!({ "channel": general, "name": "Open incident", "message": said["message"]["id"] }),
        )
        .await;
    let form = world.answer(&started).await;
    assert_eq!(form["modal"]["components"][0]["components"][0]["value"], "Cart is broken", "{form}");
    let opened = world.submit("sari", &form, json!({ "title": "Cart is broken", "severity": "sev4" })).await;
    assert!(text(&opened).starts_with("INC-1 is open as SEV-4"), "{opened}");

    world.engine.settled().await;
    let room = world.get("world").await["threads"][0]["id"].as_str().unwrap().to_owned();
    let line =
        world.post(&format!("people/{budi}/messages"), json!({ "channel": room, "content": "Rolling back" })).await;
    let menu = json!({ "channel": room, "name": "Add to timeline", "message": line["message"]["id"] });
    let kept = world.answer(&world.post(&format!("people/{budi}/menu"), menu).await).await;
    assert_eq!(text(&kept), "Noted in the timeline of INC-1.");

    connected.stop().await;
    world.end().await;
}

#[tokio::test]
async fn reading_commands_answer_without_an_incident() {
    let world = World::start().await;
    let connected = world.connect().await;
    for (command, options, says) in [
        ("help", json!({}), "Siaga runs incidents here"),
        ("help", json!({ "topic": "paged" }), "You were paged"),
        ("oncall show", json!({}), "Rina"),
        ("oncall show", json!({ "service": "checkout" }), "Rina"),
        ("oncall show", json!({ "service": "moon" }), "No service is called moon"),
        ("runbook search", json!({ "query": "payment-gateway" }), "Checkout errors"),
        ("runbook show", json!({ "name": "checkout" }), "payment-gateway"),
        ("runbook show", json!({ "name": "moon" }), "moon"),
        ("incident list", json!({}), "No"),
    ] {
        let answer = world.slash("tono", command, options).await;
        assert!(text(&answer).contains(says), "/{command}: {answer}");
    }
    connected.stop().await;
    world.end().await;
}
