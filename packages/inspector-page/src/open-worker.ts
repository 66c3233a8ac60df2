/** Workers of the page: files beside it, or, in a page that is a single file, scripts inside it. */

/** Returns the worker whose code the page has inside, in `<script id="NAME-source">`, or that of a file beside it. */
export function openWorker(name: string): Worker {
  const inside = document.querySelector(`#${name}-source`);
  if (inside === null) return new Worker(`${name}.js`);
  // A page from a disk may load no other file, and a worker from a Blob needs none.
  const url = URL.createObjectURL(new Blob([inside.textContent], { type: 'text/javascript' }));
  return new Worker(url);
}
