/** The forms that are looked at: resource, operation and labels that must be seen at once. */
export const FORMS: Array<[resource: string, operation: string, labels: string[]]> = [
	['event', 'create', ['Event Info', 'Distribution', 'Threat Level', 'Tags', 'Attributes']],
	['event', 'search', ['Value', 'Event Info Contains', 'Tags', 'Return All', 'Limit']],
	['event', 'publish', ['Event', 'Wait Until Published']],
	['event', 'update', ['Event', 'Published State', 'Fields to Update']],
	['attribute', 'create', ['Event', 'Type', 'Value', 'Category']],
	['attribute', 'search', ['Value', 'Types', 'Tags', 'Filters', 'Return All', 'Limit']],
	['tag', 'attach', ['Target', 'Event', 'Tags', 'Local']],
];
