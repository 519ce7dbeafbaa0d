## Forms. Titles and labels: at most 45 characters; hints: at most 100.

form-update-title = Update
form-update-know = What we know
form-update-doing = What we do
form-update-next = Next update in (minutes)
form-update-next-hint = 30, 45m or 2h; empty: none is promised

form-resolve-title = Resolve
form-resolve-label = What fixed it?
form-resolve-label-firing = { $number ->
    [one] What fixed it? { $shown } alert still fires
   *[other] What fixed it? { $shown } alerts still fire
}
form-resolve-label-many = What fixed it? Many alerts still fire
form-resolve-hint = Rolled back 4.2

form-open-title = Open an incident
form-open-what = What is broken
form-open-impact = Who is hurt and how
form-open-service = Service
form-open-severity = Severity
form-open-severity-hint = SEV-1 (worst) to SEV-5; empty: the mildest that pages

form-dismiss-title = No incident
form-dismiss-reason = Why it is no incident
form-dismiss-hint = Planned test of the payment team
