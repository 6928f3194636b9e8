/**
 * Commands to a HAProxy that runs.
 *
 * @module
 */

/** What HAProxy says about one server. */
export interface ServerStatus {
  readonly name: string;
  /** `UP`, `DOWN`, `DRAIN`, `MAINT`, with what follows. */
  readonly status: string;
  /** The last check's result, as in `L7OK`; empty before the first. */
  readonly check: string;
  /** Requests in work. */
  readonly current: number;
  /** Requests so far. */
  readonly total: number;
}

/** Sends one command and resolves with its answer. */
export async function sendCommand(socket: string, command: string): Promise<string> {
  using connection = await Deno.connect({ transport: "unix", path: socket });
  const bytes = new TextEncoder().encode(`${command}\n`);
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(16_384);
  let answer = "";
  for (let count; (count = await connection.read(buffer)) !== null;) {
    answer += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return answer.trim();
}

/** Sends one command whose answer must be empty or one of these. Throws with the answer otherwise. */
export async function command(
  socket: string,
  text: string,
  expected: readonly string[] = [],
): Promise<void> {
  const answer = await sendCommand(socket, text);
  if (answer !== "" && !expected.some((word) => answer.includes(word))) {
    throw new Error(`Cannot tell HAProxy "${text}": ${answer}`);
  }
}

/** Returns the servers of a backend. */
export async function serversOf(socket: string, backend: string): Promise<ServerStatus[]> {
  const [header = "", ...lines] = (await sendCommand(socket, "show stat -1 4 -1")).split("\n");
  const columns = header.replace(/^# /, "").split(",");
  const at = (name: string) => columns.indexOf(name);
  return lines.map((line) => line.split(","))
    .filter((fields) => fields[at("pxname")] === backend)
    .map((fields) => ({
      name: fields[at("svname")] ?? "",
      status: fields[at("status")] ?? "",
      check: (fields[at("check_status")] ?? "").replace(/^\* /, ""),
      current: Number(fields[at("scur")]),
      total: Number(fields[at("stot")]),
    }));
}
