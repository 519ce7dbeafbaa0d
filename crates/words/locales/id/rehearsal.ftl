## Yang ditampilkan gladi di server sungguhan.

rehearsal-title = Gladi Siaga: semuanya baik-baik saja
rehearsal-topic = { $who } menggladi apa yang dilakukan Siaga di sini. Semuanya baik-baik saja, dan channel ini hilang sendiri.
rehearsal-line = { $who } menggladi apa yang dilakukan Siaga di sini ({ $incident }). Semuanya baik-baik saja, dan tidak perlu dijawab.
