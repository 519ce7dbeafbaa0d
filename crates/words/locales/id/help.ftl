## Bantuan. Setiap teks muat satu layar dan 2.000 karakter.

help-start = **Siaga mengelola insiden di sini.** Alert membukanya, on-call di-page, semua orang melihat kartu yang sama.
    - Ada yang rusak: `/incident open`
    - Kamu di-page: ketuk { $acknowledge }, atau { $decline } dan orang berikutnya di-page
    - Apa yang terjadi: `/incident list`, `/incident show`
    - Beri kabar: `/update` untuk stakeholder, `/note` untuk timeline
    - Minta bantuan: `/page` mem-page orang, `/escalate` ke langkah berikutnya
    - Sudah selesai: `/resolve`
    - On-call: `/oncall show`. Apa yang harus dilakukan: `/runbook search`
    Di channel sebuah insiden, perintah berlaku untuk insiden itu.
    Lebih lanjut: `/help topic` dengan { $topics }.

help-paged = **Kamu di-page**
    - { $acknowledge }: kamu yang menangani, orang lain tidak di-page. Tombol { $undo } melepasnya.
    - { $decline }: orang berikutnya langsung di-page. Tidak ada yang bertanya kenapa.
    - Tidak ada jawaban: langkah berikutnya diambil setelah waktu tunggu habis.
    - Kamu menangani tetapi lama diam: kamu ditanya apakah masih menangani. Tanpa jawaban, eskalasi berlanjut.
    Tombol yang sama ada di channel dan di DM. `/incident show` memberi ringkasan.

help-open = **Buka insiden**
    - `/incident open` dengan judul; layanan, severity, dan dampak membantu, tetapi bisa menyusul.
    - Atau buka menu sebuah pesan, Aplikasi, Buka insiden.
    - Lebih baik satu terlalu banyak daripada satu terlambat: `/severity` bisa menurunkannya nanti.
    Setiap orang boleh membuka tiga dalam satu jam. On-call layanan itu di-page kalau severity-nya mem-page.

help-run = **Menjalankan insiden**
    - `/ack` untuk menangani. `/commander` menentukan siapa yang memimpin; hanya satu orang.
    - `/triage` menilai seberapa parah dengan dua pertanyaan dan menunjukkan akibatnya; `/severity` menetapkannya langsung.
    - `/page` mem-page orang, layanan, atau jadwal. `/escalate` mengambil langkah berikutnya sekarang.
    - `/note` dan menu pesan Catat di timeline menyimpan yang penting.
    - `/incident merge` menggabungkan dua insiden. `/why` menjelaskan alasannya: severity ini, orang-orang ini.
    - `/resolve` menanyakan solusinya, dan mengingatkan selama masih ada alert firing. `/incident reopen` kalau ternyata belum selesai.
    - `/postmortem` menyimpan apa yang dipelajari; `/incident export` memberikan catatan lengkapnya.
    - Berlatih: `/drill start` dengan skenario. Hanya yang ikut yang di-page, stakeholder tidak diberi tahu, tidak ada yang dihitung.
    Semua alert resolved tidak pernah mengakhiri insiden yang sedang ditangani.

help-stakeholders = **Mengikuti insiden tanpa ikut menangani**
    - `/follow` memasukkan thread-nya ke daftarmu; dengan `notify` kamu dapat DM tiap update, atau hanya saat berakhir.
    - `/update` (responder) menulis yang kami tahu, yang kami lakukan, dan kapan kabar berikutnya; kalau tidak datang, ada pengingat.
    - `/mitigate` (responder) menyatakan dampaknya sudah teratasi dan penyebabnya belum; insiden tetap terbuka.
    - Channel status punya satu pesan per insiden yang selalu menunjukkan status sekarang, dan satu baris saat berakhir.

help-on-call = **On-call**
    - `/oncall show` menunjukkan siapa yang on-call sekarang, sampai kapan, dan siapa berikutnya; dengan `service`, siapa yang akan di-page.
    - `/oncall take` mengambil alih sendiri untuk sementara, `/oncall give` meminta orang lain, `/oncall end` mengakhirinya lebih cepat.
    - `/silence create` menahan alert untuk sementara, `/silence list` menunjukkan apa yang di-silence; `[Silence]` di kartu untuk satu insiden.
    - Jadwal dan kebijakan ada di siaga.toml dan berubah lewat review.
    - Kalau tidak ada on-call, langkah berikutnya langsung diambil dan channel diberi tahu.

help-runbooks = **Runbook**
    - Tombol { $runbook } menampilkan runbook untuk insiden ini.
    - `/runbook search` mencarinya dan insiden lama dengan kata, `/runbook show` membukanya.
    - Runbook adalah file Markdown; matcher di kepalanya menentukan untuk alert mana.
    - `/alerts quality` menunjukkan alert yang belum punya runbook atau hal lain, dan apa yang perlu ditambahkan.

help-access = **Siapa boleh apa**
    - Siapa pun yang bisa melihat channel insiden: mendaftar dan melihat insiden, alasan, ekspor, mengikuti, kualitas alert, on-call, runbook.
    - Mereka juga membuka insiden; kalau itu akan mem-page orang, responder ditanya dulu.
    - Responder (sebuah role): semua hal lain dalam insiden. Siapa pun yang di-page untuk sebuah insiden dianggap responder di sana.
    - Admin (sebuah role, atau Manage Server): semuanya di setiap insiden, dan `/siaga status`. Tanpa role untuk responder, hanya mereka yang bisa bertindak.
    siaga.toml menamai role-nya, juga role lain untuk membaca, membuka, dan mem-page; admin server ini memberikannya.
