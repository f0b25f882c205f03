import { createHash } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Matrix, previewOf } from 'explorer-web';
import { DiscoveryDiagnostics } from 'nestjs-bedrock-discovery';
import { MatrixService } from '../matrix/matrix.service.js';
import { PreparedResponse } from '../responses/prepared-response.js';
import { pageDocument } from './page-document.js';
import { readPageFiles } from './page-files.js';

interface PreparedPage {
  readonly base: string;
  readonly styles: string;
  /** By path below `/assets/`. */
  readonly assets: ReadonlyMap<string, PreparedResponse>;
}

/** The page and its files, read once. The document is made when a refresh is over: nobody waits for it who opens the page. */
@Injectable()
export class PageService implements OnModuleInit {
  #page: PreparedPage | undefined;
  #document: { readonly matrix: Matrix; readonly response: PreparedResponse } | undefined;

  constructor(
    private readonly matrix: MatrixService,
    private readonly diagnostics: DiscoveryDiagnostics,
  ) {}

  /** Those who ask are told what goes wrong. */
  onModuleInit(): void {
    this.diagnostics.on('refresh', () => void this.document().catch(() => undefined));
  }

  /**
   * The page, and in it what is first seen of the matrix.
   *
   * @throws Error where the page has not been built
   */
  async document(): Promise<PreparedResponse> {
    const matrix = await this.matrix.current();
    if (this.#document?.matrix !== matrix) {
      this.#document = { matrix, response: documentWith(this.#prepared(), previewOf(matrix)) };
    }
    return this.#document.response;
  }

  /** @param path below `/assets/` */
  asset(path: string): PreparedResponse | undefined {
    return this.#prepared().assets.get(path);
  }

  #prepared(): PreparedPage {
    this.#page ??= prepare();
    return this.#page;
  }
}

/** Files stand in a folder named after what is in them, so that browsers may keep them for ever. */
function prepare(): PreparedPage {
  const { script, styles, icon } = readPageFiles();
  const build = createHash('sha256').update(script).update(icon).digest('base64url').slice(0, 12);
  return {
    base: `assets/${build}/`,
    styles,
    assets: new Map([
      [`${build}/page.js`, asset(script, 'text/javascript; charset=utf-8')],
      [`${build}/icon.svg`, asset(icon, 'image/svg+xml')],
    ]),
  };
}

function documentWith({ base, styles }: PreparedPage, preview: string): PreparedResponse {
  const { html, contentSecurityPolicy } = pageDocument({ base, styles, preview });
  return new PreparedResponse(html, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': contentSecurityPolicy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    Vary: 'Accept, Accept-Encoding',
  });
}

function asset(body: Buffer, type: string): PreparedResponse {
  return new PreparedResponse(body, {
    'Content-Type': type,
    'Cache-Control': 'public, max-age=31536000, immutable',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
}
