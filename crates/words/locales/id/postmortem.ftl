## Halaman kerja postmortem: setiap bagian dengan isinya atau yang belum ada.

postmortem-title = Postmortem { $incident }
postmortem-core = Masalah inti
postmortem-root = Akar masalah
postmortem-lessons = Pelajaran
postmortem-collateral = Dependen terdampak
postmortem-actions = Tindak lanjut
postmortem-proof = Pencegahan
postmortem-knew = Siapa yang lebih dulu tahu
postmortem-due-label = Batas
postmortem-missing = belum ada

postmortem-unit-clear = { $unit }: aman
postmortem-unit-affected = { $unit }: terdampak
postmortem-unit-open = { $unit }: belum diperiksa
postmortem-no-dependents = menurut katalog, tidak ada yang bergantung padanya
postmortem-more-units = Menu menawarkan { $shown } dari { $all } yang bergantung padanya, yang belum diperiksa lebih dulu.

# Satu baris daftar; yang sudah selesai diberi tanda.
postmortem-item = { $number }. { $what } Penanggung jawab: { $owner }, batas { $due }.
postmortem-item-done = { $number }. Selesai: { $what } Penanggung jawab: { $owner }.
postmortem-more-items = dan { $shown } lagi

postmortem-proof-changed = { $url }
postmortem-proof-refused = tidak ada yang diubah: { $reason }

postmortem-knew-confirmed = { $by }
postmortem-knew-later = { $by }; kita tahu { $after } kemudian
postmortem-knew-open = belum ada yang memastikan; tampaknya { $by }
postmortem-knew-nobody = belum ada

postmortem-due = { $at }
postmortem-due-none = severity ini tidak mewajibkannya; tetap boleh ditulis
postmortem-due-open = setelah insiden selesai
postmortem-closed = ditutup oleh { $who } { $at }

postmortem-lacks = Belum ada: { $missing }.
postmortem-complete = Semuanya sudah ada: tombol { $button } mengakhirinya.

postmortem-select-knew = Siapa yang lebih dulu tahu
postmortem-knew-now = seperti tercatat sekarang
postmortem-select-affected = Terdampak
postmortem-select-clear = Sudah diperiksa, aman
postmortem-typed = Yang kamu ketik: { $field }
postmortem-draft = Draf { $incident } sebagai file. Belum ditutup.
postmortem-record = Catatan lengkap { $incident } sebagai file.
postmortem-record-post = Catatan lengkap { $incident }: timeline dan apa yang dipelajari, untuk orang dan untuk program.
postmortem-select-item = Tindak lanjut: ubah, tandai selesai, hapus
postmortem-select-owner = Penanggung jawab: pilih orang
postmortem-item-page = Tindak lanjut { $number } dari { $incident }: { $what } Penanggung jawab: { $owner }, batas { $due }.
postmortem-item-nobody = Belum ada yang diingatkan: pilih penanggung jawab di bawah.
postmortem-item-told = Penanggung jawab diingatkan lewat DM sehari sebelumnya dan pada harinya.
postmortem-item-given = { $who } memberimu tindak lanjut dari { $incident }: { $what } Batas { $due }. Ubah atau tandai selesai lewat `/postmortem`.
postmortem-item-due-today = Batasnya hari ini, dari { $incident }: { $what } Tandai selesai lewat `/postmortem`.
postmortem-item-due-tomorrow = Batasnya besok, dari { $incident }: { $what } Tandai selesai lewat `/postmortem`.
postmortem-item-due = Batasnya { $due }, dari { $incident }: { $what } Tandai selesai lewat `/postmortem`.
