## Kata untuk beberapa hal yang bisa terjadi. Bagian dari kalimat.

terms-impact-most = sebagian besar terdampak
terms-impact-many = banyak yang terdampak
terms-impact-few = sedikit yang terdampak
terms-impact-nobody = tidak ada orang luar yang merasakan

terms-urgency-now = harus berakhir sekarang
terms-urgency-hours = boleh beberapa jam
terms-urgency-later = bisa menunggu

terms-via-room = mention
terms-via-direct = DM

terms-known-monitor = monitor kita
terms-known-teammate = rekan tim
terms-known-user-report = pengguna
terms-known-outside = orang luar

terms-gap-core-problem = masalah inti
terms-gap-root-cause = akar masalah
terms-gap-lessons = pelajaran
terms-gap-collateral = dependen terdampak (belum diperiksa: { $units })
terms-gap-action-items = tindak lanjut dengan penanggung jawab dan tanggal
terms-gap-proof = pencegahan: bukti kalau terulang pasti ketahuan
terms-gap-detection = siapa yang lebih dulu tahu
terms-asked-worse = alert yang lebih parah bergabung
terms-asked-fires-again = ada alert firing lagi
terms-asked-unreadable = ada kiriman lain yang tidak bisa dibaca
terms-asked-raised = severity-nya dinaikkan
terms-asked-account = konfigurasi kini menyebut akun Discord lain untuk kamu
terms-asked-merged = insiden lain digabungkan ke sini
terms-asked-silence-over = silence-nya berakhir, dan alert masih firing
