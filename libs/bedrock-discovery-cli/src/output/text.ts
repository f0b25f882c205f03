import stringWidth from 'string-width';

/** What moves the cursor, changes colours or the direction of writing: names are the account's, and may hold anything. */
const CONTROLS = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]+/gu;

/** A text that stays in its line and its column, whatever it came with. */
export function oneLine(text: string): string {
  return text.replace(CONTROLS, ' ').trim();
}

const ONE_COLUMN_EACH = /^[ -~]*$/;

/** Columns that a text takes on a terminal, where some characters take two and some none. */
export function widthOf(text: string): number {
  return ONE_COLUMN_EACH.test(text) ? text.length : stringWidth(text, { countAnsiEscapeCodes: false });
}

const GRAPHEMES = new Intl.Segmenter();
const ELLIPSIS = '…';

/** Cuts what is wider than `width`, and says so with an ellipsis. A character that would stick out is left out as a whole. */
export function truncate(text: string, width: number, position: 'end' | 'middle' = 'end'): string {
  if (widthOf(text) <= width) {
    return text;
  }
  const characters = Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
  const room = width - widthOf(ELLIPSIS);
  const tailRoom = position === 'middle' ? Math.floor(room / 2) : 0;
  const head = characters.slice(0, fitting(characters, room - tailRoom));
  const tail = characters.reverse().slice(0, fitting(characters, tailRoom)).reverse();
  return [...head, ELLIPSIS, ...tail].join('');
}

/** How many of the characters take at most `width` together. */
function fitting(characters: readonly string[], width: number): number {
  let taken = 0;
  const tooMany = characters.findIndex((character) => (taken += widthOf(character)) > width);
  return tooMany === -1 ? characters.length : tooMany;
}

function brokenUp(word: string, width: number): string[] {
  const pieces: string[] = [];
  let characters = Array.from(GRAPHEMES.segment(word), ({ segment }) => segment);
  while (characters.length > 0) {
    // A character that is wider than a line is left out as a whole.
    const count = fitting(characters, width);
    pieces.push(characters.slice(0, count).join(''));
    characters = characters.slice(Math.max(1, count));
  }
  return pieces;
}

export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'right' ? spaces + text : text + spaces;
}

/** Breaks a text into lines of at most `width`: at its spaces, and within words that are longer than a line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
    } else {
      if (line !== '') {
        lines.push(line);
      }
      const pieces = brokenUp(word, width);
      lines.push(...pieces.slice(0, -1));
      line = pieces.at(-1) ?? '';
    }
  }
  return [...lines, line];
}
