## Daftar insiden.

incidents-none-open = Tidak ada insiden terbuka. `/incident open` membuka insiden.
incidents-none-recent = Belum pernah ada insiden. `/incident open` membuka insiden.
incidents-none-mine = Kamu tidak punya insiden terbuka. `/incident list` menampilkan semua.

incidents-open = { $number ->
   *[other] Terbuka: { $shown } insiden, terparah dulu
}
incidents-recent = { $number ->
   *[other] Terbaru: { $shown } insiden
}
incidents-mine = { $number ->
   *[other] Milik kamu: { $shown } insiden
}
incidents-found = { $number ->
   *[other] Ditemukan: { $shown } insiden
}
incidents-none-found = Tidak ada insiden dengan { $query }. Lebih sedikit kata menemukan lebih banyak.
incidents-none-open-found = Tidak ada insiden terbuka dengan { $query }. `/incident list` dengan `filter:recent` mencari di semuanya.
incidents-resolved = selesai { $at }
incidents-fixed = diperbaiki dengan: { $how }
incidents-more = dan { $shown } lagi; `query` mempersempit daftar
