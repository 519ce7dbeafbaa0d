//! Stories about interactions: three seconds, one first answer, fifteen minutes, forms, choices.

use std::time::Duration;

use sandbox::{Limits, Options};
use serde_json::{Value, json};

use crate::harness::{Bot, Socket, Town};

/// A bot that is logged in and has the commands of these stories.
async fn ready(town: &Town) -> (Bot, Socket) {
    let siaga = town.bot("siaga");
    let commands = json!([
        { "name": "ack", "description": "d" },
        { "name": "incident", "description": "d", "options": [
            { "type": 1, "name": "open", "description": "d", "options": [
                { "type": 3, "name": "title", "description": "d", "required": true, "max_length": 20 },
                { "type": 3, "name": "severity", "description": "d", "choices": [{ "name": "one", "value": "SEV-1" }] },
                { "type": 6, "name": "who", "description": "d" },
                { "type": 4, "name": "count", "description": "d", "min_value": 1, "max_value": 5 },
                { "type": 3, "name": "service", "description": "d", "autocomplete": true },
            ] },
            { "type": 2, "name": "page", "description": "d", "options": [{ "type": 1, "name": "now", "description": "d" }] },
        ] },
        { "name": "admin", "description": "d", "default_member_permissions": "0" },
        { "name": "Page", "type": 2 },
    ]);
    siaga.register(&town.guild_id(), commands).await;
    let mut socket = siaga.connect(town.intents()).await;
    socket.expect("GUILD_CREATE").await;
    (siaga, socket)
}

async fn asked(town: &Town, socket: &mut Socket) -> (Value, Value) {
    let made = town.act("budi", "slash", json!({ "channel": "general", "command": "ack" })).await;
    (made, socket.expect("INTERACTION_CREATE").await)
}

fn buttons() -> Value {
    json!([{ "type": 1, "components": [{ "type": 2, "style": 1, "label": "Ack", "custom_id": "v1:ack" },
        { "type": 2, "style": 1, "label": "No", "custom_id": "v1:no", "disabled": true }] },
        { "type": 1, "components": [{ "type": 3, "custom_id": "v1:sev", "options": [{ "label": "1", "value": "SEV-1" }, { "label": "2", "value": "SEV-2" }] }] },
        { "type": 1, "components": [{ "type": 5, "custom_id": "v1:who" }] }])
}

fn form() -> Value {
    json!({ "type": 9, "data": { "custom_id": "v1:form", "title": "Open", "components": [{ "type": 1, "components": [
        { "type": 4, "custom_id": "title", "style": 1, "label": "Title", "max_length": 10 }] },
        { "type": 1, "components": [{ "type": 4, "custom_id": "more", "style": 2, "label": "More", "required": false }] }] } })
}

#[tokio::test]
async fn a_slash_command_arrives_whole_and_is_answered() {
    let town = Town::start().await;
    let (siaga, mut socket) = ready(&town).await;
    let options = json!({ "title": "db down", "severity": "SEV-1", "who": "rina", "count": 3 });
    let made = town
        .act("budi", "slash", json!({ "channel": "general", "command": "incident open", "options": options }))
        .await;
    let interaction = socket.expect("INTERACTION_CREATE").await;
    assert_eq!(interaction["id"], made["interaction"]);
    let sub = &interaction["data"]["options"][0];
    assert_eq!(
        (&sub["name"], &sub["options"][0]["value"], &sub["options"][3]["value"]),
        (&json!("open"), &json!("db down"), &json!(3))
    );
    let rina = town.person("rina");
    assert_eq!(interaction["data"]["resolved"]["users"][&rina]["username"], "rina");
    assert!(interaction["data"]["resolved"]["members"][&rina].get("user").is_none());
    for field in [
        "entitlements",
        "attachment_size_limit",
        "locale",
        "guild_locale",
        "app_permissions",
        "authorizing_integration_owners",
        "context",
        "version",
        "channel_id",
    ] {
        assert!(!interaction[field].is_null(), "{field}");
    }
    assert_eq!((&interaction["locale"], &interaction["channel"]["name"]), (&json!("id"), &json!("general")));
    assert!(interaction["member"]["permissions"].is_string() && interaction.get("user").is_none());
    siaga.answer(&interaction, json!({ "type": 4, "data": { "content": "opened" } })).await.ok(204);
    let outcome = town.outcome(&made).await;
    assert_eq!(
        (&outcome["state"], &outcome["kind"], &outcome["message"]["content"]),
        (&json!("answered"), &json!("message"), &json!("opened"))
    );
    let said = socket.expect("MESSAGE_CREATE").await;
    assert_eq!((&said["type"], &said["interaction_metadata"]["user"]["username"]), (&json!(20), &json!("budi")));
}

#[tokio::test]
async fn the_client_refuses_what_discords_client_refuses() {
    let town = Town::start().await;
    ready(&town).await;
    for (command, options, part) in [
        ("nonsense", json!({}), "no command"),
        ("incident", json!({}), "subcommand"),
        ("incident close", json!({}), "unknown"),
        ("incident open", json!({}), "required"),
        ("incident open", json!({ "title": 5 }), "text"),
        ("incident open", json!({ "title": "x", "severity": "SEV-9" }), "choices"),
        ("incident open", json!({ "title": "x", "count": 9 }), "bounds"),
        ("incident open", json!({ "title": "x", "other": 9 }), "no option"),
        ("incident open", json!({ "title": "x".repeat(21) }), "characters"),
        ("admin", json!({}), "no command"),
    ] {
        let told = town
            .refused("budi", "slash", json!({ "channel": "general", "command": command, "options": options }))
            .await;
        assert!(told.contains(part), "{command}: {told}");
    }
    let told = town.refused("budi", "slash", json!({ "channel": "sre-private", "command": "ack" })).await;
    assert!(told.contains("no channel"), "{told}");
    // The owner is offered commands for administrators.
    town.act("dewi", "slash", json!({ "channel": "general", "command": "admin" })).await;
    town.act("budi", "slash", json!({ "channel": "general", "command": "incident page now" })).await;
}

#[tokio::test]
async fn nobody_answers_within_three_seconds_and_it_is_too_late() {
    let limits = Limits { first_response: Duration::from_millis(100), ..Limits::unlimited() };
    let town = Town::with(Options { limits, ..Options::default() }).await;
    let (siaga, mut socket) = ready(&town).await;
    let (made, interaction) = asked(&town, &mut socket).await;
    let outcome = town.outcome(&made).await;
    assert_eq!((&outcome["state"], &outcome["error"]), (&json!("failed"), &json!("The application did not respond")));
    siaga.answer(&interaction, json!({ "type": 4, "data": { "content": "late" } })).await.refused(404, 10062);
}

#[tokio::test]
async fn the_first_answer_is_given_once() {
    let town = Town::start().await;
    let (siaga, mut socket) = ready(&town).await;
    let (_, interaction) = asked(&town, &mut socket).await;
    let hook = siaga.hook(&interaction);
    siaga.get(&format!("{hook}/messages/@original")).await.refused(404, 10015);
    siaga.post(&hook, json!({ "content": "x" })).await.refused(404, 10015);
    siaga.answer(&interaction, json!({ "type": 4, "data": {} })).await.refused(400, 50006);
    siaga.answer(&interaction, json!({ "type": 7, "data": { "content": "x" } })).await.refused(400, 50035);
    siaga.answer(&interaction, json!({ "type": 4, "data": { "content": "one" } })).await.ok(204);
    siaga.answer(&interaction, json!({ "type": 4, "data": { "content": "two" } })).await.refused(400, 40060);
    siaga.answer(&interaction, form()).await.refused(400, 40060);
    let mut stranger = interaction.clone();
    stranger["token"] = json!("nonsense");
    siaga.answer(&stranger, json!({ "type": 4, "data": { "content": "x" } })).await.refused(404, 10062);
    siaga.post(&siaga.hook(&stranger), json!({ "content": "x" })).await.refused(401, 50027);
    siaga.post("/webhooks/1/x", json!({ "content": "x" })).await.refused(404, 10015);
}

#[tokio::test]
async fn a_deferred_answer_is_final_once_it_is_edited() {
    let town = Town::start().await;
    let (siaga, mut socket) = ready(&town).await;
    let (made, interaction) = asked(&town, &mut socket).await;
    let id = (interaction["id"].as_str().unwrap(), interaction["token"].as_str().unwrap());
    let path = format!("/interactions/{}/{}/callback?with_response=true", id.0, id.1);
    let told = siaga.post(&path, json!({ "type": 5, "data": { "flags": 64 } })).await.ok(200);
    assert_eq!(told["interaction"]["response_message_loading"], true);
    let now = town.look(&format!("/interactions/{}", made["interaction"].as_str().unwrap())).await;
    assert_eq!(now["state"], "deferred");
    let hook = siaga.hook(&interaction);
    let edited = siaga.patch(&format!("{hook}/messages/@original"), json!({ "content": "done" })).await.ok(200);
    assert_eq!((&edited["flags"], &edited["edited_timestamp"]), (&json!(64), &Value::Null));
    let outcome = town.outcome(&made).await;
    assert_eq!(
        (&outcome["state"], &outcome["ephemeral"], &outcome["message"]["content"]),
        (&json!("answered"), &json!(true), &json!("done"))
    );
    let follow = siaga.post(&hook, json!({ "content": "more" })).await.ok(200);
    siaga
        .patch(&format!("{hook}/messages/{}", follow["id"].as_str().unwrap()), json!({ "content": "most" }))
        .await
        .ok(200);
    siaga.delete(&format!("{hook}/messages/@original")).await.ok(204);
    siaga.get(&format!("{hook}/messages/@original")).await.refused(404, 10008);
}

#[tokio::test]
async fn an_ephemeral_answer_is_seen_by_one_person_only() {
    let town = Town::start().await;
    let (siaga, mut socket) = ready(&town).await;
    let mut observer = town.bot("observer").connect(town.intents()).await;
    observer.expect("GUILD_CREATE").await;
    let (made, interaction) = asked(&town, &mut socket).await;
    siaga.answer(&interaction, json!({ "type": 4, "data": { "content": "for you", "flags": 64 } })).await.ok(204);
    let message = town.outcome(&made).await["message"].clone();
    let heard = socket.expect("MESSAGE_CREATE").await;
    assert!(heard.get("guild_id").is_none() && heard.get("member").is_none());
    assert!(!observer.drain().await.iter().any(|event| event["t"] == "MESSAGE_CREATE"));
    let general = town.channel("general");
    let seen = async |person: &str| {
        town.look(&format!("/channels/{general}/messages?as={person}")).await["messages"].as_array().unwrap().len()
    };
    assert_eq!((seen("budi").await, seen("rina").await), (1, 0));
    siaga.get(&format!("/channels/{general}/messages/{}", message["id"].as_str().unwrap())).await.refused(404, 10008);
}

#[tokio::test]
async fn a_token_lives_fifteen_minutes_of_the_domain_clock() {
    let town = Town::start().await;
    let (siaga, mut socket) = ready(&town).await;
    let (_, interaction) = asked(&town, &mut socket).await;
    siaga.answer(&interaction, json!({ "type": 4, "data": { "content": "x" } })).await.ok(204);
    let original = format!("{}/messages/@original", siaga.hook(&interaction));
    town.advance(14 * 60_000).await;
    siaga.get(&original).await.ok(200);
    town.advance(2 * 60_000).await;
    siaga.get(&original).await.refused(401, 50027);
    siaga.post(&siaga.hook(&interaction), json!({ "content": "x" })).await.refused(401, 50027);
}

#[tokio::test]
async fn answers_mention_users_and_no_roles_unless_told() {
    let town = Town::start().await;
    let (siaga, mut socket) = ready(&town).await;
    let world = town.look("/world").await;
    let sre = world["roles"].as_array().unwrap().iter().find(|role| role["name"] == "sre").unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (_, interaction) = asked(&town, &mut socket).await;
    let text = format!("<@{}> <@&{sre}> @everyone", town.person("rina"));
    siaga.answer(&interaction, json!({ "type": 4, "data": { "content": text } })).await.ok(204);
    let heard = socket.expect("MESSAGE_CREATE").await;
    assert_eq!(
        (heard["mentions"].as_array().unwrap().len(), &heard["mention_roles"], &heard["mention_everyone"]),
        (1, &json!([]), &json!(false))
    );
    let told = town.look("/people/budi/notifications").await;
    assert_eq!(told["notifications"], json!([]));
}

#[tokio::test]
async fn a_button_changes_its_message() {
    let town = Town::start().await;
    let (siaga, mut socket) = ready(&town).await;
    let card = siaga.say(&town.channel("incidents"), json!({ "content": "INC-1", "components": buttons() })).await;
    let made = town.act("budi", "press", json!({ "message": card["id"], "custom_id": "v1:ack" })).await;
    let interaction = socket.expect("INTERACTION_CREATE").await;
    assert_eq!(
        (&interaction["type"], &interaction["data"]["component_type"], &interaction["message"]["id"]),
        (&json!(3), &json!(2), &card["id"])
    );
    siaga
        .answer(&interaction, json!({ "type": 7, "data": { "content": "acknowledged", "components": [] } }))
        .await
        .ok(204);
    let outcome = town.outcome(&made).await;
    assert_eq!(
        (&outcome["kind"], &outcome["message"]["content"], &outcome["message"]["components"]),
        (&json!("update"), &json!("acknowledged"), &json!([]))
    );
    let told = town.refused("budi", "press", json!({ "message": card["id"], "custom_id": "v1:ack" })).await;
    assert!(told.contains("no component"), "{told}");
}

#[tokio::test]
async fn an_acknowledged_button_is_settled_by_the_next_edit_of_its_message() {
    let town = Town::start().await;
    let (siaga, mut socket) = ready(&town).await;
    let incidents = town.channel("incidents");
    let card = siaga.say(&incidents, json!({ "content": "INC-1", "components": buttons() })).await;
    let made = town.act("budi", "press", json!({ "message": card["id"], "custom_id": "v1:ack" })).await;
    let interaction = socket.expect("INTERACTION_CREATE").await;
    siaga.answer(&interaction, json!({ "type": 6 })).await.ok(204);
    siaga
        .patch(
            &format!("/channels/{incidents}/messages/{}", card["id"].as_str().unwrap()),
            json!({ "content": "later" }),
        )
        .await
        .ok(200);
    assert_eq!(town.outcome(&made).await["message"]["content"], "later");
}

#[tokio::test]
async fn selects_take_their_own_values_only() {
    let town = Town::start().await;
    let (_, mut socket) = ready(&town).await;
    let card =
        town.bot("siaga").say(&town.channel("incidents"), json!({ "content": "INC-1", "components": buttons() })).await;
    let choose =
        |custom_id: &str, values: Value| json!({ "message": card["id"], "custom_id": custom_id, "values": values });
    assert!(town.refused("budi", "select", choose("v1:sev", json!(["SEV-9"]))).await.contains("options"));
    assert!(town.refused("budi", "select", choose("v1:sev", json!(["SEV-1", "SEV-2"]))).await.contains("Choose"));
    assert!(
        town.refused("budi", "press", json!({ "message": card["id"], "custom_id": "v1:no" }))
            .await
            .contains("disabled")
    );
    assert!(
        town.refused("budi", "press", json!({ "message": card["id"], "custom_id": "v1:sev" })).await.contains("button")
    );
    town.act("budi", "select", choose("v1:sev", json!(["SEV-2"]))).await;
    assert_eq!(socket.expect("INTERACTION_CREATE").await["data"]["values"], json!(["SEV-2"]));
    let rina = town.person("rina");
    town.act("budi", "select", choose("v1:who", json!([rina]))).await;
    assert_eq!(socket.expect("INTERACTION_CREATE").await["data"]["resolved"]["users"][&rina]["username"], "rina");
}

#[tokio::test]
async fn a_form_is_shown_filled_in_and_answered() {
    let town = Town::start().await;
    let (siaga, mut socket) = ready(&town).await;
    let (made, interaction) = asked(&town, &mut socket).await;
    siaga.answer(&interaction, form()).await.ok(204);
    let modal = town.outcome(&made).await["modal"].clone();
    assert_eq!(modal["title"], "Open");
    let submit = |fields: Value| json!({ "modal": modal["id"], "fields": fields });
    assert!(town.refused("budi", "submit", submit(json!({}))).await.contains("required"));
    assert!(town.refused("budi", "submit", submit(json!({ "title": "far too long" }))).await.contains("characters"));
    assert!(town.refused("budi", "submit", submit(json!({ "title": "x", "other": "y" }))).await.contains("no field"));
    assert!(town.refused("rina", "submit", submit(json!({ "title": "x" }))).await.contains("no such form"));
    let sent = town.act("budi", "submit", submit(json!({ "title": "db" }))).await;
    let interaction = socket.expect("INTERACTION_CREATE").await;
    let rows = &interaction["data"]["components"];
    assert_eq!(
        (&interaction["type"], &rows[0]["components"][0]["value"], &rows[1]["components"][0]["value"]),
        (&json!(5), &json!("db"), &json!(""))
    );
    // A form cannot answer a form.
    siaga.answer(&interaction, form()).await.refused(400, 50035);
    siaga.answer(&interaction, json!({ "type": 4, "data": { "content": "thanks" } })).await.ok(204);
    assert_eq!(town.outcome(&sent).await["message"]["content"], "thanks");
    let heard = socket.expect_where("MESSAGE_CREATE", |message| message["content"] == "thanks").await;
    let read = siaga
        .get(&format!("/channels/{}/messages/{}", town.channel("general"), heard["id"].as_str().unwrap()))
        .await
        .ok(200);
    assert_eq!(read["interaction_metadata"]["triggering_interaction_metadata"]["type"], 2);
    assert!(town.refused("budi", "submit", submit(json!({ "title": "x" }))).await.contains("already"));
}

#[tokio::test]
async fn forms_with_too_much_in_them_are_refused() {
    let town = Town::start().await;
    let (siaga, mut socket) = ready(&town).await;
    let (_, interaction) = asked(&town, &mut socket).await;
    for (path, value) in [
        ("title", json!("x".repeat(46))),
        ("title", json!("")),
        ("custom_id", json!("x".repeat(101))),
        ("components", json!([])),
    ] {
        let mut body = form();
        body["data"][path] = value;
        let told = siaga.answer(&interaction, body).await.refused(400, 50035);
        assert!(told["errors"]["data"].get(path).is_some(), "{told}");
    }
    let mut body = form();
    body["data"]["components"] = json!((0..6).map(|number| json!({ "type": 1, "components": [{ "type": 4, "custom_id": number.to_string(), "style": 1, "label": "x" }] })).collect::<Vec<_>>());
    siaga.answer(&interaction, body).await.refused(400, 50035);
    // A refused answer is no answer: the right one may still come.
    siaga.answer(&interaction, form()).await.ok(204);
}

#[tokio::test]
async fn choices_are_asked_for_while_typing() {
    let town = Town::start().await;
    let (siaga, mut socket) = ready(&town).await;
    let typing = json!({ "channel": "general", "command": "incident open", "options": { "title": "x", "service": "pa" }, "focused": "service" });
    let asking = town.act("budi", "autocomplete", typing);
    let answering = async {
        let interaction = socket.expect("INTERACTION_CREATE").await;
        let focused = interaction["data"]["options"][0]["options"]
            .as_array()
            .unwrap()
            .iter()
            .find(|option| option["focused"] == true)
            .unwrap()
            .clone();
        assert_eq!((&interaction["type"], &focused["value"]), (&json!(4), &json!("pa")));
        let many = vec![json!({ "name": "x", "value": "x" }); 26];
        siaga.answer(&interaction, json!({ "type": 8, "data": { "choices": many } })).await.refused(400, 50035);
        siaga.answer(&interaction, json!({ "type": 4, "data": { "content": "x" } })).await.refused(400, 50035);
        siaga
            .answer(
                &interaction,
                json!({ "type": 8, "data": { "choices": [{ "name": "Payments", "value": "payments" }] } }),
            )
            .await
            .ok(204);
    };
    let (told, ()) = tokio::join!(asking, answering);
    assert_eq!(told["choices"], json!([{ "name": "Payments", "value": "payments" }]));
}

#[tokio::test]
async fn in_a_direct_message_there_is_a_user_and_no_member() {
    let town = Town::start().await;
    let (siaga, mut socket) = ready(&town).await;
    siaga
        .put(
            &format!("/applications/{}/commands", siaga.id),
            json!([{ "name": "mine", "description": "d", "contexts": [0, 1] }]),
        )
        .await
        .ok(200);
    let dm = siaga.post("/users/@me/channels", json!({ "recipient_id": town.person("budi") })).await.ok(200);
    town.act("budi", "slash", json!({ "channel": dm["id"], "command": "mine" })).await;
    let interaction = socket.expect("INTERACTION_CREATE").await;
    assert_eq!(
        (&interaction["user"]["username"], interaction.get("member"), &interaction["context"]),
        (&json!("budi"), None, &json!(1))
    );
    assert!(interaction.get("guild_id").is_none());
    siaga.answer(&interaction, json!({ "type": 4, "data": { "content": "yours" } })).await.ok(204);
    assert!(
        town.refused("budi", "slash", json!({ "channel": dm["id"], "command": "ack" })).await.contains("no command")
    );
}

#[tokio::test]
async fn a_menu_on_somebody_names_them() {
    let town = Town::start().await;
    let (_, mut socket) = ready(&town).await;
    town.act("budi", "menu", json!({ "channel": "general", "name": "Page", "user": "rina" })).await;
    let interaction = socket.expect("INTERACTION_CREATE").await;
    assert_eq!(interaction["data"]["target_id"], town.person("rina"));
    assert!(
        town.refused("budi", "menu", json!({ "channel": "general", "name": "Nothing", "user": "rina" }))
            .await
            .contains("no menu entry")
    );
}
