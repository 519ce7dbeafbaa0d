## The board of a storm, its end, and what an incident says of it.

storm-headline = { $number ->
    [one] Storm { $storm } · { $shown } alert folded
   *[other] Storm { $storm } · { $shown } alerts folded
}
storm-headline-over = { $number ->
    [one] Storm { $storm } is over · { $shown } alert folded
   *[other] Storm { $storm } is over · { $shown } alerts folded
}
storm-what = More than { $rooms } incidents that page nobody opened within { $within }. Such incidents stand here now and get no card or room. Whatever pages somebody gets its room as always.
storm-what-over = Incidents that page nobody stood here and got no card or room. New ones get theirs again.

storm-label-since = Since
storm-label-lasted = Lasted
storm-label-alerts = Alerts
storm-label-incidents = Incidents
storm-label-open = Open
storm-label-ends = Ends

storm-alerts = { $firing } firing · { $over } over
storm-alerts-unfolded = { $shown } in incidents with a card of their own
storm-incidents = { $number ->
    [one] { $shown } incident
   *[other] { $shown } incidents
}
storm-services = { $number ->
    [one] { $shown } service
   *[other] { $shown } services
}
storm-incidents-of = { $incidents } of { $services }: { $open } open · { $over } over
storm-incidents-unfolded = { $shown } with a card of their own
storm-ends = when no alert was folded for { $quiet }

storm-worst = Worst first
storm-still-open = Still open, worst first
storm-nothing-open = None of them is open any more.
storm-line-alerts = { $number ->
    [one] { $shown } alert
   *[other] { $shown } alerts
}
storm-line-firing = { $shown } firing
storm-more = and { $shown } more: `/incident list`
storm-take = `/ack` with its number takes one and gives it its card and room.

storm-over = Storm { $storm } is over after { $lasted }. { $alerts } into { $incidents } of { $services }: { $open } still open, { $over } over.
storm-over-unfolded = { $number ->
    [one] { $shown } got a card of its own.
   *[other] { $shown } got a card of their own.
}
storm-over-alerts = { $number ->
    [one] { $shown } alert was folded
   *[other] { $shown } alerts were folded
}
storm-over-again = New incidents get their rooms again.

storm-why = Folded into storm { $storm }: more than { $rooms } incidents that page nobody opened within { $within } ({ $source }), so only the storm's board shows it.
storm-why-usual = Folded into storm { $storm }: more than { $rooms } incidents that page nobody opened within { $within } (the usual values of [storm]), so only the storm's board shows it.
storm-why-unfolded = Since { $at } it has what any other incident has.
