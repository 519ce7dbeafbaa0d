## Siaga sedang tidak sehat, dan mengatakannya.

watch-discord-down = Discord tidak terjangkau sejak { $time } lalu.
watch-page-stuck = Sebuah page belum sampai ke Discord selama { $time }.
watch-journal-old = Sebuah alert yang sudah diterima belum diputuskan selama { $time }.
watch-gateway-away = Perintah dan tombol tidak menjawab selama { $time }.
watch-held-back = Pengawas luar tidak lagi dikabari, jadi ia akan mem-page orang: { $why } `siaga doctor` memberi tahu apa yang perlu dilakukan.
watch-well-again = Semuanya baik lagi; pengawas luar dikabari kembali.
watch-alarm-title = Siaga tidak sehat: page mungkin tidak sampai
watch-alarm-what-to-do = Pantau sendiri monitornya sampai ini selesai. Di mesin bot, `siaga doctor` memberi tahu apa yang perlu dilakukan.
watch-alarm-over-title = Siaga sehat lagi
watch-alarm-over = Page keluar lagi. Yang tertunda dikirim sekarang.
watch-alarm-footer = Kamu menerima ini karena disebut di [watch] alarm.
