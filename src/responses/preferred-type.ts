/** Whether a client would rather read a page than JSON: browsers name `text/html`, programs accept anything or JSON. */
export function prefersHtml(accept: string | undefined): boolean {
  const html = qualityOf('text/html', accept ?? '');
  return html > 0 && html >= qualityOf('application/json', accept ?? '');
}

/** Of a type that is named outright; `*` is what those send who do not care. */
function qualityOf(type: string, accept: string): number {
  for (const range of accept.toLowerCase().split(',')) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim());
    if (name === type) {
      const quality = parameters.find((parameter) => parameter.startsWith('q='));
      return quality === undefined ? 1 : Number(quality.slice(2)) || 0;
    }
  }
  return 0;
}
