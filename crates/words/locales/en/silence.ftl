## Alerts that ring nobody for a time.

silence-one = Silence { $number }

# Before it is confirmed, privately.
silence-proposed = Silence until { $until }?
silence-proposed-open = Silence until when?
silence-matchers = Matches: { $what }
silence-reason = Reason: { $reason }
silence-stands = Nothing was changed; this is proposed still:
silence-matches-nothing = Matches nothing that fires now. What comes and matches is held back.
silence-matches = { $number ->
    [one] Matches { $shown } firing alert.
   *[other] Matches { $shown } firing alerts.
}
silence-matches-incidents = { $number ->
    [one] Matches { $shown } firing alert: { $incidents } would ring nobody.
   *[other] Matches { $shown } firing alerts: { $incidents } would ring nobody.
}
silence-goes-on = { $incidents } keeps ringing: other alerts of it fire, or it is worse than this.
silence-everything = **That is everything that fires now.**
silence-severity = Anything worse than { $severity } still rings.
silence-any-severity = It holds back every severity.
silence-cancelled = Nothing is silenced.

# Answers.
silence-began = Silence { $number } holds until { $until }. `/silence end` ends it earlier.
silence-holds-nothing = Nothing that fires now matches.
silence-holds = { $number ->
    [one] { $shown } alert that fires rings nobody now.
   *[other] { $shown } alerts that fire ring nobody now.
}
silence-holds-incidents = { $number ->
    [one] { $shown } alert that fires rings nobody now: { $incidents }.
   *[other] { $shown } alerts that fire ring nobody now: { $incidents }.
}
silence-extended = Silence { $number } holds until { $until } now.
silence-shortened = Silence { $number } holds until { $until } now. Whatever still fires rings then.
silence-ended = Silence { $number } is over.
silence-let-end = Silence { $number } ends { $until }. Whatever still fires rings then.
silence-nothing-left = Nothing of it fires any more.
silence-fires = { $number ->
    [one] { $shown } alert still fires.
   *[other] { $shown } alerts still fire.
}
silence-fires-rang = { $number ->
    [one] { $shown } alert still fires: people are paged for { $incidents } now.
   *[other] { $shown } alerts still fire: people are paged for { $incidents } now.
}

# What is not possible.
silence-bad-matcher = `{ $text }` is not a matcher: { $why }.
silence-matcher-operator = write it as name="value", with =, !=, =~ or !~
silence-matcher-name = the name of the label is missing
silence-matcher-quotes = the value is one text in quotes, like "checkout"
silence-matcher-regex = the regular expression does not compile ({ $why })
silence-matcher-needs-quotes = a value with { $letter } in it stands in quotes
silence-matcher-differs = Alertmanager reads { $part } differently, so write it without
silence-too-many-matchers = A silence takes { $number } conditions of { $length } characters together.
silence-matches-all = That would silence everything: name at least one value, like service="checkout". `.+`, `[a-z].*` and conditions that only say what it is not tell nothing apart.
silence-no-reason = Say why: whoever reads it at night needs that.
silence-reason-too-long = The reason takes { $length } characters at most.
silence-one-end = Say until when, or for how long: one of both. A silence always ends.
silence-too-long = A silence lasts { $longest } at most. `/silence extend` makes it longer when it is near its end.
silence-earlier = It holds until { $until } already. `/silence end` ends it now, or earlier with `at`.
silence-later = It ends { $until } already. `/silence extend` makes it longer.
silence-extended-already = It was extended already: it holds until { $until }. `/silence extend` makes it longer.
silence-just-passed = `{ $text }` passed not long ago. If you mean tomorrow, write `tomorrow { $text }`; for a length, write `2h`.
silence-nothing-fires = Nothing of { $incident } fires, so there is nothing to silence. `/silence create` silences what comes.
silence-none-such = There is no silence { $number } that holds. None does.
silence-no-such = There is no silence { $number } that holds. There is: { $known }.
silence-no-proposal = That was 15 minutes ago or more, or somebody else asked for it. Begin again; nothing is silenced.

# Where everybody reads it, and to the owner.
silence-said-began = { $who } silenced alerts until { $until } (silence { $number }).
silence-said-extended = { $who } extended silence { $number }: it holds until { $until }.
silence-said-shortened = { $who } shortened silence { $number }: it holds until { $until }.
silence-said-over = Silence { $number } of { $who } is over.
silence-said-ended = { $by } ended silence { $number } of { $who }.
silence-said-left = { $who } left the server, so silence { $number } is over.
silence-said-not-a-person = { $who } is no longer in the configuration, so silence { $number } is over.
silence-said-held = { $number ->
    [0] It held back nothing.
    [one] It held back { $shown } alert.
   *[other] It held back { $shown } alerts.
}
silence-asked = Your silence { $number } ends { $until }.
silence-asked-fires = { $number ->
    [one] { $shown } alert still fires.
   *[other] { $shown } alerts still fire.
}
silence-button-extend = Extend 2 h
silence-button-let-end = Let it end
silence-button-silence = Silence
silence-button-silenced = Extend or end silence
silence-button-half-hour = 30 minutes
silence-button-two-hours = 2 hours
silence-button-morning = Until 08:00
silence-button-change = Change
silence-button-cancel = Cancel
silence-button-end = End it now

# The form.
silence-form-title = Silence alerts
silence-form-matchers = Conditions, one a line: name="value"
silence-form-until = Until when, or for how long
silence-form-until-hint = 2h, 08:00, tomorrow 09:00
silence-form-reason = Why

# Looking at it.
silence-show = Silence { $number } of { $who } holds until { $until }.
silence-show-over = Silence { $number } of { $who } is over.
silence-show-held = Held back before:
silence-counted = { $number ->
    [0] It has held back nothing yet.
    [one] It has held back { $shown } alert, { $firing } fires now.
   *[other] It has held back { $shown } alerts, { $firing } fire now.
}
silence-by-others = { $number ->
    [one] { $shown } alert that it matches fires now, and another silence holds it back.
   *[other] { $shown } alerts that it matches fire now, and another silence holds them back.
}
silence-counted-incidents = { $number ->
    [one] { $incidents } rings nobody.
   *[other] { $incidents } ring nobody.
}
silence-list = Silences that hold:
silence-list-line = Silence { $number } of { $who } until { $until }: { $reason }
silence-list-none = Nothing is silenced.

# On the card, in the room, in `/why`.
silence-card = by { $who } until { $until } (silence { $number }): { $reason }
silence-held-back = Silenced by { $who } until { $until } (silence { $number }): it rings nobody. Reason: { $reason }
silence-hold-over = Silence { $number } is over, and alerts still fire.
silence-hold-worse = It is worse now than what the silence was made for.
silence-hold-not-silenced = An alert fires that no silence holds back.
silence-hold-raised = The severity is above what the silence was made for.
silence-hold-merged = What was merged into it is not silenced.
