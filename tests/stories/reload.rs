//! The configuration is replaced while the bot runs: all of it or nothing, and whoever asked reads how it went.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use domain::setup::{ChatName, IntegrationKind};
use insta::assert_snapshot;
use serde_json::json;
use siaga::reload::ReloadReport;

use crate::harness::{Story, configuration, story, story_with};

/// A report as people read it, without the folder of the story.
fn read(s: &Story, report: &ReloadReport) -> String {
    let mut lines = vec![if report.taken { "taken" } else { "not taken" }.to_owned()];
    for (what, said) in [
        ("mistake", &report.mistakes),
        ("refused", &report.refused),
        ("changed", &report.changes),
        ("warning", &report.warnings),
    ] {
        // Keys are in the environment of a real process only.
        let said = said.iter().filter(|line| !line.contains("_KEY_"));
        lines.extend(said.map(|line| format!("{what}: {line}")));
    }
    lines.join("\n").replace(&*s.file("").to_string_lossy(), "")
}

/// The first wait of the policy `payments`.
fn first_wait(s: &Story) -> Duration {
    s.bot().engine.setup().escalations["payments"].steps[0].wait
}

fn operators(s: &Story) -> Option<ChatName> {
    s.bot().engine.setup().discord.operators.clone()
}

/// The operators are told a moment after a reload is done.
async fn in_use(s: &Story, channel: &str, times: usize) {
    s.until("the operators are told", async || s.count(channel, "is in use").await == times).await;
    s.settled().await;
    s.read_all().await;
}

/// Begins with the sample as a file, so that what comes next differs from it in one thing.
async fn with_the_sample(s: &Story) {
    let file = configuration(s, |text| text);
    assert!(s.bot().reload(&file).await.taken);
    in_use(s, "#sre-ops", 1).await;
}

#[test]
fn a_file_with_a_mistake_and_an_unknown_name_changes_nothing_and_one_with_only_the_name_neither() {
    story(async |s| {
        with_the_sample(s).await;
        let (wait, before) = (first_wait(s), operators(s));
        s.expect_error("The new configuration has mistakes (1)");
        let both = |text: String| {
            let text = text.replace("operators = \"#sre-ops\"", "operators = \"#nowhere\"");
            text.replacen("wait = \"5m\"", "wait = \"2m\"", 1).replace("update_every = \"1h\"", "update_evry = \"1h\"")
        };
        let file = configuration(s, both);
        let report = s.bot().reload(&file).await;
        assert!(!report.taken);
        assert_eq!(report.mistakes.len(), 1, "{report:?}");
        assert!(report.mistakes[0].contains("siaga.toml:"), "{report:?}");
        assert_eq!((first_wait(s), operators(s)), (wait, before.clone()));

        s.expect_error("The new configuration cannot be used");
        let file = configuration(s, |text| both(text).replace("update_evry", "update_every"));
        let report = s.bot().reload(&file).await;
        assert_snapshot!(read(s, &report), @r"
        not taken
        refused: discord.operators: #nowhere does not exist in Toko Kita, or the bot cannot see it: create it, let the bot in, or run `siaga init`
        ");
        assert_eq!((first_wait(s), operators(s)), (wait, before));
        s.settled().await;
        s.until("the operators are told", async || s.count("#sre-ops", "cannot be used").await == 1).await;
        assert_snapshot!(s.channel("#sre-ops").await.lines().last().unwrap_or_default(), @r"Siaga (silent): The new configuration cannot be used (reasons: 1), so the old one stays. First: discord.operators: #nowhere does not exist in Toko Kita, or the bot cannot see it: create it, let the bot in, or run \`siaga init\`. \`siaga reload\` shows all.");

        // The same file, when the channel is there, is taken whole.
        let file = configuration(s, |text| {
            let text = text.replace("operators = \"#sre-ops\"", "operators = \"#general\"");
            text.replacen("wait = \"5m\"", "wait = \"2m\"", 1)
        });
        let report = s.bot().reload(&file).await;
        assert_snapshot!(read(s, &report), @r"
        taken
        changed: escalation payments: steps changed
        changed: [discord]: operators sre-ops -> general
        ");
        assert_eq!(operators(s), Some(ChatName::Name("general".into())));
        assert_eq!(first_wait(s), Duration::from_secs(120));
        in_use(s, "#general", 1).await;
    });
}

#[test]
fn while_discord_cannot_be_asked_a_reload_is_taken_unless_it_names_something_new_there() {
    story(async |s| {
        with_the_sample(s).await;
        let away = json!({ "method": "GET", "route": "/users/@me", "do": "drop", "count": 1_000 });
        s.fault(&away).await;
        let file = configuration(s, |text| text.replacen("wait = \"5m\"", "wait = \"2m\"", 1));
        let report = s.bot().reload(&file).await;
        assert!(report.taken, "{report:?}");
        assert_eq!(report.changes, ["escalation payments: steps changed"]);
        assert!(report.warnings.iter().any(|said| said.contains("all names stay as they were")), "{report:?}");
        assert_eq!(first_wait(s), Duration::from_secs(120));

        s.expect_error("The new configuration cannot be used");
        let file = configuration(s, |text| text.replace("channels = [\"#sre\"]", "channels = [\"#general\"]"));
        let report = s.bot().reload(&file).await;
        assert!(!report.taken, "{report:?}");
        assert!(report.refused[0].starts_with("names could not be looked up (#general): "), "{report:?}");
        assert_eq!(first_wait(s), Duration::from_secs(120), "nothing of it is in use");
        s.clear_faults().await;
        assert!(s.bot().reload(&file).await.taken);
        in_use(s, "#sre-ops", 3).await;
    });
}

#[test]
fn the_first_chat_rule_comes_with_a_session_that_brings_the_contents_of_messages() {
    story_with(
        |options| options.setup.integrations.retain(|one| !matches!(one.kind, IntegrationKind::Chat(_))),
        async |s| {
            let file = configuration(s, |text| text);
            let report = s.bot().reload(&file).await;
            let said = read(s, &report);
            assert!(said.contains("changed: integration support-chat: new"), "{said}");
            assert!(said.contains("changed: gateway: a new session brings the contents of messages"), "{said}");
            let channel = s.place("sari", "#support").await;
            s.control
                .post("/people/sari/messages", &json!({ "channel": channel, "content": "checkout is down" }))
                .await;
            s.until("the line is read", async || s.bot().engine.totals().await.unwrap().accepted == 1).await;
            // A second reload needs no session of its own.
            let report = s.bot().reload(&file).await;
            assert_eq!(report.changes, Vec::<String>::new());
            // It changes nothing, and is no news.
            in_use(s, "#sre-ops", 1).await;
        },
    );
}

#[test]
fn a_line_whose_contents_discord_kept_back_is_read_when_they_come() {
    story_with(
        |options| {
            let bot = options.guild.bots.iter_mut().find(|bot| bot.name == "siaga").unwrap();
            bot.message_content = false;
            options.errors = vec!["Disallowed", "Watched channels are not read"];
        },
        async |s| {
            let channel = s.place("sari", "#support").await;
            let says = async |s: &Story, content: &str| {
                let said = json!({ "channel": channel, "content": content });
                s.control.post("/people/sari/messages", &said).await
            };
            says(s, "checkout is down").await;
            s.until("the bot has seen a line without contents", async || {
                !s.warnings("come without their contents").is_empty()
            })
            .await;
            // Not after a restart either.
            s.restart().await;
            says(s, "and login is down").await;
            s.until("the bot has seen it again", async || s.warnings("come without their contents").len() >= 2).await;
            assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 0);
            s.sandbox.switch_message_content("siaga", true);
            let file = configuration(s, |text| text);
            let report = s.bot().reload(&file).await;
            assert!(report.changes.iter().any(|said| said.starts_with("gateway: a new session")), "{report:?}");
            s.until("both lines are read", async || s.bot().engine.totals().await.unwrap().accepted == 2).await;
            in_use(s, "#sre-ops", 1).await;
        },
    );
}
