## Baris untuk pengelola bot.

operators-undelivered = Tidak terkirim: { $what }. Alasan: { $reason }. Siaga tidak mencoba lagi sendiri: cari sebabnya dengan `siaga doctor`, lalu `siaga outbox retry { $row }`.
operators-undelivered-of = Tidak terkirim: { $what } { $incident }. Alasan: { $reason }. Siaga tidak mencoba lagi sendiri: cari sebabnya dengan `siaga doctor`, lalu `siaga outbox retry { $row }`.
operators-not-permitted = Tidak terkirim: { $what }. Alasan: { $reason }. Siaga kekurangan izin: `siaga doctor` menyebutkan yang mana. Setelah izin diberikan, Siaga mencoba baris { $row } lagi sendiri.
operators-not-permitted-of = Tidak terkirim: { $what } { $incident }. Alasan: { $reason }. Siaga kekurangan izin: `siaga doctor` menyebutkan yang mana. Setelah izin diberikan, Siaga mencoba baris { $row } lagi sendiri.
operators-undelivered-unreadable = Tidak terkirim: baris { $row } di antrean keluar. Alasan: { $reason }. `siaga outbox show { $row }` menampilkan isinya; `siaga outbox drop { $row }` menyisihkannya.
operators-undelivered-more = { $count } pesan lagi tidak terkirim. `siaga outbox list` menampilkan apa dan kenapa.
operators-category-full = Kategori { $category } sudah penuh: Discord membolehkan 50 channel dalam satu kategori. Selama belum ada tempat, insiden ditangani di thread, karena channel di luar kategori itu terbuka untuk semua orang. Hapus channel insiden lama, atau pindahkan ke kategori lain. Insiden yang dibuka sesudahnya mendapat channel-nya.
operators-timer-failed = { $what } { $incident } sudah waktunya, tetapi tidak bisa diputuskan ({ $error }). Tangani { $incident } sendiri: `/incident show`, dan `/page` kalau perlu orang. Rinciannya ada di log.
operators-due-escalation = Langkah eskalasi berikutnya untuk
operators-due-ack = Pertanyaan kepada penanggung jawab
operators-due-update = Pengingat kabar untuk
operators-due-auto-resolve = Penutupan otomatis
operators-due-fires-on = Pembukaan kembali karena alert masih firing untuk
operators-due-contact = Cara lain page untuk
operators-due-reminder = Pengingat untuk
operators-due-own = Yang menunggu waktunya pada
operators-what-card = kartu
operators-what-thread = thread
operators-what-channel = channel
operators-what-pin = pin
operators-what-room-card = kartu di channel
operators-what-topic = topik channel
operators-what-unpin = lepas pin
operators-what-post = pesan
operators-what-page = page
operators-what-page-settled = akhir page
operators-what-status = status
operators-what-follower = DM untuk yang mengikuti
operators-what-member = anggota
operators-what-admit = akses ke channel
operators-what-candidate = pertanyaan
operators-what-opening-asked = pertanyaan tentang pembukaan
operators-what-candidate-settled = akhir pertanyaan
operators-what-note = balasan untuk sebuah baris
operators-what-notice = pemberitahuan
operators-what-record = catatan lengkap
operators-what-board = papan storm
operators-what-storm-over = akhir storm
operators-what-said = kabar tentang siapa yang on-call
operators-what-question = pertanyaan tentang siapa yang on-call
operators-what-role = role yang on-call
operators-storm-failed = Akhir sebuah alert storm sudah waktunya, tetapi tidak bisa diputuskan ({ $error }); papannya tetap terbuka sampai alert berikutnya digabung. Rinciannya ada di log.

operators-candidate-without-line = Calon insiden tanpa pesan chat tiba sebagai baris jurnal { $row }: { $title }
operators-clock-back = Jam mesin Siaga dimundurkan { $by }. Waktu tunggu dan eskalasi mengikuti waktu yang sungguh berlalu, jadi tidak ada yang terlambat karenanya. Periksa waktu mesin (NTP).
operators-clock-forward = Jam mesin Siaga dimajukan { $by }. Waktu tunggu dan eskalasi mengikuti waktu yang sungguh berlalu, jadi tidak ada yang datang terlalu cepat karenanya. Periksa waktu mesin (NTP).
operators-undecided = Baris jurnal { $row } tidak bisa diputuskan dan tidak bisa ditampilkan ({ $error }).
operators-configuration-refused = Konfigurasi baru belum utuh (kesalahan: { $mistakes }), jadi yang lama tetap dipakai. Pertama: { $first }. `siaga check` menampilkan semua.
operators-configuration-not-usable = Konfigurasi baru tidak bisa dipakai (alasan: { $reasons }), jadi yang lama tetap dipakai. Pertama: { $first }. `siaga reload` menampilkan semua.
operators-configuration-taken = Konfigurasi baru sudah dipakai.
operators-configuration-more = dan { $number } lagi; `siaga reload` menyebut semuanya.
operators-key-missing = { $variable } belum diisi, jadi pengirimnya ditolak: kirimannya tidak diterima. Isi lalu mulai ulang Siaga.
operators-key-file-missing = File kunci { $file } tidak dapat dipakai, jadi pengirimnya ditolak: kirimannya tidak diterima. `siaga doctor` menyebutkan sebabnya. Setelah file-nya diperbaiki, Siaga membacanya sendiri.
operators-gateway-lost = Perintah dan tombol tidak menjawab: { $reason }
operators-content-refused = Channel yang dipantau tidak terbaca: intent Message Content tidak aktif. Aktifkan di portal pengembang Discord (aplikasi kamu, Bot, Message Content Intent), lalu `siaga reload`. Yang lain tetap berjalan.
operators-channel-missing = Channel { $channel } dihapus atau diganti namanya, jadi yang seharusnya di sana menunggu. Orang tetap di-page. Beri satu channel nama itu lagi (atau perbaiki siaga.toml): yang menunggu datang sendiri.
operators-intake-refused = Tidak satu pun kiriman ke integrasi { $integration } diterima selama { $time } terakhir, jadi alert-nya tidak sampai. { $reasons }
operators-intake-key = { $number ->
   *[other] { $shown } permintaan tanpa kunci atau dengan kunci yang salah: beri pengirimnya kunci integrasi ini.
}
operators-intake-unreadable = { $number ->
   *[other] { $shown } isi kosong atau terputus di tengah jalan: periksa template pengirimnya.
}
operators-intake-too-large = { $number ->
   *[other] { $shown } isi lebih besar dari 16 MiB: kirim lebih sedikit alert sekaligus (Alertmanager: max_alerts).
}
operators-intake-too-slow = { $number ->
   *[other] { $shown } isi tidak sampai utuh pada waktunya: periksa jaringan antara pengirim dan Siaga.
}
operators-intake-not-kept = { $number ->
   *[other] { $shown } isi tidak bisa disimpan: `siaga doctor` menjelaskan sebabnya.
}
operators-intake-heard = Kiriman ke integrasi { $integration } diterima lagi.
operators-unheld = { $incident } { $title }: tidak ada yang bertanggung jawab, dan tidak ada yang akan diberi tahu. Itu kesalahan Siaga. Sekarang orang di-page; mohon laporkan bersama `siaga export { $incident }`.

operators-unheld-alerts = { $number ->
   *[other] { $shown } alert ditahan silence yang tidak berlaku. Itu kesalahan Siaga. Sekarang diputuskan lagi; mohon laporkan.
}
operators-what-item-told = pengingat tindak lanjut
