/** Small services for tests of the chassis. */
import type { App, Readiness, Running, Service } from "../service.ts";

export interface TestServiceParts extends Partial<Omit<Service, "start">> {
  readonly readiness?: () => Readiness;
  readonly start?: Service["start"];
  readonly stop?: () => Promise<void>;
}

/** A service that does no more than the test says; ready at once. */
export function testService(parts: TestServiceParts = {}): Service {
  const running: Running = {
    readiness: parts.readiness ?? (() => ({ ready: true, reasons: [] })),
    stop: parts.stop ?? (async () => {}),
  };
  return {
    name: parts.name ?? "scorer",
    collections: parts.collections ?? [],
    topics: parts.topics ?? (() => []),
    routes: parts.routes ?? ((_app: App) => {}),
    start: parts.start ?? (async () => running),
  };
}
