//! Purpose: what each fact changes. An incident is the sum of its events.

use super::{
    AUTO_RESOLVE_AFTER, AckCheck, AlertBrief, AlertCounts, AlertTally, CardChange, CloseAsk, Contact, EscalationRun,
    EscalationState, Event, EventAt, Flap, FollowHow, HeldBack, Incident, IncidentStatus, KEPT_OPEN_FOR, LostWhy,
    Mitigation, Page, REMIND_EVERY, Resolution, ServiceNow, StatusUpdate, StopReason, Unanswered,
};
use crate::escalation::{EscalationPlan, Position, again_after};
use crate::postmortem::Postmortem;
use crate::setup::RoomKind;
use crate::storm::Fold;
use crate::{IncidentId, Link, PageVia, Timestamp};

/// How long an acknowledgement holds that an older version let hold for ever.
const USUAL_HOLDS: jiff::SignedDuration = jiff::SignedDuration::from_hours(2);

impl Incident {
    /// The incident an `Opened` event makes; none for any other event.
    pub fn from_opened(id: IncidentId, first: &EventAt) -> Option<Self> {
        let Event::Opened {
            title,
            impact,
            service,
            owner,
            severity,
            room,
            opener,
            why,
            group_key,
            links,
            runbook,
            runbook_url,
            missing,
            policy,
            labels,
            reasons,
            detected,
            drill,
        } = first.event.clone()
        else {
            return None;
        };
        Some(Self {
            id,
            title,
            lowered_from: None,
            title_corrected: false,
            impact,
            impact_corrected: false,
            service,
            owner,
            severity,
            severities: std::collections::BTreeSet::from([severity]),
            status: IncidentStatus::Triggered,
            room,
            opener,
            why,
            opened_at: first.at,
            group_key,
            alerts: AlertTally::default(),
            lead: None,
            fires_on_at: None,
            stale: 0,
            links,
            runbook,
            runbook_url,
            missing,
            policy,
            escalation: None,
            pages: Vec::new(),
            acknowledged: None,
            commander: None,
            updates: Vec::new(),
            next_update: None,
            update_overdue: None,
            mitigated: None,
            ended_at: None,
            resolution: None,
            followers: Vec::new(),
            told_directly: std::collections::BTreeMap::new(),
            direct_failed: std::collections::BTreeSet::new(),
            contact_failed: std::collections::BTreeSet::new(),
            left: std::collections::BTreeSet::new(),
            unseen: std::collections::BTreeMap::new(),
            lost: std::collections::BTreeMap::new(),
            kept_open: false,
            kept_open_by: None,
            close_ask: None,
            pages_people: false,
            unanswered: None,
            quiet_since: None,
            closes_after: AUTO_RESOLVE_AFTER,
            flap: None,
            held_back: None,
            ack_holds: None,
            ack_check: None,
            labels,
            reasons,
            detected,
            drill,
            triaged: None,
            dismissed: None,
            merged_into: None,
            absorbed: Vec::new(),
            more_groups: Vec::new(),
            similar: Vec::new(),
            postmortem: Postmortem::default(),
            first_acknowledged_at: None,
            questions: Vec::new(),
            notes: Vec::new(),
            fold: None,
            last_seq: first.seq,
            changed_at: first.at,
        })
    }

    /// Takes a fact in. Never fails: what was decided has happened.
    pub fn apply(&mut self, entry: &EventAt) {
        self.last_seq = entry.seq;
        self.changed_at = entry.at;
        match &entry.event {
            Event::Opened { .. } => {}
            Event::Folded { by } => self.fold = Some(Fold { by: by.clone(), alerts: 0, unfolded: None }),
            Event::Unfolded { .. } => {
                if let Some(fold) = &mut self.fold {
                    fold.unfolded = Some(entry.at);
                }
            }
            Event::ContactFailed { page, reason: None, .. } => {
                self.direct_failed.insert(*page);
            }
            Event::ContactFailed { page, via, reason: Some(_), unseen, .. } => {
                self.contact_failed.insert((*page, *via));
                self.unseen.extend(unseen.map(|unseen| (*page, unseen)));
            }
            Event::PersonLeft { pages, .. } => {
                let ways = [PageVia::Room, PageVia::Direct];
                self.left.extend(pages.iter().copied());
                self.contact_failed.extend(pages.iter().flat_map(|page| ways.map(|via| (*page, via))));
            }
            Event::IntegrationRemoved { alerts, named, .. } => {
                named.iter().for_each(|key| self.alerts.resolves(key));
                let resolved = alerts.saturating_sub(named.len());
                self.alerts.count(&AlertCounts { resolved, ..AlertCounts::default() });
            }
            Event::ThingLost { why: LostWhy::Replaced, .. } => {}
            Event::ThingLost {
                thing,
                why: LostWhy::Deleted | LostWhy::Locked | LostWhy::Refused { .. } | LostWhy::NoCategory { .. },
            } => {
                *self.lost.entry(*thing).or_default() += 1;
            }
            Event::Noted { text, .. } => self.notes.push(text.clone()),
            Event::UpdateOverdue { .. } => {
                let promised = self.next_update.take().unwrap_or(entry.at);
                self.update_overdue.get_or_insert(promised);
            }
            Event::Mitigated { by, how } => {
                self.mitigated = Some(Mitigation { by: by.clone(), at: entry.at, how: how.clone() });
                self.status = self.open_status();
            }
            Event::MitigationWithdrawn { .. } => self.impact_is_back(),
            Event::AlertFired { dedup_key, title, again, value, endless } => {
                self.folds(1);
                let brief = AlertBrief { title: title.clone(), firing: true, value: value.clone(), endless: *endless };
                self.alerts.fires(dedup_key, brief, *again);
                self.lead.get_or_insert_with(|| dedup_key.clone());
                self.not_quiet(entry.at);
            }
            Event::Corrected { title, impact, service, .. } => {
                self.corrected(title.as_deref(), impact.as_deref(), service.as_deref())
            }
            Event::AlertChanged { dedup_key, title, value, card, endless } => {
                self.alerts.says(dedup_key, title, value.as_deref(), *endless);
                if let Some(card) = card {
                    if !self.title_corrected {
                        self.title.clone_from(title);
                    }
                    self.shows(card);
                }
            }
            Event::AlertLate { .. } | Event::ChatLineGone { .. } | Event::PersonChanged { .. } => {}
            Event::WentOn { dedup_key: Some(key), .. } => self.alerts.resolves(key),
            Event::WentOn { dedup_key: None, .. } => {
                self.alerts.go();
                self.fires_on_at = None;
            }
            Event::AlertsStale { alerts } => self.stale = *alerts,
            Event::AlertResolved { dedup_key } => self.alerts.resolves(dedup_key),
            Event::AlertsCounted { counts } => {
                self.folds(counts.new + counts.again);
                self.alerts.count(counts);
                if counts.new > 0 || counts.again > 0 {
                    self.not_quiet(entry.at);
                }
            }
            Event::AllAlertsResolved { closes_at } => {
                self.kept_open = false;
                self.kept_open_by = None;
                self.quiet_since = Some(entry.at);
                self.closes_after = closes_at.map_or(AUTO_RESOLVE_AFTER, |at| at.duration_since(entry.at));
                if self.acknowledged.is_some() {
                    self.close_ask = Some(CloseAsk { at: entry.at + AUTO_RESOLVE_AFTER, asked: 0 });
                }
                self.held_back = None;
                // What flaps may fire again any moment: whoever is called, or asked, still is.
                if self.flaps().is_none() {
                    self.rests_at(entry.at);
                }
            }
            Event::FlapBegan { since, calm_ms } => {
                self.asks_anew_after_rest(entry.at);
                let calm = jiff::SignedDuration::from_millis(*calm_ms);
                self.flap = Some(Flap { seq: entry.seq, since: *since, times: 0, last: entry.at, calm, over_at: None });
            }
            Event::FlapOver { .. } => {
                self.flap_ends(entry.at);
                self.rests_at(entry.at);
            }
            Event::KeptOpen { by } => {
                self.kept_open = true;
                self.kept_open_by = Some(by.clone());
                self.close_ask = Some(CloseAsk { at: entry.at + KEPT_OPEN_FOR, asked: 0 });
            }
            Event::AskedToClose { again_at, .. } => {
                let asked = self.close_ask.as_ref().map_or(0, |ask| ask.asked) + 1;
                self.close_ask = Some(CloseAsk { at: *again_at, asked });
            }
            Event::Escalated { policy, position, due, plan, .. } => {
                let state = EscalationState::Running { due: *due };
                self.escalation = Some(self.run(policy, *position, state, plan.as_deref()));
                self.unanswered = None;
                self.pages_people = true;
            }
            Event::PlanFrozen { plan } => {
                if let Some(run) = &mut self.escalation {
                    run.plan = Some(EscalationPlan::clone(plan));
                }
            }
            Event::EscalationEnded { policy, plan, again_at, .. } => {
                if let (Some(run), None) = (&mut self.escalation, plan) {
                    run.state = EscalationState::Ended;
                } else if let Some(policy) = policy {
                    let run = self.run(policy, Position::START, EscalationState::Ended, plan.as_deref());
                    self.escalation = Some(run);
                }
                self.pages_people = true;
                // Also one by one: nobody is left on the policy, whoever is called by hand besides.
                self.unanswered = Some(Unanswered {
                    since: entry.at,
                    told: 1,
                    again_at: again_at.unwrap_or(entry.at + again_after(self.again_first(), 1)),
                    by_hand: false,
                });
            }
            Event::StillUnanswered { again_at, .. } => {
                if let Some(unanswered) = &mut self.unanswered {
                    unanswered.told += 1;
                    unanswered.again_at = *again_at;
                }
            }
            Event::FoundUnheld | Event::HoldOver { .. } => self.held_back = None,
            Event::HeldBack { held } => {
                self.held_back = Some(HeldBack::clone(held));
                self.flap_ends(entry.at);
                // Whoever is paged by hand while it is held back is waited for; when a hold begins, their pages end behind it.
                self.unanswered = self.unanswered.take().filter(|unanswered| unanswered.by_hand);
                self.asks_anew(entry.at);
            }
            Event::EscalationStopped { reason } => {
                if let Some(run) = &mut self.escalation {
                    run.state = EscalationState::Stopped;
                }
                self.unanswered = None;
                if *reason == StopReason::SeverityLowered {
                    self.pages_people = false;
                }
            }
            Event::Paged { page, person, reason, contacts, ways, account } => {
                self.pages.push(Page {
                    id: *page,
                    person: person.clone(),
                    at: entry.at,
                    reason: reason.clone(),
                    contacts: contacts
                        .iter()
                        .map(|(via, after_ms)| Contact {
                            via: *via,
                            due: entry.at
                                + jiff::SignedDuration::from_millis(i64::try_from(*after_ms).unwrap_or(i64::MAX)),
                            done: false,
                        })
                        .collect(),
                    ways: ways.clone(),
                    account: *account,
                    end: None,
                });
                self.waits_for_who_was_paged_by_hand(entry.at);
            }
            Event::Contacted { page, via, .. } => {
                let page = self.pages.iter_mut().find(|known| known.id == *page);
                let contact = page.and_then(|page| page.contacts.iter_mut().find(|contact| contact.via == *via));
                if let Some(contact) = contact {
                    contact.done = true;
                }
            }
            Event::PageReopened { page } => {
                if let Some(page) = self.pages.iter_mut().find(|known| known.id == *page) {
                    page.end = None;
                }
            }
            Event::PageEnded { page, end } => {
                if let Some(page) = self.pages.iter_mut().find(|known| known.id == *page) {
                    page.end = Some((end.clone(), entry.at));
                }
                if self.unanswered.as_ref().is_some_and(|unanswered| unanswered.by_hand)
                    && self.open_pages().next().is_none()
                {
                    self.unanswered = None;
                }
            }
            Event::EscalationResumed { due } => {
                if let Some(run) = &mut self.escalation {
                    run.state = EscalationState::Running { due: *due };
                }
                self.unanswered = None;
            }
            Event::Acknowledged { by, holds_ms, update_by, .. } => {
                self.acknowledged = Some((by.clone(), entry.at));
                self.status = self.open_status();
                self.first_acknowledged_at = self.first_acknowledged_at.or(Some(entry.at));
                // Older versions let one hold for ever where the policy did not say how long.
                let usual = self.pages_people.then_some(USUAL_HOLDS);
                self.ack_holds = holds_ms.map(jiff::SignedDuration::from_millis).or(usual);
                self.next_update = self.next_update.or(*update_by);
                self.unanswered = None;
                if self.quiet_since.is_some() && self.close_ask.is_none() {
                    self.close_ask = Some(CloseAsk { at: entry.at + AUTO_RESOLVE_AFTER, asked: 0 });
                }
            }
            Event::AckLimited { holds_ms, pages } => {
                let holds = jiff::SignedDuration::from_millis(*holds_ms);
                self.ack_holds = Some(holds);
                self.ack_check = Some(AckCheck::Ask { at: entry.at + holds });
                self.pages_people |= *pages;
            }
            Event::AckQuestioned { until, .. } => self.ack_check = Some(AckCheck::Grace { until: *until }),
            Event::StillOnIt { .. } => {}
            Event::AckExpired { .. } | Event::AckWithdrawn { .. } => {
                self.status = IncidentStatus::Triggered;
                self.acknowledged = None;
                self.ack_check = None;
                if !self.kept_open {
                    self.close_ask = None;
                }
                self.waits_for_who_was_paged_by_hand(entry.at);
            }
            Event::SeverityChanged { from, to, room, by, .. } => {
                if to.is_worse_than(*from) {
                    self.impact_is_back();
                    self.lowered_from = None;
                } else if by.is_some() {
                    self.lowered_from = Some(self.lowered_from.map_or(*from, |before| before.min(*from)));
                }
                self.severity = *to;
                self.severities.insert(*to);
                self.room = *room;
            }
            Event::CommanderSet { commander, .. } => self.commander = Some(commander.clone()),
            Event::UpdatePosted { by, know, doing, next, .. } => {
                self.next_update = *next;
                self.update_overdue = None;
                self.notes.push(format!("{know} {doing}"));
                self.updates.push(StatusUpdate {
                    by: by.clone(),
                    at: entry.at,
                    know: know.clone(),
                    doing: doing.clone(),
                    next: *next,
                    seq: entry.seq,
                });
            }
            Event::Followed { user, how } => {
                if !self.followers.contains(user) {
                    self.followers.push(*user);
                }
                match how {
                    FollowHow::Thread => self.told_directly.remove(user),
                    FollowHow::Direct | FollowHow::Ends => self.told_directly.insert(*user, *how),
                };
            }
            Event::Unfollowed { user } => {
                self.followers.retain(|known| known != user);
                self.told_directly.remove(user);
            }
            Event::Resolved { by, fixed, postmortem_due, fires_on_at, .. } => {
                self.alerts.end_endless();
                // A line is over with its alerts each time, and flaps on when they fire again.
                if by.is_some() || self.room != RoomKind::Line {
                    self.flap_ends(entry.at);
                }
                self.stale = 0;
                self.held_back = None;
                self.fires_on_at = *fires_on_at;
                self.status = IncidentStatus::Resolved;
                self.ended_at = Some(entry.at);
                self.next_update = None;
                self.update_overdue = None;
                self.ack_check = None;
                self.unanswered = None;
                self.close_ask = None;
                self.resolution = Some(Resolution { by: by.clone(), at: entry.at, fixed: fixed.clone() });
                self.postmortem.due = *postmortem_due;
                self.postmortem.remind_at = *postmortem_due;
            }
            Event::Reopened { by, fired_on, .. } => {
                if by.is_some() || fired_on.is_some() {
                    self.flap_ends(entry.at);
                }
                self.fires_on_at = None;
                self.status = IncidentStatus::Triggered;
                self.acknowledged = None;
                self.mitigated = None;
                self.ended_at = None;
                self.resolution = None;
                self.dismissed = None;
                self.not_quiet(entry.at);
                self.unanswered = None;
                self.pages_people = false;
                self.postmortem.due = None;
                self.postmortem.remind_at = None;
                self.postmortem.closed = None;
            }
            Event::Triaged { impact, urgency, .. } => self.triaged = Some((*impact, *urgency)),
            Event::Dismissed { by, reason, fires_on_at } => {
                self.close(entry.at);
                self.alerts.end_endless();
                self.stale = 0;
                self.fires_on_at = *fires_on_at;
                self.dismissed = Some((by.clone(), reason.clone()));
            }
            Event::MergedInto { into, .. } => {
                self.close(entry.at);
                self.merged_into = Some(*into);
            }
            Event::Absorbed { from, alerts, more, group_keys, .. } => {
                self.absorbed.push(*from);
                // What it brings along hurts somebody.
                self.impact_is_back();
                let fires = alerts.iter().any(|(_, alert)| alert.firing) || more.new > more.resolved;
                self.alerts.absorb(alerts, more);
                self.more_groups.extend(group_keys.iter().cloned());
                if fires {
                    self.not_quiet(entry.at);
                }
            }
            Event::SimilarFound { incidents } => self.similar.clone_from(incidents),
            Event::DetectionConfirmed { detection, .. } => self.detected = Some(detection.clone()),
            Event::PostmortemWritten { core_problem, root_cause, lessons, .. } => {
                self.postmortem.core_problem = Some(core_problem.clone());
                self.postmortem.root_cause = Some(root_cause.clone());
                self.postmortem.lessons = Some(lessons.clone());
            }
            Event::CollateralChecked { found, .. } => self.postmortem.collateral.clone_from(found),
            Event::ActionItemAdded { item, .. } => {
                self.postmortem.last_item = self.postmortem.last_item.max(item.number);
                self.postmortem.action_items.push(item.clone());
            }
            Event::ActionItemChanged { item, .. } => {
                let items = &mut self.postmortem.action_items;
                if let Some(known) = items.iter_mut().find(|known| known.number == item.number) {
                    known.clone_from(item);
                }
            }
            Event::ActionItemDeleted { number, .. } => {
                self.postmortem.action_items.retain(|item| item.number != *number);
            }
            Event::ActionItemDueSoon { number } => {
                if let Some(item) = self.postmortem.action_items.iter_mut().find(|item| item.number == *number) {
                    item.remind.retain(|at| *at > entry.at);
                }
            }
            Event::ActionItemDone { number, .. } => {
                if let Some(item) = self.postmortem.action_items.iter_mut().find(|item| item.number == *number) {
                    item.done = Some(entry.at);
                }
            }
            Event::ActionItemReminded { number } => {
                if let Some(item) = self.postmortem.action_items.iter_mut().find(|item| item.number == *number) {
                    item.reminded = true;
                }
            }
            Event::ProofGiven { proof, .. } => self.postmortem.proof = Some(proof.clone()),
            Event::PostmortemReminded { .. } => {
                self.postmortem.reminders += 1;
                self.postmortem.remind_at = Some(entry.at + REMIND_EVERY);
            }
            Event::PostmortemClosed { by } => {
                self.status = IncidentStatus::Closed;
                self.postmortem.closed = Some((by.clone(), entry.at));
                self.postmortem.remind_at = None;
            }
            Event::ClockSet { by_ms } => self.clock_moves(jiff::SignedDuration::from_millis(*by_ms)),
        }
        self.renew_acknowledgement(entry);
        self.asks_and_answers(entry);
    }

    /// Whoever was asked because it burnt need not answer any more; the next one who asks does so anew.
    fn asks_anew(&mut self, at: Timestamp) {
        if let (Some(AckCheck::Grace { .. }), Some(holds)) = (self.ack_check, self.ack_holds) {
            self.ack_check = Some(AckCheck::Ask { at: at + holds });
        }
    }

    /// A person knows better than the alert, also than its next report.
    fn corrected(&mut self, title: Option<&str>, impact: Option<&str>, service: Option<&ServiceNow>) {
        if let Some(title) = title {
            title.clone_into(&mut self.title);
            self.title_corrected = true;
        }
        if let Some(impact) = impact {
            self.impact = Some(impact.to_owned()).filter(|impact| !impact.is_empty());
            self.impact_corrected = true;
        }
        if let Some(service) = service {
            self.service = Some(service.name.clone());
            self.owner.clone_from(&service.owner);
            self.policy.clone_from(&service.policy);
            self.runbook.clone_from(&service.runbook);
            if let Some(url) = &service.dashboard {
                self.links.retain(|link| link.label != "Dashboard");
                self.links.insert(0, Link { label: "Dashboard".to_owned(), url: url.clone() });
            }
        }
    }

    /// The alert that opened it says something else now. The dashboard of the service stays.
    fn shows(&mut self, card: &CardChange) {
        if !self.impact_corrected {
            self.impact.clone_from(&card.impact);
        }
        let own = self.links.first().filter(|link| link.label == "Dashboard").cloned();
        let own = own.filter(|_| !card.links.iter().any(|link| link.label == "Dashboard"));
        self.links = own.into_iter().chain(card.links.iter().cloned()).collect();
        self.runbook_url.clone_from(&card.runbook_url);
        self.labels.clone_from(&card.labels);
    }

    /// An alert fires: whoever said "keep it open" and the wait for the quiet end no longer matter.
    fn not_quiet(&mut self, at: Timestamp) {
        // Whoever said that the impact is over said so of what was, not of what comes after a calm.
        if self.quiet_since.is_some() {
            self.impact_is_back();
        }
        self.asks_anew_after_rest(at);
        self.flaps_again(at);
        self.kept_open = false;
        self.kept_open_by = None;
        self.close_ask = None;
        self.quiet_since = None;
    }

    /// Nobody says any more that the impact is over.
    fn impact_is_back(&mut self) {
        self.mitigated = None;
        if self.status.is_open() {
            self.status = self.open_status();
        }
    }

    /// While nothing fired nobody was asked whether they are still on it: the time for that begins now.
    fn asks_anew_after_rest(&mut self, at: Timestamp) {
        if let (true, Some(_), Some(holds)) = (self.rests(), self.ack_check, self.ack_holds) {
            self.ack_check = Some(AckCheck::Ask { at: at + holds });
        }
    }

    /// Nothing fires any more, and it does not flap: nobody is waited for.
    fn rests_at(&mut self, at: Timestamp) {
        self.unanswered = None;
        self.asks_anew(at);
    }

    /// Somebody was paged by hand, and no policy waits for an answer: the room is told when none comes.
    fn waits_for_who_was_paged_by_hand(&mut self, at: Timestamp) {
        let calls = self.open_pages().next().is_some();
        if calls && self.acknowledged.is_none() && !self.escalates() && self.unanswered.is_none() {
            let again_at = at + again_after(self.again_first(), 1);
            self.unanswered = Some(Unanswered { since: at, told: 0, again_at, by_hand: true });
        }
    }

    /// Where an escalation stands after an event that started it, or went on with it.
    fn run(
        &self,
        policy: &str,
        position: Position,
        state: EscalationState,
        plan: Option<&EscalationPlan>,
    ) -> EscalationRun {
        let had = self.escalation.as_ref().and_then(|run| run.plan.as_ref());
        EscalationRun {
            policy: policy.to_owned(),
            position,
            state,
            plan: plan.or(had).cloned(),
            pages_before: self.pages.len(),
        }
    }

    /// Alerts began to fire: while it is folded, only its storm's board counts them.
    fn folds(&mut self, alerts: usize) {
        if let Some(fold) = self.fold.as_mut().filter(|fold| fold.unfolded.is_none()) {
            fold.alerts = fold.alerts.saturating_add(u32::try_from(alerts).unwrap_or(u32::MAX));
        }
    }

    /// It is over without having been solved here.
    fn close(&mut self, at: Timestamp) {
        self.status = IncidentStatus::Closed;
        self.flap_ends(at);
        self.held_back = None;
        self.ended_at = Some(at);
        self.next_update = None;
        self.update_overdue = None;
        self.ack_check = None;
        self.unanswered = None;
        self.close_ask = None;
    }

    /// Whatever the holder does is a sign of life.
    fn renew_acknowledgement(&mut self, entry: &EventAt) {
        let (Some((holder, _)), Some(holds), IncidentStatus::Acknowledged | IncidentStatus::Mitigated) =
            (&self.acknowledged, self.ack_holds, self.status)
        else {
            return;
        };
        if entry.event.actor().is_some_and(|actor| actor.user == holder.user) {
            self.ack_check = Some(AckCheck::Ask { at: entry.at + holds });
        }
    }
}
