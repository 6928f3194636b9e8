import { match, strictEqual } from "node:assert/strict";
import { olderThanNeeded } from "./deno_version.ts";

Deno.test("olderThanNeeded() names both versions and what to do", () => {
  match(olderThanNeeded("2.8.3") ?? "", /2\.9 or later.*2\.8\.3.*deno upgrade/);
  match(olderThanNeeded("1.46.0") ?? "", /1\.46\.0/);
});

Deno.test("olderThanNeeded() says nothing of a Deno that is new enough", () => {
  for (const version of ["2.9.0", "2.10.1", "3.0.0", "2.9.6+abc", Deno.version.deno]) {
    strictEqual(olderThanNeeded(version), undefined, version);
  }
});
