//! Purpose: the gateway, version 10: hello, identify, resume, heartbeats, close codes.

pub(crate) mod sessions;
mod wire;

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{
        Query, State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    },
    response::Response,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::{
    hub::{Core, Hub, intents},
    id::{Id, stable_text},
    world::render,
};
use sessions::{Order, Session};
use wire::Wire;

/// Largest frame a client may send. Source: Discord docs, "Sending Events".
const FRAME_BYTES: usize = 4_096;

/// Why a connection ends with a close frame. Source: Discord docs, "Gateway Close Event Codes".
type Close = (u16, &'static str);

const UNKNOWN_OPCODE: Close = (4001, "Unknown opcode.");
const DECODE_ERROR: Close = (4002, "Error while decoding payload.");
const NOT_AUTHENTICATED: Close = (4003, "Not authenticated.");
const AUTHENTICATION_FAILED: Close = (4004, "Authentication failed.");
const ALREADY_AUTHENTICATED: Close = (4005, "Already authenticated.");
const INVALID_SEQ: Close = (4007, "Invalid seq.");
const RATE_LIMITED: Close = (4008, "You are being rate limited.");
const SESSION_TIMED_OUT: Close = (4009, "Session timed out.");
const INVALID_SHARD: Close = (4010, "Invalid shard.");
const INVALID_VERSION: Close = (4012, "Invalid API version.");
const INVALID_INTENTS: Close = (4013, "Invalid intent(s).");
const DISALLOWED_INTENTS: Close = (4014, "Disallowed intent(s).");

/// `GET /gw`: the websocket.
pub(crate) async fn connect(
    State(hub): State<Arc<Hub>>,
    Query(query): Query<HashMap<String, String>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let version = query.get("v").cloned().unwrap_or_else(|| "10".to_owned());
    let wire = Wire::new(query.get("compress").map(String::as_str));
    upgrade.max_message_size(1 << 20).on_upgrade(move |socket| serve(hub, socket, version, wire))
}

/// One connection.
struct Connection {
    hub: Arc<Hub>,
    wire: Wire,
    /// Index-free name of the session this connection carries.
    session: Option<String>,
    orders: mpsc::UnboundedSender<Order>,
    frames: VecDeque<Instant>,
    /// Kept from before this connection was replaced by another.
    last_heartbeat: Instant,
}

async fn serve(hub: Arc<Hub>, mut socket: WebSocket, version: String, wire: Wire) {
    if version != "10" && version != "9" {
        close(&mut socket, INVALID_VERSION).await;
        return;
    }
    let (orders, mut inbox) = mpsc::unbounded_channel();
    let heartbeat = hub.limits.heartbeat;
    let hello = json!({ "t": null, "s": null, "op": 10, "d": { "heartbeat_interval": u64::try_from(heartbeat.as_millis()).unwrap_or(41_250), "_trace": ["[\"sandbox\"]"] } });
    let mut connection = Connection {
        wire,
        hub: Arc::clone(&hub),
        session: None,
        orders,
        frames: VecDeque::new(),
        last_heartbeat: Instant::now(),
    };
    if socket.send(connection.wire.pack(hello.to_string().into())).await.is_err() {
        return;
    }
    // A client that stays silent for more than one and a half intervals is gone, whatever TCP says.
    let patience = heartbeat + heartbeat / 2;
    let mut ended = None;
    loop {
        let silent_for = patience.saturating_sub(connection.last_heartbeat.elapsed());
        tokio::select! {
            () = hub.stop.cancelled() => {
                close(&mut socket, (1001, "The sandbox is closing.")).await;
                break;
            }
            () = tokio::time::sleep(silent_for) => {
                close(&mut socket, SESSION_TIMED_OUT).await;
                break;
            }
            order = inbox.recv() => match order {
                Some(Order::Send(frame)) => {
                    if socket.send(connection.wire.pack(frame)).await.is_err() {
                        break;
                    }
                }
                Some(Order::Close(code, reason)) => {
                    close(&mut socket, (code, reason)).await;
                    ended = Some(code);
                    break;
                }
                Some(Order::Cut) | None => break,
            },
            frame = socket.recv() => match frame {
                Some(Ok(Message::Close(frame))) => {
                    ended = Some(frame.map_or(1005, |frame| frame.code));
                    break;
                }
                Some(Ok(Message::Text(text))) => if let Err(reason) = connection.frame(text.as_bytes()) {
                    close(&mut socket, reason).await;
                    ended = Some(reason.0);
                    break;
                },
                Some(Ok(Message::Binary(bytes))) => if let Err(reason) = connection.frame(&bytes) {
                    close(&mut socket, reason).await;
                    ended = Some(reason.0);
                    break;
                },
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Err(_)) | None => break,
            },
        }
    }
    connection.leave(ended);
}

async fn close(socket: &mut WebSocket, (code, reason): Close) {
    // Whoever has gone already does not hear it.
    let _gone = socket.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
    // Give the other side a moment to answer, so that its last frames do not reset the connection.
    let _late =
        tokio::time::timeout(Duration::from_millis(250), async { while let Some(Ok(_)) = socket.recv().await {} })
            .await;
}

impl Connection {
    fn send(&self, payload: &Value) {
        // Our own task reads the orders.
        let _own = self.orders.send(Order::Send(payload.to_string().into()));
    }

    /// Whether this connection plays dead on order.
    fn silent(&self) -> bool {
        self.session.as_ref().is_some_and(|id| {
            self.hub.look(|core| core.sessions.iter().any(|session| session.id == *id && session.tricks.silent))
        })
    }

    fn frame(&mut self, bytes: &[u8]) -> Result<(), Close> {
        if bytes.len() > FRAME_BYTES {
            return Err(DECODE_ERROR);
        }
        let now = Instant::now();
        while self.frames.front().is_some_and(|at| now.duration_since(*at) > Duration::from_secs(60)) {
            self.frames.pop_front();
        }
        self.frames.push_back(now);
        if u32::try_from(self.frames.len()).unwrap_or(u32::MAX) > self.hub.limits.frames_per_minute {
            return Err(RATE_LIMITED);
        }
        let payload: Value = serde_json::from_slice(bytes).map_err(|_| DECODE_ERROR)?;
        let op = payload["op"].as_u64().ok_or(DECODE_ERROR)?;
        let data = &payload["d"];
        // A session that was declared invalid is no longer this connection's.
        if let Some(session) = &self.session
            && !self.hub.look(|core| core.sessions.iter().any(|one| one.id == *session && one.owned_by(&self.orders)))
        {
            self.session = None;
        }
        match op {
            1 => {
                self.last_heartbeat = now;
                if !self.silent() {
                    self.send(&json!({ "t": null, "s": null, "op": 11 }));
                }
                Ok(())
            }
            2 if self.session.is_some() => Err(ALREADY_AUTHENTICATED),
            2 => self.identify(data),
            6 if self.session.is_some() => Err(ALREADY_AUTHENTICATED),
            6 => self.resume(data),
            3 | 4 | 8 | 14 | 31 if self.session.is_none() => Err(NOT_AUTHENTICATED),
            8 => self.members(data),
            3 | 4 | 14 | 31 => Ok(()),
            _ => Err(UNKNOWN_OPCODE),
        }
    }

    fn identify(&mut self, data: &Value) -> Result<(), Close> {
        if !data.is_object() {
            return Err(DECODE_ERROR);
        }
        let token = data["token"].as_str().ok_or(AUTHENTICATION_FAILED)?;
        let token = token.strip_prefix("Bot ").unwrap_or(token);
        let asked = data["intents"].as_u64().ok_or(INVALID_INTENTS)?;
        let shard = data.get("shard").filter(|shard| !shard.is_null());
        if let Some(shard) = shard {
            let (index, count) = (shard[0].as_u64().ok_or(INVALID_SHARD)?, shard[1].as_u64().ok_or(INVALID_SHARD)?);
            if index >= count || count > 16 {
                return Err(INVALID_SHARD);
            }
        }
        let (hub, orders) = (Arc::clone(&self.hub), self.orders.clone());
        let session = hub.change(|core| {
            let bot = core.world.bot_by_token(token).ok_or(AUTHENTICATION_FAILED)?;
            if asked & !intents::KNOWN != 0 {
                return Err(INVALID_INTENTS);
            }
            let allowed = core.world.users.get(&bot).and_then(|user| user.bot.as_ref()).map_or(0, |bot| bot.privileged);
            if asked & intents::PRIVILEGED & !allowed != 0 {
                return Err(DISALLOWED_INTENTS);
            }
            core.identifies.retain(|(_, at)| at.elapsed() < Duration::from_secs(24 * 3600));
            let recent =
                core.identifies.iter().filter(|(who, at)| *who == bot && at.elapsed() < Duration::from_secs(5)).count();
            if core.limits.identify_per_5s > 0 && recent >= core.limits.identify_per_5s as usize {
                return Ok(None);
            }
            let today = core.identifies.iter().filter(|(who, _)| *who == bot).count();
            if today >= core.limits.identify_per_day as usize {
                // Source: Discord docs, "Identifying": all sessions end, the token is reset, the owner is told.
                core.identifies.retain(|(who, _)| *who != bot);
                core.reset_token(bot);
                return Err(AUTHENTICATION_FAILED);
            }
            core.identifies.push((bot, Instant::now()));
            Ok(Some(core.begin_session(bot, asked, shard, orders, &hub.gateway)))
        })?;
        match session {
            Some(session) => {
                if data["compress"] == true {
                    self.wire.compress_payloads();
                }
                self.session = Some(session);
            }
            None => self.send(&json!({ "t": null, "s": null, "op": 9, "d": false })),
        }
        Ok(())
    }

    fn resume(&mut self, data: &Value) -> Result<(), Close> {
        let (Some(token), Some(session_id)) = (data["token"].as_str(), data["session_id"].as_str()) else {
            return Err(DECODE_ERROR);
        };
        let token = token.strip_prefix("Bot ").unwrap_or(token);
        let seq = data["seq"].as_u64().unwrap_or(0);
        let (hub, orders) = (Arc::clone(&self.hub), self.orders.clone());
        let resumed = hub.change(|core| {
            let bot = core.world.bot_by_token(token).ok_or(AUTHENTICATION_FAILED)?;
            let window = core.limits.resume_window;
            core.sessions.retain(|session| session.left.is_none_or(|left| left.elapsed() < window));
            let keep = core.limits.replay;
            let Some(session) = core.sessions.iter_mut().find(|session| session.id == session_id && session.bot == bot)
            else {
                return Ok(false);
            };
            if seq > session.seq {
                return Err(INVALID_SEQ);
            }
            if seq < session.forgotten {
                return Ok(false);
            }
            session.order(Order::Cut);
            session.connection = Some(orders);
            session.left = None;
            session.tricks.silent = false;
            for (_, frame) in session.replay.iter().filter(|(number, _)| *number > seq) {
                session.order(Order::Send(frame.clone()));
            }
            session.dispatch("RESUMED", r#"{"_trace":["[\"sandbox\"]"]}"#, keep);
            Ok(true)
        })?;
        if resumed {
            self.session = Some(session_id.to_owned());
        } else {
            self.send(&json!({ "t": null, "s": null, "op": 9, "d": false }));
        }
        Ok(())
    }

    /// Request Guild Members (op 8).
    fn members(&self, data: &Value) -> Result<(), Close> {
        let Some(session_id) = &self.session else { return Err(NOT_AUTHENTICATED) };
        self.hub.change(|core| {
            let guild = core.world.meta.guild_id;
            // Ids come as text or as numbers, alone or in a list.
            let ids = |value: &Value| -> Option<Vec<Id>> {
                match value {
                    Value::Null => None,
                    Value::Array(many) => {
                        Some(many.iter().filter_map(|id| serde_json::from_value(id.clone()).ok()).collect())
                    }
                    one => Some(serde_json::from_value(one.clone()).into_iter().collect()),
                }
            };
            if !ids(&data["guild_id"]).is_some_and(|guilds| guilds.contains(&guild)) {
                return;
            }
            let wanted = ids(&data["user_ids"]);
            let query = data["query"].as_str().unwrap_or("").to_lowercase();
            let limit = match data["limit"].as_u64() {
                Some(0) | None => usize::MAX,
                Some(limit) => usize::try_from(limit).unwrap_or(usize::MAX),
            };
            let members: Vec<Value> = core
                .world
                .members()
                .filter(|user| {
                    wanted.as_ref().map_or_else(
                        || user.username.starts_with(&query) || user.shown_name().to_lowercase().starts_with(&query),
                        |ids| ids.contains(&user.id),
                    )
                })
                .take(limit)
                .map(render::member)
                .collect();
            let missing: Vec<&Id> = wanted.iter().flatten().filter(|id| core.world.member(**id).is_none()).collect();
            // At most a thousand members a chunk; nobody found is one empty chunk.
            let parts: Vec<&[Value]> = if members.is_empty() { vec![&[]] } else { members.chunks(1_000).collect() };
            let keep = core.limits.replay;
            for (index, part) in parts.iter().enumerate() {
                let mut chunk =
                    json!({ "guild_id": guild, "members": part, "chunk_index": index, "chunk_count": parts.len() });
                if !missing.is_empty() && index == 0 {
                    chunk["not_found"] = json!(missing);
                }
                if let Some(nonce) = data.get("nonce").filter(|nonce| !nonce.is_null()) {
                    chunk["nonce"] = nonce.clone();
                }
                if data["presences"] == true {
                    chunk["presences"] = json!([]);
                }
                if let Some(session) = core.sessions.iter_mut().find(|session| session.id == *session_id) {
                    session.dispatch("GUILD_MEMBERS_CHUNK", &chunk.to_string(), keep);
                }
            }
        });
        Ok(())
    }

    /// The connection is over. A client that says goodbye (1000, 1001), or was refused, cannot resume.
    fn leave(self, code: Option<u16>) {
        let Some(session_id) = &self.session else { return };
        self.hub.change(|core| {
            let gone_for_good = matches!(code, Some(1000 | 1001 | 4004 | 4007 | 4009..=4014));
            core.sessions
                .retain(|session| !(session.id == *session_id && gone_for_good && session.owned_by(&self.orders)));
            if let Some(session) =
                core.sessions.iter_mut().find(|session| session.id == *session_id && session.owned_by(&self.orders))
            {
                session.connection = None;
                session.left = Some(Instant::now());
            }
        });
    }
}

impl Session {
    fn owned_by(&self, orders: &mpsc::UnboundedSender<Order>) -> bool {
        self.connection.as_ref().is_some_and(|connection| connection.same_channel(orders))
    }
}

impl Core {
    /// READY, then one GUILD_CREATE.
    fn begin_session(
        &mut self,
        bot: Id,
        intents: u64,
        shard: Option<&Value>,
        orders: mpsc::UnboundedSender<Order>,
        gateway: &str,
    ) -> String {
        let window = self.limits.resume_window;
        self.sessions.retain(|session| session.left.is_none_or(|left| left.elapsed() < window));
        let number = self.next_session;
        self.next_session += 1;
        let id = stable_text(&format!("session/{bot}/{number}/{}", crate::clock::wire_ms()), 32)
            .to_lowercase()
            .replace(['-', '_'], "0");
        let guild = self.world.meta.guild_id;
        // Direct messages arrive on shard 0 only, guild events on the guild's shard; one guild has one such shard.
        let (index, count) =
            shard.map_or((0, 1), |shard| (shard[0].as_u64().unwrap_or(0), shard[1].as_u64().unwrap_or(1)));
        let carries_guild = (guild.0 >> 22) % count.max(1) == index && self.world.member(bot).is_some();
        let user = self.world.users.get(&bot);
        let mut own = self.world.user_json(bot);
        render::merge(&mut own, json!({ "mfa_enabled": true, "verified": true, "email": null, "locale": "en-US" }));
        let mut ready = json!({
            "v": 10, "user": own, "user_settings": {}, "session_type": "normal", "private_channels": [], "relationships": [], "presences": [],
            "guilds": if carries_guild { json!([{ "id": guild, "unavailable": true }]) } else { json!([]) },
            "session_id": id, "resume_gateway_url": gateway, "geo_ordered_rtc_regions": [], "guild_join_requests": [],
            "application": { "id": bot, "flags": user.map_or(0, |user| self.world.application_flags(user)) }, "_trace": ["[\"sandbox\"]"],
        });
        if let Some(shard) = shard {
            ready["shard"] = shard.clone();
        }
        let guild_create = self.world.guild_create(bot, intents & intents::GUILD_MEMBERS != 0);
        let mut session = Session::new(id.clone(), bot, intents, orders);
        session.dispatch("READY", &ready.to_string(), self.limits.replay);
        if carries_guild && intents & intents::GUILDS != 0 {
            session.dispatch("GUILD_CREATE", &guild_create.to_string(), self.limits.replay);
        }
        self.sessions.push(session);
        id
    }
}
