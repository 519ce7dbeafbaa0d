//! Purpose: what the bot finds out about its home server, and what it says is missing.

use discord::directory_load::{self, Finding};
use discord::rest::{Base, Client, Settings};
use domain::{ChatRoleId, ChatUserId, PersonId};
use sandbox::{Guild, Sandbox};
use secrecy::SecretString;

use crate::world::{CONFIG, World};

async fn findings(guild: Guild) -> Vec<Finding> {
    let sandbox: Sandbox = sandbox::start(sandbox::Options { guild, ..sandbox::Options::default() }).await.unwrap();
    let token = SecretString::from(sandbox.bot("siaga").unwrap().token);
    let rest = Client::new(Settings::new(token, Base::Sandbox(sandbox.base_url()))).unwrap();
    let setup = config::from_text("siaga.toml", CONFIG, &[]).unwrap().setup;
    let loaded = directory_load::load(&rest, &setup, &[]).await.unwrap();
    sandbox.shutdown().await;
    loaded.findings
}

#[tokio::test]
async fn names_become_ids_and_registered_commands_can_be_mentioned() {
    let world = World::start().await;
    let connected = world.connect().await;
    let directory = world.directory.get();
    assert_eq!(directory.channels["incidents"].to_string(), world.channel("incidents"));
    assert_eq!(directory.people[&PersonId::from("rina")].1, "Rina");
    assert_eq!(directory.user(&PersonId::from("budi")).unwrap().to_string(), world.person("budi"));
    assert_ne!(directory.roles["sre"], ChatRoleId(0));
    assert_eq!(directory.commands["incident open"], directory.commands["incident show"]);
    assert!(directory.commands.contains_key("ack"));
    assert!(!directory.commands.contains_key("Open incident"), "menu entries cannot be mentioned");
    assert_eq!(directory.person_of(ChatUserId(world.person("rina").parse().unwrap())), Some(&PersonId::from("rina")));
    connected.stop().await;
    world.end().await;
}

#[tokio::test]
async fn a_good_server_leaves_nothing_to_say() {
    assert_eq!(findings(Guild::default()).await, []);
}

#[tokio::test]
async fn what_is_missing_is_said_with_what_to_do_the_worst_first() {
    let mut guild = Guild::default();
    guild.channels.retain(|channel| channel.name != "incident-status");
    guild.people.retain(|person| person.username != "rina");
    let bot = guild.bots.iter_mut().find(|bot| bot.name == "siaga").unwrap();
    bot.permissions.retain(|name| name != "PIN_MESSAGES" && name != "MANAGE_CHANNELS");
    bot.message_content = false;
    let sentences: Vec<String> = findings(guild).await.into_iter().map(|finding| finding.sentence).collect();
    insta::assert_snapshot!(sentences.join("\n"));
}

#[tokio::test]
async fn without_the_incidents_channel_or_the_roles_nothing_works() {
    let mut guild = Guild::default();
    guild.channels.retain(|channel| channel.name != "incidents");
    let found = findings(guild).await;
    assert!(found[0].fatal && found[0].what == "discord.incidents", "{found:?}");
    assert!(found[0].sentence.starts_with("#incidents does not exist in Toko Kita"), "{found:?}");
}
