/**
 * `src`: the source, in this process, with a clock that tests turn by hand. `dist`: the committed bundle, as a process
 * of its own, as the runner starts it.
 */
export const UNDER_TEST = process.env['ACTION_UNDER_TEST'] === 'dist' ? 'dist' : 'src';

export const ofTheBundle = UNDER_TEST === 'dist';
