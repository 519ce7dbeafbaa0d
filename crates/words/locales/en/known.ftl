## Who knew of it first: parts of sentences.

known-before = { $who }, { $lag } before us
known-after = { $who }, { $lag } after it began
known-evidence = evidence
