/**
 * `pnpm bench live`: facts at a fixed rate, open loop (a slow answer delays no later fact); from the answer that
 * accepts a fact to the WebSocket frame with the grade that follows from it.
 */
import { makeUscc } from "@sanfen/model";
import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { figureLine, quantile } from "./report.ts";
import { serve } from "./served.ts";

const RATE = 500;
const SECONDS = 20;
const WARM_UP_SECONDS = 4;
const REGION = "330402";

interface Passage {
  sent: number;
  accepted?: number;
  framed?: number;
}

export async function benchLive(runs: number, name: string, env: Readonly<Record<string, string>>): Promise<void> {
  const p50: number[] = [];
  const p99: number[] = [];
  const whole: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const server = await serve(env);
    try {
      const passages = await measure(server.address);
      const after = passages.map(({ accepted, framed }) => Math.max(0, framed! - accepted!));
      p50.push(quantile(after, 0.5));
      p99.push(quantile(after, 0.99));
      whole.push(
        quantile(
          passages.map(({ sent, framed }) => framed! - sent),
          0.99,
        ),
      );
    } finally {
      await server.stop();
    }
  }
  console.log(`live, ${name}: ${RATE} facts/s offered for ${SECONDS} s, one a request, a client on grades:33`);
  console.log(figureLine({ name: "fact accepted to WebSocket frame, p50", unit: "ms", values: p50, digits: 1 }));
  console.log(figureLine({ name: "fact accepted to WebSocket frame, p99", unit: "ms", values: p99, digits: 1 }));
  console.log(figureLine({ name: "fact sent to WebSocket frame, p99", unit: "ms", values: whole, digits: 1 }));
}

async function measure(address: string): Promise<Passage[]> {
  const total = RATE * (SECONDS + WARM_UP_SECONDS);
  const subjects = Array.from({ length: total }, (_, serial) => makeUscc("9", "1", "330402", serial));
  const today = new Date().toISOString().slice(0, 10);
  await register(address, subjects, today);
  const passages = new Map<string, Passage>();
  const socket = await subscribed(address, (id) => {
    const passage = passages.get(id);
    if (passage) passage.framed ??= performance.now();
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const started = performance.now();
  for (const [place, subject] of subjects.entries()) {
    const due = started + (place * 1_000) / RATE;
    const early = due - performance.now();
    if (early > 1) await pause(early);
    const passage: Passage = { sent: performance.now() };
    passages.set(subject, passage);
    post(agent, address, {
      id: `bench:${place}`,
      subject,
      role: "maker",
      kind: "inspection",
      occurredOn: today,
      source: "bench",
      body: { result: "fail", severity: "critical" },
    }).then(
      () => (passage.accepted = performance.now()),
      (error: unknown) => console.error(String(error)),
    );
  }
  const all = [...passages.values()];
  const until = performance.now() + 20_000;
  while (all.some(({ accepted, framed }) => accepted === undefined || framed === undefined)) {
    if (performance.now() > until)
      throw new Error(`${all.filter(({ framed }) => framed === undefined).length} facts never came to a frame`);
    await pause(20);
  }
  socket.close();
  agent.destroy();
  return all.slice(RATE * WARM_UP_SECONDS);
}

async function register(address: string, subjects: readonly string[], today: string): Promise<void> {
  for (let from = 0; from < subjects.length; from += 2_000) {
    const facts = subjects.slice(from, from + 2_000).map((subject) => ({
      id: `bench:registration:${subject}`,
      subject,
      kind: "registration",
      occurredOn: today,
      region: REGION,
      source: "bench",
      body: { name: subject, roles: ["maker"] },
    }));
    const answer = await fetch(`${address}/v1/facts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(facts),
    });
    const { accepted, after } = (await answer.json()) as { accepted: number; after: string };
    if (accepted !== facts.length) throw new Error(`${facts.length - accepted} registrations were refused`);
    await fetch(`${address}/v1/enterprises?limit=1&after=${after}`);
  }
}

async function subscribed(address: string, framed: (id: string) => void): Promise<WebSocket> {
  const socket = new WebSocket(`${address.replace("http", "ws")}/v1/live`);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("error", () => reject(new Error("the live connection failed")));
    socket.addEventListener("message", ({ data }: MessageEvent<string>) => {
      const frame = JSON.parse(data) as { op: string; record?: { id: string; score: number | null } };
      if (frame.op === "hello") socket.send(JSON.stringify({ op: "subscribe", channel: "grades:33" }));
      if (frame.op === "snapshot") resolve();
      if (frame.op === "event" && (frame.record?.score ?? 0) > 0) framed(frame.record!.id);
    });
  });
  return socket;
}

function post(agent: Agent, address: string, fact: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${address}/v1/facts`,
      { method: "POST", agent, headers: { "content-type": "application/json" } },
      (answer) => {
        answer.resume();
        answer.on("end", () => (answer.statusCode === 202 ? resolve() : reject(new Error(`${answer.statusCode}`))));
      },
    );
    outgoing.on("error", reject);
    outgoing.end(JSON.stringify(fact));
  });
}
