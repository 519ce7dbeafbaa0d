## Penolakan: kenapa tidak, dan apa yang bisa dilakukan.

refusal-needs-channel-read = Hanya yang bisa melihat { $channel } yang bisa membaca insiden: minta admin server ini membuka aksesnya.
refusal-needs-channel-open = Hanya yang bisa melihat { $channel } yang bisa membuka insiden: minta admin server ini membuka aksesnya.
refusal-needs-role-read = Hanya yang punya role { $roles } yang bisa membaca insiden: minta role itu ke admin server ini.
refusal-needs-role-open = Hanya yang punya role { $roles } yang bisa membuka insiden: minta role itu ke admin server ini.
refusal-needs-role-page = Hanya yang punya role { $roles } yang memutuskan apakah ini insiden: minta role itu ke admin server ini.
refusal-needs-role-responder = Hanya responder yang bisa: minta role { $roles } ke admin server ini.
refusal-needs-role-admin = Hanya admin yang bisa: minta role { $roles } ke admin server ini.
refusal-needs-server-admin = Hanya admin server ini yang bisa: minta bantuan orang yang punya izin Manage Server.
refusal-needs-no-role = Hanya admin server ini yang bisa, karena konfigurasi tidak menyebut role untuk ini: minta salah satu admin menuliskan role-mu di `access`.
refusal-not-a-member = Tidak ada yang dilakukan, karena kamu sudah tidak ada di server insiden ini: minta undangan ke admin server itu.

refusal-no-such-incident = Tidak ada { $incident }. `/incident list` menampilkan yang ada.
refusal-which-incident = Insiden mana? Pakai perintah ini di channel-nya, atau pilih dengan opsi `incident`.
refusal-already-resolved = { $incident } sudah selesai. Kalau terjadi lagi, `/incident open` membuka yang baru.
refusal-already-acknowledged = { $who } menangani { $incident } sejak { $at }. Untuk membantu, tulis di channel-nya; untuk mem-page orang lain, pakai `/page`.
refusal-already-mitigated = { $who } sudah bilang { $at } bahwa dampak { $incident } teratasi. `/mitigate undo:True` mencabutnya, `/resolve` menyelesaikan insiden.
refusal-not-mitigated = Belum ada yang bilang dampak { $incident } teratasi. `/mitigate` menyatakannya.
refusal-already-yours = { $incident } sudah kamu tangani. `/update` memberi kabar, `/resolve` menyelesaikan.
refusal-no-open-page = Tidak ada page { $incident } yang menunggu jawaban kamu. `/ack` untuk menangani, `/escalate` mem-page orang berikutnya.
refusal-not-the-holder = { $incident } bukan kamu yang menangani. `/incident show` menunjukkan siapa; `/ack` kalau belum ada.

refusal-same-severity = { $incident } memang sudah { $severity }. `/severity` menerima tingkat lain.
refusal-reason-needed = Menurunkan { $incident } ke { $severity } perlu alasan: isi `reason` pada `/severity`.
refusal-undo-over = Itu sudah lebih dari semenit lalu, atau orang lain yang melakukannya. `/incident show incident:{ $incident }` menunjukkan apa yang bisa dilakukan sekarang.
refusal-may-not-command = { $who } tidak berhak menangani insiden di sini, jadi tidak bisa jadi Incident Commander. Pilih responder, atau page dulu orangnya.
refusal-severity-not-configured = { $severity } tidak dipakai di sini. `/severity` mengenal { $known }.
refusal-not-a-severity = { $text } bukan severity. `/severity` mengenal { $known }.

refusal-empty = Isian "{ $field }" kosong. Tulis sesuatu lalu kirim lagi.
refusal-too-long = Isian "{ $field }" paling banyak { $limit } karakter. Persingkat lalu kirim lagi.
refusal-field-title = judul
refusal-field-impact = dampak
refusal-field-note = catatan
refusal-field-reason = alasan
refusal-field-know = yang kami tahu
refusal-field-doing = yang kami lakukan
refusal-field-fixed = apa solusinya

refusal-nobody-left = Tidak ada lagi yang bisa di-page untuk { $incident }: kebijakannya tidak punya langkah berikut. `/page` mem-page orang dengan nama.
refusal-nobody-on-call = Tidak ada on-call untuk { $target }. `/page` dengan nama orang mem-page orang itu.
refusal-no-such-target = Tidak ada orang, layanan, atau jadwal bernama { $target }. `/page` memberi saran nama saat kamu mengetik.
refusal-nothing-to-keep-open = { $incident } memang terbuka: masih ada alert firing, atau sudah ada yang minta jangan ditutup dulu. `/resolve` untuk menyelesaikan.
refusal-too-many-opened = { $number ->
   *[other] Kamu membuka { $shown } insiden dalam satu jam terakhir; belum bisa lebih. Pakai `/note` di salah satunya, atau minta bantuan responder.
}
refusal-no-such-service = Tidak ada layanan bernama { $name }. `/incident open` mengenal { $known }.
refusal-no-services = Tidak ada layanan bernama { $name }, dan belum ada layanan yang diatur. Pakai `/incident open` tanpa `service`.
refusal-candidate-opened = Ini sudah dijawab: menjadi { $incident }. `/incident show` menjelaskan lebih lanjut.
refusal-candidate-declined = Ini sudah dijawab: bukan insiden. `/incident open` membuka insiden.
refusal-not-a-person = Itu bot atau orang di luar server ini. Pilih orang dari server ini.
refusal-bad-duration = "{ $text }" bukan waktu. Tulis `30` (menit), `2 jam`, `setengah jam`, `14.00` atau `besok pagi`; paling lama seminggu.
refusal-vague-time = "{ $text }" bisa berarti beberapa waktu. Tulis kapan: `30 menit`, `2 jam`, `15.00` atau `besok 09.00`.
refusal-no-such-runbook = Tidak ada runbook bernama { $name }. `/runbook search` mencari dengan kata.
refusal-stale-button = Tombol ini dari versi lama dan tidak berfungsi lagi. `/incident show` punya tombol baru.
refusal-nothing-waits = Tidak ada yang menunggu kamu. `/incident list` menunjukkan yang terbuka.
refusal-foreign-server = Bot ini hanya bekerja di server asalnya. Pakai perintahnya di sana.
refusal-no-thread = { $incident } belum punya channel. Naikkan severity-nya lewat kartunya supaya ada channel.

refusal-failed = Tidak berhasil; tidak ada yang berubah. Coba sekali lagi. Tercatat di log sebagai `{ $error }`.

refusal-already-closed = { $incident } sudah ditutup. `/incident reopen` melanjutkannya.
refusal-merged = { $incident } sudah digabungkan ke { $into }. Pakai perintahnya di sana.
refusal-not-over = { $incident } masih terbuka. Selesaikan dulu dengan `/resolve`.
refusal-open-elsewhere = { $other } terbuka untuk alert yang sama. Lanjutkan di sana, atau pakai `/incident merge`.
refusal-merge-itself = { $incident } tidak bisa digabungkan ke dirinya sendiri. Pilih yang lain dengan opsi `into`.
refusal-merge-target-over = { $incident } sudah berakhir, jadi tidak bisa menampung yang lain. Pilih yang terbuka, atau pakai `/incident reopen` dulu.
refusal-merge-drill = { $incident } dan { $into } tidak bisa digabungkan: satu latihan, satu nyata.
refusal-not-in-drill = Ini latihan, dan { $target } tidak ikut. `/page` mem-page yang ikut.
refusal-not-a-drill = { $incident } bukan latihan. `/resolve` menyelesaikannya.
refusal-no-participants = Latihan perlu peserta. Sebutkan orangnya di opsi `people`.
refusal-no-such-scenario = Tidak ada skenario bernama { $name }. Yang ada: { $known }.
refusal-no-scenarios = Tidak ada skenario bernama { $name }, dan belum ada yang diatur. Mulai latihan dengan `title`.
refusal-same-as-core-problem = Akar masalah sama dengan masalah inti. Tanyakan sekali lagi kenapa itu bisa terjadi, lalu tulis itu.
refusal-postmortem-incomplete = Postmortem { $incident } belum bisa ditutup. Yang belum ada: { $missing }.
refusal-no-such-dependent = { $name } tidak bergantung pada layanan ini. Yang ada: { $known }.
refusal-no-dependents = { $name } tidak tercatat: layanan ini tidak punya yang bergantung padanya di katalog.
refusal-no-such-action-item = { $incident } tidak punya tindak lanjut terbuka nomor { $number }. `/postmortem` menampilkan daftarnya.
refusal-bad-date = "{ $text }" bukan tanggal. Tulis `2026-12-31`, `31 Desember`, `Jumat` atau `2 minggu`.
refusal-date-in-the-past = { $date } sudah lewat. Pilih hari ini atau sesudahnya.
refusal-not-a-link = "{ $text }" bukan alamat. Alamat dimulai dengan https:// dan tanpa spasi.
refusal-proof-needed = Sebutkan pencegahan untuk { $incident }: tautan ke aturan, monitor, atau runbook yang diubah, atau alasan kenapa tidak ada yang diubah. Salah satu.
refusal-unknown-person = { $name } tidak ada di konfigurasi, jadi tidak ada page yang sampai. Tambahkan ke [people].
refusal-field-core-problem = masalah inti
refusal-field-root-cause = akar masalah
refusal-field-lessons = pelajaran
refusal-field-what = apa yang harus dikerjakan
refusal-field-owner = penanggung jawab
refusal-field-proof = kenapa tidak ada yang diubah
refusal-nothing-to-correct = Tidak ada yang berubah: { $incident } sudah berisi semua itu.
