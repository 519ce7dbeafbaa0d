## What is said in rooms, threads and channels: state, who, next step.

post-why = Why: { $why }.
post-runbook = Runbook { $title }, step 1: { $step }

post-acknowledged = { $who } acknowledged, { $at }.
post-spared = { $who } will not be paged.
post-help-coming = { $who } answered the page and helps.
post-declined = { $who } cannot take it. { $next } is paged now.
post-declined-nobody = { $who } cannot take it. `/escalate` or `/page` calls somebody else.
post-gaps = Nobody is on call for { $schedules }, so the next step was taken at once.
post-policy-ended = Nobody has this, and nobody is left to page on the policy { $policy }. Take it with `/ack`, or call somebody with `/page`.
post-no-policy = Nobody has this, and nobody is paged: no escalation policy covers it. Take it with `/ack`, or call somebody with `/page`.
post-direct-message-failed = { $who } was paged here, but the direct message was not delivered. Use another way to reach them if it is urgent.
post-still-on-it = { $who }, are you still on it? Without an answer escalation goes on { $until }.
post-ack-expired = { $who } did not answer, so nobody has it now. `/ack` takes it.
post-ack-withdrawn = { $who } gave it back. Nobody has it now. `/ack` takes it.

post-raised = { $who } raised the severity from { $from } to { $to }.
post-lowered = { $who } lowered the severity from { $from } to { $to }.
post-raised-by-alert = An alert raised the severity from { $from } to { $to }.
post-lowered-by-alert = An alert lowered the severity from { $from } to { $to }.
post-reason = Reason: { $reason }

post-stopped-acknowledged = Escalation stopped: somebody has it.
post-stopped-resolved = Escalation stopped: it is resolved.
post-stopped-all-alerts-resolved = Escalation stopped: all alerts resolved.
post-stopped-severity-lowered = Escalation stopped: this severity pages nobody.

post-commander = { $who } commands.
post-commander-by = { $who } commands, says { $by }.

# $next: one of the two below.
post-update = Update { $number } · { $who } · We know: { $know } We do: { $doing } { $next }
post-update-next = Next update { $at }.
post-update-last = No further update is promised.
post-update-overdue = { $who }, the promised update is due. `/update` writes it.
post-update-overdue-nobody = The promised update is due, and nobody has this. `/ack` takes it, `/update` writes it.

post-note = Note by { $who }: { $text }
# A link to the message a note was made of.
post-note-source = message

post-all-alerts-resolved = All alerts resolved. It stays open until somebody resolves it.
post-all-alerts-resolved-closes = All alerts resolved. Nobody had taken it, so it closes by itself { $at } unless you keep it open.
post-kept-open = { $who } keeps it open. `/resolve` ends it.
post-fires-again = An alert fires again: { $title }

post-resolved = Resolved after { $after } by { $who }.
post-resolved-how = Resolved after { $after } by { $who }: { $how }
post-resolved-by-itself = Resolved after { $after }: all alerts resolved and nobody had taken it.

## Why an incident has its severity: a part of a sentence, without a period.

post-why-rule = rule { $number } of routing, { $source }
post-why-rule-conditions = rule { $number } of routing ({ $conditions }), { $source }
post-why-no-rule = no routing rule matched, so it is treated as SEV-3
post-why-integration = the integration { $integration } says so
post-why-integration-source = the integration { $integration } says so, { $source }
post-why-person = opened by { $who }
post-why-unmapped = the payload has an unknown shape, so nothing could be read from it
