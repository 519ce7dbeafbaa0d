## Lines for those who run the bot.

operators-undelivered = Could not deliver { $what }: { $reason }. Siaga does not try again by itself: find the cause with `siaga doctor`, then `siaga outbox retry { $row }`.
operators-undelivered-of = Could not deliver { $what } of { $incident }: { $reason }. Siaga does not try again by itself: find the cause with `siaga doctor`, then `siaga outbox retry { $row }`.
operators-not-permitted = Could not deliver { $what }: { $reason }. Siaga lacks a permission: `siaga doctor` says which. When it is granted, Siaga tries row { $row } again by itself.
operators-not-permitted-of = Could not deliver { $what } of { $incident }: { $reason }. Siaga lacks a permission: `siaga doctor` says which. When it is granted, Siaga tries row { $row } again by itself.
operators-undelivered-unreadable = Could not deliver row { $row } of the outbox: { $reason }. `siaga outbox show { $row }` shows what is stored; `siaga outbox drop { $row }` puts it aside.
operators-undelivered-more = { $count ->
    [one] One more message could not be delivered.
   *[other] { $count } more messages could not be delivered.
} `siaga outbox list` shows what and why.
operators-category-full = The category { $category } is full: Discord allows 50 channels in one. Until there is room, threads are the rooms of incidents, because a channel outside it would be open to everybody. Delete channels of old incidents, or move them to another category. Incidents that open then get their channels.
operators-timer-failed = { $what } of { $incident } was due and could not be decided ({ $error }). Look after { $incident } yourself: `/incident show`, and `/page` if somebody is needed. The log says more.
operators-due-escalation = The next escalation step
operators-due-ack = The question to whoever has it
operators-due-update = The reminder of an update
operators-due-auto-resolve = Auto-resolve
operators-due-fires-on = Reopening what still fires
operators-due-contact = A page on another way
operators-due-reminder = A reminder
operators-due-own = Something that was scheduled
operators-what-card = card
operators-what-thread = thread
operators-what-channel = channel
operators-what-pin = pin
operators-what-room-card = card in the channel
operators-what-topic = topic of the channel
operators-what-unpin = unpin
operators-what-post = post
operators-what-page = page
operators-what-page-settled = end of a page
operators-what-status = status
operators-what-follower = direct message to a follower
operators-what-member = member
operators-what-admit = access to the room
operators-what-candidate = question
operators-what-opening-asked = question about an opening
operators-what-candidate-settled = end of a question
operators-what-note = reply to a line
operators-what-notice = notice
operators-what-record = record
operators-what-board = board of a storm
operators-what-storm-over = end of a storm
operators-what-said = notice about who is on call
operators-what-question = question about who is on call
operators-what-role = role of who is on call
operators-storm-failed = The end of a storm was due and could not be decided ({ $error }); its board stays open until the next alert is folded. The log says more.

operators-candidate-without-line = A candidate without a chat line arrived as journal row { $row }: { $title }
operators-clock-back = The clock of Siaga's machine was set back by { $by }. Waits and escalations follow the time that really passed, so nothing is late because of it. Look after the machine's time (NTP).
operators-clock-forward = The clock of Siaga's machine was set forward by { $by }. Waits and escalations follow the time that really passed, so nothing comes early because of it. Look after the machine's time (NTP).
operators-undecided = Journal row { $row } could not be decided and could not be shown ({ $error }).
operators-configuration-refused = The new configuration has mistakes ({ $mistakes }), so the old one stays. First: { $first }. `siaga check` shows all.
operators-configuration-not-usable = The new configuration cannot be used (reasons: { $reasons }), so the old one stays. First: { $first }. `siaga reload` shows all.
operators-configuration-taken = The new configuration is in use.
operators-configuration-more = and { $number } more; `siaga reload` named all of them.
operators-key-missing = { $variable } is not set, so its sender is refused: nothing it sends is taken. Set it and restart Siaga.
operators-key-file-missing = The key file { $file } cannot be used, so its sender is refused: nothing it sends is taken. `siaga doctor` says why. When the file is mended, Siaga reads it by itself.
operators-gateway-lost = Commands and buttons do not answer: { $reason }
operators-content-refused = Watched channels are not read: the intent Message Content is switched off. Switch it on in the Discord developer portal (your application, Bot, Message Content Intent), then `siaga reload`. Everything else works.
operators-channel-missing = The channel { $channel } was deleted or renamed, so what belongs there waits. People are paged all the same. Give a channel that name again (or correct siaga.toml): what waits comes by itself.
operators-intake-refused = For { $time } nothing that came to the integration { $integration } was taken, so its alerts do not arrive. { $reasons }
operators-intake-key = { $number ->
    [one] { $shown } request had a wrong key or none: give its sender the key of this integration.
   *[other] { $shown } requests had a wrong key or none: give its sender the key of this integration.
}
operators-intake-unreadable = { $number ->
    [one] { $shown } body was empty or broke off: look at the sender's template.
   *[other] { $shown } bodies were empty or broke off: look at the sender's template.
}
operators-intake-too-large = { $number ->
    [one] { $shown } body was larger than 16 MiB: send fewer alerts at once (Alertmanager: max_alerts).
   *[other] { $shown } bodies were larger than 16 MiB: send fewer alerts at once (Alertmanager: max_alerts).
}
operators-intake-too-slow = { $number ->
    [one] { $shown } body did not arrive whole in time: look at the network between the sender and Siaga.
   *[other] { $shown } bodies did not arrive whole in time: look at the network between the sender and Siaga.
}
operators-intake-not-kept = { $number ->
    [one] { $shown } body could not be kept: `siaga doctor` says why.
   *[other] { $shown } bodies could not be kept: `siaga doctor` says why.
}
operators-intake-heard = What comes to the integration { $integration } is taken again.
operators-unheld = { $incident } { $title }: nobody was responsible for it, and nobody would have been told. That is a fault of Siaga. It pages people now; please report it together with `siaga export { $incident }`.

operators-unheld-alerts = { $number ->
    [one] { $shown } alert was held back by a silence that does not hold. That is a fault of Siaga. It is decided anew now; please report it.
   *[other] { $shown } alerts were held back by silences that do not hold. That is a fault of Siaga. They are decided anew now; please report it.
}
operators-what-item-told = the reminder of an action item
