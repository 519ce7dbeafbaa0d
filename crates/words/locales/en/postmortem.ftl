## The work page of a postmortem: each part with what stands in it or what is missing.

postmortem-title = Postmortem of { $incident }
postmortem-core = Core problem
postmortem-root = Root cause
postmortem-lessons = Lessons
postmortem-collateral = Affected dependents
postmortem-actions = Action items
postmortem-proof = Prevention
postmortem-knew = Who knew first
postmortem-due-label = Due
postmortem-missing = missing

postmortem-unit-clear = { $unit }: not affected
postmortem-unit-affected = { $unit }: affected
postmortem-unit-open = { $unit }: not checked
postmortem-no-dependents = nobody depends on it, says the catalogue
postmortem-more-units = The menus offer { $shown } of { $all } dependents, those nobody has checked first.

# A line of the list; what was done comes first.
postmortem-item = { $number }. { $what } Owner: { $owner }, due { $due }.
postmortem-item-done = { $number }. Done: { $what } Owner: { $owner }.
postmortem-more-items = and { $shown } more

postmortem-proof-changed = { $url }
postmortem-proof-refused = nothing was changed: { $reason }

postmortem-knew-confirmed = { $by }
postmortem-knew-later = { $by }; we knew { $after } later
postmortem-knew-open = nobody has confirmed it; as it looks, { $by }
postmortem-knew-nobody = missing

postmortem-due = { $at }
postmortem-due-none = this severity needs none; it can be written all the same
postmortem-due-open = once the incident is resolved
postmortem-closed = closed by { $who } { $at }

postmortem-lacks = Missing: { $missing }.
postmortem-complete = Everything is there: the button { $button } ends it.

postmortem-select-knew = Who knew first
postmortem-knew-now = as it is noted now
postmortem-select-affected = Affected
postmortem-select-clear = Checked: not affected
postmortem-typed = What you typed: { $field }
postmortem-draft = The draft of { $incident } as a file. It is not closed yet.
postmortem-record = The record of { $incident } as files.
postmortem-record-post = Record of { $incident }: the timeline and what was learned, for people and for programs.
postmortem-select-item = Action items: change, tick off, delete
postmortem-select-owner = Owner: choose somebody
postmortem-item-page = Action item { $number } of { $incident }: { $what } Owner: { $owner }, due { $due }.
postmortem-item-nobody = Nobody is reminded: choose an owner below.
postmortem-item-told = The owner is reminded by direct message the day before and on the day.
postmortem-item-given = { $who } gave you an action item of { $incident }: { $what } Due { $due }. `/postmortem` changes it or ticks it off.
postmortem-item-due-today = Due today, from { $incident }: { $what } `/postmortem` ticks it off.
postmortem-item-due-tomorrow = Due tomorrow, from { $incident }: { $what } `/postmortem` ticks it off.
postmortem-item-due = Due { $due }, from { $incident }: { $what } `/postmortem` ticks it off.
