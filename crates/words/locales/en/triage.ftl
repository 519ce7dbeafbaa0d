## Triage: how bad is it, by two questions. Choices and hints: at most 100 characters; selects: at most 150.

triage-ask = How many customers are affected, and how urgent is it? If unsure, choose the higher.
triage-already = Already triaged: { $impact }, { $urgency }.
triage-meanwhile = Meanwhile it became { $severity }. Look once more, then confirm.

triage-impact = How many are affected?
triage-impact-most = Most
triage-impact-most-hint = Most customers, or money or data is being lost
triage-impact-many = Many
triage-impact-many-hint = Many customers, or one important function. If unsure: Most
triage-impact-few = Few
triage-impact-few-hint = Few customers, or slower than it should be. If unsure: Many
triage-impact-nobody = Nobody
triage-impact-nobody-hint = No customer notices. If unsure: Few

triage-urgency = How urgent is it?
triage-urgency-now = Now
triage-urgency-now-hint = It is growing, or every minute costs
triage-urgency-hours = Hours
triage-urgency-hours-hint = It is stable and can take an hour or two. If unsure: Now
triage-urgency-later = Later
triage-urgency-later-hint = It can wait for working hours. If unsure: Hours

# What a choice would do. $effects: one or more of those below it, with commas.
triage-effects = { $severity }: { $effects }.
triage-same = It stays { $severity }: nothing changes.
triage-opens-channel = opens a channel
triage-opens-thread = opens a thread
triage-pages = pages { $who } now
triage-stops = pages to { $who } stop
triage-pages-nobody = pages nobody
triage-pages-nobody-else = pages nobody else
triage-updates = Updates every { $every }.
triage-updates-hourly = Updates every hour.

triage-merge = Merge { $incident } into which incident? Its alerts and followers move there, and { $incident } ends.
triage-merge-none = No other incident is open, so { $incident } cannot be merged.
triage-into = The incident that goes on
