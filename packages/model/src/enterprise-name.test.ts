import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressKey, matchKey, similarity } from "./enterprise-name.ts";

describe("names that are not the same", () => {
  test.each([
    ["branch", "嘉兴甲乙服装有限公司", "嘉兴甲乙服装有限公司平湖分公司"],
    ["form in law", "嘉兴甲乙服装有限公司", "嘉兴甲乙服装股份有限公司"],
    ["group", "嘉兴甲乙服装有限公司", "嘉兴甲乙服装集团有限公司"],
    ["works and company", "嘉兴甲乙服装厂", "嘉兴甲乙服装有限公司"],
    ["number of the works", "海宁皮革一厂", "海宁皮革二厂"],
    ["number, in digits", "桐乡市第11服装厂", "桐乡市第1服装厂"],
    ["numbers with a hyphen", "桐乡市1-2服装厂", "桐乡市12服装厂"],
    ["numbers with a gap", "桐乡市1 2服装厂", "桐乡市12服装厂"],
    ["place in brackets", "甲乙电器（嘉善）有限公司", "甲乙电器（海盐）有限公司"],
    ["place in brackets or none", "甲乙电器（嘉善）有限公司", "甲乙电器有限公司"],
    ["order of words", "嘉兴甲乙服装有限公司", "甲乙嘉兴服装有限公司"],
    ["one character", "嘉兴市南湖区红日电缆有限公司", "嘉兴市南湖区红目电缆有限公司"],
    ["kind of partnership", "甲乙会计师事务所（普通合伙）", "甲乙会计师事务所（有限合伙）"],
    ["sign", "A+服装厂", "A服装厂"],
    ["limited liability, not limited partnership", "甲乙有限责任公司", "甲乙责任有限合伙"],
    ["the note inside a name", "（个体工商户）协会", "协会"],
  ])("%s", (_, a, b) => {
    expect(matchKey(a)).not.toBe(matchKey(b));
    expect(similarity(matchKey(a), matchKey(b))).toBeLessThan(1);
  });
});

describe("one name typed twice", () => {
  test.each([
    ["brackets", "甲乙电器（嘉善）有限公司", "甲乙电器(嘉善)有限公司"],
    ["other brackets", "甲乙电器【嘉善】有限公司", "甲乙电器〔嘉善〕有限公司"],
    ["spaces", " 嘉兴　甲乙 服装\u00a0有限公司\r\n", "嘉兴甲乙服装有限公司"],
    ["zero width and byte order mark", "\ufeff嘉兴甲乙\u200b服装有限公司", "嘉兴甲乙服装有限公司"],
    ["long form in law", "嘉兴甲乙服装有限责任公司", "嘉兴甲乙服装有限公司"],
    ["long form, a branch", "嘉兴甲乙服装有限责任公司平湖分公司", "嘉兴甲乙服装有限公司平湖分公司"],
    ["long form, broken by a blank", "嘉兴甲乙服装有限 责任公司", "嘉兴甲乙服装有限公司"],
    ["short form of a share company", "甲乙股份公司", "甲乙股份有限公司"],
    ["individual trader", "南湖区张三面馆（个体工商户）", "南湖区张三面馆"],
    ["individual trader, other brackets", "南湖区张三面馆【个体工商户】\u200b ", "南湖区张三面馆"],
    ["full-width letters and digits", "嘉兴ＡＢＣ１２３电器厂", "嘉兴abc123电器厂"],
    ["capitals and marks", "Jiaxing Jia-Yi Garments Co., Ltd.", "JIAXING JIAYI GARMENTS CO LTD"],
    ["middle dots", "甲·乙服装厂", "甲•乙服装厂"],
    ["dashes between digits", "桐乡市1—2服装厂", "桐乡市1-2服装厂"],
    ["compatibility ideograph", "\uf90a泰电器厂", "金泰电器厂"],
  ])("%s", (_, a, b) => {
    expect(matchKey(a)).toBe(matchKey(b));
  });
});

describe("addresses that are not the same", () => {
  test.each([
    ["嘉兴市中山路1号", "杭州市中山路1号"],
    ["浙江省中山路1号", "江苏省中山路1号"],
    ["嘉兴市中山路12-3号", "嘉兴市中山路123号"],
    ["嘉兴市中山路12~13号", "嘉兴市中山路1213号"],
    ["嘉兴市中山路12\n3号", "嘉兴市中山路123号"],
    ["嘉兴市中山路1号2幢", "嘉兴市中山路12幢"],
    ["嘉兴市中山东路1号", "嘉兴市中山西路1号"],
    ["嘉兴市南湖区中山路1号", "嘉兴市秀洲区中山路1号"],
    ["嘉兴市之江路1号", "嘉兴市江路1号"],
    ["浙江省嘉兴市南湖区", "浙江省杭州市南湖区"],
  ])("%s, %s", (a, b) => {
    expect(addressKey(a)).not.toBe(addressKey(b));
  });
});

describe("one address typed twice", () => {
  test.each([
    ["浙江省嘉兴市南湖区中山路12号", "嘉兴市南湖区中山路12号"],
    ["中国浙江省嘉兴市南湖区中山路12号", "嘉兴市南湖区中山路12号"],
    ["广西壮族自治区南宁市民族大道1号", "南宁市民族大道1号"],
    ["嘉兴市中山路12～13号", "嘉兴市中山路12-13号"],
    ["嘉兴市中山路12 #", "嘉兴市中山路12号"],
    ["嘉兴市中山路１２＃", "嘉兴市中山路12号"],
    ["嘉兴市中山路12之3号", "嘉兴市中山路12－3号"],
    ["嘉兴市中山路1号3栋", "嘉兴市中山路1号3幢"],
    ["嘉兴市, 中山路 1号（东门）", "嘉兴市中山路1号东门"],
  ])("%s, %s", (a, b) => {
    expect(addressKey(a)).toBe(addressKey(b));
  });
});

const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 20 })
  .map((points) => String.fromCodePoint(...points));
const names = fc
  .array(
    fc.constantFrom(
      ...Array.from("甲乙丙嘉兴1２-－（)　 ·AbＣ省市路号#之栋幢"),
      "有限责任公司",
      "股份公司",
      "（个体工商户）",
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(""));

test.each([
  ["matchKey", matchKey],
  ["addressKey", addressKey],
])("%s: never throws, and typing it wide and spaced makes no difference", (_, keyOf) => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(keyOf(text)).not.toMatch(/[\p{Z}\p{Cc}\u200b\ufeff]/u);
    }),
  );
  fc.assert(
    fc.property(names, (name) => {
      const wide = name.replace(/[!-~]/g, (c) => String.fromCodePoint(c.codePointAt(0)! + 0xfee0));
      expect(keyOf(wide)).toBe(keyOf(name));
      expect(keyOf(Array.from(name).join("\u3000"))).toBe(keyOf(Array.from(name).join(" ")));
    }),
  );
});

describe("similarity", () => {
  test.each([
    ["", "", 1],
    ["甲", "甲", 1],
    ["", "甲", 0],
    ["甲", "乙", 0],
    // Pairs ^甲 甲乙 乙$ and ^甲 甲丙 丙$: one of three is shared.
    ["甲乙", "甲丙", 1 / 3],
    ["甲乙丙", "甲乙丁", 1 / 2],
  ])("of %j and %j is %d", (a, b, expected) => {
    expect(similarity(a, b)).toBeCloseTo(expected, 12);
  });

  test("of texts with the same pairs in another order stays below 1", () => {
    expect(similarity("甲乙甲丙甲", "甲丙甲乙甲")).toBeLessThan(1);
  });

  test("ranks the slip of a key above another firm of the same trade", () => {
    const asked = matchKey("嘉兴市红日电缆有限公司");
    const slip = similarity(asked, matchKey("嘉兴红日电缆有限公司"));
    const other = similarity(asked, matchKey("嘉兴市蓝月电缆有限公司"));
    expect(slip).toBeGreaterThan(other);
  });

  test("lies in 0..1, is symmetric, and 1 only for equals", () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        const likeness = similarity(a, b);
        expect(likeness).toBe(similarity(b, a));
        expect(likeness).toBeGreaterThanOrEqual(0);
        expect(likeness).toBeLessThanOrEqual(1);
        expect(likeness === 1).toBe(a === b);
        expect(similarity(a, a)).toBe(1);
      }),
    );
  });
});
