## The question whether a chat line is an incident.

candidate-question = Is this an incident? It would be called: { $title }
candidate-opened = { $who } opened { $incident }.
candidate-opened-room = { $who } opened { $incident }: { $room }
candidate-declined = Not an incident, says { $who }.
candidate-opening-question = { $who } asks to open a { $severity } incident, which pages people. Is this an incident? It would be called: { $title }
candidate-opening-confirmed = Confirmed the opening that { $who } asked for.
