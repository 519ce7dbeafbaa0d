//! Unreachable is not waiting: whoever does not see the room, is banned, is gone, or takes no direct messages where nothing else is left,
//! is followed by the next way or the next person at once; and it is said before it is needed.
//!
//! Others take a mention for delivered (grafana/oncall pull request 1144: the channel reads that somebody is not in it; Netflix/dispatch
//! issue 1724: named as responsible, and not let into the channel), and stay silent in threads that were locked
//! (discord/discord-api-docs issues 5517 and 6928: in a thread that is closed and locked nothing can be answered).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use discord::people::Times;
use domain::setup::ChatName;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::harness::control::list;
use crate::harness::view::text;
use crate::harness::{Options, Story, configuration, story, story_with};

const VIEW: u64 = 1 << 10;
const CLOSED: &str = "does not see this room: the mention makes no sound for them.";

/// The bot looks often at whoever is called.
pub(crate) fn soon(options: &mut Options) {
    options.people = Times {
        pins: Duration::from_millis(50),
        unknown: Duration::from_millis(100),
        everybody: Duration::from_millis(500),
        called: Duration::from_millis(100),
    };
}

async fn rings(s: &Story, person: &str) -> usize {
    s.phone(person).await.lines().filter(|line| line.starts_with("rings")).count()
}

impl Story {
    /// An administrator says what a role or person may do in a channel or category.
    async fn overwrites(&self, channel: &str, of: &str, kind: u8, allow: u64, deny: u64) {
        let channel = self.place("dewi", channel).await;
        let body = json!({ "type": kind, "allow": allow.to_string(), "deny": deny.to_string() });
        self.bot_calls("author", "PUT", &format!("/channels/{channel}/permissions/{of}"), &body).await;
    }

    /// The category of incidents is for the role sre, and for bots.
    async fn closes_the_category(&self) {
        let everybody = self.sandbox.guild_id().to_string();
        let (ours, sre) = (self.id_of("siaga").await, self.role_id("sre").await);
        self.overwrites("#Incidents", &ours, 1, VIEW, 0).await;
        self.overwrites("#Incidents", &sre, 0, VIEW, 0).await;
        self.overwrites("#Incidents", &everybody, 0, 0, VIEW).await;
    }

    /// An administrator takes a role away.
    async fn loses_role(&self, person: &str, role: &str) {
        let (guild, person, role) = (self.sandbox.guild_id(), self.id_of(person).await, self.role_id(role).await);
        self.bot_calls("author", "DELETE", &format!("/guilds/{guild}/members/{person}/roles/{role}"), &Value::Null)
            .await;
    }

    async fn is_banned(&self, person: &str) {
        let (guild, person) = (self.sandbox.guild_id(), self.id_of(person).await);
        self.bot_calls("author", "PUT", &format!("/guilds/{guild}/bans/{person}"), &json!({})).await;
    }

    async fn trouble_is(&self, order: &Value) {
        self.control.post("/trouble", order).await;
    }

    async fn dms(&self, person: &str, closed: bool) {
        self.trouble_is(&json!({ "do": "dms", "person": person, "closed": closed })).await;
    }

    async fn revoke(&self, permissions: &[&str]) {
        self.trouble_is(&json!({ "do": "revoke", "bot": "siaga", "permissions": permissions })).await;
    }

    /// Somebody who manages threads closes one and locks it.
    async fn locks(&self, thread: &str, archived: bool) {
        let thread = self.place("rina", thread).await;
        let order = json!({ "archived": archived, "locked": true });
        self.control.post(&format!("/people/rina/threads/{thread}"), &order).await;
    }

    async fn no_dead_letters(&self) {
        assert_eq!(self.count("#sre-ops", "Could not deliver").await, 0, "{}", self.channel("#sre-ops").await);
    }
}

#[test]
fn who_sees_no_room_and_takes_no_direct_message_is_followed_by_the_next_step_at_once() {
    story_with(soon, async |s| {
        let agus = s.id_of("agus").await;
        s.overwrites("#incidents", &agus, 1, 0, VIEW).await;
        s.dms("agus", true).await;
        s.operators_read("agus does not see #incidents", 1).await;
        s.search_is_slow().await;
        s.until("Dewi is rung", async || rings(s, "dewi").await == 2).await;
        s.settled().await;
        assert_eq!(rings(s, "agus").await, 0);
        assert_eq!(s.count("INC-1", CLOSED).await, 1, "{}", s.thread("INC-1").await);
        let why = s.dewi().slash("/why", json!({ "incident": "INC-1" })).await.to_string();
        assert!(why.contains("They do not see the room. The direct message did not arrive."), "{why}");
        assert!(why.contains("Delivered: the mention and the direct message."), "{why}");
        s.no_dead_letters().await;
        s.read_all().await;
    });
}

#[test]
fn who_sees_no_room_and_has_the_direct_message_keeps_the_whole_wait_and_everybody_reads_it() {
    story_with(soon, async |s| {
        let agus = s.id_of("agus").await;
        s.overwrites("#incidents", &agus, 1, 0, VIEW).await;
        s.search_is_slow().await;
        s.until("the room reads why", async || s.count("INC-1", CLOSED).await == 1).await;
        s.settled().await;
        assert_eq!((rings(s, "agus").await, rings(s, "dewi").await), (1, 0));
        let card = s.card("INC-1").await;
        assert!(card.contains("Agus (does not see the room)"), "{card}");
        s.advance(5).await;
        assert_eq!(rings(s, "dewi").await, 2);
        assert_eq!(s.count("INC-1", CLOSED).await, 1);
        s.read_all().await;
    });
}

#[test]
fn a_role_that_is_taken_away_while_somebody_is_rung_is_noticed() {
    story_with(soon, async |s| {
        s.closes_the_category().await;
        let (everybody, sre) = (s.sandbox.guild_id().to_string(), s.role_id("sre").await);
        let ours = s.id_of("siaga").await;
        s.overwrites("#incidents", &ours, 1, VIEW, 0).await;
        s.overwrites("#incidents", &sre, 0, VIEW, 0).await;
        s.overwrites("#incidents", &everybody, 0, 0, VIEW).await;
        s.search_is_slow().await;
        assert_eq!(rings(s, "agus").await, 2, "mention and direct message");
        s.dms("agus", true).await;
        assert_eq!(rings(s, "dewi").await, 0);
        s.loses_role("agus", "sre").await;
        s.until("the room reads why", async || s.count("INC-1", CLOSED).await == 1).await;
        s.settled().await;
        // Their direct message had arrived: they have heard of it, and have their time.
        assert_eq!(rings(s, "dewi").await, 0);
        s.read_all().await;
    });
}

#[test]
fn who_is_called_for_the_worst_is_let_into_the_channel_before_the_mention() {
    story_with(soon, async |s| {
        s.closes_the_category().await;
        s.loses_role("budi", "sre").await;
        s.checkout_breaks().await;
        assert_snapshot!(s.phone("budi").await, @"
        rings #inc-1-checkout: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        let overwrites = s.overwrites_of("room INC-1", "budi").await;
        assert_eq!(overwrites, 1, "let in by name");
        // Who sees it anyway is not let in by name.
        s.advance(5).await;
        assert_eq!(rings(s, "rina").await, 2);
        assert_eq!(s.overwrites_of("room INC-1", "rina").await, 0);
        assert_eq!(s.count("room INC-1", CLOSED).await, 0);
        s.no_dead_letters().await;
        s.read_all().await;
    });
}

impl Story {
    /// How many overwrites of a channel name a person.
    async fn overwrites_of(&self, channel: &str, person: &str) -> usize {
        let (channel, person) = (self.place("dewi", channel).await, self.id_of(person).await);
        let found = self.bot_calls("author", "GET", &format!("/channels/{channel}"), &Value::Null).await;
        list(&found["permission_overwrites"]).iter().filter(|one| text(&one["id"]) == person).count()
    }

    /// How often a route was called by the bot.
    async fn called(&self, method: &str, route: &str) -> usize {
        let calls = list(&self.control.get("/calls").await["calls"]);
        let is_it = |call: &&Value| call["method"] == method && call["route"] == route && text(&call["bot"]) == "siaga";
        calls.iter().filter(is_it).count()
    }
}

const OVERWRITE: &str = "/channels/{channel_id}/permissions/{overwrite_id}";

#[test]
fn a_death_while_somebody_is_let_in_rings_them_once_in_the_room() {
    story_with(soon, async |s| {
        s.closes_the_category().await;
        s.loses_role("budi", "sre").await;
        let order = json!({ "bot": "siaga", "method": "PUT", "route": OVERWRITE, "at": "applied", "do": "hold" });
        let fault = s.fault(&order).await;
        s.alert("checkout").critical().saying("Checkout errors 12 %").sent("firing").await;
        s.held(&fault).await;
        s.stop_bot().await;
        s.release(&fault).await;
        s.start_bot().await;
        s.ready().await;
        s.until("Budi is rung in the room", async || s.phone("budi").await.contains("#inc-1-checkout")).await;
        s.settled().await;
        assert_eq!(rings(s, "budi").await, 2, "{}", s.phone("budi").await);
        s.no_dead_letters().await;
        s.read_all().await;
    });
}

#[test]
fn without_the_permission_to_let_people_in_it_is_said_before_it_is_needed_and_the_direct_message_rings() {
    story_with(soon, async |s| {
        s.closes_the_category().await;
        s.loses_role("budi", "sre").await;
        s.settled().await;
        assert_eq!(s.count("#sre-ops", "budi does not see").await, 0, "Siaga can let them in");
        s.revoke(&["MANAGE_ROLES"]).await;
        s.operators_read("budi does not see the category Incidents, and Siaga cannot let them into", 1).await;
        let told = s.dewi().slash("/oncall show", json!({})).await.to_string();
        assert!(told.contains("Budi does not see Incidents: a mention there makes no sound for them."), "{told}");
        s.checkout_breaks().await;
        let not_let_in = "does not see this channel, and Discord did not have them let in";
        s.until("the room reads why", async || s.count("room INC-1", not_let_in).await == 1).await;
        s.settled().await;
        assert_snapshot!(s.phone("budi").await, @"rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.");
        // It is told once, not at every look.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        s.operators_read("budi does not see the category Incidents", 1).await;
        s.no_dead_letters().await;
        s.read_all().await;
    });
}

#[test]
fn whom_the_server_keeps_out_by_name_is_not_let_in() {
    story_with(soon, async |s| {
        let budi = s.id_of("budi").await;
        s.overwrites("#Incidents", &budi, 1, 0, VIEW).await;
        s.operators_read("budi is kept out of the category Incidents by name", 1).await;
        s.checkout_breaks().await;
        s.until("the room reads why", async || s.count("room INC-1", "does not see this channel").await == 1).await;
        s.settled().await;
        assert_eq!(s.called("PUT", OVERWRITE).await, 0);
        s.read_all().await;
    });
}

#[test]
fn who_is_banned_is_not_waited_for() {
    story_with(soon, async |s| {
        s.checkout_breaks().await;
        assert_eq!(rings(s, "budi").await, 2);
        s.is_banned("budi").await;
        s.until("Rina is rung", async || rings(s, "rina").await == 2).await;
        s.settled().await;
        assert_eq!(s.count("room INC-1", "left the server: no mention").await, 1);
        let card = s.card("INC-1").await;
        assert!(card.contains("Budi (left the server)"), "{card}");
        let why = s.dewi().slash("/why", json!({ "incident": "INC-1" })).await.to_string();
        assert!(why.contains("They left the server."), "{why}");
        let told = s.dewi().slash("/oncall show", json!({})).await.to_string();
        assert!(told.contains("Budi is not a member of the server: no page reaches them in Discord."), "{told}");
        s.no_dead_letters().await;
        s.read_all().await;
    });
}

/// Discord answers 10013 for an account that does not exist any more, and 10007 for one that is no member.
#[test]
fn whose_account_is_gone_is_not_waited_for() {
    let gone = |options: &mut Options| {
        soon(options);
        options.setup.people.get_mut(&"budi".into()).unwrap().discord = ChatName::Id(4_711);
    };
    story_with(gone, async |s| {
        s.operators_read("budi cannot be paged: the account 4711 is not a member of the server", 1).await;
        // What is meant for nobody is told as a refusal.
        s.expect_dead_letters(2);
        s.checkout_breaks().await;
        s.until("Rina is rung", async || rings(s, "rina").await == 2).await;
        s.settled().await;
        s.read_all().await;
    });
}

#[test]
fn a_holder_who_leaves_does_not_have_it_any_more_and_the_policy_goes_on_at_once() {
    story_with(soon, async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        assert_eq!(rings(s, "rina").await, 0);
        s.goes_away("budi").await;
        s.until("Rina is rung", async || rings(s, "rina").await == 2).await;
        s.settled().await;
        let told = "Budi had this and left the server, so nobody has it now.";
        assert_eq!(s.count("room INC-1", told).await, 1, "{}", s.room("INC-1").await);
        assert!(s.card("INC-1").await.contains("TRIGGERED"));
        s.rina().press_in("DM", "Acknowledge").await.done();
        assert!(s.card("INC-1").await.contains("**Has it** Rina"));
        s.read_all().await;
    });
}

#[test]
fn a_holder_who_is_banned_and_in_no_configuration_does_not_have_it_any_more() {
    story_with(soon, async |s| {
        s.search_is_slow().await;
        s.person("joko").press_in("#incidents", "Acknowledge").await.done();
        assert!(s.card("INC-1").await.contains("**Has it** Joko"));
        s.is_banned("joko").await;
        s.until("Dewi is rung", async || rings(s, "dewi").await == 2).await;
        s.settled().await;
        assert_eq!(s.count("INC-1", "Joko had this and left the server").await, 1);
        s.read_all().await;
    });
}

#[test]
fn a_schedule_of_which_nobody_is_left_while_a_page_is_open_is_passed() {
    story_with(soon, async |s| {
        s.checkout_breaks().await;
        s.goes_away("rina").await;
        s.goes_away("budi").await;
        // Rina is on the schedule and the second step: both are passed.
        s.until("the third step is rung", async || rings(s, "agus").await == 2 && rings(s, "dewi").await == 2).await;
        s.operators_read("budi cannot be paged", 1).await;
        s.operators_read("rina cannot be paged", 1).await;
        s.settled().await;
        s.read_all().await;
    });
}

/// Trial 11.
pub(crate) fn a_thread_that_is_closed_and_locked_is_opened_again_and_everything_goes_on_in_it() {
    story(async |s| {
        s.search_is_slow().await;
        s.locks("INC-1", true).await;
        // It raises the incident, which the room reads.
        s.alert("search").critical().numbered(2).saying("Search is down").fires().await;
        assert!(!s.locked("INC-1").await.0, "opened again");
        s.locks("INC-1", true).await;
        s.advance(5).await;
        assert_eq!(rings(s, "dewi").await, 2, "{}", s.phone("dewi").await);
        s.locks("INC-1", true).await;
        s.agus().slash("/update", json!({ "incident": "INC-1" })).await.done();
        s.agus().fills(&[Some("Search is slow"), Some("we look into it"), None]).await.done();
        s.locks("INC-1", true).await;
        s.dewi().press_in("DM", "Acknowledge").await.done();
        s.settled().await;
        let told = s.thread("INC-1").await;
        assert!(!told.contains("[Acknowledge]"), "no page with live buttons after its answer: {told}");
        assert_eq!(s.count("#sre-ops", "Could not deliver").await, 0);
        s.read_all().await;
    });
}

#[test]
fn a_locked_thread_that_may_not_be_opened_is_left_for_a_new_one_and_that_is_said_once() {
    story(async |s| {
        s.people_read_otherwise("Discord lets nobody change what stands in a locked thread");
        s.search_is_slow().await;
        s.revoke(&["MANAGE_THREADS"]).await;
        s.locks("INC-1", true).await;
        s.read_all().await;
        s.agus().slash("/note", json!({ "incident": "INC-1", "text": "looking at it" })).await.done();
        s.until("a new thread", async || s.rooms().await.len() == 2).await;
        s.settled().await;
        s.advance(5).await;
        assert_eq!(rings(s, "dewi").await, 2, "{}", s.phone("dewi").await);
        let places = s.all_places().await;
        let said = "was closed and locked, and Siaga may not open it again. The work goes on in this one.";
        let told: usize = places
            .iter()
            .map(|(_, _, messages)| messages.iter().filter(|one| one.to_string().contains(said)).count())
            .sum();
        assert_eq!(told, 1);
        assert_eq!(s.count("#incidents", "INC-1 · SEV-3").await, 1, "one card");
        s.dewi().press_in("DM", "Acknowledge").await.done();
        s.settled().await;
        s.no_dead_letters().await;
        s.read_all().await;
    });
}

/// Locked, and not closed: 160005.
#[test]
fn a_thread_that_is_only_locked_is_left_too_when_it_may_not_be_written_in() {
    story(async |s| {
        s.search_is_slow().await;
        s.revoke(&["MANAGE_THREADS"]).await;
        s.locks("INC-1", false).await;
        s.advance(5).await;
        s.until("a new thread", async || s.rooms().await.len() == 2).await;
        s.settled().await;
        assert_eq!(rings(s, "dewi").await, 2, "{}", s.phone("dewi").await);
        s.no_dead_letters().await;
        s.read_all().await;
    });
}

#[test]
fn the_locked_thread_of_an_incident_that_is_over_is_left_alone() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.revoke(&["MANAGE_THREADS"]).await;
        s.agus().press("Resolve").await.done();
        s.agus().fills(&[Some("restarted")]).await.done();
        s.locks("INC-1", true).await;
        s.agus().slash("/note", json!({ "incident": "INC-1", "text": "it was the cache" })).await.done();
        s.settled().await;
        assert_eq!(s.locked("INC-1").await, (true, true));
        assert_eq!(s.rooms().await.len(), 1);
        s.no_dead_letters().await;
        s.read_all().await;
    });
}

impl Story {
    /// Whether a thread is closed, and locked.
    async fn locked(&self, thread: &str) -> (bool, bool) {
        let id = self.place("rina", thread).await;
        let found = self.bot_calls("author", "GET", &format!("/channels/{id}"), &Value::Null).await;
        (found["thread_metadata"]["archived"] == true, found["thread_metadata"]["locked"] == true)
    }
}

#[test]
fn a_channel_that_is_deleted_while_a_page_is_on_its_way_to_it_rings_elsewhere() {
    story_with(soon, async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        let room = s.place("dewi", "room INC-1").await;
        let order = json!({
            "bot": "siaga", "method": "POST", "route": "/channels/{channel_id}/messages", "contains": "Tap to answer", "nth": 1,
            "do": "trouble", "trouble": { "do": "delete_channel", "channel": room },
        });
        s.fault(&order).await;
        s.advance(5).await;
        s.until("Rina is rung in the thread", async || s.phone("rina").await.contains("#INC-1")).await;
        s.settled().await;
        assert_eq!(rings(s, "rina").await, 2, "{}", s.phone("rina").await);
        s.no_dead_letters().await;
        s.read_all().await;
    });
}

#[test]
fn the_doctor_says_who_would_not_hear_a_mention() {
    story_with(soon, async |s| {
        let agus = s.id_of("agus").await;
        s.overwrites("#incidents", &agus, 1, 0, VIEW).await;
        s.operators_read("agus does not see #incidents", 1).await;
        // Somebody whom no policy calls may stay outside.
        let sari = s.id_of("sari").await;
        s.overwrites("#incidents", &sari, 1, 0, VIEW).await;
        let file = configuration(s, |text| text).display().to_string();
        let (token, base) = (s.sandbox.bot("siaga").unwrap().token, s.sandbox.base_url());
        let variables = [("DISCORD_TOKEN", token.as_str()), ("SIAGA_DISCORD", &base), ("SIAGA_CONFIG", &file)];
        let said = s.siaga_with(&["doctor"], &variables).await.text();
        assert!(said.contains("agus does not see #incidents, so a mention in an incident's thread"), "{said}");
        assert!(!said.contains("sari does not see"), "{said}");
        s.overwrites("#incidents", &agus, 1, VIEW, 0).await;
        s.until("it is well again", async || {
            !s.dewi().slash("/oncall show", json!({})).await.to_string().contains("does not see")
        })
        .await;
        s.read_all().await;
    });
}
