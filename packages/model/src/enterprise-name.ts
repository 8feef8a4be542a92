/**
 * Comparing the names and addresses on a sampling bulletin, which carries no codes, with those of the register.
 * Equal keys mean: the same text but for how it was typed. Anything less is a candidate for a person, ranked by
 * `similarity`. Nothing here knows meanings: 一厂 and 1 厂, traditional and simplified characters stay different.
 */

/** Zero-width and other characters that nobody sees. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;
/** Between digits a mark or a gap tells numbers apart (12-3 and 12 3 are not 123), wherever else it is decoration. */
const BETWEEN_DIGITS = /(?<=\p{Nd})[\p{P}\p{Z}\p{Cc}~−]+(?=\p{Nd})/gu;
const DECORATION = /[\p{Z}\p{Cc}]|(?<!\p{Nd})\p{P}|\p{P}(?!\p{Nd})/gu;
/** What registers append to the name of an individual trader. */
const INDIVIDUAL = /[([【〔]个体工商户[)\]】〕]\s*$/u;
/** A province adds nothing to an address once a city follows, which is found in one province only. */
const PROVINCE_BEFORE_CITY =
  /^(?:中国)?[\p{Script=Han}]{2,3}(?:省|(?:壮族|回族|维吾尔)?自治区)(?=[^省市县区镇乡村路街道号\d]{2,6}(?:市|自治州|地区|盟))/u;

/**
 * Key of an enterprise's name: full-width, half-width and other compatibility forms made one (Unicode NFKC), capitals,
 * no spaces, brackets or punctuation but one hyphen for those between digits; 有限责任公司 is 有限公司 and 股份公司 is
 * 股份有限公司, the same form written long and short; the note （个体工商户） that registers append is left out. Forms that
 * differ in law, branches, numbers and the words in brackets stay, so names that differ in them have different keys.
 * May be empty; never throws.
 */
export function matchKey(name: string): string {
  return undecorated(seen(name).replace(INDIVIDUAL, ""))
    .replaceAll("有限责任公司", "有限公司")
    .replaceAll("股份公司", "股份有限公司");
}

/**
 * Key of an address: as for names, and: a province is left out where a city follows it, 12# and 12号 are one, so are
 * 3栋 and 3幢, 12之3 and 12-3. The city stays, since streets have the same names everywhere.
 */
export function addressKey(address: string): string {
  return undecorated(seen(address).replace(/(?<=\d)\s*#/g, "号"))
    .replace(/(?<=\d)之(?=\d)/g, "-")
    .replace(/(?<=\d)栋/g, "幢")
    .replace(PROVINCE_BEFORE_CITY, "");
}

/**
 * Likeness of two keys: Dice's coefficient of their pairs of neighbouring characters (the ends count as characters),
 * counted with repetitions. 0 when they share none, 1 only when they are equal; symmetric.
 */
export function similarity(a: string, b: string): number {
  if (a === b) return 1;
  const left = pairs(a);
  const right = pairs(b);
  const open = new Map<string, number>();
  for (const pair of left) open.set(pair, (open.get(pair) ?? 0) + 1);
  let shared = 0;
  for (const pair of right) {
    const count = open.get(pair) ?? 0;
    if (count > 0) shared += 1;
    open.set(pair, count - 1);
  }
  const total = left.length + right.length;
  // Texts with the same pairs in another order (甲乙甲丙甲, 甲丙甲乙甲) are near, but not equal.
  return Math.min((2 * shared) / total, 1 - 1 / total);
}

function seen(text: string): string {
  return text.normalize("NFKC").replace(UNSEEN, "");
}

function undecorated(text: string): string {
  return text.toUpperCase().replace(BETWEEN_DIGITS, "-").replace(DECORATION, "").normalize("NFKC");
}

function pairs(text: string): string[] {
  const characters = ["", ...Array.from(text), ""];
  return characters.slice(1).map((character, i) => JSON.stringify([characters[i], character]));
}
