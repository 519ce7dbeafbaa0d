## Jawaban `/siaga`.

siaga-ok = baik
siaga-not-ok = bermasalah
siaga-part = { $name }: { $state }, { $sentence }
siaga-open = Terbuka: { $number ->
    [0] tidak ada insiden
   *[other] { $count } insiden
}.
siaga-stale = { $number ->
   *[other] { $count } alert tidak terdengar lagi selama tiga kali jeda pengirimnya: apakah pengirimnya masih berjalan?
}
siaga-month = 30 hari terakhir: { $number ->
    [0] tidak ada insiden.
   *[other] { $count } insiden.
}
siaga-first = Kita lebih dulu tahu pada { $us } dari { $all } ({ $percent }%).
siaga-first-by = Yang lebih dulu tahu: { $list }.
siaga-first-one = { $who } { $number }
siaga-acknowledged = Ada yang menangani setelah { $median } (median).
siaga-resolved = Selesai setelah { $median } (median).
siaga-postmortems = Postmortem yang harus ditulis: { $list }.
siaga-actions = Tindak lanjut belum selesai: { $number }. Tandai selesai dengan `/postmortem` di channel-nya.
siaga-test-heading = Page uji untuk { $who }:
siaga-test-arrived = { $via }: sampai
siaga-test-failed = { $via }: tidak sampai. { $reason }
siaga-test-content = { $who }, ini page uji dari { $by }. Tidak ada yang rusak, dan kamu tidak perlu menjawab.
siaga-test-no-member = bukan anggota server ini
siaga-test-refused = Discord menolak ({ $reason })
