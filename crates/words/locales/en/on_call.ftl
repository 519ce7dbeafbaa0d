## Who is on call, and whom a policy pages.

on-call-person = { $who } is on call for { $what } until { $until }; then { $next }.
on-call-alone = { $who } is on call for { $what }, alone in the rotation; the next handoff is { $handoff }.
on-call-not-there = { $who } is not a member of the server: no page reaches them in Discord.
on-call-unseen = { $who } does not see { $place }: a mention there makes no sound for them.
on-call-gap = Nobody is on call for { $what }. A page goes to the next step of its policy; `/page` pages somebody by name.
on-call-no-schedules = No schedule is configured, so nobody is on call. `/page` pages somebody by name.

on-call-policy = The policy { $policy } pages:
on-call-step = { $number }. { $who }, then waits { $wait }
# Stands among the people of a step.
on-call-step-gap = nobody (no one is on call for { $what })
on-call-more-steps = { $number ->
    [one] and { $shown } step more
   *[other] and { $shown } steps more
}
on-call-repeat = { $times ->
    [one] All of it once more if nobody answers.
   *[other] All of it { $times } times more if nobody answers.
}

# In another's place for a time.
on-call-instead = { $who } is on call for { $what }; then { $next }.
on-call-in-place = { $who } (instead of { $whom }, by { $by }, until { $until })
on-call-by = { $who } (by { $by }, until { $until })

# Answers to `/oncall take`, `give`, `end`, and to the buttons of the question.
on-call-taken = You are on call for { $what } until { $until }. `/oncall end` ends it earlier.
on-call-taken-from = You are on call for { $what } until { $until }, instead of { $whom }. `/oncall end` ends it earlier.
on-call-asked = { $who } is asked whether they take over { $what } until { $until }. You stay on call until they say yes; the question ends { $answer }.
on-call-accepted = You are on call for { $what } until { $until }. `/oncall end` ends it earlier.
on-call-declined = You did not take over. { $who } is told.
on-call-ended = It is over. { $who } is on call for { $what }.
on-call-ended-nobody = It is over. Nobody is on call for { $what }.
on-call-end = End
on-call-end-of = End: { $what }
on-call-end-now = End it now
on-call-sure = { $who } is on call for { $what } by an override until { $until }. End it now?
on-call-sure-then = { $who } is on call for { $what } then, and is paged for what nobody has.
on-call-sure-nobody = Nobody is on call for { $what } then.
on-call-nothing = Nothing changed: it was answered before, or it is over.
on-call-clock-twice = { $local } exists twice that night; the later one is meant ({ $offset }).
on-call-clock-skipped = { $local } does not exist that night; { $becomes } is meant ({ $offset }).

on-call-no-schedule = There is no schedule { $name }. There is: { $known }.
on-call-which-schedule = Which schedule? Name one of { $known } in `schedule`.
on-call-not-a-person = Only people of the configuration can be on call. An operator adds them to `[people]`.
on-call-one-end = Say until when in `until` (`23:00`, `tomorrow 09:00`, `2026-12-01 09:00`), or how long in `for` (`2h`, `1d`): one of the two.
on-call-unreadable = "{ $text }" is not a time. Write `23:00`, `tomorrow 09:00`, `tomorrow morning`, `2026-12-01 09:00` or `2h`.
on-call-passed = { $until } has passed. Name a time to come.
on-call-too-long = An override lasts { $days } days at most. For longer, an operator changes the schedule.
on-call-already = You are on call for { $what } anyway, until { $until }.
on-call-not-yours = { $who } is on call for { $what }: only they or an admin can give it. `/oncall take` takes it over yourself.
on-call-not-yours-nobody = Nobody is on call for { $what }: only an admin can give it. `/oncall take` takes it over yourself.
on-call-same-person = { $who } is on call for { $what } already.
on-call-nothing-to-end = There is no override to end there. `/oncall show` says who is on call.
on-call-not-asked = { $who } was asked; only they can answer.

on-call-yes = Yes, I take over
on-call-no = No
on-call-question = { $by } asks: can you be on call for { $what } from now until { $until }?
on-call-question-until = The question ends { $until }.
on-call-question-yes = { $who } said yes.
on-call-question-no = { $who } said no.
on-call-question-unanswered = It was not answered in time.
on-call-question-over = It is over.

on-call-said-instead = { $who } is on call for { $what } until { $until }, instead of you (by { $by }).
on-call-said-yes = { $who } said yes and is on call for { $what } until { $until }.
on-call-said-no = { $who } cannot take over { $what }. You stay on call; `/oncall give` asks somebody else.
on-call-said-unanswered = { $who } did not answer in time whether they take over { $what }. You stay on call; `/oncall give` asks somebody else.
on-call-said-yours = You are on call for { $what } again.
on-call-said-theirs = { $who } is on call for { $what } now.
on-call-said-nobody = Nobody is on call for { $what } now.
on-call-over-time = The override of { $who } is over.
on-call-over-person = { $by } ended the override of { $who }.
on-call-over-left = { $who } left the server and cannot cover.
on-call-over-not-a-person = { $who } is no longer in the configuration and cannot cover.
on-call-over-no-schedule = The schedule is no longer in the configuration, so { $who } is not on call there.
on-call-fell-then = { $who } is on call for { $what } now.
on-call-fell-nobody = Nobody is on call for { $what } now.

on-call-announced = { $who } is on call for { $what } until { $until }.
on-call-announced-instead = { $who } is on call for { $what }.
on-call-announced-nobody = Nobody is on call for { $what }.

# The configuration was changed, said to whoever's shifts that changes. The times are the reader's own.
on-call-changed = The schedule was changed.
on-call-changed-yours = You are on call for { $what } from { $from } until { $until }; it was { $was }.
on-call-changed-new = You are on call for { $what } from { $from } until { $until }; it was nobody.
on-call-changed-theirs = You are not on call for { $what } from { $from } until { $until }; it is { $who }.
on-call-changed-nobody = You are not on call for { $what } from { $from } until { $until }; nobody is.
on-call-changed-more = { $number ->
    [one] And one more change: `/oncall show` says who is on call.
   *[other] And { $shown } more changes: `/oncall show` says who is on call.
}
