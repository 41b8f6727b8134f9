/** What a promise has come to by now. */
export function watch<T>(promise: Promise<T>): { value: T | 'pending' } {
  const watched: { value: T | 'pending' } = { value: 'pending' };
  void promise.then(value => {
    watched.value = value;
  });
  return watched;
}
