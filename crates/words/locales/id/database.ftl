## Database tidak bisa dipakai: apa yang salah dan apa yang perlu dilakukan.

database-busy = Program lain memegang kunci database, jadi tidak ada yang bisa ditulis. Alert ditolak dengan 503 dan pengirim akan mengirim ulang. Cari programnya (shell SQLite, tugas penyalinan) lalu hentikan; Siaga lanjut sendiri.
database-full = Disk database penuh, jadi tidak ada yang bisa ditulis. Alert ditolak dengan 503 dan pengirim akan mengirim ulang. Kosongkan sebagian; Siaga lanjut sendiri.
database-read-only = Database hanya bisa dibaca. Alert ditolak dengan 503 dan pengirim akan mengirim ulang. Beri hak tulis atas file dan foldernya kepada pengguna yang menjalankan Siaga; Siaga lanjut sendiri.
database-damaged = Database rusak. Hentikan Siaga, simpan file-nya, dan pasang cadangan terbaru: caranya ada di docs/backup.md.
database-slow = Database terlalu lambat menjawab. Alert ditolak dengan 503 dan pengirim akan mengirim ulang. Periksa disknya; Siaga lanjut sendiri.
database-unreachable = Database tidak bisa dibaca atau ditulis: disk melaporkan error atau file-nya hilang. Alert ditolak dengan 503 dan pengirim akan mengirim ulang. Periksa disknya; cara memulihkan ada di docs/backup.md.

database-refusal-busy = database dikunci program lain
database-refusal-full = disk penuh
database-refusal-read-only = database hanya bisa dibaca
database-refusal-damaged = database rusak
database-refusal-slow = database terlalu lambat
database-refusal-unreachable = database tidak terjangkau

database-back = Database bisa ditulis lagi. Sejak { $since } { $what }, dan alert ditolak dengan 503; pengirim akan mengirim ulang, dan yang sudah diterima tidak ada yang hilang.
database-was-busy = kuncinya dipegang program lain
database-was-full = disknya penuh
database-was-read-only = hanya bisa dibaca
database-was-damaged = rusak
database-was-slow = terlalu lambat
database-was-unreachable = tidak terjangkau
