## Siapa yang siaga, dan siapa yang dipanggil oleh sebuah kebijakan.

on-call-person = Petugas siaga { $what }: { $who } sampai { $until }; setelah itu { $next }.
on-call-alone = Petugas siaga { $what }: { $who }, sendirian dalam rotasi; serah terima berikutnya { $handoff }.
on-call-gap = Tidak ada petugas siaga untuk { $what }. Panggilan lanjut ke langkah berikutnya; `/page` memanggil orang dengan nama.
on-call-no-schedules = Belum ada jadwal, jadi tidak ada petugas siaga. `/page` memanggil orang dengan nama.

on-call-policy = Kebijakan { $policy } memanggil:
on-call-step = { $number }. { $who }, lalu menunggu { $wait }
# Berdiri di antara orang-orang dalam satu langkah.
on-call-step-gap = tidak ada (belum ada petugas siaga untuk { $what })
on-call-more-steps = { $number ->
   *[other] dan { $shown } langkah lagi
}
on-call-repeat = { $times ->
   *[other] Semuanya diulang { $times } kali lagi bila tidak ada yang menanggapi.
}
