/**
 * The OpenAPI document and its page, served without the network.
 *
 * @module
 */

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AccessTable } from "../auth/access.ts";
import type { HttpEnv } from "./http_env.ts";
import { ProblemSchema } from "./problem_schema.ts";
import { securedDocument, SECURITY_SCHEME } from "./secured_document.ts";

/** What the document says of its service. */
export interface ApiInfo {
  /** The service's name. */
  readonly title: string;
  /** The API's. */
  readonly version: string;
  /** A paragraph for whoever reads the document. */
  readonly description?: string;
}

/** What the routes are made of. */
export interface DocsOptions extends ApiInfo {
  /** Who may do what, where callers are known. */
  readonly table?: AccessTable | undefined;
}

const PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; " +
  "frame-ancestors 'none'";

/** Keeps the access token in the page alone, so that it is gone when the page is. */
const START = `const form = document.querySelector("#access");
const note = document.querySelector("#note");
async function show(token) {
  const headers = token === "" ? {} : { authorization: "Bearer " + token };
  const response = await fetch("/openapi.json", { headers });
  const body = await response.json();
  if (!response.ok) {
    note.textContent = token === "" ? "" : body.detail;
    form.hidden = false;
    return;
  }
  form.hidden = true;
  const page = SwaggerUIBundle({
    spec: body,
    dom_id: "#page",
    deepLinking: true,
    validatorUrl: null,
    onComplete() {
      if (token !== "") page.preauthorizeApiKey("${SECURITY_SCHEME}", token);
    },
  });
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  show(form.elements.token.value.trim());
});
show("");
`;

/** Adds `/openapi.json` and `/docs`. The document is built once, from the routes there are by then. */
export function addDocsRoutes(app: OpenAPIHono<HttpEnv>, options: DocsOptions): void {
  let text: string | undefined;
  app.get("/openapi.json", (c) => {
    text ??= JSON.stringify(openApiDocument(app, options));
    return c.body(text, 200, { "content-type": "application/json" });
  });
  app.get("/docs", (c) => {
    c.header("content-security-policy", PAGE_POLICY);
    return c.html(page(options.title));
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

function openApiDocument(app: OpenAPIHono<HttpEnv>, { table, ...info }: DocsOptions): object {
  app.openAPIRegistry.register("Problem", ProblemSchema);
  const document = app.getOpenAPI31Document({ openapi: "3.1.0", info });
  return table ? securedDocument(document, table) : document;
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
<form id="access" hidden>
<p><label>Access token <input name="token" type="password" autocomplete="off" size="60"></label>
<button>Show</button></p>
<p id="note" role="alert"></p>
</form>
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
