## Catatan timeline. Waktunya berdiri di sebelahnya.

entry-opened = Dibuka oleh { $who } sebagai { $severity }: { $title }
entry-opened-by-alert = Dibuka oleh alert dari { $integration } sebagai { $severity }: { $title }
entry-alert-fired = Alert firing: { $title }
entry-alert-resolved = Satu alert resolved.
entry-alerts-new = { $number ->
   *[other] { $shown } alert lagi firing
}
entry-alerts-again = { $number ->
   *[other] { $shown } alert firing lagi
}
entry-alerts-over = { $number ->
   *[other] { $shown } alert resolved
}
entry-all-alerts-resolved = Semua alert resolved.
entry-flap-began = Flapping: alert firing lagi, padahal baru tenang sejak { $since }.
entry-flap-over = Sudah tidak flapping: firing lagi { $number } kali dalam { $lasted }.
entry-page-reopened = Page { $page } menunggu jawaban lagi.
entry-kept-open = { $who } minta jangan ditutup dulu.

entry-escalated = Langkah { $step } dari { $policy }; berikutnya { $next }.
entry-escalated-round = Langkah { $step }, putaran { $round } dari { $policy }; berikutnya { $next }.
entry-gaps = Tidak ada on-call untuk { $what }.
entry-escalation-ended = Tidak ada lagi yang bisa di-page dari { $policy }.
entry-no-policy = Tidak ada yang di-page: tidak ada kebijakan untuk ini.
entry-escalation-resumed = Eskalasi berlanjut { $due }.
entry-paged = { $who } di-page: langkah { $step } dari { $policy }.
entry-paged-end = { $who } di-page sekali lagi: tidak ada yang menjawab di { $policy }.
entry-paged-by = { $who } di-page oleh { $by }: { $reason }
entry-page-acknowledged = Page { $page } dijawab { $who }.
entry-page-declined = Page { $page }: tidak bisa.
entry-page-not-needed = Page { $page } tidak diperlukan lagi.
entry-page-silenced = Page { $page } berakhir: { $who } men-silence penyebabnya sampai { $until }.
entry-page-handed-over = Page { $page } diserahkan kepada { $who }.
entry-page-removed = Page { $page } berakhir: orangnya tidak ada lagi di konfigurasi.
entry-direct-message-failed = DM ke { $who } tidak terkirim.

entry-acknowledged = { $who } menangani.
entry-ack-questioned = Yang menangani ditanya dan punya waktu sampai { $until } untuk menjawab.
entry-still-on-it = { $who } masih menangani.
entry-ack-expired = Yang menangani tidak menjawab; sekarang belum ada yang menangani.
entry-ack-left = Yang menangani bukan anggota server lagi; sekarang belum ada yang menangani.
entry-ack-removed = Yang menangani tidak ada lagi di konfigurasi; sekarang belum ada yang menangani.
entry-ack-withdrawn = { $who } melepasnya.

# Tanpa titik: titik atau alasan menyusul.
entry-raised = { $who } menaikkan severity dari { $from } ke { $to }
entry-lowered = { $who } menurunkan severity dari { $from } ke { $to }
entry-raised-by-alert = Sebuah alert menaikkan severity dari { $from } ke { $to }
entry-lowered-by-alert = Sebuah alert menurunkan severity dari { $from } ke { $to }
entry-resolved = Diselesaikan oleh { $who }
entry-reopened = Dibuka lagi oleh { $who }

entry-commander = Incident Commander: { $who }.
entry-commander-by = Incident Commander: { $who } (ditunjuk { $by }).
entry-update = Kabar dari { $who }: { $know } Yang kami lakukan: { $doing }
entry-update-overdue = Kabar yang dijanjikan tidak datang.
entry-clock-back = Jam mesin Siaga dimundurkan { $by }. Setiap waktu tunggu tetap sama lamanya.
entry-clock-forward = Jam mesin Siaga dimajukan { $by }. Setiap waktu tunggu tetap sama lamanya.
entry-followed = { $who } mengikuti.
entry-unfollowed = { $who } tidak mengikuti lagi.
entry-resolved-by-itself = Selesai: semua alert resolved dan belum ada yang menangani.
entry-reopened-by-alert = Dibuka lagi: sebuah alert firing lagi.
entry-reopened-fires-on = { $number ->
   *[other] Dibuka lagi: { $shown } alert masih firing, dan pengirimnya tidak pernah menyatakan resolved.
}
entry-went-on = Alert-nya masih firing: dilanjutkan di { $incident }.
entry-alert-went-on = Satu alert-nya masih firing, dan dilanjutkan di { $incident }.
entry-went-on-new = Alert-nya masih firing.
entry-went-on-silenced = Alert-nya masih firing; silence { $number } menahannya.
entry-went-on-nothing = Tidak ada lagi alert-nya yang firing.
entry-alert-changed = Isi alert sekarang: { $title }
entry-alert-late = Laporan datang lagi setelah alert-nya dinyatakan resolved. Tidak ada yang di-page.
entry-alerts-heard = Semua alert terdengar lagi.
entry-alerts-stale = { $number ->
   *[other] { $shown } alert tidak terdengar lagi selama tiga kali jeda biasanya.
}

entry-contacted = Page untuk { $who } dikirim lewat { $via }.
entry-room-unseen = { $who } tidak melihat channel-nya: mention tidak sampai kepadanya.
entry-contact-failed = Page untuk { $who } lewat { $via } tidak sampai: { $reason }
entry-triaged = { $who } melakukan triase: { $impact }, { $urgency }, { $severity }.
entry-dismissed = Ditandai bukan insiden oleh { $who }
entry-merged-into = { $who } menggabungkannya ke { $incident }.
entry-absorbed = { $who } menggabungkan { $incident } ke sini: { $title }
entry-similar = Insiden lama yang mirip: { $incidents }.
entry-detection = { $who } memastikan siapa yang lebih dulu tahu: { $by }.
entry-detection-since = { $who } memastikan siapa yang lebih dulu tahu: { $by }, pukul { $since }.
entry-postmortem = { $who } menulis postmortem. Masalah inti: { $core } Akar masalah: { $root } Pelajaran: { $lessons }
entry-collateral = { $who } memeriksa dependen. Terdampak: { $affected }. Tidak terdampak: { $clear }.
entry-nothing = tidak ada
entry-action-item = { $who } menambah tindak lanjut { $number }: { $what } Penanggung jawab: { $owner }, batas { $due }.
entry-action-item-done = { $who } menyelesaikan tindak lanjut { $number }.
entry-action-item-due = Tindak lanjut { $number } sudah waktunya.
entry-proof = { $who } menunjukkan apa yang diubah: { $url }
entry-proof-refused = { $who } menulis kenapa tidak ada yang diubah: { $reason }
entry-postmortem-reminded = Postmortem diingatkan.
entry-postmortem-closed = { $who } menutup postmortem.
entry-paged-schedule = { $who } di-page: on-call { $schedule }, langkah { $step } dari { $policy }.
entry-folded = Digabung ke alert storm { $storm }: hanya papannya yang menampilkannya.
entry-unfolded = Insiden ini mendapat kartu dan channel-nya.
entry-unfolded-pages = Insiden ini mendapat kartu dan channel-nya, karena mem-page.
entry-unfolded-after = Insiden ini mendapat kartu dan channel-nya: storm berakhir, dan ada alert firing di dalamnya.
entry-plan-frozen = Kebijakan { $policy } disimpan untuk insiden ini seperti adanya sekarang.
entry-still-unanswered = Belum ada yang menangani sejak { $since }. Diingatkan lagi { $again }.
entry-found-unheld = Tidak ada yang bertanggung jawab: kesalahan Siaga. Sudah diperbaiki.
entry-ack-limited = Sekarang ada yang di-page untuk insiden ini: konfirmasinya berlaku { $holds } tanpa tanda.
entry-asked-to-close = Tidak ada alert firing sejak { $since }: { $who } diminta menutupnya.
entry-asked-to-close-anybody = Tidak ada alert firing sejak { $since }: mohon ditutup.
entry-paged-holder = { $who } di-page, yang menanganinya: { $why }.
entry-paged-guard = { $who } di-page: tidak ada yang bertanggung jawab.
entry-ack-questioned-why = Yang menangani ditanya karena { $why }, dan punya waktu sampai { $until } untuk menjawab.
entry-mitigated = { $who }: dampaknya sudah teratasi, penyebabnya belum
entry-not-mitigated = { $who }: ternyata dampaknya belum teratasi.
entry-followed-direct = { $who } mengikuti lewat DM.
entry-followed-ends = { $who } ingin tahu bagaimana berakhirnya.
entry-action-item-changed = { $who } mengubah tindak lanjut { $number }: { $what } Penanggung jawab: { $owner }, batas { $due }.
entry-action-item-deleted = { $who } menghapus tindak lanjut { $number }.
entry-action-item-due-soon = Penanggung jawab tindak lanjut { $number } sudah diingatkan.
entry-corrected = Dikoreksi { $who }: { $what }
entry-corrected-title = Judul: { $text }
entry-corrected-impact = Dampak: { $text }
entry-corrected-no-impact = Dampak: belum diketahui.
entry-corrected-service = Layanan: { $service }.
entry-corrected-service-of = Layanan: { $service } (pemilik { $owner }).
