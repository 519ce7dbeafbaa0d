## What pages or ends something says so on its button (at most 80 characters) and asks once.

sure-raise = Raise { $incident } from { $from } to { $to }?
sure-button-raise = Raise to { $severity }
sure-button-raise-people = Raise to { $severity } (pages people)
sure-button-raise-pages = Raise to { $severity } (pages { $who })
sure-merge = Merge { $incident } into { $into }? { $incident } ends, its alerts and followers go on there.
sure-merge-pages = That pages { $who }.
sure-merge-stops = Pages to { $who } stop.
sure-button-merge = Merge into { $into }
sure-button-merge-pages = Merge into { $into } (pages { $who })
sure-give-back = You have had { $incident } for { $after }. Give it back?
sure-give-back-pages = That pages { $who } now.
sure-button-give-back = Give it back
sure-button-give-back-pages = Give it back (pages { $who })
sure-button-no = Leave it as it is
sure-nothing = Nothing was changed.
sure-close = Close it? By closing it you say:
sure-close-knew = - Knew first: { $by }.
sure-close-clear = - Not affected: { $units }.
sure-button-close = Yes, close it
sure-button-undo-pages = Undo (pages { $who })
sure-button-undo-decline = Undo: I have it

# A form: title and label have at most 45 characters.
sure-form-lower = Lower { $incident } to { $to }
sure-form-raise = Raise { $incident } to { $to }
sure-form-why = Why?
sure-form-stops = Why? Pages stop: { $who }
sure-form-has-it = Why? { $who } has it
sure-form-pages = Why? Pages { $who }
sure-form-hint = Only the crawler is slow
sure-typed = You wrote: { $reason }
