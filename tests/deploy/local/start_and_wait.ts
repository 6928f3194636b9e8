/**
 * Starts a container with the name that is given and waits to be ended.
 *
 * @module
 */

import { taskDefinitionInput } from "../../../deploy/local/ecs/task_definition.ts";
import { dockerImage, readMachine } from "../../../deploy/local/runtime/docker/docker_image.ts";
import { baseImageId, entryPointOf, STAYS } from "./tiny_images.ts";

const [name = ""] = Deno.args;
const { containerDefinitions } = taskDefinitionInput.parse({
  family: "tiny",
  containerDefinitions: [{ name, image: "tiny", entryPoint: entryPointOf(STAYS) }],
});
const [definition] = containerDefinitions;
if (!definition) throw new TypeError("Cannot start a task without containers");
const image = dockerImage({ id: await baseImageId(), env: {} }, await readMachine());
const container = await image.start({
  definition,
  place: { hostPort: (port) => port, env: {} },
  secrets: {},
  limits: {},
  logFile: "/dev/null",
});
await container.exited;
