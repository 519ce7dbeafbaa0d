## Why: the reasons behind an incident, one line each.

why-opened-by-alert = Opened { $at } by an alert of { $integration }.
why-opened-by = Opened { $at } by { $who }.
why-drill = It is a drill: only those who take part are paged.
why-never-ended = The same alert was in { $incident } before, and its sender never told us it was over.
why-fires-on = { $number ->
    [one] { $shown } alert still fires: its sender never told us it was over. It reopens this { $at }.
   *[other] { $shown } alerts still fire: their sender never told us they were over. They reopen this { $at }.
}
why-late = { $number ->
    [one] { $shown } report came again after its alert was over. It paged nobody.
   *[other] { $shown } reports came again after their alerts were over. They paged nobody.
}
why-several-senders = { $number ->
    [one] { $shown } alert comes from several senders, each with its own start: it is over when all of them say so.
   *[other] { $shown } alerts come from several senders, each with its own start: they are over when all of them say so.
}
why-last-report = The last report that paged nobody came { $at } and { $became }
why-stale = { $number ->
    [one] { $shown } alert has not been heard from for three of its intervals. That ends nothing.
   *[other] { $shown } alerts have not been heard from for three of their intervals. That ends nothing.
}

why-severity = { $severity }: { $why }.
why-labels = It looked at { $labels }.
why-nearest = Nearest: rule { $number } ({ $conditions }) at { $source } would have made it { $severity }, but { $label } is "{ $value }".
why-nearest-absent = Nearest: rule { $number } ({ $conditions }) at { $source } would have made it { $severity }, but the alert has no { $label }.
why-nearest-later = Nearest: rule { $number } ({ $conditions }) at { $source } also matches and would have made it { $severity }; the first match wins.

why-service-matched = Service { $service }: { $conditions } matches, { $source }.
why-service-label = Service { $service }: the alert's label says so; no entry of [[services]] knows it.
why-service-person = Service { $service }: chosen by the person who opened it.
why-service-none = No service: no entry of [[services]] matches, and no label names one.

why-policy-service = Pages by the policy { $policy }, which the service names.
why-policy-routing = Pages by the policy { $policy }, which [routing] names for services without their own.
why-policy = Pages by the policy { $policy }.
why-policy-gone = Pages by the policy { $policy } as it was when this began: the configuration does not have it any more.
why-no-policy = Pages nobody by itself: neither the service nor [routing] names a policy.
why-severity-pages-nobody = Pages nobody by itself: { $severity } does not page.
why-policy-ended = The policy is at its end: nobody is left to page.
why-gaps = Nobody was on call for { $schedules }, so the next step was taken.
why-earlier-pages = { $number ->
    [one] { $shown } earlier page.
   *[other] { $shown } earlier pages.
}
why-page-schedule = { $who }, { $at }: on call for { $schedule }, step { $step } of { $policy }.
why-page-named = { $who }, { $at }: named by step { $step } of { $policy }.
why-page-end = { $who }, { $at }: paged once more, because nobody answered on { $policy }.
why-page-by-hand = { $who }, { $at }: { $by } asked for it. { $reason }
why-page-answered = Answered by { $who }.
why-page-declined = Could not take it.
why-page-not-needed = No longer needed.
why-page-silenced = { $who } silenced it.
why-page-handed-over = Handed over to { $who }.
why-page-removed = They are no longer in the configuration.
why-page-called-again = Paged again.
why-page-open = No answer yet.
why-page-tried = Also tried: { $ways }.
why-page-delivered = Delivered: { $ways }.
why-page-direct-failed = The direct message did not arrive.
why-page-left = They left the server.
why-page-unseen = They do not see the room.
why-page-failed = Did not arrive: { $ways }.

why-merged-into = It goes on in { $incident }.
why-group = Alerts with { $labels } join it while it is open.
why-group-name = Alerts of the same name join it while it is open.
why-group-alone = Only the same alert joins it: no label of `group_by` is on it.
why-group-alerts = { $number ->
    [one] So far { $shown } alert.
   *[other] So far { $shown } alerts.
}
why-absorbed = Merged into it: { $incidents }.
why-known = Known first by { $who }.
why-runbook = Runbook { $runbook }: { $conditions } matches.
why-past = Seen before: { $incidents }
why-silent = Messages are silent except pages, "still on it?", overdue reminders and the end of a policy.
why-page-holder = { $who }, { $at }: has it, and was asked for a sign because { $why }.
why-page-guard = { $who }, { $at }: nobody was responsible.
