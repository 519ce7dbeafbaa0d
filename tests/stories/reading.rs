//! What people look up: runbooks, who is on call, help, suggestions while they type.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::story;

#[test]
fn runbooks_are_found_by_words_and_shown_by_name() {
    story(async |s| {
        assert_snapshot!(s.sari().slash("/runbook search", json!({ "query": "payment gateway" })).await, @r"
        Siaga (private): 2 runbooks; `/runbook show` opens one:
          - checkout-errors: Checkout errors (owner Payments)
          - database-failover: Database failover (owner Platform)
        ");
        assert_snapshot!(s.sari().slash("/runbook search", json!({ "query": "coffee" })).await, @"Siaga (private): No runbook holds coffee. `/runbook search` takes fewer words too.");
        assert_snapshot!(s.sari().slash("/runbook show", json!({ "name": "search-latency" })).await, @r#"
        Siaga (private): **Search is slow**
          owner Platform · reviewed 2026-07-14 · [full text](https://wiki.example.com/search-latency)
          # Search is slow
          
          Pages with results take longer than a second. Customers wait, few leave; nobody loses an order.
          
          1. Look at the number of searches per second: twice as many as last week is a crawler or a campaign
          2. Crawler: limit its address range at the edge. Campaign: add two search nodes.
          3. Same traffic as ever: find the node whose heap is full (`search_heap_used_ratio` above 0.9) and restart that one only.
          4. Still slow after 15 minutes: switch off "related products"; it is a third of the load.
          
          ## It is over when
          
          The 95th percentile is below 400 ms for ten minutes. Switch "related products" on again, and watch for five more.
        "#);
        assert_snapshot!(s.sari().slash("/runbook show", json!({ "name": "coffee" })).await, @"Siaga (private): No runbook is called coffee. `/runbook search` finds them by words.");
    });
}

#[test]
fn the_runbook_of_an_incident_is_one_tap_away() {
    story(async |s| {
        s.checkout_breaks().await;
        assert_snapshot!(s.budi().press_in("DM", "Runbook").await, @r#"
        Siaga (private): **Checkout errors**
          owner Payments · reviewed 2026-08-01
          # Checkout errors
          
          Customers see an error when they pay. Most often the payment gateway or our last deploy is the cause.
          
          1. check payment-gateway
          2. Compare the start of the errors with the last deploy of checkout. If they fit, roll back first and look for the cause afterwards.
          3. Look at the dashboard: do all payment methods fail, or one? One: switch it off in the shop's settings and say so in the next update.
          4. Tell customer care what customers should do now: wait, or pay in another way.
          
          ## Check payment-gateway
          
          - Its status page says more than our graphs: is there an incident?
          - `payment_gateway_errors_total` by `code`: 401 or 403 mean that our key has run out, 429 that we are too fast, 5xx that it is theirs.
          - Theirs: page nobody else, post an update every 30 minutes, and turn on "pay later".
          
          ## It is over when
          
          The share of failed payments stays below 1 % for ten minutes.
        "#);
        s.alert("login").warning().fires().await;
        assert_snapshot!(s.agus().press_in("INC-2", "Runbook").await, @"Siaga (private): No runbook covers INC-2. `/runbook search` finds others by words.");
        s.read_all().await;
    });
}

#[test]
fn anybody_sees_who_is_on_call_and_until_when() {
    story(async |s| {
        assert_snapshot!(s.sari().slash("/oncall show", json!({})).await, @r"
        Siaga (private): Budi is on call for payments until [2 Mar 09:00]; then Rina.
          Agus is on call for platform until [4 Mar 10:00]; then Rina.
        ");
        assert_snapshot!(s.sari().slash("/oncall show", json!({ "service": "checkout" })).await, @r"
        Siaga (private): The policy payments pages:
          1. Budi, then waits 5 minutes
          2. Rina, then waits 5 minutes
          3. Dewi and Agus, then waits 10 minutes
        ");
        assert_snapshot!(s.sari().slash("/oncall show", json!({ "service": "search" })).await, @r"
        Siaga (private): The policy platform pages:
          1. Agus, then waits 5 minutes
          2. Dewi, then waits 10 minutes
          All of it once more if nobody answers.
        ");
        assert_snapshot!(s.sari().slash("/oncall show", json!({ "service": "moon" })).await, @"Siaga (private): No service is called moon. `/incident open` knows checkout, login, search, orders, database.");
        // Monday, nine o'clock: the handoff.
        s.advance(360).await;
        assert_snapshot!(s.sari().slash("/oncall show", json!({})).await, @r"
        Siaga (private): Rina is on call for payments until [9 Mar 09:00]; then Budi.
          Agus is on call for platform until [4 Mar 10:00]; then Rina.
        ");
    });
}

#[test]
fn help_fits_one_screen_and_has_topics() {
    story(async |s| {
        assert_snapshot!(s.sari().slash("/help", json!({})).await, @r"
        Siaga (private): **Siaga runs incidents here.** Alerts open them, the person on call is paged, everybody sees the same card.
          - Something is broken: `/incident open`
          - You were paged: tap Acknowledge, or Can't take it and the next person is paged
          - What is going on: `/incident list`, `/incident show`
          - Tell the others: `/update` for stakeholders, `/note` for the timeline
          - Get help: `/page` somebody, `/escalate` to the next step
          - It is over: `/resolve`
          - Who is on call: `/oncall show`. What to do: `/runbook search`
          In an incident's room the commands mean that incident.
          More: `/help topic` with paged, open, run, stakeholders, on-call, runbooks or access.
        ");
        assert_snapshot!(s.sari().slash("/help", json!({ "topic": "paged" })).await, @r"
        Siaga (private): **You were paged**
          - Acknowledge: you have it, and nobody else is paged. Undo gives it back.
          - Can't take it: the next person is paged at once. Nobody asks why.
          - No answer: the next step of the policy is taken when the wait is over.
          - You have it and are silent for long: you are asked whether you are still on it. Without an answer escalation goes on.
          The same buttons are in the room and in the direct message. `/incident show` catches you up.
        ");
    });
}

#[test]
fn suggestions_come_while_people_type() {
    story(async |s| {
        s.checkout_breaks().await;
        s.search_is_slow().await;
        assert_snapshot!(s.budi().suggestions("/ack", "incident", "").await, @r"
        INC-2 · SEV-3 · Search answers in 2.4 s -> INC-2
        INC-1 · SEV-1 · Checkout errors 12 % -> INC-1
        ");
        assert_snapshot!(s.budi().suggestions("/ack", "incident", "slow").await, @"");
        assert_snapshot!(s.budi().suggestions("/ack", "incident", "answers").await, @"INC-2 · SEV-3 · Search answers in 2.4 s -> INC-2");
        assert_snapshot!(s.budi().suggestions("/incident open", "service", "che").await, @"checkout -> checkout");
        assert_snapshot!(s.budi().suggestions("/page", "target", "").await, @"
        Agus · on call now: platform -> person:agus
        Dewi -> person:dewi
        Rina -> person:rina
        Sari -> person:sari
        Budi · on call now: payments -> person:budi
        checkout -> service:checkout
        login -> service:login
        search -> service:search
        orders -> service:orders
        database -> service:database
        on-call:payments -> schedule:payments
        on-call:platform -> schedule:platform
        ");
        assert_snapshot!(s.budi().suggestions("/runbook show", "name", "check").await, @"Checkout errors · checkout-errors -> checkout-errors");
        assert_snapshot!(s.budi().suggestions("/help", "topic", "on").await, @"on-call -> on-call");
        s.read_all().await;
    });
}
