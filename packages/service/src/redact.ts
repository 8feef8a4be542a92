const SECRET_PARAMETER = /([?&][^=&#]*(?:pass|pwd|secret|token|key|sig)[^=&#]*=)[^&#]*/gi;

/**
 * A URL fit for logs and messages: user, password and parameters that look like secrets become `***`. Takes any text,
 * well-formed or not; hides too much rather than too little (a password may itself hold `@` or `/`).
 */
export function redact(url: string): string {
  return url.replace(/:\/\/.*@/s, "://***@").replace(SECRET_PARAMETER, "$1***");
}
