## The question whether a chat line is an incident.

candidate-question = Is this an incident? It would be called: { $title }
candidate-opened = { $who } opened { $incident }.
candidate-opened-room = { $who } opened { $incident }: { $room }
candidate-declined = Not an incident, says { $who }.
