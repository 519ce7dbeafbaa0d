## Daftar insiden.

incidents-none-open = Tidak ada insiden terbuka. `/incident open` membuka insiden.
incidents-none-recent = Belum pernah ada insiden. `/incident open` membuka insiden.
incidents-none-mine = Anda tidak punya insiden terbuka. `/incident list` menampilkan semua.

incidents-open = { $number ->
   *[other] Terbuka: { $shown } insiden, terparah dulu
}
incidents-recent = { $number ->
   *[other] Terbaru: { $shown } insiden
}
incidents-mine = { $number ->
   *[other] Milik Anda: { $shown } insiden
}
incidents-resolved = selesai { $at }
incidents-more = dan { $shown } lagi; `query` mempersempit daftar
