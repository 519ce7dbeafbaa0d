## What `[More]` asks.

desk-page = Whom to page for { $incident }?
desk-severity = { $incident } is { $severity }. What is it?
desk-commander = Who is the commander of { $incident }?
desk-on-call = on call now: { $schedules }
desk-yourself = you
desk-escalate = The next step of the policy of { $incident } pages its people now, before their time.
desk-escalate-to = { $who } is next for { $incident }, and is paged now instead of then.
desk-escalate-button = Page the next one now
desk-escalate-button-to = Page { $who } now
