## Pertanyaan apakah sebuah baris obrolan adalah insiden.

candidate-question = Apakah ini insiden? Judulnya akan menjadi: { $title }
candidate-opened = { $who } membuka { $incident }.
candidate-opened-room = { $who } membuka { $incident }: { $room }
candidate-declined = Bukan insiden, kata { $who }.
candidate-opening-question = { $who } minta membuka insiden { $severity }, yang akan mem-page orang. Apakah ini insiden? Judulnya akan menjadi: { $title }
candidate-opening-confirmed = Menyetujui pembukaan yang diminta { $who }.
