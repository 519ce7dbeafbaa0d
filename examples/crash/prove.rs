//! Purpose: the test of the test: bots that are broken on purpose must be caught, and for the right reason; the whole one passes.

use futures_util::future::join_all;

use crate::Args;
use crate::check::Kind;
use crate::points::{Ended, one};
use crate::stories::Story;

/// A bot that is broken, the write point at which it must die for it to show, and what the checker has to say.
struct Broken {
    name: &'static str,
    means: &'static str,
    story: Story,
    /// None: the story ends it.
    point: Option<&'static str>,
    /// At which passings of it: a lost card would come again with the next change, a lost page may be answered.
    passings: &'static [usize],
    kind: Kind,
    /// Part of what the checker says.
    says: &'static str,
}

/// Somebody is not called.
const fn unrung(name: &'static str, means: &'static str, says: &'static str) -> Broken {
    Broken { name, means, story: Story::Rings, point: None, passings: &[1], kind: Kind::Unrung, says }
}

/// Somebody is called too often, or not told.
const fn calls(name: &'static str, means: &'static str, kind: Kind, says: &'static str) -> Broken {
    Broken { name, means, story: Story::Calls, point: None, passings: &[1], kind, says }
}

const BROKEN: [Broken; 13] = [
    Broken {
        name: "nonce-off",
        means: "messages are sent without a nonce",
        story: Story::Incidents,
        point: Some("rest:answered POST /channels/{channel_id}/messages"),
        passings: &[1],
        kind: Kind::Doubled,
        says: "",
    },
    Broken {
        name: "receipt-first",
        means: "the receipt is written before the call",
        story: Story::Incidents,
        point: Some("rest:leaving POST /channels/{channel_id}/messages"),
        passings: &[15, 20],
        kind: Kind::Lost,
        says: "",
    },
    Broken {
        name: "mark-apart",
        means: "a report is marked as decided before, and not with, its decision",
        story: Story::Incidents,
        point: Some("decide:marked-apart"),
        passings: &[1],
        kind: Kind::Lost,
        says: "",
    },
    unrung("steps-lost", "the timers of steps are lost at a restart", "by the time of step 2"),
    unrung("decline-stays", "a page that somebody cannot take does not move on", "rina could not take it"),
    unrung("reopened-silent", "what a person opens again calls nobody", "a person opened it again, and nobody had it"),
    unrung("worse-silent", "what somebody has becomes worse and calls nobody", "a worse alert joined"),
    unrung("silence-stays", "a silence is over and what it held back calls nobody", "its silence is over"),
    unrung("sign-not-missed", "who has it gives no sign, and the policy does not go on", "and gave no sign"),
    calls(
        "last-line-lost",
        "one direct message for many incidents does not name the last one",
        Kind::Lost,
        "direct messages that page rina: 0 instead of 1",
    ),
    calls("flap-pages", "what flaps pages anew each time", Kind::Doubled, "flaps, and rang rina by"),
    calls(
        "departure-waits",
        "whoever left is waited for as if they were there",
        Kind::Unrung,
        "was called, and left at",
    ),
    unrung("never-again", "what a person ended and fires on never opens again", "nobody has it"),
];

/// True when each is caught, and the whole one is not.
pub(crate) async fn run(args: &Args) -> bool {
    let world = |name: Option<&'static str>, story: Story, point: Option<(&'static str, usize)>| {
        one(&args.binary, &args.keep, name, story, point)
    };
    let worlds = BROKEN.iter().map(|broken| {
        let deaths = broken.passings.iter();
        join_all(deaths.map(|nth| world(Some(broken.name), broken.story, broken.point.map(|point| (point, *nth)))))
    });
    let whole = [Story::Rings, Story::Calls].map(|story| world(None, story, None));
    let (whole, worlds) = tokio::join!(join_all(whole), join_all(worlds));
    let mut caught = 0;
    for (broken, ended) in BROKEN.iter().zip(worlds) {
        let mut violations = ended.iter().filter(|ended| ended.died).flat_map(|ended| &ended.verdict.violations);
        match violations.find(|one| one.kind == broken.kind && one.sentence.contains(broken.says)) {
            Some(violation) => {
                caught += 1;
                println!("{} ({}): caught: {}", broken.name, broken.means, violation.sentence);
            }
            None => println!(
                "{} ({}): NOT CAUGHT (died: {:?}): {:?}",
                broken.name,
                broken.means,
                ended.iter().map(|ended| ended.died).collect::<Vec<_>>(),
                ended.iter().flat_map(|ended| &ended.verdict.violations).collect::<Vec<_>>()
            ),
        }
    }
    let passes = whole.iter().all(|Ended { died, verdict }| *died && verdict.violations.is_empty());
    let says = if passes { "passes" } else { "DOES NOT PASS" };
    let owed: usize = whole.iter().flat_map(|ended| ended.verdict.owed.values()).sum();
    println!("the whole one: {says}; somebody had to be called {owed} times");
    for violation in whole.iter().flat_map(|ended| &ended.verdict.violations) {
        println!("the whole one: {violation:?}");
    }
    println!("broken {}, caught {caught}", BROKEN.len());
    caught == BROKEN.len() && passes
}
