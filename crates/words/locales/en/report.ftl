## Why an alert did what it did, or nothing: how it stands, and what its last reports did.

report-head = { $integration }, report { $number }
report-fires-in = It fires, in { $incident }.
report-fires = It fires.
report-fires-on = It fires, although a person ended { $incident }.
report-over = It is over: its end was told { $at }.
report-over-with = It is over with { $incident }: its sender never tells an end.
report-expired = It is over: nothing was heard of it for too long.
report-nothing-fires = Nothing of it fires.
report-senders = { $shown } senders report it, each with its own start. It is over when all of them say so.
report-again = , { $shown } times:
report-several = Several alerts have these words. Choose one from the suggestions of `alert`, or type more of its title:
report-none = No alert of the last reports has “{ $typed }” in its title, and no report has this number.
report-skipped = { $at } *{ $integration }* sent this, and it is no alert because `when` of the integration says so: { $said }
report-refused = { $at } a line of chat matched *{ $integration }*, and it is no alert because whoever wrote it is none of its `authors`: { $said }

report-opened = it opened { $incident }.
report-went-through = nothing stopped it.
report-failed = it could not be decided, which is a fault in Siaga. Operators were told.
report-before-in = it went to { $incident }. An earlier version decided it and did not write down why.
report-before = it opened nothing. An earlier version decided it and did not write down why.
report-stopped = stopped at *{ $what }*: { $why }
report-an-incident = an incident
