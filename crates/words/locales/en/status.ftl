## The stakeholders' message.

status-label-state = State
status-label-impact = Impact
status-label-service = Service
status-label-since = Since
status-label-last-update = Last update
status-label-next-update = Next update
status-label-mitigated = Impact over
status-label-resolved = Resolved
status-label-follow = Follow

status-calling = { $severity }, open. People are being called.
status-silenced = { $severity }, open. Its alerts are silenced; that ends { $until }.
status-nobody = { $severity }, open. Nobody has it yet.
status-somebody = { $severity }, open. { $who } works on it.
status-people = { $severity }, open. People work on it.
status-mitigated = { $severity }, open. The impact is over, the cause is not fixed yet.
status-works = { $who } works on it.
status-nobody-now = Nobody has it now.
status-resolved = { $severity }, resolved. Ended { $at }.
status-merged = Continues as { $incident }. Ended { $at }.
status-dismissed = Was a false alarm. Ended { $at }.

status-last-update = { $at }: { $know } We do: { $doing }
status-not-promised = not promised
status-overdue = overdue: it was due { $due }
status-mitigated-by = { $at } by { $who }
