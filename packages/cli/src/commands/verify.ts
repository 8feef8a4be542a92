/** `sanfen verify`: the shell around the comparison in `../verify`. */
import { EXIT, type ExitCode } from "../exit.ts";
import { installationOf, openPorts } from "../installation.ts";
import { showProgress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

/** On brokers services may go on meanwhile: so long (ms) may they take to come to rest over what they have begun. */
const KAFKA_WAIT_MS = 60_000;

export async function verifyCommand(
  terminal: Terminal,
  { thorough }: { readonly thorough: boolean },
): Promise<ExitCode> {
  const installation = await installationOf(terminal);
  const { config } = installation;
  const { describeReport, verify, verifyExitCode } = await import("../verify/command.ts");
  const ports = await openPorts(installation);
  const progress = showProgress(terminal, { zh: "重新计算", en: "Recomputing" }, 1);
  try {
    const report = await verify({
      log: ports.log,
      store: ports.store,
      partitions: config.partitions,
      progress: (done, total) => progress.update(done, total),
      thorough,
      waitMs: config.log.kind === "kafka" ? KAFKA_WAIT_MS : 0,
    });
    progress.stop();
    terminal.result(report);
    for (const text of describeReport(report)) terminal.line(text);
    return terminal.signal.aborted ? EXIT.interrupted : verifyExitCode(report);
  } finally {
    progress.stop();
    await ports.close();
  }
}
