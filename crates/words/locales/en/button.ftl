## Names on buttons: at most 80 characters, better 20.

button-acknowledge = Acknowledge
button-acknowledge-all = Acknowledge all
button-acknowledge-one = Acknowledge { $incident }
button-decline = Can't take it
button-runbook = Runbook
button-update = Update
button-resolve = Resolve
button-more = More
button-keep-open = Keep open
button-undo = Undo
button-still-on-it = Still on it
button-room = Open a room
button-postmortem = Postmortem
button-write = Write
button-add-action-item = Add action item
button-proof = Proof
button-draft = Draft
button-record = Record
button-close = Close
button-open-incident = Open incident
button-not-an-incident = Not an incident
button-triage = Triage
button-confirm = Confirm
button-no-incident = Decline: no incident
button-merge = Merge
button-back = Back
