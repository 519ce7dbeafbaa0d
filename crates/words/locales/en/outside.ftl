## Pages by ntfy and e-mail, and the page behind their link. Plain text: no Markdown, no command mentions.

outside-acknowledge = Acknowledge
outside-why-step = You are step { $step } of the policy { $policy }.
outside-why-end = Nobody has answered on the policy { $policy }, and you are on it.
outside-why-asked = { $who } asks for you: { $reason }
outside-impact = Impact: { $impact }
outside-first = First: { $step }
outside-no-link = Answer in Discord: { $command } in its room.
outside-together = { $number ->
        [one] 1 incident waits for you: { $worst }
       *[other] { $shown } incidents wait for you, the worst is { $worst }
    }
outside-together-more = { $number ->
        [one] And 1 more: { $command } in Discord.
       *[other] And { $shown } more: { $command } in Discord.
    }
outside-together-no-link = Answer in Discord: { $command } offers all of them at once.
outside-footer = Siaga pages you because nobody has { $incident } yet.

outside-test-title = Test page from Siaga
outside-test-line = { $who } tests whether a page reaches you here. Nothing is broken, and you don't need to answer.

outside-link-ask = Do you take { $incident }?
outside-link-ask-line = { $heading }
outside-link-ask-all = { $number ->
        [one] Do you take it?
       *[other] Do you take all { $shown } that wait for you?
    }
outside-link-taken-all-line = Nobody else is paged for them. Go on in their rooms in Discord.
outside-link-button = I have it
outside-link-taken = You have { $incident }
outside-link-taken-line = Nobody else is paged for it. Go on in its room in Discord.
outside-link-yours = You have { $incident } already
outside-link-other = { $who } has { $incident }
outside-link-other-line = This page is answered. If you can help, write in its room.
outside-link-over = { $incident } is over
outside-link-over-line = Nothing is left to do here.
outside-link-merged = { $incident } goes on in { $into }
outside-link-merged-line = Somebody merged it. /ack in Discord takes { $into }.
outside-link-answered = This page is over
outside-link-answered-line = It was answered or is no longer wanted. /ack in Discord takes { $incident }.
outside-link-expired = This link has expired
outside-link-expired-line = It was good until { $until }. /ack in Discord takes { $incident }.
outside-link-foreign = This link is not ours
outside-link-foreign-line = Open the newest page on your phone, or use /ack in Discord. Links are often cut off when they are copied.
outside-link-failed = That did not work
outside-link-failed-line = Nothing was changed. Try once more in a moment. It is logged as { $error }.
outside-why-holder = You have it, and { $why }. Still yours?
outside-why-guard = Nobody was responsible for it.
