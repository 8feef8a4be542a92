/** One HTTP server for one service or for many: the same code in a process of its own and in the embedded mode. */
import Fastify, { LogController } from "fastify";
import { setTimeout as wait } from "node:timers/promises";
import { requireAccess } from "./access.ts";
import { registerHealth } from "./health.ts";
import { InFlight } from "./in-flight.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { registerOpenApi } from "./openapi.ts";
import { answerClientError, answerError, registerProblems } from "./problem-handler.ts";
import { readinessOf } from "./readiness.ts";
import { registerRequestHooks, requestId } from "./request-hooks.ts";
import type { App, Platform, Readiness, Running, Service } from "./service.ts";
import { watchStalls, type StallWatch } from "./stall.ts";
import { createAll } from "./start-up.ts";
import { compileValidator } from "./validation.ts";

export interface ServerOptions {
  readonly platform: Platform;
  /** Started in this order, stopped in the reverse. */
  readonly services: readonly Service[];
  /** What the process is called in its OpenAPI document: the name of its service, or of the whole. */
  readonly serviceName: string;
  /** How long a client may take over the head of a request, in ms. Default 15 s. */
  readonly headersTimeoutMs?: number;
  /** How long a client may take over a whole request, in ms; bounds uploads. Default 10 minutes. */
  readonly requestTimeoutMs?: number;
}

export interface Server {
  /** All routes are registered; `app.inject` works before `start`. */
  readonly app: App;
  /**
   * Listens at once (so that `/livez` answers), then creates topics and collections, waiting for a log or store that
   * is not there yet, and starts the services. Resolves with the address (`http://…`) when all are started; rejects
   * for what no waiting mends, and then wants `stop`.
   */
  start(): Promise<string>;
  readiness(): Promise<Readiness>;
  /**
   * Refuses new work (503), lets the requests in hand end, stops the services, closes: all within
   * `config.shutdownMs`. Rejects with AggregateError, when all is closed, if a service did not stop well.
   */
  stop(): Promise<void>;
}

/** Builds the server with the routes of all its services. Throws for a route that declares no access. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { platform, services } = options;
  const { config, logger, metrics } = platform;
  const headersTimeout = options.headersTimeoutMs ?? 15_000;
  const requestTimeout = options.requestTimeoutMs ?? 600_000;
  const running = new Map<Service, Running>();
  const inFlight = new InFlight();
  const ended = new AbortController();
  let stalls: StallWatch | undefined;

  const app: App = Fastify({
    loggerInstance: logger,
    // Answers are written by a hook of ours, at level debug.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    bodyLimit: config.maxBodyBytes,
    requestTimeout,
    http: { headersTimeout, connectionsCheckingInterval: Math.min(headersTimeout, 5_000) },
    routerOptions: { maxParamLength: 256 },
    frameworkErrors: (error, request, reply) => {
      answerError(error, request, reply);
    },
    clientErrorHandler: answerClientError,
    // What has not ended by then has had its time: see stop.
    forceCloseConnections: true,
  });
  app.setValidatorCompiler(compileValidator);
  requireAccess(app);
  const add405 = methodNotAllowed(app);
  registerProblems(app);
  inFlight.watch(app);
  registerRequestHooks(app, { config, metrics, stopping: () => ended.signal.aborted });
  await registerOpenApi(app, `sanfen ${options.serviceName}`);

  const readiness = readinessOf({
    log: platform.log,
    store: platform.store,
    clock: platform.clock,
    stalls: { worstMs: () => stalls?.worstMs() ?? 0 },
    reasons: () => (ended.signal.aborted ? ["stopping"] : services.flatMap((service) => reasonsOf(service))),
  });

  function reasonsOf(service: Service): readonly string[] {
    const { ready, reasons } = running.get(service)?.readiness() ?? { ready: false, reasons: ["starting"] };
    const told = !ready && reasons.length === 0 ? ["not ready"] : reasons;
    return told.map((reason) => `${service.name}: ${reason}`);
  }

  registerHealth(app, metrics, readiness);
  for (const service of services) {
    // A scope of its own: content types and hooks that a service adds do not reach the others.
    await app.register(async (scope) => service.routes(scope, platform));
  }
  add405();
  await app.ready();

  let starting: Promise<string> | undefined;
  async function start(): Promise<string> {
    stalls = watchStalls(() => performance.now());
    const address = await app.listen({ host: config.listen.host, port: config.listen.port });
    await createAll(platform, services, ended.signal);
    for (const service of services) {
      ended.signal.throwIfAborted();
      const at = await service.start(platform);
      // Stopped in the meantime: nobody else knows of this one.
      if (ended.signal.aborted) await at.stop();
      else running.set(service, at);
    }
    ended.signal.throwIfAborted();
    logger.info({ address, services: services.map((service) => service.name) }, "started");
    return address;
  }

  async function stop(): Promise<void> {
    ended.abort(new Error("the server was stopped"));
    const errors: unknown[] = [];
    const deadline = performance.now() + config.shutdownMs;
    // Requests may take half of the time, so that services have the other half to put away what they hold.
    const drained = Promise.all([inFlight.none(), Promise.allSettled([starting])]);
    if (!(await endsBefore(deadline - config.shutdownMs / 2, drained))) logger.warn("cutting off requests in hand");
    const left = [...running];
    for (let next = left.pop(); next; next = left.pop()) {
      const [service, at] = next;
      // An equal share of what is left for each, so that one that hangs does not take the time of the others.
      const now = performance.now();
      try {
        if (!(await endsBefore(now + (deadline - now) / (left.length + 1), at.stop())))
          errors.push(new Error(`${service.name} did not stop in time`));
      } catch (error) {
        errors.push(error);
      }
    }
    await app.close();
    stalls?.stop();
    if (errors.length > 0) throw new AggregateError(errors, "not everything stopped well");
    logger.info("stopped");
  }

  let stopped: Promise<void> | undefined;
  return {
    app,
    start: () => (starting ??= start()),
    readiness,
    stop: () => (stopped ??= stop()),
  };
}

/** False when the work goes on beyond the deadline (by `performance.now()`); rejects as the work does. */
async function endsBefore(deadline: number, work: Promise<unknown>): Promise<boolean> {
  const done = new AbortController();
  const late = wait(Math.max(0, deadline - performance.now()), false, { signal: done.signal });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    late.catch(() => false);
    done.abort();
  }
}
