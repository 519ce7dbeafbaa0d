## Lists of incidents.

incidents-none-open = No incident is open. `/incident open` opens one.
incidents-none-recent = There has been no incident yet. `/incident open` opens one.
incidents-none-mine = You have no open incident. `/incident list` shows all.

incidents-open = { $number ->
    [one] Open: { $shown } incident, worst first
   *[other] Open: { $shown } incidents, worst first
}
incidents-recent = { $number ->
    [one] Latest: { $shown } incident
   *[other] Latest: { $shown } incidents
}
incidents-mine = { $number ->
    [one] Yours: { $shown } incident
   *[other] Yours: { $shown } incidents
}
incidents-found = { $number ->
    [one] Found: { $shown } incident
   *[other] Found: { $shown } incidents
}
incidents-none-found = No incident has { $query }. Fewer words find more.
incidents-none-open-found = No open incident has { $query }. `/incident list` with `filter:recent` looks at all of them.
incidents-resolved = resolved { $at }
incidents-fixed = fixed by: { $how }
incidents-more = and { $shown } more; `query` narrows the list
