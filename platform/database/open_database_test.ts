import { match, ok, rejects } from "node:assert/strict";
import { ConfigError } from "@cauce/messaging";
import { openDatabase } from "./open_database.ts";

Deno.test("openDatabase() names the setting when the file's folder cannot be made", async () => {
  const file = await Deno.makeTempFile();

  await rejects(openDatabase(`sqlite:${file}/organization.sqlite`), (error) => {
    ok(error instanceof ConfigError);
    match(error.problems.join(), /^DATABASE_URL: cannot make the folder ".+": /);
    return true;
  });

  await Deno.remove(file);
});
