import { deepStrictEqual } from "node:assert/strict";
import { findSecrets } from "./find_secrets.ts";

/** Put together here, so that the check does not find its own test. */
const secrets: readonly [is: string, text: string][] = [
  ["a private key", `-----BEGIN ${"PRIVATE KEY"}-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"}`],
  ["a key of AWS", `key = "${"AKIA"}${"IOSFODNN7EXAMPLE"}"`],
  ["a token of GitHub", `${"ghp"}_${"a1".repeat(18)}`],
  ["a JWT", ["eyJhbGciOiJFUzI1NiJ9", "eyJzdWIiOiJhbmEifQ", "c2lnbmF0dXJlMTIz"].join(".")],
];

for (const [is, text] of secrets) {
  Deno.test(`findSecrets() finds ${is}, and does not repeat it`, () => {
    deepStrictEqual(findSecrets({ file: "a.ts", text: `one\n${text}\n` }), [
      `a.ts:2: this looks like ${is}`,
    ]);
  });
}

Deno.test("findSecrets() takes names, placeholders and public keys for none", () => {
  const text = [
    "KAFKA_SASL_PASSWORD=…",
    "postgres://user:password@host:5432/name",
    "-----BEGIN CERTIFICATE-----",
    "/-----BEGIN (RSA )?PRIVATE KEY-----/",
    "arn:aws:iam::123456789012:role/cauce-task",
    "Bearer eyJhbGciOiJFUzI1NiJ9",
  ].join("\n");

  deepStrictEqual(findSecrets({ file: "a.ts", text }), []);
});
