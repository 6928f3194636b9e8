import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { silentLogger } from "@cauce/messaging";
import { errors, exportJWK, type FlattenedJWSInput, generateKeyPair } from "jose";
import { KeysUnavailableError } from "./errors.ts";
import { remoteKeys } from "./remote_keys.ts";

const { publicKey } = await generateKeyPair("ES256", { extractable: true });
const jwk = { ...await exportJWK(publicKey), alg: "ES256" };
const token: FlattenedJWSInput = { payload: "", signature: "" };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** An issuer that has the keys it is told, or is down. */
function openIssuer() {
  const state = { kids: ["k1"], isDown: false, requests: 0, now: 1_000_000 };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    state.requests += 1;
    if (state.isDown) return new Response("out of order", { status: 503 });
    return Response.json({ keys: state.kids.map((kid) => ({ ...jwk, kid })) });
  });
  const keys = remoteKeys({
    url: `http://127.0.0.1:${server.addr.port}/keys`,
    logger: silentLogger,
    now: () => state.now,
  });
  return {
    state,
    find: (kid: string) => Promise.resolve(keys.find({ alg: "ES256", kid }, token)),
    check: () => keys.check(),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("remoteKeys() reads the keys once for all who wait, and then keeps them", async () => {
  await using issuer = openIssuer();

  await Promise.all([issuer.find("k1"), issuer.find("k1"), issuer.find("k1")]);
  await issuer.find("k1");

  strictEqual(issuer.state.requests, 1);
});

Deno.test("remoteKeys() says that the keys are out of reach, and asks again a second later", async () => {
  await using issuer = openIssuer();
  issuer.state.isDown = true;

  await rejects(issuer.find("k1"), KeysUnavailableError);
  await rejects(issuer.find("k1"), KeysUnavailableError);
  await rejects(issuer.check(), KeysUnavailableError);
  strictEqual(issuer.state.requests, 1);

  issuer.state.isDown = false;
  issuer.state.now += 1001;
  await issuer.find("k1");
  await issuer.check();
});

Deno.test("remoteKeys() goes on with the keys it knows while the issuer is down, for a day", async () => {
  await using issuer = openIssuer();
  await issuer.find("k1");
  issuer.state.isDown = true;

  issuer.state.now += 23 * HOUR_MS;
  await issuer.find("k1");

  issuer.state.now += HOUR_MS;
  await rejects(issuer.find("k1"), KeysUnavailableError);
});

Deno.test("remoteKeys() learns that a key was withdrawn", async () => {
  await using issuer = openIssuer();
  await issuer.find("k1");
  issuer.state.kids = ["k2"];
  issuer.state.now += 11 * MINUTE_MS;

  // Reads the keys again behind this request, and for that one.
  await issuer.find("k1");
  await issuer.find("k2");

  await rejects(issuer.find("k1"), errors.JWKSNoMatchingKey);
});

Deno.test("remoteKeys() reads the keys for an unknown one, but not for everybody who makes one up", async () => {
  await using issuer = openIssuer();
  await issuer.find("k1");
  issuer.state.now += 31_000;
  issuer.state.kids = ["k1", "k2"];

  await issuer.find("k2");
  for (const made of ["a", "b", "c"]) await rejects(issuer.find(made), errors.JWKSNoMatchingKey);

  strictEqual(issuer.state.requests, 2);
});

const broken: readonly [title: string, answer: () => Response][] = [
  ["text", () => new Response("<h1>Keys</h1>")],
  ["another form", () => Response.json({ keys: "none" })],
  ["a redirection", () => Response.redirect("http://127.0.0.1:1/keys")],
  ["more than 256 KiB", () => Response.json({ keys: [], more: "x".repeat(300_000) })],
];

for (const [title, answer] of broken) {
  Deno.test(`remoteKeys() takes ${title} for keys that are out of reach`, async () => {
    await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
    const url = `http://127.0.0.1:${server.addr.port}`;
    const keys = remoteKeys({ url, logger: silentLogger });

    await rejects(
      Promise.resolve(keys.find({ alg: "ES256", kid: "k1" }, token)),
      KeysUnavailableError,
    );
  });
}

Deno.test("remoteKeys() takes no shared secret for a key", async () => {
  const secret = { kty: "oct", k: "c2VjcmV0", alg: "HS256", kid: "k1" };
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => Response.json({ keys: [secret] }),
  );
  const keys = remoteKeys({ url: `http://127.0.0.1:${server.addr.port}`, logger: silentLogger });

  const names: unknown[] = [];
  for (const alg of ["HS256", "ES256"]) {
    await Promise.resolve(keys.find({ alg, kid: "k1" }, token))
      .catch((error) => names.push(error.code));
  }

  deepStrictEqual(names, ["ERR_JOSE_NOT_SUPPORTED", "ERR_JWKS_NO_MATCHING_KEY"]);
});
