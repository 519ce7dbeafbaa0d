## Help. Each text fits one screen and 2,000 characters.

help-start = **Siaga runs incidents here.** Alerts open them, the person on call is paged, everybody sees the same card.
    - Something is broken: `/incident open`
    - You were paged: tap { $acknowledge }, or { $decline } and the next person is paged
    - What is going on: `/incident list`, `/incident show`
    - Tell the others: `/update` for stakeholders, `/note` for the timeline
    - Get help: `/page` somebody, `/escalate` to the next step
    - It is over: `/resolve`
    - Who is on call: `/oncall show`. What to do: `/runbook search`
    In an incident's room the commands mean that incident.
    More: `/help topic` with { $topics }.

help-paged = **You were paged**
    - { $acknowledge }: you have it, and nobody else is paged. { $undo } gives it back.
    - { $decline }: the next person is paged at once. Nobody asks why.
    - No answer: the next step of the policy is taken when the wait is over.
    - You have it and are silent for long: you are asked whether you are still on it. Without an answer escalation goes on.
    The same buttons are in the room and in the direct message. `/incident show` catches you up.

help-open = **Open an incident**
    - `/incident open` with a title; service, severity and impact help, but can wait.
    - Or open the menu of a message, Apps, Open incident.
    - Better one too many than one too late: `/severity` lowers it later.
    Everybody may open three in an hour. The person on call for the service is paged if the severity pages.

help-run = **Run an incident**
    - `/ack` takes it. `/commander` says who coordinates; only one person does.
    - `/triage` says how bad it is by two questions and shows what would happen; `/severity` sets it directly.
    - `/page` pages a person, a service or a schedule. `/escalate` takes the next step now.
    - `/note` and the message menu Add to timeline keep what matters.
    - `/incident merge` makes two incidents one. `/why` tells the reasons: this severity, these people.
    - `/resolve` asks what fixed it, and warns while alerts fire. `/incident reopen` if it was not over.
    - `/postmortem` keeps what was learned; `/incident export` hands out the whole record.
    - Practice: `/drill start` with a scenario. Only those who take part are paged, stakeholders hear nothing, nothing is counted.
    All alerts resolved never ends an incident that somebody has.

help-stakeholders = **Follow an incident without working on it**
    - `/follow` puts its thread into your list; with `notify` you get a direct message with each update, or only when it ends.
    - `/update` (responders) posts what we know, what we do and when the next update comes; a reminder follows if it does not.
    - `/mitigate` (responders) says that the impact is over and the cause is not fixed yet; it stays open.
    - The status channel has one message per incident that always shows the state of now, and one line when it ends.

help-on-call = **On call**
    - `/oncall show` shows who is on call now, until when, and who is next; with `service`, whom a page would reach.
    - `/oncall take` takes over yourself for a time, `/oncall give` asks somebody else, `/oncall end` ends it earlier.
    - `/silence create` holds alerts back for a time, `/silence list` shows what is silenced; `[Silence]` on a card does it for one incident.
    - Schedules and policies are in siaga.toml and change by review.
    - When nobody is on call, the next step is taken at once and the room is told.

help-runbooks = **Runbooks**
    - The button { $runbook } shows the one for this incident.
    - `/runbook search` finds them and past incidents by words, `/runbook show` opens one.
    - They are Markdown files; matchers in their head say for which alerts they are.
    - `/alerts quality` shows which alerts lack a runbook or anything else, and what to add.

help-access = **Who may do what**
    - Whoever can see the incidents channel: list and show incidents, the reasons, export, follow, the quality of alerts, on call, runbooks.
    - They also open incidents; when that would page somebody, responders are asked first.
    - Responders (a role): everything else in an incident. Whoever was paged for an incident counts as one there.
    - Admins (a role, or Manage Server): all of it in every incident, and `/siaga status`. Without a role for responders only they act.
    siaga.toml names the roles, also others for reading, opening and paging; an admin of this server gives them.
