//! A person of the file is one Discord account: matched by user name once, and that account from then on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use discord::people::Times;
use domain::setup::ChatName;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::harness::{CONFIG, Options, Story, story, story_with};

const SEARCH: &str = "/guilds/{guild_id}/members/search";

/// The bot looks as often as the story needs: at pins and for whoever is not found, soon; at everybody, at each start.
fn soon(options: &mut Options) {
    options.people = Times {
        pins: Duration::from_millis(50),
        unknown: Duration::from_millis(100),
        everybody: Duration::from_secs(3_600),
        called: Duration::from_millis(100),
    };
}

/// A world from which somebody is away.
fn without(person: &'static str) -> impl FnOnce(&mut Options) {
    move |options| {
        soon(options);
        options.guild.people.retain(|one| one.username != person);
    }
}

/// The sample configuration as a file, changed.
fn file(s: &Story, change: impl FnOnce(String) -> String) -> std::path::PathBuf {
    let file = s.file("siaga.toml");
    let (runbooks, scenarios) =
        (concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks"), concat!(env!("CARGO_MANIFEST_DIR"), "/examples/scenarios"));
    let text = CONFIG.replace("\"../runbooks\"", &format!("{runbooks:?}"));
    let text = text.replace("folder = \"scenarios\"", &format!("folder = {scenarios:?}"));
    std::fs::write(&file, change(text)).unwrap();
    file
}

/// Who is pinned, without what differs from run to run.
async fn pinned(s: &Story) -> Vec<Value> {
    let mut listed = s.siaga(&["people", "list", "--output", "json"]).await.json();
    let listed = listed.as_array_mut().unwrap();
    listed.iter_mut().for_each(|one| drop(one.as_object_mut().unwrap().remove("since")));
    std::mem::take(listed)
}

async fn id_of_pin(s: &Story, person: &str) -> Option<String> {
    let all = pinned(s).await;
    all.iter().find(|one| one["person"] == person)?["id"].as_str().map(str::to_owned)
}

#[test]
fn a_stranger_with_the_right_display_name_is_never_paged_and_cannot_act() {
    story_with(without("budi"), async |s| {
        let stranger = s.comes_in(&json!({ "username": "mallory", "name": "budi" })).await;
        s.takes_names("mallory", &json!({ "nick": "budi" })).await;
        s.restart().await;
        s.operators_read("no member of the server has the Discord user name budi", 1).await;
        s.expect_dead_letters(2);
        s.checkout_breaks().await;
        assert_snapshot!(s.phone(&stranger).await, @"(quiet)");
        // Nobody is left unrung: no way leads to Budi, so the next step is taken at once.
        assert_snapshot!(s.phone("rina").await, @"
        rings #inc-1-checkout: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        let told = s.person("mallory").press_in("#incidents", "Acknowledge").await.to_string();
        assert!(told.contains("Only responders can do this:"), "{told}");
        assert!(s.card("INC-1").await.contains("TRIGGERED"));
        s.read_all().await;
    });
}

#[test]
fn a_changed_user_name_changes_nothing_and_operators_are_told_once() {
    story_with(soon, async |s| {
        let budi = s.id_of("budi").await;
        s.takes_names("budi", &json!({ "username": "budi.two", "name": "B", "nick": "Somebody" })).await;
        s.restart().await;
        s.operators_read("budi has the Discord user name budi.two now, not budi", 1).await;
        s.restart().await;
        s.ready().await;
        // A card that is made before names are looked up again shows the one of the file.
        let knows = async || s.rina().slash("/oncall show", json!({})).await.to_string().contains("Somebody");
        s.until("names are known", knows).await;
        s.checkout_breaks().await;
        assert_eq!(s.phone(&budi).await.lines().count(), 2, "{}", s.phone(&budi).await);
        assert_snapshot!(s.channel("#sre-ops").await, @"Siaga (silent): budi has the Discord user name budi.two now, not budi. It is the same account, so nothing changes. Write the new name in people.budi.discord in siaga.toml when it suits you.");
        let listed = s.siaga(&["people", "list"]).await.out;
        assert!(listed.contains("called budi.two now"), "{listed}");
        // The file follows: nothing is wrong any more, and it is still the same account.
        let config = file(s, |text| text.replace("discord = \"budi\"", "discord = \"budi.two\""));
        s.bot().reload(&config).await;
        s.operators_read("The new configuration is in use", 1).await;
        assert_eq!(id_of_pin(s, "budi").await.as_ref(), Some(&budi));
        assert_eq!(s.count("#sre-ops", "another Discord account").await, 0);
        s.read_all().await;
    });
}

#[test]
fn a_user_name_that_another_account_takes_over_pages_nobody_new_and_operators_are_told() {
    story_with(soon, async |s| {
        let budi = s.id_of("budi").await;
        s.takes_names("budi", &json!({ "username": "budi.two" })).await;
        let other = s.comes_in(&json!({ "username": "budi", "name": "Budi" })).await;
        s.restart().await;
        s.operators_read("budi belongs to another account", 1).await;
        s.checkout_breaks().await;
        assert_eq!(s.phone(&budi).await.lines().count(), 2);
        assert_snapshot!(s.phone(&other).await, @"(quiet)");
        assert_eq!(id_of_pin(s, "budi").await.as_ref(), Some(&budi));
        // Not either when Budi goes for good.
        s.goes_away(&budi).await;
        s.restart().await;
        s.operators_read("Nobody is paged in their place", 1).await;
        s.expect_dead_letters(2);
        s.alert("stock").critical().sent("firing").await;
        s.settled().await;
        assert_snapshot!(s.phone(&other).await, @"(quiet)");
        s.read_all().await;
    });
}

#[test]
fn somebody_who_joins_later_is_found_and_paged() {
    story_with(without("budi"), async |s| {
        s.operators_read("no member of the server has the Discord user name budi", 1).await;
        s.comes_in(&json!({ "username": "budi", "name": "Budi", "roles": ["sre"] })).await;
        s.operators_read("budi is found", 1).await;
        s.checkout_breaks().await;
        assert_snapshot!(s.phone("budi").await, @"
        rings #inc-1-checkout: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        s.read_all().await;
    });
}

#[test]
fn somebody_who_joined_a_moment_ago_is_looked_for_before_a_page_to_them_is_given_up() {
    // Nothing is looked for in time: only the page itself looks.
    story_with(
        |options| options.guild.people.retain(|one| one.username != "budi"),
        async |s| {
            s.operators_read("no member of the server has the Discord user name budi", 1).await;
            s.comes_in(&json!({ "username": "budi", "name": "Budi", "roles": ["sre"] })).await;
            s.checkout_breaks().await;
            assert_snapshot!(s.phone("budi").await, @"
            rings #inc-1-checkout: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
            rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
            ");
            s.read_all().await;
        },
    );
}

#[test]
fn a_look_that_failed_is_repeated_before_anybody_is_called_unreachable() {
    for fault in [
        json!({ "route": SEARCH, "do": "status", "status": 500, "count": 6 }),
        json!({ "route": SEARCH, "do": "html", "count": 6 }),
        json!({ "route": SEARCH, "do": "drop", "count": 6 }),
        json!({ "route": SEARCH, "do": "status", "status": 429, "retry_after": 0.5, "count": 6 }),
    ] {
        story(async |s| {
            // The database of the first start, and no pins: as after an upgrade.
            s.stop_bot().await;
            for person in ["budi", "rina", "sari", "dewi", "agus"] {
                assert!(s.siaga(&["people", "unpin", person]).await.ok);
            }
            s.fault(&fault).await;
            s.start_bot().await;
            s.ready().await;
            s.alert("checkout").critical().sent("firing").await;
            s.until("Budi's phone rings", async || s.phone("budi").await.lines().count() == 2).await;
            s.settled().await;
            assert_eq!(s.phone("rina").await, "(quiet)");
            assert_eq!(s.count("#sre-ops", "cannot be paged").await, 0);
            s.read_all().await;
        });
    }
}

#[test]
fn a_reload_that_names_another_account_is_a_decision_and_operators_read_it() {
    story_with(soon, async |s| {
        let joko = s.id_of("joko").await;
        let config = file(s, |text| text.replace("budi = { discord = \"budi\"", "budi = { discord = \"joko\""));
        s.bot().reload(&config).await;
        s.operators_read("budi is another Discord account now, because siaga.toml says so", 1).await;
        assert_eq!(id_of_pin(s, "budi").await, Some(joko));
        s.search_is_slow().await;
        let options = json!({ "target": "budi", "reason": "you know the index" });
        s.agus().slash_in("INC-1", "/page", options).await.done();
        assert_snapshot!(s.phone("budi").await, @"(quiet)");
        assert_eq!(s.phone("joko").await.lines().count(), 2);
        s.read_all().await;
    });
}

#[test]
fn somebody_given_by_id_needs_no_match_and_their_names_do_not_matter() {
    story_with(soon, async |s| {
        let budi = s.id_of("budi").await;
        s.stop_bot().await;
        s.setup.people.get_mut(&"budi".into()).unwrap().discord = ChatName::Id(budi.parse().unwrap());
        s.takes_names("budi", &json!({ "username": "someone.else", "name": "S" })).await;
        s.comes_in(&json!({ "username": "budi", "name": "Budi" })).await;
        s.start_bot().await;
        s.ready().await;
        s.checkout_breaks().await;
        assert_eq!(s.phone(&budi).await.lines().count(), 2);
        assert_snapshot!(s.phone("budi").await, @"(quiet)");
        assert_eq!(s.channel("#sre-ops").await, "(nothing)");
        s.read_all().await;
    });
}

#[test]
fn a_person_who_leaves_and_comes_back_is_still_the_same() {
    story_with(soon, async |s| {
        let budi = s.id_of("budi").await;
        s.goes_away("budi").await;
        s.restart().await;
        s.operators_read("budi cannot be paged: the account budi is not a member of the server", 1).await;
        s.comes_back("budi").await;
        s.operators_read("budi is found", 1).await;
        assert_eq!(id_of_pin(s, "budi").await, Some(budi));
        s.checkout_breaks().await;
        assert_eq!(s.phone("budi").await.lines().count(), 2);
        s.read_all().await;
    });
}

#[test]
fn people_are_listed_and_unpinned_while_the_bot_runs_and_it_takes_that_up_by_itself() {
    story_with(soon, async |s| {
        file(s, |text| text);
        let budi = s.id_of("budi").await;
        s.until("everybody is pinned", async || pinned(s).await.iter().all(|one| one["id"].is_string())).await;
        let told = s.siaga(&["people", "list"]).await.text();
        let ids = regex::Regex::new(r"\d{17,20}").unwrap().replace_all(&told, "[id]").into_owned();
        assert_snapshot!(ids, @"
        NAME  USER NAME  ID                   SINCE
        agus  agus       [id]  2026-03-01 20:10 UTC
        budi  budi       [id]  2026-03-01 20:10 UTC
        dewi  dewi       [id]  2026-03-01 20:10 UTC
        rina  rina       [id]  2026-03-01 20:10 UTC
        sari  sari       [id]  2026-03-01 20:10 UTC
        ");
        assert_eq!(
            pinned(s).await.iter().find(|one| one["person"] == "budi"),
            Some(&json!({
                "person": "budi", "discord": "budi", "id": budi, "user_name": "budi", "user_name_now": "budi",
                "display_name": "Budi", "looked_for_anew": false,
            }))
        );
        // Budi has a new account under his old user name, and a person decides that it is him.
        s.takes_names("budi", &json!({ "username": "budi.old" })).await;
        let new = s.comes_in(&json!({ "username": "budi", "name": "Budi", "roles": ["sre"] })).await;
        let said = s.siaga(&["people", "unpin", "budi"]).await;
        assert!(said.ok, "{}", said.err);
        assert_snapshot!(said.out, @"
        budi is unpinned, and not paged until somebody with their user name is found.
        The running bot looks within ten seconds and tells the operators' channel whom it found; no reload is needed.
        ");
        s.operators_read("budi was unpinned and looked up anew", 1).await;
        assert_eq!(id_of_pin(s, "budi").await.as_ref(), Some(&new));
        s.checkout_breaks().await;
        assert_eq!(s.phone(&new).await.lines().count(), 2);
        assert_snapshot!(s.phone(&budi).await, @"(quiet)");
        let said = s.siaga(&["people", "unpin", "nobody"]).await;
        assert!(!said.ok);
        assert_snapshot!(said.err, @"siaga: nobody is not pinned to a Discord account: `siaga people list` shows who is");
        s.read_all().await;
    });
}

#[test]
fn pins_survive_a_restart_and_a_backup() {
    story_with(soon, async |s| {
        let before = pinned(s).await;
        s.restart().await;
        assert_eq!(pinned(s).await, before);
        let copy = s.file("copy.db");
        assert!(s.siaga(&["backup", copy.to_str().unwrap()]).await.ok);
        let listed =
            s.siaga_with(&["people", "list", "--output", "json"], &[("SIAGA_DATABASE", copy.to_str().unwrap())]).await;
        assert_eq!(listed.json().as_array().unwrap().len(), before.len());
    });
}
