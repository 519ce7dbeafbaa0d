## Kenapa sebuah alert berbuat sesuatu atau tidak: statusnya, dan apa yang dilakukan laporan terakhirnya.

report-head = { $integration }, laporan { $number }
report-fires-in = Masih firing, di { $incident }.
report-fires = Masih firing.
report-fires-on = Masih firing, walau { $incident } sudah diakhiri orang.
report-over = Sudah resolved: itu dinyatakan { $at }.
report-over-with = Sudah selesai bersama { $incident }: pengirimnya tidak pernah menyatakan resolved.
report-expired = Sudah selesai: terlalu lama tidak ada kabarnya.
report-nothing-fires = Tidak ada yang firing.
report-senders = Diberitakan { $shown } pengirim, masing-masing dengan waktu mulai sendiri. Selesai kalau semuanya menyatakan resolved.
report-again = , { $shown } kali:
report-several = Ada beberapa alert dengan kata-kata ini. Pilih dari saran `alert`, atau ketik judulnya lebih lengkap:
report-none = Tidak ada alert di laporan terakhir dengan “{ $typed }” di judulnya, dan tidak ada laporan bernomor itu.
report-skipped = { $at } *{ $integration }* mengirim ini, dan ini bukan alert karena `when` integrasi itu bilang begitu: { $said }
report-refused = { $at } sebuah pesan chat cocok dengan *{ $integration }*, dan itu bukan alert karena penulisnya tidak termasuk `authors`: { $said }

report-opened = membuka { $incident }.
report-went-through = tidak ada yang menghentikannya.
report-failed = tidak bisa diputuskan karena kesalahan di Siaga. Operator sudah diberi tahu.
report-before-in = masuk ke { $incident }. Yang memutuskan versi lama, yang tidak mencatat alasannya.
report-before = tidak membuka apa-apa. Yang memutuskan versi lama, yang tidak mencatat alasannya.
report-stopped = berhenti di *{ $what }*: { $why }
report-an-incident = sebuah insiden
