import { setTimeout as delay } from 'node:timers/promises';

import type { AxiosError, AxiosInstance, AxiosResponse } from 'axios';

import type { Connection } from './connection';
import { connectionId } from './connectionId';
import type { RawReply } from './rawReply';
import { secondsLeft } from './replyErrors';

/** What MISP counts, for each user in windows of 15 minutes. Everything else is free. */
const COUNTED = /\/(events|attributes)\/restSearch\b/;

/**
 * Those who wait for the same window do not all start in its first moment, since there may be more
 * of them, also in other processes, than it has room for: the first replies tell how many.
 */
const SPREAD_PART = 0.25;
const MAX_SPREAD_MS = 5_000;

const MAX_ENTRIES = 200;

interface Window {
	/** When it ends, in milliseconds since the epoch. */
	until: number;
	/** How far those who wait for it spread. */
	spread: number;
}

/** Windows that are known to be used up, by MISP and key, of all executions in this process. */
const usedUp = new Map<string, Window>();

declare module 'axios' {
	interface AxiosRequestConfig {
		/** How long this request has waited for windows to end, in milliseconds. */
		waitedForWindow?: number;
	}
}

const headersOf = ({ headers }: AxiosResponse) => headers as unknown as RawReply['headers'];

const spreadOf = (seconds: number): number => Math.min(MAX_SPREAD_MS, seconds * 1000 * SPREAD_PART);

/** The seconds that a 429 asks to wait; 0 where it does not say. */
const resetOf = (response: AxiosResponse | undefined): number =>
	response?.status === 429 ? Math.max(0, secondsLeft(headersOf(response)) ?? 0) : 0;

/** Whether a 429 may be waited for: `patience` in seconds, for all waits of a request together. */
export function isWorthWaiting({ response, config }: AxiosError, patience: number): boolean {
	return resetOf(response) * 1000 + (config?.waitedForWindow ?? 0) <= patience * 1000;
}

/** How long to wait after a 429, in milliseconds; 0 where it does not say. */
export function pauseAfter({ response, config }: AxiosError): number {
	const seconds = resetOf(response);
	if (seconds === 0) return 0;
	const pause = seconds * 1000 + spreadOf(seconds) * Math.random();
	if (config) config.waitedForWindow = (config.waitedForWindow ?? 0) + pause;
	return pause;
}

/**
 * Lets a search wait while MISP is known to refuse it, instead of asking: what one execution hears,
 * a refusal or that this was the last search of the window, holds for all in this process.
 *
 * Whoever would have to wait for longer than `patience` (seconds) asks, and hears it from MISP.
 */
export function respectWindows(http: AxiosInstance, connection: Connection, patience: number) {
	const id = connectionId(connection);

	http.interceptors.request.use(async (config) => {
		if (!COUNTED.test(config.url ?? '')) return config;
		const longest = Math.min(patience * 1000, config.timeout ?? Infinity);
		for (;;) {
			const window = usedUp.get(id);
			const left = (window?.until ?? 0) - Date.now();
			const waited = config.waitedForWindow ?? 0;
			if (window === undefined || left <= 0 || waited + left > longest) return config;
			const pause = left + window.spread * Math.random();
			config.waitedForWindow = waited + pause;
			// When the execution is cancelled meanwhile, axios says so.
			const signal = config.signal as AbortSignal | undefined;
			await delay(pause, undefined, signal ? { signal } : {}).catch(() => {});
			if (signal?.aborted) return config;
		}
	});

	const note = (response: AxiosResponse) => {
		const remaining = response.headers['x-rate-limit-remaining'] as string | undefined;
		const seconds = secondsLeft(headersOf(response));
		if (remaining !== '0' || seconds === undefined || seconds <= 0) return;
		if (usedUp.size >= MAX_ENTRIES) usedUp.clear(); // then they ask once more
		usedUp.set(id, { until: Date.now() + seconds * 1000, spread: spreadOf(seconds) });
	};
	http.interceptors.response.use(
		(response) => {
			note(response);
			return response;
		},
		async (error: AxiosError) => {
			if (error.response) note(error.response);
			throw error;
		},
	);
}
