use domain::IncidentId;
use domain::episode::{Episode, EpisodeEnd, KnownAlert, ToldEnd};
use domain::setup::Language;
use domain::stages::{Reason, Stage};

use super::fixture::at;
use super::{in_both, table};
use crate::{AlertWhy, ReportLine, alert_why};

fn report(minutes: i64, incident: Option<u32>, stage: Stage, reason: Option<Reason>) -> ReportLine {
    ReportLine { at: at(minutes), incident: incident.map(IncidentId), stage: Some(stage), reason, failed: false }
}

fn text(known: Option<&KnownAlert>, reports: &[ReportLine], lang: Language) -> String {
    let (title, integration) = ("Orders *fail* @everyone", "alertmanager");
    alert_why(&AlertWhy { title, integration, number: 4_711, known, reports }, lang)
}

#[test]
fn every_reason_has_its_sentence() {
    in_both(|lang| {
        let one = |incident: Option<u32>, reason| {
            crate::why_alert::became(&report(0, incident, Stage::Identify, Some(reason)), lang)
        };
        let none = |stage, incident: Option<u32>, failed| {
            let incident = incident.map(IncidentId);
            let line = ReportLine { at: at(0), incident, stage, reason: None, failed };
            crate::why_alert::became(&line, lang)
        };
        insta::assert_snapshot!(table([
            ("repetition", one(Some(8), Reason::Repetition)),
            ("late", one(Some(8), Reason::LateDuplicate { told_at: at(-2) })),
            ("end", one(Some(8), Reason::End)),
            ("end, of no incident", one(None, Reason::End)),
            ("one of two senders", one(Some(8), Reason::OneSenderEnded { others: 1 })),
            ("one of four senders", one(Some(8), Reason::OneSenderEnded { others: 3 })),
            ("rest of a group, none", one(None, Reason::RestOfGroup { alerts: 0 })),
            ("rest of a group, one", one(Some(8), Reason::RestOfGroup { alerts: 1 })),
            ("rest of a group, many", one(Some(8), Reason::RestOfGroup { alerts: 1_200 })),
            ("never fired", one(None, Reason::NeverFired)),
            ("over", one(None, Reason::AlreadyOver { told_at: Some(at(-9)) })),
            ("over, nobody told it", one(None, Reason::AlreadyOver { told_at: None })),
            ("other beginning", one(None, Reason::OtherBeginning { fires_since: Some(at(-9)) })),
            ("other beginning, unknown", one(None, Reason::OtherBeginning { fires_since: None })),
            ("open incident", one(Some(8), Reason::OpenIncident)),
            ("drill over", one(None, Reason::DrillOver)),
            ("a person ended it", one(Some(8), Reason::EndedByPerson { opens_at: at(60) })),
            ("fired on", one(Some(8), Reason::FiredOn)),
            ("flaps", one(Some(8), Reason::Flaps)),
            ("asked", one(None, Reason::Question)),
            ("declined", one(None, Reason::Declined { by: "Budi".into() })),
            ("opened", none(Some(Stage::Open), Some(8), false)),
            ("a fault", none(None, None, true)),
            ("an earlier version", none(None, Some(8), false)),
            ("an earlier version, nothing", none(None, None, false)),
        ]));
    });
}

#[test]
fn an_alert_says_how_it_stands_and_what_its_last_reports_did() {
    let episode = |sender, minutes| Episode { sender, starts_at: Some(at(minutes)) };
    let fires = KnownAlert { firing: vec![episode(1, -9)], incident: Some(IncidentId(8)), ..KnownAlert::default() };
    let two = KnownAlert { firing: vec![episode(1, -9), episode(2, -8)], ..fires.clone() };
    let on = KnownAlert { ended: Some(EpisodeEnd::Person), ..fires.clone() };
    let over = KnownAlert {
        firing: Vec::new(),
        ended: Some(EpisodeEnd::Told),
        told_end: Some(ToldEnd { episode: episode(1, -9), at: at(-2) }),
        ..fires.clone()
    };
    let ended = |end| KnownAlert { ended: Some(end), told_end: None, ..over.clone() };
    in_both(|lang| {
        let opened = report(-9, Some(8), Stage::Open, None);
        let repeats = |minutes| report(minutes, Some(8), Stage::Identify, Some(Reason::Repetition));
        let late = report(-1, Some(8), Stage::Identify, Some(Reason::LateDuplicate { told_at: at(-2) }));
        let many = [late, repeats(-3), repeats(-4), repeats(-5), opened.clone()];
        insta::assert_snapshot!(table([
            ("over, with a late word", text(Some(&over), &many, lang)),
            ("fires", text(Some(&fires), std::slice::from_ref(&opened), lang)),
            ("two senders", text(Some(&two), &[], lang)),
            ("fires on", text(Some(&on), &[], lang)),
            ("expired", text(Some(&ended(EpisodeEnd::Expired)), &[], lang)),
            ("over with its incident", text(Some(&ended(EpisodeEnd::Incident)), &[], lang)),
            ("nothing is known", text(None, &[], lang)),
            ("nothing found", crate::alert_why_none("moon `x` @here", lang)),
            ("skipped and refused", {
                let none = |by_author, text| crate::NoAlert { integration: "kuma", at: at(-3), by_author, text };
                let found = [none(false, "{\"msg\":\"Testing @here\"}"), none(true, "Sari in #sre: `moon` is down")];
                crate::alert_why_no_alert(crate::alert_why_none("moon", lang), found, lang)
            }),
            ("several found", crate::alert_why_several(["Orders fail", "Orders are slow"], lang)),
        ]));
    });
}

#[test]
fn an_answer_is_never_longer_than_a_message() {
    let reasons = (0..200).map(|n| {
        let by = "word ".repeat(100);
        report(-n, None, Stage::Candidate, Some(if n % 2 == 0 { Reason::Declined { by } } else { Reason::Question }))
    });
    let reports: Vec<ReportLine> = reasons.collect();
    let why = AlertWhy {
        title: &"*".repeat(400),
        integration: &"_".repeat(200),
        number: i64::MAX,
        known: None,
        reports: &reports,
    };
    let text = alert_why(&why, Language::En);
    assert!(crate::length(&text) <= 2_000);
    assert_eq!(text.lines().count(), 7, "{text}");
    assert!(crate::length(&crate::alert_choice(&"x".repeat(300), &"y".repeat(80))) <= 100);
}
