## Who is on call, and whom a policy pages.

on-call-person = { $who } is on call for { $what } until { $until }; then { $next }.
on-call-alone = { $who } is on call for { $what }, alone in the rotation; the next handoff is { $handoff }.
on-call-gap = Nobody is on call for { $what }. A page goes to the next step of its policy; `/page` calls somebody by name.
on-call-no-schedules = No schedule is configured, so nobody is on call. `/page` calls somebody by name.

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
