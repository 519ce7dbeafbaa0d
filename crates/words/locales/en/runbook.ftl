## Runbooks.

runbook-none = No runbook holds { $query }. `/runbook search` takes fewer words too.
runbook-found = { $number ->
    [one] { $shown } runbook; `/runbook show` opens one:
   *[other] { $shown } runbooks; `/runbook show` opens one:
}

# Past incidents found by the same words, one line each below the heading.
runbook-past = Past incidents:
runbook-past-line = { $incident } { $title }
runbook-past-fixed = { $incident } { $title }, fixed by: { $how }
# Where a runbook was used, in one line.
runbook-used = Used in: { $incidents }

# Facts below the title, separated by dots.
runbook-owner = owner { $owner }
runbook-never-reviewed = never reviewed
runbook-reviewed = reviewed { $date }
runbook-reviewed-long-ago = reviewed { $date }, may be out of date
runbook-full-text = full text

runbook-missing = No runbook covers { $incident }. `/runbook search` finds others by words.
runbook-missing-link = { $incident } has { $link }. `/runbook search` finds others.
runbook-of-sender = the sender's runbook

# Among the links of a card: an address, or a title.
runbook-link = Runbook
runbook-named = Runbook { $title }
