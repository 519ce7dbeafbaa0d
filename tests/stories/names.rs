//! Names that stand for nothing in the server close what they would have opened, and operators are told once.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use domain::setup::ChatName;
use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{CONFIG, Options, Story, WHAT_IS_KNOWN, in_any_order, setup_of, story, story_with};

/// Rooms are made in a category that only responders see.
fn with_private_category(options: &mut Options) {
    let mut category = options.guild.channels.iter().find(|channel| channel.name == "Incidents").unwrap().clone();
    (category.name, category.private) = ("War rooms".into(), true);
    category.roles = vec!["sre".into(), "siaga".into()];
    options.guild.channels.push(category);
    options.setup.discord.category = Some(ChatName::Name("War rooms".into()));
}

async fn sees_the_room(s: &Story, person: &str) -> bool {
    let room = s.place("dewi", "room INC-1").await;
    s.control.get(&format!("/people/{person}/channels")).await["channels"].to_string().contains(&room)
}

/// Nobody sees a channel of an incident, because there is none; and the thread is the room.
async fn the_thread_is_the_room(s: &Story, label: &str) {
    let rooms = s.rooms().await;
    assert!(rooms.iter().any(|room| room.starts_with(label)), "{rooms:?}");
    assert!(!rooms.iter().any(|room| room.starts_with('#')), "a channel was made: {rooms:?}");
}

#[test]
fn who_sees_the_category_sees_the_room_and_nobody_else_does() {
    story_with(with_private_category, async |s| {
        s.checkout_breaks().await;
        assert!(sees_the_room(s, "budi").await);
        assert!(!sees_the_room(s, "sari").await);
        s.read_all().await;
    });
}

pub(crate) fn a_private_category_that_is_renamed_makes_no_room_public_and_operators_are_told_once() {
    story_with(with_private_category, async |s| {
        s.renames("War rooms", "Old war rooms").await;
        s.operators_read("The category War rooms is not there", 1).await;
        s.checkout_breaks().await;
        the_thread_is_the_room(s, "INC-1").await;
        // It goes out beside what the room reads: here both stand in the thread, in either order.
        assert_snapshot!(in_any_order(&s.thread("INC-1").await.replace(WHAT_IS_KNOWN, "")), @r#"
        Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
          [Why] [Runbook]
        Siaga (silent): The category War rooms is not there, so this incident has no channel: outside it, a channel would be open to everybody. The work goes on here in the thread.
        Siaga: (its card)
        Siaga: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        "#);
        assert!(!s.card("INC-1").await.contains("#inc-1"), "the card promises a channel");
        let why = s.budi().slash_in("INC-1", "/why", json!({})).await.to_string();
        assert!(!why.to_lowercase().contains("channel"), "{why}");
        assert_snapshot!(s.phone("budi").await, @"
        rings #INC-1 Checkout errors 12 %: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        // Told once, whatever opens and however often the bot starts.
        s.restart().await;
        s.settled().await;
        assert_snapshot!(s.channel("#sre-ops").await, @"Siaga (silent): The category War rooms is not there: it was renamed or deleted, or Siaga cannot see it. Until it is there again, threads are the rooms of incidents, because a channel outside it would be open to everybody. Give a category that name again, or correct discord.category in siaga.toml. Incidents that open then get their channels.");
        // The room stays where it is; the next incident has its channel again.
        s.renames("Old war rooms", "War rooms").await;
        s.budi().press("Acknowledge").await.done();
        s.budi().press("Resolve").await.done();
        s.budi().fills(&[Some("rolled back")]).await.done();
        the_thread_is_the_room(s, "INC-1").await;
        s.checkout_recovers().await;
        s.alert("checkout").critical().saying("Checkout is down").numbered(2).sent("firing").await;
        s.settled().await;
        assert_snapshot!(s.rooms().await.join("\n"), @"
        #inc-2-checkout
        INC-1 Checkout errors 12 %
        INC-2 Checkout is down
        ");
        s.read_all().await;
    });
}

#[test]
fn a_category_that_was_deleted_while_the_bot_was_away_makes_no_room_public() {
    story(async |s| {
        s.stop_bot().await;
        s.removes("Incidents").await;
        s.start_bot().await;
        s.ready().await;
        s.operators_read("The category Incidents is not there", 1).await;
        s.checkout_breaks().await;
        the_thread_is_the_room(s, "INC-1").await;
        s.read_all().await;
    });
}

#[test]
fn a_category_that_goes_between_the_decision_and_the_call_makes_no_room_public() {
    story(async |s| {
        s.expect_dead_letters(1);
        let order = json!({ "method": "POST", "route": "/guilds/{guild_id}/channels", "do": "trouble", "trouble": { "do": "delete_channel", "channel": "Incidents" } });
        s.fault(&order).await;
        s.checkout_breaks().await;
        the_thread_is_the_room(s, "INC-1").await;
        s.operators_read("The category Incidents is not there", 1).await;
        s.read_all().await;
    });
}

#[test]
fn of_two_categories_with_one_name_none_is_guessed() {
    story_with(with_private_category, async |s| {
        s.makes_category("War rooms").await;
        s.operators_read("2 categories are called War rooms", 1).await;
        s.checkout_breaks().await;
        the_thread_is_the_room(s, "INC-1").await;
        assert_snapshot!(s.thread("INC-1").await.lines().last().unwrap(), @"Siaga (silent): Several categories are called War rooms, so this incident has no channel: in the wrong one, it could be open to everybody. The work goes on here in the thread.");
        assert_snapshot!(s.channel("#sre-ops").await, @"Siaga (silent): 2 categories are called War rooms, and any of them could be open to everybody, so threads are the rooms of incidents. Rename the others, or write the category's id in discord.category in siaga.toml. Incidents that open then get their channels.");
        s.read_all().await;
    });
}

#[test]
fn a_category_in_which_the_bot_may_not_make_channels_leaves_the_thread() {
    story_with(with_private_category, async |s| {
        s.expect_dead_letters(1);
        let revoked =
            json!({ "do": "revoke", "bot": "siaga", "permissions": ["MANAGE_CHANNELS"], "channel": "War rooms" });
        s.control.post("/trouble", &revoked).await;
        s.checkout_breaks().await;
        the_thread_is_the_room(s, "INC-1").await;
        assert!(
            s.thread("INC-1").await.contains("The work goes on")
                || s.thread("INC-1").await.contains("the work goes on")
        );
        s.operators_read("Could not deliver channel of INC-1", 1).await;
        s.read_all().await;
    });
}

/// Discord takes 50 channels in a category, and rooms of old incidents stay: one day it is full.
#[test]
fn a_category_that_is_full_leaves_the_thread_and_operators_are_told_once() {
    story_with(
        |options| {
            with_private_category(options);
            options.limits.channels_per_category = 1;
        },
        async |s| {
            s.checkout_breaks().await;
            assert!(sees_the_room(s, "budi").await);
            s.budi().press("Acknowledge").await.done();
            s.alert("orders").critical().saying("Orders fail").fires().await;
            let asked = s.rina().slash("/severity", json!({ "incident": "INC-2", "level": "SEV-1" })).await;
            if asked.to_string().contains('[') {
                s.rina().sure(asked).await.done();
            }
            s.settled().await;
            assert_eq!(s.rooms().await, ["#inc-1-checkout", "INC-1 Checkout errors 12 %", "INC-2 Orders fail"]);
            let told = s.thread("INC-2").await;
            assert!(told.contains("The category War rooms is full, so this incident has no channel"), "{told}");
            assert!(!s.card("INC-2").await.contains("#inc-2"), "{}", s.card("INC-2").await);
            s.operators_read("The category War rooms is full", 1).await;
            // One more: told once, and no dead letter that somebody would have to look after.
            s.alert("search").critical().saying("Search is down").fires().await;
            let asked = s.rina().slash("/severity", json!({ "incident": "INC-3", "level": "SEV-1" })).await;
            if asked.to_string().contains('[') {
                s.rina().sure(asked).await.done();
            }
            s.settled().await;
            let told = s.thread("INC-3").await;
            assert!(told.contains("The category War rooms is full"), "{told}");
            s.operators_read("The category War rooms is full", 1).await;
            s.read_all().await;
        },
    );
}

#[test]
fn without_a_category_in_the_configuration_no_channel_is_made_and_check_says_so() {
    let text = CONFIG.replace("category  = \"Incidents\"", "# category = \"Incidents\"");
    let warned = config::from_text("siaga.toml", &text, &[]).unwrap().warnings.render(false);
    assert!(warned.contains("SEV-1 gets no channel: [discord] names no category"), "{warned}");
    story_with(
        |options| options.setup = setup_of(&text),
        async |s| {
            s.checkout_breaks().await;
            the_thread_is_the_room(s, "INC-1").await;
            assert_eq!(s.channel("#sre-ops").await, "(nothing)");
            s.read_all().await;
        },
    );
}

#[test]
fn triage_promises_no_channel_that_will_not_be_made() {
    story(async |s| {
        s.renames("Incidents", "Old incidents").await;
        s.operators_read("The category Incidents is not there", 1).await;
        s.search_is_slow().await;
        s.agus().press("Triage").await.done();
        s.agus().choose_in("How many are affected?", "Most").await.done();
        let shown = s.agus().choose_in("How urgent is it?", "Now").await.to_string();
        assert!(shown.contains("SEV-1: ") && !shown.contains("channel"), "{shown}");
        s.read_all().await;
    });
}

#[test]
fn notices_wait_while_the_operators_channel_is_not_there_and_everybody_reads_only_that_they_wait() {
    story(async |s| {
        s.renames("sre-ops", "machines").await;
        s.until("everybody reads it", async || {
            s.count("#incidents", "Notices for those who run Siaga wait").await == 1
        })
        .await;
        s.renames("Incidents", "Old incidents").await;
        s.until("a notice waits", async || {
            s.bot()
                .engine
                .health()
                .await
                .parts
                .iter()
                .any(|part| part.name == "outbox" && part.sentence.starts_with("1 waiting"))
        })
        .await;
        assert_snapshot!(s.channel("#incidents").await, @r"Siaga (silent): Notices for those who run Siaga wait, because their channel #sre-ops was deleted or renamed; they are not written here, where everybody reads. \`siaga outbox list\` and \`show\` say what they are. Give a channel that name again (or correct siaga.toml): they come by themselves.");
        let row = s.siaga(&["outbox", "list", "--output", "json"]).await.json()[0]["row"].to_string();
        let waits = s.siaga(&["outbox", "show", &row]).await.out;
        assert!(waits.contains("The category Incidents"), "the notice can be read: {waits}");
        s.renames("machines", "sre-ops").await;
        s.operators_read("The category Incidents is not there", 1).await;
        assert_eq!(s.count("#incidents", "category").await, 0);
        s.read_all().await;
    });
}

#[test]
fn the_end_of_a_policy_whose_channel_and_role_are_gone_is_told_in_the_room_and_mentions_nobody() {
    story(async |s| {
        s.renames("sre", "old-sre").await;
        s.renames_role("sre-lead", "leads").await;
        s.operators_read("When nobody answers the escalation payments, nobody is mentioned", 1).await;
        s.checkout_breaks().await;
        s.advance(20).await;
        let told = s.room("INC-1").await;
        assert!(told.contains("nobody is left to page"), "{told}");
        assert!(!told.contains("@sre") && !told.contains("@leads"), "{told}");
        assert_eq!(s.count("old-sre", "nobody is left to page").await, 0);
        s.read_all().await;
    });
}

#[test]
fn a_role_that_is_renamed_gives_nobody_its_rights_and_operators_are_told() {
    story(async |s| {
        s.renames_role("sre", "engineers").await;
        s.operators_read("of discord.access.responder is not there", 1).await;
        s.search_is_slow().await;
        let told = s.person("joko").press_in("INC-1", "Acknowledge").await.to_string();
        assert!(told.contains("Only responders can do this:"), "{told}");
        // It has its name again, and its members their rights.
        s.renames_role("engineers", "sre").await;
        s.until("joko responds", async || {
            !s.person("joko").press_in("INC-1", "Acknowledge").await.to_string().contains("Only responders")
        })
        .await;
        s.read_all().await;
    });
}

#[test]
fn a_watched_channel_that_is_renamed_is_not_read_and_operators_are_told() {
    story(async |s| {
        s.renames("support", "helpdesk").await;
        s.operators_read("does not read it, so nothing that is written in it becomes an alert", 1).await;
        assert_snapshot!(s.channel("#sre-ops").await, @"Siaga (silent): The channel #support is not there: it was renamed or deleted. The integration support-chat does not read it, so nothing that is written in it becomes an alert. Give a channel that name again, or correct siaga.toml.");
        s.read_all().await;
    });
}
