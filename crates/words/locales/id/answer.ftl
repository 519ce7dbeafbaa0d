## Jawaban pribadi: status sekarang, dan langkah berikutnya.

answer-acknowledged = Kamu yang pegang.
answer-spared = { $who } tidak akan di-page.
answer-acknowledged-all = Kamu memegang { $number } insiden: { $which }.
answer-withdrawn-all = Ditarik kembali: { $which }. Langkahnya dimulai lagi.
answer-first = Langkah pertama: { $step }
answer-tell-others = `/update` memberi tahu yang lain apa yang kamu tahu.
answer-helping = Tim { $incident } sudah tahu kamu ikut bantu.
answer-holder = { $who } yang menangani.
answer-declined = Baik. Kamu tidak perlu melakukan apa pun.
answer-declined-nobody-left = Baik, tetapi tidak ada lagi yang bisa di-page. `/page` mem-page orang dengan nama.
answer-declined-paged = { $number ->
   *[other] Baik. { $who } di-page sekarang. Kamu tidak perlu melakukan apa pun.
}
answer-withdrawn = { $incident } tidak lagi kamu tangani. Eskalasi berlanjut { $due }.
answer-withdrawn-paged = { $number ->
   *[other] { $incident } tidak lagi kamu tangani. { $who } di-page sekarang.
}
answer-withdrawn-nobody = { $incident } tidak lagi kamu tangani. Tidak ada yang di-page; `/page` mem-page orang.
answer-still-on-it = Baik. { $incident } tetap kamu tangani.

answer-severity = { $incident } sekarang { $severity }.
answer-severity-pages-nobody = Eskalasi berhenti: severity ini tidak mem-page siapa pun.
answer-paged = { $number ->
   *[other] { $who } di-page.
}
answer-paged-for = { $number ->
   *[other] { $who } di-page untuk { $incident }. Jawabannya tampil di channel.
}
answer-escalated = { $number ->
   *[other] { $who } di-page untuk { $incident }: langkah berikutnya dari kebijakan.
}
answer-nobody-left = Tidak ada lagi yang bisa di-page untuk { $incident }. `/page` mem-page orang dengan nama.
answer-nobody-paged = Tidak ada yang di-page; `/page` mem-page orang.
answer-commander = { $who } menjadi Incident Commander { $incident }. `/update` memberi kabar ke stakeholder.

answer-update = Kabar { $number } terkirim. Kabar berikutnya ditunggu { $next }.
answer-update-last = Kabar { $number } terkirim. Tidak ada kabar lain yang dijanjikan.
answer-mitigated = Stakeholder membaca bahwa dampak { $incident } sudah teratasi dan penyebabnya belum. Insiden tetap terbuka: `/resolve` menyelesaikannya.
answer-mitigated-yours = Kamu yang menangani.
answer-not-mitigated = Dicabut: stakeholder membaca bahwa { $incident } masih berdampak seperti sebelumnya.
answer-noted = Tercatat di timeline { $incident }.
answer-note-where = Catat ini di insiden mana?
answer-note-where-hint = Pilih insiden
answer-followed = Kamu mengikuti { $incident }: thread-nya ada di daftar kamu. `/follow stop:True` untuk berhenti.
answer-followed-direct = Kamu dapat DM untuk tiap update { $incident }, dan saat berakhir. `/follow stop:True` untuk berhenti.
answer-followed-ends = Kamu dapat satu DM saat { $incident } berakhir. `/follow stop:True` untuk berhenti.
answer-unfollowed = Kamu tidak lagi mengikuti { $incident }.

answer-kept-open = { $incident } tetap terbuka. `/resolve` untuk menyelesaikan.
answer-resolved = Selesai setelah { $after }.
answer-is-resolved = { $incident } sudah selesai.
answer-still-firing = { $number ->
   *[other] { $shown } alert masih firing.
}
answer-fires-on-anew = { $number ->
   *[other] { $shown } alert masih firing: insiden baru terbuka setelah { $after }, kecuali alert-nya resolved.
}
answer-fires-on = { $number ->
   *[other] { $shown } alert masih firing: insiden ini terbuka lagi setelah { $after }, kecuali alert-nya resolved.
}
answer-opened = { $incident } terbuka sebagai { $severity }.
answer-opened-room = { $incident } terbuka sebagai { $severity } di { $room }.
answer-drill = Ini latihan: hanya yang ikut yang di-page, dan stakeholder tidak diberi tahu. `/drill end` mengakhirinya.
answer-drill-ended = latihan diakhiri
answer-opened-from-message = dibuka dari sebuah pesan
answer-reopened = { $incident } terbuka lagi.

answer-changed = { $incident } berubah. `/incident show` menunjukkan perubahannya.
answer-nothing = Tidak ada yang berubah.
answer-repeated = Itu sudah dilakukan. `/incident show` menunjukkan statusnya.
answer-candidate-declined = Bukan insiden. Pertanyaannya selesai; tidak ada yang dibuka.
answer-opening-asked = Responder ditanya dulu apakah ini dibuka, karena { $severity } mem-page orang. Pertanyaannya ada di { $channel }.
answer-opening-asked-somewhere = Responder ditanya dulu apakah ini dibuka, karena { $severity } mem-page orang. Pertanyaannya ada di channel insiden.

answer-triaged = { $incident } tetap { $severity }.
answer-dismissed = { $incident } ditutup: bukan insiden. `/incident reopen` membukanya kembali.
answer-merged = { $from } sekarang bagian dari { $incident }. Dilanjutkan di sana.
answer-learned = Dicatat dalam postmortem { $incident }.
answer-action-item = Tindak lanjut { $number } dari { $incident } dicatat. Kamu penanggung jawabnya sampai kamu pilih orang lain.
answer-action-item-done = Tindak lanjut { $number } dari { $incident } selesai.
answer-postmortem-closed = Postmortem { $incident } ditutup.
answer-merged-room = { $from } sekarang bagian dari { $incident }. Dilanjutkan di { $room }.
answer-action-item-changed = Tindak lanjut { $number } dari { $incident } sudah diubah.
answer-action-item-deleted = Tindak lanjut { $number } dari { $incident } sudah dihapus.
answer-corrected = { $incident } sudah dikoreksi. Tidak ada yang di-page.
answer-corrected-policy-stays = { $incident } sudah dikoreksi. Eskalasinya berjalan seperti semula; pakai `/page` untuk mem-page pemilik layanan yang sekarang.
