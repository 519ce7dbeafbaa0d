## Mutu peringatan: apa yang belum ada, dan apa yang perlu ditambahkan.

quality-nothing-seen = Belum ada peringatan yang datang, jadi belum ada yang dinilai. `siaga fire` mengirim peringatan uji.
quality-all-good = { $number ->
   *[other] { $shown } peringatan datang, dan semuanya menyebut seberapa parah, apa artinya, dan apa yang harus dilakukan. Tidak ada yang perlu ditambahkan.
}
quality-worst = Peringatan yang kurang lengkap, yang terburuk lebih dulu. Orang yang dipanggil malam hari membaca apa yang Anda tambahkan.
quality-line = { $rule } ({ $integration }) · { $number ->
   *[other] { $shown } peringatan
} · belum ada { $lacks }. Tambahkan { $add }.
# Tidak semua peringatan dari aturan ini.
quality-times = { $what } ({ $times } kali)
quality-add-label = label `{ $label }`
quality-add-annotation = anotasi `{ $annotation }`
quality-add-owner = `owner` layanannya di siaga.toml
