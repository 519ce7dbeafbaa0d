## Penolakan: mengapa tidak, dan apa yang bisa dilakukan.

refusal-needs-member = Hanya anggota server ini yang bisa. `/help access` menjelaskan siapa boleh apa.
refusal-needs-responder = Hanya responder yang bisa. `/help access` menjelaskan cara menjadi responder; `/incident open` untuk semua orang.
refusal-needs-admin = Hanya admin yang bisa. `/help access` menjelaskan siapa boleh apa.

refusal-no-such-incident = Tidak ada { $incident }. `/incident list` menampilkan yang ada.
refusal-which-incident = Insiden mana? Pakai perintah ini di ruangnya, atau pilih dengan opsi `incident`.
refusal-already-resolved = { $incident } sudah selesai. Bila terjadi lagi, `/incident open` membuka yang baru.
refusal-already-acknowledged = { $who } menangani { $incident } sejak { $at }. Untuk membantu, tulis di ruangnya; untuk memanggil orang lain, pakai `/page`.
refusal-already-yours = { $incident } sudah Anda tangani. `/update` memberi kabar, `/resolve` menyelesaikan.
refusal-no-open-page = Tidak ada panggilan { $incident } yang menunggu jawaban Anda. `/ack` untuk menangani, `/escalate` memanggil orang berikutnya.
refusal-not-the-holder = { $incident } bukan Anda yang menangani. `/incident show` menunjukkan siapa; `/ack` bila belum ada.

refusal-same-severity = { $incident } memang sudah { $severity }. `/severity` menerima tingkat lain.
refusal-reason-needed = Menurunkan { $incident } ke { $severity } perlu alasan: isi `reason` pada `/severity`.
refusal-severity-not-configured = { $severity } tidak dipakai di sini. `/severity` mengenal { $known }.
refusal-not-a-severity = { $text } bukan tingkat keparahan. `/severity` mengenal { $known }.

refusal-empty = Isian "{ $field }" kosong. Tulis sesuatu lalu kirim lagi.
refusal-too-long = Isian "{ $field }" paling banyak { $limit } karakter. Persingkat lalu kirim lagi.
refusal-field-title = judul
refusal-field-impact = dampak
refusal-field-note = catatan
refusal-field-reason = alasan
refusal-field-know = yang kami tahu
refusal-field-doing = yang kami lakukan
refusal-field-fixed = apa solusinya

refusal-nobody-left = Tidak ada lagi yang bisa dipanggil untuk { $incident }: kebijakannya tidak punya langkah berikut. `/page` memanggil orang dengan nama.
refusal-nobody-on-call = Tidak ada petugas siaga untuk { $target }. `/page` dengan nama orang memanggil orang itu.
refusal-no-such-target = Tidak ada orang, layanan, atau jadwal bernama { $target }. `/page` memberi saran nama saat Anda mengetik.
refusal-nothing-to-keep-open = { $incident } memang terbuka: masih ada peringatan aktif, atau sudah ada yang membiarkannya terbuka. `/resolve` untuk menyelesaikan.
refusal-too-many-opened = { $number ->
   *[other] Anda membuka { $shown } insiden dalam satu jam terakhir; belum bisa lebih. Pakai `/note` di salah satunya, atau minta bantuan responder.
}
refusal-no-such-service = Tidak ada layanan bernama { $name }. `/incident open` mengenal { $known }.
refusal-no-services = Tidak ada layanan bernama { $name }, dan belum ada layanan yang diatur. Pakai `/incident open` tanpa `service`.
refusal-candidate-opened = Ini sudah dijawab: menjadi { $incident }. `/incident show` menjelaskan lebih lanjut.
refusal-candidate-declined = Ini sudah dijawab: bukan insiden. `/incident open` membuka insiden.
refusal-not-a-person = Itu bot atau orang di luar server ini. Pilih orang dari server ini.
refusal-bad-duration = "{ $text }" bukan lama waktu. Tulis menit, misalnya `30`, atau `45m`, `2h`.
refusal-no-such-runbook = Tidak ada panduan bernama { $name }. `/runbook search` mencari dengan kata.
refusal-stale-button = Tombol ini dari versi lama dan tidak berfungsi lagi. `/incident show` punya tombol baru.
refusal-foreign-server = Bot ini hanya bekerja di server asalnya. Pakai perintahnya di sana.
refusal-no-thread = { $incident } belum punya ruang. Tombol { $button } di bawah kartunya membuatkan ruang.

refusal-failed = Tidak berhasil; tidak ada yang berubah. Coba sekali lagi. Tercatat di log sebagai `{ $error }`.
