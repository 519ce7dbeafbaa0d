//! Purpose: the committed corpus as inputs of a target: the seeds of the target, the texts of all families in the shape the
//! target reads, and inputs too large to be committed.

use std::path::Path;

use serde_json::{Value, json};

/// Files of the project that a target reads, too.
const REAL: [(&str, &[&str]); 7] = [
    ("alertmanager", &["examples/payloads"]),
    ("card", &["examples/payloads"]),
    ("json_mapping", &["examples/payloads"]),
    ("configuration", &["examples/siaga.toml"]),
    ("runbook", &["runbooks"]),
    ("scenario", &["examples/scenarios"]),
    ("outside", &["examples/payloads"]),
];

/// The hostile texts of all families, each with the name of its family.
pub fn texts(fuzz: &Path) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for (name, bytes) in files(&fuzz.join("hostile")) {
        let family: Vec<String> = serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        texts.extend(family.into_iter().map(|text| (name.trim_end_matches(".json").to_owned(), text)));
    }
    assert!(texts.len() > 300, "only {} texts", texts.len());
    texts
}

/// Texts that are large: a megabyte of one thing, as a field.
pub fn giants() -> Vec<String> {
    ["x", "@everyone ", "<@11>", "\\", "[a](http://b) ", "e\u{301}", "\u{202e}", "\n", "😀", "word "]
        .iter()
        .map(|piece| piece.repeat((1 << 20) / piece.len()))
        .collect()
}

/// Inputs of a target: its seeds, and `every` so many of the texts. `fuzz` is the folder of the corpus.
pub fn of(target: &str, fuzz: &Path, every: usize) -> Vec<Vec<u8>> {
    let mut inputs: Vec<Vec<u8>> =
        files(&fuzz.join("seeds").join(target)).into_iter().map(|(_, bytes)| bytes).collect();
    let real = REAL.iter().filter(|(name, _)| *name == target).flat_map(|(_, paths)| *paths);
    for path in real.map(|path| fuzz.join("..").join(path)) {
        match path.is_dir() {
            true => inputs.extend(files(&path).into_iter().map(|(_, bytes)| bytes)),
            false => inputs.push(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))),
        }
    }
    for (_, text) in texts(fuzz).into_iter().step_by(every) {
        inputs.extend(shaped(target, &text));
    }
    inputs
}

/// Inputs that are made instead of kept.
pub fn large(target: &str) -> Vec<Vec<u8>> {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000)).into_bytes();
    let mut inputs = if target == "alertmanager" || target == "json_mapping" {
        giants().into_iter().map(String::into_bytes).collect()
    } else {
        Vec::new()
    };
    inputs.extend([deep("[", "]"), deep("{\"alerts\":", "}"), deep("(", ")"), deep("not ", "")]);
    // A megabyte is the most that is read over HTTP. What operators and people write is smaller, what is shown has been cut.
    let most = match target {
        "alertmanager" | "json_mapping" => (1 << 20) / 64,
        "chat_line" | "custom_id" | "gateway" | "link" | "matcher" => 32 << 10,
        _ => 4 << 10,
    };
    for text in giants() {
        let text = &text[..text.floor_char_boundary(most)];
        inputs.extend(shaped(target, text).into_iter().take(2));
    }
    if target == "alertmanager" {
        let labels: serde_json::Map<String, Value> = (0..10_000).map(|n| (format!("l{n}"), json!("@here"))).collect();
        let many = json!({ "status": "firing", "labels": labels, "annotations": labels });
        inputs.push(json!({ "alerts": [many] }).to_string().into_bytes());
        inputs.push(
            json!({ "alerts": vec![json!({ "status": "firing", "labels": { "a": "b" } }); 10_000] })
                .to_string()
                .into_bytes(),
        );
        inputs.push(json!({ "alerts": (0..10_000).collect::<Vec<u32>>() }).to_string().into_bytes());
    }
    inputs
}

/// A text as itself, and in the shape a target reads.
fn shaped(target: &str, text: &str) -> Vec<Vec<u8>> {
    let mut inputs = vec![text.as_bytes().to_vec()];
    let quoted = serde_json::to_string(text).unwrap_or_default();
    match target {
        "alertmanager" | "card" => inputs.push(alert(text).to_string().into_bytes()),
        "json_mapping" => {
            let monitor = json!({ "id": text, "name": text, "url": text, "type": text, "tags": [{ "name": "service", "value": text }] });
            let body = json!({ "monitor": monitor, "heartbeat": { "status": 0, "msg": text, "time": text, "ping": text } });
            inputs.push(body.to_string().into_bytes());
            inputs.push(format!("dedup_key = {quoted}\ntitle = {quoted}\n===\n{body}").into_bytes());
        }
        "chat_line" => {
            inputs.push(format!("FIRING: {text}").into_bytes());
            inputs.push(format!("{text}\n===\n{text}").into_bytes());
        }
        "matcher" => inputs.extend(["=", "!=", "=~", "!~"].map(|op| format!("{quoted}{op}{quoted}").into_bytes())),
        "configuration" => {
            let head = "version = 1\n[discord]\nserver = \"Toko Kita\"\nstatus = \"#incident-status\"\noperators = \"#sre-ops\"\n";
            let access = "access = { responder = \"@sre\", admin = \"@sre-lead\" }\n";
            inputs.push(format!("{head}{access}incidents = {quoted}\n").into_bytes());
            inputs.push(format!("{head}incidents = \"#incidents\"\n{quoted} = {quoted}\n").into_bytes());
        }
        "runbook" => inputs.extend([
            format!("+++\ntitle = {quoted}\nowner = {quoted}\nmatch = [{quoted}]\n+++\n{text}").into_bytes(),
            format!("---\ntitle: {text}\nurl: {text}\nreviewed: {text}\n---\n- {text}").into_bytes(),
        ]),
        "scenario" => inputs.push(
            format!("title = {quoted}\n[[alerts]]\nname = {quoted}\ntitle = {quoted}\nfires = {quoted}\nlabels = {{ a = {quoted} }}\n")
                .into_bytes(),
        ),
        "custom_id" => inputs.extend(
            [format!("v1:ack:{text}:card"), format!("v1:ack:7:{text}"), format!("v1:{text}")].map(String::into_bytes),
        ),
        "gateway" => {
            let person = json!({ "id": "11", "username": text, "discriminator": "0", "global_name": text, "avatar": null });
            let message = json!({
                "id": "1290000000000000000", "channel_id": "3", "author": person, "content": text, "tts": false,
                "timestamp": "2026-03-02T03:10:00.000000+00:00", "edited_timestamp": null, "mention_everyone": false,
                "mentions": [], "mention_roles": [], "attachments": [], "pinned": false, "type": 0,
                "embeds": [{ "title": text, "description": text, "url": text, "fields": [{ "name": text, "value": text }] }],
            });
            inputs.push(message.to_string().into_bytes());
            let field = |name: &str| json!({ "type": 1, "components": [{ "type": 4, "custom_id": name, "value": text }] });
            let form = json!({
                "type": 5, "id": "1290000000000000000", "application_id": "1", "token": "t", "version": 1,
                "guild_id": "1", "channel_id": "4", "user": person, "locale": text, "entitlements": [],
                "data": { "custom_id": "v1:form-update:7", "components": [field("know"), field("next"), field(text)] },
            });
            inputs.push(form.to_string().into_bytes());
        }
        "stored" => {
            let (_, timeline) = super::stored::life(text);
            let lines = timeline.iter().filter_map(|entry| serde_json::to_string(&entry.event).ok());
            inputs.push(lines.collect::<Vec<_>>().join("\n").into_bytes());
            inputs.extend(serde_json::to_vec(&super::shown::report_of(text)));
        }
        _ => {}
    }
    inputs
}

/// An alert that says the text in every place.
pub fn alert(text: &str) -> Value {
    let places =
        ["alertname", "severity", "service", "job", "summary", "description", "value", "dashboard", "runbook_url"];
    let mut said: serde_json::Map<String, Value> =
        places.iter().map(|name| ((*name).to_owned(), json!(text))).collect();
    said.insert(text.to_owned(), json!(text));
    let one = json!({
        "status": "firing", "labels": said, "annotations": said, "startsAt": text, "endsAt": text, "generatorURL": text,
        "fingerprint": text,
    });
    json!({ "version": text, "groupKey": text, "truncatedAlerts": text, "status": text, "receiver": text, "alerts": [one] })
}

/// Names and bytes of the files of a folder, by name; none when there is no such folder.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file());
    let read = |path: std::path::PathBuf| {
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), bytes)
    };
    let mut files: Vec<_> = paths.map(read).collect();
    files.sort();
    files
}
