//! Who is on call changes for a time: people take over and give, both read of it, pages follow, and it outlives restarts.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::harness::{CONFIG, Options, Story, configuration, setup_of, story, story_with};

/// The sample, with Wati among the people and responders.
fn with_wati(options: &mut Options) {
    options.setup = setup_of(&config_with_wati());
    options.guild.people.iter_mut().find(|one| one.username == "wati").unwrap().roles = vec!["sre".to_owned()];
}

fn config_with_wati() -> String {
    CONFIG.replace("agus = { discord = \"agus\" }", "agus = { discord = \"agus\" }\nwati = { discord = \"wati\" }")
}

async fn shown(s: &Story) -> String {
    let all = s.sari().slash("/oncall show", json!({})).await.to_string();
    all.lines().next().unwrap_or_default().to_owned()
}

async fn takes(s: &Story, person: &'static str, until: &str) -> String {
    s.person(person).slash("/oncall take", json!({ "schedule": "payments", "until": until })).await.to_string()
}

#[test]
fn whoever_takes_over_is_on_call_and_paged_and_both_read_of_it_at_the_beginning_and_the_end() {
    story(async |s| {
        assert_snapshot!(takes(s, "rina", "06:00").await, @"Siaga (private): You are on call for payments until [2 Mar 06:00], instead of Budi. `/oncall end` ends it earlier.");
        assert_snapshot!(s.direct("budi").await, @"Siaga: Rina is on call for payments until [2 Mar 06:00], instead of you (by Rina).");
        assert_snapshot!(shown(s).await, @"Siaga (private): Rina (instead of Budi, by Rina, until [2 Mar 06:00]) is on call for payments; then Budi.");
        s.checkout_breaks().await;
        assert_snapshot!(s.phone("rina").await, @r"
        rings #inc-1-checkout: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        let card = s.card("INC-1").await;
        assert!(card.contains("Rina (instead of Budi, by Rina, until [2 Mar 06:00])"), "{card}");
        let why = s.agus().slash("/why", json!({ "incident": "INC-1" })).await.to_string();
        assert!(why.contains("Rina (instead of Budi, by Rina, until [2 Mar 06:00])"), "{why}");
        s.rina().press_in("DM", "Acknowledge").await.done();
        s.read_all().await;

        s.restart().await;
        assert_snapshot!(shown(s).await, @"Siaga (private): Rina (instead of Budi, by Rina, until [2 Mar 06:00]) is on call for payments; then Budi.");
        s.advance(169).await;
        assert!(shown(s).await.contains("Rina (instead of Budi"));
        s.advance(1).await;
        assert_snapshot!(shown(s).await, @"Siaga (private): Budi is on call for payments until [2 Mar 09:00]; then Rina.");
        for (person, text) in
            [("budi", "You are on call for payments again."), ("rina", "Budi is on call for payments now.")]
        {
            let told = s.direct(person).await;
            assert!(told.contains("The override of Rina is over.") && told.contains(text), "{told}");
        }
        s.read_all().await;
    });
}

#[test]
fn what_is_no_time_has_passed_or_is_not_theirs_is_said_in_one_sentence() {
    story(async |s| {
        assert_snapshot!(takes(s, "rina", "2026-03-01 09:00").await, @"Siaga (private): [1 Mar 09:00] has passed. Name a time to come.");
        assert_snapshot!(takes(s, "rina", "2026-05-01 09:00").await, @"Siaga (private): An override lasts 31 days at most. For longer, an operator changes the schedule.");
        assert_snapshot!(takes(s, "budi", "06:00").await, @"Siaga (private): You are on call for payments anyway, until [2 Mar 09:00].");
        assert_snapshot!(s.rina().slash("/oncall take", json!({ "schedule": "shop", "for": "2h" })).await, @"Siaga (private): There is no schedule shop. There is: payments and platform.");
        assert_snapshot!(s.agus().slash("/oncall give", json!({ "person": "rina", "until": "06:00", "schedule": "payments" })).await, @"Siaga (private): Budi is on call for payments: only they or an admin can give it. `/oncall take` takes it over yourself.");
        assert_snapshot!(s.rina().slash("/oncall end", json!({})).await, @"Siaga (private): There is no override to end there. `/oncall show` says who is on call.");
        let refused = s.sari().slash("/oncall take", json!({ "schedule": "payments", "for": "2h" })).await.to_string();
        assert!(refused.contains("Only responders"), "{refused}");
        assert_snapshot!(s.direct("budi").await, @"(nothing)");
    });
}

/// grafana/oncall issue 395: people do not hand over because asking around is a pain.
#[test]
fn who_is_on_call_asks_somebody_and_stays_on_call_until_the_yes() {
    story(async |s| {
        assert_snapshot!(s.budi().slash("/oncall give", json!({ "person": "rina", "until": "06:00" })).await, @"Siaga (private): Rina is asked whether they take over payments until [2 Mar 06:00]. You stay on call until they say yes; the question ends [2 Mar 04:10].");
        assert_snapshot!(s.direct("rina").await, @r"
        Siaga: Budi asks: can you be on call for payments from now until [2 Mar 06:00]? The question ends [2 Mar 04:10].
          [Yes, I take over] [No]
        ");
        assert!(shown(s).await.contains("Budi is on call for payments"));
        s.restart().await;
        assert_snapshot!(s.rina().press_in("DM", "Yes, I take over").await, @"Siaga (private): You are on call for payments until [2 Mar 06:00]. `/oncall end` ends it earlier.");
        assert_snapshot!(s.direct("rina").await, @"Siaga: Budi asks: can you be on call for payments from now until [2 Mar 06:00]? Rina said yes.");
        assert_snapshot!(s.direct("budi").await, @"Siaga: Rina is on call for payments until [2 Mar 06:00], instead of you (by Budi).");
        assert_snapshot!(shown(s).await, @"Siaga (private): Rina (instead of Budi, by Budi, until [2 Mar 06:00]) is on call for payments; then Budi.");
        assert_snapshot!(s.rina().slash("/oncall end", json!({})).await, @"Siaga (private): It is over. Budi is on call for payments.");
        assert!(shown(s).await.contains("Budi is on call for payments until"));
        s.read_all().await;
    });
}

#[test]
fn a_no_and_no_answer_leave_the_giver_on_call_and_tell_them() {
    story(async |s| {
        let give = json!({ "person": "rina", "until": "06:00" });
        s.budi().slash("/oncall give", give.clone()).await.done();
        assert_snapshot!(s.rina().press_in("DM", "No").await, @"Siaga (private): You did not take over. Budi is told.");
        assert_snapshot!(s.direct("budi").await, @"Siaga: Rina cannot take over payments. You stay on call; `/oncall give` asks somebody else.");
        s.budi().slash("/oncall give", give).await.done();
        s.advance(60).await;
        let told = s.direct("budi").await;
        assert!(told.contains("Rina did not answer in time whether they take over payments."), "{told}");
        let asked = s.direct("rina").await;
        assert!(asked.contains("It was not answered in time.") && !asked.contains("[No]"), "{asked}");
        assert!(shown(s).await.contains("Budi is on call for payments"));
        s.read_all().await;
    });
}

#[test]
fn somebody_who_takes_no_direct_messages_is_asked_in_the_incidents_channel() {
    story(async |s| {
        s.rina().closes_direct_messages().await;
        s.budi().slash("/oncall give", json!({ "person": "rina", "until": "06:00" })).await.done();
        assert_snapshot!(s.news("#incidents").await, @r"
        Siaga: @Rina Budi asks: can you be on call for payments from now until [2 Mar 06:00]? The question ends [2 Mar 04:10].
          [Yes, I take over] [No]
        ");
        let other = s.agus().press_in("#incidents", "Yes, I take over").await.to_string();
        assert!(other.contains("Rina was asked; only they can answer."), "{other}");
        s.rina().press_in("#incidents", "Yes, I take over").await.done();
        assert!(shown(s).await.contains("Rina (instead of Budi"));
        s.read_all().await;
    });
}

#[test]
fn an_unanswered_page_goes_to_whoever_takes_over_once() {
    story_with(with_wati, async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        takes(s, "wati", "06:00").await;
        assert_snapshot!(s.phone("wati").await, @r"
        rings #inc-1-checkout: @Wati SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        let old = s.direct("budi").await;
        assert!(old.contains("Handed over to Wati"), "{old}");
        s.person("wati").press_in("DM", "Acknowledge").await.done();
        s.person("wati").slash("/oncall end", json!({})).await.done();
        // What somebody has is nobody else's to be called for.
        let pages = s.phone("budi").await.matches("Tap to answer").count();
        assert_eq!(pages, 2, "{}", s.phone("budi").await);
        s.read_all().await;
    });
}

/// grafana/oncall issue 1021.
#[test]
fn of_two_overrides_the_last_holds_and_the_first_goes_on_after_it_also_after_a_restart() {
    story_with(with_wati, async |s| {
        takes(s, "rina", "08:00").await;
        takes(s, "wati", "05:00").await;
        s.restart().await;
        assert_snapshot!(shown(s).await, @"Siaga (private): Wati (instead of Rina, by Wati, until [2 Mar 05:00]) is on call for payments; then Rina.");
        s.stop_bot().await;
        s.pass(Duration::from_secs(2 * 3_600)).await;
        s.start_bot().await;
        s.ready().await;
        s.settled().await;
        assert_snapshot!(shown(s).await, @"Siaga (private): Rina (instead of Budi, by Rina, until [2 Mar 08:00]) is on call for payments; then Budi.");
        s.read_all().await;
    });
}

const PAYMENTS: &str = "name = \"payments\"\npeople = [\"budi\", \"rina\"]";

/// With these lines in the schedule of payments, and Wati among the people.
fn config_with(text: &str, lines: &str) -> String {
    let known = "agus = { discord = \"agus\" }";
    let text = text.replace(known, &format!("{known}\nwati = {{ discord = \"wati\" }}"));
    text.replace(PAYMENTS, &format!("{PAYMENTS}\n{lines}"))
}

const BOTH: &str = "announce = \"#sre\"\nrole = \"@on-call\"";

/// A channel that reads who is on call, and a role that follows.
fn announced(options: &mut Options) {
    options.setup = setup_of(&config_with(CONFIG, BOTH));
    for name in ["on-call", "pager"] {
        let role = sandbox::RoleSeed { name: name.into(), color: 0, mentionable: false, permissions: Vec::new() };
        options.guild.roles.push(role);
    }
    options.guild.people.iter_mut().find(|one| one.username == "wati").unwrap().roles = vec!["sre".to_owned()];
    let bot = options.guild.bots.iter_mut().find(|bot| bot.name == "siaga").unwrap();
    bot.permissions.push("MANAGE_ROLES".to_owned());
}

async fn has_role(s: &Story, person: &str) -> bool {
    has(s, person, "on-call").await
}

async fn has(s: &Story, person: &str, role: &str) -> bool {
    let role = s.role_id(role).await;
    let path = format!("/guilds/{}/members/{}", s.sandbox.guild_id(), s.id_of(person).await);
    let member = s.bot_calls("siaga", "GET", &path, &Value::Null).await;
    member["roles"].as_array().unwrap().iter().any(|one| one == role.as_str())
}

#[test]
fn each_change_is_said_in_the_channel_of_choice_and_the_role_follows_and_nobody_is_mentioned() {
    story_with(announced, async |s| {
        s.settled().await;
        assert_snapshot!(s.news("#sre").await, @"Siaga (silent): Budi is on call for payments until [2 Mar 09:00].");
        assert!(has_role(s, "budi").await && !has_role(s, "rina").await);
        takes(s, "wati", "06:00").await;
        assert_snapshot!(s.news("#sre").await, @"
        Siaga (silent): Wati (instead of Budi, by Wati, until [2 Mar 06:00]) is on call for payments.
          [End]
        ");
        assert!(has_role(s, "wati").await && !has_role(s, "budi").await);
        // The same person for longer is no news.
        takes(s, "wati", "07:00").await;
        assert_snapshot!(s.news("#sre").await, @"(nothing)");
        s.restart().await;
        s.settled().await;
        assert_snapshot!(s.news("#sre").await, @"(nothing)");
        s.advance(230).await;
        assert_snapshot!(s.news("#sre").await, @"Siaga (silent): Budi is on call for payments until [2 Mar 09:00].");
        assert!(has_role(s, "budi").await && !has_role(s, "wati").await);
        // The handoff at nine.
        s.advance(120).await;
        assert_snapshot!(s.news("#sre").await, @"Siaga (silent): Rina is on call for payments until [9 Mar 09:00].");
        assert!(has_role(s, "rina").await && !has_role(s, "budi").await);
        s.read_all().await;
    });
}

/// grafana/oncall issue 4343: an override of a deleted user called nobody, and nobody could take it away.
#[test]
fn when_whoever_took_over_leaves_the_server_the_rotation_is_back_and_told() {
    let soon = |options: &mut Options| {
        with_wati(options);
        options.people = discord::people::Times {
            pins: Duration::from_millis(50),
            unknown: Duration::from_millis(100),
            everybody: Duration::from_millis(150),
            called: Duration::from_secs(10),
        };
    };
    story_with(soon, async |s| {
        takes(s, "wati", "06:00").await;
        s.control.post("/people/wati/leave", &json!({})).await;
        s.until("Budi is on call again", async || shown(s).await.contains("Budi is on call for payments until")).await;
        s.settled().await;
        let told = s.direct("budi").await;
        assert!(told.contains("Wati left the server") || told.contains("wati left the server"), "{told}");
        assert!(told.contains("You are on call for payments again."), "{told}");
        s.until("operators are told", async || s.count("#sre-ops", "left the server and cannot cover").await == 1)
            .await;
        s.settled().await;
        s.read_all().await;
    });
}

#[test]
fn whoever_is_not_in_the_configuration_any_more_is_not_on_call_any_more() {
    story_with(with_wati, async |s| {
        takes(s, "wati", "06:00").await;
        s.read_all().await;
        let file = configuration(s, |text| text);
        assert!(s.bot().reload(&file).await.taken);
        // Budi or Rina, whoever the file's rotation says.
        assert!(!shown(s).await.contains("ati"), "{}", shown(s).await);
        s.until("operators are told", async || {
            s.count("#sre-ops", "no longer in the configuration and cannot cover").await == 1
        })
        .await;
        s.settled().await;
        s.read_all().await;
    });
}

#[test]
fn an_end_in_the_hour_that_exists_twice_is_the_later_one_and_says_so() {
    let berlin = |options: &mut Options| {
        let text =
            CONFIG.replace("handoff = \"Monday 09:00\"", "handoff = \"Monday 09:00\"\ntimezone = \"Europe/Berlin\"");
        options.setup = setup_of(&text);
        options.begins = "2026-10-24T20:00:00[Europe/Berlin]".parse::<jiff::Zoned>().unwrap().timestamp();
    };
    story_with(berlin, async |s| {
        let on_call = shown(s).await;
        let (taker, other) = if on_call.contains("Budi is") { ("rina", "Budi") } else { ("budi", "Rina") };
        let told = takes(s, taker, "02:30").await;
        assert!(told.contains("02:30 exists twice that night; the later one is meant (+01:00)."), "{told}");
        // 02:30 for the first time, half past two in summer time.
        s.advance(390).await;
        assert!(!shown(s).await.contains(&format!("{other} is on call")), "{}", shown(s).await);
        s.advance(60).await;
        assert!(shown(s).await.contains(&format!("{other} is on call for payments")), "{}", shown(s).await);
        s.read_all().await;
    });
}

/// grafana/oncall issue 945: nobody could tell why the group of who is on call was not kept.
#[test]
fn doctor_says_why_the_role_of_a_schedule_cannot_be_kept() {
    let above = |options: &mut Options| {
        announced(options);
        // Somebody who may move roles stands above the bot.
        options.guild.bots.sort_by_key(|bot| bot.name != "author");
    };
    story_with(above, async |s| {
        let file = configuration(s, |text| config_with(&text, BOTH));
        let (token, base) = (s.sandbox.bot("siaga").unwrap().token, s.sandbox.base_url());
        let file = file.display().to_string();
        let variables = [("DISCORD_TOKEN", token.as_str()), ("SIAGA_DISCORD", &base), ("SIAGA_CONFIG", &file)];
        let about = async || {
            let said = s.siaga_with(&["doctor"], &variables).await.text();
            let lines: Vec<&str> = said.lines().filter(|line| line.contains(" schedule payments:")).collect();
            lines.join("\n")
        };
        assert_eq!(about().await, "");
        let rights = |verb: &str| json!({ "do": verb, "bot": "siaga", "permissions": ["MANAGE_ROLES"] });
        s.control.post("/trouble", &rights("revoke")).await;
        assert_snapshot!(about().await, @"FIX  schedule payments: the bot lacks Manage Roles and cannot give @on-call: switch it on for siaga in Server Settings, Roles");
        s.control.post("/trouble", &rights("grant")).await;
        let roles = s.as_admin(reqwest::Method::GET, "/roles", &json!({})).await;
        let own = roles.as_array().unwrap().iter().find(|role| role["name"] == "siaga").unwrap()["position"].clone();
        let moved = json!([{ "id": s.role_id("on-call").await, "position": own }]);
        s.as_admin(reqwest::Method::PATCH, "/roles", &moved).await;
        assert_snapshot!(about().await, @"FIX  schedule payments: @on-call stands above siaga, so the bot cannot give it: drag siaga above it in Server Settings, Roles");
        s.renames_role("on-call", "lookout").await;
        s.removes("sre").await;
        assert_snapshot!(about().await, @"
        FIX  schedule payments: #sre does not exist in Toko Kita, or the bot cannot see it: create it, let the bot in, or run `siaga init`
        FIX  schedule payments: the role @on-call does not exist in Toko Kita: create it, or correct its name
        ");
        s.settled().await;
        s.read_all().await;
    });
}

const NO_ROLE: &str = "Whoever is on call for payments does not get it; pages are not touched by it.";

#[test]
fn a_running_bot_tells_once_which_channel_or_role_of_a_schedule_is_not_there() {
    story_with(announced, async |s| {
        s.settled().await;
        s.renames("sre", "engineers").await;
        s.operators_read("The channel #sre is not there", 1).await;
        s.renames_role("on-call", "lookout").await;
        s.operators_read(NO_ROLE, 1).await;
        s.restart().await;
        s.settled().await;
        let file = configuration(s, |text| config_with(&text, BOTH));
        assert!(s.bot().reload(&file).await.taken);
        s.settled().await;
        s.operators_read(NO_ROLE, 1).await;
        s.operators_read("The channel #sre is not there", 1).await;
        s.read_all().await;
    });
}

#[test]
fn a_role_that_the_file_names_no_longer_is_taken_from_whoever_has_it() {
    story_with(announced, async |s| {
        s.settled().await;
        assert!(has(s, "budi", "on-call").await);
        s.read_all().await;
        // Another role: given at once, the old one taken, and nothing said, because the same person is on call.
        let other = config_with(CONFIG, "announce = \"#sre\"\nrole = \"@pager\"");
        s.stop_bot().await;
        s.setup = setup_of(&other);
        s.start_bot().await;
        s.ready().await;
        s.settled().await;
        assert!(has(s, "budi", "pager").await && !has(s, "budi", "on-call").await);
        assert_snapshot!(s.news("#sre").await, @"(nothing)");
        // None at all, and Budi is gone from the file, too.
        s.stop_bot().await;
        s.setup = setup_of(&config_with_wati());
        s.start_bot().await;
        s.ready().await;
        s.settled().await;
        assert!(!has(s, "budi", "pager").await && !has(s, "budi", "on-call").await);
        // Named anew, it is given to who is on call.
        s.stop_bot().await;
        s.setup = setup_of(&config_with(CONFIG, BOTH));
        s.start_bot().await;
        s.ready().await;
        s.settled().await;
        assert!(has(s, "budi", "on-call").await);
        assert_snapshot!(s.news("#sre").await, @"(nothing)");
        s.read_all().await;
    });
}

#[test]
fn somebody_who_is_not_in_the_file_any_more_keeps_no_role() {
    story_with(announced, async |s| {
        takes(s, "wati", "06:00").await;
        s.settled().await;
        assert!(has(s, "wati", "on-call").await);
        let file = configuration(s, |text| text.replace(PAYMENTS, &format!("{PAYMENTS}\n{BOTH}")));
        assert!(s.bot().reload(&file).await.taken);
        s.advance(1).await;
        s.settled().await;
        assert!(!has(s, "wati", "on-call").await);
        let others = [has(s, "budi", "on-call").await, has(s, "rina", "on-call").await];
        assert_eq!(others.iter().filter(|has| **has).count(), 1, "whoever the file's rotation says has it");
        s.read_all().await;
    });
}

#[test]
fn a_schedule_that_is_gone_ends_its_override_takes_its_role_and_tells() {
    story_with(announced, async |s| {
        takes(s, "wati", "06:00").await;
        s.settled().await;
        assert!(has(s, "wati", "on-call").await);
        s.read_all().await;
        let file = configuration(s, |text| {
            let text = config_with(&text, "").replace(PAYMENTS, &PAYMENTS.replace("payments", "shop"));
            text.replace("on-call:payments", "on-call:shop")
        });
        let report = s.bot().reload(&file).await;
        assert!(report.taken, "{report:?}");
        s.advance(1).await;
        s.settled().await;
        assert!(!has(s, "wati", "on-call").await);
        assert!(!has(s, "budi", "on-call").await);
        assert_snapshot!(s.direct("wati").await, @"Siaga: The schedule is no longer in the configuration, so Wati is not on call there. Nobody is on call for payments now.");
        s.operators_read("The schedule is no longer in the configuration", 1).await;
        assert!(!shown(s).await.contains("ati"), "{}", shown(s).await);
        // Once, also at the next start.
        let before = s.direct("wati").await;
        s.restart().await;
        s.settled().await;
        assert_eq!(s.direct("wati").await, before);
        s.read_all().await;
    });
}

#[test]
fn an_override_is_ended_by_a_button_that_asks_once() {
    story_with(announced, async |s| {
        takes(s, "wati", "06:00").await;
        assert_snapshot!(s.news("#sre").await, @"
        Siaga (silent): Budi is on call for payments until [2 Mar 09:00].
        Siaga (silent): Wati (instead of Budi, by Wati, until [2 Mar 06:00]) is on call for payments.
          [End]
        ");
        // Who may not end it gets no button, and is refused where everybody sees one.
        let all = s.sari().slash("/oncall show", json!({})).await.to_string();
        assert!(!all.contains("[End]"), "{all}");
        let refused = s.sari().press_in("#sre", "End").await.to_string();
        assert!(refused.contains("Only responders"), "{refused}");
        assert_snapshot!(s.agus().slash("/oncall show", json!({})).await, @"
        Siaga (private): Wati (instead of Budi, by Wati, until [2 Mar 06:00]) is on call for payments; then Budi.
          Agus is on call for platform until [4 Mar 10:00]; then Rina.
          [End]
        ");
        assert_snapshot!(s.agus().press("End").await, @"
        Siaga (private): Wati is on call for payments by an override until [2 Mar 06:00]. End it now? Budi is on call for payments then, and is paged for what nobody has.
          [End it now]
        ");
        // Nothing ended yet.
        assert!(shown(s).await.contains("Wati"));
        assert_snapshot!(s.agus().press("End it now").await, @"Siaga (private): It is over. Budi is on call for payments.");
        assert!(shown(s).await.contains("Budi is on call for payments until"));
        assert!(has_role(s, "budi").await && !has_role(s, "wati").await);
        let told = s.direct("wati").await;
        assert!(told.contains("Agus ended the override of Wati."), "{told}");
        // The old button ends no later override.
        takes(s, "wati", "06:00").await;
        let first = s.agus().press_in("#sre", "End").await.to_string();
        assert!(first.contains("End it now?"), "{first}");
        s.restart().await;
        assert_snapshot!(s.person("wati").press_in("#sre", "End").await, @"
        Siaga (private): Wati is on call for payments by an override until [2 Mar 06:00]. End it now? Budi is on call for payments then, and is paged for what nobody has.
          [End it now]
        ");
        s.person("wati").press("End it now").await.done();
        assert_snapshot!(s.agus().press_in("#sre", "End").await, @"Siaga (private): There is no override to end there. `/oncall show` says who is on call.");
        s.read_all().await;
    });
}
