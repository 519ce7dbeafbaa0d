## Basis data tidak bisa dipakai: apa yang salah dan apa yang perlu dilakukan.

database-busy = Program lain memegang kunci basis data, jadi tidak ada yang bisa ditulis. Peringatan ditolak dengan 503 dan pengirim akan mengirim ulang. Cari programnya (shell SQLite, tugas penyalinan) lalu hentikan; Siaga lanjut sendiri.
database-full = Disk basis data penuh, jadi tidak ada yang bisa ditulis. Peringatan ditolak dengan 503 dan pengirim akan mengirim ulang. Kosongkan sebagian; Siaga lanjut sendiri.
database-read-only = Basis data hanya bisa dibaca. Peringatan ditolak dengan 503 dan pengirim akan mengirim ulang. Beri hak tulis atas berkas dan foldernya kepada pengguna yang menjalankan Siaga; Siaga lanjut sendiri.
database-damaged = Basis data rusak. Hentikan Siaga, simpan berkasnya, dan pasang cadangan terbaru: caranya ada di docs/backup.md.
database-slow = Basis data terlalu lambat menjawab. Peringatan ditolak dengan 503 dan pengirim akan mengirim ulang. Periksa disknya; Siaga lanjut sendiri.
database-unreachable = Basis data tidak bisa dibaca atau ditulis: disk melaporkan galat atau berkasnya hilang. Peringatan ditolak dengan 503 dan pengirim akan mengirim ulang. Periksa disknya; cara memulihkan ada di docs/backup.md.

database-refusal-busy = basis data dikunci program lain
database-refusal-full = disk penuh
database-refusal-read-only = basis data hanya bisa dibaca
database-refusal-damaged = basis data rusak
database-refusal-slow = basis data terlalu lambat
database-refusal-unreachable = basis data tidak terjangkau

database-back = Basis data bisa ditulis lagi. Sejak { $since } { $what }, dan peringatan ditolak dengan 503; pengirim akan mengirim ulang, dan yang sudah diterima tidak ada yang hilang.
database-was-busy = kuncinya dipegang program lain
database-was-full = disknya penuh
database-was-read-only = hanya bisa dibaca
database-was-damaged = rusak
database-was-slow = terlalu lambat
database-was-unreachable = tidak terjangkau
