## Kualitas alert: apa yang belum ada, dan apa yang perlu ditambahkan.

quality-nothing-seen = Belum ada alert yang datang, jadi belum ada yang dinilai. `siaga fire` mengirim alert uji.
quality-all-good = { $number ->
   *[other] { $shown } alert datang, dan semuanya menyebut seberapa parah, apa artinya, dan apa yang harus dilakukan. Tidak ada yang perlu ditambahkan.
}
quality-worst = Alert yang kurang lengkap, yang terburuk lebih dulu. Orang yang di-page malam hari membaca apa yang kamu tambahkan.
quality-line = { $rule } ({ $integration }) · { $number ->
   *[other] { $shown } alert
} · belum ada { $lacks }. Tambahkan { $add }.
# Tidak semua alert dari aturan ini.
quality-times = { $what } ({ $times } kali)
quality-add-label = label `{ $label }`
quality-add-annotation = anotasi `{ $annotation }`
quality-add-owner = `owner` layanannya di siaga.toml
