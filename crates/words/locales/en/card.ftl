## The card of an incident.

card-label-impact = Impact
card-label-service = Service
card-label-started = Started
card-label-alerts = Alerts
card-label-flaps = Flaps
card-flaps = { $number ->
        [one] fired again at { $last }
       *[other] { $number } times in { $lasted }, last at { $last }
    }
card-label-commander = Commander
card-label-holder = Has it
card-label-paged = Paged
card-label-silenced = Silenced
card-label-updates = Updates
card-label-resolved = Resolved
card-label-closed = Closed
card-label-goes-on = Goes on in
card-label-room = Room
card-label-links = Links
card-label-known = Known by
card-label-missing = Missing

# Inside sentences and lists; the card's first line shows them in capitals.
card-status-triggered = triggered
card-status-acknowledged = acknowledged
card-status-mitigated = mitigated
card-status-resolved = resolved
card-status-closed = closed

card-alerts-firing = { $shown } firing
card-alerts-all-resolved = { $number ->
    [one] { $shown } resolved
   *[other] all { $shown } resolved
}
card-alerts-both = { $firing } firing · { $resolved } resolved
card-alerts-stale = { $shown } not heard from lately
card-alert-resolved = { $title } (resolved)

card-no-commander = nobody yet: `/commander`
card-holder = { $who }, since { $at }
card-paged = { $who }, { $at }
card-paged-but = { $who } ({ $why })
card-paged-left = left the server
card-paged-unseen = does not see the room
card-paged-no-direct = no direct message
card-paged-next = next { $who } { $at }
card-nobody-left = nobody is left to page
card-updates = { $number } · last { $at }
card-updates-next = { $number } · last { $at } · next { $next }
card-resolved = after { $after }
card-resolved-by = after { $after } by { $who }
card-closed = not an incident ({ $who }): { $reason }
card-goes-on = goes on in { $incident }

# $what: one or more of the words below, with "or".
card-missing = the alert names no { $what }
card-missing-service = service
card-missing-owner = owner
card-missing-runbook = runbook
card-missing-value = value
card-missing-severity = severity
card-missing-urgency = urgency
# A sentence instead of the rule's name, and what it means for whom: as the annotations are called.
card-missing-title = summary
card-missing-meaning = description

card-drill = DRILL
card-updates-overdue = { $number } · last { $at } · overdue: due { $due }
card-updates-overdue-none = none yet · overdue: due { $due }
card-topic-owner = owner { $who }
