//! Purpose: places by the names people use, what stands in them, and whose phone rang.

use serde_json::{Value, json};

use super::Story;
use super::control::list;
use super::view::{Names, SILENT, View, text};

/// The owner of the server sees every channel.
const EVERYBODY: &str = "dewi";
/// The bot's account.
const US: &str = "siaga";
/// Discord's type of the message that tells of a pin.
const PINNED: u64 = 6;
/// Where Discord's ids begin to count.
const DISCORD_EPOCH_MS: u64 = 1_420_070_400_000;

impl Story {
    pub(super) async fn names(&self) -> Names {
        Names::of(&self.control.get("/world").await)
    }

    /// The id of a place: `#incidents`, `INC-1` (its thread), `room INC-1` (its channel), `DM`, or an id.
    pub(crate) async fn place(&self, person: &str, place: &str) -> String {
        self.find_place(person, place).await.unwrap_or_else(|| panic!("there is no place {place} for {person}"))
    }

    pub(super) async fn find_place(&self, person: &str, place: &str) -> Option<String> {
        let world = self.control.get("/world").await;
        let named = |kind: &str, fits: &dyn Fn(&str) -> bool| {
            list(&world[kind]).iter().find(|one| fits(&text(&one["name"]))).map(|one| text(&one["id"]))
        };
        if let Some(name) = place.strip_prefix('#') {
            named("channels", &|known| known == name)
        } else if let Some(label) = place.strip_prefix("room INC-") {
            named("channels", &|known| known.starts_with(&format!("inc-{label}-")))
        } else if place.starts_with("INC-") {
            named("threads", &|known| known.split(' ').next() == Some(place))
        } else if place == "DM" {
            let own = self.control.get(&format!("/people/{person}/channels")).await;
            let with_us = |dm: &&Value| text(&dm["with"]["name"]).eq_ignore_ascii_case(US);
            list(&own["dms"]).iter().find(with_us).map(|dm| text(&dm["id"]))
        } else {
            Some(place.to_owned())
        }
    }

    /// The public thread of an incident, whole.
    pub(crate) async fn thread(&self, label: &str) -> String {
        self.read(EVERYBODY, label).await
    }

    /// The channel of an incident, whole.
    pub(crate) async fn room(&self, label: &str) -> String {
        self.read(EVERYBODY, &format!("room {label}")).await
    }

    /// A channel, whole.
    pub(crate) async fn channel(&self, name: &str) -> String {
        self.read(EVERYBODY, name).await
    }

    /// The direct messages between a person and the bot.
    pub(crate) async fn direct(&self, person: &str) -> String {
        match self.find_place(person, "DM").await {
            Some(place) => self.read(person, &place).await,
            None => "(nothing)".to_owned(),
        }
    }

    /// What stands in a place that the story has not read yet.
    pub(crate) async fn news(&self, place: &str) -> String {
        let is_room = place.starts_with("room ");
        let place = self.place(EVERYBODY, place).await;
        let messages = self.messages(EVERYBODY, &place).await;
        let fresh =
            messages.into_iter().filter(|message| !self.read.borrow().contains(&text(&message["id"]))).collect();
        if is_room { self.show_room(fresh).await } else { self.show(fresh).await }
    }

    /// How many messages of a place hold this text, as Discord keeps them. They are not read by that.
    pub(crate) async fn count(&self, place: &str, text: &str) -> usize {
        let channel = self.place("dewi", place).await;
        let messages = self.control.messages("dewi", &channel).await;
        messages.iter().filter(|message| message.to_string().contains(text)).count()
    }

    async fn read(&self, person: &str, place: &str) -> String {
        let is_room = place.starts_with("room ");
        let place = self.place(person, place).await;
        let messages = self.messages(person, &place).await;
        if is_room { self.show_room(messages).await } else { self.show(messages).await }
    }

    /// A channel for the work begins with the card: what stands on it is read as the one in the incidents channel is.
    async fn show_room(&self, mut messages: Vec<Value>) -> String {
        messages.sort_by_key(|message| !is_room_card(message));
        for message in messages.iter_mut().filter(|message| is_room_card(message)) {
            (message["content"], message["embeds"], message["components"]) =
                ("(the card)".into(), json!([]), json!([]));
        }
        messages.retain(|message| message["type"] != PINNED);
        self.show(messages).await
    }

    /// The card in the channel for the work.
    pub(crate) async fn room_card(&self, label: &str) -> String {
        let place = self.place(EVERYBODY, &format!("room {label}")).await;
        let messages = self.control.messages(EVERYBODY, &place).await;
        let cards: Vec<&Value> = messages.iter().filter(|message| is_room_card(message)).collect();
        assert_eq!(cards.len(), 1, "cards in the room of {label}");
        let names = self.names().await;
        View { names: &names, now: self.now() }.message(cards[0])
    }

    async fn messages(&self, person: &str, place: &str) -> Vec<Value> {
        let messages = self.control.messages(person, place).await;
        let mut messages: Vec<Value> =
            messages.into_iter().filter(|message| message["ephemeral_for"].is_null()).collect();
        messages.sort_by_cached_key(|message| self.order(message));
        messages
    }

    async fn show(&self, messages: Vec<Value>) -> String {
        self.read.borrow_mut().extend(messages.iter().map(|message| text(&message["id"])));
        let names = self.names().await;
        let shown = View { names: &names, now: self.now() }.transcript(&messages);
        if shown.is_empty() { "(nothing)".to_owned() } else { shown }
    }

    /// Pages wait for nobody, so in one stretch of work they come before or after the posts: here always before.
    fn order(&self, message: &Value) -> (usize, bool, String) {
        let id = text(&message["id"]);
        let at_ms = (id.parse::<u64>().unwrap_or_default() >> 22) + DISCORD_EPOCH_MS;
        let is_page = text(&message["author"]["username"]) == US
            && message["flags"].as_u64().unwrap_or(0) & SILENT == 0
            && message["type"] == 0;
        let among = if is_page { text(&message["content"]) } else { format!("{id:0>20}") };
        (self.stretch(at_ms), !is_page, among)
    }

    /// The card of an incident: in the incidents channel, found by its first line.
    pub(crate) async fn card(&self, label: &str) -> String {
        let message = self.card_message(label).await;
        self.read.borrow_mut().insert(text(&message["id"]));
        let names = self.names().await;
        View { names: &names, now: self.now() }.message(&message)
    }

    /// The board of a storm: in the incidents channel, found by its footer. There is one, or the story fails.
    pub(crate) async fn board(&self, storm: u32) -> String {
        let place = self.place(EVERYBODY, "#incidents").await;
        let footer = format!("storm {storm}");
        let found = self.control.messages(EVERYBODY, &place).await;
        let found: Vec<Value> =
            found.into_iter().filter(|message| text(&message["embeds"][0]["footer"]["text"]) == footer).collect();
        assert_eq!(found.len(), 1, "boards of storm {storm}");
        let names = self.names().await;
        self.read.borrow_mut().insert(text(&found[0]["id"]));
        View { names: &names, now: self.now() }.message(&found[0])
    }

    /// The card as Discord's message object.
    pub(crate) async fn card_message(&self, label: &str) -> Value {
        let place = self.place(EVERYBODY, "#incidents").await;
        let cards = self.control.messages(EVERYBODY, &place).await;
        let start = format!("{label} ·");
        let is_card = |message: &Value| {
            text(&message["embeds"][0]["title"]).starts_with(&start) || text(&message["content"]).starts_with(&start)
        };
        let mut cards: Vec<Value> = cards.into_iter().filter(is_card).collect();
        assert!(cards.len() < 2, "{label} has {} cards", cards.len());
        match cards.pop() {
            Some(card) => card,
            None => panic!("{label} has no card\n\n{}", self.everything().await),
        }
    }

    /// What a person's phone showed, oldest first: the place, whether it rang, the line on the lock screen.
    pub(crate) async fn phone(&self, person: &str) -> String {
        let found = self.control.get(&format!("/people/{person}/notifications")).await;
        let names = self.names().await;
        let view = View { names: &names, now: self.now() };
        let mut lines = Vec::new();
        for notice in list(&found["notifications"]) {
            let how = if notice["silent"] == true { "silent" } else { "rings" };
            let place = match text(&notice["kind"]).as_str() {
                "dm" => "DM".to_owned(),
                _ => view.readable(&format!("<#{}>", text(&notice["channel"]))),
            };
            let line = format!("{how} {place}: {}", view.readable(&text(&notice["text"])));
            lines.push((self.stretch(notice["at"].as_u64().unwrap_or_default()), line));
        }
        lines.sort();
        let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
        if lines.is_empty() { "(quiet)".to_owned() } else { lines.join("\n") }
    }

    /// The id of a person or a bot.
    pub(crate) async fn id_of(&self, username: &str) -> String {
        let world = self.control.get("/world").await;
        let everybody = list(&world["people"]).into_iter().chain(list(&world["bots"]));
        let found = everybody.into_iter().find(|one| text(&one["username"]) == username);
        found.map(|one| text(&one["id"])).unwrap_or_else(|| panic!("there is no {username}"))
    }

    /// Names of the channels and threads that incidents brought into being, sorted: rooms open beside each other, so their order says nothing.
    pub(crate) async fn rooms(&self) -> Vec<String> {
        let world = self.control.get("/world").await;
        let channels = list(&world["channels"]);
        let channels = channels.iter().map(|one| text(&one["name"])).filter(|name| name.starts_with("inc-"));
        let threads = list(&world["threads"]);
        let threads = threads.iter().map(|one| text(&one["name"]));
        let mut rooms: Vec<String> = channels.map(|name| format!("#{name}")).chain(threads).collect();
        rooms.sort();
        rooms
    }

    /// Everything the bot wrote counts as read: other stories look at it.
    pub(crate) async fn read_all(&self) {
        for (_, _, messages) in self.all_places().await {
            self.read.borrow_mut().extend(messages.iter().map(|message| text(&message["id"])));
        }
    }

    /// Every place with what is in it, for whoever looks at a failed story.
    pub(crate) async fn everything(&self) -> String {
        let names = self.names().await;
        let view = View { names: &names, now: self.now() };
        let mut out = String::new();
        for (name, _, messages) in self.all_places().await {
            if !messages.is_empty() {
                out.push_str(&format!("== {name}\n{}\n", view.transcript(&messages)));
            }
        }
        out
    }

    /// Messages of ours that nobody read, each with the place it stands in.
    pub(super) async fn unread(&self) -> Vec<String> {
        let names = self.names().await;
        let view = View { names: &names, now: self.now() };
        let mut found = Vec::new();
        for (name, person, messages) in self.all_places().await {
            let ours = |message: &&Value| text(&message["author"]["username"]) == US;
            let known = |message: &&Value| self.read.borrow().contains(&text(&message["id"]));
            let fresh: Vec<&Value> = messages.iter().filter(ours).filter(|message| !known(message)).collect();
            // A pin and a thread announce themselves; what counts is the message.
            let fresh: Vec<&Value> =
                fresh.into_iter().filter(|message| matches!(message["type"].as_u64(), Some(0 | 19 | 20))).collect();
            if let Some(first) = fresh.first() {
                let whole = view.transcript(&messages);
                let first = view.message(first);
                found.push(format!(
                    "{} unread in {name} (of {person}), first:\n{first}\n-- all of it:\n{whole}",
                    fresh.len()
                ));
            }
        }
        found
    }

    /// Channels, threads and direct messages: name, a person who sees it, messages.
    pub(crate) async fn all_places(&self) -> Vec<(String, String, Vec<Value>)> {
        let world = self.control.get("/world").await;
        let mut places = Vec::new();
        for (kind, mark) in [("channels", "#"), ("threads", "thread ")] {
            for one in list(&world[kind]).iter().filter(|one| matches!(one["type"].as_u64(), Some(0 | 11 | 12))) {
                places.push((format!("{mark}{}", text(&one["name"])), EVERYBODY.to_owned(), text(&one["id"])));
            }
        }
        for person in list(&world["people"]) {
            let person = text(&person["username"]);
            let own = self.control.get(&format!("/people/{person}/channels")).await;
            for dm in list(&own["dms"]) {
                places.push((format!("direct messages of {person}"), person.clone(), text(&dm["id"])));
            }
        }
        let mut all = Vec::new();
        for (name, person, id) in places {
            let messages = self.control.messages(&person, &id).await;
            let messages = messages.into_iter().filter(|message| message["ephemeral_for"].is_null()).collect();
            all.push((name, person, messages));
        }
        all
    }
}

/// Whether it is a card, by what its buttons belong to.
fn is_room_card(message: &Value) -> bool {
    super::view::buttons(message).iter().any(|(_, id)| id.ends_with(":card"))
}
