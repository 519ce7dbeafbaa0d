//! Purpose: the timeline as people read it. Who comes first; the time stands beside it, not in it.

use domain::incident::{AlertCounts, Event, EventAt, FollowHow, Opener};
use domain::postmortem::{Collateral, Proof};
use domain::setup::Language;
use domain::storm::UnfoldWhy;

use crate::escape::bare_link;
use crate::list::{and, grouped};
use crate::say::say;
use crate::text::{PART, change_reason, name, person, sentence, then, title};
use crate::time::{clock, relative};
use crate::{Names, cut, escape, terms};

/// One entry of the timeline as text, without its time.
pub fn entry(entry: &EventAt, names: &dyn Names, lang: Language) -> String {
    match &entry.event {
        Event::Opened { title: what, severity, opener, .. } => {
            let (severity, title) = (severity.to_string(), title(what, lang));
            match opener {
                Opener::Alert { integration } => {
                    let integration = name(integration);
                    say!(lang, "entry-opened-by-alert", integration = integration, severity = severity, title = title)
                }
                Opener::Person { by } => {
                    say!(lang, "entry-opened", who = name(&by.name), severity = severity, title = title)
                }
            }
        }
        Event::Folded { by } => say!(lang, "entry-folded", storm = by.storm.to_string()),
        Event::Unfolded { why: UnfoldWhy::Pages, .. } => say!(lang, "entry-unfolded-pages"),
        Event::Unfolded { why: UnfoldWhy::Person | UnfoldWhy::Reminder, .. } => say!(lang, "entry-unfolded"),
        Event::Unfolded { why: UnfoldWhy::AfterStorm, .. } => say!(lang, "entry-unfolded-after"),
        Event::AlertFired { title: what, .. } => say!(lang, "entry-alert-fired", title = title(what, lang)),
        Event::AlertChanged { title: what, value, .. } => {
            say!(lang, "entry-alert-changed", title = crate::card::with_value(what, value.as_deref(), lang))
        }
        Event::AlertLate { .. } => say!(lang, "entry-alert-late"),
        Event::WentOn { alerts: 0, .. } => say!(lang, "entry-went-on-nothing"),
        Event::WentOn { dedup_key: Some(_), into: Some(into), .. } => {
            say!(lang, "entry-alert-went-on", incident = into.label())
        }
        Event::WentOn { into: Some(into), .. } => say!(lang, "entry-went-on", incident = into.label()),
        Event::WentOn { into: None, silence: Some(number), .. } => {
            say!(lang, "entry-went-on-silenced", number = number.to_string())
        }
        Event::WentOn { into: None, .. } => say!(lang, "entry-went-on-new"),
        Event::AlertsStale { alerts: 0 } => say!(lang, "entry-alerts-heard"),
        Event::AlertsStale { alerts } => {
            say!(lang, "entry-alerts-stale", number = *alerts, shown = grouped(*alerts, lang))
        }
        Event::AlertResolved { .. } => say!(lang, "entry-alert-resolved"),
        Event::AlertsCounted { counts } => alerts_counted(counts, lang),
        Event::AllAlertsResolved { .. } => say!(lang, "entry-all-alerts-resolved"),
        Event::FlapBegan { since, .. } => say!(lang, "entry-flap-began", since = relative(*since)),
        Event::FlapOver { times, lasted_ms } => {
            let lasted = crate::duration(jiff::SignedDuration::from_millis(*lasted_ms), lang);
            say!(lang, "entry-flap-over", number = *times, lasted = lasted)
        }
        Event::PageReopened { page } => say!(lang, "entry-page-reopened", page = page.to_string()),
        Event::KeptOpen { by } => say!(lang, "entry-kept-open", who = name(&by.name)),
        Event::Escalated { policy, position, due, gaps, .. } => {
            let (step, policy, next) = (position.step + 1, name(policy), relative(*due));
            let step = match position.round {
                0 => say!(lang, "entry-escalated", step = step, policy = policy, next = next),
                round => {
                    say!(lang, "entry-escalated-round", step = step, round = round + 1, policy = policy, next = next)
                }
            };
            let gaps: Vec<String> = gaps.iter().map(|gap| name(gap)).collect();
            then(step, (!gaps.is_empty()).then(|| say!(lang, "entry-gaps", what = and(&gaps, lang))))
        }
        Event::EscalationEnded { policy: Some(policy), .. } => {
            say!(lang, "entry-escalation-ended", policy = name(policy))
        }
        Event::EscalationEnded { policy: None, .. } => say!(lang, "entry-no-policy"),
        Event::PlanFrozen { plan } => say!(lang, "entry-plan-frozen", policy = name(&plan.policy)),
        Event::StillUnanswered { since, again_at, .. } => {
            let (since, again) = (relative(*since), relative(*again_at));
            say!(lang, "entry-still-unanswered", since = since, again = again)
        }
        Event::FoundUnheld => say!(lang, "entry-found-unheld"),
        Event::HeldBack { held } => crate::silence::held_back(held, lang),
        Event::HoldOver { why } => crate::silence::hold_over(*why, lang),
        Event::EscalationStopped { reason } => crate::post::escalation_stopped(*reason, lang),
        Event::EscalationResumed { due } => say!(lang, "entry-escalation-resumed", due = relative(*due)),
        Event::Paged { person, reason, .. } => crate::called::entry_paged(person, reason, names, lang),
        Event::PageEnded { page, end } => crate::called::entry_ended(*page, end, names, lang),
        Event::Acknowledged { by, .. } => say!(lang, "entry-acknowledged", who = name(&by.name)),
        Event::AckQuestioned { until, why, .. } => {
            let until = clock(*until);
            match why {
                Some(why) => say!(lang, "entry-ack-questioned-why", why = terms::asked(*why, lang), until = until),
                None => say!(lang, "entry-ack-questioned", until = until),
            }
        }
        Event::AckLimited { holds_ms, .. } => {
            let holds = crate::duration(jiff::SignedDuration::from_millis(*holds_ms), lang);
            say!(lang, "entry-ack-limited", holds = holds)
        }
        Event::AskedToClose { whom: Some(whom), since, .. } => {
            say!(lang, "entry-asked-to-close", who = name(&whom.name), since = relative(*since))
        }
        Event::AskedToClose { whom: None, since, .. } => {
            say!(lang, "entry-asked-to-close-anybody", since = relative(*since))
        }
        Event::StillOnIt { by } => say!(lang, "entry-still-on-it", who = name(&by.name)),
        Event::AckExpired { removed: true, .. } => say!(lang, "entry-ack-removed"),
        Event::AckExpired { left: true, .. } => say!(lang, "entry-ack-left"),
        Event::AckExpired { .. } => say!(lang, "entry-ack-expired"),
        Event::AckWithdrawn { by } => say!(lang, "entry-ack-withdrawn", who = name(&by.name)),
        Event::SeverityChanged { from, to, by, reason, .. } => {
            let raised = to.is_worse_than(*from);
            let (from, to) = (from.to_string(), to.to_string());
            let changed = match by.as_ref().map(|by| name(&by.name)) {
                Some(who) if raised => say!(lang, "entry-raised", who = who, from = from, to = to),
                Some(who) => say!(lang, "entry-lowered", who = who, from = from, to = to),
                None if raised => say!(lang, "entry-raised-by-alert", from = from, to = to),
                None => say!(lang, "entry-lowered-by-alert", from = from, to = to),
            };
            with_reason(changed, reason.as_ref().map(|reason| change_reason(reason, PART, lang)))
        }
        Event::CommanderSet { commander, by } if commander.user == by.user => {
            say!(lang, "entry-commander", who = name(&commander.name))
        }
        Event::CommanderSet { commander, by } => {
            say!(lang, "entry-commander-by", who = name(&commander.name), by = name(&by.name))
        }
        Event::UpdatePosted { by, know, doing, .. } => {
            let (know, doing) = (sentence(know, PART), sentence(doing, PART));
            say!(lang, "entry-update", who = name(&by.name), know = know, doing = doing)
        }
        Event::Mitigated { by, how } => {
            let mitigated = say!(lang, "entry-mitigated", who = name(&by.name));
            with_reason(mitigated, how.as_ref().map(|how| sentence(how, PART)))
        }
        Event::MitigationWithdrawn { by } => say!(lang, "entry-not-mitigated", who = name(&by.name)),
        Event::UpdateOverdue { .. } => say!(lang, "entry-update-overdue"),
        Event::ClockSet { by_ms } => {
            let by = crate::clock_step(jiff::SignedDuration::from_millis(*by_ms), lang);
            if *by_ms < 0 {
                say!(lang, "entry-clock-back", by = by)
            } else {
                say!(lang, "entry-clock-forward", by = by)
            }
        }
        Event::Noted { by, text, .. } => format!("{}: {}", name(&by.name), cut(&escape(text), 1_500)),
        Event::Followed { user, how } => {
            let who = format!("<@{user}>");
            match how {
                FollowHow::Thread => say!(lang, "entry-followed", who = who),
                FollowHow::Direct => say!(lang, "entry-followed-direct", who = who),
                FollowHow::Ends => say!(lang, "entry-followed-ends", who = who),
            }
        }
        Event::Unfollowed { user } => say!(lang, "entry-unfollowed", who = format!("<@{user}>")),
        Event::Resolved { by: Some(by), fixed, .. } => {
            let resolved = say!(lang, "entry-resolved", who = name(&by.name));
            with_reason(resolved, fixed.as_ref().map(|fixed| sentence(fixed, 1_500)))
        }
        Event::Resolved { by: None, .. } => say!(lang, "entry-resolved-by-itself"),
        Event::Reopened { by: Some(by), reason, .. } => {
            let reopened = say!(lang, "entry-reopened", who = name(&by.name));
            with_reason(reopened, reason.as_ref().map(|reason| sentence(reason, PART)))
        }
        Event::Reopened { by: None, fired_on: Some(alerts), .. } => {
            say!(lang, "entry-reopened-fires-on", number = *alerts, shown = grouped(*alerts, lang))
        }
        Event::Reopened { by: None, .. } => say!(lang, "entry-reopened-by-alert"),
        Event::Contacted { person: who, via, .. } => {
            say!(lang, "entry-contacted", who = person(who, names), via = terms::via(*via, lang))
        }
        Event::ContactFailed { person: who, reason: None, .. } => {
            say!(lang, "entry-direct-message-failed", who = person(who, names))
        }
        Event::ContactFailed { person: who, unseen: Some(_), .. } => {
            say!(lang, "entry-room-unseen", who = person(who, names))
        }
        Event::ContactFailed { person: who, via, reason: Some(reason), .. } => {
            let (who, via, reason) = (person(who, names), terms::via(*via, lang), sentence(reason, 300));
            say!(lang, "entry-contact-failed", who = who, via = via, reason = reason)
        }
        Event::PersonLeft { person: who, .. } => say!(lang, "post-person-left", who = person(who, names)),
        Event::PersonChanged { person: who, why, .. } => crate::post::person_changed(who, why, names, lang),
        Event::IntegrationRemoved { integration, alerts, .. } => {
            let (number, shown) = (*alerts, grouped(*alerts, lang));
            say!(lang, "post-integration-removed", integration = name(integration), number = number, shown = shown)
        }
        Event::ThingLost { thing, why } => crate::post::lost(*thing, why, lang),
        Event::ChatLineGone { who, title, deleted, fires_on } => {
            crate::post::chat_line_gone(who, title, (*deleted, *fires_on), lang)
        }
        Event::Triaged { by, impact, urgency, severity } => {
            let (who, impact, urgency) = (name(&by.name), terms::impact(*impact, lang), terms::urgency(*urgency, lang));
            let severity = severity.to_string();
            say!(lang, "entry-triaged", who = who, impact = impact, urgency = urgency, severity = severity)
        }
        Event::Dismissed { by, reason, .. } => {
            with_reason(say!(lang, "entry-dismissed", who = name(&by.name)), Some(sentence(reason, PART)))
        }
        Event::MergedInto { into, by } => {
            say!(lang, "entry-merged-into", who = name(&by.name), incident = into.label())
        }
        Event::Absorbed { from, title: what, by, .. } => {
            let (who, incident) = (name(&by.name), from.label());
            say!(lang, "entry-absorbed", who = who, incident = incident, title = title(what, lang))
        }
        Event::SimilarFound { incidents } => {
            let labels: Vec<String> = incidents.iter().map(|past| past.id.label()).collect();
            say!(lang, "entry-similar", incidents = and(&labels, lang))
        }
        Event::DetectionConfirmed { by, detection } => {
            let (who, known) = (name(&by.name), terms::known_by(detection.by, lang));
            match detection.since.map(clock) {
                Some(since) => say!(lang, "entry-detection-since", who = who, by = known, since = since),
                None => say!(lang, "entry-detection", who = who, by = known),
            }
        }
        Event::PostmortemWritten { by, core_problem, root_cause, lessons } => say!(
            lang,
            "entry-postmortem",
            who = name(&by.name),
            core = sentence(core_problem, PART),
            root = sentence(root_cause, PART),
            lessons = sentence(lessons, PART)
        ),
        Event::CollateralChecked { by, found } => {
            let of = |wanted: Collateral| {
                let units: Vec<String> =
                    found.iter().filter(|(_, what)| **what == wanted).map(|(unit, _)| name(unit)).collect();
                if units.is_empty() { say!(lang, "entry-nothing") } else { and(&units, lang) }
            };
            let (affected, clear) = (of(Collateral::Affected), of(Collateral::Clear));
            say!(lang, "entry-collateral", who = name(&by.name), affected = affected, clear = clear)
        }
        Event::ActionItemAdded { by, item } => say!(
            lang,
            "entry-action-item",
            who = name(&by.name),
            number = item.number.to_string(),
            what = sentence(&item.what, PART),
            owner = name(&item.owner),
            due = item.due.to_string()
        ),
        Event::ActionItemChanged { by, item } => say!(
            lang,
            "entry-action-item-changed",
            who = name(&by.name),
            number = item.number.to_string(),
            what = sentence(&item.what, PART),
            owner = name(&item.owner),
            due = item.due.to_string()
        ),
        Event::ActionItemDeleted { by, number } => {
            say!(lang, "entry-action-item-deleted", who = name(&by.name), number = number.to_string())
        }
        Event::ActionItemDueSoon { number } => say!(lang, "entry-action-item-due-soon", number = number.to_string()),
        Event::Corrected { by, title, impact, service } => {
            let parts = [
                title.as_ref().map(|title| say!(lang, "entry-corrected-title", text = sentence(title, PART))),
                impact.as_ref().map(|impact| match impact.as_str() {
                    "" => say!(lang, "entry-corrected-no-impact"),
                    impact => say!(lang, "entry-corrected-impact", text = sentence(impact, PART)),
                }),
                service.as_ref().map(|service| match &service.owner {
                    Some(owner) => {
                        say!(lang, "entry-corrected-service-of", service = name(&service.name), owner = name(owner))
                    }
                    None => say!(lang, "entry-corrected-service", service = name(&service.name)),
                }),
            ];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            say!(lang, "entry-corrected", who = name(&by.name), what = parts.join(" "))
        }
        Event::ActionItemDone { by, number } => {
            say!(lang, "entry-action-item-done", who = name(&by.name), number = number.to_string())
        }
        Event::ActionItemReminded { number } => say!(lang, "entry-action-item-due", number = number.to_string()),
        Event::ProofGiven { by, proof: Proof::Changed { url } } => {
            say!(lang, "entry-proof", who = name(&by.name), url = bare_link(url))
        }
        Event::ProofGiven { by, proof: Proof::Refused { reason } } => {
            say!(lang, "entry-proof-refused", who = name(&by.name), reason = sentence(reason, PART))
        }
        Event::PostmortemReminded { .. } => say!(lang, "entry-postmortem-reminded"),
        Event::PostmortemClosed { by } => say!(lang, "entry-postmortem-closed", who = name(&by.name)),
    }
}

/// `Resolved by Budi.`, `Resolved by Budi: rolled back 4.2.`
fn with_reason(what: String, reason: Option<String>) -> String {
    match reason {
        Some(reason) => format!("{what}: {reason}"),
        None => format!("{what}."),
    }
}

/// `412 more alerts fire and 3 alerts resolved.`
fn alerts_counted(counts: &AlertCounts, lang: Language) -> String {
    let AlertCounts { new, again, resolved, endless: _ } = *counts;
    let shown = |number| grouped(number, lang);
    let parts = [
        (new > 0).then(|| say!(lang, "entry-alerts-new", number = new, shown = shown(new))),
        (again > 0).then(|| say!(lang, "entry-alerts-again", number = again, shown = shown(again))),
        (resolved > 0).then(|| say!(lang, "entry-alerts-over", number = resolved, shown = shown(resolved))),
    ];
    format!("{}.", and(&parts.into_iter().flatten().collect::<Vec<_>>(), lang))
}
