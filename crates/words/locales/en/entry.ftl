## Entries of the timeline. The time stands beside them.

entry-opened = Opened by { $who } as { $severity }: { $title }
entry-opened-by-alert = Opened by an alert of { $integration } as { $severity }: { $title }
entry-alert-fired = Alert fires: { $title }
entry-alert-resolved = An alert resolved.
entry-alerts-new = { $number ->
    [one] { $shown } more alert fires
   *[other] { $shown } more alerts fire
}
entry-alerts-again = { $number ->
    [one] { $shown } alert fires again
   *[other] { $shown } alerts fire again
}
entry-alerts-over = { $number ->
    [one] { $shown } alert resolved
   *[other] { $shown } alerts resolved
}
entry-all-alerts-resolved = All alerts resolved.
entry-flap-began = It flaps: an alert fires again, and nothing had fired only since { $since }.
entry-flap-over = It does not flap any more: it fired again { $number ->
        [one] once
       *[other] { $number } times in { $lasted }
    }.
entry-page-reopened = Page { $page } waits for an answer again.
entry-kept-open = { $who } keeps it open.

entry-escalated = Step { $step } of { $policy }; the next one { $next }.
entry-escalated-round = Step { $step }, round { $round } of { $policy }; the next one { $next }.
entry-gaps = Nobody is on call for { $what }.
entry-escalation-ended = Nobody is left to page on { $policy }.
entry-no-policy = Nobody to page: no policy covers it.
entry-escalation-resumed = Escalation goes on { $due }.
entry-paged = { $who } is paged: step { $step } of { $policy }.
entry-paged-end = { $who } is paged once more: nobody answered on { $policy }.
entry-paged-by = { $who } is paged by { $by }: { $reason }
entry-page-acknowledged = Page { $page } answered by { $who }.
entry-page-declined = Page { $page }: cannot take it.
entry-page-not-needed = Page { $page } no longer needed.
entry-page-silenced = Page { $page } ended: { $who } silenced what it was about until { $until }.
entry-page-handed-over = Page { $page } handed over to { $who }.
entry-page-removed = Page { $page } ended: the person is no longer in the configuration.
entry-direct-message-failed = The direct message to { $who } was not delivered.

entry-acknowledged = { $who } acknowledged.
entry-ack-questioned = Whoever has it is asked and has until { $until } to answer.
entry-still-on-it = { $who } is still on it.
entry-ack-expired = Whoever had it did not answer; nobody has it.
entry-ack-left = Whoever had it left the server; nobody has it.
entry-ack-removed = Whoever had it is no longer in the configuration; nobody has it.
entry-ack-withdrawn = { $who } gave it back.

# Without a period: it, or a reason, follows.
entry-raised = { $who } raised the severity from { $from } to { $to }
entry-lowered = { $who } lowered the severity from { $from } to { $to }
entry-raised-by-alert = An alert raised the severity from { $from } to { $to }
entry-lowered-by-alert = An alert lowered the severity from { $from } to { $to }
entry-resolved = Resolved by { $who }
entry-reopened = Reopened by { $who }

entry-commander = Commander: { $who }.
entry-commander-by = Commander: { $who } (named by { $by }).
entry-update = Update by { $who }: { $know } We do: { $doing }
entry-update-overdue = The promised update did not come.
entry-clock-back = The clock of Siaga's machine was set back by { $by }. Every wait lasts as long as it would have.
entry-clock-forward = The clock of Siaga's machine was set forward by { $by }. Every wait lasts as long as it would have.
entry-followed = { $who } follows.
entry-unfollowed = { $who } no longer follows.
entry-resolved-by-itself = Resolved: all alerts resolved and nobody had taken it.
entry-reopened-by-alert = Reopened: an alert fires again.
entry-reopened-fires-on = { $number ->
    [one] Reopened: { $shown } alert still fires, and its sender never told us it was over.
   *[other] Reopened: { $shown } alerts still fire, and their sender never told us they were over.
}
entry-went-on = Its alerts still fire: they go on in { $incident }.
entry-alert-went-on = An alert of it fires on, and goes on in { $incident }.
entry-went-on-new = Its alerts still fire.
entry-went-on-silenced = Its alerts still fire; silence { $number } holds them back.
entry-went-on-nothing = None of its alerts fires any more.
entry-alert-changed = An alert says now: { $title }
entry-alert-late = A report came again after its alert was over. It pages nobody.
entry-alerts-heard = All alerts are heard from again.
entry-alerts-stale = { $number ->
    [one] { $shown } alert has not been heard from for three of its intervals.
   *[other] { $shown } alerts have not been heard from for three of their intervals.
}

entry-contacted = The page to { $who } went out by { $via }.
entry-room-unseen = { $who } does not see the room: the mention did not reach them.
entry-contact-failed = The page to { $who } by { $via } did not arrive: { $reason }
entry-triaged = { $who } triaged it: { $impact }, { $urgency }, { $severity }.
entry-dismissed = { $who } closed it as not an incident
entry-merged-into = { $who } merged it into { $incident }.
entry-absorbed = { $who } merged { $incident } into it: { $title }
entry-similar = Past incidents like it: { $incidents }.
entry-detection = { $who } confirmed who knew first: { $by }.
entry-detection-since = { $who } confirmed who knew first: { $by }, at { $since }.
entry-postmortem = { $who } wrote the postmortem. Core problem: { $core } Root cause: { $root } Lessons: { $lessons }
entry-collateral = { $who } checked the dependents. Affected: { $affected }. Not affected: { $clear }.
entry-nothing = none
entry-action-item = { $who } added action item { $number }: { $what } Owner: { $owner }, due { $due }.
entry-action-item-done = { $who } ticked off action item { $number }.
entry-action-item-due = Action item { $number } was due.
entry-proof = { $who } showed what was changed: { $url }
entry-proof-refused = { $who } wrote why nothing was changed: { $reason }
entry-postmortem-reminded = The postmortem was asked for.
entry-postmortem-closed = { $who } closed the postmortem.
entry-paged-schedule = { $who } was paged: on call for { $schedule }, step { $step } of { $policy }.
entry-folded = Folded into storm { $storm }: only its board shows it.
entry-unfolded = It now has its own card and room.
entry-unfolded-pages = It now has its own card and room, because it pages.
entry-unfolded-after = It now has its own card and room: the storm is over, and an alert of it fires.
entry-plan-frozen = The policy { $policy } is frozen for it as it is now.
entry-still-unanswered = Nobody has had it since { $since }. The next reminder comes { $again }.
entry-found-unheld = Nobody was responsible for it: a bug in Siaga. It is fixed.
entry-ack-limited = People are paged for it now: its acknowledgement holds { $holds } without a sign of life.
entry-asked-to-close = No alert has fired since { $since }: { $who } is asked to close it.
entry-asked-to-close-anybody = No alert has fired since { $since }: somebody is asked to close it.
entry-paged-holder = { $who } is paged, who has it: { $why }.
entry-paged-guard = { $who } is paged: nobody was responsible.
entry-ack-questioned-why = Whoever has it is asked because { $why }, and has until { $until } to answer.
entry-mitigated = { $who }: the impact is over, the cause is not fixed yet
entry-not-mitigated = { $who }: the impact is not over after all.
entry-followed-direct = { $who } follows by direct message.
entry-followed-ends = { $who } wants to hear how it ends.
entry-action-item-changed = { $who } changed action item { $number }: { $what } Owner: { $owner }, due { $due }.
entry-action-item-deleted = { $who } deleted action item { $number }.
entry-action-item-due-soon = The owner of action item { $number } was reminded.
entry-corrected = { $who } corrected: { $what }
entry-corrected-title = Title: { $text }
entry-corrected-impact = Impact: { $text }
entry-corrected-no-impact = Impact: not known.
entry-corrected-service = Service: { $service }.
entry-corrected-service-of = Service: { $service } (owner { $owner }).
