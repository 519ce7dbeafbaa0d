## The question whether a chat line is an incident.

candidate-question = Is this an incident? It would be called: { $title }
candidate-withdrawn = Nobody says so any more: the line was deleted or changed before somebody answered.
candidate-over = It was over before somebody answered: { $title }
candidate-people = { $people ->
    [one] One person says so: { $names }.
   *[other] { $people } people say so: { $names }.
}
candidate-people-more = { $people } people say so: { $names } and { $more } more.
candidate-known = Known: { $incident }.
candidate-known-room = Known: { $incident }, { $room }.
candidate-known-opened = Known: { $incident }, opened by { $who }.
candidate-known-opened-room = Known: { $incident }, opened by { $who }: { $room }
candidate-opened = { $who } opened { $incident }.
candidate-opened-room = { $who } opened { $incident }: { $room }
candidate-declined = Marked as not an incident by { $who }.
candidate-opening-question = { $who } asks to open a { $severity } incident, which pages people. Is this an incident? It would be called: { $title }
candidate-opening-confirmed = Confirmed the opening that { $who } asked for.
