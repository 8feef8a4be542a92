/** How a site knows its enterprises: `uscc` is the unified social credit code of GB 32100-2015, `opaque` any text. */
export type EnterpriseIdScheme = "uscc" | "opaque";

/** GB 32100-2015: digits and letters without I, O, S, V, Z; a character's value is its place. */
const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/** GB 11714-1997: digits and all letters; a character's value is its place (so M is 22 here, 21 above). */
const ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** GB 11714-1997: weights of the eight characters before the organisation code's check. */
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];
const LENGTH = 18;
/** Registries of GB 32100-2015 as later extended, with A (military) and N (rural collectives). */
const REGISTRIES = "123456789ANY";
/** First two digits of GB/T 2260; 10 stands for what is registered with the state itself. */
const PROVINCES = new Set(
  "10 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82".split(" "),
);
const OPAQUE_MAX_LENGTH = 128;
/** What no identifier may hold, because nobody would see it: controls, formats, line and paragraph separators. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * What is wrong with an enterprise's identifier, in English; undefined when nothing is.
 *
 * A unified social credit code must have 18 characters of the standard's alphabet (capitals; nothing is trimmed here),
 * a known registry, a plausible region, and satisfy both checks: that of the organisation code within it (characters
 * 9–17) and its own (character 18).
 *
 * What the checks notice: every single changed character, and every exchange of two different characters among the
 * first 17 (31 is prime, and the weights, powers of the primitive root 3, are all different and never 0 modulo 31).
 * What they do not: an exchange of the first character with the last, both of which weigh 1, when the result still
 * names a registry; and changes of several characters that make up for each other: of random ones in characters 9–17
 * about one in 340 passes both checks, elsewhere one in 31. Whether a code was ever issued cannot be seen from it.
 *
 * An opaque identifier is 1 to 128 visible characters (UTF-16 units) without blanks at its ends.
 */
export function enterpriseIdProblem(scheme: EnterpriseIdScheme, id: string): string | undefined {
  return scheme === "uscc" ? usccProblem(id) : opaqueProblem(id);
}

/**
 * A valid unified social credit code for simulated enterprises: the same arguments give the same code, and another
 * serial number another code. The organisation code begins with Y, a block from which none is known to be issued, so
 * that a simulated enterprise does not bear a real one's code.
 *
 * `registry` and `category` are one character each (`9`, `1`: market supervision, enterprise), `region6` six digits,
 * `serial` an integer from 0 to 31⁷ − 1. Throws RangeError for others.
 */
export function makeUscc(registry: string, category: string, region6: string, serial: number): string {
  const digits = 7;
  if (!Number.isInteger(serial) || serial < 0 || serial >= ALPHABET.length ** digits)
    throw new RangeError(`serial ${serial} is no integer from 0 to 31^7 - 1`);
  let organisation = "";
  for (let rest = serial, i = 0; i < digits; i += 1, rest = Math.floor(rest / ALPHABET.length))
    organisation = ALPHABET.charAt(rest % ALPHABET.length) + organisation;
  organisation = `Y${organisation}`;
  const body = `${registry}${category}${region6}${organisation}${organisationCheck(organisation)}`;
  const code = `${body}${usccCheck(body)}`;
  const problem = usccProblem(code);
  if (problem !== undefined) throw new RangeError(`no code for ${registry}, ${category}, ${region6}: ${problem}`);
  return code;
}

function usccProblem(id: string): string | undefined {
  const characters = Array.from(id);
  if (characters.length !== LENGTH)
    return `a unified social credit code has ${LENGTH} characters, this has ${characters.length}`;
  const stranger = characters.findIndex((character) => !ALPHABET.includes(character));
  if (stranger >= 0)
    return `character ${stranger + 1} is ${JSON.stringify(characters[stranger])}: only digits and capitals without I, O, S, V, Z occur`;
  if (!REGISTRIES.includes(id.charAt(0))) return `no registry has the first character ${id.charAt(0)}`;
  if (!/[1-9]/.test(id.charAt(1))) return `no category has the second character ${id.charAt(1)}`;
  const region = id.slice(2, 8);
  if (!/^\d{6}$/.test(region)) return `characters 3 to 8 are a region's six digits, not ${region}`;
  if (!PROVINCES.has(region.slice(0, 2))) return `no province has the code ${region.slice(0, 2)} (characters 3 and 4)`;
  const inner = organisationCheck(id.slice(8, 16));
  if (inner !== id.charAt(16))
    return `the organisation code's check character (17) should be ${inner}, found ${id.charAt(16)}`;
  const outer = usccCheck(id.slice(0, 17));
  if (outer !== id.charAt(17)) return `the check character (18) should be ${outer}, found ${id.charAt(17)}`;
  return undefined;
}

function opaqueProblem(id: string): string | undefined {
  if (id === "") return "an identifier is not empty";
  if (id.length > OPAQUE_MAX_LENGTH)
    return `an identifier has at most ${OPAQUE_MAX_LENGTH} characters, this has ${id.length}`;
  if (!id.isWellFormed()) return "an identifier is well-formed Unicode";
  if (INVISIBLE.test(id)) return "an identifier has no invisible characters";
  if (id.trim() !== id) return "an identifier has no blanks at its ends";
  return undefined;
}

/** GB 11714-1997: 11 − Σ value·weight mod 11, where 10 is written X and 11 is written 0. */
function organisationCheck(eight: string): string {
  const sum = ORGANISATION_WEIGHTS.reduce(
    (total, weight, i) => total + weight * ORGANISATION_ALPHABET.indexOf(eight.charAt(i)),
    0,
  );
  return "0X987654321".charAt(sum % 11);
}

/** GB 32100-2015: 31 − Σ value·3^(i−1) mod 31, where 31 is 0. */
function usccCheck(seventeen: string): string {
  let sum = 0;
  let weight = 1;
  for (const character of seventeen) {
    sum += ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET.charAt((31 - (sum % 31)) % 31);
}
