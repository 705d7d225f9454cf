/** n8n's editor as a person uses it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

/** Git-ignored; they are for looking at. */
const SCREENSHOTS = join(__dirname, 'screenshots', 'actual');

const byTestId = (id: string) => `[data-test-id="${id}"]`;

export class EditorPage {
	constructor(
		private readonly page: Page,
		private readonly url: string,
	) {
		// "Leave without saving?"
		page.on('dialog', (dialog) => void dialog.accept());
	}

	/** Room for whole forms: what is scrolled out of sight is not in a screenshot. */
	async setHeight(height: number): Promise<void> {
		await this.page.setViewportSize({ width: 1440, height });
	}

	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`${this.url}/workflow/${id}`, { waitUntil: 'domcontentloaded' });
		// The first load takes a while on a small machine.
		await this.page.locator(byTestId('canvas-node')).first().waitFor({ timeout: 90_000 });
	}

	async openNode(name: string): Promise<void> {
		await this.page.locator(`${byTestId('canvas-node')}[data-node-name="${name}"]`).dblclick();
		await this.parameter('operation').or(this.parameter('watch')).first().waitFor();
		await this.moveAway();
		// A list is disabled while its values are loaded from MISP; those of a template are announced by a text.
		const form = this.page.locator(byTestId('node-parameters'));
		const loading = form.locator('input:disabled').or(form.getByText(/^Fetching /));
		// None is loading when the form was just made: it counts when it stays so.
		for (let tries = 0, quiet = 0; tries < 40 && quiet < 2; tries++) {
			await this.settle();
			quiet = (await loading.count()) > 0 ? 0 : quiet + 1;
		}
	}

	/** Opens a node, works with its form and closes it again, also when the work fails. */
	async inNode(name: string, work: () => Promise<void>): Promise<void> {
		try {
			await this.openNode(name);
			await work();
		} finally {
			const close = this.page.locator(byTestId('ndv-close-button'));
			if ((await close.count()) > 0) await close.click();
			await this.page.locator(byTestId('ndv')).waitFor({ state: 'detached' });
		}
	}

	parameter(name: string): Locator {
		return this.page.locator(byTestId(`parameter-input-${name}`)).first();
	}

	/** The lines of text in the form of the open node. */
	async formLines(): Promise<string[]> {
		return await lines(this.page.locator(byTestId('node-parameters')));
	}

	/** Opens a drop-down and reads its entries. */
	async optionsOf(name: string): Promise<string[]> {
		const entries = this.page.locator('.el-select-dropdown__item:visible');
		await this.untilShown(entries, async () => await this.parameter(name).click());
		return (await entries.allInnerTexts()).map((text) => text.split('\n')[0]?.trim() ?? '');
	}

	/** Opens the list of a resource locator and reads its entries. */
	async listOf(name: string): Promise<string[]> {
		const entries = this.page.locator(`${byTestId('rlc-item')}:visible`);
		const input = this.parameter(name).locator(byTestId('rlc-input'));
		await this.untilShown(entries, async () => await input.click());
		return await entries.allInnerTexts();
	}

	/** Runs the open node and reads what is in its output. */
	async executeNode(): Promise<string[]> {
		await this.page.locator(byTestId('node-execute-button')).first().click();
		const output = this.page.locator(byTestId('output-panel'));
		await output.locator(byTestId('ndv-items-count')).first().waitFor();
		await this.settle();
		return await lines(output);
	}

	/** How much on the page leads to a host: links, and styles that fetch from it. */
	async leadingTo(host: string): Promise<number> {
		return await this.page.locator(`[href*="${host}"], [style*="${host}"]`).count();
	}

	/** Types into the search of the node panel and reads what is found. */
	async searchNodes(text: string): Promise<string[]> {
		await this.page.locator(byTestId('node-creator-plus-button')).first().click();
		await this.page.locator(byTestId('node-creator-search-bar')).fill(text);
		const names = this.page.locator(byTestId('node-creator-item-name'));
		await names.first().waitFor();
		await this.settle();
		return (await names.allInnerTexts()).map((name) => name.trim());
	}

	/** Types something else into the search of the open node panel. */
	async searchAgain(text: string): Promise<string[]> {
		await this.page.locator(byTestId('node-creator-search-bar')).fill(text);
		await this.settle();
		const names = this.page.locator(byTestId('node-creator-item-name'));
		return (await names.allInnerTexts()).map((name) => name.trim());
	}

	/** Chooses a node in the panel and reads the actions that it offers. */
	async actionsOf(node: string): Promise<string[]> {
		await this.page.locator(byTestId('node-creator-item-name'), { hasText: node }).first().click();
		await this.settle();
		return (await this.page.locator(byTestId('node-creator-item-name')).allInnerTexts()).map(
			(name) => name.trim(),
		);
	}

	async openCredential(id: string): Promise<void> {
		await this.page.goto(`${this.url}/home/credentials/${id}`, { waitUntil: 'domcontentloaded' });
		await this.parameter('url').waitFor({ timeout: 60_000 });
		await this.settle();
	}

	async credentialLines(): Promise<string[]> {
		return await lines(this.page.locator(byTestId('credential-edit-dialog')));
	}

	async type(name: string, text: string): Promise<void> {
		const input = this.parameter(name).locator('input');
		await input.fill(text);
		await input.blur();
		await this.settle();
	}

	async scrollTo(name: string): Promise<void> {
		await this.parameter(name).scrollIntoViewIfNeeded();
	}

	/** The parameters of the open node, without the space below them. */
	async screenshotForm(name: string): Promise<void> {
		await this.save(this.page.locator('.parameter-input-list-wrapper').first(), name);
	}

	/** @param part test id of what to show instead of the whole page */
	async screenshot(name: string, part?: string): Promise<void> {
		await this.save(part ? this.page.locator(byTestId(part)).first() : this.page, name);
	}

	private async save(target: Page | Locator, name: string): Promise<void> {
		await mkdir(SCREENSHOTS, { recursive: true });
		await target.screenshot({ path: join(SCREENSHOTS, `${name}.png`), animations: 'disabled' });
	}

	/** A list closes again when its values arrive after the click. */
	private async untilShown(entries: Locator, open: () => Promise<void>): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			await open();
			try {
				await entries.first().waitFor({ timeout: 5000 });
				break;
			} catch (error) {
				if (attempt === 4) throw error;
			}
		}
		await this.settle();
	}

	/** Where the double click was there is now the form, which explains what is pointed at. */
	private async moveAway(): Promise<void> {
		const { height = 1 } = this.page.viewportSize() ?? {};
		await this.page.mouse.move(0, height - 1);
	}

	/** Animations. */
	private async settle(): Promise<void> {
		await this.page.waitForTimeout(400);
	}
}

async function lines(locator: Locator): Promise<string[]> {
	const text = await locator.first().innerText();
	return text.split('\n').map((line) => line.replace(/\s*\*$/, '').trim());
}
