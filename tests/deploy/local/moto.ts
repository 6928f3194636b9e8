/**
 * moto, an emulation of AWS's calls: it keeps what it is told, and runs nothing.
 *
 * @module
 */

import { AwsClient } from "aws4fetch";
import { freePort } from "../../../dev/services/free_port.ts";
import { createAws } from "../../../deploy/scripts/aws_client.ts";
import type { Environment } from "../../../deploy/scripts/environment.ts";
import { installPythonPackage } from "../../support/python_package.ts";
import { until } from "../../support/until.ts";

/** What its server needs, and no more: all of `moto[server]` is three times as large. */
const PACKAGE = {
  name: "moto",
  version: "5.2.5",
  has: "moto/server.py",
  beside: ["flask==3.1.3", "flask-cors==6.0.5"],
};

/** moto with a cluster. Disposing ends it. */
export interface Moto extends AsyncDisposable {
  /** The environment, at moto and with names that it knows. */
  readonly environment: Environment;
  /** The operations that were called since somebody looked, in order. */
  takeCalls(): string[];
}

/** Starts it, with the cluster of an environment and a recorder before it. */
export async function startMoto(environment: Environment): Promise<Moto> {
  await using opened = new AsyncDisposableStack();
  const packages = await installPythonPackage(PACKAGE);
  const port = freePort();
  const server = new Deno.Command("python3", {
    args: ["-m", "moto.server", "--host", "127.0.0.1", "--port", String(port)],
    env: { PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  opened.defer(async () => {
    server.kill("SIGTERM");
    await server.status;
  });
  const address = `http://127.0.0.1:${port}`;
  const answers = () => fetch(`${address}/moto-api/`).then((one) => one.text(), () => undefined);
  await until(async () => await answers() !== undefined, "moto", { timeoutMs: 60_000 });

  const calls: string[] = [];
  const recorder = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      calls.push(request.headers.get("x-amz-target")?.split(".").at(-1) ?? "?");
      const { method, headers } = request;
      const answer = await fetch(address, { method, headers, body: await request.arrayBuffer() });
      if (answer.status !== 500) return answer;
      // An operation that moto has not. At AWS a 500 may pass, and scripts would ask again.
      await answer.body?.cancel();
      return Response.json({ __type: "UnknownOperationException" }, { status: 400 });
    },
  );
  opened.defer(() => recorder.shutdown());
  const { region, cluster } = environment;
  await createAws({ region, endpoint: address }).call("ecs", "CreateCluster", {
    clusterName: cluster,
  });
  const [subnets, [group = ""]] = await Promise.all([
    namesOf("DescribeSubnets", "subnetId", { address, region }),
    namesOf("DescribeSecurityGroups", "groupId", { address, region }),
  ]);
  const all = opened.move();
  return {
    environment: {
      ...environment,
      endpoint: `http://127.0.0.1:${recorder.addr.port}`,
      values: {
        ...environment.values,
        SUBNET_A: subnets[0] ?? "",
        SUBNET_B: subnets[1] ?? "",
        SECURITY_GROUP: group,
      },
    },
    takeCalls: () => calls.splice(0),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** What EC2 has of its own accord: a default network. */
async function namesOf(
  action: string,
  element: string,
  { address, region }: { readonly address: string; readonly region: string },
): Promise<string[]> {
  const client = new AwsClient({ accessKeyId: "test", secretAccessKey: "test", region });
  const response = await client.fetch(address, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `Action=${action}&Version=2016-11-15`,
    aws: { service: "ec2", region },
  });
  const names = (await response.text()).matchAll(new RegExp(`<${element}>([^<]+)<`, "g"));
  return [...names].map(([, name = ""]) => name);
}
