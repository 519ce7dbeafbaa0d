## Forms. Titles and labels: at most 45 characters; hints: at most 100.

form-update-title = Update
form-update-know = What we know
form-update-doing = What we do
form-update-next = Next update
form-update-next-hint = 30 (minutes), 2h, 14:00, tomorrow morning; empty: none is promised

form-resolve-title = Resolve
form-resolve-label = What fixed it?
form-resolve-label-firing = { $number ->
    [one] What fixed it? { $shown } alert still fires
   *[other] What fixed it? { $shown } alerts still fire
}
form-resolve-label-many = What fixed it? Many alerts still fire
form-resolve-hint = Rolled back 4.2

form-write-title = Postmortem
form-write-core = Core problem: what was wrong
form-write-core-hint = Payments failed because the gateway refused our key
form-write-root = Root cause: why that could happen
form-write-root-hint = Nobody is told when a key is about to run out
form-write-lessons = Lessons: worth knowing next time
form-write-lessons-hint = What went well, what did not, where we were lucky
form-write-item = Action item: yours, due in 14 days
form-write-item-hint = Alert 14 days before a key expires. Owner and due date can be changed later
form-write-prevention = Prevention: a link, or why nothing changed
form-write-prevention-hint = https://… to the alert rule, monitor or runbook you changed
form-action-title = Action item of
form-action-what = What to do
form-action-due = Due date
form-action-due-hint = 2026-12-31, Friday or in 2 weeks
form-proof-title = Prevention for
form-proof-changed = Link to the rule or runbook that was changed
form-proof-changed-hint = https://… Fill in one of the two
form-proof-refused = Or: why nothing was changed
form-knew-title = Who knew first about
form-knew-minutes = How many minutes later we knew
form-knew-minutes-hint = 12; empty: what is known already stays
form-knew-link = A link that shows it
form-knew-link-hint = https://… Empty: what is known already stays

form-open-title = Open an incident
form-open-what = What is broken
form-open-impact = Who is affected, and how
form-open-service = Service
form-open-severity = Severity
form-open-severity-hint = SEV-1 (worst) to SEV-5; empty: the mildest that pages

form-dismiss-title = Not an incident:
form-severity-reason = Why the severity changes
form-dismiss-reason = Why it is not an incident
form-dismiss-hint = Planned test of the payment team
form-item-title = Action item of
form-correct-title = Edit
form-correct-what = Title
form-correct-impact = Impact: who is affected, and how
form-correct-service = Service
form-correct-service-hint = Its name in the configuration; changing it pages nobody
form-page-title = Page for
form-page-reason = What you need them for
form-note-title = Note for
form-note-text = What happened or was found
