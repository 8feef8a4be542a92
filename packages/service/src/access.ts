import type { FastifyInstance } from "fastify";

/**
 * Who may use a route: anyone (`public`), who may look (`read`), who may send facts and commands (`write`), who runs
 * the installation (`operate`). Declared by every route in `config.access`; shown in OpenAPI as `x-access`.
 */
export const ACCESS = ["public", "read", "write", "operate"] as const;
export type Access = (typeof ACCESS)[number];

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
  }
}

/**
 * Makes a route without `config.access` throw when it is registered, so that none is ever open by omission. Must run
 * before the first route.
 */
export function requireAccess(app: Pick<FastifyInstance, "addHook">): void {
  app.addHook("onRoute", (route) => {
    const access: unknown = route.config?.access;
    if (!ACCESS.some((known) => known === access)) {
      throw new Error(
        `route ${String(route.method)} ${route.url} does not say who may use it: set config.access to one of ${ACCESS.join(", ")}`,
      );
    }
  });
}
