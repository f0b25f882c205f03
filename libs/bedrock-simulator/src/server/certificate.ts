import { generate } from 'selfsigned';

/** A key and the certificate that clients have to trust, both PEM. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

/** Makes a certificate for this machine's own names, good for a day. */
export async function createCertificate(host: string): Promise<Certificate> {
  const names = new Set(['localhost', '127.0.0.1', '::1', host]);
  const pem = await generate([{ name: 'commonName', value: 'bedrock-simulator' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 3_600_000),
    notAfterDate: new Date(Date.now() + 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [...names].map((name) =>
          /^[\d.]+$|:/.test(name) ? { type: 7, ip: name } : { type: 2, value: name },
        ),
      },
    ],
  });
  return { key: pem.private, certificate: pem.cert };
}
