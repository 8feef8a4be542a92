import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";

/**
 * Runs `write-until-killed.ts` on a store of its own and ends it with SIGKILL once `puts` of its puts are acknowledged,
 * in the middle of a later one. Answers the number of the last that was acknowledged.
 */
export async function killWriter(url: string, folder: string, puts: number): Promise<number> {
  const script = fileURLToPath(new URL("./write-until-killed.ts", import.meta.url));
  const child = spawn(process.execPath, [script, url, folder], { stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  let complaint = "";
  child.stderr.on("data", (data: Buffer) => {
    complaint += data.toString();
  });
  let last = -1;
  try {
    for await (const line of createInterface(child.stdout)) {
      last = Number(line);
      if (last + 1 === puts) child.kill("SIGKILL");
    }
  } finally {
    child.kill("SIGKILL");
    await exited;
  }
  if (last + 1 < puts) throw new Error(`the writer ended by itself after ${last + 1} puts: ${complaint}`);
  return last;
}
