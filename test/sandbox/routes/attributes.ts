/** /attributes, put together from reading, adding and changing. */
import type { Controller } from '../router';
import { attributeAdd } from './attributeAdd';
import { attributeChanges } from './attributeChanges';
import { attributeExtras } from './attributeExtras';
import { attributeReads } from './attributeReads';
import { modelTagging } from './modelTagging';

export const attributes: Controller = {
	...attributeReads,
	...attributeAdd,
	...attributeChanges,
	...attributeExtras,
	...modelTagging('attribute'),
};
