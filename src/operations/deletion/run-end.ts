import { ActionError } from '../../errors.js';

/** Why no further deletion starts, although backups are left. */
export class RunEnd {
  /** What would meet every other deletion too. */
  fatalError: ActionError | undefined;
  isOutOfTime = false;
  private defect: unknown;
  private readonly controller = new AbortController();

  constructor(private readonly stop: AbortSignal) {}

  get isOver(): boolean {
    return this.isOutOfTime || this.isAborted;
  }

  /** Whether something other than a lack of time ended it. */
  get isAborted(): boolean {
    return this.signal.aborted || this.stop.aborted;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** @param error the first one counts; what is no ActionError is a defect */
  abort(error: unknown): void {
    if (error instanceof ActionError) this.fatalError ??= error;
    else this.defect ??= error;
    this.controller.abort();
  }

  /** @throws a defect, if one ended the run */
  throwDefect(): void {
    if (this.defect !== undefined) throw this.defect;
  }
}
