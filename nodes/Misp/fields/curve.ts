/**
 * The points of one of MISP's charts, which come as CSV: a time and a number a line. In some the
 * line breaks are written out as "\n".
 */
export function curveOf<Name extends string>(
	csv: unknown,
	name: Name,
): Array<Record<'date' | Name, string | number>> {
	if (typeof csv !== 'string') return [];
	const lines = csv.split(/\r?\n|\\n/).slice(1);
	return lines.flatMap((line) => {
		const [date = '', number = ''] = line.split(',');
		const point = { date, [name]: Number(number) } as Record<'date' | Name, string | number>;
		return date === '' || number === '' ? [] : [point];
	});
}
