## Words for the few things a fact can be. Parts of sentences.

terms-impact-most = most customers affected
terms-impact-many = many customers affected
terms-impact-few = few customers affected
terms-impact-nobody = no customer affected

terms-urgency-now = urgent
terms-urgency-hours = within hours
terms-urgency-later = it can wait

terms-via-room = the mention
terms-via-direct = the direct message

terms-known-monitor = a monitor of ours
terms-known-teammate = a teammate
terms-known-user-report = a user
terms-known-outside = somebody outside

terms-gap-core-problem = the core problem
terms-gap-root-cause = the root cause
terms-gap-lessons = the lessons
terms-gap-collateral = affected dependents (not checked: { $units })
terms-gap-action-items = an action item with owner and date
terms-gap-proof = the prevention: what keeps it from coming back unseen
terms-gap-detection = who knew first
terms-asked-worse = a worse alert joined
terms-asked-fires-again = an alert fires again
terms-asked-unreadable = something else came that nobody could read
terms-asked-raised = somebody raised the severity
terms-asked-account = the configuration has another Discord account for you
terms-asked-merged = another incident was merged into it
terms-asked-silence-over = its silence is over, and alerts still fire
