// Purpose: a small bot for the page check: REST with a token, and a gateway session over a plain socket. No dependencies.
import { createHash, randomBytes } from "node:crypto";
import { connect } from "node:net";

/** REST calls of one bot. Errors: throws with method, path, status and body. */
export class Bot {
  constructor(base, token) {
    this.api = `${base.replace(/\/$/, "")}/api/v10`;
    this.token = token;
    this.handlers = [];
  }

  async rest(method, path, body) {
    const response = await fetch(this.api + path, {
      method,
      headers: { Authorization: `Bot ${this.token}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (response.status === 429) {
      await new Promise((resolve) => setTimeout(resolve, (JSON.parse(text).retry_after ?? 1) * 1000));
      return this.rest(method, path, body);
    }
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text ? JSON.parse(text) : {};
  }

  post = (channel, message) => this.rest("POST", `/channels/${channel}/messages`, message);
  edit = (message, change) => this.rest("PATCH", `/channels/${message.channel_id}/messages/${message.id}`, change);
  answer = (interaction, type, data) => this.rest("POST", `/interactions/${interaction.id}/${interaction.token}/callback`, data === undefined ? { type } : { type, data });
  editAnswer = (interaction, data) => this.rest("PATCH", `/webhooks/${interaction.application_id}/${interaction.token}/messages/@original`, data);

  /** Log in to the gateway; `onInteraction` gets every INTERACTION_CREATE. Resolves when READY. */
  async login(onInteraction) {
    const { url } = await this.rest("GET", "/gateway");
    const { hostname, port, pathname } = new URL(url);
    const key = randomBytes(16).toString("base64");
    const socket = connect(Number(port), hostname);
    this.socket = socket;
    socket.write(`GET ${pathname}?v=10&encoding=json HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`);
    const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    let sequence = null;
    return new Promise((resolve, reject) => {
      let data = Buffer.alloc(0);
      let open = false;
      socket.on("error", reject);
      socket.on("close", () => reject(new Error("The gateway closed the connection.")));
      socket.on("data", (chunk) => {
        data = Buffer.concat([data, chunk]);
        if (!open) {
          const end = data.indexOf("\r\n\r\n");
          if (end < 0) return;
          const head = data.subarray(0, end).toString();
          if (!head.startsWith("HTTP/1.1 101") || !head.includes(accept)) return reject(new Error(`The gateway refused: ${head.split("\r\n")[0]}`));
          open = true;
          data = data.subarray(end + 4);
        }
        for (let frame = take(); frame; frame = take()) receive(frame);
      });
      const take = () => {
        if (data.length < 2) return null;
        let length = data[1] & 127;
        let from = 2;
        if (length === 126) {
          if (data.length < 4) return null;
          length = data.readUInt16BE(2);
          from = 4;
        } else if (length === 127) {
          if (data.length < 10) return null;
          length = Number(data.readBigUInt64BE(2));
          from = 10;
        }
        if (data.length < from + length) return null;
        const frame = { op: data[0] & 15, body: data.subarray(from, from + length) };
        data = data.subarray(from + length);
        return frame;
      };
      const receive = ({ op, body }) => {
        if (op === 9) return this.frame(10, body);
        if (op === 8) return socket.end();
        if (op !== 1) return;
        const message = JSON.parse(body.toString());
        sequence = message.s ?? sequence;
        if (message.op === 10) {
          this.beat = setInterval(() => this.say({ op: 1, d: sequence }), message.d.heartbeat_interval);
          this.say({ op: 2, d: { token: this.token, intents: 1 | 512 | 4096, properties: { os: "linux", browser: "check", device: "check" } } });
        } else if (message.op === 1) this.say({ op: 1, d: sequence });
        else if (message.t === "READY") resolve(message.d);
        else if (message.t === "INTERACTION_CREATE") onInteraction(message.d).catch?.((error) => console.error(error.message));
      };
    });
  }

  say(payload) {
    this.frame(1, Buffer.from(JSON.stringify(payload)));
  }

  frame(op, body) {
    const mask = randomBytes(4);
    const head = body.length < 126 ? Buffer.from([128 | op, 128 | body.length]) : Buffer.from([128 | op, 128 | 126, body.length >> 8, body.length & 255]);
    this.socket.write(Buffer.concat([head, mask, Buffer.from(body.map((byte, i) => byte ^ mask[i % 4]))]));
  }

  logout() {
    clearInterval(this.beat);
    this.socket?.removeAllListeners("close");
    this.socket?.destroy();
  }
}
