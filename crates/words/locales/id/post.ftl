## Kalimat di ruang, utas, dan kanal: keadaan, siapa, langkah berikutnya.

post-why = Alasan: { $why }.
post-runbook = Panduan { $title }, langkah 1: { $step }

post-acknowledged = { $who } menangani, { $at }.
post-spared = { $who } tidak akan dipanggil.
post-help-coming = { $who } menjawab panggilan dan ikut membantu.
post-declined = { $who } tidak bisa. { $next } dipanggil sekarang.
post-declined-nobody = { $who } tidak bisa. `/escalate` atau `/page` memanggil orang lain.
post-gaps = Tidak ada petugas siaga untuk { $schedules }, jadi langkah berikutnya langsung diambil.
post-policy-ended = Belum ada yang menangani, dan tidak ada lagi yang bisa dipanggil dari kebijakan { $policy }. Tangani dengan `/ack`, atau panggil orang dengan `/page`.
post-no-policy = Belum ada yang menangani, dan tidak ada yang dipanggil: tidak ada kebijakan eskalasi untuk ini. Tangani dengan `/ack`, atau panggil orang dengan `/page`.
post-direct-message-failed = { $who } dipanggil di sini, tetapi pesan langsungnya tidak terkirim. Bila mendesak, hubungi dengan cara lain.
post-still-on-it = { $who }, masih Anda tangani? Tanpa jawaban, eskalasi berlanjut { $until }.
post-ack-expired = { $who } tidak menjawab, jadi sekarang belum ada yang menangani. `/ack` untuk menangani.
post-ack-withdrawn = { $who } melepasnya. Sekarang belum ada yang menangani. `/ack` untuk menangani.

post-raised = { $who } menaikkan tingkat keparahan dari { $from } ke { $to }.
post-lowered = { $who } menurunkan tingkat keparahan dari { $from } ke { $to }.
post-raised-by-alert = Sebuah peringatan menaikkan tingkat keparahan dari { $from } ke { $to }.
post-lowered-by-alert = Sebuah peringatan menurunkan tingkat keparahan dari { $from } ke { $to }.
post-reason = Alasan: { $reason }

post-stopped-acknowledged = Eskalasi berhenti: sudah ada yang menangani.
post-stopped-resolved = Eskalasi berhenti: insiden sudah selesai.
post-stopped-all-alerts-resolved = Eskalasi berhenti: semua peringatan pulih.
post-stopped-severity-lowered = Eskalasi berhenti: tingkat keparahan ini tidak memanggil siapa pun.

post-commander = Komandan: { $who }.
post-commander-by = Komandan: { $who }, kata { $by }.

# $next: salah satu dari dua di bawah ini.
post-update = Kabar { $number } · { $who } · Yang kami tahu: { $know } Yang kami lakukan: { $doing } { $next }
post-update-next = Kabar berikutnya { $at }.
post-update-last = Tidak ada kabar lain yang dijanjikan.
post-update-overdue = { $who }, kabar yang dijanjikan sudah waktunya. Tulis dengan `/update`.
post-update-overdue-nobody = Kabar yang dijanjikan sudah waktunya, dan belum ada yang menangani. Tangani dengan `/ack`, tulis kabar dengan `/update`.

post-note = Catatan { $who }: { $text }
# Tautan ke pesan asal catatan.
post-note-source = pesan

post-all-alerts-resolved = Semua peringatan pulih. Insiden tetap terbuka sampai ada yang menyelesaikannya.
post-all-alerts-resolved-closes = Semua peringatan pulih. Belum ada yang menangani, jadi insiden selesai sendiri { $at } kecuali Anda biarkan terbuka.
post-kept-open = { $who } membiarkannya terbuka. `/resolve` untuk menyelesaikan.
post-fires-again = Sebuah peringatan aktif lagi: { $title }

post-resolved = Selesai setelah { $after } oleh { $who }.
post-resolved-how = Selesai setelah { $after } oleh { $who }: { $how }
post-resolved-by-itself = Selesai setelah { $after }: semua peringatan pulih dan belum ada yang menangani.

## Alasan tingkat keparahan: bagian dari kalimat, tanpa titik.

post-why-rule = aturan routing { $number }, { $source }
post-why-rule-conditions = aturan routing { $number } ({ $conditions }), { $source }
post-why-no-rule = tidak ada aturan routing yang cocok, jadi dianggap SEV-3
post-why-integration = ditetapkan oleh integrasi { $integration }
post-why-integration-source = ditetapkan oleh integrasi { $integration }, { $source }
post-why-person = dibuka oleh { $who }
post-why-unmapped = bentuk payload tidak dikenal, jadi isinya tidak terbaca
