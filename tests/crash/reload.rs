//! `siaga reload` and SIGHUP, as an operator uses them: the command waits, prints what the bot made of it, and exits with it.

use insta::assert_snapshot;

use crate::place;
use crate::world::World;

const CONFIG: &str = include_str!("siaga.toml");

fn write(world: &World, change: impl FnOnce(String) -> String) {
    std::fs::write(world.settings.own_config(), change(CONFIG.to_owned())).unwrap();
}

/// Exit code and both outputs of `siaga reload`, as the terminal shows them.
async fn reload(world: &World) -> String {
    let (code, out, err) = world.settings.beside(&["reload"]).await;
    let process = world.bot.as_ref().map(|bot| bot.id().to_string()).unwrap_or_default();
    let text = format!("exit {}\n{err}{out}", code.map_or_else(|| "by a signal".to_owned(), |code| code.to_string()));
    if process.is_empty() { text } else { text.replace(&process, "PROCESS") }
}

#[tokio::test]
async fn a_reload_is_waited_for_and_its_exit_code_says_how_it_went() {
    let _place = place().await;
    let mut world = World::start().await;
    world.kill().await;
    assert_snapshot!(reload(&world).await, @"
    exit 1
    siaga: no siaga is running on FOLDER/siaga.db: there is nothing to reload
    ");
    write(&world, |text| text);
    world.restart().await;
    assert_snapshot!(reload(&world).await, @"
    exit 0
    FOLDER/siaga.toml is in use by process PROCESS. Nothing is different.
    ");
    write(&world, |text| {
        let text = text.replace("wait = \"30m\" }, { page = \"rina\"", "wait = \"20m\" }, { page = \"rina\"");
        text.replace("rina = { discord = \"rina\" }", "rina = { discord = \"rina\" }\nsari = { discord = \"sari\" }")
    });
    assert_snapshot!(reload(&world).await, @"
    exit 0
    person sari: new
    escalation calm: steps changed
    FOLDER/siaga.toml is in use by process PROCESS.
    ");
    write(&world, |text| text.replace("wait = \"10s\"", "wait = \"soon\"").replace("\"SEV-3\" }", "\"SEV-9\" }"));
    assert_snapshot!(reload(&world).await, @r#"
    exit 2
    error: FOLDER/siaga.toml:30:34: `soon` is not a duration (write it like "90s", "5m" or "1h30m")
    error: FOLDER/siaga.toml:47:28: `SEV-9` is not a severity (severities are SEV-1 (worst) to SEV-5)
    warning: FOLDER/siaga.toml:41:1: no rule is for the rest: an alert that no rule matches gets SEV-3 (end the list with { match = [], severity = "SEV-4" })
    FOLDER/siaga.toml was not taken: process PROCESS goes on with the configuration it has.
    "#);
    write(&world, |text| text.replace("operators = \"#sre-ops\"", "operators = \"#nowhere\""));
    assert_snapshot!(reload(&world).await, @r"
    exit 2
    error: discord.operators: #nowhere does not exist in Toko Kita, or the bot cannot see it: create it, let the bot in, or run `siaga init`
    FOLDER/siaga.toml was not taken: process PROCESS goes on with the configuration it has.
    ");
    // As a program reads it.
    let (code, out, _) = world.settings.beside(&["reload", "--output", "json"]).await;
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["taken"]), (Some(2), &serde_json::Value::Bool(false)));

    // SIGHUP alone does it too; the log says how it went.
    write(&world, |text| text);
    world.bot.as_ref().unwrap().signal("HUP").await;
    let log = || std::fs::read_to_string(world.settings.log()).unwrap();
    let begun = std::time::Instant::now();
    while log().matches("was read again and is in use").count() < 3 {
        assert!(begun.elapsed().as_secs() < 30, "SIGHUP was not heard");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // Nobody else can ask for it.
    use std::os::unix::fs::PermissionsExt as _;
    let socket = std::fs::metadata(world.settings.folder.join("siaga.control")).unwrap();
    assert_eq!(socket.permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_check_against_the_running_bot_says_what_a_reload_would_change_and_changes_nothing() {
    let _place = place().await;
    let mut world = World::start().await;
    world.kill().await;
    let with = |people: &str| {
        let schedule = format!("\n[[schedules]]\nname = \"shop\"\npeople = [{people}]\ntimezone = \"Asia/Jakarta\"\n");
        move |text: String| text + &schedule
    };
    write(&world, with("\"budi\", \"rina\""));
    let config = world.settings.own_config();
    let check = ["check", config.to_str().unwrap(), "--against-running"];
    let (code, _, err) = world.settings.beside(&check).await;
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("no siaga is running on"), "{err}");
    world.restart().await;
    write(&world, with("\"budi\", \"rina\", \"budi\", \"budi\", \"budi\""));
    let mut said = Vec::new();
    for _ in 0..2 {
        let (code, out, err) = world.settings.beside(&check).await;
        assert_eq!(code, Some(0), "{out}{err}");
        let (_, changes) = out.split_once("would change:\n").unwrap();
        assert!(
            changes.starts_with("schedule shop: people budi rina -> budi rina budi budi budi\non call shop: "),
            "{out}"
        );
        assert!(changes.contains(" (Asia/Jakarta): rina -> budi"), "{out}");
        // Before it: the file by itself, with the line to add.
        assert!(out.contains("schedule shop names no start: add `from = 20"), "{out}");
        said.push(changes.lines().count());
    }
    assert_eq!(said[0], said[1], "a check takes nothing");
    let (code, out, _) =
        world.settings.beside(&["check", config.to_str().unwrap(), "--against-running", "--output", "json"]).await;
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["taken"]), (Some(0), &serde_json::Value::Bool(false)));
    let told = reload(&world).await;
    assert!(told.contains("schedule shop: people budi rina -> budi rina budi budi budi\non call shop: "), "{told}");
    assert!(reload(&world).await.contains("Nothing is different."));
}
