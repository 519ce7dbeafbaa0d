## Baris untuk pengelola bot.

operators-undelivered = Tidak terkirim: { $what }. Alasan: { $reason }
operators-undelivered-of = Tidak terkirim: { $what } { $incident }. Alasan: { $reason }
operators-what-card = kartu
operators-what-thread = utas
operators-what-channel = kanal
operators-what-pin = sematan
operators-what-unpin = lepas sematan
operators-what-post = pesan
operators-what-page = panggilan
operators-what-page-settled = akhir panggilan
operators-what-status = status
operators-what-member = anggota
operators-what-candidate = pertanyaan
operators-what-candidate-settled = akhir pertanyaan
operators-what-notice = pemberitahuan
operators-what-record = catatan lengkap

operators-candidate-without-line = Calon insiden tanpa baris obrolan tiba sebagai baris jurnal { $row }: { $title }
operators-undecided = Baris jurnal { $row } tidak bisa diputuskan dan tidak bisa ditampilkan ({ $error }).
operators-configuration-refused = Konfigurasi baru belum utuh (kesalahan: { $mistakes }), jadi yang lama tetap dipakai. Pertama: { $first }. `siaga check` menampilkan semua.
operators-configuration-taken = Konfigurasi baru sudah dipakai.
operators-key-missing = { $variable } belum diisi, jadi pengirimnya ditolak: kirimannya tidak diterima. Isi lalu mulai ulang Siaga.
operators-gateway-lost = Perintah dan tombol tidak menjawab: { $reason }
operators-content-refused = Kanal yang dipantau tidak terbaca: intent Message Content tidak aktif. Aktifkan di portal pengembang Discord (aplikasi Anda, Bot, Message Content Intent) lalu mulai ulang. Yang lain tetap berjalan.
