import { deepStrictEqual } from "node:assert/strict";
import { dirname } from "node:path";
import { checkImports } from "./check_imports.ts";

/** A small project and all that the check has to say about it. */
interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly findings: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: "accepts a service whose imports point one way",
    files: {
      "messaging/deno.json": `{ "exports": { ".": "./mod.ts" } }`,
      "messaging/mod.ts": `export { send } from "./source.ts";`,
      "messaging/source.ts": `export const send = 1;`,
      "organization/main.ts": `import "./app.ts"; import "./store/sql_store.ts";`,
      "organization/app.ts": `import "./http/routes.ts";`,
      "organization/http/routes.ts": `import "../save_organization.ts";`,
      "organization/save_organization.ts": `import type { Store } from "./store.ts";`,
      "organization/store.ts": `export interface Store {}`,
      "organization/store/sql_store.ts": `import type { Store } from "../store.ts";`,
    },
    findings: [],
  },
  {
    name: "refuses a cycle that only types close",
    files: {
      "dev/main.ts": `import "./a.ts";`,
      "dev/a.ts": `import "./b.ts"; export interface A {}`,
      "dev/b.ts": `export type B = import("./a.ts").A;`,
    },
    findings: ["import cycle: dev/a.ts → dev/b.ts → dev/a.ts"],
  },
  {
    name: "reports a second cycle beside the first",
    files: {
      "dev/main.ts": `import "./a.ts"; import "./c.ts";`,
      "dev/a.ts": `import "./b.ts";`,
      "dev/b.ts": `import "./a.ts"; import "./c.ts";`,
      "dev/c.ts": `import "./d.ts";`,
      "dev/d.ts": `import "./c.ts";`,
    },
    findings: [
      "import cycle: dev/a.ts → dev/b.ts → dev/a.ts",
      "import cycle: dev/c.ts → dev/d.ts → dev/c.ts",
    ],
  },
  {
    name: "refuses a service that imports another service",
    files: {
      "licensing/main.ts": `import "../organization/organization.ts";`,
      "organization/organization.ts": "",
    },
    findings: [
      "licensing/main.ts imports organization/organization.ts: licensing/ may import contracts, messaging, platform",
      "licensing/main.ts imports organization/organization.ts: import it as @cauce/organization",
    ],
  },
  {
    name: "refuses platform code that knows a contract",
    files: {
      "platform/main.ts": `import type { Event } from "../contracts/event.ts";`,
      "contracts/event.ts": `export interface Event {}`,
    },
    findings: [
      "platform/main.ts imports contracts/event.ts: platform/ may import messaging",
      "platform/main.ts imports contracts/event.ts: import it as @cauce/contracts",
    ],
  },
  {
    name: "refuses messaging code that knows the platform",
    files: {
      "messaging/main.ts": `import "../platform/logger.ts";`,
      "platform/logger.ts": "",
    },
    findings: [
      "messaging/main.ts imports platform/logger.ts: messaging/ may import nothing outside itself",
      "messaging/main.ts imports platform/logger.ts: import it as @cauce/platform",
    ],
  },
  {
    name: "refuses production code that uses what tests use",
    files: {
      "dev/main.ts": `import "../tests/support.ts";`,
      "tests/support.ts": "",
    },
    findings: [
      "dev/main.ts imports tests/support.ts: dev/ may import contracts, messaging, platform, organization, licensing, console",
    ],
  },
  {
    name: "refuses a folder that no rule knows",
    files: { "utils/main.ts": `import "../dev/a.ts";`, "dev/a.ts": "" },
    findings: ["utils/main.ts imports dev/a.ts: utils/ is not in tools/import_rules.ts"],
  },
  {
    name: "refuses a relative path into another package",
    files: {
      "contracts/main.ts": `import "../messaging/channel.ts";`,
      "messaging/channel.ts": "",
    },
    findings: [
      "contracts/main.ts imports messaging/channel.ts: import it as @cauce/messaging",
    ],
  },
  {
    name: "refuses a use case that knows its adapter, even by a type",
    files: {
      "organization/main.ts": `import "./save_organization.ts";`,
      "organization/save_organization.ts": `import type { Sql } from "./store/sql_store.ts";`,
      "organization/store/sql_store.ts": `export interface Sql {}`,
    },
    findings: [
      "organization/save_organization.ts imports organization/store/sql_store.ts: a file at the service's root may not import an adapter",
    ],
  },
  {
    name: "refuses a use case that knows HTTP, and an adapter that does",
    files: {
      "organization/main.ts": `import "./save_organization.ts"; import "./store/sql_store.ts";`,
      "organization/save_organization.ts": `import "./http/routes.ts";`,
      "organization/store/sql_store.ts": `import "../http/routes.ts";`,
      "organization/http/routes.ts": "",
    },
    findings: [
      "organization/save_organization.ts imports organization/http/routes.ts: a file at the service's root may not import http/",
      "organization/store/sql_store.ts imports organization/http/routes.ts: an adapter may not import http/",
    ],
  },
  {
    name: "refuses an HTTP handler that reaches past the use case into an adapter",
    files: {
      "licensing/main.ts": `import "./http/routes.ts";`,
      "licensing/http/routes.ts": `import "../cache/redis_cache.ts";`,
      "licensing/cache/redis_cache.ts": "",
    },
    findings: [
      "licensing/http/routes.ts imports licensing/cache/redis_cache.ts: http/ may not import an adapter",
    ],
  },
  {
    name: "refuses an adapter that knows another adapter",
    files: {
      "licensing/main.ts": `import "./cache/redis_cache.ts";`,
      "licensing/cache/redis_cache.ts": `import "../store/sql_store.ts";`,
      "licensing/store/sql_store.ts": "",
    },
    findings: [
      "licensing/cache/redis_cache.ts imports licensing/store/sql_store.ts: an adapter may not import another adapter",
    ],
  },
  {
    name: "refuses a binder that knows more than the port and the helpers beside it",
    files: {
      "messaging/main.ts": `import "./binders/registry.ts";`,
      "messaging/lanes.ts": "",
      "messaging/binder.ts": "",
      "messaging/binders/options.ts": "",
      "messaging/binders/registry.ts": `export const load = () => import("./kafka/binder.ts");`,
      "messaging/binders/kafka/binder.ts":
        `import "../../binder.ts"; import "../options.ts"; import "../../lanes.ts"; import "../redis/keys.ts";`,
      "messaging/binders/redis/keys.ts": "",
    },
    findings: ["messaging/lanes.ts", "messaging/binders/redis/keys.ts"].map((seen) =>
      `messaging/binders/kafka/binder.ts imports ${seen}: a binder sees only messaging/binder.ts, messaging/message.ts, messaging/errors.ts, messaging/logger.ts and the helpers in messaging/binders/`
    ),
  },
  {
    name: "refuses a folder's own mod.ts inside that folder",
    files: {
      "messaging/main.ts": `import "./outbox/relay.ts";`,
      "messaging/outbox/relay.ts": `import "../mod.ts";`,
      "messaging/mod.ts": "",
    },
    findings: [
      "messaging/outbox/relay.ts imports messaging/mod.ts: a folder's mod.ts is for those outside of it; import the file itself",
    ],
  },
  {
    name: "refuses sources that nothing uses, and knows tasks, exports and programs by their path",
    files: {
      "deno.json": `{ "tasks": { "start": "deno run dev/task.ts" } }`,
      "dev/task.ts": `export const program = "dev/program.ts"; // not "dev/left_over.tsx"`,
      "dev/program.ts": "",
      "dev/left_over.ts": "",
      "messaging/deno.json": `{ "exports": { "./outbox": "./outbox/mod.ts" } }`,
      "messaging/outbox/mod.ts": `import script from "./used.lua" with { type: "text" };`,
      "messaging/outbox/used.lua": "return 1",
      "messaging/outbox/unused.lua": "return 2",
    },
    findings: [
      "dev/left_over.ts: nothing uses it",
      "messaging/outbox/unused.lua: nothing uses it",
    ],
  },
  {
    name: "refuses a file that is too long",
    files: { "dev/main.ts": "//\n".repeat(300), "dev/run.sh": "#\n".repeat(301) },
    findings: ["dev/run.sh: 301 lines, more than 300"],
  },
  {
    name: "names an import that leads nowhere",
    files: { "dev/main.ts": `import "./gone.ts";` },
    findings: ["dev/main.ts imports dev/gone.ts: there is no such file"],
  },
];

for (const { name, files, findings } of CASES) {
  Deno.test(`checkImports() ${name}`, async () => {
    await using project = await createProject(files);

    const found = await checkImports(project.root);

    deepStrictEqual(found, findings);
  });
}

async function createProject(
  files: Readonly<Record<string, string>>,
): Promise<{ root: string } & AsyncDisposable> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "cauce_imports_" }));
  for (const [file, text] of Object.entries(files)) {
    await Deno.mkdir(`${root}/${dirname(file)}`, { recursive: true });
    await Deno.writeTextFile(`${root}/${file}`, text);
  }
  return { root, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}
