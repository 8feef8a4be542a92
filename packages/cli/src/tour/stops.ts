/** The stops of the tour, each with real questions to a running server. */
import type { Client } from "../client.ts";
import { CliError, EXIT } from "../exit.ts";
import type { Terminal } from "../terminal.ts";
import { setTimeout as pause } from "node:timers/promises";
import {
  colourText,
  regionLine,
  type EnterpriseAnswer,
  type FactAnswer,
  type List,
  type RegionAnswer,
  type TaskAnswer,
  type WarningAnswer,
} from "./answers.ts";

const LOOK_MS = 200;
const WAIT_MS = 20_000;
/** From worst to best. */
const ORDER = ["red", "orange", "yellow", "blue", "green", "none"];
const SHOWN = 5;

/** What the tour found on its way, for those who want it as JSON. */
export interface Findings {
  readonly region: RegionAnswer;
  readonly enterprise: EnterpriseAnswer | null;
  readonly sent: { readonly fact: string; readonly before: EnterpriseAnswer; readonly after: EnterpriseAnswer };
  readonly task: TaskAnswer;
  readonly warning: WarningAnswer | null;
}

/** First stop: a city, its parts, and the worst of them. */
export async function seeRegion(client: Client, terminal: Terminal, root: string): Promise<RegionAnswer> {
  let region = await client.get<RegionAnswer>(`/v1/regions/${encodeURIComponent(root)}`);
  let parts = await partsOf(client, root);
  // A root with one part in it shows little: down to where the map begins.
  while (parts.length === 1) {
    region = await client.get<RegionAnswer>(`/v1/regions/${encodeURIComponent(parts[0]!.code)}`);
    parts = await partsOf(client, region.code);
  }
  const { zh, en } = colourText(region.colour);
  terminal.line({
    zh: `${region.name} 在 ${region.asOf} 为${zh}色（${region.provisional ? "临时，待结算" : "已结算"}），按规则 ${region.rulebook}。下辖各区域：`,
    en: `${region.name} is ${en} on ${region.asOf} (${region.provisional ? "provisional until the next closing" : "closed"}), under ${region.rulebook}. Its parts:`,
  });
  for (const part of parts) terminal.line(regionLine(part));
  terminal.line(`  GET ${client.base}/v1/regions/${region.code}/children`);
  const worst = parts.toSorted((a, b) => ORDER.indexOf(a.colour) - ORDER.indexOf(b.colour))[0];
  return worst ?? region;
}

/** Second stop: an enterprise at risk, why, and the facts behind it. */
export async function seeEnterprise(
  client: Client,
  terminal: Terminal,
  region: RegionAnswer,
): Promise<EnterpriseAnswer | null> {
  const path = `/v1/enterprises?region=${encodeURIComponent(region.code)}&grade=risk&limit=1`;
  const enterprise = (await client.get<List<EnterpriseAnswer>>(path)).items[0];
  if (!enterprise) {
    terminal.line({ zh: `${region.name}没有风险企业`, en: `${region.name} has no enterprise at risk` });
    return null;
  }
  terminal.line({
    zh: `${enterprise.name}（${enterprise.id}）是风险企业，${enterprise.score} 分，因为：`,
    en: `${enterprise.name} (${enterprise.id}) is at risk with ${enterprise.score} points, because:`,
  });
  const reasons = enterprise.reasons.toSorted((a, b) => b.points - a.points);
  for (const { text, points, facts } of reasons.slice(0, SHOWN)) {
    terminal.line(
      `  ${String(points).padStart(3)}  ${terminal.words(text)}\n       ← ${facts.slice(0, SHOWN).join(", ")}`,
    );
  }
  terminal.line({ zh: "背后的事实：", en: "The facts behind it:" });
  const behind = new Set(reasons.flatMap(({ facts }) => facts));
  const timeline = await client.get<List<FactAnswer>>(`/v1/enterprises/${enterprise.id}/timeline?limit=500`);
  for (const { id, kind, occurredOn, body } of timeline.items.filter((fact) => behind.has(fact.id)).slice(0, SHOWN)) {
    const said = Object.entries(body ?? {})
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(", ");
    terminal.line(`  ${occurredOn}  ${kind}  ${id}  ${said}`);
  }
  return enterprise;
}

/** Third stop: one failed inspection comes in; the grade and the counts follow. */
export async function sendFailure(client: Client, terminal: Terminal, region: RegionAnswer): Promise<Findings["sent"]> {
  const path = `/v1/enterprises?region=${encodeURIComponent(region.code)}&grade=normal&limit=500`;
  const candidates = (await client.get<List<EnterpriseAnswer>>(path)).items.filter(
    ({ products }) => products.length > 0,
  );
  // The one nearest to the limit: that is where one fact shows most.
  const before = candidates.toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0))[0];
  if (!before) {
    throw new CliError(EXIT.failed, { zh: "此区域没有可用的企业", en: "there is no enterprise here to try it with" });
  }
  const fact = `tour:${Date.now().toString(36)}`;
  const document = {
    id: fact,
    subject: before.id,
    role: "maker",
    kind: "inspection",
    occurredOn: await today(client, region),
    product: before.products[0],
    source: "tour",
    simulated: true,
    body: { result: "fail", severity: "critical", items: ["拉伸强度"] },
  };
  terminal.line({
    zh: `${before.name} 现为 ${before.grade}，${before.score} 分。送入一次严重不合格：`,
    en: `${before.name} is ${before.grade} with ${before.score} points. One critical failure comes in:`,
  });
  terminal.line(`  POST ${client.base}/v1/facts ${JSON.stringify(document)}`);
  const { after: position } = await client.post<{ after?: string }>(
    "/v1/facts",
    JSON.stringify(document),
    "application/json",
  );
  const query = position === undefined ? "" : `?after=${encodeURIComponent(position)}`;
  const after = await client.get<EnterpriseAnswer>(`/v1/enterprises/${before.id}${query}`);
  const then = await client.get<RegionAnswer>(`/v1/regions/${encodeURIComponent(region.code)}${query}`);
  terminal.line({
    zh: `之后：${after.grade}，${after.score} 分；所在区域：`,
    en: `Then: ${after.grade} with ${after.score} points; its region, before and after:`,
  });
  terminal.line(regionLine(region));
  terminal.line(regionLine(then));
  return { fact, before, after };
}

/** Fourth stop: the task that the failure led to. */
export async function seeTask(
  client: Client,
  terminal: Terminal,
  { fact, before }: Findings["sent"],
): Promise<TaskAnswer> {
  const query = before.region === null ? "" : `region=${encodeURIComponent(before.region)}&`;
  const task = await eventually(terminal, async () => {
    const { items } = await client.get<List<TaskAnswer>>(`/v1/tasks?${query}state=open&limit=500`);
    return items.find(({ cause }) => cause === fact);
  });
  if (!task) throw new CliError(EXIT.failed, { zh: "没有等到任务", en: "the task did not come" });
  terminal.line({
    zh: `由此产生复查任务 ${task.id}（${task.state}，${task.createdOn}）：可接受、反馈、关闭，结果作为事实回到日志`,
    en: `It became the recheck task ${task.id} (${task.state}, ${task.createdOn}): accepted, reported on, closed; the result comes round as a fact`,
  });
  terminal.line(`  GET ${client.base}/v1/tasks/${task.id}`);
  return task;
}

/** Fifth stop: a warning is acknowledged, and that is in the log too. */
export async function acknowledge(client: Client, terminal: Terminal): Promise<WarningAnswer | null> {
  const { items } = await client.get<List<WarningAnswer>>("/v1/warnings?state=raised&limit=1");
  const warning = items[0];
  if (!warning) {
    terminal.line({ zh: "现在没有未确认的预警", en: "No warning waits to be acknowledged now" });
    return null;
  }
  terminal.line({
    zh: `${warning.raisedOn} 的预警（${warning.kind}，${warning.severity}）：${warning.name}。确认它：`,
    en: `A warning of ${warning.raisedOn} (${warning.kind}, ${warning.severity}): ${warning.name}. Acknowledge it:`,
  });
  const command = { actor: "visitor-1", expected: warning.lastCommand, note: "tour" };
  const path = `/v1/warnings/${encodeURIComponent(warning.id)}`;
  terminal.line(`  POST ${client.base}${path}/acknowledge ${JSON.stringify(command)}`);
  await client.post(`${path}/acknowledge`, JSON.stringify(command), "application/json");
  const after = await eventually(terminal, async () => {
    const now = await client.get<WarningAnswer>(path);
    return now.state === "raised" ? undefined : now;
  });
  if (!after) throw new CliError(EXIT.failed, { zh: "预警没有改变", en: "the warning did not change" });
  terminal.line({ zh: `之后：${after.state}`, en: `Then: ${after.state}` });
  return after;
}

async function partsOf(client: Client, code: string): Promise<readonly RegionAnswer[]> {
  return (await client.get<List<RegionAnswer>>(`/v1/regions/${encodeURIComponent(code)}/children`)).items;
}

/** The day in force at the server: our own clock may lie in another zone. */
async function today(client: Client, { code }: RegionAnswer): Promise<string> {
  return (await client.get<RegionAnswer>(`/v1/regions/${encodeURIComponent(code)}`)).asOf;
}

async function eventually<T>({ signal }: Terminal, look: () => Promise<T | undefined>): Promise<T | undefined> {
  for (const until = performance.now() + WAIT_MS; performance.now() < until;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(LOOK_MS, undefined, { signal });
  }
  return undefined;
}
