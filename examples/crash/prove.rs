//! Purpose: the test of the test: bots that are broken on purpose must be caught, and for the right reason.

use futures_util::future::join_all;

use crate::Args;
use crate::check::Kind;
use crate::points::one;
use crate::stories::Story;

/// A bot that is broken, the write point at which it must die for it to show, and what the checker has to say.
struct Broken {
    name: &'static str,
    means: &'static str,
    point: &'static str,
    /// At which passings of it: a lost card would come again with the next change, a lost page may be answered.
    passings: &'static [usize],
    kind: Kind,
}

const BROKEN: [Broken; 3] = [
    Broken {
        name: "nonce-off",
        means: "messages are sent without a nonce",
        point: "rest:answered POST /channels/{channel_id}/messages",
        passings: &[1],
        kind: Kind::Doubled,
    },
    Broken {
        name: "receipt-first",
        means: "the receipt is written before the call",
        point: "rest:leaving POST /channels/{channel_id}/messages",
        passings: &[15, 20],
        kind: Kind::Lost,
    },
    Broken {
        name: "mark-apart",
        means: "a report is marked as decided before, and not with, its decision",
        point: "decide:marked-apart",
        passings: &[1],
        kind: Kind::Lost,
    },
];

/// True when each is caught.
pub(crate) async fn run(args: &Args) -> bool {
    let mut caught = 0;
    let worlds = BROKEN.iter().map(|broken| {
        let deaths = broken.passings.iter();
        join_all(
            deaths.map(|nth| one(&args.binary, &args.keep, Some(broken.name), Story::Incidents, broken.point, *nth)),
        )
    });
    for (broken, ended) in BROKEN.iter().zip(join_all(worlds).await) {
        let mut violations = ended.iter().filter(|ended| ended.died).flat_map(|ended| &ended.verdict.violations);
        match violations.find(|violation| violation.kind == broken.kind) {
            Some(violation) => {
                caught += 1;
                println!("{} ({}): caught: {}", broken.name, broken.means, violation.sentence);
            }
            None => println!(
                "{} ({}): NOT CAUGHT (died at the point: {:?})",
                broken.name,
                broken.means,
                ended.iter().map(|ended| ended.died).collect::<Vec<_>>()
            ),
        }
    }
    println!("broken {}, caught {caught}", BROKEN.len());
    caught == BROKEN.len()
}
