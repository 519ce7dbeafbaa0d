//! Purpose: the test of the test: bots that are broken on purpose must be caught, and for the right reason.

use crate::Args;
use crate::check::Kind;
use crate::points::one;

/// A bot that is broken, the write point at which it must die for it to show, and what the checker has to say.
struct Broken {
    name: &'static str,
    means: &'static str,
    point: &'static str,
    /// Which passing of it: the first message is a card, which the next change would bring again.
    nth: usize,
    kind: Kind,
}

const BROKEN: [Broken; 3] = [
    Broken {
        name: "nonce-off",
        means: "messages are sent without a nonce",
        point: "rest:answered POST /channels/{channel_id}/messages",
        nth: 1,
        kind: Kind::Doubled,
    },
    Broken {
        name: "receipt-first",
        means: "the receipt is written before the call",
        point: "rest:leaving POST /channels/{channel_id}/messages",
        nth: 10,
        kind: Kind::Lost,
    },
    Broken {
        name: "mark-apart",
        means: "a report is marked as decided before, and not with, its decision",
        point: "decide:marked-apart",
        nth: 1,
        kind: Kind::Lost,
    },
];

/// True when each is caught.
pub(crate) async fn run(args: &Args) -> bool {
    let mut caught = 0;
    let worlds = BROKEN.iter().map(|broken| one(&args.binary, &args.keep, Some(broken.name), broken.point, broken.nth));
    for (broken, ended) in BROKEN.iter().zip(futures_util::future::join_all(worlds).await) {
        let found = ended.verdict.violations.iter().find(|violation| violation.kind == broken.kind);
        match (found, ended.died) {
            (Some(violation), true) => {
                caught += 1;
                println!("{} ({}): caught: {}", broken.name, broken.means, violation.sentence);
            }
            (_, died) => println!(
                "{} ({}): NOT CAUGHT (died at the point: {died}, {} incidents, {:?})",
                broken.name,
                broken.means,
                ended.seen.incidents.len(),
                ended.verdict.violations
            ),
        }
    }
    println!("broken {}, caught {caught}", BROKEN.len());
    caught == BROKEN.len()
}
