## What a rehearsal on the real server shows.

rehearsal-title = Rehearsal of Siaga: nothing is wrong
rehearsal-topic = { $who } rehearses what Siaga does here. Nothing is wrong, and this channel goes away by itself.
rehearsal-line = { $who } rehearses what Siaga does here ({ $incident }). Nothing is wrong, and you don't need to answer.
