## The database cannot be used: what is wrong and what to do.

database-busy = Another program holds the lock of the database, so nothing can be written. Alerts are refused with 503 and senders send them again. Find the program (an SQLite shell, a copy job) and end it; Siaga goes on by itself.
database-full = The disk of the database is full, so nothing can be written. Alerts are refused with 503 and senders send them again. Make room; Siaga goes on by itself.
database-read-only = The database is read-only. Alerts are refused with 503 and senders send them again. Give the user that runs Siaga the right to write the file and its folder; Siaga goes on by itself.
database-damaged = The database is damaged. Stop Siaga, keep the file, and put the newest backup in its place: docs/backup.md says how.
database-slow = The database answers too slowly. Alerts are refused with 503 and senders send them again. Look at the disk; Siaga goes on by itself.
database-unreachable = The database cannot be read or written: the disk reports errors or the file is gone. Alerts are refused with 503 and senders send them again. Look at the disk; docs/backup.md says how to restore.

database-refusal-busy = the database is locked by another program
database-refusal-full = the disk is full
database-refusal-read-only = the database is read-only
database-refusal-damaged = the database is damaged
database-refusal-slow = the database is too slow
database-refusal-unreachable = the database cannot be reached

database-back = The database can be written again. Since { $since } { $what }, and alerts were refused with 503; senders send them again, and nothing that was accepted is lost.
database-was-busy = another program held its lock
database-was-full = the disk was full
database-was-read-only = it could only be read
database-was-damaged = it was damaged
database-was-slow = it was too slow
database-was-unreachable = it could not be reached
