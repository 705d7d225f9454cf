/** A flag of MISP, which is true, 1 or "1" depending on endpoint and version. */
export const isTrue = (flag: unknown): boolean => flag === true || flag === 1 || flag === '1';
