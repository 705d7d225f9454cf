/** What a file in `fields/` or `resources/` is written with. */
export { isTrue } from '../client/flag';
export { inputError, MispError, recover } from '../client/errors';
export {
	asStored,
	freePath,
	idOrUuid,
	isNumericId,
	isUuid,
	path,
	withParams,
} from '../client/path';
export { changed } from './changes';
export { chunksOf, inGroups, lookup } from './batch';
export { eventPage } from './eventPage';
export { endsRun, inPieces, oneByOne, Pace } from './pace';
export { choice, choices, instanceChoice, instanceChoices } from './choices';
export { collection, list } from './containers';
export {
	called,
	filter,
	hinted,
	late,
	optional,
	orAsItIs,
	required,
	when,
	type Field,
	type Fields,
	type FieldTexts,
	type InputOf,
	type ListEntry,
	type LoadContext,
	type MappedField,
} from './field';
export { dateText, day, epoch, json, moment, number, toggle } from './inputs';
export { limitedText, longText, text, texts, UUID_EXAMPLE, uuidText } from './texts';
export { fileField, FileRow, type IncomingFile } from './files';
export { refang, refangText, undefanged } from './handOver/refang';
export { limitOf, limits } from './limits';
export { mapping, type Mapped } from './mapping';
export { locator, namedLocator, type Reference } from './locator';
export { oneOf } from './oneOf';
export { whyPointless } from './pointless';
export { besideEnvelope, countOf, fieldIn, shape, wordFor, type Shape } from './shape';
export { time } from './time';
export { jsonInZone } from './zone';
export { watcher, type Afterwards, type Load, type WatchContext } from './watcher';
export { operation, resource, type Outcome, type RunContext } from './operation';
