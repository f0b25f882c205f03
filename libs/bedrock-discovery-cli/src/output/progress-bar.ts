import type { ScanProgress } from 'nestjs-bedrock-discovery';
import type { Output } from '../cli-context.js';

/** Tells a person how far a scan is. */
export interface ScanDisplay {
  readonly update: (progress: ScanProgress) => void;
  readonly stop: () => void;
}

/** A bar on a terminal that vanishes when the scan is done; nothing elsewhere. */
export async function startScanDisplay(output: Output, quiet: boolean): Promise<ScanDisplay> {
  if (quiet || output.isTTY !== true) {
    return { update: () => undefined, stop: () => undefined };
  }
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar(
    {
      stream: output as unknown as NodeJS.WritableStream,
      format: 'Asking AWS {bar} {value}/{total} {region}',
      barsize: 24,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: true,
      clearOnComplete: true,
      stopOnComplete: false,
      // The command ends itself on Ctrl-C.
      gracefulExit: false,
      emptyOnZero: true,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(1, 0, { region: '' });
  return {
    update: ({ done, total, region }) => {
      bar.setTotal(total);
      bar.update(done, { region });
    },
    stop: () => bar.stop(),
  };
}
