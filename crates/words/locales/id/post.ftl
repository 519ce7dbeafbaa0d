## Kalimat di channel, thread, dan channel: status, siapa, langkah berikutnya.

post-because-alert = Dibuka karena ada alert.
post-because-alert-on = Dibuka karena ada alert di { $service }.
post-because-labels = Dibuka karena { $labels }.
post-because-labels-on = Dibuka karena { $labels } di { $service }.
post-because-no-rule = Tidak ada aturan routing yang cocok, jadi dianggap SEV-3.
post-because-integration = Dibuka karena laporan dari { $integration }.
post-because-person = Dibuka oleh { $who }.
post-because-severity-label = Dibuka karena label `severity` di alert-nya.
post-because-unmapped = Dibuka karena ada kiriman yang tidak bisa dibaca.
post-first-step = Langkah pertama: { $step }
post-left = Penanganan lanjut di { $room }; update tetap muncul di sini.
post-brought = Sejauh ini, di { $thread }:
post-brought-nothing = Mulainya di { $thread }. Belum ada yang dicoba di sana.

post-acknowledged = { $who } menangani, { $at }.
post-spared = { $who } tidak akan di-page.
post-help-coming = { $who } menjawab page dan ikut membantu.
post-declined = { $who } tidak bisa. { $next } di-page sekarang.
post-declined-nobody = { $who } tidak bisa. `/escalate` atau `/page` mem-page orang lain.
post-gaps = Tidak ada on-call untuk { $schedules }, jadi langkah berikutnya langsung diambil.
post-policy-ended = Belum ada yang menangani, dan tidak ada lagi yang bisa di-page dari kebijakan { $policy }. Tangani dengan `/ack`, atau page orang lain dengan `/page`.
post-no-policy = Belum ada yang menangani, dan tidak ada yang di-page: tidak ada kebijakan eskalasi untuk ini. Tangani dengan `/ack`, atau page orang lain dengan `/page`.
post-direct-message-failed = { $who } di-page di sini, tetapi DM-nya tidak terkirim. Kalau mendesak, hubungi dengan cara lain.
post-still-on-it = { $who }, masih kamu tangani? Tanpa jawaban, eskalasi berlanjut { $until }.
post-ack-expired = { $who } tidak menjawab, jadi sekarang belum ada yang menangani. `/ack` untuk menangani.
post-ack-left = { $who } yang menangani ini bukan anggota server lagi, jadi sekarang belum ada yang menangani. `/ack` untuk menangani.
post-ack-removed = { $who } yang menangani ini tidak ada lagi di konfigurasi, jadi sekarang belum ada yang menangani. `/ack` untuk menangani.
post-ack-withdrawn = { $who } melepasnya. Sekarang belum ada yang menangani. `/ack` untuk menangani.

post-raised = { $who } menaikkan severity dari { $from } ke { $to }.
post-lowered = { $who } menurunkan severity dari { $from } ke { $to }.
post-raised-by-alert = Sebuah alert menaikkan severity dari { $from } ke { $to }.
post-lowered-by-alert = Sebuah alert menurunkan severity dari { $from } ke { $to }.
post-reason = Alasan: { $reason }

post-stopped-acknowledged = Eskalasi berhenti: sudah ada yang menangani.
post-stopped-resolved = Eskalasi berhenti: insiden sudah selesai.
post-stopped-all-alerts-resolved = Eskalasi berhenti: semua alert resolved.
post-stopped-severity-lowered = Eskalasi berhenti: severity ini tidak mem-page siapa pun.

post-commander = Incident Commander: { $who }.
post-commander-by = Incident Commander: { $who } (ditunjuk { $by }).

# $next: salah satu dari dua di bawah ini.
post-update = Kabar { $number } · { $who } · Yang kami tahu: { $know } Yang kami lakukan: { $doing }
post-update-next = Kabar berikutnya { $at }.
post-update-last = Tidak ada kabar lain yang dijanjikan.
post-update-overdue = { $who }, kabar yang dijanjikan sudah waktunya. Tulis dengan `/update`.
post-update-overdue-nobody = Kabar yang dijanjikan sudah waktunya, dan belum ada yang menangani. Tangani dengan `/ack`, tulis kabar dengan `/update`.

post-mitigated = Dampak teratasi dalam { $after } (ditandai { $who }). Penyebabnya belum: insiden tetap terbuka.
post-not-mitigated = { $who }: dampaknya ternyata belum teratasi.

post-note = Catatan { $who }: { $text }
# Tautan ke pesan asal catatan.
post-note-source = pesan

post-all-alerts-resolved = Semua alert resolved. Insiden tetap terbuka sampai ada yang menyelesaikannya.
post-flaps-once = Alert firing lagi ({ $last }). Kalau berlanjut, baris ini yang menghitungnya.
post-flaps = Flapping: { $number } kali dalam { $lasted }, terakhir pukul { $last }. Tidak ada yang di-page dua kali untuk satu langkah; kalau tidak dijawab, orang berikutnya di-page.
post-flapped = Tadi flapping: { $number } kali dalam { $lasted }, terakhir pukul { $last }. Sekarang tenang.
post-all-alerts-resolved-closes = Semua alert resolved. Belum ada yang menangani, jadi insiden selesai sendiri { $at } kecuali kamu pilih **Jangan tutup dulu**.
post-kept-open = { $who } minta jangan ditutup dulu. `/resolve` untuk menyelesaikan.
post-fires-again = Sebuah alert firing lagi: { $title }

post-resolved = Diselesaikan { $who } dalam { $after }.
post-resolved-how = Diselesaikan { $who } dalam { $after }: { $how }
post-resolved-by-itself = Selesai setelah { $after }: semua alert resolved dan belum ada yang menangani.

## Alasan severity: bagian dari kalimat, tanpa titik.

post-why-rule = aturan routing { $number }, { $source }
post-why-rule-conditions = aturan routing { $number } ({ $conditions }), { $source }
post-why-no-rule = tidak ada aturan routing yang cocok, jadi dianggap SEV-3
post-why-integration = ditetapkan oleh integrasi { $integration }
post-why-integration-source = ditetapkan oleh integrasi { $integration }, { $source }
post-why-person = dibuka oleh { $who }
post-why-severity-label = begitu kata label `severity` di alert-nya
post-why-unmapped = bentuk payload tidak dikenal, jadi isinya tidak terbaca

post-stopped-dismissed = Eskalasi berhenti: ini bukan insiden.
post-stopped-merged = Eskalasi berhenti: insiden lain melanjutkannya.
post-stopped-silenced = Eskalasi berhenti: semua yang firing di-silence.
post-postmortem-due-soon = Batas `/postmortem`: { $due }.
post-reopened = { $who } membukanya kembali.
post-reopened-by-alert = Sebuah alert membukanya kembali.
post-reopened-fires-on = { $number ->
   *[other] Insiden terbuka lagi: { $shown } alert masih firing, dan pengirimnya tidak pernah menyatakan resolved.
}
post-triaged = { $who } sudah melakukan triase: { $impact }, { $urgency }. Artinya { $severity }.
post-dismissed = Ditandai bukan insiden oleh { $who }. Alasan: { $reason }
post-merged-into = { $who } menggabungkan ini ke { $incident }. Dilanjutkan di sana.
post-absorbed = { $who } menggabungkan { $incident } ({ $title }) ke sini. { $number ->
    [0] Tidak ada alert-nya.
   *[other] { $count } alert-nya sekarang di sini.
}
post-similar = Pernah terjadi:
# Satu baris per insiden di bawah judul.
post-similar-line = { $incident } { $title }
post-similar-fixed = Diperbaiki dengan: { $how }
post-similar-unfinished = Belum dikerjakan: { $what }
post-contacted = { $who } belum menjawab di sini, jadi page juga dikirim lewat { $via }.
post-contacted-down = Discord tidak terjangkau, jadi page untuk { $who } dikirim lewat { $via }.
post-contacted-undelivered = Page untuk { $who } tidak sampai lewat cara lain, jadi langsung dikirim lewat { $via }.
post-contacted-stuck = Page untuk { $who } tertahan di Discord, jadi langsung dikirim lewat { $via }.
post-person-left = { $who } bukan anggota server lagi: mention dan DM tidak sampai kepadanya.
post-room-unseen = { $who } tidak melihat channel ini: mention tidak berbunyi untuknya.
post-room-not-let-in = { $who } tidak melihat channel ini, dan Discord tidak mengizinkan mereka dimasukkan: mention tidak berbunyi untuknya. `siaga doctor` menunjukkan apa yang kurang.
post-person-removed = { $who } tidak ada lagi di konfigurasi dan tidak ditunggu.
post-person-renamed = { $who } kini bernama { $to } di konfigurasi, dan di-page dengan nama itu.
post-person-account = { $who } kini memakai akun Discord lain di konfigurasi, dan di-page di sana.
post-person-ways = Semua cara yang dipakai untuk mem-page { $who } tidak ada lagi di konfigurasi: mereka di-page dengan cara yang ada sekarang.
post-called-at-end = Di-page sekali lagi: { $who }.
post-integration-removed = { $number ->
   *[other] Integrasi { $integration } dihapus dari konfigurasi: { $shown } alert-nya tidak terdengar lagi dan dianggap selesai.
}
post-chat-line-deleted = Pesan { $who } yang memberi tahu *{ $alert }* dihapus.
post-chat-line-changed = Pesan { $who } yang memberi tahu *{ $alert }* diubah dan tidak menyebutnya lagi.
post-chat-line-fires-on = Tidak ada pesan lain yang menyebutnya. Itu bukan akhirnya: alert tetap firing sampai pengirimnya bilang selesai, atau seseorang mengakhiri insiden.
post-contact-failed = Page untuk { $who } lewat { $via } tidak sampai: { $reason } Kalau mendesak, hubungi dengan cara lain.
post-card-deleted = Kartu insiden ini dihapus. Kartu baru ada di channel insiden.
post-card-replaced = Kartu baru menggantikan yang lama, karena thread baru memerlukannya.
post-thread-deleted = Thread insiden ini dihapus. Ini thread yang baru. Timeline tetap lengkap: `/incident show`.
post-thread-locked = Thread insiden ini ditutup dan dikunci, dan Siaga tidak boleh membukanya lagi. Penanganan berlanjut di thread ini. Timeline tetap lengkap: `/incident show`.
post-channel-deleted = Channel insiden ini dihapus, jadi penanganan berlanjut di sini, di thread. Timeline tetap lengkap: `/incident show`.
post-channel-refused = Discord tidak memberi channel untuk insiden ini, jadi penanganan berlanjut di sini, di thread. Alasannya: { $reason }
post-category-not-configured = Konfigurasi tidak menyebut kategori untuk channel, jadi insiden ini tidak punya channel: di luar kategori, channel terbuka untuk semua orang. Penanganan berlanjut di sini, di thread.
post-category-missing = Kategori { $category } tidak ada, jadi insiden ini tidak punya channel: di luar kategori itu, channel terbuka untuk semua orang. Penanganan berlanjut di sini, di thread.
post-category-full = Kategori { $category } sudah penuh, jadi insiden ini tidak punya channel: di luar kategori itu, channel terbuka untuk semua orang. Penanganan berlanjut di sini, di thread.
post-category-several = Beberapa kategori bernama { $category }, jadi insiden ini tidak punya channel: di kategori yang salah, channel bisa terbuka untuk semua orang. Penanganan berlanjut di sini, di thread.
post-message-deleted = Sebuah pesan insiden ini dihapus.
post-status-deleted = Pesan untuk stakeholder dihapus. Pesan baru menggantikannya.
post-postmortem-due = { $who }, batas postmortem { $due }. Yang belum ada: { $missing }. Lanjutkan dengan `/postmortem`.
post-postmortem-due-nobody = Batas postmortem { $due }. Yang belum ada: { $missing }. Lanjutkan dengan `/postmortem`.
post-postmortem-complete = { $who }, batas postmortem { $due }. Isinya sudah lengkap: tutup dengan `/postmortem`.
post-postmortem-complete-nobody = Batas postmortem { $due }. Isinya sudah lengkap: tutup dengan `/postmortem`.
post-action-item-due = Tindak lanjut { $number } sudah waktunya: { $what } Penanggung jawab: { $owner }. Tandai selesai di `/postmortem`.
post-postmortem-closed = { $who } menutup postmortem.
post-drill = LATIHAN { $incident } selesai dalam { $lasted }. { $acknowledged } { $commander } { $updates } { $unanswered ->
    [0] Semua page dijawab.
   *[other] { $unanswered } page tidak dijawab.
}
post-drill-acknowledged = Ada yang menangani setelah { $after }.
post-drill-nobody = Tidak ada yang menangani.
post-drill-commander = Incident Commander: { $who }.
post-drill-no-commander = Tidak ada Incident Commander.
post-drill-updates = Kabar tepat waktu: { $kept } dari { $promised }.
post-drill-no-updates = Tidak ada kabar yang dijanjikan.
post-outage = Discord tidak terjangkau sejak { $since }. Sementara itu:
post-outage-more = dan { $number } lagi; `/incident show` menceritakan semuanya
post-merged-into-room = { $who } menggabungkan ini ke { $incident }. Dilanjutkan di { $room }.
post-absorbed-room = Yang dibicarakan sebelumnya ada di { $room }.
post-still-unanswered = Sudah { $after } tidak ada yang menangani, dan tidak ada lagi yang bisa di-page. Ambil dengan `/ack`, atau page orang lain dengan `/page`.
post-still-yours = { $who }, masih kamu pegang? Kamu ditanya karena { $why }. Tanpa jawaban, eskalasi berlanjut { $until }.
post-asked-to-close = { $who }, tidak ada alert firing sejak { $since }. Sudah selesai?
post-asked-to-close-anybody = Tidak ada alert firing sejak { $since }. Sudah selesai?
