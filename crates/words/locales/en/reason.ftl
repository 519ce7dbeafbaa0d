## Where a report stopped, and why: the name of the reason, then its sentence.

reason-repetition = repetition
reason-repetition-why = it fired in { $incident } already.
reason-late = late duplicate
reason-late-why = the end of this beginning was told at { $at }. It rang nobody and opened nothing.
reason-end = end
reason-end-why = it ended the alert of { $incident }.
reason-end-alone-why = it ended the alert.
reason-senders = one of several senders
reason-senders-why = { $number ->
    [one] it is over for this sender; another one still tells it. It is over when both say so.
   *[other] it is over for this sender; { $shown } others still tell it. It is over when all of them say so.
}
reason-group-end = end of a group
reason-group-end-why = { $number ->
    [0] nothing else of the group fired.
    [one] it ended the alert of the group that it did not name.
   *[other] it ended the { $shown } alerts of the group that it did not name.
}
reason-nothing = end of nothing
reason-never-fired-why = nobody had told that it fires. A firing of this very beginning that comes later is late.
reason-over-why = it was over already: its end was told { $at }.
reason-over-untold-why = it was over already.
reason-beginning = end of another beginning
reason-beginning-why = what fires began { $at }, and its end was not told.
reason-beginning-unknown-why = what fires has another beginning, and its end was not told.
reason-open = open incident
reason-open-why = { $incident } of its group was open and took it in.
reason-drill = drill
reason-drill-why = its drill is over.
reason-person = ended by a person
reason-person-why = a person ended { $incident }. If it still fires, it opens it again { $at }.
reason-fired-on = fired on
reason-fired-on-why = it fired on after a person had ended { $incident }, which is open again.
reason-flaps = flaps
reason-flaps-why = it fired again so soon after { $incident } was over that it is the same incident.
reason-silenced = silenced
reason-silenced-why = silence { $number } of { $who } holds it back until { $until }. If it still fires then, it comes as any alert.
reason-question = question
reason-question-why = a person is asked first whether it is an incident.
reason-declined-why = { $who } said that it is not an incident.
