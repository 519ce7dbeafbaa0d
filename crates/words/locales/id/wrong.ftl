## Yang tidak beres dengan sebuah nama di konfigurasi, untuk pengelola bot.

wrong-category-missing = Kategori { $category } tidak ada: diganti namanya, dihapus, atau tidak terlihat oleh Siaga. Sampai ada lagi, utas menjadi ruang insiden, karena kanal di luar kategori itu terbuka untuk semua orang. Beri satu kategori nama itu lagi, atau perbaiki discord.category di siaga.toml. Insiden yang dibuka sesudahnya mendapat kanal.
wrong-category-several = { $count } kategori bernama { $category }, dan salah satunya bisa saja terbuka untuk semua orang, jadi utas menjadi ruang insiden. Ganti nama yang lain, atau tulis id kategorinya di discord.category di siaga.toml. Insiden yang dibuka sesudahnya mendapat kanal.
wrong-operators-missing = Pemberitahuan untuk pengelola Siaga menunggu, karena kanal mereka { $channel } dihapus atau diganti namanya; tidak ditulis di sini, tempat semua orang membaca. `siaga outbox list` dan `show` menampilkannya. Beri satu kanal nama itu lagi (atau perbaiki siaga.toml): pemberitahuan datang sendiri.
wrong-access-role-missing = Peran { $role } dari { $key } tidak ada: diganti namanya atau dihapus, jadi tidak ada yang mendapat haknya. Beri satu peran nama itu lagi, atau perbaiki siaga.toml.
wrong-end-post-missing = Kanal { $channel } tidak ada: diganti namanya atau dihapus. Bila tidak ada yang menjawab eskalasi { $policy }, itu diberitahukan di ruang insiden. Beri satu kanal nama itu lagi, atau perbaiki siaga.toml.
wrong-end-mention-missing = Peran { $role } tidak ada: diganti namanya atau dihapus. Bila tidak ada yang menjawab eskalasi { $policy }, tidak ada yang disebut. Beri satu peran nama itu lagi, atau perbaiki siaga.toml.
wrong-schedule-channel-missing = Channel { $channel } tidak ada: diganti namanya atau dihapus. Siapa yang on-call untuk { $schedule } tidak diumumkan di sana; page tetap jalan. Beri satu channel nama itu lagi, atau perbaiki siaga.toml.
wrong-schedule-role-missing = Role { $role } tidak ada: diganti namanya atau dihapus. Yang on-call untuk { $schedule } tidak mendapatkannya; page tetap jalan. Beri satu role nama itu lagi, atau perbaiki siaga.toml.
wrong-watched-missing = Kanal { $channel } tidak ada: diganti namanya atau dihapus. Integrasi { $integration } tidak membacanya, jadi tulisan di sana tidak menjadi peringatan. Beri satu kanal nama itu lagi, atau perbaiki siaga.toml.

wrong-person-nobody = { $person } tidak bisa dipanggil: tidak ada anggota server dengan nama pengguna Discord { $name } (nama tampilan dan nama panggilan tidak dihitung). Undang mereka, atau perbaiki people.{ $person }.discord di siaga.toml. Siaga mencari lagi setiap menit dan sebelum setiap panggilan.
wrong-person-many = { $person } tidak bisa dipanggil: lebih dari { $count } nama di server berawalan { $name }, dan pencarian Discord tidak menampilkan lebih banyak. Tulis id { $person } di people.{ $person }.discord di siaga.toml.
wrong-person-bot = { $person } tidak bisa dipanggil: { $name } adalah bot. Perbaiki people.{ $person }.discord di siaga.toml.
wrong-person-left = { $person } tidak bisa dipanggil: akun { $name } bukan anggota server. Undang mereka, atau perbaiki people.{ $person }.discord di siaga.toml. Siaga mencari lagi setiap menit dan sebelum setiap panggilan.
wrong-person-left-taken = { $person } tidak bisa dipanggil: akunnya bukan lagi anggota server, dan nama pengguna { $name } kini milik akun lain. Tidak ada yang dipanggil sebagai gantinya. Bila itu { $person } dengan akun baru: `siaga people unpin { $person }`.
wrong-person-renamed = Nama pengguna Discord { $person } kini { $now }, bukan { $name }. Akunnya sama, jadi tidak ada yang berubah. Tulis nama barunya di people.{ $person }.discord di siaga.toml bila sempat.
wrong-person-taken = Nama pengguna Discord { $person } kini { $now }, dan { $name } milik akun lain. { $person } tetap akun yang dulu; akun lain itu tidak dipanggil. Tulis nama barunya di people.{ $person }.discord di siaga.toml.
wrong-person-same = { $person } dan { $other } adalah akun Discord yang sama: panggilan untuk yang satu sampai ke yang lain. Perbaiki salah satunya di siaga.toml.

wrong-sees-no-channel = { $person } tidak melihat { $channel }, jadi mention di utas insiden tidak berbunyi untuknya. Beri mereka akses (Edit Kanal, Izin), atau tunjuk orang lain di siaga.toml.
wrong-sees-no-category = { $person } tidak melihat kategori { $category }, dan Siaga tidak bisa memasukkannya ke kanal insiden: di sana ia tidak punya izin Kelola Peran. Aktifkan izin itu untuk peran Siaga, atau beri { $person } akses ke kategori itu.
wrong-kept-out-of-category = { $person } dilarang masuk ke kategori { $category } atas namanya sendiri, jadi mention di kanal insiden tidak berbunyi untuknya. Beri mereka akses, atau tunjuk orang lain di siaga.toml.

wrong-more = { $count } nama lagi tidak beres. `siaga doctor` menampilkan semuanya.

wrong-person-found = { $person } ditemukan: akun Discord { $now } ({ $id }). Panggilan sampai kepada mereka.
wrong-person-matched-anew = { $person } kini akun Discord yang lain, karena siaga.toml mengatakannya: { $now } ({ $id }), bukan { $before } ({ $before_id }).
wrong-person-unpinned = { $person } dilepas dan dicari lagi: akun Discord { $now } ({ $id }).
