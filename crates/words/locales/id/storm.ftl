## Papan badai, akhirnya, dan yang dikatakan insiden tentangnya.

storm-headline = { $number ->
   *[other] Badai { $storm } · { $shown } peringatan dilipat
}
storm-headline-over = { $number ->
   *[other] Badai { $storm } berakhir · { $shown } peringatan dilipat
}
storm-what = Lebih dari { $rooms } insiden yang tidak memanggil siapa pun dibuka dalam { $within }. Insiden seperti itu kini tercantum di sini dan tidak mendapat kartu atau ruang. Yang memanggil orang tetap mendapat ruangnya.
storm-what-over = Insiden yang tidak memanggil siapa pun tercantum di sini tanpa kartu atau ruang. Yang baru kembali mendapat ruangnya.

storm-label-since = Sejak
storm-label-lasted = Lamanya
storm-label-alerts = Peringatan
storm-label-incidents = Insiden
storm-label-open = Terbuka
storm-label-ends = Berakhir

storm-alerts = { $firing } aktif · { $over } pulih
storm-alerts-unfolded = { $shown } di insiden dengan kartu sendiri
storm-incidents = { $number ->
   *[other] { $shown } insiden
}
storm-services = { $number ->
   *[other] { $shown } layanan
}
storm-incidents-of = { $incidents } dari { $services }: { $open } terbuka · { $over } selesai
storm-incidents-unfolded = { $shown } dengan kartu sendiri
storm-ends = bila tidak ada peringatan dilipat selama { $quiet }

storm-worst = Terparah dulu
storm-still-open = Masih terbuka, terparah dulu
storm-nothing-open = Tidak ada lagi yang terbuka.
storm-line-alerts = { $number ->
   *[other] { $shown } peringatan
}
storm-line-firing = { $shown } aktif
storm-more = dan { $shown } lagi: `/incident list`
storm-take = `/ack` dengan nomornya mengambil satu dan memberinya kartu serta ruang.

storm-over = Badai { $storm } berakhir setelah { $lasted }. { $alerts } ke { $incidents } dari { $services }: { $open } masih terbuka, { $over } selesai.
storm-over-unfolded = { $number ->
   *[other] { $shown } mendapat kartu sendiri.
}
storm-over-alerts = { $number ->
   *[other] { $shown } peringatan dilipat
}
storm-over-again = Insiden baru kembali mendapat ruangnya.

storm-why = Dilipat ke badai { $storm }: lebih dari { $rooms } insiden yang tidak memanggil siapa pun dibuka dalam { $within } ({ $source }), jadi hanya papan badai yang menampilkannya.
storm-why-usual = Dilipat ke badai { $storm }: lebih dari { $rooms } insiden yang tidak memanggil siapa pun dibuka dalam { $within } (nilai biasa [storm]), jadi hanya papan badai yang menampilkannya.
storm-why-unfolded = Sejak { $at } insiden ini mendapat semua yang dimiliki insiden lain.
