import { ensureProgram } from '../../scripts/lib/debian';

afterEach(() => jest.restoreAllMocks());

it('names the package to install where it may not install it', async () => {
	jest.spyOn(process as { getuid: () => number }, 'getuid').mockReturnValue(1000);
	const redis = { title: 'Redis', package: 'redis-server', otherwise: 'Install Redis.' };
	await expect(ensureProgram({ ...redis, find: () => undefined })).rejects.toThrow(
		'Redis is missing. Install Redis. On Debian: sudo apt-get install redis-server',
	);
});

it('installs nothing where the program is there', async () => {
	const redis = { title: 'Redis', package: 'redis-server', otherwise: 'Install Redis.' };
	expect(await ensureProgram({ ...redis, find: () => '/usr/bin/redis-server' })).toBe(
		'/usr/bin/redis-server',
	);
});
