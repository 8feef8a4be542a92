/**
 * Risk levels of products in the published regimes, most dangerous first within each: Zhejiang and Jiaxing 2021 (高 中 低),
 * Jiaxing 2020 (高 较高 一般), Guangdong 2021 (严管 专管 普通). Which of them apply, a rulebook says.
 */
export const TIERS = ["high", "medium", "low", "higher", "general", "strict", "special", "ordinary"] as const;
export type Tier = (typeof TIERS)[number];
