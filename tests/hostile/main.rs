//! Hostile input, for every parser: the committed corpus and a bounded number of mutations of it. The same functions run
//! for as long as one likes under `cargo fuzz` (CONTRIBUTING, "Fuzz").
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests")]

#[path = "../../fuzz/src/lib.rs"]
mod fuzz;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

/// Mutations of each target. The order is fixed: what fails once fails always.
const MUTATIONS: usize = 300;
/// A slow machine tries fewer of them.
const LONGEST: Duration = Duration::from_millis(400);
/// No input may keep a parser busy for longer, in a build without optimization and beside other tests.
const BUSY: Duration = Duration::from_secs(15);

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn tried(target: &str, input: &[u8]) {
    let began = Instant::now();
    let went = catch_unwind(AssertUnwindSafe(|| fuzz::run(target, input)));
    let took = began.elapsed();
    if went.is_err() || took > BUSY {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("hostile-{target}"));
        std::fs::write(&kept, input).unwrap();
        let shown: String = String::from_utf8_lossy(input).chars().take(2_000).collect();
        panic!("{target} fails within {took:?} on the input kept in {}:\n{shown:?}", kept.display());
    }
}

fn hold(target: &str) {
    // Where one input is a whole configuration or a whole life of an incident, some of the texts are left to the fuzzers.
    let every = match target {
        "commands" | "scenario" | "stored" => 9,
        "card" | "configuration" | "runbook" | "times" | "words" => 3,
        _ => 1,
    };
    let inputs = fuzz::inputs::of(target, &folder(), every);
    inputs.iter().for_each(|input| tried(target, input));
    fuzz::inputs::large(target).iter().for_each(|input| tried(target, input));
    let mut random = Random(0x51A6_A000 + target.len() as u64);
    let deadline = Instant::now() + LONGEST;
    for _ in 0..MUTATIONS {
        if Instant::now() > deadline {
            break;
        }
        let mut input = random.of(&inputs).clone();
        for _ in 0..=random.below(4) {
            let other = random.of(&inputs);
            mutate(&mut input, other, &mut random);
        }
        tried(target, &input);
    }
}

macro_rules! targets {
    ($($name:ident)+) => {
        $(#[test]
        fn $name() {
            hold(stringify!($name));
        })+

        #[test]
        fn every_target_is_tried_and_has_a_fuzzer() {
            let tried = [$(stringify!($name)),+];
            assert_eq!(fuzz::TARGETS.map(|(name, _)| name).to_vec(), tried);
            for name in tried {
                let file = folder().join("fuzz_targets").join(format!("{name}.rs"));
                assert!(file.is_file(), "{} is missing", file.display());
            }
        }
    };
}

targets! {
    alertmanager card chat_line commands configuration custom_id gateway json_mapping link matcher outside runbook scenario
    stored times words
}

/// The corpus as files, for fuzzers to begin with.
#[test]
#[ignore = "writes fuzz/corpus"]
fn write_the_corpus() {
    for (target, _) in fuzz::TARGETS {
        let place = folder().join("corpus").join(target);
        std::fs::create_dir_all(&place).unwrap();
        for (number, input) in fuzz::inputs::of(target, &folder(), 1).iter().enumerate() {
            std::fs::write(place.join(format!("{number:04}")), input).unwrap();
        }
    }
}

/// Numbers that are the same on every machine (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap()
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let at = self.below(all.len());
        &all[at]
    }
}

fn mutate(input: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    const BYTES: &[u8] = b"\0\t\n\r \"#'()*+,-./0159:;<=>?@[\\]_`{|}~\x7f\x80\xbf\xc3\xe2\xed\xef\xf0\xff";
    let at = random.below(input.len() + 1);
    let end = (at + random.below(32)).min(input.len());
    match random.below(7) {
        0 if at < input.len() => input[at] = *random.of(BYTES),
        1 => input.insert(at, *random.of(BYTES)),
        2 => drop(input.drain(at..end)),
        3 => {
            let part = input[at..end].to_vec();
            let times = 1 + random.below(20);
            input.splice(at..at, part.repeat(times));
        }
        4 => {
            let from = random.below(other.len());
            let to = (from + random.below(64)).min(other.len());
            input.splice(at..end, other[from..to].iter().copied());
        }
        5 => input.truncate(at),
        _ => {
            let numbers = ["-1", "0", "18446744073709551616", "1e400", "-9223372036854775808", "0.5"];
            input.splice(at..end, random.of(&numbers).bytes());
        }
    }
    input.truncate(1 << 20);
}
