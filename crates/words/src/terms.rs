//! Purpose: words for the few things a fact can be: impact, urgency, ways of a page, who knew first, what lacks.

use domain::incident::AskedWhy;
use domain::postmortem::Gap;
use domain::setup::Language;
use domain::triage::{Impact, Urgency};
use domain::{KnownBy, PageVia};

use crate::cut;
use crate::list::and;
use crate::say::say;
use crate::text::name;

/// How many are hurt, as a part of a sentence.
pub fn impact(impact: Impact, lang: Language) -> String {
    match impact {
        Impact::Most => say!(lang, "terms-impact-most"),
        Impact::Many => say!(lang, "terms-impact-many"),
        Impact::Few => say!(lang, "terms-impact-few"),
        Impact::Nobody => say!(lang, "terms-impact-nobody"),
    }
}

/// How fast it must end, as a part of a sentence.
pub fn urgency(urgency: Urgency, lang: Language) -> String {
    match urgency {
        Urgency::Now => say!(lang, "terms-urgency-now"),
        Urgency::Hours => say!(lang, "terms-urgency-hours"),
        Urgency::Later => say!(lang, "terms-urgency-later"),
    }
}

/// Why the holder of an incident is asked, as a part of a sentence.
pub(crate) fn asked(why: AskedWhy, lang: Language) -> String {
    match why {
        AskedWhy::Worse => say!(lang, "terms-asked-worse"),
        AskedWhy::FiresAgain => say!(lang, "terms-asked-fires-again"),
        AskedWhy::Unreadable => say!(lang, "terms-asked-unreadable"),
        AskedWhy::Raised => say!(lang, "terms-asked-raised"),
        AskedWhy::Merged => say!(lang, "terms-asked-merged"),
        AskedWhy::Account => say!(lang, "terms-asked-account"),
        AskedWhy::SilenceOver => say!(lang, "terms-asked-silence-over"),
    }
}

/// A way of a page.
pub fn via(via: PageVia, lang: Language) -> String {
    match via {
        PageVia::Room => say!(lang, "terms-via-room"),
        PageVia::Direct => say!(lang, "terms-via-direct"),
        PageVia::Way(way) => ways::name(&way, lang).to_owned(),
    }
}

/// Who knew first.
pub fn known_by(by: KnownBy, lang: Language) -> String {
    match by {
        KnownBy::Monitor => say!(lang, "terms-known-monitor"),
        KnownBy::Teammate => say!(lang, "terms-known-teammate"),
        KnownBy::UserReport => say!(lang, "terms-known-user-report"),
        KnownBy::Outside => say!(lang, "terms-known-outside"),
    }
}

/// What a postmortem still lacks.
pub fn gap(gap: &Gap, lang: Language) -> String {
    match gap {
        Gap::CoreProblem => say!(lang, "terms-gap-core-problem"),
        Gap::RootCause => say!(lang, "terms-gap-root-cause"),
        Gap::Lessons => say!(lang, "terms-gap-lessons"),
        Gap::Collateral { units } => {
            let units: Vec<String> = units.iter().map(|unit| name(unit)).collect();
            say!(lang, "terms-gap-collateral", units = cut(&units.join(", "), 300))
        }
        Gap::ActionItems => say!(lang, "terms-gap-action-items"),
        Gap::Proof => say!(lang, "terms-gap-proof"),
        Gap::Detection => say!(lang, "terms-gap-detection"),
    }
}

/// All that lacks, as a part of a sentence.
pub(crate) fn gaps(gaps: &[Gap], lang: Language) -> String {
    and(&gaps.iter().map(|one| gap(one, lang)).collect::<Vec<_>>(), lang)
}
