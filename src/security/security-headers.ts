import helmet from 'helmet';

type Middleware = ReturnType<typeof helmet>;

const NOTHING = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/**
 * For answers that are data: a browser that is led to show one as a page loads and runs nothing. Transport security is left
 * to whatever ends TLS in front of the application, which speaks plain HTTP.
 */
export function securityHeaders(): Middleware {
  return helmet({ contentSecurityPolicy: { useDefaults: false, directives: NOTHING }, strictTransportSecurity: false });
}

/**
 * For a page whose scripts, styles and data come from this application alone.
 *
 * @param inlineStyles for a page that cannot do without
 */
export function ownContentOnly({ inlineStyles }: { inlineStyles: boolean }): Middleware {
  const directives = {
    ...NOTHING,
    'script-src': ["'self'"],
    'style-src': inlineStyles ? ["'self'", "'unsafe-inline'"] : ["'self'"],
    'img-src': ["'self'", 'data:'],
    'connect-src': ["'self'"],
  };
  return helmet.contentSecurityPolicy({ useDefaults: false, directives });
}
