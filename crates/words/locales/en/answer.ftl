## Private answers: what is true now, and the next step.

answer-acknowledged = You have it.
answer-spared = { $who } will not be paged.
answer-acknowledged-all = { $number ->
        [one] You have it: { $which }.
       *[other] You have all { $number }: { $which }.
    }
answer-withdrawn-all = Undone: { $which }. Escalation starts over.
answer-first = First: { $step }
answer-tell-others = `/update` tells the others what you know.
answer-helping = The team of { $incident } knows you are helping.
answer-holder = { $who } has it.
answer-declined = Noted. You don't need to do anything.
answer-declined-nobody-left = Noted, but nobody is left to page. `/page` pages somebody by name.
answer-declined-paged = { $number ->
    [one] Noted. { $who } is paged now. You don't need to do anything.
   *[other] Noted. { $who } are paged now. You don't need to do anything.
}
answer-withdrawn = You no longer have { $incident }. Escalation goes on { $due }.
answer-withdrawn-paged = { $number ->
    [one] You no longer have { $incident }. { $who } is paged now.
   *[other] You no longer have { $incident }. { $who } are paged now.
}
answer-withdrawn-nobody = You no longer have { $incident }. Nobody is paged; `/page` pages somebody.
answer-still-on-it = Good. { $incident } stays yours.

answer-severity = { $incident } is { $severity } now.
answer-severity-pages-nobody = Escalation stopped: this severity pages nobody.
answer-paged = { $number ->
    [one] { $who } is paged.
   *[other] { $who } are paged.
}
answer-paged-for = { $number ->
    [one] { $who } is paged for { $incident }. The room shows the answer.
   *[other] { $who } are paged for { $incident }. The room shows the answer.
}
answer-escalated = { $number ->
    [one] { $who } is paged for { $incident }: the next step of the policy.
   *[other] { $who } are paged for { $incident }: the next step of the policy.
}
answer-nobody-left = Nobody is left to page for { $incident }. `/page` pages somebody by name.
answer-nobody-paged = Nobody is paged; `/page` pages somebody.
answer-commander = { $who } is the commander of { $incident }. `/update` tells stakeholders.

answer-update = Update { $number } is posted. The next one is due { $next }.
answer-update-last = Update { $number } is posted. No further one is promised.
answer-mitigated = Stakeholders read that the impact of { $incident } is over and the cause is not fixed yet. It stays open: `/resolve` ends it.
answer-mitigated-yours = You have it.
answer-not-mitigated = Taken back: stakeholders read that { $incident } is open as before.
answer-noted = Noted in the timeline of { $incident }.
answer-note-where = Which incident does this belong to?
answer-note-where-hint = Choose an incident
answer-followed = You follow { $incident }: its thread is in your list. `/follow stop:True` ends it.
answer-followed-direct = You get a direct message with each update of { $incident }, and when it ends. `/follow stop:True` ends it.
answer-followed-ends = You get one direct message when { $incident } ends. `/follow stop:True` ends it.
answer-unfollowed = You no longer follow { $incident }.

answer-kept-open = { $incident } stays open. `/resolve` ends it.
answer-resolved = Resolved after { $after }.
answer-is-resolved = { $incident } is resolved.
answer-still-firing = { $number ->
    [one] { $shown } alert still fires.
   *[other] { $shown } alerts still fire.
}
answer-fires-on-anew = { $number ->
    [one] { $shown } alert still fires: it opens a new incident after { $after }, unless its end comes.
   *[other] { $shown } alerts still fire: they open a new incident after { $after }, unless their end comes.
}
answer-fires-on = { $number ->
    [one] { $shown } alert still fires: it opens this again after { $after }, unless its end comes.
   *[other] { $shown } alerts still fire: they open this again after { $after }, unless their end comes.
}
answer-opened = { $incident } is open as { $severity }.
answer-opened-room = { $incident } is open as { $severity } in { $room }.
answer-drill = It is a drill: only those who take part are paged, and stakeholders hear nothing. `/drill end` ends it.
answer-drill-ended = the drill was ended
answer-opened-from-message = opened from a message
answer-reopened = { $incident } is open again.

answer-changed = { $incident } changed. `/incident show` says how.
answer-nothing = Nothing changed.
answer-repeated = That was already done. `/incident show` says how things stand.
answer-candidate-declined = Not an incident. The question is settled; nothing was opened.
answer-opening-asked = Responders were asked whether to open it, because { $severity } pages people. The question stands in { $channel }.
answer-opening-asked-somewhere = Responders were asked whether to open it, because { $severity } pages people. The question stands in the incidents channel.

answer-triaged = { $incident } stays { $severity }.
answer-dismissed = { $incident } is closed: not an incident. `/incident reopen` opens it again.
answer-merged = { $from } is part of { $incident } now. It goes on there.
answer-learned = Noted in the postmortem of { $incident }.
answer-action-item = Action item { $number } of { $incident } is noted. It is yours until you choose somebody else.
answer-action-item-done = Action item { $number } of { $incident } is done.
answer-postmortem-closed = The postmortem of { $incident } is closed.
answer-merged-room = { $from } is part of { $incident } now. It goes on in { $room }.
answer-action-item-changed = Action item { $number } of { $incident } is changed.
answer-action-item-deleted = Action item { $number } of { $incident } is deleted.
answer-corrected = { $incident } is corrected. Nobody is paged for it.
answer-corrected-policy-stays = { $incident } is corrected. Its escalation goes on as it was; `/page` reaches whoever owns the service now.
