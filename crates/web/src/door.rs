//! Purpose: who gets a place at the front door, and who gives one up.
//!
//! Until a connection has shown a right key it is a stranger's, and a stranger may cost a sender nothing. So nobody is
//! turned away while somebody can be asked to leave: a newcomer may be a sender with an alert, and whoever has been
//! silent for longest is not. Those of the address with the most silent connections leave first, so that a stranger who
//! opens hundreds of them pushes out their own. Who has shown a right key and is being answered never leaves, and a part of
//! the places is kept for senders.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

/// Most connections at a time, whatever the system allows: each takes about 10 KB, and no installation has so many senders.
const MOST: usize = 1_024;
/// Fewest, however little the system allows.
const FEWEST: usize = 16;
/// File descriptors for everything else. The database has four connections with two files each, Discord's REST side up to 50
/// requests at a time, and there are the gateway, pushes, mail, files of the configuration, signals and the log.
const OTHER_FILES: u64 = 112;
/// A newcomer has so long to show what it is before it can be asked to leave for another one of its own address.
const GRACE: Duration = Duration::from_secs(1);
/// A stranger whose request takes longer than this sends its body slowly.
const BUSY: Duration = Duration::from_secs(5);
/// An address that delivered with a right key is known for so long.
const KNOWN_FOR: Duration = Duration::from_secs(24 * 3_600);
/// So many addresses are known; the one that has not delivered for longest is forgotten for a new one.
const KNOWN: usize = 1_024;

/// How many connections there may be, and how long they may keep us waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time.
    pub total: usize,
    /// Of them, how many strangers cannot have: they are for connections that showed a right key, for proxies, and for
    /// addresses that delivered within a day.
    pub reserve: usize,
    /// Connections from one address that have not shown a right key.
    pub per_address: usize,
    /// From the connection to the end of its first request's head.
    pub head: Duration,
    /// From an answer to the end of the next request's head.
    pub idle: Duration,
    /// The same for connections that showed a right key, and for proxies. Longer than a proxy keeps one (nginx 60 s, Caddy
    /// 120 s): when we close a connection that the proxy is just about to use, the sender reads 502 and a POST is not
    /// repeated (github.com/jetty/jetty.project/issues/2306 tells how that looks).
    pub idle_sender: Duration,
    /// Wrong keys from one address within a minute; the next are answered 429.
    pub wrong_keys: u32,
}

impl Limits {
    /// Limits for so many connections.
    #[must_use]
    pub const fn of(total: usize) -> Self {
        let per_address = if total / 8 < 4 { 4 } else { total / 8 };
        Self {
            total,
            reserve: total / 4,
            per_address,
            head: Duration::from_secs(10),
            idle: Duration::from_secs(30),
            idle_sender: Duration::from_secs(150),
            wrong_keys: 20,
        }
    }

    /// Limits for a process that may open so many files.
    #[must_use]
    pub fn for_files(files: u64) -> Self {
        let places = usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(MOST);
        Self::of(places.clamp(FEWEST, MOST))
    }

    /// Limits for this process, by `RLIMIT_NOFILE`.
    #[must_use]
    pub fn of_this_process() -> Self {
        let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        Self::for_files(files.unwrap_or(u64::MAX))
    }

    /// Limits for the main address and for one of links alone, together as many connections as before: strangers who crowd
    /// the address of the links take none of the places for alerts.
    #[must_use]
    pub fn split(self) -> (Self, Self) {
        let links = (self.total / 4).max(FEWEST / 2);
        (Self::of(self.total.saturating_sub(links).max(FEWEST)), Self::of(links))
    }
}

/// Who belongs together as one: an IPv4 address, or the /64 that a household or a machine has of IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Address(IpAddr);

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self(v4.into()),
            IpAddr::V6(v6) => Self(IpAddr::from((u128::from(v6) >> 64 << 64).to_be_bytes())),
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            IpAddr::V4(v4) => v4.fmt(f),
            IpAddr::V6(v6) => write!(f, "{v6}/64"),
        }
    }
}

/// The places of one listening address.
#[derive(Clone, Debug)]
pub struct Door {
    limits: Limits,
    places: Arc<Mutex<Places>>,
}

/// What is counted at the door.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DoorStats {
    /// Connections that showed a right key.
    pub senders: usize,
    /// Connections from proxies that the configuration names.
    pub proxies: usize,
    /// All others.
    pub strangers: usize,
    /// How many connections there may be.
    pub most: usize,
    /// Connections that were closed for a newcomer.
    pub evicted: u64,
    /// Connections that were closed because nothing whole came in time.
    pub slow: u64,
    /// Newcomers that were turned away, because everybody who was there was being served.
    pub refused: u64,
}

impl Door {
    /// A door with these limits.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, places: Arc::default() }
    }

    /// Its limits.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// What is counted.
    #[must_use]
    pub fn stats(&self) -> DoorStats {
        let places = self.places();
        let mut stats = DoorStats { most: self.limits.total, ..places.stats };
        for guest in places.guests.values() {
            match guest {
                Guest { sender: true, .. } => stats.senders += 1,
                Guest { proxy: true, .. } => stats.proxies += 1,
                _ => stats.strangers += 1,
            }
        }
        stats
    }

    /// A place for a newcomer, if need be somebody else's. None when nobody can be asked to leave.
    pub(crate) fn enter(&self, address: IpAddr, proxy: bool) -> Option<Place> {
        let (id, leave) = self.places().enter(&self.limits, address.into(), proxy, Instant::now())?;
        Some(Place { door: self.clone(), id, leave })
    }

    /// Asks up to so many to leave, because the system gives no more file descriptors; how many did.
    pub(crate) fn make_room(&self, count: usize) -> usize {
        let mut places = self.places();
        let now = Instant::now();
        (0..count).take_while(|_| places.evict_worst(|_, _| true, now)).count()
    }

    /// Whether an address has delivered with a right key lately.
    pub(crate) fn knows(&self, address: IpAddr) -> bool {
        self.places().knows(address.into(), Instant::now())
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place at the door; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    door: Door,
    id: u64,
    /// Cancelled when the place is wanted for somebody else.
    pub(crate) leave: CancellationToken,
}

/// How long a connection may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Look again then.
    Until(Instant),
    /// It kept us waiting for too long.
    Over,
}

impl Place {
    /// A request is being answered, until what is returned is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> Busy {
        self.door.places().change(self.id, |guest, now| (guest.busy, guest.asked, guest.since) = (true, true, now));
        Busy(Arc::clone(self))
    }

    /// A right key was shown over this connection, by somebody at this address.
    pub(crate) fn showed_a_key(&self, client: IpAddr) {
        let mut places = self.door.places();
        places.change(self.id, |guest, _| guest.sender = true);
        places.delivered(client.into(), Instant::now());
    }

    /// Whether the connection still may keep us waiting.
    pub(crate) fn patience(&self) -> Patience {
        let (now, limits) = (Instant::now(), self.door.limits);
        let mut places = self.door.places();
        let patience = places.guests.get(&self.id).map_or(Patience::Over, |guest| guest.patience(&limits, now));
        if patience == Patience::Over && places.guests.remove(&self.id).is_some() {
            places.stats.slow += 1;
        }
        patience
    }

    /// Whether no request has been answered for so long.
    pub(crate) fn has_rested(&self, time: Duration) -> bool {
        let places = self.door.places();
        places.guests.get(&self.id).is_none_or(|guest| !guest.busy && guest.since.elapsed() >= time)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.door.places().guests.remove(&self.id);
    }
}

/// A request that is being answered.
pub(crate) struct Busy(Arc<Place>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.door.places().change(self.0.id, |guest, now| (guest.busy, guest.since) = (false, now));
    }
}

#[derive(Debug, Default)]
struct Places {
    next: u64,
    guests: BTreeMap<u64, Guest>,
    /// Addresses that delivered, and when they did last.
    known: HashMap<Address, Instant>,
    stats: DoorStats,
}

#[derive(Debug)]
struct Guest {
    address: Address,
    proxy: bool,
    /// Has shown a right key.
    sender: bool,
    /// A request is being answered.
    busy: bool,
    /// Has made a request.
    asked: bool,
    /// Since when it is busy, or we wait for it.
    since: Instant,
    leave: CancellationToken,
}

impl Guest {
    const fn is_stranger(&self) -> bool {
        !self.sender && !self.proxy
    }

    fn patience(&self, limits: &Limits, now: Instant) -> Patience {
        // What it is may change meanwhile, and with it how long it may take.
        let soon = now + limits.head.min(limits.idle);
        let time = match self {
            Self { busy: true, .. } => return Patience::Until(soon),
            Self { proxy: true, .. } | Self { sender: true, .. } => limits.idle_sender,
            Self { asked: true, .. } => limits.idle,
            _ => limits.head,
        };
        let until = self.since + time;
        if until <= now { Patience::Over } else { Patience::Until(until.min(soon)) }
    }
}

impl Places {
    fn enter(
        &mut self,
        limits: &Limits,
        address: Address,
        proxy: bool,
        now: Instant,
    ) -> Option<(u64, CancellationToken)> {
        if !proxy {
            // Behind one address there may be many senders, so the silent ones of it make room, and nobody is refused.
            let of_address = |guest: &Guest| guest.address == address && guest.is_stranger();
            if self.guests.values().filter(|guest| of_address(guest)).count() >= limits.per_address {
                let patience = |guest: &Guest| if guest.busy { BUSY } else { GRACE };
                self.evict_worst(|guest, _| of_address(guest) && now - guest.since >= patience(guest), now);
            }
            let is_known = self.knows(address, now);
            let strangers = |guest: &Guest, known: bool| guest.is_stranger() && !known;
            if !is_known && self.count(strangers, now) >= limits.total.saturating_sub(limits.reserve).max(1) {
                self.evict_worst(strangers, now);
            }
        }
        if self.guests.len() >= limits.total && !self.evict_worst(|_, _| true, now) {
            self.stats.refused += 1;
            return None;
        }
        self.next += 1;
        let leave = CancellationToken::new();
        let guest =
            Guest { address, proxy, sender: false, busy: false, asked: false, since: now, leave: leave.clone() };
        self.guests.insert(self.next, guest);
        Some((self.next, leave))
    }

    fn count(&self, which: impl Fn(&Guest, bool) -> bool, now: Instant) -> usize {
        self.guests.values().filter(|guest| which(guest, self.knows(guest.address, now))).count()
    }

    /// Asks one of `which` (a guest, and whether its address is known) to leave.
    fn evict_worst(&mut self, which: impl Fn(&Guest, bool) -> bool, now: Instant) -> bool {
        let mut crowds: HashMap<Address, usize> = HashMap::new();
        for guest in self.guests.values().filter(|guest| guest.is_stranger()) {
            *crowds.entry(guest.address).or_default() += 1;
        }
        let rank = |(id, guest): (&u64, &Guest)| {
            let known = self.knows(guest.address, now);
            // Whom it hurts least first. A sender that is being answered is never asked.
            let class = match (guest.is_stranger(), guest.busy) {
                (true, false) => u8::from(known),
                (true, true) => 2 + u8::from(known),
                (false, false) => 4,
                (false, true) => return None,
            };
            let crowd = if guest.is_stranger() { crowds.get(&guest.address).copied().unwrap_or(0) } else { 0 };
            which(guest, known).then_some(((class, Reverse(crowd), guest.since), *id))
        };
        let Some((_, worst)) = self.guests.iter().filter_map(rank).min() else { return false };
        if let Some(guest) = self.guests.remove(&worst) {
            guest.leave.cancel();
            self.stats.evicted += 1;
        }
        true
    }

    fn change(&mut self, id: u64, change: impl FnOnce(&mut Guest, Instant)) {
        if let Some(guest) = self.guests.get_mut(&id) {
            change(guest, Instant::now());
        }
    }

    fn knows(&self, address: Address, now: Instant) -> bool {
        self.known.get(&address).is_some_and(|delivered| now.duration_since(*delivered) < KNOWN_FOR)
    }

    fn delivered(&mut self, address: Address, now: Instant) {
        if self.known.len() >= KNOWN && !self.known.contains_key(&address) {
            let oldest = self.known.iter().min_by_key(|(_, delivered)| **delivered).map(|(address, _)| *address);
            oldest.map(|oldest| self.known.remove(&oldest));
        }
        self.known.insert(address, now);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { total: 12, reserve: 4, per_address: 3, ..Limits::of(12) };

    struct World {
        places: Places,
        now: Instant,
    }

    impl World {
        fn new() -> Self {
            Self { places: Places::default(), now: Instant::now() }
        }

        fn pass(&mut self, seconds: u64) {
            self.now += Duration::from_secs(seconds);
        }

        fn enter(&mut self, address: &str) -> Option<u64> {
            let address: IpAddr = address.parse().unwrap();
            self.places.enter(&LIMITS, address.into(), false, self.now).map(|(id, _)| id)
        }

        fn proxy(&mut self) -> Option<u64> {
            let address: IpAddr = "10.0.0.1".parse().unwrap();
            self.places.enter(&LIMITS, address.into(), true, self.now).map(|(id, _)| id)
        }

        fn sender(&mut self, address: &str) -> u64 {
            let id = self.enter(address).unwrap();
            self.places.guests.get_mut(&id).unwrap().sender = true;
            self.places.delivered(address.parse::<IpAddr>().unwrap().into(), self.now);
            id
        }

        fn busy(&mut self, id: u64) {
            let guest = self.places.guests.get_mut(&id).unwrap();
            (guest.busy, guest.asked, guest.since) = (true, true, self.now);
        }

        fn is_here(&self, id: u64) -> bool {
            self.places.guests.contains_key(&id)
        }
    }

    #[test]
    fn the_oldest_silent_connection_of_a_full_address_makes_room_for_the_next() {
        let mut world = World::new();
        let mut here: Vec<u64> = Vec::new();
        for _ in 0..3 {
            here.push(world.enter("192.0.2.1").unwrap());
            world.pass(2);
        }
        let elsewhere = world.enter("192.0.2.2").unwrap();
        let next = world.enter("192.0.2.1").unwrap();
        assert!(!world.is_here(here[0]) && world.is_here(here[1]) && world.is_here(elsewhere) && world.is_here(next));
    }

    #[test]
    fn a_burst_of_senders_behind_one_address_is_let_in_before_they_could_speak() {
        let mut world = World::new();
        let all: Vec<u64> = (0..8).map(|_| world.enter("192.0.2.1").unwrap()).collect();
        assert!(all.iter().all(|id| world.is_here(*id)));
    }

    #[test]
    fn a_crowd_pushes_out_its_own_and_nobody_else() {
        let mut world = World::new();
        let single = world.enter("192.0.2.9").unwrap();
        world.pass(2);
        for _ in 0..100 {
            world.enter("192.0.2.1").unwrap();
        }
        assert!(world.is_here(single), "it is the oldest, but not of the crowd");
        assert_eq!(world.places.guests.len(), 8, "strangers do not get the reserve");
    }

    #[test]
    fn many_strangers_from_everywhere_leave_the_reserve_and_any_newcomer_gets_in() {
        let mut world = World::new();
        for number in 0..200 {
            world.enter(&format!("198.51.100.{number}")).unwrap();
        }
        assert_eq!(world.places.guests.len(), 8);
        let sender = world.sender("203.0.113.5");
        for number in 0..200 {
            world.enter(&format!("198.51.100.{number}")).unwrap();
        }
        assert!(world.is_here(sender));
        let again = world.enter("203.0.113.5").unwrap();
        for number in 0..200 {
            world.enter(&format!("198.51.100.{number}")).unwrap();
        }
        assert!(world.is_here(again), "who delivered lately is no stranger");
    }

    #[test]
    fn a_sender_that_is_answered_is_never_asked_to_leave_and_an_idle_one_last() {
        let mut world = World::new();
        let idle = world.sender("203.0.113.5");
        let mut busy = Vec::new();
        for number in 0..10 {
            let id = world.sender(&format!("203.0.113.{}", 10 + number));
            world.busy(id);
            busy.push(id);
        }
        let stranger = world.enter("192.0.2.1").unwrap();
        world.enter("192.0.2.2").unwrap();
        assert!(!world.is_here(stranger) && world.is_here(idle));
        let last = world.sender("203.0.113.200");
        assert!(world.is_here(idle), "the stranger went first");
        world.busy(last);
        world.enter("203.0.113.201").unwrap();
        assert!(!world.is_here(idle));
        let newest = world.sender("203.0.113.201");
        world.busy(newest);
        assert_eq!(world.enter("203.0.113.202"), None, "everybody is being served");
        assert!(busy.iter().all(|id| world.is_here(*id)));
        assert_eq!(world.places.stats.refused, 1);
    }

    #[test]
    fn a_slow_body_of_a_stranger_gives_way_after_silent_ones() {
        let mut world = World::new();
        let slow = world.enter("192.0.2.1").unwrap();
        world.busy(slow);
        world.pass(6);
        let silent: Vec<u64> = (0..2).map(|_| world.enter("192.0.2.1").unwrap()).collect();
        world.pass(2);
        world.enter("192.0.2.1").unwrap();
        assert!(world.is_here(slow) && !world.is_here(silent[0]));
        for id in silent.iter().skip(1) {
            world.busy(*id);
        }
        let newest = *world.places.guests.keys().last().unwrap();
        world.busy(newest);
        world.enter("192.0.2.1").unwrap();
        assert!(!world.is_here(slow));
    }

    #[test]
    fn proxies_have_no_limit_of_their_own() {
        let mut world = World::new();
        let proxied: Vec<u64> = (0..12).map(|_| world.proxy().unwrap()).collect();
        assert!(proxied.iter().all(|id| world.is_here(*id)));
        world.enter("192.0.2.1").unwrap();
        assert!(!world.is_here(proxied[0]), "an idle one gives way when all places are taken");
    }

    #[test]
    fn patience_is_short_for_strangers_and_long_for_senders() {
        let mut world = World::new();
        let over = |world: &World, id| world.places.guests[&id].patience(&LIMITS, world.now) == Patience::Over;
        let silent = world.enter("192.0.2.1").unwrap();
        let asked = world.enter("192.0.2.2").unwrap();
        world.places.guests.get_mut(&asked).unwrap().asked = true;
        let sender = world.sender("203.0.113.5");
        let working = world.enter("192.0.2.3").unwrap();
        world.busy(working);
        world.pass(10);
        assert!(over(&world, silent) && !over(&world, asked) && !over(&world, sender));
        world.pass(20);
        assert!(over(&world, asked) && !over(&world, sender));
        world.pass(120);
        assert!(over(&world, sender) && !over(&world, working));
    }

    #[test]
    fn places_follow_from_the_files_a_process_may_open() {
        let totals = [0, 128, 256, 1_024, 20_000, u64::MAX].map(|files| Limits::for_files(files).total);
        assert_eq!(totals, [16, 16, 144, 912, 1_024, 1_024]);
        let (main, links) = Limits::for_files(256).split();
        assert_eq!((main.total, main.reserve, main.per_address), (108, 27, 13));
        assert_eq!((links.total, links.reserve, links.per_address), (36, 9, 4));
    }

    #[test]
    fn who_belongs_together_is_one_address() {
        let of = |text: &str| Address::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::"), of("2001:db8:1:3::"));
        assert_eq!(of("2001:db8:1:2:3::4").to_string(), "2001:db8:1:2::/64");
        assert_eq!(of("192.0.2.1").to_string(), "192.0.2.1");
    }

    #[test]
    fn only_so_many_addresses_are_known_and_not_for_ever() {
        let mut world = World::new();
        for number in 0..=u32::try_from(KNOWN).unwrap() {
            world.places.delivered(IpAddr::from(number.to_be_bytes()).into(), world.now);
            world.now += Duration::from_millis(1);
        }
        let of = |number: u32| Address::from(IpAddr::from(number.to_be_bytes()));
        assert_eq!(world.places.known.len(), KNOWN);
        assert!(!world.places.knows(of(0), world.now) && world.places.knows(of(1), world.now));
        world.pass(24 * 3_600);
        assert!(!world.places.knows(of(1), world.now));
    }
}
