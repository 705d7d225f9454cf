/** Rows as MISP shows them: ids and times as text, flags as booleans, keys in MISP's order. */
export * from './attributes';
export * from './event';
export * from './eventIndex';
export * from './eventParts';
export * from './galaxies';
export * from './people';
export * from './tags';
