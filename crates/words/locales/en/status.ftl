## The stakeholders' message.

status-label-state = State
status-label-impact = Impact
status-label-service = Service
status-label-since = Since
status-label-last-update = Last update
status-label-next-update = Next update
status-label-resolved = Resolved
status-label-follow = Follow

status-calling = { $severity }, open. People are being called.
status-silenced = { $severity }, open. Its alerts are silenced; that ends { $until }.
status-nobody = { $severity }, open. Nobody has it yet.
status-somebody = { $severity }, open. { $who } works on it.
status-people = { $severity }, open. People work on it.
status-mitigated = { $severity }. The impact is over, the cause is not.
status-resolved = { $severity }, resolved.
status-merged = { $severity }. It goes on in { $incident }.
status-dismissed = { $severity }, closed: it was no incident.

status-last-update = { $at }: { $know } We do: { $doing }
status-not-promised = not promised
