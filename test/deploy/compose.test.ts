import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig, SERVICE_NAMES } from "@sanfen/service";
import { Ajv } from "ajv";
import schema from "docker-compose/schema/compose-spec.json" with { type: "json" };
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../run/files.ts";

interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: unknown;
  readonly read_only?: boolean;
  readonly depends_on?: Readonly<Record<string, unknown>>;
}

const deploy = join(ROOT, "deploy");
/** With the defaults of its variables, as `docker compose config` shows it. */
const text = readFileSync(join(deploy, "compose.yaml"), "utf8").replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1");
const compose = parse(text, { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const dockerfile = readFileSync(join(deploy, "Dockerfile"), "utf8");

describe("compose.yaml", () => {
  test("is a Compose file", () => {
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    const { $schema: _, ...rest } = schema;
    const valid = ajv.compile(rest);
    expect(valid(compose) ? [] : valid.errors).toEqual([]);
    expect(valid({ services: { a: { imago: "b" } } })).toBe(false);
  });

  test("has the six services, what they stand on, and who watches them", () => {
    expect(Object.keys(compose.services).toSorted()).toEqual(
      [...SERVICE_NAMES, "kafka", "mongodb", "prometheus"].toSorted(),
    );
  });

  test.each(SERVICE_NAMES)("%s has a configuration that it takes", (name) => {
    const { environment = {}, command, build, read_only, depends_on = {} } = compose.services[name]!;
    expect(command).toEqual(["start", "--service", name]);
    expect(build?.dockerfile).toBe("deploy/Dockerfile");
    expect(read_only).toBe(true);
    expect(Object.keys(depends_on)).toEqual(["kafka", "mongodb"]);
    expect(readConfig(environment)).toMatchObject({
      config: {
        listen: { host: "0.0.0.0", port: 8080 },
        log: { kind: "kafka", brokers: ["kafka:9092"] },
        store: { kind: "mongodb" },
        demo: "off",
      },
    });
  });

  test("tells the gateway where each of the others is", () => {
    const read = readConfig(compose.services["gateway"]?.environment ?? {});
    const others = SERVICE_NAMES.filter((name) => name !== "gateway");
    expect("config" in read && read.config.peers).toEqual(
      Object.fromEntries(others.map((name) => [name, `http://${name}:8080`])),
    );
  });

  test("publishes on this machine's loopback only, and no service but the gateway", () => {
    const published = Object.entries(compose.services).filter(([, { ports }]) => ports !== undefined);
    expect(published.map(([name]) => name).toSorted()).toEqual(["gateway", "prometheus"]);
    for (const [name, { ports = [] }] of published) {
      expect(
        ports.every((port) => /^127\.0\.0\.1:\d+:\d+$/.test(port)),
        name,
      ).toBe(true);
    }
  });

  test("knows of each container whether it is well", () => {
    expect(dockerfile).toMatch(/^HEALTHCHECK .*\n.*\/readyz/m);
    const asked = Object.entries(compose.services).filter(([, { healthcheck, build }]) => healthcheck ?? build);
    expect(asked).toHaveLength(Object.keys(compose.services).length);
  });

  test("keeps what must be kept in volumes", () => {
    const kept = ["kafka", "mongodb", "ingest", "prometheus"].flatMap((name) => compose.services[name]?.volumes ?? []);
    const named = kept.filter((volume) => !volume.startsWith(".")).map((volume) => volume.split(":")[0]);
    expect(named).toEqual(Object.keys(compose.volumes));
  });
});

describe("the image", () => {
  test("runs as nobody in particular, on the Node that the tests run on", () => {
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(new RegExp(`^ARG NODE_IMAGE=node:${process.versions.node.split(".")[0]}-slim$`, "m"));
  });

  test("is installed by the package manager that the tests were installed by", () => {
    const ci = readFileSync(join(ROOT, ".ci", "run"), "utf8");
    const pinned = /pnpm@[\d.]+/;
    expect(pinned.exec(dockerfile)?.[0]).toBe(pinned.exec(ci)?.[0]);
  });
});
