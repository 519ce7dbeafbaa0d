## Yang tidak beres dengan sebuah nama di konfigurasi, untuk pengelola bot.

wrong-category-missing = Kategori { $category } tidak ada: diganti namanya, dihapus, atau tidak terlihat oleh Siaga. Sampai ada lagi, insiden ditangani di thread, karena channel di luar kategori itu terbuka untuk semua orang. Beri satu kategori nama itu lagi, atau perbaiki discord.category di siaga.toml. Insiden yang dibuka sesudahnya mendapat channel.
wrong-category-several = { $count } kategori bernama { $category }, dan salah satunya bisa saja terbuka untuk semua orang, jadi insiden ditangani di thread. Ganti nama yang lain, atau tulis id kategorinya di discord.category di siaga.toml. Insiden yang dibuka sesudahnya mendapat channel.
wrong-operators-missing = Pemberitahuan untuk pengelola Siaga menunggu, karena channel mereka { $channel } dihapus atau diganti namanya; tidak ditulis di sini, tempat semua orang membaca. `siaga outbox list` dan `show` menampilkannya. Beri satu channel nama itu lagi (atau perbaiki siaga.toml): pemberitahuan datang sendiri.
wrong-access-role-missing = Role { $role } dari { $key } tidak ada: diganti namanya atau dihapus, jadi tidak ada yang mendapat haknya. Beri satu role nama itu lagi, atau perbaiki siaga.toml.
wrong-end-post-missing = Channel { $channel } tidak ada: diganti namanya atau dihapus. Kalau tidak ada yang menjawab eskalasi { $policy }, itu diberitahukan di channel insiden. Beri satu channel nama itu lagi, atau perbaiki siaga.toml.
wrong-end-mention-missing = Role { $role } tidak ada: diganti namanya atau dihapus. Kalau tidak ada yang menjawab eskalasi { $policy }, tidak ada yang disebut. Beri satu role nama itu lagi, atau perbaiki siaga.toml.
wrong-schedule-channel-missing = Channel { $channel } tidak ada: diganti namanya atau dihapus. Siapa yang on-call untuk { $schedule } tidak diumumkan di sana; page tetap jalan. Beri satu channel nama itu lagi, atau perbaiki siaga.toml.
wrong-schedule-role-missing = Role { $role } tidak ada: diganti namanya atau dihapus. Yang on-call untuk { $schedule } tidak mendapatkannya; page tetap jalan. Beri satu role nama itu lagi, atau perbaiki siaga.toml.
wrong-watched-missing = Channel { $channel } tidak ada: diganti namanya atau dihapus. Integrasi { $integration } tidak membacanya, jadi tulisan di sana tidak menjadi alert. Beri satu channel nama itu lagi, atau perbaiki siaga.toml.

wrong-person-nobody = { $person } tidak bisa di-page: tidak ada anggota server dengan nama pengguna Discord { $name } (nama tampilan dan nickname tidak dihitung). Undang mereka, atau perbaiki people.{ $person }.discord di siaga.toml. Siaga mencari lagi setiap menit dan sebelum setiap page.
wrong-person-many = { $person } tidak bisa di-page: lebih dari { $count } nama di server berawalan { $name }, dan pencarian Discord tidak menampilkan lebih banyak. Tulis id { $person } di people.{ $person }.discord di siaga.toml.
wrong-person-bot = { $person } tidak bisa di-page: { $name } adalah bot. Perbaiki people.{ $person }.discord di siaga.toml.
wrong-person-left = { $person } tidak bisa di-page: akun { $name } bukan anggota server. Undang mereka, atau perbaiki people.{ $person }.discord di siaga.toml. Siaga mencari lagi setiap menit dan sebelum setiap page.
wrong-person-left-taken = { $person } tidak bisa di-page: akunnya bukan lagi anggota server, dan nama pengguna { $name } kini milik akun lain. Tidak ada yang di-page sebagai gantinya. Kalau itu { $person } dengan akun baru: `siaga people unpin { $person }`.
wrong-person-renamed = Nama pengguna Discord { $person } kini { $now }, bukan { $name }. Akunnya sama, jadi tidak ada yang berubah. Tulis nama barunya di people.{ $person }.discord di siaga.toml kalau sempat.
wrong-person-taken = Nama pengguna Discord { $person } kini { $now }, dan { $name } milik akun lain. { $person } tetap akun yang dulu; akun lain itu tidak di-page. Tulis nama barunya di people.{ $person }.discord di siaga.toml.
wrong-person-same = { $person } dan { $other } adalah akun Discord yang sama: page untuk yang satu sampai ke yang lain. Perbaiki salah satunya di siaga.toml.

wrong-sees-no-channel = { $person } tidak melihat { $channel }, jadi mention di thread insiden tidak berbunyi untuknya. Beri mereka akses (Edit Channel, Izin), atau tunjuk orang lain di siaga.toml.
wrong-sees-no-category = { $person } tidak melihat kategori { $category }, dan Siaga tidak bisa memasukkannya ke channel insiden: di sana ia tidak punya izin Kelola Peran. Aktifkan izin itu untuk role Siaga, atau beri { $person } akses ke kategori itu.
wrong-kept-out-of-category = { $person } dilarang masuk ke kategori { $category } atas namanya sendiri, jadi mention di channel insiden tidak berbunyi untuknya. Beri mereka akses, atau tunjuk orang lain di siaga.toml.

wrong-more = { $count } nama lagi tidak beres. `siaga doctor` menampilkan semuanya.

wrong-person-found = { $person } ditemukan: akun Discord { $now } ({ $id }). Page sampai kepada mereka.
wrong-person-matched-anew = { $person } kini akun Discord yang lain, karena siaga.toml mengatakannya: { $now } ({ $id }), bukan { $before } ({ $before_id }).
wrong-person-unpinned = { $person } dilepas dan dicari lagi: akun Discord { $now } ({ $id }).
