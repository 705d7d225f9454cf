/** Pictures of the example workflows for the documentation. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { openBrowser } from './browser';
import type { N8nRest } from './n8nRest';

const byTestId = (id: string) => `[data-test-id="${id}"]`;

const FLAT = { width: 1600, height: 640 };
/** With room for the notes above the nodes. */
const HIGH = { width: 1800, height: 1000 };

/** Nodes and notes. */
const DRAWN = '.vue-flow__node';
const BUTTONS = `.vue-flow__panel, ${byTestId('canvas-wrapper')} button`;
const MARGIN = 30;

/** The part of the page that has all of these in it, and a little room. */
async function around(parts: Locator) {
	const boxes = await Promise.all(
		(await parts.all()).map(async (part) => await part.boundingBox()),
	);
	const seen = boxes.filter((box) => box !== null);
	const left = Math.min(...seen.map(({ x }) => x)) - MARGIN;
	const top = Math.min(...seen.map(({ y }) => y)) - MARGIN;
	const right = Math.max(...seen.map(({ x, width }) => x + width)) + MARGIN;
	// The name of a node stands below it.
	const bottom = Math.max(...seen.map(({ y, height }) => y + height)) + 2 * MARGIN;
	return { x: left, y: top, width: right - left, height: bottom - top };
}

export interface Picture {
	/** The name of the workflow in n8n. */
	workflow: string;
	/** The picture's file, without its folder. */
	file: string;
	/** Whether to run it before, so that it is seen what came out. */
	run: boolean;
}

/** Opens each workflow in the editor and takes a picture of its canvas. */
export async function takePictures(
	rest: N8nRest,
	folder: string,
	pictures: Picture[],
): Promise<string[]> {
	await mkdir(folder, { recursive: true });
	const browser = await openBrowser(rest);
	try {
		const page = await browser.context.newPage();
		const workflows = await rest.workflows();
		const files: string[] = [];
		for (const { workflow, file, run } of pictures) {
			const id = workflows.find(({ name }) => name === workflow)?.id;
			if (id === undefined) throw new Error(`There is no workflow "${workflow}" in n8n.`);
			await page.setViewportSize(run ? FLAT : HIGH);
			await page.goto(`${rest.url}/workflow/${id}`, { waitUntil: 'domcontentloaded' });
			const nodes = page.locator(byTestId('canvas-node'));
			await nodes.first().waitFor({ timeout: 90_000 });
			if (run) {
				await page.locator(byTestId('execute-workflow-button')).first().click();
				await page.getByText('Workflow executed successfully').first().waitFor({ timeout: 60_000 });
				await page.waitForTimeout(5000); // the message that covers the corner goes away
			}
			await page.keyboard.press('1'); // zooms until everything is seen
			await page.waitForTimeout(1500);
			const path = join(folder, file);
			// Without the editor's buttons, which lie on top.
			await page.addStyleTag({ content: `${BUTTONS} { visibility: hidden !important; }` });
			await page.screenshot({ path, clip: await around(page.locator(DRAWN)) });
			files.push(path);
		}
		return files;
	} finally {
		await browser.close();
	}
}
