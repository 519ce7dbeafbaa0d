## Catch me up.

show-impact = Impact: { $impact }
show-no-impact = Impact: not stated.
show-alerts = Alerts: { $alerts }.
show-known = Known first by { $who }.
show-resolved = Resolved { $how }.
show-holder = Has it: { $holder }.
show-nobody = Has it: nobody. `/ack` takes it.
show-commands = { $who } commands.

show-tried = Tried:
show-tried-earlier = Tried ({ $shown } earlier):
show-nothing-tried = Tried: nothing is noted yet. `/note` adds to it.

show-next = Next: { $next }
show-next-nothing = nothing; if it happens again, `/incident open`.
show-next-page = { $number ->
    [one] { $who } is paged { $at }.
   *[other] { $who } are paged { $at }.
}
show-next-update = Update due { $at }.
show-next-resolve = All alerts are resolved: `/resolve` ends it.
show-next-step = Runbook { $title }, step 1: { $step }
show-next-tell = `/update` tells the others.
show-next-take = `/ack` takes it.
show-links = Links: { $links }
