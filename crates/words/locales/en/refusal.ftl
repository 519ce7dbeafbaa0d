## Refusals: why not, and what to do instead.

refusal-needs-channel-read = Only people who can see { $channel } can read incidents: ask an admin of this server to let you in there.
refusal-needs-channel-open = Only people who can see { $channel } can open incidents: ask an admin of this server to let you in there.
refusal-needs-role-read = Only people with the role { $roles } can read incidents: ask an admin of this server for it.
refusal-needs-role-open = Only people with the role { $roles } can open incidents: ask an admin of this server for it.
refusal-needs-role-page = Only people with the role { $roles } decide whether this is an incident: ask an admin of this server for it.
refusal-needs-role-responder = Only responders can do this: ask an admin of this server for the role { $roles }.
refusal-needs-role-admin = Only admins can do this: ask an admin of this server for the role { $roles }.
refusal-needs-server-admin = Only admins of this server can do this: ask somebody with the permission Manage Server.
refusal-needs-no-role = Only admins of this server can do this, because the configuration names no role for it: ask one of them to name yours in `access`.
refusal-not-a-member = Nothing was done, because you are not in the server of these incidents any more: ask an admin of it for an invitation.

refusal-no-such-incident = There is no { $incident }. `/incident list` shows what there is.
refusal-which-incident = Which incident? Use the command in its room, or choose one with the option `incident`.
refusal-already-resolved = { $incident } is already resolved. If it happens again, `/incident open` opens a new one.
refusal-already-acknowledged = { $who } has { $incident } since { $at }. To help, write in its room; to page more people, use `/page`.
refusal-already-mitigated = { $who } said { $at } that the impact of { $incident } is over. `/mitigate undo:True` takes that back, `/resolve` ends the incident.
refusal-not-mitigated = Nobody says that the impact of { $incident } is over. `/mitigate` says so.
refusal-already-yours = You already have { $incident }. `/update` tells the others, `/resolve` ends it.
refusal-no-open-page = No page of { $incident } waits for your answer. `/ack` takes it, `/escalate` pages the next person.
refusal-not-the-holder = You do not have { $incident }. `/incident show` says who has it; `/ack` takes it if nobody does.

refusal-same-severity = { $incident } is already { $severity }. `/severity` takes another level.
refusal-reason-needed = Lowering { $incident } to { $severity } needs a reason: fill in `reason` of `/severity`.
refusal-undo-over = That was more than a minute ago, or somebody else did it. `/incident show incident:{ $incident }` says what can be done now.
refusal-may-not-command = { $who } may not act on incidents here, so they cannot command one. Choose a responder, or page them first.
refusal-severity-not-configured = { $severity } is not used here. `/severity` knows { $known }.
refusal-not-a-severity = { $text } is not a severity. `/severity` knows { $known }.

refusal-empty = The field "{ $field }" is empty. Write something and send it again.
refusal-too-long = The field "{ $field }" takes at most { $limit } characters. Shorten it and send it again.
refusal-field-title = title
refusal-field-impact = impact
refusal-field-note = note
refusal-field-reason = reason
refusal-field-know = what we know
refusal-field-doing = what we do
refusal-field-fixed = what fixed it

refusal-nobody-left = Nobody is left to page for { $incident }: the policy has no further step. `/page` pages somebody by name.
refusal-nobody-on-call = Nobody is on call for { $target }. `/page` with a person's name pages that person.
refusal-no-such-target = No person, service or schedule is called { $target }. `/page` suggests names while you type.
refusal-nothing-to-keep-open = { $incident } is open anyway: an alert still fires, or somebody kept it open. `/resolve` ends it.
refusal-too-many-opened = { $number ->
    [one] You opened { $shown } incident in the last hour; more is not possible. Use `/note` in one of them, or ask a responder.
   *[other] You opened { $shown } incidents in the last hour; more is not possible. Use `/note` in one of them, or ask a responder.
}
refusal-no-such-service = No service is called { $name }. `/incident open` knows { $known }.
refusal-no-services = No service is called { $name }, and none is configured. Use `/incident open` without `service`.
refusal-candidate-opened = This was already answered: it is { $incident }. `/incident show` says more.
refusal-candidate-declined = This was already answered: not an incident. `/incident open` opens one.
refusal-not-a-person = That is a bot or somebody outside this server. Choose a person of this server.
refusal-bad-duration = "{ $text }" is not a time. Write `30` (minutes), `2h`, `half an hour`, `14:00` or `tomorrow morning`; a week at most.
refusal-vague-time = "{ $text }" can mean more than one time. Say when: `30m`, `2h`, `15:00` or `tomorrow 09:00`.
refusal-no-such-runbook = No runbook is called { $name }. `/runbook search` finds them by words.
refusal-stale-button = This button is from an older version and no longer works. `/incident show` has new ones.
refusal-nothing-waits = Nothing waits for you. `/incident list` shows what is open.
refusal-foreign-server = This bot works in its home server only. Use the command there.
refusal-no-thread = { $incident } has no room yet. Raise its severity under its card to make one.

refusal-failed = That did not work; nothing was changed. Try once more. It is logged as `{ $error }`.

refusal-already-closed = { $incident } is closed. `/incident reopen` continues it.
refusal-merged = { $incident } was merged into { $into }. Use the command there.
refusal-not-over = { $incident } is still open. `/resolve` ends it first.
refusal-open-elsewhere = { $other } is open for the same alerts. Go on there, or use `/incident merge`.
refusal-merge-itself = { $incident } cannot be merged into itself. Choose another one with the option `into`.
refusal-merge-target-over = { $incident } is over, so nothing can be merged into it. Choose an open one, or use `/incident reopen` first.
refusal-merge-drill = { $incident } and { $into } cannot be merged: one is a drill, the other is real.
refusal-not-in-drill = This is a drill, and { $target } does not take part. `/page` pages those who do.
refusal-not-a-drill = { $incident } is not a drill. `/resolve` ends it.
refusal-no-participants = A drill needs somebody who takes part. Name people in the option `people`.
refusal-no-such-scenario = No scenario is called { $name }. There are: { $known }.
refusal-no-scenarios = No scenario is called { $name }, and none is configured. Start the drill with `title` instead.
refusal-same-as-core-problem = The root cause says the same as the core problem. Ask once more why that could happen, and write that.
refusal-postmortem-incomplete = The postmortem of { $incident } cannot be closed yet. Missing: { $missing }.
refusal-no-such-dependent = { $name } is no dependent of this service. There are: { $known }.
refusal-no-dependents = { $name } is no dependent: the service has none in the catalogue.
refusal-no-such-action-item = { $incident } has no open action item { $number }. `/postmortem` lists them.
refusal-bad-date = "{ $text }" is not a date. Write `2026-12-31`, `31 December`, `Friday` or `2 weeks`.
refusal-date-in-the-past = { $date } has passed. Choose a day from today on.
refusal-not-a-link = "{ $text }" is not an address. It begins with https:// and has no spaces.
refusal-proof-needed = Say what prevents { $incident } from coming back: a link to the changed rule, monitor or runbook, or the reason why nothing was changed. One of the two.
refusal-unknown-person = { $name } is not in the configuration, so no page reaches them. Add them to [people].
refusal-field-core-problem = core problem
refusal-field-root-cause = root cause
refusal-field-lessons = lessons
refusal-field-what = what is to be done
refusal-field-owner = owner
refusal-field-proof = why nothing was changed
refusal-nothing-to-correct = Nothing was changed: { $incident } says all of that already.
