## Papan storm, akhirnya, dan yang dikatakan insiden tentangnya.

storm-headline = { $number ->
   *[other] Alert storm { $storm } · { $shown } alert digabung
}
storm-headline-over = { $number ->
   *[other] Alert storm { $storm } berakhir · { $shown } alert digabung
}
storm-what = Lebih dari { $rooms } insiden yang tidak mem-page siapa pun dibuka dalam { $within }. Insiden seperti itu kini tercantum di sini dan tidak mendapat kartu atau channel. Yang mem-page orang tetap mendapat channel-nya.
storm-what-over = Insiden yang tidak mem-page siapa pun tercantum di sini tanpa kartu atau channel. Yang baru kembali mendapat channel-nya.

storm-label-since = Sejak
storm-label-lasted = Lamanya
storm-label-alerts = Alert
storm-label-incidents = Insiden
storm-label-open = Terbuka
storm-label-ends = Berakhir

storm-alerts = { $firing } firing · { $over } resolved
storm-alerts-unfolded = { $shown } di insiden dengan kartu sendiri
storm-incidents = { $number ->
   *[other] { $shown } insiden
}
storm-services = { $number ->
   *[other] { $shown } layanan
}
storm-incidents-of = { $incidents } dari { $services }: { $open } terbuka · { $over } selesai
storm-incidents-unfolded = { $shown } dengan kartu sendiri
storm-ends = kalau tidak ada alert digabung selama { $quiet }

storm-worst = Terparah dulu
storm-still-open = Masih terbuka, terparah dulu
storm-nothing-open = Tidak ada lagi yang terbuka.
storm-line-alerts = { $number ->
   *[other] { $shown } alert
}
storm-line-firing = { $shown } firing
storm-more = dan { $shown } lagi: `/incident list`
storm-take = `/ack` dengan nomornya mengambil satu dan memberinya kartu serta channel.

storm-over = Alert storm { $storm } berakhir setelah { $lasted }. { $alerts } ke { $incidents } dari { $services }: { $open } masih terbuka, { $over } selesai.
storm-over-unfolded = { $number ->
   *[other] { $shown } mendapat kartu sendiri.
}
storm-over-alerts = { $number ->
   *[other] { $shown } alert digabung
}
storm-over-again = Insiden baru kembali mendapat channel-nya.

storm-why = Digabung ke alert storm { $storm }: lebih dari { $rooms } insiden yang tidak mem-page siapa pun dibuka dalam { $within } ({ $source }), jadi hanya papan storm yang menampilkannya.
storm-why-usual = Digabung ke alert storm { $storm }: lebih dari { $rooms } insiden yang tidak mem-page siapa pun dibuka dalam { $within } (nilai biasa [storm]), jadi hanya papan storm yang menampilkannya.
storm-why-unfolded = Sejak { $at } insiden ini mendapat semua yang dimiliki insiden lain.
