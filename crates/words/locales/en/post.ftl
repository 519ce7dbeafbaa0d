## What is said in rooms, threads and channels: state, who, next step.

post-because-alert = Opened because of an alert.
post-because-alert-on = Opened because of an alert on { $service }.
post-because-labels = Opened because { $labels }.
# Opened because severity=critical on checkout.
post-because-labels-on = Opened because { $labels } on { $service }.
post-because-no-rule = No routing rule covers it, so it is treated as SEV-3.
post-because-integration = Opened because { $integration } reported it.
post-because-person = { $who } opened it.
post-because-severity-label = Opened because of the alert's own `severity` label.
post-because-unmapped = Opened because something arrived that could not be read.
post-first-step = First step: { $step }
# Work moves from a thread to a channel: said in the thread, and at the beginning of the channel.
post-left = The work goes on in { $room }; updates still come here.
post-brought = So far, in { $thread }:
post-brought-nothing = It began in { $thread }. Nothing was tried there yet.

post-acknowledged = { $who } acknowledged, { $at }.
post-spared = { $who } will not be paged.
post-help-coming = { $who } answered the page and is helping.
post-declined = { $who } cannot take it. { $next } is paged now.
post-declined-nobody = { $who } cannot take it. `/escalate` or `/page` gets somebody else.
post-gaps = Nobody is on call for { $schedules }, so the next step was taken at once.
post-policy-ended = Nobody has this, and nobody is left to page on the policy { $policy }. Take it with `/ack`, or page somebody with `/page`.
post-no-policy = Nobody has this, and nobody is paged: no escalation policy covers it. Take it with `/ack`, or page somebody with `/page`.
post-direct-message-failed = { $who } was paged here, but the direct message was not delivered. Use another way to reach them if it is urgent.
post-still-on-it = { $who }, are you still on it? Without an answer escalation goes on { $until }.
post-ack-expired = { $who } did not answer, so nobody has it now. `/ack` takes it.
post-ack-left = { $who } had this and left the server, so nobody has it now. `/ack` takes it.
post-ack-removed = { $who } had this and is no longer in the configuration, so nobody has it now. `/ack` takes it.
post-ack-withdrawn = { $who } gave it back. Nobody has it now. `/ack` takes it.

post-raised = { $who } raised the severity from { $from } to { $to }.
post-lowered = { $who } lowered the severity from { $from } to { $to }.
post-raised-by-alert = An alert raised the severity from { $from } to { $to }.
post-lowered-by-alert = An alert lowered the severity from { $from } to { $to }.
post-reason = Reason: { $reason }

post-stopped-acknowledged = Escalation stopped: somebody has it.
post-stopped-resolved = Escalation stopped: it is resolved.
post-stopped-all-alerts-resolved = Escalation stopped: all alerts resolved.
post-stopped-severity-lowered = Escalation stopped: this severity pages nobody.

post-commander = Commander: { $who }.
post-commander-by = Commander: { $who } (named by { $by }).

# One of the two below follows, as long as the incident is open.
post-update = Update { $number } · { $who } · We know: { $know } We do: { $doing }
post-update-next = Next update { $at }.
post-update-last = No further update is promised.
post-update-overdue = { $who }, the promised update is due. `/update` writes it.
post-update-overdue-nobody = The promised update is due, and nobody has this. `/ack` takes it, `/update` writes it.

post-mitigated = { $who }: the impact is over after { $after }. The cause is not fixed yet: the incident stays open.
post-not-mitigated = { $who }: the impact is not over after all.

post-note = Note by { $who }: { $text }
# A link to the message a note was made of.
post-note-source = message

post-all-alerts-resolved = All alerts resolved. It stays open until somebody resolves it.
post-flaps-once = An alert fires again ({ $last }). If that goes on, this line counts it.
post-flaps = Flaps: { $number } times in { $lasted }, last at { $last }. Nobody is paged twice for a step; without an answer the next person is paged.
post-flapped = Flapped: { $number ->
        [one] once
       *[other] { $number } times in { $lasted }
    }, last at { $last }. Calm now.
post-all-alerts-resolved-closes = All alerts resolved. Nobody had taken it, so it closes by itself { $at } unless you keep it open.
post-kept-open = { $who } keeps it open. `/resolve` ends it.
post-fires-again = An alert fires again: { $title }

post-resolved = Resolved after { $after } by { $who }.
post-resolved-how = Resolved after { $after } by { $who }: { $how }
post-resolved-by-itself = Resolved after { $after }: all alerts resolved and nobody had taken it.

## Why an incident has its severity: a part of a sentence, without a period.

post-why-rule = rule { $number } of routing, { $source }
post-why-rule-conditions = rule { $number } of routing ({ $conditions }), { $source }
post-why-no-rule = no routing rule matched, so it is treated as SEV-3
post-why-integration = the integration { $integration } says so
post-why-integration-source = the integration { $integration } says so, { $source }
post-why-person = opened by { $who }
post-why-severity-label = the label `severity` of the alert says so
post-why-unmapped = the payload has an unknown shape, so nothing could be read from it

post-stopped-dismissed = Escalation stopped: it is not an incident.
post-stopped-merged = Escalation stopped: another incident goes on in its place.
post-stopped-silenced = Escalation stopped: everything that fires of it is silenced.
post-postmortem-due-soon = `/postmortem` is due { $due }.
post-reopened = { $who } opened it again.
post-reopened-by-alert = An alert opened it again.
post-reopened-fires-on = { $number ->
    [one] It is open again: { $shown } alert still fires, and its sender never told us it was over.
   *[other] It is open again: { $shown } alerts still fire, and their sender never told us they were over.
}
post-triaged = { $who } triaged it: { $impact }, { $urgency }. That is { $severity }.
post-dismissed = { $who } closed it: not an incident. Reason: { $reason }
post-merged-into = { $who } merged this into { $incident }. It goes on there.
post-absorbed = { $who } merged { $incident } ({ $title }) into this. { $number ->
    [0] It had no alerts.
    [one] Its alert is here now.
   *[other] Its { $count } alerts are here now.
}
post-similar = Seen before:
# One line each below the heading.
post-similar-line = { $incident } { $title }
post-similar-fixed = Fixed by: { $how }
post-similar-unfinished = Not done yet: { $what }
post-contacted = { $who } did not answer here, so the page also went out by { $via }.
post-contacted-down = Discord could not be reached, so the page to { $who } went out by { $via }.
post-contacted-undelivered = The page to { $who } did not arrive on another way, so it went out by { $via } at once.
post-contacted-stuck = The page to { $who } does not get out on Discord, so it went out by { $via } at once.
post-person-left = { $who } left the server: no mention and no direct message reaches them.
post-room-unseen = { $who } does not see this room: the mention makes no sound for them.
post-room-not-let-in = { $who } does not see this channel, and Discord did not have them let in: the mention makes no sound for them. `siaga doctor` says what is missing.
post-person-removed = { $who } is no longer in the configuration and is not waited for.
post-person-renamed = { $who } is { $to } in the configuration now, and is paged under that name.
post-person-account = { $who } has another Discord account in the configuration now, and is paged there.
post-person-ways = Every way on which { $who } was paged is gone from the configuration: they are paged on the ways they have now.
post-called-at-end = Paged once more: { $who }.
post-integration-removed = { $number ->
    [one] The integration { $integration } was removed from the configuration: its alert can no longer be heard from and counts as over.
   *[other] The integration { $integration } was removed from the configuration: its { $shown } alerts can no longer be heard from and count as over.
}
post-chat-line-deleted = The message in which { $who } reported *{ $alert }* was deleted.
post-chat-line-changed = The message in which { $who } reported *{ $alert }* was edited and no longer says so.
post-chat-line-fires-on = No other message says so. That does not end it: it stays firing until its sender says it is over, or somebody resolves the incident.
post-contact-failed = The page to { $who } by { $via } did not arrive: { $reason } Use another way to reach them if it is urgent.
post-card-deleted = The card of this incident was deleted. A new one stands in the incidents channel.
post-card-replaced = A new card took the place of the old one, because a new thread needs one.
post-thread-deleted = The thread of this incident was deleted. This is the new one. Nothing of the timeline is lost: `/incident show`.
post-thread-locked = The thread of this incident was closed and locked, and Siaga may not open it again. The work goes on in this one. Nothing of the timeline is lost: `/incident show`.
post-channel-deleted = The channel of this incident was deleted, so the work goes on here in the thread. Nothing of the timeline is lost: `/incident show`.
post-channel-refused = Discord gave this incident no channel of its own, so the work goes on here in the thread. The reason: { $reason }
post-category-not-configured = The configuration names no category for channels, so this incident has none: a channel outside a category would be open to everybody. The work goes on here in the thread.
post-category-missing = The category { $category } is not there, so this incident has no channel: outside it, a channel would be open to everybody. The work goes on here in the thread.
post-category-full = The category { $category } is full, so this incident has no channel: outside it, a channel would be open to everybody. The work goes on here in the thread.
post-category-several = Several categories are called { $category }, so this incident has no channel: in the wrong one, it could be open to everybody. The work goes on here in the thread.
post-message-deleted = A message of this incident was deleted.
post-status-deleted = The stakeholders' message of this incident was deleted. A new one takes its place.
post-postmortem-due = { $who }, the postmortem was due { $due }. Missing: { $missing }. `/postmortem` goes on with it.
post-postmortem-due-nobody = The postmortem was due { $due }. Missing: { $missing }. `/postmortem` goes on with it.
post-postmortem-complete = { $who }, the postmortem was due { $due }. It is complete: `/postmortem` closes it.
post-postmortem-complete-nobody = The postmortem was due { $due }. It is complete: `/postmortem` closes it.
post-action-item-due = Action item { $number } is due: { $what } Owner: { $owner }. `/postmortem` ticks it off.
post-postmortem-closed = { $who } closed the postmortem.
post-drill = DRILL { $incident } over after { $lasted }. { $acknowledged } { $commander } { $updates } { $unanswered ->
    [0] Every page was answered.
    [one] One page was not answered.
   *[other] { $unanswered } pages were not answered.
}
post-drill-acknowledged = Somebody had it after { $after }.
post-drill-nobody = Nobody took it.
post-drill-commander = Commander: { $who }.
post-drill-no-commander = There was no commander.
post-drill-updates = Updates in time: { $kept } of { $promised }.
post-drill-no-updates = No update was promised.
post-outage = Discord could not be reached from { $since } on. Meanwhile:
post-outage-more = and { $number } more; `/incident show` tells all
post-merged-into-room = { $who } merged this into { $incident }. It goes on in { $room }.
post-absorbed-room = What was said before is in { $room }.
post-still-unanswered = Nobody has had this for { $after }, and nobody is left to page. Take it with `/ack`, or page somebody with `/page`.
post-still-yours = { $who }, still yours? You are asked because { $why }. Without an answer escalation goes on { $until }.
post-asked-to-close = { $who }, no alert has fired since { $since }. Is it over?
post-asked-to-close-anybody = No alert has fired since { $since }. Is it over?
