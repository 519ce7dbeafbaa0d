## Yang ditanyakan `[Lainnya]`.

desk-page = Siapa yang mau di-page untuk { $incident }?
desk-severity = { $incident } sekarang { $severity }. Seharusnya apa?
desk-commander = Siapa commander { $incident }?
desk-on-call = on-call sekarang: { $schedules }
desk-yourself = kamu
desk-escalate = Langkah berikutnya dari kebijakan { $incident } di-page sekarang, sebelum waktunya.
desk-escalate-to = { $who } giliran berikutnya untuk { $incident }, dan di-page sekarang juga.
desk-escalate-button = Page giliran berikutnya
desk-escalate-button-to = Page { $who } sekarang
