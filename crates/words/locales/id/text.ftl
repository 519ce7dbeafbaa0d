## Angka dan daftar di dalam kalimat.

# Pemisah ribuan.
text-thousands = .

text-and-two = { $first } dan { $last }
# $first: semua kecuali yang terakhir, dipisahkan koma.
text-and-many = { $first }, dan { $last }

text-or-two = { $first } atau { $last }
text-or-many = { $first }, atau { $last }

# Pengganti judul yang kosong.
text-no-title = (tanpa judul)

text-more = dan { $shown } lagi
# Setelah daftar dengan koma.
text-list-more = { $list } dan { $shown } lagi
# Layanan atau runbook beserta timnya.
text-owner = { $what } (pemilik { $owner })
# Alasan page yang dibuat oleh `/escalate`.
text-escalated = eskalasi
