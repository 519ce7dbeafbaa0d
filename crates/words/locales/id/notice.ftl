## Pemberitahuan untuk pengelola bot.

notice-dead-letter = Tidak terkirim: { $what }. Alasan: { $reason }. Tidak akan dicoba lagi; beri tahu orangnya sendiri; rinciannya ada di log.
notice-dead-letter-of = Tidak terkirim: { $what } { $incident }. Alasan: { $reason }. Tidak akan dicoba lagi; beri tahu orangnya sendiri; rinciannya ada di log.
notice-unknown-name = { $name } tidak ada di server ini; diatur sebagai { $used_for }. Buat dulu atau perbaiki siaga.toml.
notice-missing-permission = Izin { $permission } belum ada. Berikan ke peran bot.
notice-missing-permission-in = Izin { $permission } belum ada di { $channel }. Berikan ke peran bot.
notice-unmapped-payload = Integrasi { $integration } mengirim payload yang bentuknya tidak dikenal. Payload itu menjadi insiden dan disimpan utuh di jurnal; periksa pengirimnya.
