/**
 * Requests of a test, as a user would make them by curl.
 *
 * @module
 */

/** An answer with its body already read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- a test looks into whatever came
  readonly body: any;
}

/** What a request carries besides its URL. */
export interface RequestOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 20 s: a service that hangs fails the test instead of holding it. */
  readonly timeoutMs?: number;
}

/** Sends a request; an object becomes JSON. Never throws for a status. */
export async function request(
  method: string,
  url: string,
  { body, headers = {}, timeoutMs = 20_000 }: RequestOptions = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    signal: AbortSignal.timeout(timeoutMs),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /[/+]json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== "" ? JSON.parse(text) : text,
  };
}
