/** `sanfen verify`: the shell around the comparison in `../verify`. */
import { LogError } from "@sanfen/log";
import type { Config } from "@sanfen/service";
import { access } from "node:fs/promises";
import { CliError, EXIT, type ExitCode } from "../exit.ts";
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
  if (!(await hasData(config))) {
    throw new CliError(
      EXIT.usage,
      { zh: `${config.dataDir} 中没有可核对的数据`, en: `there is nothing to verify in ${config.dataDir}` },
      {
        zh: "先运行 sanfen start，或用 SANFEN_DATA 指明目录",
        en: "run sanfen start first, or name the directory with SANFEN_DATA",
      },
    );
  }
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
  } catch (error) {
    if (!(error instanceof LogError && error.code === "unknown-topic")) throw error;
    throw new CliError(
      EXIT.differences,
      {
        zh: "结果尚未由日志得出，无从核对",
        en: "the results have not been worked out from the log: nothing to verify",
      },
      { zh: "先运行 sanfen start，或 sanfen replay --wait", en: "run sanfen start, or sanfen replay --wait, first" },
      { cause: error },
    );
  } finally {
    progress.stop();
    await ports.close();
  }
}

/** Whether both files are there, where they are files: opening them would create them. */
async function hasData({ log, store }: Config): Promise<boolean> {
  const files = [log, store].flatMap((place) => (place.kind === "sqlite" ? [place.file] : []));
  return Promise.all(files.map((file) => access(file))).then(
    () => true,
    () => false,
  );
}
