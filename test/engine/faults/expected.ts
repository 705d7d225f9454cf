import { UNKNOWN_OUTCOME } from '../../../nodes/Misp/client/errors';
import { CLASSES, type ClassName, type OperationClass } from './classes';
import type { Failure, Fault } from './faults';

export interface Expected {
	/** Without it the operation works. */
	failure?: Failure;
	/** How often the request of the class arrives at MISP. */
	arrives: number;
	/** Whether a change is made in MISP. */
	made: boolean;
	/** Whether it is said that nobody knows. */
	undecided: boolean;
}

/** What becomes of a class of operations: the rule behind the whole matrix. */
export function expectedOf(fault: Fault, name: ClassName): Expected {
	const { retries, changes, completes }: OperationClass = CLASSES[name];
	const { done, passes, retried, unheard } = fault;
	const failure = fault.instead?.[name] ?? fault.failure;
	const completed = completes === true && done === true;
	/** Sent once more, since what it sends can be told apart from what is there. */
	const resent = completes === true && !completed && fault.undecided === true;
	const again = retried === true && (retries > 0 || resent);
	const works = failure === undefined || (again && passes === true) || completed;
	const undecided = !works && changes === true && fault.undecided === true;
	const tries = again ? (passes || resent ? 2 : retries + 1) : 1;
	const message = `${failure?.message}${undecided ? UNKNOWN_OUTCOME : ''}`;
	return {
		...(works ? {} : { failure: { ...failure, message } }),
		arrives: unheard ? 0 : tries,
		made: changes === true && (done === true || (resent && again && passes === true)),
		undecided,
	};
}
