import swagger from "@fastify/swagger";
import { PROBLEM_MEDIA_TYPE, PROBLEM_SCHEMA } from "./problem.ts";
import type { App } from "./service.ts";

/** Collects the routes registered from here on and describes them at `/openapi.json` (OpenAPI 3.1). */
export async function registerOpenApi(app: App, title: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title,
        version: "1",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
    },
    transform: ({ schema, url, route }) => ({
      url,
      schema: {
        ...schema,
        // What any route may answer. Only described: a schema on the route itself would also cut the answer down.
        response: {
          ...(schema?.response ?? { "2xx": { description: "Done" } }),
          "4xx": problemResponse("The request is refused"),
          "5xx": problemResponse("It could not be done now, or something went wrong"),
        },
        "x-access": route.config?.access,
      },
    }),
  });
  app.get("/openapi.json", { config: { access: "public" }, schema: { hide: true } }, () => app.swagger());
}

function problemResponse(description: string): object {
  return { description, content: { [PROBLEM_MEDIA_TYPE]: { schema: PROBLEM_SCHEMA } } };
}
