import { doesNotMatch, match, ok, rejects, strictEqual } from "node:assert/strict";
import { DatabaseUnavailableError, openDatabase } from "@cauce/platform/database";
import { organizationNamed } from "../support/main_job.ts";
import { request } from "../support/http.ts";
import { openSecurePostgres, type SecurePostgres, USER } from "../support/secure_postgres.ts";
import { startService } from "../support/service_processes.ts";
import { until } from "../support/until.ts";

const WRONG = "wr0ng-passw0rd";
const UNTRUSTED =
  /: its certificate is from an authority that is not trusted here; check DATABASE_SSL_CA$/;
const REFUSED = /: it refused the user or password; check DATABASE_URL$/;

Deno.test("PostgreSQL: TLS and passwords", async (test) => {
  await using postgres = await openSecurePostgres();
  const { authority, otherAuthority } = postgres;

  await test.step("every connection is encrypted, the one that listens too", async () => {
    await using database = await openDatabase(postgres.url(), { ca: authority });
    let calls = 0;
    await using _listener = await database.listen("things", () => calls += 1);

    await until(
      async () => {
        await database.transaction((transaction) => transaction.notify("things"));
        return calls > 1;
      },
      "a call after a commit",
    );

    strictEqual(await postgres.isEncrypted(), true);
  });

  await test.step("one of several authorities is enough, and a name does as an address does", async () => {
    const url = postgres.url().replace("127.0.0.1", "localhost");
    await using database = await openDatabase(url, { ca: `${otherAuthority}\n${authority}` });

    await database.ping();
  });

  await test.step("another authority, or only the system's, names the authority", async () => {
    await expectUnavailable(postgres.url(), { ca: otherAuthority, reason: UNTRUSTED });
    await expectUnavailable(postgres.url(), { ca: undefined, reason: UNTRUSTED });
  });

  await test.step("a wrong password names the setting, and no secret", async () => {
    const said = await expectUnavailable(postgres.url(WRONG), { ca: authority, reason: REFUSED });

    doesNotMatch(said, new RegExp(WRONG));
  });

  for (
    const [shown, reason] of [
      ["expired", /has expired .+ check the database's certificate and this machine's clock$/],
      ["misnamed", /its certificate is for another name; check DATABASE_URL$/],
      ["none", /it did not speak TLS; check sslmode in DATABASE_URL$/],
    ] as const
  ) {
    await test.step(`a certificate that is ${shown} is one clear error, by address and by name`, async () => {
      await postgres.show(shown);
      const url = postgres.url();
      await expectUnavailable(url, { ca: authority, reason });
      await expectUnavailable(url.replace("127.0.0.1", "localhost"), { ca: authority, reason });
      await postgres.show("good");
    });
  }

  await test.step("a certificate for a name does not do for the address behind it", async () => {
    await postgres.show("for localhost");
    await using _database = await openDatabase(postgres.url().replace("127.0.0.1", "localhost"), {
      ca: authority,
    });

    await expectUnavailable(postgres.url(), { ca: authority, reason: /is for another name/ });
    await postgres.show("good");
  });

  await test.step("a service ends with 69 and one line where it may not come in, to be started again", async () => {
    for (
      const [url, ca, reason] of [
        [postgres.url(WRONG), authority, REFUSED],
        [postgres.url(), otherAuthority, UNTRUSTED],
      ] as const
    ) {
      const { code, lines } = await runToEnd({ url, ca });

      strictEqual(code, 69, lines.join("\n"));
      strictEqual(lines.length, 1, lines.join("\n"));
      match(lines[0] ?? "", reason);
    }
  });

  await test.step("a service that runs outlives a change of the password, and a bad certificate", async () => {
    await expectRecovery(postgres);
  });
});

async function expectUnavailable(
  url: string,
  { ca, reason }: { readonly ca: string | undefined; readonly reason: RegExp },
): Promise<string> {
  let said = "";
  await rejects(openDatabase(url, { ca }), (error) => {
    ok(error instanceof DatabaseUnavailableError, String(error));
    match(error.message, reason);
    said = Deno.inspect(error);
    return true;
  });
  return said;
}

const ENV = { MESSAGING_BINDER: "redis", REDIS_URL: "redis://127.0.0.1:1" };

async function runToEnd(
  { url, ca }: { readonly url: string; readonly ca: string },
): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "start:organization"],
    cwd: new URL("../..", import.meta.url),
    env: {
      ...ENV,
      ...{ AUTH: "open", HOST: "127.0.0.1", PORT: "0", NO_COLOR: "1" },
      DATABASE_URL: url,
      DATABASE_SSL_CA: ca,
    },
    stdin: "null",
  }).output();
  return { code, lines: new TextDecoder().decode(stderr).trim().split("\n") };
}

/** Each fault is put right at the server alone; the service is the same process before and after. */
async function expectRecovery(postgres: SecurePostgres): Promise<void> {
  await using service = await startService("organization", {
    ...ENV,
    DATABASE_URL: postgres.url(),
    DATABASE_SSL_CA: postgres.authority,
  });
  const create = async () => {
    const url = `${service.url}/v1/organization`;
    return (await request("POST", url, { body: organizationNamed("Ostock") })).status;
  };
  const answers = (status: number) => until(async () => await create() === status, `${status}`);
  strictEqual(await create(), 201);

  await postgres.changePassword(WRONG);
  await answers(503);
  await postgres.changePassword(USER.password);
  await answers(201);
  await postgres.show("expired");
  await postgres.changePassword(USER.password);
  await answers(503);
  await postgres.show("good");
  await answers(201);

  strictEqual((await fetch(`${service.url}/health/live`)).status, 200);
  const log = service.process.lines.join("\n");
  for (const secret of [WRONG, USER.password, encodeURIComponent(USER.password)]) {
    ok(!log.includes(secret), "a password is in the log");
  }
}
