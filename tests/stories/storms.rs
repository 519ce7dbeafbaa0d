//! Storms: so much opens at once that rooms would help nobody. One board counts what pages nobody; what pages goes out at once.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Options, Story, story_with};

/// More than two within a minute begin a storm.
fn small(options: &mut Options) {
    options.setup.storm.rooms = 2;
}

/// An alert of a service that nobody owns and that pages nobody.
async fn minor(s: &Story, service: &str) {
    s.alert(service).saying(&format!("{service} is slower")).fires().await;
}

async fn begin(s: &Story) {
    for service in ["mail", "maps", "news", "pets", "quiz"] {
        minor(s, service).await;
    }
}

#[test]
fn in_a_storm_one_board_counts_what_pages_nobody_and_a_page_goes_out_at_once_with_its_room() {
    story_with(small, async |s| {
        begin(s).await;
        s.alert("pets").numbered(2).saying("pets lose hair").fires().await;
        assert_snapshot!(s.channel("#incidents").await, @"
        Siaga (silent): INC-1 · SEV-4 · TRIGGERED · mail is slower · mail · [now]
          [Raise to SEV-3 (pages people)] [Triage] [Silence]
        Siaga (silent): INC-2 · SEV-4 · TRIGGERED · maps is slower · maps · [now]
          [Raise to SEV-3 (pages people)] [Triage] [Silence]
        Siaga (silent):
          | Storm 1 · 4 alerts folded
          | More than 2 incidents that page nobody opened within 1 minute. Such incidents stand here now and get no card or room. Whatever pages somebody gets its room as always.
          | **Since** [now] ([2 Mar 03:10])
          | **Alerts** 4 firing · 0 over
          | **Incidents** 3 incidents of 3 services: 3 open · 0 over
          | **Ends** when no alert was folded for 5 minutes
          | **Worst first**
          | - INC-4 · SEV-4 · pets is slower · pets · 2 alerts
          | - INC-3 · SEV-4 · news is slower · news · 1 alert
          | - INC-5 · SEV-4 · quiz is slower · quiz · 1 alert
          | `/ack` with its number takes one and gives it its card and room.
          | storm 1
        ");
        s.checkout_breaks().await;
        assert_snapshot!(s.phone("budi").await, @"
        rings #inc-6-checkout: @Budi SEV-1 INC-6 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-6 Checkout errors 12 %. Tap to answer.
        ");
        assert_snapshot!(s.rooms().await.join("\n"), @"
        #inc-6-checkout
        INC-6 Checkout errors 12 %
        ");
        // A repetition is not a new alert; one that ends and fires again is.
        minor(s, "quiz").await;
        s.alert("pets").resolves().await;
        s.alert("pets").began("2026-03-01T20:10:01Z").saying("pets is slower").fires().await;
        s.alert("news").resolves().await;
        assert_snapshot!(s.board(1).await, @"
        Siaga (silent):
          | Storm 1 · 5 alerts folded
          | More than 2 incidents that page nobody opened within 1 minute. Such incidents stand here now and get no card or room. Whatever pages somebody gets its room as always.
          | **Since** [now] ([2 Mar 03:10])
          | **Alerts** 3 firing · 2 over
          | **Incidents** 3 incidents of 3 services: 2 open · 1 over
          | **Ends** when no alert was folded for 5 minutes
          | **Worst first**
          | - INC-4 · SEV-4 · pets is slower · pets · 3 alerts, 2 firing
          | - INC-5 · SEV-4 · quiz is slower · quiz · 1 alert
          | `/ack` with its number takes one and gives it its card and room.
          | storm 1
        ");
        s.read_all().await;
    });
}

#[test]
fn whoever_takes_a_folded_incident_gets_its_card_and_the_board_counts_right() {
    story_with(
        |options| {
            small(options);
            options.setup.severities.get_mut(&domain::Severity::Sev4).unwrap().room = domain::setup::RoomKind::Thread;
        },
        async |s| {
            begin(s).await;
            s.read_all().await;
            assert_snapshot!(s.agus().slash("/ack", json!({ "incident": "INC-4" })).await, @"
            Siaga (private): You have it. `/update` tells the others what you know.
              [Update] [Note] [Runbook] [Undo]
            ");
            assert_snapshot!(s.card("INC-4").await, @"
            Siaga (silent):
              | INC-4 · SEV-4 · ACKNOWLEDGED
              | **pets is slower**
              | **Service** pets
              | **Started** [now] ([2 Mar 03:10])
              | **Alerts** 1 firing
              | **Commander** nobody yet: `/commander`
              | **Has it** Agus, since [now]
              | **Links** [Source](https://prometheus.example.com/graph)
              | **Missing** the alert names no value, description, owner or runbook
              [Update] [Resolve] [More] [Silence]
            ");
            assert_snapshot!(s.thread("INC-4").await, @"
            Siaga: (its card)
            Siaga (silent): Opened because of an alert on pets.
              [Why] [Runbook]
            Siaga (silent): Agus acknowledged, [03:10].
            ");
            // An alert that makes it worse pages, so it is no longer folded.
            s.alert("quiz").numbered(2).critical().saying("quiz is down").fires().await;
            assert_snapshot!(s.card("INC-5").await, @"
            Siaga (silent):
              | INC-5 · SEV-2 · TRIGGERED
              | **quiz is slower**
              | **Service** quiz
              | **Started** [now] ([2 Mar 03:10])
              | **Alerts** 2 firing
              | - quiz is slower
              | - quiz is down
              | **Commander** nobody yet: `/commander`
              | **Paged** Agus, [now] · next Dewi [in 5 min]
              | **Links** [Source](https://prometheus.example.com/graph)
              | **Missing** the alert names no value, description, owner or runbook
              [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
            ");
            assert_snapshot!(s.board(1).await, @"
            Siaga (silent):
              | Storm 1 · 3 alerts folded
              | More than 2 incidents that page nobody opened within 1 minute. Such incidents stand here now and get no card or room. Whatever pages somebody gets its room as always.
              | **Since** [now] ([2 Mar 03:10])
              | **Alerts** 1 firing · 0 over · 2 in incidents with a card of their own
              | **Incidents** 3 incidents of 3 services: 1 open · 0 over · 2 with a card of their own
              | **Ends** when no alert was folded for 5 minutes
              | **Worst first**
              | - INC-3 · SEV-4 · news is slower · news · 1 alert
              | `/ack` with its number takes one and gives it its card and room.
              | storm 1
            ");
            assert_snapshot!(s.agus().slash("/why", json!({ "incident": "INC-4" })).await, @r#"
            Siaga (private): **INC-4 · SEV-4 · ACKNOWLEDGED** pets is slower
              Opened [now] by an alert of alertmanager.
              SEV-4: rule 4 of routing (everything), siaga.toml:[line]. It looked at severity="info".
              Nearest: rule 2 (severity="critical") at siaga.toml:[line] would have made it SEV-2, but severity is "info".
              Folded into storm 1: more than 2 incidents that page nobody opened within 1 minute (the usual values of [storm]), so only the storm's board shows it. Since [03:10] it has what any other incident has.
              Pages nobody by itself: SEV-4 does not page.
              Service pets: the alert's label says so; no entry of [[services]] knows it.
              Alerts with service=pets join it while it is open.
              Known first by a monitor of ours ([evidence](https://prometheus.example.com/graph)).
              Messages are silent except pages, "still on it?", overdue reminders and the end of a policy.
            "#);
            assert_snapshot!(s.agus().slash("/why", json!({ "incident": "INC-3" })).await, @r#"
            Siaga (private): **INC-3 · SEV-4 · TRIGGERED** news is slower
              Opened [now] by an alert of alertmanager.
              SEV-4: rule 4 of routing (everything), siaga.toml:[line]. It looked at severity="info".
              Nearest: rule 2 (severity="critical") at siaga.toml:[line] would have made it SEV-2, but severity is "info".
              Folded into storm 1: more than 2 incidents that page nobody opened within 1 minute (the usual values of [storm]), so only the storm's board shows it.
              Pages nobody by itself: SEV-4 does not page.
              Service news: the alert's label says so; no entry of [[services]] knows it.
              Alerts with service=news join it while it is open.
              Known first by a monitor of ours ([evidence](https://prometheus.example.com/graph)).
              Messages are silent except pages, "still on it?", overdue reminders and the end of a policy.
            "#);
            s.read_all().await;
        },
    );
}

#[test]
fn a_storm_survives_a_restart_ends_by_itself_with_a_summary_and_rooms_open_again() {
    story_with(small, async |s| {
        begin(s).await;
        s.read_all().await;
        s.restart().await;
        minor(s, "radio").await;
        assert_snapshot!(s.board(1).await, @"
        Siaga (silent):
          | Storm 1 · 4 alerts folded
          | More than 2 incidents that page nobody opened within 1 minute. Such incidents stand here now and get no card or room. Whatever pages somebody gets its room as always.
          | **Since** [now] ([2 Mar 03:10])
          | **Alerts** 4 firing · 0 over
          | **Incidents** 4 incidents of 4 services: 4 open · 0 over
          | **Ends** when no alert was folded for 5 minutes
          | **Worst first**
          | - INC-3 · SEV-4 · news is slower · news · 1 alert
          | - INC-4 · SEV-4 · pets is slower · pets · 1 alert
          | - INC-5 · SEV-4 · quiz is slower · quiz · 1 alert
          | - INC-6 · SEV-4 · radio is slower · radio · 1 alert
          | `/ack` with its number takes one and gives it its card and room.
          | storm 1
        ");
        s.advance(3).await;
        s.alert("radio").numbered(2).saying("radio is silent").fires().await;
        s.alert("quiz").resolves().await;
        s.advance(4).await;
        assert_snapshot!(s.news("#incidents").await, @"(nothing)");
        s.restart().await;
        s.advance(2).await;
        assert_snapshot!(s.news("#incidents").await, @"
        Siaga (silent): Storm 1 is over after 8 minutes. 5 alerts were folded into 4 incidents of 4 services: 3 still open, 1 over. New incidents get their rooms again.
          **Still open, worst first**
          - INC-6 · SEV-4 · radio is slower · radio · 2 alerts
          - INC-3 · SEV-4 · news is slower · news · 1 alert
          - INC-4 · SEV-4 · pets is slower · pets · 1 alert
          `/ack` with its number takes one and gives it its card and room.
        ");
        assert_snapshot!(s.board(1).await, @"
        Siaga (silent):
          | Storm 1 is over · 5 alerts folded
          | Incidents that page nobody stood here and got no card or room. New ones get theirs again.
          | **Since** [9 min ago] ([2 Mar 03:10])
          | **Lasted** 8 minutes
          | **Alerts** 4 firing · 1 over
          | **Incidents** 4 incidents of 4 services: 3 open · 1 over
          | **Still open, worst first**
          | - INC-6 · SEV-4 · radio is slower · radio · 2 alerts
          | - INC-3 · SEV-4 · news is slower · news · 1 alert
          | - INC-4 · SEV-4 · pets is slower · pets · 1 alert
          | `/ack` with its number takes one and gives it its card and room.
          | storm 1
        ");
        // The next one has its line again; and what was folded has one as soon as an alert fires in it.
        minor(s, "shop").await;
        s.alert("radio").numbered(3).saying("radio hums").fires().await;
        assert_snapshot!(s.news("#incidents").await, @"
        Siaga (silent): INC-7 · SEV-4 · TRIGGERED · shop is slower · shop · [now]
          [Raise to SEV-3 (pages people)] [Triage] [Silence]
        Siaga (silent): INC-6 · SEV-4 · TRIGGERED · radio is slower · radio · 3 firing · [9 min ago]
          [Raise to SEV-3 (pages people)] [Triage] [Silence]
        ");
        s.read_all().await;
    });
}
