import { signal } from '@preact/signals';
import type { Route } from 'nestjs-bedrock-discovery';
import { type Snippet, snippetsFor } from 'nestjs-bedrock-discovery/snippets';
import type { MatrixModel } from '../api/matrix.types.js';
import { CopyButton } from '../shell/copy-button.js';

/** Stays from cell to cell. */
const chosen = signal<Snippet['id']>('sdk');

export function Snippets({ route, model }: { readonly route: Route; readonly model: MatrixModel }) {
  const snippets = snippetsFor(route, { inputModalities: model.input, outputModalities: model.output });
  const snippet = snippets.find(({ id }) => id === chosen.value) ?? snippets[0];
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = snippets.at((snippets.findIndex(({ id }) => id === chosen.value) + step) % snippets.length);
    if (step !== 0 && next !== undefined) {
      event.preventDefault();
      chosen.value = next.id;
      document.querySelector<HTMLElement>(`#snippet-${next.id}`)?.focus();
    }
  };
  if (snippet === undefined) {
    return null;
  }
  return (
    <section class="snippets" aria-label="Code">
      <div class="tabs" role="tablist" aria-label="Code for" onKeyDown={onKeyDown}>
        {snippets.map(({ id, name }) => (
          <button
            key={id}
            id={`snippet-${id}`}
            type="button"
            role="tab"
            aria-selected={id === snippet.id}
            aria-controls="snippet"
            tabIndex={id === snippet.id ? 0 : -1}
            onClick={() => (chosen.value = id)}
          >
            {name}
          </button>
        ))}
      </div>
      <div id="snippet" role="tabpanel" aria-labelledby={`snippet-${snippet.id}`}>
        {snippet.code === undefined ? (
          <p class="muted why-not">{snippet.why}</p>
        ) : (
          <>
            <div class="code-bar">
              <span class="muted">{snippet.needs}</span>
              <CopyButton text={snippet.code} what={`the code for ${snippet.name}`} />
            </div>
            <pre tabIndex={0} aria-label={`Code for ${snippet.name}`}>
              <code>{marked(snippet.code, [route.invocationId, route.region])}</code>
            </pre>
          </>
        )}
      </div>
    </section>
  );
}

/** The parts of the code that this route brings. */
function marked(code: string, parts: readonly string[]) {
  const pattern = new RegExp(
    `(${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|')})`,
  );
  return code.split(pattern).map((piece, index) => (parts.includes(piece) ? <mark key={index}>{piece}</mark> : piece));
}
