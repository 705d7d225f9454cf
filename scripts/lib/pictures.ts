/** Pictures of the example workflows for the documentation, as they look after a run. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser } from './browser';
import type { N8nRest } from './n8nRest';

const byTestId = (id: string) => `[data-test-id="${id}"]`;

export interface Picture {
	/** The name of the workflow in n8n. */
	workflow: string;
	/** The picture's file, without its folder. */
	file: string;
}

/** Runs each workflow in the editor and takes a picture of its canvas. */
export async function takePictures(
	rest: N8nRest,
	folder: string,
	pictures: Picture[],
): Promise<string[]> {
	await mkdir(folder, { recursive: true });
	const browser = await openBrowser(rest);
	try {
		const page = await browser.context.newPage();
		await page.setViewportSize({ width: 1600, height: 640 });
		const workflows = await rest.workflows();
		const files: string[] = [];
		for (const { workflow, file } of pictures) {
			const id = workflows.find(({ name }) => name === workflow)?.id;
			if (id === undefined) throw new Error(`There is no workflow "${workflow}" in n8n.`);
			await page.goto(`${rest.url}/workflow/${id}`, { waitUntil: 'domcontentloaded' });
			const nodes = page.locator(byTestId('canvas-node'));
			await nodes.first().waitFor({ timeout: 90_000 });
			await page.locator(byTestId('execute-workflow-button')).first().click();
			await page.getByText('Workflow executed successfully').first().waitFor({ timeout: 60_000 });
			await page.keyboard.press('1'); // zooms until everything is seen
			await page.waitForTimeout(5000); // the message that covers the corner goes away
			const path = join(folder, file);
			await page.locator(byTestId('canvas-wrapper')).first().screenshot({ path });
			files.push(path);
		}
		return files;
	} finally {
		await browser.close();
	}
}
