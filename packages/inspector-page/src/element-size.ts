/** The size of an element as it changes, for what is laid out by numbers. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface ElementSize {
  readonly width: number;
  readonly height: number;
}

/** Returns a ref for an element, and its size in CSS pixels; zeros before the first layout. */
export function useElementSize<T extends Element>() {
  const ref = useRef<T>(null);
  const [size, setSize] = useState<ElementSize>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, size };
}

/** Returns one rem in CSS pixels: it grows where the page is presented. */
export const remPixels = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
