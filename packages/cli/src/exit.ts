import type { Text } from "@sanfen/model";

/** What the exit code of `sanfen` means; stated in its help. */
export const EXIT = {
  ok: 0,
  failed: 1,
  /** Words on the command line, or the configuration. */
  usage: 2,
  /** Done, but not all is well: rows refused, differences found, checks failed. */
  differences: 3,
  /** A server, log or store does not answer. */
  unreachable: 4,
  /** The data directory or the port is in use by another process. */
  busy: 5,
  /** Ended by a signal before it was done. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_TEXT: Readonly<Record<keyof typeof EXIT, Text>> = {
  ok: { zh: "成功", en: "done" },
  failed: { zh: "失败", en: "failed" },
  usage: { zh: "命令行或配置有误", en: "the command line or the configuration is wrong" },
  differences: {
    zh: "已完成，但有被拒的行、差异或未通过的检查",
    en: "done, with rows refused, differences found or checks failed",
  },
  unreachable: { zh: "服务、日志或状态库没有应答", en: "a server, log or store does not answer" },
  busy: { zh: "数据目录或端口被其他进程占用", en: "the data directory or the port is in use" },
  interrupted: { zh: "被信号中断", en: "interrupted by a signal" },
};

/** Why a command ends early: what is wrong and the way out, for people. Expected, so shown without a stack. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly text: Text;
  /** What to do about it. */
  readonly wayOut: Text | undefined;

  constructor(exitCode: ExitCode, text: Text, wayOut?: Text, options?: ErrorOptions) {
    super(text.en, options);
    this.name = "CliError";
    this.exitCode = exitCode;
    this.text = text;
    this.wayOut = wayOut;
  }
}
