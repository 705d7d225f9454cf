/** n8n's editor in headless Chromium, logged in. */
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { ensureChromium } from './chromium';
import type { N8nRest } from './n8nRest';

export interface EditorBrowser {
	context: BrowserContext;
	/** Exceptions thrown in the pages. */
	errors: string[];
	close: () => Promise<void>;
}

const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--disable-dev-shm-usage',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	// Whatever the page links to, nothing but this machine is contacted.
	'--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
];

export async function openBrowser(rest: N8nRest): Promise<EditorBrowser> {
	const browser: Browser = await chromium.launch({
		executablePath: await ensureChromium(),
		headless: true,
		args: FLAGS,
	});
	const context = await browser.newContext({ viewport: { width: 1440, height: 1200 } });
	context.setDefaultTimeout(30_000);
	// The editor is large, and the machine may be small and busy.
	context.setDefaultNavigationTimeout(90_000);
	await context.addCookies([{ name: 'n8n-auth', value: rest.session, url: rest.url }]);
	// n8n accepts the cookie only from the browser that got it.
	await context.addInitScript({
		content: `if (location.origin === '${rest.url}') localStorage.setItem('n8n-browserId', '${rest.browserId}')`,
	});
	const errors: string[] = [];
	context.on('weberror', (error) => errors.push(error.error().message));
	return { context, errors, close: async () => await browser.close() };
}
