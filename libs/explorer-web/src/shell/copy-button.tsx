import { useEffect, useState } from 'preact/hooks';
import { announcement } from '../state/store.js';

const SHOWN_MS = 1_500;

/** Copies a text; where the browser does not permit it, it says so. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [result, setResult] = useState<'copied' | 'failed' | undefined>(undefined);
  useEffect(() => {
    if (result === undefined) {
      return undefined;
    }
    const timer = window.setTimeout(() => setResult(undefined), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [result]);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setResult('copied');
      announcement.value = `Copied ${what}.`;
    } catch {
      setResult('failed');
    }
  };
  return (
    <button type="button" class="copy" aria-label={`Copy ${what}`} onClick={() => void copy()}>
      {result === 'copied' ? 'Copied' : result === 'failed' ? 'Not permitted' : 'Copy'}
    </button>
  );
}
