//! Stories about forms that Discord refuses, told with the path of each mistake.

use serde_json::{Value, json};

use crate::harness::Town;

/// A message form that is refused with this code at this path.
async fn refused(town: &Town, body: Value, path: &str, code: &str) {
    let reply = town
        .bot("siaga")
        .post(&format!("/channels/{}/messages", town.channel("general")), body)
        .await
        .refused(400, 50035);
    let mut at = &reply["errors"];
    for part in path.split('.') {
        at = &at[part];
    }
    assert_eq!(at["_errors"][0]["code"], code, "{reply}");
}

fn long(length: usize) -> String {
    "é".repeat(length)
}

fn buttons(count: usize) -> Vec<Value> {
    (0..count).map(|number| json!({ "type": 2, "style": 1, "label": "x", "custom_id": number.to_string() })).collect()
}

#[tokio::test]
async fn texts_that_are_too_long_are_refused_where_they_are() {
    let town = Town::start().await;
    refused(&town, json!({ "content": long(2_001) }), "content", "BASE_TYPE_MAX_LENGTH").await;
    refused(&town, json!({ "content": "x", "nonce": long(26) }), "nonce", "BASE_TYPE_MAX_LENGTH").await;
    for (key, max) in [("title", 256), ("description", 4_096)] {
        refused(
            &town,
            json!({ "embeds": [{ key: long(max + 1) }] }),
            &format!("embeds.0.{key}"),
            "BASE_TYPE_MAX_LENGTH",
        )
        .await;
    }
    let field = json!({ "embeds": [{ "fields": [{ "name": long(257), "value": "v" }] }] });
    refused(&town, field, "embeds.0.fields.0.name", "BASE_TYPE_MAX_LENGTH").await;
    let field = json!({ "embeds": [{ "fields": [{ "name": "n", "value": long(1_025) }] }] });
    refused(&town, field, "embeds.0.fields.0.value", "BASE_TYPE_MAX_LENGTH").await;
    refused(
        &town,
        json!({ "embeds": [{ "footer": { "text": long(2_049) } }] }),
        "embeds.0.footer.text",
        "BASE_TYPE_MAX_LENGTH",
    )
    .await;
    refused(
        &town,
        json!({ "embeds": [{ "author": { "name": long(257) } }] }),
        "embeds.0.author.name",
        "BASE_TYPE_MAX_LENGTH",
    )
    .await;
    town.bot("siaga").say(&town.channel("general"), json!({ "content": long(2_000) })).await;
}

#[tokio::test]
async fn embeds_have_six_thousand_characters_together() {
    let town = Town::start().await;
    let embeds = json!({ "embeds": [{ "description": long(4_000) }, { "description": long(2_001) }] });
    refused(&town, embeds, "embeds", "MAX_EMBED_SIZE_EXCEEDED").await;
    refused(&town, json!({ "embeds": vec![json!({ "title": "x" }); 11] }), "embeds", "BASE_TYPE_MAX_LENGTH").await;
    let fields = vec![json!({ "name": "n", "value": "v" }); 26];
    refused(&town, json!({ "embeds": [{ "fields": fields }] }), "embeds.0.fields", "BASE_TYPE_MAX_LENGTH").await;
    refused(
        &town,
        json!({ "embeds": [{ "image": { "url": "ftp://x" } }] }),
        "embeds.0.image.url",
        "URL_TYPE_INVALID_SCHEME",
    )
    .await;
}

#[tokio::test]
async fn rows_buttons_and_selects_have_limits() {
    let town = Town::start().await;
    let row = |components: Value| json!({ "content": "x", "components": [{ "type": 1, "components": components }] });
    refused(&town, row(json!(buttons(6))), "components.0.components", "BASE_TYPE_BAD_LENGTH").await;
    let rows: Vec<Value> = (0..6).map(|row| json!({ "type": 1, "components": [{ "type": 2, "style": 1, "label": "x", "custom_id": format!("b{row}") }] })).collect();
    refused(&town, json!({ "content": "x", "components": rows }), "components", "BASE_TYPE_MAX_LENGTH").await;
    let button = |key: &str, value: Value| {
        let mut button = json!({ "type": 2, "style": 1, "label": "x", "custom_id": "a" });
        button[key] = value;
        row(json!([button]))
    };
    refused(
        &town,
        button("custom_id", json!(long(101))),
        "components.0.components.0.custom_id",
        "BASE_TYPE_BAD_LENGTH",
    )
    .await;
    refused(&town, button("custom_id", json!("")), "components.0.components.0.custom_id", "BASE_TYPE_BAD_LENGTH").await;
    refused(&town, button("label", json!(long(81))), "components.0.components.0.label", "BASE_TYPE_MAX_LENGTH").await;
    refused(&town, button("style", json!(9)), "components.0.components.0.style", "BASE_TYPE_CHOICES").await;
    refused(
        &town,
        row(json!([{ "type": 2, "style": 5, "label": "x" }])),
        "components.0.components.0.url",
        "BUTTON_COMPONENT_URL_REQUIRED",
    )
    .await;
    let twice = json!([{ "type": 2, "style": 1, "label": "x", "custom_id": "a" }, { "type": 2, "style": 1, "label": "y", "custom_id": "a" }]);
    refused(&town, row(twice), "components.0.components.1.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED").await;
    let options: Vec<Value> = (0..26).map(|number| json!({ "label": "x", "value": number.to_string() })).collect();
    refused(
        &town,
        row(json!([{ "type": 3, "custom_id": "s", "options": options }])),
        "components.0.components.0.options",
        "BASE_TYPE_BAD_LENGTH",
    )
    .await;
    refused(
        &town,
        row(json!([{ "type": 4, "custom_id": "s", "style": 1, "label": "x" }])),
        "components.0.components.0.type",
        "BASE_TYPE_CHOICES",
    )
    .await;
}

#[tokio::test]
async fn components_v2_replace_content_and_embeds() {
    let town = Town::start().await;
    let (siaga, general) = (town.bot("siaga"), town.channel("general"));
    let v2 = 1 << 15;
    let text = json!([{ "type": 17, "components": [{ "type": 10, "content": "# INC-1" }, { "type": 14 },
        { "type": 1, "components": buttons(1) }] }]);
    let sent = siaga.say(&general, json!({ "flags": v2, "components": text })).await;
    assert_eq!(sent["flags"], v2);
    refused(
        &town,
        json!({ "flags": v2, "components": text, "content": "x" }),
        "content",
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    )
    .await;
    let many = vec![json!({ "type": 10, "content": "x" }); 41];
    refused(&town, json!({ "flags": v2, "components": many }), "components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED")
        .await;
    refused(
        &town,
        json!({ "content": "x", "components": [{ "type": 10, "content": "x" }] }),
        "components.0.type",
        "BASE_TYPE_CHOICES",
    )
    .await;
}

#[tokio::test]
async fn an_empty_message_and_broken_json_are_refused() {
    let town = Town::start().await;
    let (siaga, path) = (town.bot("siaga"), format!("/channels/{}/messages", town.channel("general")));
    for body in [json!({}), json!({ "content": "   " }), json!({ "content": "", "embeds": [], "components": [] })] {
        siaga.post(&path, body).await.refused(400, 50006);
    }
    let request = siaga.request("POST", &path).header("content-type", "application/json").body("{");
    siaga.send(request, "POST", &path).await.refused(400, 50109);
    let mut form = reqwest::multipart::Form::new().text("payload_json", "{}");
    for number in 0..11 {
        form = form.part(format!("files[{number}]"), reqwest::multipart::Part::bytes(vec![1]).file_name("a.txt"));
    }
    siaga.send(siaga.request("POST", &path).multipart(form), "POST", &path).await.refused(400, 30015);
}

#[tokio::test]
async fn commands_are_checked_like_messages() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let path = format!("/applications/{}/guilds/{}/commands", siaga.id, town.guild_id());
    for (body, part) in [
        (json!({ "name": "Bad Name", "description": "d" }), "name"),
        (json!({ "name": "x", "description": long(101) }), "description"),
        (json!({ "name": "x", "description": "d", "options": vec![json!({}); 26] }), "options"),
        (json!({ "name": "x", "description": "d", "type": 3 }), "description"),
    ] {
        let reply = siaga.post(&path, body).await.refused(400, 50035);
        assert!(reply["errors"].get(part).is_some(), "{reply}");
    }
    let order = json!([{ "name": "x", "description": "d", "options": [
        { "type": 3, "name": "a", "description": "d" }, { "type": 3, "name": "b", "description": "d", "required": true }] }]);
    siaga.put(&path, order).await.refused(400, 50035);
    let many: Vec<Value> = (0..101).map(|number| json!({ "name": format!("c{number}"), "description": "d" })).collect();
    siaga.put(&path, json!(many)).await.refused(400, 30032);
    let foreign = format!("/applications/{}/commands", town.bot("author").id);
    siaga.put(&foreign, json!([])).await.refused(403, 20012);
}

#[tokio::test]
async fn registering_the_same_commands_again_changes_no_ids() {
    let town = Town::start().await;
    let siaga = town.bot("siaga");
    let commands = json!([{ "name": "ack", "description": "d", "options": [], "name_localizations": {}, "default_member_permissions": null },
        { "name": "Add to timeline", "type": 3 }]);
    let first = siaga.register(&town.guild_id(), commands.clone()).await;
    let second = siaga.register(&town.guild_id(), commands).await;
    assert_eq!(first, second);
    let left = siaga.register(&town.guild_id(), json!([{ "name": "ack", "description": "other" }])).await;
    assert_eq!(left.as_array().unwrap().len(), 1);
    assert_eq!(left[0]["id"], first[0]["id"]);
    assert_ne!(left[0]["version"], first[0]["version"]);
}
