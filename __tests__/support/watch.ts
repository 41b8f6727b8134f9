/** Shows whether a promise has been fulfilled by now, and with which value. */
export function watch<T>(promise: Promise<T>): { value: T | 'pending' } {
  const watched: { value: T | 'pending' } = { value: 'pending' };
  void promise.then(value => {
    watched.value = value;
  });
  return watched;
}
