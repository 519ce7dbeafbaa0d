//! The whole of it: what is tried, who sees it, who is called, what is printed.

use insta::assert_snapshot;
use serde_json::json;

use crate::world::{CONFIG, World, guild_without, on_call, text};

#[tokio::test]
async fn everything_the_bot_does_is_tried_and_nothing_is_left_over() {
    let w = World::start().await;
    let said = w.rehearse(&["--me", "budi"]).await;
    // How the last sentence is broken depends on the length of the folder's name.
    let (table, report) = said.out.split_once("\nDiscord ").unwrap();
    assert_eq!(
        report.split_whitespace().collect::<Vec<_>>().join(" "),
        "answers as our sandbox does. [folder]/siaga-rehearsal.json says so."
    );
    assert_eq!(said.err, "");
    assert_snapshot!(table, @r"
    Rehearsing in Toko Kita, for about half a minute: only Budi and the bot see it,
    and administrators of the server. Budi gets one mention and one direct message;
    nobody else is called.

    ok    see #incidents
    ok    see #incident-status
    ok    see #sre-ops
    ok    see the category Incidents
    ok    card
    ok    thread on the card
    ok    channel in its category
    ok    pin
    ok    post in the thread
    ok    post in the channel
    ok    page by mention
    ok    page by direct message
    ok    edit of the page
    ok    edit of the direct message
    ok    edit of the card
    ok    message for stakeholders
    ok    mention of a role
    ok    line for operators
    ok    question about a line
    ok    edit of the question
    ok    board of a storm
    ok    end of a storm
    ok    follower added
    ok    follower taken away
    ok    reaction
    ok    file
    ok    unpin
    ok    archive and lock the thread
    ok    deletion of a message
    ok    deletion of a thread
    ok    deletion of a channel
    ok    clean-up

    All 32 work.
    ");
    assert_eq!(said.code, Some(0));
    w.nothing_is_left().await;
    let calls = w.calls().await;
    let incidents = w.sandbox.channel("incidents").unwrap().to_string();
    let there = calls.iter().filter(|call| call["bot"] == "siaga" && text(&call["path"]).contains(&incidents));
    let there: Vec<_> = there.map(|call| text(&call["method"])).collect();
    assert_eq!(there, ["GET"], "the incidents channel is looked at, and nothing is written there");
    assert!(calls.iter().all(|call| call["status"] != 429), "it keeps to the limits");
    // The mention, the direct message, and that Budi was added to a thread are all that rings, and Budi is all who hears it.
    let rung = w.rung().await;
    assert_eq!(rung.keys().collect::<Vec<_>>(), ["budi"], "{rung:?}");
}

#[tokio::test]
async fn nobody_else_sees_it_while_it_goes_on() {
    let w = World::start().await;
    let held =
        w.fault(&on_call("PUT", "/channels/{channel_id}/messages/pins/{message_id}", 1, "received", "hold")).await;
    let child = w.begin(&["--me", "budi"]);
    w.held(&held).await;
    let ours = |names: std::collections::BTreeSet<String>| {
        names.into_iter().filter(|name| name.contains("rehearsal") || name.starts_with("inc-9")).count()
    };
    assert!(ours(w.channels_of("budi").await) >= 3, "Budi sees the category and its channels");
    assert_eq!(ours(w.channels_of("rina").await), 0);
    assert_eq!(ours(w.channels_of("sari").await), 0);
    w.clear_faults().await;
    let said = w.said(child.wait_with_output().await.unwrap());
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    w.nothing_is_left().await;
}

#[tokio::test]
async fn where_others_would_see_it_nothing_is_made_without_a_yes() {
    let w = World::of(guild_without(&["MANAGE_ROLES"])).await;
    let said = w.rehearse(&["--me", "budi"]).await;
    assert_eq!(said.code, Some(2));
    assert_snapshot!(said.out.lines().take(12).collect::<Vec<_>>().join("\n"), @r"
    Discord gives no place that only you see: 403 (50013) Missing Permissions. With
    Manage Channels and Manage Roles for the bot's role it would; nothing else needs
    Manage Roles.
    Instead, two channels with silent messages would be seen by everybody who sees
    the category Incidents for about a minute.

    ok    see #incidents
    ok    see #incident-status
    ok    see #sre-ops
    ok    see the category Incidents
    --    card                        not tried: everybody who sees the category
                                      Incidents would see it; --yes goes on
    ");
    w.nothing_is_left().await;

    let said = w.rehearse(&["--me", "budi", "--yes", "--output", "json"]).await;
    assert_eq!(said.wrong(), []);
    assert_eq!((said.code, said.json()["seen_by"].clone()), (Some(0), json!("visible")), "{}", said.out);
    w.nothing_is_left().await;
    assert_eq!(w.rung().await.keys().collect::<Vec<_>>(), ["budi"]);
}

#[tokio::test]
async fn whoever_takes_no_direct_messages_learns_where_to_allow_them() {
    let w = World::start().await;
    w.post("/people/budi/dms", &json!({ "closed": true })).await;
    let said = w.rehearse(&["--me", "budi", "--output", "json"]).await;
    let wrong = said.wrong();
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert_eq!(wrong[0].0, "page by direct message");
    assert!(wrong[0].2.contains("switch on Direct Messages"), "{}", wrong[0].2);
    assert_eq!(said.code, Some(2));
    w.nothing_is_left().await;
}

#[tokio::test]
async fn a_display_name_is_not_enough_to_be_called() {
    let w = World::start().await;
    for me in ["Rina", "nobody", "1"] {
        let said = w.rehearse(&["--me", me]).await;
        assert!(said.err.contains("is not a member of Toko Kita"), "{me}: {}{}", said.out, said.err);
        assert_eq!(said.code, Some(1));
    }
    let said = w.rehearse(&[]).await;
    assert!(said.err.contains("say who you are with --me"), "{}", said.err);
    w.nothing_is_left().await;
    assert!(w.rung().await.is_empty());
}

#[tokio::test]
async fn init_names_it_and_asks_nobody_without_a_terminal() {
    let w = World::start().await;
    let said = w.said(w.program("init").args(["--yes", "--me", "budi"]).output().await.unwrap());
    assert!(
        said.out.contains("`siaga rehearse` tries once everything the bot does in Discord"),
        "{}{}",
        said.out,
        said.err
    );
    assert!(!said.err.contains("Rehearse now?"));
    assert_eq!(said.code, Some(0));
    w.nothing_is_left().await;
}

#[tokio::test]
async fn it_goes_beside_the_running_bot_which_notices_nothing() {
    let w = World::start().await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut bot = w.program("run");
    bot.env("SIAGA_CONFIG", CONFIG).env("SIAGA_LISTEN", format!("127.0.0.1:{port}"));
    bot.env("SIAGA_LOG", "warn");
    let mut bot = bot.spawn().unwrap();
    w.until(port, |health| health["ready"] == true).await;
    let held =
        w.fault(&on_call("PUT", "/channels/{channel_id}/messages/pins/{message_id}", 1, "received", "hold")).await;
    let rehearsal = w.begin(&["--me", "budi", "--output", "json"]);
    w.held(&held).await;
    // Its buttons belong to no incident: the bot says so, and does nothing.
    let world = w.get("/world").await;
    let channels = world["channels"].as_array().unwrap().iter();
    let mut cards = channels.filter(|channel| text(&channel["name"]).ends_with("-1"));
    let channel = text(&cards.next().unwrap()["id"]).to_owned();
    let messages = w.get(&format!("/channels/{channel}/messages?as=budi")).await;
    let card = &messages["messages"][0];
    let button = &card["components"][0]["components"][0]["custom_id"];
    let press = json!({ "channel": channel, "message": card["id"], "custom_id": button });
    let pressed = w.post("/people/budi/press", &press).await;
    let answer = w.get(&format!("/interactions/{}?wait_ms=10000", text(&pressed["interaction"]))).await;
    assert_snapshot!(text(&answer["message"]["content"]), @"Tidak ada INC-999999999. `/incident list` menampilkan yang ada.");
    w.clear_faults().await;
    let said = w.said(rehearsal.wait_with_output().await.unwrap());
    assert_eq!(said.wrong(), []);
    assert_eq!(said.code, Some(0), "{}", said.err);
    w.nothing_is_left().await;
    w.until(port, |health| health["ready"] == true).await;
    bot.start_kill().unwrap();
    let said = w.said(bot.wait_with_output().await.unwrap());
    assert!(!said.err.contains("rehears") && !said.err.contains("ERROR"), "{}", said.err);
}
