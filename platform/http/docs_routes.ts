/**
 * The OpenAPI document and its page, served without the network.
 *
 * @module
 */

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { HttpEnv } from "./http_env.ts";
import { ProblemSchema } from "./problem_schema.ts";

/** What the document says of its service. */
export interface ApiInfo {
  /** The service's name. */
  readonly title: string;
  /** The API's. */
  readonly version: string;
  /** A paragraph for whoever reads the document. */
  readonly description?: string;
}

const PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

const START = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#page",
  deepLinking: true,
  validatorUrl: null,
});
`;

/** Adds `/openapi.json` and `/docs`. The document is built once, from the routes there are by then. */
export function addDocsRoutes(app: OpenAPIHono<HttpEnv>, info: ApiInfo): void {
  let document: string | undefined;
  app.get("/openapi.json", (c) => {
    document ??= JSON.stringify(openApiDocument(app, info));
    return c.body(document, 200, { "content-type": "application/json" });
  });
  app.get("/docs", (c) => {
    c.header("content-security-policy", PAGE_POLICY);
    return c.html(page(info.title));
  });
  app.get("/docs/start.js", (c) => c.body(START, 200, { "content-type": "text/javascript" }));
  app.get("/docs/swagger-ui.js", async (c) => {
    const { script } = await import("./swagger_ui.ts");
    return c.body(script, 200, { "content-type": "text/javascript; charset=utf-8" });
  });
  app.get("/docs/swagger-ui.css", async (c) => {
    const { style } = await import("./swagger_ui.ts");
    return c.body(style, 200, { "content-type": "text/css; charset=utf-8" });
  });
}

/** The service's OpenAPI 3.1 document. */
export function openApiDocument(app: OpenAPIHono<HttpEnv>, info: ApiInfo): object {
  app.openAPIRegistry.register("Problem", ProblemSchema);
  return app.getOpenAPI31Document({ openapi: "3.1.0", info: { ...info } });
}

function page(title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="/docs/swagger-ui.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
