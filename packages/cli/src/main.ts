/** The process behind `sanfen`. */
import { EXIT } from "./exit.ts";
import { runCli } from "./run.ts";

const wish = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // Asked twice, it is not to be asked to wait.
    if (wish.signal.aborted) process.exit(EXIT.interrupted);
    wish.abort();
  });
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever read (`| head`) has seen enough: no reason to fail, nor for a server to end.
    if (error.code !== "EPIPE") throw error;
  });
}

const code = await runCli({
  args: process.argv.slice(2),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: wish.signal,
});
process.exitCode = code;
