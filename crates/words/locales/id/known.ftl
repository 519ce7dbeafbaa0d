## Siapa yang lebih dulu tahu: bagian dari kalimat.

known-before = { $who }, { $lag } sebelum kita
known-after = { $who }, { $lag } setelah mulai
known-evidence = bukti
