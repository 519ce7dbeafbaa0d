## Answers of `/siaga`.

siaga-ok = ok
siaga-not-ok = not ok
siaga-part = { $name }: { $state }, { $sentence }
siaga-open = Open: { $number ->
    [0] no incident
    [one] one incident
   *[other] { $count } incidents
}.
siaga-stale = { $number ->
    [one] { $count } alert has not been heard from for three of its sender's intervals: does its sender still run?
   *[other] { $count } alerts have not been heard from for three of their senders' intervals: do these still run?
}
siaga-month = Last 30 days: { $number ->
    [0] no incident.
    [one] one incident.
   *[other] { $count } incidents.
}
siaga-first = We knew first in { $us } of { $all } ({ $percent }%).
siaga-first-by = Known first by: { $list }.
siaga-first-one = { $who } { $number }
siaga-acknowledged = Somebody had it after { $median } (median).
siaga-resolved = It was over after { $median } (median).
siaga-postmortems = Postmortems to write: { $list }.
siaga-actions = Action items not done: { $number }. `/postmortem` in their rooms ticks them off.
siaga-test-heading = Test page to { $who }:
siaga-test-arrived = { $via }: arrived
siaga-test-failed = { $via }: did not arrive. { $reason }
siaga-test-content = { $who }, this is a test page from { $by }. Nothing is broken, and you don't need to answer.
siaga-test-no-member = not a member of this server
siaga-test-refused = Discord said no ({ $reason })
