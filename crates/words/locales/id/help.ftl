## Bantuan. Setiap teks muat satu layar dan 2.000 karakter.

help-start = **Siaga mengelola insiden di sini.** Peringatan membukanya, petugas siaga dipanggil, semua orang melihat kartu yang sama.
    - Ada yang rusak: `/incident open`
    - Anda dipanggil: ketuk { $acknowledge }, atau { $decline } dan orang berikutnya dipanggil
    - Apa yang terjadi: `/incident list`, `/incident show`
    - Beri kabar: `/update` untuk pemangku kepentingan, `/note` untuk lini masa
    - Minta bantuan: `/page` memanggil orang, `/escalate` ke langkah berikutnya
    - Sudah selesai: `/resolve`
    - Petugas siaga: `/oncall show`. Apa yang harus dilakukan: `/runbook search`
    Di ruang sebuah insiden, perintah berlaku untuk insiden itu.
    Lebih lanjut: `/help topic` dengan { $topics }.

help-paged = **Anda dipanggil**
    - { $acknowledge }: Anda yang menangani, orang lain tidak dipanggil. Tombol { $undo } melepasnya.
    - { $decline }: orang berikutnya langsung dipanggil. Tidak ada yang bertanya mengapa.
    - Tidak ada jawaban: langkah berikutnya diambil setelah waktu tunggu habis.
    - Anda menangani tetapi lama diam: Anda ditanya apakah masih menangani. Tanpa jawaban, eskalasi berlanjut.
    Tombol yang sama ada di ruang dan di pesan langsung. `/incident show` memberi ringkasan.

help-open = **Buka insiden**
    - `/incident open` dengan judul; layanan, tingkat keparahan, dan dampak membantu, tetapi bisa menyusul.
    - Atau buka menu sebuah pesan, Aplikasi, Buka insiden.
    - Lebih baik satu terlalu banyak daripada satu terlambat: `/severity` bisa menurunkannya nanti.
    Setiap orang boleh membuka tiga dalam satu jam. Petugas siaga layanan itu dipanggil bila tingkat keparahannya memanggil.

help-run = **Menjalankan insiden**
    - `/ack` untuk menangani. `/commander` menentukan siapa yang memimpin; hanya satu orang.
    - `/triage` menilai seberapa parah dengan dua pertanyaan dan menunjukkan akibatnya; `/severity` menetapkannya langsung.
    - `/page` memanggil orang, layanan, atau jadwal. `/escalate` mengambil langkah berikutnya sekarang.
    - `/note` dan menu pesan Catat di lini masa menyimpan yang penting.
    - `/incident merge` menggabungkan dua insiden. `/why` menjelaskan alasannya: tingkat keparahan ini, orang-orang ini.
    - `/resolve` menanyakan solusinya, dan memperingatkan selama masih ada peringatan aktif. `/incident reopen` bila ternyata belum selesai.
    - `/postmortem` menyimpan apa yang dipelajari; `/incident export` memberikan catatan lengkapnya.
    - Berlatih: `/drill start` dengan skenario. Hanya yang ikut yang dipanggil, pemangku kepentingan tidak diberi tahu, tidak ada yang dihitung.
    Semua peringatan pulih tidak pernah mengakhiri insiden yang sedang ditangani.

help-stakeholders = **Mengikuti insiden tanpa ikut menangani**
    - `/follow` memasukkan thread-nya ke daftarmu; dengan `notify` kamu dapat direct message tiap update, atau hanya saat berakhir.
    - `/update` (responder) menulis yang kami tahu, yang kami lakukan, dan kapan kabar berikutnya; bila tidak datang, ada pengingat.
    - `/mitigate` (responder) menyatakan dampaknya sudah teratasi dan penyebabnya belum; insiden tetap terbuka.
    - Channel status punya satu pesan per insiden yang selalu menunjukkan status sekarang, dan satu baris saat berakhir.

help-on-call = **Petugas siaga**
    - `/oncall take` mengambil alih sendiri untuk sementara, `/oncall give` meminta orang lain, `/oncall end` mengakhirinya lebih cepat.
    - `/silence create` menahan alert untuk sementara, `/silence list` menunjukkan apa yang di-silence; `[Silence]` di kartu untuk satu insiden.
    - `/oncall show` menunjukkan siapa yang siaga sekarang, sampai kapan, dan siapa berikutnya; dengan `service`, siapa yang akan dipanggil.
    - Jadwal dan kebijakan ada di siaga.toml dan berubah lewat tinjauan.
    - Bila tidak ada petugas siaga, langkah berikutnya langsung diambil dan ruang diberi tahu.

help-runbooks = **Panduan penanganan**
    - Tombol { $runbook } menampilkan panduan untuk insiden ini.
    - `/runbook search` mencarinya dan insiden lama dengan kata, `/runbook show` membukanya.
    - Panduan adalah berkas Markdown; pencocok di kepalanya menentukan untuk peringatan mana.
    - `/alerts quality` menunjukkan peringatan yang belum punya panduan atau hal lain, dan apa yang perlu ditambahkan.

help-access = **Siapa boleh apa**
    - Siapa pun yang bisa melihat channel insiden: mendaftar dan melihat insiden, alasan, ekspor, mengikuti, mutu peringatan, on-call, panduan.
    - Mereka juga membuka insiden; kalau itu akan mem-page orang, responder ditanya dulu.
    - Responder (sebuah role): semua hal lain dalam insiden. Siapa pun yang di-page untuk sebuah insiden dianggap responder di sana.
    - Admin (sebuah role, atau Manage Server): semuanya di setiap insiden, dan `/siaga status`. Tanpa role untuk responder, hanya mereka yang bisa bertindak.
    siaga.toml menamai role-nya, juga role lain untuk membaca, membuka, dan mem-page; admin server ini memberikannya.
