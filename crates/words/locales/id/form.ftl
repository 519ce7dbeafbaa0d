## Formulir. Judul dan label: paling banyak 45 karakter; petunjuk: paling banyak 100.

form-update-title = Kabar
form-update-know = Yang kami tahu
form-update-doing = Yang kami lakukan
form-update-next = Kabar berikutnya
form-update-next-hint = 30 (menit), 2 jam, 14.00, besok pagi; kosong: tidak ada yang dijanjikan

form-resolve-title = Selesaikan
form-resolve-label = Apa solusinya?
form-resolve-label-firing = { $number ->
   *[other] Apa solusinya? { $shown } alert masih firing
}
form-resolve-label-many = Apa solusinya? Banyak alert masih firing
form-resolve-hint = Kembali ke versi 4.1

form-write-title = Postmortem
form-write-core = Masalah inti: apa yang salah
form-write-core-hint = Pembayaran gagal karena gateway menolak kunci kita
form-write-root = Akar masalah: kenapa itu bisa terjadi
form-write-root-hint = Tidak ada yang diberi tahu saat kunci hampir habis masa berlakunya
form-write-lessons = Pelajaran: perlu diketahui lain kali
form-write-lessons-hint = Apa yang berjalan baik, apa yang tidak, di mana kita beruntung
form-write-item = Tindak lanjut: kamu, batas 14 hari
form-write-item-hint = Alert 14 hari sebelum kunci kedaluwarsa. Pemilik dan batas waktu bisa diubah nanti
form-write-prevention = Pencegahan: tautan, atau kenapa tidak ada
form-write-prevention-hint = https://… ke aturan alert, monitor, atau runbook yang kamu ubah
form-action-title = Tindak lanjut
form-action-what = Apa yang harus dikerjakan
form-action-due = Batas waktu
form-action-due-hint = 2026-12-31, Jumat atau 2 minggu lagi
form-proof-title = Pencegahan
form-proof-changed = Tautan ke aturan atau runbook yang diubah
form-proof-changed-hint = https://… Isi salah satu saja
form-proof-refused = Atau: kenapa tidak ada yang diubah
form-knew-title = Yang lebih dulu tahu
form-knew-minutes = Berapa menit kemudian kita tahu
form-knew-minutes-hint = 12; kosong: yang sudah diketahui tetap
form-knew-link = Tautan yang menunjukkannya
form-knew-link-hint = https://… Kosong: yang sudah diketahui tetap

form-open-title = Buka insiden
form-open-what = Apa yang rusak
form-open-impact = Siapa yang terdampak dan bagaimana
form-open-service = Layanan
form-open-severity = Severity
form-open-severity-hint = SEV-1 (terparah) sampai SEV-5; kosong: yang paling ringan yang mem-page orang

form-dismiss-title = Bukan insiden
form-severity-reason = Kenapa severity berubah
form-dismiss-reason = Kenapa bukan insiden
form-dismiss-hint = Uji terencana tim pembayaran
form-item-title = Tindak lanjut
form-correct-title = Koreksi
form-correct-what = Judul
form-correct-impact = Dampak: siapa yang kena dan bagaimana
form-correct-service = Layanan
form-correct-service-hint = Namanya di konfigurasi; mengubahnya tidak mem-page siapa pun
form-page-title = Page untuk
form-page-reason = Untuk apa; ini yang pertama dibaca
form-note-title = Catatan untuk
form-note-text = Apa yang terjadi atau ditemukan
