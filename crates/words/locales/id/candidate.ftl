## Pertanyaan apakah sebuah pesan chat adalah insiden.

candidate-question = Apakah ini insiden? Judulnya akan menjadi: { $title }
candidate-withdrawn = Tidak ada lagi yang mengatakannya: barisnya dihapus atau diubah sebelum ada yang menjawab.
candidate-over = Sudah selesai sebelum ada yang menjawab: { $title }
candidate-people = { $people } orang mengatakannya: { $names }.
candidate-people-more = { $people } orang mengatakannya: { $names } dan { $more } lainnya.
candidate-known = Sudah diketahui: { $incident }.
candidate-known-room = Sudah diketahui: { $incident }, { $room }.
candidate-known-opened = Sudah diketahui: { $incident }, dibuka oleh { $who }.
candidate-known-opened-room = Sudah diketahui: { $incident }, dibuka oleh { $who }: { $room }
candidate-opened = { $who } membuka { $incident }.
candidate-opened-room = { $who } membuka { $incident }: { $room }
candidate-declined = Ditandai bukan insiden oleh { $who }.
candidate-opening-question = { $who } minta membuka insiden { $severity }, yang akan mem-page orang. Apakah ini insiden? Judulnya akan menjadi: { $title }
candidate-opening-confirmed = Menyetujui pembukaan yang diminta { $who }.
