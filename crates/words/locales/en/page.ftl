## Pages. The first line is what a lock screen shows.

# $heading: @budi SEV-1 INC-8 Checkout errors 12 %.
page-line = { $heading } Tap to answer.
page-line-asked = { $heading } Still yours?
page-together-wait = { $number ->
        [one] 1 incident waits for you:
       *[other] { $shown } incidents wait for you:
    }
# Plain text, in the incidents channel. There are always several.
page-crowd = { $shown } incidents call people, and their cards follow one by one, as fast as Discord takes them: { $which }.
page-together-choice = All { $shown } that wait for you
page-together-none = Nothing here waits for you any more:
page-together-more = { $number ->
        [one] And 1 more: `/incident list`
       *[other] And { $shown } more: `/incident list`
    }

page-why-step = Why you: step { $step } of the policy { $policy }.
page-why-end = Why you: nobody has answered on the policy { $policy }, and you are on it.
page-why-round = Why you: step { $step }, round { $round } of the policy { $policy }.
page-why-asked = Why you: { $who } asks: { $reason }
page-impact = Impact: { $impact }
page-first = First: { $step }
page-room = Room: { $url }

# In a room where the next line says how it ended.
page-folded = { $who } was paged { $at }. { $heading }
page-acknowledged = Acknowledged by { $who } { $at }. { $heading }
page-declined = { $who } cannot take it, { $at }. { $heading }
page-not-needed = No longer needed since { $at }. { $heading }
page-silenced = Silenced by { $who } until { $until }. { $heading }
page-handed-over = Handed over to { $who }, { $at }. { $heading }
page-removed = { $who } is no longer in the configuration, { $at }. { $heading }
page-called-again = { $who } is called again, { $at }. { $heading }
page-why-holder = You have it, and { $why }. If it is still yours, acknowledge once more.
page-why-guard = Nobody was responsible for it.
