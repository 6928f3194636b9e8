import { LOCAL_TASK_CASES } from "./local/local_task_cases.ts";
import { tinyFolders } from "./local/tiny_images.ts";

for (const { title, run } of LOCAL_TASK_CASES) {
  Deno.test(`as processes: ${title}`, () => run(tinyFolders));
}
