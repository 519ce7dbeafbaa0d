## What stakeholders read: lines in their channel and direct messages to those who follow, and what the thread says at once.

told-update = { $incident } update { $number }: { $know } We do: { $doing }
told-overdue = { $incident }: the promised update is overdue, it was due { $due }.
told-mitigated = { $incident }: the impact is over, the cause is not fixed yet.
told-done = What was done: { $how }
told-not-mitigated = { $incident }: the impact is not over after all.
told-resolved = { $incident } resolved after { $after }.
told-resolved-how = { $incident } resolved after { $after }: { $how }
told-resolved-by-itself = { $incident } resolved after { $after }: all alerts resolved.
told-false-alarm = { $incident } was a false alarm.
told-continues = { $incident } continues as { $into }.
told-open-again = { $incident } is open again.
told-open-again-why = { $incident } is open again: { $reason }

told-known = What is known: { $title }. { $severity }, since { $since }.
told-known-impact = Impact: { $impact }
told-known-service = Service: { $service }
told-known-called = { $number ->
    [one] { $who } is being paged.
   *[other] { $who } are being paged.
}
told-known-nobody = Nobody has it yet.
told-known-follow = Updates follow here.
