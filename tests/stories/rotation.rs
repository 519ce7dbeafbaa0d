//! The configuration is changed while people are on call and while it burns: nobody's running shift changes because of somebody
//! else, whoever's turns change is told, and what is gone ends with a sentence.
//!
//! Others count turns anew at once (PagerDuty/terraform-provider-pagerduty issues 341 and 585, opsgenie/terraform-provider-opsgenie
//! issue 185), and people ask to be told when their own turns change (target/goalert issue 583).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;
use siaga::reload::ReloadReport;

use crate::harness::{CONFIG, Options, Story, configuration, setup_of, story, story_with};

async fn shown(s: &Story) -> String {
    let all = s.sari().slash("/oncall show", json!({})).await.to_string();
    all.lines().next().unwrap_or_default().to_owned()
}

/// The sample as a file in which everybody reads English.
fn english(s: &Story, change: impl FnOnce(String) -> String) -> std::path::PathBuf {
    configuration(s, |text| change(text).replace("language = \"id\"", "language = \"en\""))
}

/// What somebody was told of changed turns; none yet: nothing.
async fn told_of_turns(s: &Story, person: &str) -> String {
    let all = s.direct(person).await;
    all.split_once("The schedule was changed.").map(|(_, told)| told.trim().to_owned()).unwrap_or_default()
}

async fn rings(s: &Story, person: &str) -> usize {
    s.phone(person).await.lines().filter(|line| line.starts_with("rings")).count()
}

/// What a reload or a check says of people.
fn said(report: &ReloadReport) -> String {
    [report.on_call.clone(), report.touched.clone()].concat().join("\n")
}

async fn reloads(s: &Story, change: impl FnOnce(String) -> String) -> ReloadReport {
    let file = english(s, change);
    let report = s.bot().reload(&file).await;
    assert!(report.taken, "{report:?}");
    s.settled().await;
    report
}

const PEOPLE: &str = "people = [\"budi\", \"rina\"]";

fn with(people: &str) -> impl FnOnce(String) -> String {
    let people = people.to_owned();
    move |text| {
        assert!(text.contains(PEOPLE));
        text.replacen(PEOPLE, &people, 1)
    }
}

/// Trial 14.
pub(crate) fn a_third_person_in_the_rotation_changes_nobodys_shift_before_the_handoff_and_whoever_it_concerns_is_told()
{
    story(async |s| {
        let before = shown(s).await;
        assert!(before.contains("Budi is on call for payments until [2 Mar 09:00]"), "{before}");
        let report = reloads(s, with("people = [\"dewi\", \"budi\", \"rina\"]")).await;
        assert_snapshot!(said(&report), @r"
        on call payments: budi stays until Mon 2026-03-02 09:00 (Asia/Jakarta)
        on call payments: Mon 2026-03-09 09:00 to Mon 2026-03-16 09:00 (Asia/Jakarta): budi -> dewi
        on call payments: Mon 2026-03-16 09:00 to Mon 2026-03-23 09:00 (Asia/Jakarta): rina -> budi
        on call payments: Mon 2026-03-23 09:00 to Mon 2026-03-30 09:00 (Asia/Jakarta): budi -> rina
        ");
        assert_snapshot!(shown(s).await, @"Siaga (private): Budi is on call for payments until [2 Mar 09:00]; then Rina.");
        for person in ["budi", "rina", "dewi"] {
            s.until("they are told", async || !told_of_turns(s, person).await.is_empty()).await;
        }
        s.settled().await;
        assert_snapshot!(told_of_turns(s, "budi").await, @r"
        You are not on call for payments from [9 Mar 09:00] until [16 Mar 09:00]; it is Dewi.
          You are on call for payments from [16 Mar 09:00] until [23 Mar 09:00]; it was Rina.
          You are not on call for payments from [23 Mar 09:00] until [30 Mar 09:00]; it is Rina.
        ");
        assert_snapshot!(told_of_turns(s, "rina").await, @r"
        You are not on call for payments from [16 Mar 09:00] until [23 Mar 09:00]; it is Budi.
          You are on call for payments from [23 Mar 09:00] until [30 Mar 09:00]; it was Budi.
        ");
        assert_snapshot!(told_of_turns(s, "dewi").await, @"You are on call for payments from [9 Mar 09:00] until [16 Mar 09:00]; it was Budi.");
        assert_eq!(
            rings(s, "budi").await + rings(s, "rina").await + rings(s, "dewi").await,
            0,
            "nobody is woken for it"
        );
        s.read_all().await;
        // Nothing of it is forgotten by a restart between the reload and the handoff.
        s.setup = setup_of(&with("people = [\"dewi\", \"budi\", \"rina\"]")(CONFIG.to_owned()));
        s.restart().await;
        assert_snapshot!(shown(s).await, @"Siaga (private): Budi is on call for payments until [2 Mar 09:00]; then Rina.");
        s.checkout_breaks().await;
        assert_eq!((rings(s, "budi").await, rings(s, "dewi").await), (2, 0));
        s.budi().press("Acknowledge").await.done();
        s.read_all().await;
        s.advance(350).await;
        assert_snapshot!(shown(s).await, @"Siaga (private): Rina is on call for payments until [9 Mar 09:00]; then Dewi.");
        // The same file once more is no news.
        let again = reloads(s, with("people = [\"dewi\", \"budi\", \"rina\"]")).await;
        assert_eq!(said(&again), "");
        for person in ["budi", "rina", "dewi"] {
            assert_eq!(s.direct(person).await.matches("The schedule was changed").count(), 1, "{person}");
        }
        s.read_all().await;
    });
}

#[test]
fn who_is_taken_out_of_the_rotation_gives_the_shift_and_its_pages_to_the_next_one_at_once() {
    story(async |s| {
        s.checkout_breaks().await;
        assert_eq!((rings(s, "budi").await, rings(s, "rina").await), (2, 0));
        let report = reloads(s, with("people = [\"dewi\", \"rina\"]")).await;
        assert_snapshot!(said(&report), @r"
        on call payments: Mon 2026-03-02 03:10 to Mon 2026-03-02 09:00 (Asia/Jakarta): budi -> rina
        on call payments: Mon 2026-03-09 09:00 to Mon 2026-03-16 09:00 (Asia/Jakarta): budi -> dewi
        on call payments: Mon 2026-03-23 09:00 to Mon 2026-03-30 09:00 (Asia/Jakarta): budi -> dewi
        on call payments: after rina the new list goes on by its start; to let it go on with whoever follows rina in it, write from = 2026-02-16
        INC-1 Checkout errors 12 %: budi is called for it and is not on call for payments any more: rina is called
        ");
        s.until("Rina is paged and told", async || rings(s, "rina").await == 3).await;
        s.settled().await;
        assert!(shown(s).await.contains("Rina is on call for payments until [9 Mar 09:00]"), "{}", shown(s).await);
        let told = told_of_turns(s, "rina").await;
        assert!(told.contains("until [2 Mar 09:00]; it was Budi."), "{told}");
        s.rina().press_in("DM", "Acknowledge").await.done();
        s.read_all().await;
    });
}

#[test]
fn check_asks_the_running_bot_and_changes_nothing() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        let file = english(s, |text| {
            let text = with("people = [\"budi\", \"rina\", \"dewi\"]")(text);
            text.replace("name = \"payments\"\nsteps", "name = \"money\"\nsteps")
                .replace("escalation = \"payments\"", "escalation = \"money\"")
                .replace("name = \"alertmanager\"", "name = \"prometheus\"")
        });
        let report = s.bot().check(&file).await;
        assert!(!report.taken && report.mistakes.is_empty() && report.refused.is_empty(), "{report:?}");
        assert_snapshot!(said(&report), @r"
        on call payments: budi stays until Mon 2026-03-02 09:00 (Asia/Jakarta)
        on call payments: Mon 2026-03-02 09:00 to Mon 2026-03-09 09:00 (Asia/Jakarta): rina -> dewi
        on call payments: Mon 2026-03-23 09:00 to Mon 2026-03-30 09:00 (Asia/Jakarta): budi -> dewi
        on call payments: after budi the new list goes on by its start; to let it go on with whoever follows budi in it, write from = 2026-02-23
        INC-1 Checkout errors 12 %: its policy payments is gone, and goes on as it was when it was started; its integration alertmanager is gone: nothing will be heard of its alert any more, so it counts as over, whether it fires or not
        ");
        s.settled().await;
        assert!(shown(s).await.contains("Budi is on call for payments until [2 Mar 09:00]; then Rina"));
        assert!(s.bot().engine.setup().integration("alertmanager").is_some());
        assert_snapshot!(s.direct("dewi").await, @"(nothing)");
        assert_eq!(s.count("#sre-ops", "configuration").await, 0);
        // A file with a mistake: nobody is told, and nothing is logged as an error.
        let file = configuration(s, |text| text.replace("update_every = \"1h\"", "update_evry = \"1h\""));
        let report = s.bot().check(&file).await;
        assert_eq!(report.mistakes.len(), 1, "{report:?}");
        s.settled().await;
        assert_eq!(s.count("#sre-ops", "configuration").await, 0);
        s.read_all().await;
    });
}

#[test]
fn alerts_of_an_integration_that_is_removed_end_with_a_sentence_and_the_incident_is_calm() {
    story(async |s| {
        s.checkout_breaks().await;
        s.alert("cart").critical().numbered(2).saying("Carts are empty").fires().await;
        s.read_all().await;
        let report = reloads(s, |text| text.replace("name = \"alertmanager\"", "name = \"prometheus\"")).await;
        assert_eq!(
            said(&report),
            "INC-1 Checkout errors 12 %: its integration alertmanager is gone: nothing will be heard of its 2 alerts any more, so they count as over, whether they fire or not"
        );
        s.until("the room reads it", async || s.count("room INC-1", "was removed from the configuration").await == 1)
            .await;
        s.settled().await;
        let news = s.news("room INC-1").await;
        assert!(
            news.contains("The integration alertmanager was removed from the configuration: its 2 alerts"),
            "{news}"
        );
        assert_eq!(rings(s, "rina").await, 0);
        // Nothing more is heard, nothing more is said, also after a restart; nobody took it, so it closes by the usual rule.
        s.setup.integrations.retain(|one| one.name.as_str() != "alertmanager");
        s.restart().await;
        s.settled().await;
        assert_eq!(s.count("room INC-1", "was removed from the configuration").await, 1);
        s.advance(10).await;
        assert!(s.card("INC-1").await.contains("RESOLVED"), "{}", s.card("INC-1").await);
        s.read_all().await;
    });
}

#[test]
fn an_integration_that_is_gone_at_a_start_ends_its_alerts_too() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        s.setup.integrations.retain(|one| one.name.as_str() != "alertmanager");
        s.restart().await;
        s.until("the room reads it", async || s.count("room INC-1", "was removed from the configuration").await == 1)
            .await;
        s.settled().await;
        s.read_all().await;
    });
}

#[test]
fn another_group_by_opens_no_second_incident_for_what_has_one() {
    story(async |s| {
        s.checkout_breaks().await;
        assert_eq!(rings(s, "budi").await, 2);
        let regrouped = |text: String| {
            assert!(text.contains("group_by = [\"service\"]"), "{text}");
            text.replace("group_by = [\"service\"]", "group_by = [\"service\", \"alertname\"]")
        };
        reloads(s, regrouped).await;
        // The sender repeats it, changes what it says, and ends it: all of it is in the incident it has.
        s.checkout_breaks().await;
        s.alert("checkout").critical().saying("Checkout errors 40 %").fires().await;
        assert!(s.card("INC-1").await.contains("40 %"), "{}", s.card("INC-1").await);
        s.checkout_recovers().await;
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
        assert_eq!(rings(s, "budi").await, 2);
        s.read_all().await;
    });
}

#[test]
fn a_severity_that_is_removed_pages_as_it_did() {
    let with_sev5 = |options: &mut Options| options.setup = setup_of(CONFIG);
    story_with(with_sev5, async |s| {
        s.alert("search").critical().saying("Search is down").fires().await;
        let before = rings(s, "agus").await;
        assert!(before > 0, "{}", s.everything().await);
        let mut setup = s.bot().engine.setup().as_ref().clone();
        assert!(setup.severities.remove(&domain::Severity::Sev2).is_some());
        s.bot().engine.swap_setup(setup);
        s.settled().await;
        s.advance(5).await;
        assert_eq!(rings(s, "dewi").await, 2, "the next step is called: {}", s.everything().await);
        s.read_all().await;
    });
}

#[test]
fn whoever_is_called_otherwise_in_the_file_keeps_the_shift_and_the_page() {
    story(async |s| {
        let file = english(s, |text| text);
        assert!(s.bot().reload(&file).await.taken);
        s.settled().await;
        assert!(shown(s).await.contains("Budi"), "{}", shown(s).await);
        s.checkout_breaks().await;
        let before = rings(s, "budi").await;
        let otherwise = |text: String| {
            let text = text.replacen("budi = { discord = \"budi\"", "budiman = { discord = \"budi\"", 1);
            text.replacen(PEOPLE, "people = [\"budiman\", \"rina\"]", 1)
        };
        reloads(s, otherwise).await;
        assert!(shown(s).await.contains("Budi"), "{}", shown(s).await);
        assert_eq!(rings(s, "rina").await, 0, "{}", s.phone("rina").await);
        assert!(rings(s, "budi").await > before, "called again under the new name");
        assert_eq!(told_of_turns(s, "budi").await, "");
        s.budi().press_in("DM", "Acknowledge").await.done();
        assert!(s.card("INC-1").await.contains("**Has it** Budi"));
        s.read_all().await;
    });
}
