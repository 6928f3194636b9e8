/**
 * Starts a container of the image that is named and waits to be ended.
 *
 * @module
 */

import { taskDefinitionInput } from "../../../deploy/local/ecs/task_definition.ts";
import { dockerImage, readMachine } from "../../../deploy/local/runtime/docker/docker_image.ts";

const [id = ""] = Deno.args;
const { containerDefinitions } = taskDefinitionInput.parse({
  family: "tiny",
  containerDefinitions: [{
    name: "main",
    image: id,
    entryPoint: ["/bin/deno", "run", "--quiet", "--allow-all", "/app/stays.ts"],
  }],
});
const [definition] = containerDefinitions;
if (!definition) throw new TypeError("Cannot start a task without containers");
const container = await dockerImage({ id, env: {} }, await readMachine()).start({
  definition,
  place: { hostPort: (port) => port, env: {} },
  secrets: {},
  limits: {},
  logFile: "/dev/null",
});
await container.exited;
